// Stable hashes: XXH3 over canonical bytes. Only this and event_digest_inline.h know the hash
// library.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace ariadne {

/// XXH3-64 of `bytes` with `seed`. The same on every machine, compiler and release.
std::uint64_t hashBytes(std::span<const std::byte> bytes, std::uint64_t seed = 0);
std::uint64_t hashText(std::string_view text, std::uint64_t seed = 0);

/// XXH3-128 of `bytes`, low word first.
std::array<std::uint64_t, 2> hashBytes128(std::span<const std::byte> bytes);

/// Mixes one word into a running hash: cheap, order-dependent, not cryptographic.
constexpr std::uint64_t mixWord(std::uint64_t hash, std::uint64_t word) {
    std::uint64_t x = hash ^ (word * 0x9E3779B97F4A7C15ull);
    x ^= x >> 32;
    x *= 0xD6E8FEB86659FD93ull;
    x ^= x >> 29;
    return x + 0x632BE59BD9B4E019ull;
}

}  // namespace ariadne
