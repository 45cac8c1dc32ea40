// How a part of a run ended, and how the ends of many become one.
#pragma once

#include <boost/describe.hpp>

#include <algorithm>
#include <cstdint>

namespace ariadne {

/// Ordered: the worse, the greater. Numbers are bytes in trace files.
enum class Verdict : std::uint8_t {
    kOk = 0,
    kErr = 1,        ///< failed on purpose: fail()
    kCancelled = 2,  ///< ended because it was asked to
    kPanicked = 3,   ///< threw, broke a limit, or did not end in time
};
BOOST_DESCRIBE_ENUM(Verdict, kOk, kErr, kCancelled, kPanicked)

/// A verdict and the ordinal of whom it came from. Its join is associative, commutative and
/// idempotent; of two equally bad the one with the lower ordinal stands. Value type.
struct Judged {
    Verdict verdict = Verdict::kOk;
    std::uint64_t ordinal = 0;  ///< of the child it came from; 0 = of nobody yet
    constexpr bool operator==(const Judged&) const = default;
};

constexpr Judged join(Judged a, Judged b) {
    if (a.verdict != b.verdict) return a.verdict > b.verdict ? a : b;
    if (a.ordinal == 0 || b.ordinal == 0) return a.ordinal == 0 ? b : a;
    return a.ordinal <= b.ordinal ? a : b;
}

}  // namespace ariadne
