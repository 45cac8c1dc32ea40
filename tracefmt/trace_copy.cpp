#include "tracefmt/trace_copy.h"

#include "engine/base/status_macros.h"
#include "tracefmt/inputs_codec.h"
#include "tracefmt/inputs_keeper.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

namespace ariadne::tracefmt {

namespace {

/// Edited rows may be longer than they were: no more of them are held than make one chunk.
constexpr std::uint64_t kEditedBytesMax = 4u << 20;

using KindCounts = std::vector<std::pair<std::uint8_t, std::uint64_t>>;

/// By kind, ascending, as both are.
KindCounts sumOf(const KindCounts& a, KindCounts b) {
    for (const auto& [kind, count] : a) {
        const auto at = std::ranges::lower_bound(b, kind, {}, &KindCounts::value_type::first);
        if (at != b.end() && at->first == kind)
            at->second += count;
        else
            b.insert(at, {kind, count});
    }
    return b;
}

/// Goes through one reader once. What stands between two chunks of rows comes in this order: the
/// snapshot of the last row, notes, a gap, the snapshot that stands for it.
class Copy {
public:
    Copy(TraceReader& from, TraceWriter& to, const CopyRange& range)
        : from_(from),
          to_(to),
          range_(range),
          edits_(range.edits),
          last_(std::min(range.last, from.lastPosition())) {}

    absl::StatusOr<Copied> run() {
        ARIADNE_RETURN_IF_ERROR(begin());
        const auto& chunks = from_.chunks();
        for (std::size_t i = 0; i < chunks.size() && chunks[i].first <= last_; ++i) {
            if (chunks[i].first.value + chunks[i].count <= at_.value + 1) continue;
            ARIADNE_RETURN_IF_ERROR(takeRows(i));
            ARIADNE_RETURN_IF_ERROR(takeBetween());
        }
        const auto& inputs = from_.inputs();
        for (std::size_t i = 0; i < inputs.size() && inputs[i].first <= last_; ++i) {
            if (inputs[i].first <= at_) continue;
            ARIADNE_RETURN_IF_ERROR(takeInputs(i));
            ARIADNE_RETURN_IF_ERROR(takeBetween());
        }
        copied_.last = at_;
        copied_.types = from_.types().size();
        copied_.births = births().size() + 1;
        return copied_;
    }

private:
    /// Without the outside, and without those born behind what is copied.
    std::span<const CellBirth> births() const {
        const std::span<const CellBirth> all =
            edits_ != nullptr ? edits_->births() : std::span{from_.births()}.subspan(1);
        if (last_ == from_.lastPosition()) return all;
        const auto end = std::partition_point(
            all.begin(), all.end(), [&](const CellBirth& birth) { return birth.bornAt <= last_; });
        return {all.begin(), end};
    }

    absl::Status begin() {
        const std::span<const TypeDesc> types =
            edits_ != nullptr ? edits_->types() : from_.types().all().subspan(1);
        if (!range_.snapshot && from_.base().value == 0) {
            ARIADNE_RETURN_IF_ERROR(to_.addTypes(types));
            ARIADNE_RETURN_IF_ERROR(to_.addBirths(births()));
            return takeBetween();
        }
        const std::size_t index = range_.snapshot.value_or(0);
        ARIADNE_ASSIGN_OR_RETURN(WorldImage image, from_.snapshot(index));
        ARIADNE_RETURN_IF_ERROR(edit(image));
        const TraceGap own = range_.snapshot
                                 ? TraceGap{{1}, image.position, range_.before, range_.note}
                                 : from_.gaps().front();
        if (range_.after != nullptr)
            ARIADNE_RETURN_IF_ERROR(goOnAt(types, image));
        else
            ARIADNE_RETURN_IF_ERROR(to_.beginAt(types, births(), image, own.cause, own.note));
        copied_.failures = image.failures;
        at_ = image.position;
        snapshotAt_ = image.position;
        snapshot_ = index + 1;
        for (; gap_ < from_.gaps().size() && from_.gaps()[gap_].last <= at_ &&
               from_.gaps()[gap_].last.value != 0;)
            ++gap_;
        for (; note_ < from_.notes().size() && from_.notes()[note_].readableTo < at_;) ++note_;
        return takeBetween();
    }

    /// Behind what stands in the copy already.
    absl::Status goOnAt(std::span<const TypeDesc> types, const WorldImage& image) {
        const Copied& before = *range_.after;
        if (image.position != before.last || types.size() + 1 < before.types ||
            births().size() + 1 < before.births)
            return absl::DataLossError(absl::StrCat("it begins at position ", image.position.value,
                                                    " and does not go on from what ends at ",
                                                    before.last.value));
        ARIADNE_RETURN_IF_ERROR(to_.addTypes(types.subspan(before.types - 1)));
        ARIADNE_RETURN_IF_ERROR(to_.addBirths(births().subspan(before.births - 1)));
        copied_.kindCounts = before.kindCounts;
        return to_.addSnapshot(image);
    }

