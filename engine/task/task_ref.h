// The address of a task, and the message that tells its end.
#pragma once

#include "engine/actor/ref.h"
#include "engine/task/outcome.h"

#include <boost/describe.hpp>

#include <string>

namespace ariadne {

/// Address of a task with result R. Copyable, may be kept in state and messages, encodes as its
/// key. A task takes messages of all types, as a Recipient of them.
template <class R>
struct TaskRef : CellRef {
    TaskRef() {}
    explicit TaskRef(CellRef ref) : CellRef(ref) {}
    auto operator<=>(const TaskRef&) const = default;

    /// Where to send M; whether the task ever receives it is its own affair.
    template <class M>
    Recipient<M> takes() const {
        return Recipient<M>{static_cast<const CellRef&>(*this)};
    }
};

/// A child task has ended: ok, err or cancelled. A task that panics tells nothing; its Down does.
template <class R>
struct TaskEnded {
    Result<R> result;
    CellRef task;

    TaskEnded() {}
    TaskEnded(Result<R> how, CellRef who) : result(std::move(how)), task(who) {}
    static std::string traceName() {
        return "ariadne::TaskEnded<" + value::internal::displayName<R>() + ">";
    }
    BOOST_DESCRIBE_CLASS(TaskEnded, (), (result, task), (), ())
};

}  // namespace ariadne
