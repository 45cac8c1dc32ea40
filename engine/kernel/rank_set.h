// A set of ranks that gives them back in ascending order.
#pragma once

#include "engine/base/ids.h"

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

namespace ariadne::kernel {

/// Few members stand in a sorted array; more of them in a tree of bit words: adding costs one step
/// as a rule, draining a few steps a member, however far apart the members are. Thread-confined.
class RankSet {
public:
    bool empty() const { return few_ == 0; }

    /// `rank` is not in the set.
    void insert(Rank rank) {
        if (few_ == kMany) return setBit(rank);
        if (few_ < kFewMax) {
            std::uint32_t at = few_++;
            for (; at > 0 && rank < sorted_[at - 1]; --at) sorted_[at] = sorted_[at - 1];
            sorted_[at] = rank;
            return;
        }
        few_ = kMany;  // from here on until it is empty: bits
        for (const Rank member : sorted_) setBit(member);
        setBit(rank);
    }
    /// `rank` is in the set.
    void erase(Rank rank) {
        if (few_ == kMany) {
            clearBit(rank);
            if (top_ == 0) few_ = 0;
            return;
        }
        std::uint32_t at = 0;
        while (sorted_[at] != rank) ++at;
        for (--few_; at < few_; ++at) sorted_[at] = sorted_[at + 1];
    }
    /// Takes all members out, ascending, and gives each to `f`, which does not touch the set.
    template <class F>
    void drain(F&& f) {
        if (few_ == kMany)
            walk<true>(kLevels, 0, top_, f);
        else
            for (std::uint32_t i = 0; i < few_; ++i) f(sorted_[i]);
        few_ = 0;
    }
    /// Appends all members, ascending, and leaves the set empty.
    void drainTo(std::vector<Rank>& out) {
        drain([&](Rank rank) { out.push_back(rank); });
    }
    /// Appends all members, ascending.
    void copyTo(std::vector<Rank>& out) {
        if (few_ == kMany) {
            const auto add = [&](Rank rank) { out.push_back(rank); };
            walk<false>(kLevels, 0, top_, add);
        } else {
            out.insert(out.end(), sorted_.begin(), sorted_.begin() + few_);
        }
    }

private:
    static constexpr std::size_t kLevels = 5;  // 64^6 ranks, more than a Rank can count to
    static constexpr std::uint32_t kFewMax = 8;
    static constexpr std::uint32_t kMany = kFewMax + 1;  ///< few_ while the bits hold the members

    void setBit(Rank rank) {
        const std::uint32_t at = rank.value;
        if (at / 64 >= words_) [[unlikely]]
            grow(at);
        std::uint64_t& word = levels_[0][at / 64];
        const bool known = word != 0;
        word |= std::uint64_t{1} << at % 64;
        if (!known) setAbove(at / 64);
    }
    /// Word `at` of the lowest level is no longer 0.
    void setAbove(std::uint32_t at) {
        for (std::size_t level = 1; level < kLevels; ++level) {
            std::uint64_t& word = levels_[level][at / 64];
            const bool known = word != 0;
            word |= std::uint64_t{1} << at % 64;
            if (known) return;
            at /= 64;
        }
        top_ |= std::uint64_t{1} << at;
    }
    void clearBit(Rank rank) {
        std::uint32_t at = rank.value;
        for (auto& level : levels_) {
            std::uint64_t& word = level[at / 64];
            word &= ~(std::uint64_t{1} << at % 64);
            if (word != 0) return;
            at /= 64;
        }
        top_ &= ~(std::uint64_t{1} << at);
    }
    template <bool kDrain, class F>
    void walk(std::size_t level, std::uint32_t base, std::uint64_t& word, F& f) {
        for (std::uint64_t left = word; left != 0; left &= left - 1) {
            const std::uint32_t at = base + static_cast<std::uint32_t>(std::countr_zero(left));
            if (level == 0)
                f(Rank{at});
            else
                walk<kDrain>(level - 1, at * 64, levels_[level - 1][at], f);
        }
        if (kDrain) word = 0;
    }
    [[gnu::noinline]] void grow(std::uint32_t at) {
        std::size_t words = std::size_t{at / 64} * 2 + 1;
        for (auto& level : levels_) {
            if (words > level.size()) level.resize(words);
            words = (words + 63) / 64;  // a bit for each word of the level below
        }
        words_ = levels_[0].size();
    }

    std::uint32_t few_ = 0;  ///< members in sorted_, or kMany
    std::array<Rank, kFewMax> sorted_{};
    std::array<std::vector<std::uint64_t>, kLevels> levels_{};
    std::size_t words_ = 0;  ///< of the lowest level
    std::uint64_t top_ = 0;
};

}  // namespace ariadne::kernel
