#include "recorder/recorded_inputs.h"

#include "engine/base/status_macros.h"
#include "engine/kernel/system_messages.h"
#include "engine/value/encoding.h"

#include <algorithm>

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
    for (; next_ <= reader_.lastPosition(); ++next_.value) {
        if (chunk_ == nullptr || !chunk_->contains(next_)) {
            ARIADNE_ASSIGN_OR_RETURN(chunk_, reader_.chunkAt(next_));
        }
        const EventRow row = chunk_->rowAt(next_);
        if (row.round > round) break;
        if (row.round == round && isInput(row)) ARIADNE_RETURN_IF_ERROR(give(world, row));
    }
    return absl::OkStatus();
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
