// When a child that ended lives again.
#pragma once

#include "engine/base/ids.h"

#include <boost/describe.hpp>

#include <algorithm>
#include <cstdint>

namespace ariadne {

/// Whom the failure of one child concerns. Numbers are bytes in trace files.
enum class Strategy : std::uint8_t {
    kNone = 0,        ///< nobody is restarted
    kOneForOne = 1,   ///< the child alone
    kOneForAll = 2,   ///< all children of the region
    kRestForOne = 3,  ///< the child and those born after it
};
BOOST_DESCRIBE_ENUM(Strategy, kNone, kOneForOne, kOneForAll, kRestForOne)

/// Which ends of a child lead to a restart. Numbers are bytes in trace files.
enum class RestartPolicy : std::uint8_t {
    kTemporary = 0,  ///< none
    kTransient = 1,  ///< failures
    kPermanent = 2,  ///< failures, and stop() too
};
BOOST_DESCRIBE_ENUM(RestartPolicy, kTemporary, kTransient, kPermanent)

/// How long a child waits before it lives again: min(base * factor^n, cap), n = restarts of this
/// child since it last held out longer than the supervisor's window. Value type.
struct Backoff {
    Duration base{0};  ///< 0: at once
    double factor = 2;
    Duration cap = std::chrono::seconds{30};
    bool jitter = false;  ///< a uniform share of the delay from the child's own random stream
    bool operator==(const Backoff&) const = default;
};
BOOST_DESCRIBE_STRUCT(Backoff, (), (base, factor, cap, jitter))

constexpr Duration delayOf(const Backoff& backoff, std::uint32_t restartsBefore) {
    double delay = static_cast<double>(backoff.base.count());
    const double cap = static_cast<double>(std::max(backoff.cap, Duration::zero()).count());
    for (std::uint32_t i = 0; i < restartsBefore && delay < cap; ++i) delay *= backoff.factor;
    return Duration{static_cast<std::int64_t>(std::clamp(delay, 0.0, cap))};
}

}  // namespace ariadne
