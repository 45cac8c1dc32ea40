// A task function without its types: what the runtime needs to start, restart and end it.
#pragma once

#include "engine/base/bytes.h"
#include "engine/kernel/cell_type.h"
#include "engine/kernel/message_pool.h"
#include "engine/task/outcome.h"
#include "engine/value/cell_ref.h"

#include <coroutine>
#include <cstdint>
#include <string>
#include <utility>

namespace ariadne::task {

class TaskCore;
struct PromiseBase;

/// Returned by TaskContext::continueAs(), for co_return.
class ContinueAs {
public:
    ContinueAs(std::uint64_t argsHash, Bytes args) : argsHash_(argsHash), args_(std::move(args)) {}
    std::uint64_t argsHash() const { return argsHash_; }
    Bytes takeArgs() { return std::move(args_); }

private:
    std::uint64_t argsHash_;
    Bytes args_;
};

/// The outermost coroutine of a task. Whoever holds it destroys `handle`.
struct RootCoroutine {
    std::coroutine_handle<> handle;
    PromiseBase* promise = nullptr;
};

/// One per task function and module; immutable.
struct TaskCode {
    const kernel::CellType* type = nullptr;
    std::uint64_t argsHash = 0;   ///< of the type of its arguments
    std::uint64_t endedHash = 0;  ///< of TaskEnded<result>
    /// A state (kernel::allocateState) from encoded arguments of the right type.
    void* (*makeState)(ByteView args, value::CellRef tells) = nullptr;
    /// Replaces the arguments of a state.
    void (*setArgs)(void* state, ByteView args) = nullptr;
    /// The suspended coroutine, with a copy of the state's arguments.
    RootCoroutine (*start)(const void* state, TaskCore& core) = nullptr;
    /// The encoded Result of a coroutine that returned.
    Bytes (*resultOf)(std::coroutine_handle<> returned) = nullptr;
    /// An encoded Result without a value.
    Bytes (*noValue)(TaskOutcome outcome, std::string text) = nullptr;
    /// An encoded TaskEnded without a value.
    Bytes (*endedWith)(TaskOutcome outcome, std::string text) = nullptr;
    /// TaskEnded with that encoded Result.
    kernel::Message* (*endMessage)(kernel::MessagePool& pool, ByteView result,
                                   value::CellRef self) = nullptr;
    /// The value alone, out of an encoded TaskEnded whose outcome is kOk.
    Bytes (*valueIn)(ByteView ended) = nullptr;
};

}  // namespace ariadne::task
