// Where every free choice of a run is made.
#pragma once

#include "engine/base/digest.h"

#include <cstdint>

namespace ariadne::kernel {

/// Asked whenever more than one thing may happen next. Thread-confined to its World.
class DecisionSource {
public:
    virtual ~DecisionSource() = default;
    /// One of 0..alternatives-1, where alternatives >= 2. `index` counts the choices of the run
    /// from 0, so that a restored run goes on where the original was.
    virtual std::uint32_t choose(std::uint64_t index, std::uint32_t alternatives) = 0;
};

/// Uniform choices, a pure function of (seed, index).
class RandomDecisions final : public DecisionSource {
public:
    explicit RandomDecisions(std::uint64_t seed) : seed_(seed) {}
    std::uint32_t choose(std::uint64_t index, std::uint32_t alternatives) override {
        const std::uint64_t x = mixWord(mixWord(0x6465636964650000ull, seed_), index);
        return static_cast<std::uint32_t>((x >> 32) * alternatives >> 32);
    }

private:
    std::uint64_t seed_;
};

}  // namespace ariadne::kernel
