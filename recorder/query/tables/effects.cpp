// Everything that one event led to.
#include "recorder/causality.h"
#include "recorder/query/tables/arguments.h"
#include "recorder/query/tables/event_rows.h"
#include "recorder/query/tables/tables.h"
#include "recorder/query/tables/walked_event.h"

namespace ariadne::query {
namespace {

class EffectsCursor final : public WalkedEvent<EffectsCursor> {
public:
    EffectsCursor(Source& source, Position event)
        : WalkedEvent(source, event), scan_(source, filterFrom(event)), reached_(event) {}

    static absl::StatusOr<std::unique_ptr<Cursor>> open(Source& source, const Request& request) {
        ARIADNE_ASSIGN_OR_RETURN(
            const Argument<Position> event,
            positionArgument(source, request, kWalkedArgument, "event of effects"));
        return std::make_unique<EffectsCursor>(source, event.value.value_or(Position{}));
    }

    absl::StatusOr<bool> next() override {
        for (;;) {
            ARIADNE_ASSIGN_OR_RETURN(const bool more, scan_.next());
            if (!more) return false;
            const auto depth = reached_.depthOf(row().seq, row().cause);
            if (!depth) continue;
            setDepth(*depth);
            if (reached_.overflowed())
                return absl::ResourceExhaustedError(
                    "event " + std::to_string(event().value) + " led to more than " +
                    std::to_string(recorder::Consequences::kReachedMax) +
                    " others; ask for a later one");
            return true;
        }
    }
    const EventRow& row() const override { return scan_.row(); }

private:
    static RowFilter filterFrom(Position event) {
        RowFilter filter;
        filter.kinds.set();
        filter.position.first = static_cast<std::int64_t>(event.value);
        if (event.value == 0) filter.position.last = 0;
        return filter;
    }

    EventScan scan_;
    recorder::Consequences reached_;
};

}  // namespace

Table effectsTable() {
    return {"effects",
            "effects(event): the event, what it led to, what that led to, ... by position",
            columnsOf<EffectsCursor>(),
            1,
            false,
            [](Source& source) { return eventCount(source); },
            EffectsCursor::open};
}

}  // namespace ariadne::query
