// Every failure of an actor.
#include "recorder/query/tables/event_rows.h"
#include "recorder/query/tables/tables.h"

namespace ariadne::query {
namespace {

class FailureCursor final : public EventRows<FailureCursor> {
public:
    FailureCursor(Source& source, const Request& request)
        : EventRows(source, request, kindsOf({EventKind::kFail})) {}

    static const std::vector<ColumnOf<FailureCursor>>& columns();

    /// The message in whose turn it failed.
    absl::Status giveMessage(Answer& answer) {
        if (row().cause.value == 0 || row().cause >= row().seq ||
            source().isMissing(row().cause)) {
            answer.null();
            return absl::OkStatus();
        }
        ARIADNE_ASSIGN_OR_RETURN(const auto cause, source().history().rowAt(row().cause));
        ARIADNE_ASSIGN_OR_RETURN(const std::string text, source().history().describe(cause.row));
        answer.text(text);
        return absl::OkStatus();
    }
};

const std::vector<ColumnOf<FailureCursor>>& FailureCursor::columns() {
    using C = FailureCursor;
    static const std::vector<ColumnOf<C>> kColumns = joinedColumns<C>(
        eventColumns<C>(),
        {
            {{"actor", "TEXT", Push::kCell, "path of who failed"},
             [](C& c, Answer& a) { c.source().path(c.row().cell, a); }},
            {{"actor_type", "TEXT", Push::kNone, "type of its state"},
             [](C& c, Answer& a) { c.source().actorType(c.row().cell, a); }},
            {{"reason", "TEXT", Push::kNone, "failed, threw, limit, linked, ..."},
             [](C& c, Answer& a) { a.word(nameOf(enumOf<ExitReason>(c.row().arg))); }},
            {{"text", "TEXT", Push::kNone, "what it said"},
             [](C& c, Answer& a) { a.text(asText(c.row().payload)); }},
            {{"cause", "INTEGER", Push::kCause, "position of what made it fail, or NULL"},
             [](C& c, Answer& a) { a.position(c.row().cause); }},
            {{"message", "TEXT", Push::kNone, "what happened there: the message it took"},
             [](C& c, Answer& a) { return c.giveMessage(a); }},
        });
    return kColumns;
}

}  // namespace

Table failureTable() {
    return eventOrderedTable<FailureCursor>(
        "failure", "every failure of an actor",
        [](Source& source) { return eventCount(source) / 1000; });
}

}  // namespace ariadne::query
