#include "engine/base/event_digest_inline.h"

namespace ariadne {

[[gnu::flatten]] void EventDigest::add(const DigestWords& words, ByteView payload,
                                       ByteView change) {
    addInline(words, payload, change);
}

}  // namespace ariadne
