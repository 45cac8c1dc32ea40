// Every effect that was asked of the outside, with its answer.
#include "recorder/query/fates.h"
#include "recorder/query/tables/event_rows.h"
#include "recorder/query/tables/tables.h"

#include <array>
#include <string>

namespace ariadne::query {
namespace {

constexpr std::array<std::string_view, 5> kStatuses{"done", "failed", "timed_out", "cancelled",
                                                    "denied"};

class EffectCursor final : public EventRows<EffectCursor> {
public:
    EffectCursor(Source& source, const Request& request)
        : EventRows(source, request, kindsOf({EventKind::kEffect})) {}

    static const std::vector<ColumnOf<EffectCursor>>& columns();

    absl::StatusOr<bool> next() override {
        fate_.reset();
        return EventRows::next();
    }

    template <class Give>
    absl::Status withFate(Answer& answer, Give&& give) {
        if (!fate_) {
            ARIADNE_ASSIGN_OR_RETURN(const std::optional<Fate> found,
                                     source().fates().of(row().seq));
            fate_.emplace(found);
        }
        *fate_ ? give(**fate_) : answer.null();
        return absl::OkStatus();
    }

    absl::Status giveAnswer(Answer& answer) {
        Position at;
        ARIADNE_RETURN_IF_ERROR(withFate(answer, [&](const Fate& f) { at = f.position; }));
        if (at.value == 0) return absl::OkStatus();
        ARIADNE_ASSIGN_OR_RETURN(const auto done, source().history().rowAt(at));
        source().value(done.row.type, done.row.payload, answer);
        return absl::OkStatus();
    }

private:
    std::optional<std::optional<Fate>> fate_;  ///< outer: not looked for yet
};

const std::vector<ColumnOf<EffectCursor>>& EffectCursor::columns() {
    using C = EffectCursor;
    static const std::vector<ColumnOf<C>> kColumns = joinedColumns<C>(
        eventColumns<C>(),
        {
            {{"actor", "TEXT", Push::kCell, "path of who asked"},
             [](C& c, Answer& a) { c.source().path(c.row().cell, a); }},
            {{"ordinal", "INTEGER", Push::kNone, "the how manyth effect of that actor"},
             [](C& c, Answer& a) { a.number(c.row().arg); }},
            {{"type", "TEXT", Push::kNone, "type of the request"},
             [](C& c, Answer& a) { c.source().typeName(c.row().type, a); }},
            {{"request", "", Push::kNone, "the request as JSON"},
             [](C& c, Answer& a) { c.source().value(c.row().type, c.row().payload, a); }},
            {{"timeout_ns", "INTEGER", Push::kNone, "nanoseconds; NULL: it waits for ever"},
             [](C& c, Answer& a) { c.row().extra == 0 ? a.null() : a.number(c.row().extra); }},
            {{"status", "TEXT", Push::kNone,
              "done, failed, timed_out, cancelled, denied; NULL: no answer in the trace"},
             [](C& c, Answer& a) {
                 return c.withFate(a, [&](const Fate& f) {
                     a.word(f.extra < kStatuses.size() ? kStatuses[f.extra] : "unknown");
                 });
             }},
            {{"done_at", "INTEGER", Push::kNone, "position of the answer, or NULL"},
             [](C& c, Answer& a) {
                 return c.withFate(a, [&](const Fate& f) { a.number(f.position.value); });
             }},
            {{"latency_ns", "INTEGER", Push::kNone, "virtual time until then, nanoseconds"},
             [](C& c, Answer& a) {
                 return c.withFate(
                     a, [&](const Fate& f) { a.integer(nsBetween(c.row().time, f.time)); });
             }},
            {{"answer", "", Push::kNone, "the answer as JSON, or what went wrong"},
             [](C& c, Answer& a) { return c.giveAnswer(a); }},
            {{"from_outside", "INTEGER", Push::kNone,
              "1: somebody outside answered; 0: the engine"},
             [](C& c, Answer& a) {
                 return c.withFate(
                     a, [&](const Fate& f) { a.integer((f.flags & kFlagInput) != 0 ? 1 : 0); });
             }},
        });
    return kColumns;
}

}  // namespace

Table effectTable() {
    return eventOrderedTable<EffectCursor>("effect",
                                           "every effect asked of the outside, with its answer",
                                           [](Source& source) { return eventCount(source) / 100; });
}

}  // namespace ariadne::query
