// Being asked to end: how long one may clean up, and the exception that a request becomes.
#pragma once

#include "engine/base/ids.h"
#include "engine/region/region.h"

#include <chrono>
#include <cstdint>
#include <exception>
#include <limits>
#include <string_view>

namespace ariadne {
namespace task {

/// "asked to end", "another one was first", ...
std::string_view textOf(CancelReason reason);

/// `by` after `from`, at most the end of virtual time. `by` is not negative.
constexpr VirtualTime laterBy(VirtualTime from, Duration by) {
    const std::int64_t room = std::numeric_limits<std::int64_t>::max() - from.value;
    return {from.value + (by.count() < room ? by.count() : room)};
}

/// How long whom a combinator or an ending parent cancels may clean up.
inline constexpr Duration kCleanup = std::chrono::seconds{1};

}  // namespace task

/// Thrown by a co_await of a task that was asked to end. Let it pass: destructors clean up. Who
/// must await while cleaning up catches it, masks (TaskContext::mask) and goes on after the catch.
class Cancelled final : public std::exception {
public:
    explicit Cancelled(CancelReason reason) : reason_(reason) {}
    const char* what() const noexcept override;
    CancelReason reason() const { return reason_; }

private:
    CancelReason reason_;
};

}  // namespace ariadne
