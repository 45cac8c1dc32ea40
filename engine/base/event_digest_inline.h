// EventDigest::add() for loops over many rows: compiled into the loop, whose other work then fills
// the time in which the digest waits for its own last result. Brings the hash library with it, so
// include it in few places.
#pragma once

#include "engine/base/digest.h"
#include "engine/base/endian.h"
#include "engine/base/event_digest.h"

// Of a length that the compiler knows little is left of a hash.
#ifndef XXH_INLINE_ALL
#define XXH_INLINE_ALL
#endif
#include <xxhash.h>

namespace ariadne {

[[gnu::always_inline]] inline void EventDigest::addInline(const DigestWords& words,
                                                          ByteView payload, ByteView change) {
    DigestWords inOrder = words;
    for (std::uint64_t& word : inOrder) word = littleEndian(word);
    std::uint64_t events = XXH3_64bits_withSeed(inOrder.data(), sizeof inOrder, events_);
    if (!payload.empty()) events = XXH3_64bits_withSeed(payload.data(), payload.size(), events);
    events_ = events;
    if (!change.empty()) changes_ = mixWord(hashBytes(change, changes_), words[0]);
}

}  // namespace ariadne
