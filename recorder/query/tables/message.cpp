// Every message that came into a mailbox, and what became of it.
#include "recorder/query/fates.h"
#include "recorder/query/tables/event_rows.h"
#include "recorder/query/tables/tables.h"

namespace ariadne::query {
namespace {

using tracefmt::ColumnSet;

class MessageCursor final : public EventRows<MessageCursor> {
public:
    MessageCursor(Source& source, const Request& request)
        : EventRows(source, request, enqueueKinds(), foundIn(columns(), request)) {}

    static const std::vector<ColumnOf<MessageCursor>>& columns();

    absl::StatusOr<bool> next() override {
        fate_.reset();
        answer_.reset();
        return EventRows::next();
    }

    /// Gives `give` the event that took it out of the mailbox; NULL while it waits.
    template <class Give>
    absl::Status withFate(Answer& answer, Give&& give) {
        ARIADNE_RETURN_IF_ERROR(findFate());
        *fate_ ? give(**fate_) : answer.null();
        return absl::OkStatus();
    }
    /// The same with the answer to an ask.
    template <class Give>
    absl::Status withAnswer(Answer& answer, Give&& give) {
        ARIADNE_RETURN_IF_ERROR(findAnswer());
        *answer_ ? give(**answer_) : answer.null();
        return absl::OkStatus();
    }
    absl::Status giveOutcome(Answer& answer) {
        ARIADNE_RETURN_IF_ERROR(findFate());
        answer.word(!*fate_                              ? "waiting"
                    : (*fate_)->kind == EventKind::kDrop ? "dropped"
                                                         : "delivered");
        return absl::OkStatus();
    }

    void giveAsk(Answer& answer) {
        const bool isOne = row().kind == EventKind::kAsk || row().kind == EventKind::kReply ||
                           row().kind == EventKind::kAskTimeout;
        isOne ? answer.number(row().arg) : answer.null();
    }

private:
    absl::Status findFate() {
        if (fate_) return absl::OkStatus();
        ARIADNE_ASSIGN_OR_RETURN(const std::optional<Fate> found, source().fates().of(row().seq));
        fate_.emplace(found);
        return absl::OkStatus();
    }
    absl::Status findAnswer() {
        if (answer_) return absl::OkStatus();
        answer_.emplace();
        if (row().kind != EventKind::kAsk) return absl::OkStatus();
        ARIADNE_ASSIGN_OR_RETURN(*answer_,
                                 source().fates().answerTo(row().seq, row().cell, row().arg));
        return absl::OkStatus();
    }

