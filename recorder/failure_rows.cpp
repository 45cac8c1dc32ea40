#include "recorder/failure_rows.h"

#include "engine/region/obligation.h"

namespace ariadne::recorder {

bool endsInFailure(Outcome outcome) {
    return outcome == Outcome::kFailed || outcome == Outcome::kDeadlock ||
           outcome == Outcome::kLeaked;
}

bool isLeak(const EventRow& row) {
    return row.kind == EventKind::kResolve &&
           row.extra == static_cast<std::uint64_t>(Resolution::kLeaked);
}

bool isFailure(const EventRow& row) {
    if (row.kind == EventKind::kEnd)
        return row.arg <= 0xFF && endsInFailure(static_cast<Outcome>(row.arg));
    return row.kind == EventKind::kFail || row.kind == EventKind::kDeadlock || isLeak(row);
}

}  // namespace ariadne::recorder
