#include "engine/base/event_digest.h"

#include "engine/base/digest.h"

namespace ariadne {

void EventDigest::add(const DigestWords& words, ByteView payload, ByteView change) {
    events_ = hashBytes(std::as_bytes(std::span{words}), events_);
    if (!payload.empty()) events_ = hashBytes(payload, events_);
    if (!change.empty()) changes_ = mixWord(hashBytes(change, changes_), words[0]);
}

}  // namespace ariadne
