#include "tracefmt/cut.h"

#include "engine/base/status_macros.h"
#include "tracefmt/format.h"
#include "tracefmt/trace_copy.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

namespace ariadne::tracefmt {

namespace {

absl::Status checkRange(const TraceReader& from, Position first, Position last) {
    if (first.value == 0 || first > last)
        return absl::InvalidArgumentError(absl::StrCat("found the part ", first.value, "..",
                                                       last.value,
                                                       ", expected one from 1 on, as 120..240"));
    if (first > from.base() && last <= from.lastPosition()) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat(
        "the part ", first.value, "..", last.value, " is not in the trace, which holds ",
        from.base().value + 1, "..", from.lastPosition().value));
}

/// Index of the last snapshot that the row `first` follows.
std::optional<std::size_t> snapshotBefore(const TraceReader& from, Position first) {
    const auto& all = from.snapshots();
    const auto behind = std::partition_point(
        all.begin(), all.end(), [&](const auto& snapshot) { return snapshot.position < first; });
    if (behind == all.begin()) return std::nullopt;
    const auto index = static_cast<std::size_t>(behind - all.begin()) - 1;
    // The beginning of the run needs none.
    if (all[index].position.value == 0) return std::nullopt;
    return index;
}

absl::Status checkUnbroken(const TraceReader& from, Position after, Position last) {
    for (const TraceGap& gap : from.gaps())
        if (gap.first <= last && (gap.last.value == 0 || gap.last > after))
            return absl::FailedPreconditionError(absl::StrCat(
                "the events from ", gap.first.value, " on are missing (",
                std::string(nameOf(gap.cause)),
                "), and a slice has no holes; cut a part that ends before them or begins behind "
                "the first snapshot after them"));
    return absl::OkStatus();
}

TraceStats statsOf(const TraceReader& from, Position last, const Copied& copied) {
    TraceStats stats = from.stats();
    if (last == from.lastPosition()) return stats;
    stats.outcome = static_cast<std::uint8_t>(Outcome::kRunning);
    stats.outcomeText = absl::StrCat("cut off behind event ", last.value);
    stats.failures = copied.failures;
    stats.stateDigest = 0;
    for (const SnapshotEntry& snapshot : from.snapshots())
        if (snapshot.position == last) stats.stateDigest = snapshot.stateDigest;
    return stats;
}

}  // namespace

absl::StatusOr<Slice> cut(TraceReader& from, Position first, Position last,
                          std::unique_ptr<WriteFile> to) {
    ARIADNE_RETURN_IF_ERROR(checkRange(from, first, last));
    if (from.meta().level == Level::kInputs)
        return absl::FailedPreconditionError(
            "a trace of level inputs holds no events to cut out; make them with \"ariadne "
            "materialise\" and cut the result");
    const std::optional<std::size_t> snapshot = snapshotBefore(from, first);
    Slice slice{snapshot ? from.snapshots()[*snapshot].position : Position{}, last};
    ARIADNE_RETURN_IF_ERROR(checkUnbroken(from, slice.base, last));

    TraceMeta meta = from.meta();
    meta.origin = {TraceOrigin::Made::kCut, from.id(), first, last};
    meta.segment = 0;  // nothing goes on behind it
    if (snapshot) meta.minViewMinor = std::max(meta.minViewMinor, kMidRunMinor);
    ARIADNE_ASSIGN_OR_RETURN(const std::unique_ptr<TraceWriter> writer,
                             TraceWriter::create(std::move(to), meta));
    const CopyRange range{snapshot, last, GapCause::kRetention, "cut out of a longer trace"};
    ARIADNE_ASSIGN_OR_RETURN(const Copied copied, copyTrace(from, *writer, range));
    ARIADNE_RETURN_IF_ERROR(writer->finish(statsOf(from, last, copied)));
    slice.bytes = writer->bytesWritten();
    return slice;
}

}  // namespace ariadne::tracefmt
