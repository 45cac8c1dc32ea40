// From a function to a cell type: its state, its code, and how it is spawned.
#pragma once

#include "engine/actor/context.h"
#include "engine/task/coroutine.h"
#include "engine/task/task_ref.h"
#include "engine/value/change.h"

#include <algorithm>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace ariadne {

class TaskContext;

namespace task {

template <class F>
struct FunctionShape {
    static constexpr bool kIsTask = false;
};
template <class R, class A>
struct FunctionShape<Task<R> (*)(TaskContext, A)> {
    static constexpr bool kIsTask = !std::is_reference_v<A> && !std::is_pointer_v<A>;
    using ResultType = R;
    using Args = A;
};
template <class R>
struct FunctionShape<Task<R> (*)(TaskContext)> {
    static constexpr bool kIsTask = true;
    using ResultType = R;
    using Args = Nothing;
};

template <auto Fn>
struct Shape : FunctionShape<std::remove_cv_t<decltype(Fn)>> {
    static_assert(
        FunctionShape<std::remove_cv_t<decltype(Fn)>>::kIsTask,
        "a task is a named function `Task<R> f(TaskContext cx, Args args)` or `Task<R> "
        "f(TaskContext cx)`, given as &f, with its one argument by value. A lambda or an object "
        "will not do: its name differs between compilers, and what it captures is not in the "
        "state. Put what it needs into Args.");
};
template <auto Fn>
using ArgsOf = typename Shape<Fn>::Args;
template <auto Fn>
using ResultOf = typename Shape<Fn>::ResultType;

/// Called T because that is where nameInSignature() looks.
template <auto T>
constexpr std::string_view signatureOfValue() {
    return __PRETTY_FUNCTION__;
}

/// "bank::audit", the same from both compilers.
template <auto Fn>
std::string functionName() {
    std::string name = value::nameInSignature(signatureOfValue<Fn>());
    return name.starts_with('&') ? name.substr(1) : name;
}

/// The state of a task cell: its function is the type, the rest is here.
template <auto Fn>
struct TaskState {
    ArgsOf<Fn> args{};
    TaskLife life;
    Vector<TaskDelivery> history;  ///< of this life
    TaskFrame frame;               ///< made from the above, never part of it

    static std::string traceName() { return functionName<Fn>(); }
    BOOST_DESCRIBE_CLASS(TaskState, (), (args, life, history), (), ())
};

template <auto Fn>
const TaskCode& codeOf();

template <auto Fn>
void runState(void* state, kernel::Turn& turn, const void*) {
    auto& s = *static_cast<TaskState<Fn>*>(state);
    runTask({state, s.life, s.history, s.frame, codeOf<Fn>()}, turn);
}

template <auto Fn>
kernel::CellType makeTaskType() {
    using State = TaskState<Fn>;
    kernel::CellType type;
    type.state = &value::typeInfo<State>();
    type.addBehaviour({}, {});
    type.any = &runState<Fn>;
    type.acceptsStart = true;
    type.beginChanges = [](void* state, value::Shadow& shadow) {
        value::beginChanges(*static_cast<State*>(state), shadow);
    };
    type.encodeChange = [](void* state, value::Shadow& shadow, value::ChangeScratch& scratch,
                           ByteWriter& out) {
        return value::encodeChange(*static_cast<State*>(state), shadow, scratch, out);
    };
    type.module = &ariadne::internal::moduleMark;
    return type;
}

template <auto Fn>
ARIADNE_PER_MODULE const kernel::CellType& taskType() {
    static const kernel::CellType kType = makeTaskType<Fn>();
    return kType;
}

/// Naming `kDone` makes the task known to snapshots before main() or dlopen() returns.
template <auto Fn>
struct ARIADNE_PER_MODULE TaskRegistered {
    static inline const bool kDone = (ariadne::internal::registerCellType(taskType<Fn>()), true);
    static inline const bool kEnded = value::MessageTypeRegistered<TaskEnded<ResultOf<Fn>>>::kDone;
};

template <auto Fn>
void* makeTaskState(ArgsOf<Fn> args, CellRef tells) {
    using State = TaskState<Fn>;
    void* storage = kernel::allocateState(value::typeInfo<State>());
    State* state = new (storage) State;
    state->args = std::move(args);
    state->life.tells = tells;
    return storage;
}

template <auto Fn>
RootCoroutine startCoroutine(const void* state, TaskCore& core);

/// Of bytes that an encode() of this very type has made.
template <class T>
T decodedHere(ByteView bytes) {
    std::optional<T> v = value::decoded<T>(bytes);
    if (!v)
        throw std::runtime_error("found a " + value::typeInfo<T>().name +
                                 " that cannot be read back, expected values nested at most " +
                                 std::to_string(kValueDepthMax) + " deep: pass flatter ones");
    return std::move(*v);
}

template <auto Fn>
TaskCode makeCode() {
    using Args = ArgsOf<Fn>;
    using R = ResultOf<Fn>;
    TaskCode code;
    code.type = &taskType<Fn>();
    code.argsHash = value::typeInfo<Args>().hash;
    code.endedHash = value::typeInfo<TaskEnded<R>>().hash;
    code.makeState = [](ByteView args, CellRef tells) {
        return makeTaskState<Fn>(decodedHere<Args>(args), tells);
    };
    code.setArgs = [](void* state, ByteView args) {
        static_cast<TaskState<Fn>*>(state)->args = decodedHere<Args>(args);
    };
    code.start = &startCoroutine<Fn>;
    code.resultOf = [](std::coroutine_handle<> returned) {
        using Promise = typename Task<R>::promise_type;
        return value::encoded(
            std::coroutine_handle<Promise>::from_address(returned.address()).promise().result);
    };
    code.noValue = [](TaskOutcome outcome, std::string text) {
        return value::encoded(Result<R>(outcome, std::move(text)));
    };
    code.endedWith = [](TaskOutcome outcome, std::string text) {
        return value::encoded(TaskEnded<R>(Result<R>(outcome, std::move(text)), CellRef{}));
    };
    code.endMessage = [](kernel::MessagePool& pool, ByteView result, CellRef self) {
        return pool.make(TaskEnded<R>(decodedHere<Result<R>>(result), self));
    };
    code.valueIn = [](ByteView ended) {
        return value::encoded(*decodedHere<TaskEnded<R>>(ended).result.value);
    };
    return code;
}

template <auto Fn>
ARIADNE_PER_MODULE const TaskCode& codeOf() {
    static const TaskCode kCode = makeCode<Fn>();
    (void)TaskRegistered<Fn>::kDone;
    (void)TaskRegistered<Fn>::kEnded;
    return kCode;
}

}  // namespace task

