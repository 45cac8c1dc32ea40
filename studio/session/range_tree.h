// What holds for all of a range of a list, at the cost of a few looks; and where such ranges end.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace ariadne::studio {

/// Levels of sums of kFan neighbours each, beside the list that they are of: about a fifteenth more
/// memory. `Merge` makes one value of two: associative, and a value taken twice changes nothing.
/// The list is told by a function from an index to its value. Immutable once made.
template <class Value, class Merge>
class RangeTree {
public:
    static constexpr std::size_t kFan = 16;

    RangeTree() = default;
    template <class At>
    RangeTree(std::size_t count, At&& at) {
        if (count > kFan) addLevel(count, at);
        while (!levels_.empty() && levels_.back().size() > kFan) {
            const std::vector<Value> below = levels_.back();
            addLevel(below.size(), [&](std::size_t i) { return below[i]; });
        }
    }

    /// Of values [begin, end) of the list it was made of; `begin` < `end`. Of another list, or of
    /// none: looks at all of them.
    template <class At>
    Value over(At&& at, std::size_t begin, std::size_t end) const {
        Value out = at(begin);
        const auto take = [&](std::size_t from, std::size_t to, const auto& now) {
            for (std::size_t i = from; i < to; ++i) out = Merge{}(out, now(i));
        };
        if (levels_.empty()) {
            take(begin, end, at);
            return out;
        }
        // Up to where whole groups begin, and behind where they end; those one level up.
        std::size_t from = std::min((begin + kFan - 1) / kFan * kFan, end);
        std::size_t to = std::max(end / kFan * kFan, from);
        take(begin, from, at);
        take(to, end, at);
        for (std::size_t level = 0; from < to; ++level) {
            const auto now = [&](std::size_t i) { return levels_[level][i]; };
            const std::size_t first = from / kFan, last = to / kFan;
            const bool isTop = level + 1 == levels_.size();
            from = isTop ? last : std::min((first + kFan - 1) / kFan * kFan, last);
            to = std::max(last / kFan * kFan, from);
            if (isTop) to = last;
            take(first, from, now);
            take(to, last, now);
        }
        return out;
    }

private:
    template <class At>
    void addLevel(std::size_t count, At&& at) {
        std::vector<Value> level;
        level.reserve(count / kFan + 1);
        for (std::size_t i = 0; i < count; i += kFan) {
            Value sum = at(i);
            for (std::size_t j = i + 1; j < std::min(i + kFan, count); ++j)
                sum = Merge{}(sum, at(j));
            level.push_back(sum);
        }
        levels_.push_back(std::move(level));
    }

    std::vector<std::vector<Value>> levels_;
};

/// The first index from `from` on for which `holds` does not hold, or `size`: as partition_point(),
/// for who expects it near.
template <class Holds>
std::size_t gallop(std::size_t from, std::size_t size, Holds&& holds) {
    std::size_t step = 1, low = from, high = from;
    while (high < size && holds(high)) {
        low = high + 1;
        high += step;
        step *= 2;
    }
    high = std::min(high, size);
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (holds(middle))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

}  // namespace ariadne::studio
