// Every event of the trace.
#include "recorder/carried.h"
#include "recorder/query/tables/event_rows.h"
#include "recorder/query/tables/tables.h"

namespace ariadne::query {
namespace {

using tracefmt::ColumnSet;

using recorder::carriedBy;
using recorder::Carries;

class EventCursor final : public EventRows<EventCursor> {
public:
    EventCursor(Source& source, const Request& request)
        : EventRows(source, request, KindSet{}.set(), foundIn(columns(), request)) {}

    static const std::vector<ColumnOf<EventCursor>>& columns();

    absl::Status giveType(Answer& answer) {
        if (row().type.value != 0 || carriedBy(row().kind) != Carries::kMessage) {
            source().typeName(row().type, answer);
            return absl::OkStatus();
        }
        ARIADNE_ASSIGN_OR_RETURN(const auto message, source().history().messageOf(row()));
        source().typeName(message.type, answer);
        return absl::OkStatus();
    }

    absl::Status giveValue(Answer& answer) {
        switch (carriedBy(row().kind)) {
            case Carries::kNothing: answer.null(); break;
            case Carries::kText: answer.text(asText(row().payload)); break;
            case Carries::kValue: source().value(row().type, row().payload, answer); break;
            case Carries::kKeyAndValue: {
                ByteReader in{row().payload};
                in.sized();
                source().value(row().type, in.raw(in.remaining()), answer);
                break;
            }
            case Carries::kMessage: {
                ARIADNE_ASSIGN_OR_RETURN(const auto message, source().history().messageOf(row()));
                source().value(message.type, message.payload, answer);
                break;
            }
        }
        return absl::OkStatus();
    }

    void giveChange(Answer& answer) {
        const auto& births = source().reader().births();
        if (row().change.empty() || row().cell.value >= births.size()) return answer.null();
        answer.text(value::showChange(source().types(), births[row().cell.value].type, row().change,
                                      source().show()));
    }
};

const std::vector<ColumnOf<EventCursor>>& EventCursor::columns() {
    using C = EventCursor;
    static const std::vector<ColumnOf<C>> kColumns = joinedColumns<C>(
        eventColumns<C>(),
        {
            {{"kind", "TEXT", Push::kKind, "what happened: send, deliver, fail, ...",
              ColumnSet::kKind},
             [](C& c, Answer& a) { a.word(nameOf(c.row().kind)); }},
            {{"actor", "TEXT", Push::kCell, "path of whom it is about; NULL: the outside",
              ColumnSet::kCell},
             [](C& c, Answer& a) { c.source().path(c.row().cell, a); }},
            {{"peer", "TEXT", Push::kPeer, "path of the other end: a receiver, a sender, a parent",
              ColumnSet::kPeer},
             [](C& c, Answer& a) { c.source().path(c.row().peer, a); }},
            {{"cause", "INTEGER", Push::kCause, "position of the event that led to it, or NULL",
              ColumnSet::kCause},
             [](C& c, Answer& a) { a.position(c.row().cause); }},
            {{"type", "TEXT", Push::kNone, "type of the message or value"},
             [](C& c, Answer& a) { return c.giveType(a); }},
            {{"text", "TEXT", Push::kNone, "what happened, as \"ariadne dump\" has it"},
             [](C& c, Answer& a) -> absl::Status {
                 ARIADNE_ASSIGN_OR_RETURN(const std::string text,
                                          c.source().history().describe(c.row()));
                 a.text(text);
                 return absl::OkStatus();
             }},
            {{"value", "", Push::kNone, "the message or value: JSON, or the scalar itself"},
             [](C& c, Answer& a) { return c.giveValue(a); }},
            {{"change", "TEXT", Push::kNone, "what it did to the actor's state, or NULL"},
             [](C& c, Answer& a) { c.giveChange(a); }},
            {{"arg", "INTEGER", Push::kNone, "a number whose meaning follows from the kind",
              ColumnSet::kArg},
             [](C& c, Answer& a) { a.number(c.row().arg); }},
            {{"extra", "INTEGER", Push::kNone, "another", ColumnSet::kExtra},
             [](C& c, Answer& a) { a.number(c.row().extra); }},
            {{"flags", "INTEGER", Push::kNone, "bits", ColumnSet::kFlags},
             [](C& c, Answer& a) { a.integer(c.row().flags); }},
            {{"payload_bytes", "INTEGER", Push::kNone, "length of its payload, bytes"},
             [](C& c, Answer& a) { a.number(c.row().payload.size()); }},
            {{"change_bytes", "INTEGER", Push::kNone, "length of the recorded change, bytes"},
             [](C& c, Answer& a) { a.number(c.row().change.size()); }},
        });
    return kColumns;
}

}  // namespace

Table eventTable() {
    return eventOrderedTable<EventCursor>("event", "every event", eventCount);
}

}  // namespace ariadne::query
