// How many events of which kind there are, for any range of positions.
#pragma once

#include "engine/base/event.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace ariadne::studio {

/// What most people ask of a stretch of a run.
enum class MainKind : std::uint8_t { kTurn, kMessage, kDropped, kBorn, kEnded, kFailed, kOther };
inline constexpr std::size_t kMainKinds = 7;
MainKind mainKindOf(EventKind kind);

/// Sums in at most kBinsMax bins of 2^k positions. Value type.
class KindSums {
public:
    static constexpr std::size_t kBinsMax = 1u << 16;
    struct Counts {
        std::array<std::uint64_t, kMainKinds> of{};
        bool exact = true;  ///< false: in proportion, in the bins at the ends
        std::uint64_t operator[](MainKind kind) const { return of[static_cast<std::size_t>(kind)]; }
        std::uint64_t sum() const;
    };

    /// Positions before `first` are not counted; rows are added ascending.
    explicit KindSums(Position first = {1}, std::size_t binsMax = kBinsMax)
        : first_(first), binsMax_(binsMax) {}

    void add(Position at, EventKind kind);
    /// Of the events in [begin, end); those that are missing are none.
    Counts in(std::uint64_t begin, std::uint64_t end) const;
    unsigned log() const { return log_; }

private:
    using Bin = std::array<std::uint32_t, kMainKinds>;
    void coarsen();
    static std::uint64_t sumOf(const Bin& bin);

    Position first_;
    Position last_;  ///< added; 0: none
    std::size_t binsMax_;
    unsigned log_ = 0;
    std::vector<Bin> bins_;
    std::vector<Bin> dozens_;  ///< sums of kDozen bins each
    static constexpr std::size_t kDozen = 64;
};

}  // namespace ariadne::studio
