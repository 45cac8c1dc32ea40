// Strong names for the numbers everything else is told in: keys, positions, ranks, virtual time.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <ostream>

namespace ariadne {

/// A number with a meaning; two different meanings do not mix. Value type, no invariant.
template <class Tag, class Rep>
struct StrongId {
    Rep value{};

    constexpr auto operator<=>(const StrongId&) const = default;
    friend std::ostream& operator<<(std::ostream& out, StrongId id) { return out << +id.value; }
};

/// Identity of a cell in every schedule, branch and process: hash of (creator, kind, ordinal).
/// 0 is "nobody" (the outside).
using CellKey = StrongId<struct CellKeyTag, std::uint64_t>;

/// Dense birth order of a cell within one run, from 1; 0 is the outside. Ranks order commits and
/// index arrays, and are the cell numbers of trace rows. Canonical within a policy.
using Rank = StrongId<struct RankTag, std::uint32_t>;
inline constexpr Rank kOutside{0};

/// A point of a run: the moment right after the event of that number was committed.
/// Events are numbered from 1; position 0 is before everything.
using Position = StrongId<struct PositionTag, std::uint64_t>;

/// Index into the run's type table, from 1 in order of first use; 0 is "no type".
using TypeIndex = StrongId<struct TypeIndexTag, std::uint32_t>;

/// Number of a lock-step of the whole world, from 1; 0 is before the first.
using Round = StrongId<struct RoundTag, std::uint64_t>;

/// Virtual time, in nanoseconds since the start of the run. Never negative.
using Duration = std::chrono::nanoseconds;
using VirtualTime = StrongId<struct VirtualTimeTag, std::int64_t>;

constexpr VirtualTime operator+(VirtualTime t, Duration d) {
    return {t.value + d.count()};
}
constexpr Duration operator-(VirtualTime a, VirtualTime b) {
    return Duration{a.value - b.value};
}

}  // namespace ariadne

template <class Tag, class Rep>
struct std::hash<ariadne::StrongId<Tag, Rep>> {
    std::size_t operator()(ariadne::StrongId<Tag, Rep> id) const noexcept {
        return std::hash<Rep>{}(id.value);
    }
};
