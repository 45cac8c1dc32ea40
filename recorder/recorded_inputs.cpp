#include "recorder/recorded_inputs.h"

#include "engine/base/status_macros.h"
#include "engine/kernel/system_messages.h"
#include "engine/value/encoding.h"

namespace ariadne::recorder {
namespace {

bool isInput(const EventRow& row) {
    return (row.kind == EventKind::kEffectDone && (row.flags & kFlagInput) != 0) ||
           row.kind == EventKind::kClock || row.kind == EventKind::kInput;
}

}  // namespace

RecordedInputs::RecordedInputs(tracefmt::TraceReader& reader, Position from)
    : reader_(reader), next_{from.value + 1} {
    // The first input is the program's own start, which is no round's.
    const auto& meta = reader.meta();
    none_ = !meta.live && meta.grants.empty();
}

absl::Status RecordedInputs::feed(kernel::World& world) {
    if (none_) return absl::OkStatus();
    const Round round{world.round().value + 1};
    for (;; next_ = {row_.seq.value + 1}) {
        ARIADNE_ASSIGN_OR_RETURN(const bool there, load());
        if (!there || row_.round > round) return absl::OkStatus();
        if (row_.round == round && isInput(row_)) ARIADNE_RETURN_IF_ERROR(give(world, row_));
    }
}

absl::StatusOr<bool> RecordedInputs::load() {
    if (!reader_.inputs().empty()) return loadKept();
    if (next_ > reader_.lastPosition()) return false;
    if (chunk_ == nullptr || !chunk_->contains(next_)) {
        ARIADNE_ASSIGN_OR_RETURN(chunk_, reader_.chunkAt(next_));
    }
    row_ = chunk_->rowAt(next_);
    return true;
}

absl::StatusOr<bool> RecordedInputs::loadKept() {
    for (;;) {
        while (kept_ != nullptr && keptRow_ < kept_->rows().size()) {
            row_ = kept_->rows()[keptRow_];
            if (row_.seq >= next_) return true;
            ++keptRow_;
        }
        if (keptIndex_ == reader_.inputs().size()) return false;
        const tracefmt::ChunkEntry& entry = reader_.inputs()[keptIndex_];
        if (entry.first.value + entry.count <= next_.value) {
            ++keptIndex_;
            continue;
        }
        ARIADNE_ASSIGN_OR_RETURN(kept_, reader_.inputRows(keptIndex_++));
        keptRow_ = 0;
    }
}

absl::Status RecordedInputs::give(kernel::World& world, const EventRow& row) {
    if (row.kind == EventKind::kClock) {
        world.setClock(VirtualTime{static_cast<std::int64_t>(row.arg)});
        return absl::OkStatus();
    }
    if (row.peer.value >= reader_.births().size())
        return absl::DataLossError("the input at event " + std::to_string(row.seq.value) +
                                   " is for a cell that was never born");
    const CellKey key = reader_.births()[row.peer.value].key;
    if (row.kind == EventKind::kInput)
        return world.tell(key, reader_.types(), row.type, row.payload);
    effect::Completion completion;
    completion.cellKey = key.value;
    completion.ordinal = row.arg;
    completion.status = static_cast<effect::EffectStatus>(row.extra);
    if (completion.status == effect::EffectStatus::kDone) {
        completion.payload.assign(row.payload.begin(), row.payload.end());
    } else {
        const auto failed = value::decoded<EffectFailed>(row.payload);
        if (!failed)
            return absl::DataLossError("the answer to an effect at event " +
                                       std::to_string(row.seq.value) + " cannot be read");
        completion.text = failed->text;
    }
    world.complete(std::move(completion));
    return absl::OkStatus();
}

}  // namespace ariadne::recorder
