#include "engine/base/event_digest.h"

#include "engine/base/digest.h"

namespace ariadne {

void EventDigest::add(const EventRow& row, std::uint64_t typeHash) {
    const std::uint64_t words[] = {
        row.seq.value,
        static_cast<std::uint64_t>(row.time.value),
        row.round.value,
        row.cause.value,
        row.arg,
        row.extra,
        static_cast<std::uint64_t>(row.cell.value) << 32 | row.peer.value,
        typeHash,
        static_cast<std::uint64_t>(row.kind) << 8 | row.flags,
        row.payload.size(),
    };
    events_ = hashBytes(std::as_bytes(std::span{words}), events_);
    if (!row.payload.empty()) events_ = hashBytes(row.payload, events_);
    if (!row.change.empty()) changes_ = mixWord(hashBytes(row.change, changes_), row.seq.value);
}

}  // namespace ariadne