    absl::Status takeRows(std::size_t index) {
        ARIADNE_ASSIGN_OR_RETURN(const std::shared_ptr<const EventChunk> chunk, from_.chunk(index));
        rows_.clear();
        const Position end = std::min(chunk->last(), last_);
        Position at = std::max(chunk->first(), Position{at_.value + 1});
        for (; at <= end; ++at.value) {
            EventRow row = chunk->rowAt(at);
            copied_.failures += row.kind == EventKind::kFail;
            if (edits_ != nullptr) {
                ARIADNE_RETURN_IF_ERROR(edits_->edit(row));
                if (rows_.bytes() > kEditedBytesMax) ARIADNE_RETURN_IF_ERROR(flushEdited());
            }
            rows_.add(row);
        }
        ARIADNE_RETURN_IF_ERROR(rows_.status());
        at_ = end;
        // What was recorded of digests is not theirs.
        if (edits_ != nullptr) {
            behindDamage_ = false;
            return to_.addEvents(rows_);
        }
        if (!std::exchange(behindDamage_, false)) return to_.addEvents(rows_);
        ARIADNE_ASSIGN_OR_RETURN(const auto marks, from_.digestMarks(index));
        return to_.addEventsBehindDamage(rows_, {marks.front().events, marks.front().changes});
    }

    absl::Status flushEdited() {
        ARIADNE_RETURN_IF_ERROR(rows_.status());
        ARIADNE_RETURN_IF_ERROR(to_.addEvents(rows_));
        rows_.clear();
        return absl::OkStatus();
    }

    absl::Status edit(WorldImage& image) {
        if (edits_ == nullptr) return absl::OkStatus();
        image.eventDigest = to_.digest().events();
        image.changeDigest = to_.digest().changes();
        return edits_->edit(image);
    }

    /// Of a trace of level inputs, which has nothing else.
    absl::Status takeInputs(std::size_t index) {
        ARIADNE_ASSIGN_OR_RETURN(const std::shared_ptr<const InputRows> rows,
                                 from_.inputRows(index));
        // There is no other kind.
        const auto& inputs = static_cast<const DecodedInputs&>(*rows);
        InputsStretch stretch{
            inputs.first(), inputs.head().firstTime, inputs.head().totals, inputs.head().skips, {}};
        Position number = inputs.first();
        for (EventRow row : inputs.rows()) {
            copied_.failures += row.kind == EventKind::kFail;
            row.seq = number;
            ++number.value;
            stretch.rows.add(row);
        }
        ARIADNE_RETURN_IF_ERROR(stretch.rows.status());
        if (range_.after != nullptr)
            stretch.totals.kindCounts =
                sumOf(range_.after->kindCounts, std::move(stretch.totals.kindCounts));
        ARIADNE_RETURN_IF_ERROR(to_.addInputs(stretch));
        copied_.kindCounts = std::move(stretch.totals.kindCounts);
        at_ = inputs.last();
        return absl::OkStatus();
    }

    /// Everything up to the next row.
    absl::Status takeBetween() {
        for (;;) {
            ARIADNE_RETURN_IF_ERROR(takeSnapshots());
            const auto& notes = from_.notes();
            for (; note_ < notes.size() && notes[note_].readableTo <= at_; ++note_) {
                HostNote note = notes[note_];
                if (edits_ != nullptr) edits_->edit(note);
                ARIADNE_RETURN_IF_ERROR(to_.addNote(note));
            }
            const auto& gaps = from_.gaps();
            if (gap_ == gaps.size() || gaps[gap_].first.value > at_.value + 1 ||
                gaps[gap_].first > range_.last)
                return absl::OkStatus();
            const TraceGap& gap = gaps[gap_++];
            // One that contradicts the rows says nothing.
            if (gap.last.value != 0 && gap.last <= at_) continue;
            ARIADNE_RETURN_IF_ERROR(to_.addGap(gap));
            if (edits_ != nullptr) edits_->missed();
            if (gap.last.value == 0) return absl::OkStatus();
            at_ = gap.last;
            behindDamage_ = behindDamage_ || gap.cause == GapCause::kDamaged;
        }
    }

    absl::Status takeSnapshots() {
        const auto& snapshots = from_.snapshots();
        for (; snapshot_ < snapshots.size() && snapshots[snapshot_].position <= at_; ++snapshot_) {
            const SnapshotEntry& entry = snapshots[snapshot_];
            if (entry.position > last_) return absl::OkStatus();
            // What it builds on was not copied.
            if (!entry.isWhole() && entry.since != snapshotAt_) continue;
            ARIADNE_ASSIGN_OR_RETURN(WorldImage image, from_.snapshotAsWritten(snapshot_));
            ARIADNE_RETURN_IF_ERROR(edit(image));
            ARIADNE_RETURN_IF_ERROR(to_.addSnapshot(image));
            snapshotAt_ = entry.position;
            if (entry.position == at_) behindDamage_ = false;
        }
        return absl::OkStatus();
    }

    TraceReader& from_;
    TraceWriter& to_;
    const CopyRange& range_;
    CopyEdits* const edits_;
    Position last_;

    Position at_;               ///< everything up to there was copied, or is in a gap
    Position snapshotAt_;       ///< of the last one copied
    std::size_t snapshot_ = 0;  ///< the next of each
    std::size_t note_ = 0;
    std::size_t gap_ = 0;
    bool behindDamage_ = false;  ///< a gap of that cause was copied behind the last row
    Copied copied_;
    EventBatch rows_;
};

}  // namespace

absl::StatusOr<Copied> copyTrace(TraceReader& from, TraceWriter& to, const CopyRange& range) {
    return Copy(from, to, range).run();
}

}  // namespace ariadne::tracefmt
