#include "engine/base/event_digest.h"

#include "engine/base/digest.h"
#include "engine/base/endian.h"

namespace ariadne {

void EventDigest::add(const DigestWords& words, ByteView payload, ByteView change) {
    DigestWords inOrder = words;
    for (std::uint64_t& word : inOrder) word = littleEndian(word);
    events_ = hashBytes(std::as_bytes(std::span{inOrder}), events_);
    if (!payload.empty()) events_ = hashBytes(payload, events_);
    if (!change.empty()) changes_ = mixWord(hashBytes(change, changes_), words[0]);
}

}  // namespace ariadne
