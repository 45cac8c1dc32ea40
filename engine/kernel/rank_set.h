// A set of ranks that gives them back in ascending order.
#pragma once

#include "engine/base/ids.h"
#include "engine/kernel/bump_list.h"

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
        drainWords([&](Rank first, std::uint64_t bits) { eachOf(first, bits, f); });
    }
    /// The same by the word: `f` gets a rank and bits, of which bit i stands for that rank plus i.
    template <class F>
    void drainWords(F&& f) {
        give<true>(f);
        few_ = 0;
    }
    /// Appends all members, ascending.
    void copyTo(BumpList<Rank>& out) {
        const auto add = [&](Rank rank) { out.push(rank); };
        const auto each = [&](Rank first, std::uint64_t bits) { eachOf(first, bits, add); };
        give<false>(each);
    }

private:
    static constexpr std::size_t kLevels = 5;  // 64^6 ranks, more than a Rank can count to
    static constexpr std::uint32_t kFewMax = 8;
    static constexpr std::uint32_t kMany = kFewMax + 1;  ///< few_ while the bits hold the members

    void setBit(Rank rank) {
        const std::uint32_t at = rank.value;
        if (at / 64 >= words_) [[unlikely]]
            grow(at);
        levels_[0][at / 64] |= bit(at);
        // Also when it is known there: whether it is, nobody can foretell.
        std::uint64_t& above = levels_[1][at / 4096];
        const bool known = above != 0;
        above |= bit(at / 64);
        if (!known) [[unlikely]]
            setAbove(at / 4096);
    }
    /// Word `at` of the second level is no longer 0.
    [[gnu::noinline]] void setAbove(std::uint32_t at) {
        for (std::size_t level = 2; level < kLevels; ++level) {
            std::uint64_t& word = levels_[level][at / 64];
            const bool known = word != 0;
            word |= bit(at);
            if (known) return;
            at /= 64;
        }
        top_ |= bit(at);
    }
    static constexpr std::uint64_t bit(std::uint32_t at) { return std::uint64_t{1} << at % 64; }
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
    template <class F>
    static void eachOf(Rank first, std::uint64_t bits, F& f) {
        for (; bits != 0; bits &= bits - 1)
            f(Rank{first.value + static_cast<std::uint32_t>(std::countr_zero(bits))});
    }
    template <bool kDrain, class F>
    void give(F& f) {
        if (few_ == kMany)
            walk<kDrain>(kLevels, 0, top_, f);
        else
            for (std::uint32_t i = 0; i < few_; ++i) f(sorted_[i], std::uint64_t{1});
    }
    /// Calls `f` with each word of the lowest level that is not 0, and the rank of its first bit.
    template <bool kDrain, class F>
    void walk(std::size_t level, std::uint32_t base, std::uint64_t& word, F& f) {
        if (level == 0) {
            f(Rank{base * 64}, word);
        } else {
            for (std::uint64_t left = word; left != 0; left &= left - 1) {
                const std::uint32_t at =
                    base * 64 + static_cast<std::uint32_t>(std::countr_zero(left));
                walk<kDrain>(level - 1, at, levels_[level - 1][at], f);
            }
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
