// The chain of events that led to one.
#include "recorder/causality.h"
#include "recorder/query/tables/arguments.h"
#include "recorder/query/tables/event_rows.h"
#include "recorder/query/tables/tables.h"
#include "recorder/query/tables/walked_event.h"

namespace ariadne::query {
namespace {

class CausesCursor final : public WalkedEvent<CausesCursor> {
public:
    CausesCursor(Source& source, Position event) : WalkedEvent(source, event), next_(event) {}

    static absl::StatusOr<std::unique_ptr<Cursor>> open(Source& source, const Request& request) {
        ARIADNE_ASSIGN_OR_RETURN(
            const Argument<Position> event,
            positionArgument(source, request, kWalkedArgument, "event of causes"));
        return std::make_unique<CausesCursor>(source, event.value.value_or(Position{}));
    }

    absl::StatusOr<bool> next() override {
        if (next_.value == 0) return false;
        ARIADNE_RETURN_IF_ERROR(source().look());
        // What led to the first events behind a gap is missing.
        if (begun_ && source().isMissing(next_)) return false;
        ARIADNE_ASSIGN_OR_RETURN(row_, source().history().rowAt(next_));
        setDepth(begun_ ? depth() + 1 : 0);
        begun_ = true;
        next_ = recorder::causeOf(next_, row_.row.cause);
        return true;
    }
    const EventRow& row() const override { return row_.row; }

private:
    Position next_;
    bool begun_ = false;
    recorder::History::Row row_;
};

}  // namespace

Table causesTable() {
    return {"causes",
            "causes(event): the event, what led to it, what led to that, ...",
            columnsOf<CausesCursor>(),
            0,
            false,
            [](Source&) { return 20.0; },
            CausesCursor::open};
}

}  // namespace ariadne::query
