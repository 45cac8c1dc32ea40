// What a task's state is made of: how its present life began, and every delivery since.
#pragma once

#include "engine/actor/ref.h"
#include "engine/base/bytes.h"
#include "engine/kernel/turn.h"

#include <boost/describe.hpp>

#include <cstdint>

namespace ariadne::task {

/// One delivery with everything that resumed code can see of it.
struct TaskDelivery {
    std::uint64_t type = 0;  ///< structural hash
    Bytes payload;
    CellRef sender;
    CellRef asker;              ///< who waits for an answer, when `ask` is not 0
    std::uint64_t ask = 0;      ///< under which number
    std::uint64_t answers = 0;  ///< the task's own ask that this answers or gives up on
    std::uint64_t effect = 0;   ///< the task's own effect that this answers
    VirtualTime at;
    bool operator==(const TaskDelivery&) const = default;
};
BOOST_DESCRIBE_STRUCT(TaskDelivery, (), (type, payload, sender, asker, ask, answers, effect, at))

/// How the present life of a task began, and what it has done so far in one number.
struct TaskLife {
    CellRef tells;  ///< who began it and gets its TaskEnded; nobody: key 0
    bool begun = false;
    VirtualTime at;            ///< when the code was started
    kernel::Ordinals from;     ///< the cell's counters then
    std::uint64_t unread = 0;  ///< the first deliveries of the history came in an earlier life
    std::uint64_t trail = 0;   ///< digest of all outputs and awaits since
};
BOOST_DESCRIBE_STRUCT(TaskLife, (), (tells, begun, at, from, unread, trail))

/// Deliveries one life may have had; the answer to the limit is continueAs().
inline constexpr std::uint64_t kTaskDeliveriesMax = 65'536;

/// The message of a task's timers. Only the kernel sends it: whoever else does is ignored.
struct TaskWake {
    std::uint64_t timer = 0;
};
BOOST_DESCRIBE_STRUCT(TaskWake, (), (timer))

}  // namespace ariadne::task