    std::optional<std::optional<Fate>> fate_;  ///< outer: not looked for yet
    std::optional<std::optional<Fate>> answer_;
};

const std::vector<ColumnOf<MessageCursor>>& MessageCursor::columns() {
    using C = MessageCursor;
    static const std::vector<ColumnOf<C>> kColumns = joinedColumns<C>(
        eventColumns<C>(),
        {
            {{"kind", "TEXT", Push::kKind, "how it was sent: send, ask, reply, timer_fire, ...",
              ColumnSet::kKind},
             [](C& c, Answer& a) { a.word(nameOf(c.row().kind)); }},
            {{"sender", "TEXT", Push::kCell, "path; NULL: the outside", ColumnSet::kCell},
             [](C& c, Answer& a) { c.source().path(c.row().cell, a); }},
            {{"receiver", "TEXT", Push::kPeer, "path", ColumnSet::kPeer},
             [](C& c, Answer& a) { c.source().path(c.row().peer, a); }},
            {{"actor", "TEXT", Push::kPeer, "path of whose mailbox it is: the receiver",
              ColumnSet::kPeer},
             [](C& c, Answer& a) { c.source().path(c.row().peer, a); }},
            {{"receiver_type", "TEXT", Push::kNone, "type of the receiver's state"},
             [](C& c, Answer& a) { c.source().actorType(c.row().peer, a); }},
            {{"cause", "INTEGER", Push::kCause, "position of the turn that sent it, or NULL",
              ColumnSet::kCause},
             [](C& c, Answer& a) { a.position(c.row().cause); }},
            {{"type", "TEXT", Push::kNone, "type of the message"},
             [](C& c, Answer& a) -> absl::Status {
                 ARIADNE_ASSIGN_OR_RETURN(const auto m, c.source().history().messageOf(c.row()));
                 c.source().typeName(m.type, a);
                 return absl::OkStatus();
             }},
            {{"text", "TEXT", Push::kNone, "the message, as \"ariadne dump\" has it"},
             [](C& c, Answer& a) -> absl::Status {
                 ARIADNE_ASSIGN_OR_RETURN(const auto m, c.source().history().messageOf(c.row()));
                 c.source().valueText(m.type, m.payload, a);
                 return absl::OkStatus();
             }},
            {{"value", "", Push::kNone, "the message as JSON"},
             [](C& c, Answer& a) -> absl::Status {
                 ARIADNE_ASSIGN_OR_RETURN(const auto m, c.source().history().messageOf(c.row()));
                 c.source().value(m.type, m.payload, a);
                 return absl::OkStatus();
             }},
            {{"outcome", "TEXT", Push::kNone,
              "delivered, dropped, or waiting where the trace ends"},
             [](C& c, Answer& a) { return c.giveOutcome(a); }},
            {{"drop_reason", "TEXT", Push::kNone, "why it was dropped, or NULL"},
             [](C& c, Answer& a) {
                 return c.withFate(a, [&](const Fate& f) {
                     f.kind == EventKind::kDrop ? a.word(nameOf(enumOf<DropReason>(f.arg)))
                                                : a.null();
                 });
             }},
            {{"taken_at", "INTEGER", Push::kNone, "position where it was delivered or dropped"},
             [](C& c, Answer& a) {
                 return c.withFate(a, [&](const Fate& f) { a.number(f.position.value); });
             }},
            {{"wait_ns", "INTEGER", Push::kNone, "virtual time in the mailbox, nanoseconds"},
             [](C& c, Answer& a) {
                 return c.withFate(
                     a, [&](const Fate& f) { a.integer(nsBetween(c.row().time, f.time)); });
             }},
            {{"wait_events", "INTEGER", Push::kNone, "events that passed meanwhile"},
             [](C& c, Answer& a) {
                 return c.withFate(
                     a, [&](const Fate& f) { a.number(f.position.value - c.row().seq.value); });
             }},
            {{"wait", "INTEGER", Push::kNone, "the same, for short: events, as wait_events"},
             [](C& c, Answer& a) {
                 return c.withFate(
                     a, [&](const Fate& f) { a.number(f.position.value - c.row().seq.value); });
             }},
            {{"ask", "INTEGER", Push::kNone,
              "number of the ask that it is or answers, of the one who asked; else NULL"},
             [](C& c, Answer& a) { c.giveAsk(a); }},
            {{"answer_at", "INTEGER", Push::kNone,
              "of an ask: position of the reply or ask_timeout; NULL: none"},
             [](C& c, Answer& a) {
                 return c.withAnswer(a, [&](const Fate& f) { a.number(f.position.value); });
             }},
            {{"answer_kind", "TEXT", Push::kNone, "reply or ask_timeout, or NULL"},
             [](C& c, Answer& a) {
                 return c.withAnswer(a, [&](const Fate& f) { a.word(nameOf(f.kind)); });
             }},
            {{"answer_ns", "INTEGER", Push::kNone,
              "of an ask: virtual time until its answer was sent, nanoseconds"},
             [](C& c, Answer& a) {
                 return c.withAnswer(
                     a, [&](const Fate& f) { a.integer(nsBetween(c.row().time, f.time)); });
             }},
        });
    return kColumns;
}

}  // namespace

Table messageTable() {
    return eventOrderedTable<MessageCursor>(
        "message", "every message that came into a mailbox, and what became of it",
        [](Source& source) { return eventCount(source) / 2; });
}

}  // namespace ariadne::query
