#include "recorder/rerun.h"

#include "engine/base/status_macros.h"
#include "engine/kernel/replay_decisions.h"
#include "recorder/decisions.h"
#include "recorder/program_run.h"
#include "tracefmt/format.h"

namespace ariadne::recorder {
namespace {

using tracefmt::TraceReader;

/// The row of the end, when a person brought it about.
std::optional<EventRow> endByHand(const EventRow& row) {
    if (row.kind == EventKind::kEnd && static_cast<Outcome>(row.arg) == Outcome::kUntil) return row;
    return std::nullopt;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Rerun>> Rerun::prepare(TraceReader& reader,
                                                      std::optional<std::size_t> fromSnapshot) {
    const tracefmt::TraceMeta& meta = reader.meta();
    if (meta.minReplayMinor > tracefmt::kFormatMinor)
        return absl::FailedPreconditionError(
            "the trace was made by Ariadne " + meta.engineVersion +
            " and needs one that replays format " + std::to_string(tracefmt::kFormatMajor) + "." +
            std::to_string(meta.minReplayMinor) + ", this one replays " +
            std::to_string(tracefmt::kFormatMajor) + "." + std::to_string(tracefmt::kFormatMinor) +
            ": use that version or a newer one");
    ARIADNE_ASSIGN_OR_RETURN(const Program* program, programOf(meta));
    ARIADNE_ASSIGN_OR_RETURN(kernel::WorldOptions options, worldOptionsOf(meta));
    std::unique_ptr<Rerun> rerun(new Rerun(reader, *program, std::move(options)));
    if (fromSnapshot) {
        if (*fromSnapshot >= reader.snapshots().size())
            return absl::InvalidArgumentError(
                "no snapshot " + std::to_string(*fromSnapshot) + ": this trace has " +
                std::to_string(reader.snapshots().size()) + ", numbered from 0");
        ARIADNE_ASSIGN_OR_RETURN(rerun->image_, reader.snapshot(*fromSnapshot));
    }
    if (rerun->options_.policy == kernel::Policy::kReplay) {
        // Where the list stops short the trace does too, and the comparison says why.
        RecordedDecisions recorded = decisionsBehind(reader, rerun->from());
        rerun->decisions_ = std::make_unique<kernel::ReplayDecisions>(
            std::move(recorded.list), std::move(recorded.undecided),
            rerun->image_ ? rerun->image_->decisions : 0);
    }
    ARIADNE_RETURN_IF_ERROR(rerun->findEnd());
    return rerun;
}

absl::Status Rerun::findEnd() {
    const Position last = reader_.lastPosition();
    if (last.value == 0) return absl::OkStatus();
    if (!reader_.inputs().empty()) {
        ARIADNE_ASSIGN_OR_RETURN(const auto rows, reader_.inputRows(reader_.inputs().size() - 1));
        if (rows->rows().empty()) return absl::OkStatus();
        if (const auto end = endByHand(rows->rows().back()))
            byHand_ = ByHand{std::string{asText(end->payload)}, {}, end->round};
        return absl::OkStatus();
    }
    // What cannot be read is met again, and told of, when the run gets there.
    absl::StatusOr<std::shared_ptr<const tracefmt::EventChunk>> chunk = reader_.chunkAt(last);
    if (!chunk.ok()) return absl::OkStatus();
    const auto end = endByHand((*chunk)->rowAt(last));
    if (!end) return absl::OkStatus();
    byHand_ = ByHand{std::string{asText(end->payload)}, {last.value - 1}, end->round};
    // The last report of the metrics stands in front of it; between rounds no other is due.
    for (Position& after = byHand_->after; after.value != 0; --after.value) {
        if (!(*chunk)->contains(after)) {
            chunk = reader_.chunkAt(after);
            if (!chunk.ok()) return absl::OkStatus();
        }
        if ((*chunk)->rowAt(after).kind != EventKind::kMetric) break;
    }
    return absl::OkStatus();
}

absl::Status Rerun::begin(kernel::EventSink* sink) {
    world_.emplace(options_, sink, decisions_.get());
    inputs_.emplace(reader_, from());
    world_->keepBirths();
    if (image_)
        return world_->restore(*image_, reader_.births(), reader_.types(), program_.cellTypes());
    return program_.start(*world_, program_, reader_.meta().args);
}

bool Rerun::endsHere() const {
    if (!byHand_) return false;
    return byHand_->after.value != 0 ? world_->position() == byHand_->after
                                     : world_->round() >= byHand_->round;
}

absl::StatusOr<bool> Rerun::step() {
    if (endsHere()) {
        world_->end(Outcome::kUntil, byHand_->text);
        return false;
    }
    ARIADNE_RETURN_IF_ERROR(inputs_->feed(*world_));
    return !world_->waitsForOutside() && world_->step();
}

}  // namespace ariadne::recorder
