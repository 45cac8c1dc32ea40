// One counter-based stream of random numbers per cell: nobody's draws change when a stranger draws.
#pragma once

#include "engine/base/digest.h"
#include "engine/base/ids.h"

#include <cstdint>

namespace ariadne::kernel {

/// Number `index` of the stream (seed, key): SplitMix64 started at their hash. Pure.
constexpr std::uint64_t randomAt(std::uint64_t seed, CellKey key, std::uint64_t index) {
    std::uint64_t x = mixWord(mixWord(0, seed), key.value) + (index + 1) * 0x9E3779B97F4A7C15ull;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
    return x ^ (x >> 31);
}

/// The stream of one cell; the counter is part of the cell's snapshot. Thread-confined.
class RandomStream {
public:
    RandomStream(std::uint64_t seed, CellKey key, std::uint64_t& draws)
        : seed_(seed), key_(key), draws_(draws) {}

    std::uint64_t u64() { return randomAt(seed_, key_, draws_++); }
    /// Uniform in [0, bound); 0 when bound is 0.
    std::uint64_t below(std::uint64_t bound);
    /// Uniform in [low, high], both included; low when high < low.
    std::int64_t between(std::int64_t low, std::int64_t high);
    /// Uniform in [0, 1), a multiple of 2^-53.
    double unit() { return static_cast<double>(u64() >> 11) * 0x1.0p-53; }
    /// True once in `n` on average; never when n is 0.
    bool oneIn(std::uint64_t n) { return n != 0 && below(n) == 0; }

private:
    std::uint64_t seed_;
    CellKey key_;
    std::uint64_t& draws_;
};

inline std::uint64_t RandomStream::below(std::uint64_t bound) {
    if (bound == 0) return 0;
    // Refusing the incomplete last stretch keeps every value equally likely.
    const std::uint64_t refuseBelow = (0 - bound) % bound;
    std::uint64_t x = u64();
    while (x < refuseBelow) x = u64();
    return x % bound;
}

inline std::int64_t RandomStream::between(std::int64_t low, std::int64_t high) {
    if (high <= low) return low;
    const std::uint64_t span =
        static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) +
                                     (span == 0 ? u64() : below(span)));
}

}  // namespace ariadne::kernel
