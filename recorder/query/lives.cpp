#include "recorder/query/lives.h"

#include "engine/base/status_macros.h"
#include "engine/region/region.h"
#include "recorder/query/event_scan.h"
#include "recorder/query/source.h"

#include <algorithm>

namespace ariadne::query {

/// What a trace that begins at a snapshot knows of the lives before it.
absl::Status Lives::readBase(Source& source) {
    const Position base = source.reader().base();
    if (base.value == 0) return absl::OkStatus();
    ARIADNE_ASSIGN_OR_RETURN(const WorldImage image, source.reader().snapshot(0));
    for (const CellBirth& birth : source.reader().births())
        if (birth.bornAt <= base) lives_[birth.rank.value] = {base, image.time};
    for (const CellImage& cell : image.cells) {
        Life& life = lives_[cell.rank.value];
        life = {};
        life.turns = cell.turns;
        life.restarts = cell.care->incarnation;
    }
    return absl::OkStatus();
}

absl::Status Lives::read(Source& source) {
    lives_.resize(source.reader().births().size());
    ARIADNE_RETURN_IF_ERROR(readBase(source));
    RowFilter filter;
    filter.kinds = kindsOf({EventKind::kDeliver, EventKind::kSend, EventKind::kAsk,
                            EventKind::kReply, EventKind::kForward, EventKind::kStop,
                            EventKind::kFail, EventKind::kRestart, EventKind::kRegion});
    filter.columns = tracefmt::ColumnSet::kKind | tracefmt::ColumnSet::kTime |
                     tracefmt::ColumnSet::kCell | tracefmt::ColumnSet::kArg;
    EventScan scan{source, std::move(filter)};
    for (;;) {
        ARIADNE_ASSIGN_OR_RETURN(const bool more, scan.next());
        if (!more) return absl::OkStatus();
        const EventRow& row = scan.row();
        if (row.cell.value >= lives_.size()) continue;
        Life& life = lives_[row.cell.value];
        switch (row.kind) {
            case EventKind::kDeliver: ++life.turns; break;
            case EventKind::kRestart:
                ++life.restarts;
                life.endedAt = {};
                life.failed = false;
                life.reason = ExitReason::kUnknown;
                break;
            case EventKind::kRegion:
                // Closed, it is gone.
                if (row.arg != static_cast<std::uint64_t>(RegionPhase::kClosed)) break;
                life.endedAt = row.seq;
                life.endedTime = row.time;
                break;
            case EventKind::kStop:
            case EventKind::kFail:
                life.endedAt = row.seq;
                life.endedTime = row.time;
                life.failed = row.kind == EventKind::kFail;
                life.reason = static_cast<ExitReason>(std::min<std::uint64_t>(row.arg, 0xFF));
                break;
            default: ++life.sent; break;
        }
    }
}

}  // namespace ariadne::query