namespace internal {
/// Lets layers above the actors reach the turn behind a Context.
struct TurnAccess {
    static kernel::Turn& of(Context& cx) { return cx.turn_; }
};
}  // namespace internal

namespace task {
template <auto Fn>
TaskRef<ResultOf<Fn>> beginFrom(Context& cx, std::string_view name, ArgsOf<Fn> args,
                                const RegionRef& region, const ChildOptions& child) {
    kernel::Turn& turn = ariadne::internal::TurnAccess::of(cx);
    const TaskCode& code = codeOf<Fn>();
    const CellRef tells = turn.type().takes(code.endedHash) ? turn.self() : CellRef{};
    const CellKey key = turn.spawn(*code.type, makeTaskState<Fn>(std::move(args), tells), name,
                                   kernel::MailboxOptions{}, region.key, child);
    if (turn.type().takes(value::typeInfo<Down>().hash)) turn.monitor(key);
    return TaskRef<ResultOf<Fn>>{CellRef{key}};
}
}  // namespace task

/// Starts a task below an actor, from its handler. The actor gets TaskEnded<R>, and a Down in any
/// case, as far as it accepts them; a task that panics comes as Down alone. An empty name takes the
/// function's.
template <auto Fn>
TaskRef<task::ResultOf<Fn>> spawnTask(Context& cx, std::string_view name = {},
                                      task::ArgsOf<Fn> args = {}) {
    return task::beginFrom<Fn>(cx, name, std::move(args), {}, {});
}

/// Starts a task in `region`, looked after as `child` says: when it panics, a region with a
/// strategy begins it again from these arguments. Whoever started it is told as by spawnTask(), and
/// of no end that it survived. In a region that is not open nobody is born, and the Down says so.
template <auto Fn>
TaskRef<task::ResultOf<Fn>> spawnTaskIn(Context& cx, const RegionRef& region,
                                        std::string_view name = {}, task::ArgsOf<Fn> args = {},
                                        const ChildOptions& child = {}) {
    return task::beginFrom<Fn>(cx, name, std::move(args), region, child);
}

/// Asks a task and all below it to end within `cleanup` of virtual time, as Context::cancel() does.
template <class R>
void cancelTask(Context& cx, const TaskRef<R>& whom, Duration cleanup = task::kCleanup) {
    cx.cancel(whom, std::max(cleanup, Duration::zero()));
}

}  // namespace ariadne
