// Everything that one event led to.
#include "recorder/query/tables/arguments.h"
#include "recorder/query/tables/event_rows.h"
#include "recorder/query/tables/tables.h"
#include "recorder/query/tables/walked_event.h"

#include <unordered_map>

namespace ariadne::query {
namespace {

constexpr std::size_t kReachedMax = 8'000'000;

class EffectsCursor final : public WalkedEvent<EffectsCursor> {
public:
    EffectsCursor(Source& source, Position event)
        : WalkedEvent(source, event), scan_(source, filterFrom(event)) {}

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
            const auto cause = reached_.find(row().cause.value);
            const bool isFirst = row().seq == event();
            if (!isFirst && cause == reached_.end()) continue;
            setDepth(isFirst ? 0 : cause->second + 1);
            if (reached_.size() == kReachedMax)
                return absl::ResourceExhaustedError(
                    "event " + std::to_string(event().value) + " led to more than " +
                    std::to_string(kReachedMax) + " others; ask for a later one");
            reached_.emplace(row().seq.value, depth());
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
    std::unordered_map<std::uint64_t, std::uint32_t> reached_;  ///< depth by position
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
