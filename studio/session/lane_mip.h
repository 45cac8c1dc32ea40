// A lane summed up over ever coarser bins, for views that show many turns per pixel.
#pragma once

#include "studio/session/slice_list.h"

#include <cstdint>
#include <span>
#include <vector>

namespace ariadne::studio {

/// How much of a stretch of positions one lane owns, and whether something went wrong there.
/// 14 bits of share (0 only when nothing is there) above two flags.
class LaneCell {
public:
    static constexpr std::uint32_t kFull = (1u << 14) - 1;

    LaneCell() = default;
    LaneCell(std::uint32_t share, bool failed, bool dropped)
        : bits_(static_cast<std::uint16_t>(share << 2 | (failed ? 1u : 0u) | (dropped ? 2u : 0u))) {
    }

    std::uint32_t share() const { return bits_ >> 2; }
    bool failed() const { return (bits_ & 1u) != 0; }
    bool dropped() const { return (bits_ & 2u) != 0; }
    std::uint16_t bits() const { return bits_; }

    static LaneCell merged(LaneCell a, LaneCell b);

private:
    std::uint16_t bits_ = 0;
};

/// Bins are 2^k positions on a grid that starts at 0, so nothing shimmers while a view moves.
/// The finest level has about half as many bins as the lane has slices. Immutable once built.
class LaneMip {
public:
    LaneMip() = default;
    explicit LaneMip(const SliceList& slices);

    bool empty() const { return levels_.empty(); }
    /// Positions of one bin at the finest level, as a power of two.
    unsigned finestLog() const { return finestLog_; }
    /// Bins of 2^log positions; log is clamped to the levels there are.
    struct Level {
        unsigned log = 0;
        std::uint64_t firstBin = 0;
        std::span<const LaneCell> cells;
        LaneCell at(std::uint64_t bin) const {
            return bin < firstBin || bin - firstBin >= cells.size()
                       ? LaneCell{}
                       : cells[static_cast<std::size_t>(bin - firstBin)];
        }
    };
    Level level(unsigned log) const;

private:
    friend class LaneMipSum;
    struct Stored {
        std::uint64_t firstBin = 0;
        std::vector<LaneCell> cells;
    };
    void fillFinest(const SliceList& slices);
    void addCoarser();

    unsigned finestLog_ = 0;
    std::vector<Stored> levels_;
};

/// Several lanes as one. Where they own the same positions (who is born, and whose turn that was),
/// those count for each, and a bin is full at most. Thread-confined.
class LaneMipSum {
public:
    /// All slices that will be added lie in [begin, end), and there are about `slices` of them,
    /// which decides how fine the finest level is; of more bins than kBinsMax it is coarser.
    LaneMipSum(std::uint64_t begin, std::uint64_t end, std::uint64_t slices);
    void add(const SliceList& slices);
    /// Call once.
    LaneMip take();

    static constexpr std::uint64_t kBinsMax = 1u << 22;

private:
    LaneMip mip_;
    std::uint64_t firstBin_ = 0;
    std::vector<std::uint32_t> covered_;  ///< positions, by bin
    std::vector<std::uint8_t> flags_;
    bool any_ = false;
};

}  // namespace ariadne::studio
