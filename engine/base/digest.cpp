#include "engine/base/digest.h"

// Compiled in: a short hash costs no more than a call into the library.
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace ariadne {

std::uint64_t hashBytes(std::span<const std::byte> bytes, std::uint64_t seed) {
    return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

std::uint64_t hashText(std::string_view text, std::uint64_t seed) {
    return XXH3_64bits_withSeed(text.data(), text.size(), seed);
}

std::array<std::uint64_t, 2> hashBytes128(std::span<const std::byte> bytes) {
    const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
    return {hash.low64, hash.high64};
}

}  // namespace ariadne
