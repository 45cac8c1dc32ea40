// Asking a task to end: the request, the exception it becomes, and the one place that sends it.
#pragma once

#include "engine/actor/ref.h"
#include "engine/base/ids.h"

#include <boost/describe.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <limits>
#include <string_view>

namespace ariadne {
namespace task {

class TaskCore;

/// Why a task is to end. Ordered: a later request can only strengthen it.
enum class CancelReason : std::uint8_t {
    kNone = 0,
    kRequested = 1,
    kRaceLost = 2,
    kTimeout = 3,
    kParentCancelled = 4,
    kParentEnded = 5,
};
BOOST_DESCRIBE_ENUM(CancelReason, kNone, kRequested, kRaceLost, kTimeout, kParentCancelled,
                    kParentEnded)

/// "asked to", "lost a race", ...
std::string_view textOf(CancelReason reason);

/// Please end, at the latest at `until`; who has not ended by then fails.
struct CancelRequested {
    CancelReason reason = CancelReason::kNone;
    VirtualTime until;
};
BOOST_DESCRIBE_STRUCT(CancelRequested, (), (reason, until))

/// The seam to the kernel: how a request reaches a task, from the turn of another one.
void requestCancel(TaskCore& from, CellKey target, CancelReason reason, VirtualTime until);

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
    explicit Cancelled(task::CancelReason reason) : reason_(reason) {}
    const char* what() const noexcept override;
    task::CancelReason reason() const { return reason_; }

private:
    task::CancelReason reason_;
};

}  // namespace ariadne
