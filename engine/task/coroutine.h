// The coroutine types: Task, which people write, and Flow, which combinators are made of.
#pragma once

#include "engine/task/core.h"
#include "engine/task/outcome.h"

#include <concepts>
#include <coroutine>
#include <exception>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace ariadne {

template <class T>
class Task;

namespace task {

template <class T>
class Flow;

/// Runs the coroutine behind `handle` inside the awaiting one and hands out its result.
template <class Promise>
class SubAwaiter {
public:
    explicit SubAwaiter(std::coroutine_handle<Promise> handle) : handle_(handle) {}
    bool await_ready() const noexcept { return false; }
    template <class Parent>
    void await_suspend(std::coroutine_handle<Parent> parent) {
        handle_.promise().core = parent.promise().core;
        handle_.promise().parent = parent;
        parent.promise().core->runNext(handle_);
    }
    auto await_resume() {
        if (handle_.promise().error) std::rethrow_exception(handle_.promise().error);
        if (handle_.promise().continues)
            throw std::logic_error(
                "found co_return continueAs() in a coroutine that another one awaits, expected it "
                "in the task's own function: return a value and continue there");
        return handle_.promise().take();
    }

private:
    std::coroutine_handle<Promise> handle_;
};

/// Stands for an awaiter that lives elsewhere in the same full expression. g++ 12 copies what
/// await_transform() returns by reference.
template <class A>
class AwaiterRef {
public:
    explicit AwaiterRef(A& awaiter) : awaiter_(awaiter) {}
    bool await_ready() { return awaiter_.await_ready(); }
    void await_suspend(std::coroutine_handle<> awaiting) { awaiter_.await_suspend(awaiting); }
    decltype(auto) await_resume() { return awaiter_.await_resume(); }

private:
    A& awaiter_;
};

/// What both promises share: what may be awaited, and who goes on at the end. Nobody resumes
/// anybody directly; the core's loop does, so that no chain of awaits grows the stack.
struct PromiseBase {
    TaskCore* core = nullptr;
    std::coroutine_handle<> parent;
    std::exception_ptr error;
    std::optional<ContinueAs> continues;

    class Final {
    public:
        Final() {}
        bool await_ready() const noexcept { return false; }
        template <class Promise>
        void await_suspend(std::coroutine_handle<Promise> done) const noexcept {
            if (done.promise().parent) done.promise().core->runNext(done.promise().parent);
        }
        void await_resume() const noexcept {}
    };
    std::suspend_always initial_suspend() const noexcept { return {}; }
    Final final_suspend() const noexcept { return {}; }
    void unhandled_exception() { error = std::current_exception(); }

    template <class T>
    auto await_transform(Task<T>&& task) {
        return SubAwaiter<typename Task<T>::promise_type>{task.handle()};
    }
    template <class T>
    auto await_transform(Flow<T>&& flow) {
        return SubAwaiter<typename Flow<T>::promise_type>{flow.handle()};
    }
    template <class A>
    AwaiterRef<std::remove_reference_t<A>> await_transform(A&& awaiter) {
        static_assert(
            std::derived_from<std::remove_cvref_t<A>, Awaiting>,
            "a task awaits what TaskContext offers (receive, sleep, ask, join, ...) and "
            "calls of other coroutines that return Task: anything else cannot be replayed");
        return AwaiterRef<std::remove_reference_t<A>>{awaiter};
    }
};

/// Owns a coroutine. Movable.
template <class Promise>
class CoroutineOwner {
public:
    explicit CoroutineOwner(std::coroutine_handle<Promise> handle) : handle_(handle) {}
    CoroutineOwner(CoroutineOwner&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
    CoroutineOwner& operator=(CoroutineOwner&&) = delete;
    ~CoroutineOwner() {
        if (handle_) handle_.destroy();
    }
    std::coroutine_handle<Promise> handle() const { return handle_; }
    std::coroutine_handle<Promise> release() { return std::exchange(handle_, {}); }

private:
    std::coroutine_handle<Promise> handle_;
};

}  // namespace task

/// What a task function returns: `Task<Page> fetch(TaskContext cx, Url url)`. Inside:
/// `co_return page`, `co_return Err("...")`, `co_return` of a Result<T>, or of cx.continueAs(args).
///
/// Awaiting a call, `co_await fetch(cx, url)`, runs it inside the awaiting task, like a function,
/// and gives a Result<T>; exceptions pass. A cell of its own is made by TaskContext::spawn and
/// spawnTask(). T is a described value.
template <class T>
class [[nodiscard]] Task {
public:
    using ResultType = T;
    struct promise_type : task::PromiseBase {
        Result<T> result;

        Task get_return_object() {
            return Task{std::coroutine_handle<promise_type>::from_promise(*this)};
        }
        void return_value(T value) { result = Result<T>(std::move(value)); }
        template <class V>
        requires std::same_as<std::remove_cvref_t<V>, Err>
        void return_value(V&& err) { result = Result<T>(TaskOutcome::kErr, err.text()); }
        template <class V>
        requires std::same_as<std::remove_cvref_t<V>, Result<T>>
        void return_value(V&& whole) { result = std::forward<V>(whole); }
        template <class V>
        requires std::same_as<std::remove_cvref_t<V>, task::ContinueAs>
        void return_value(V&& next) { continues = std::forward<V>(next); }
        Result<T> take() { return std::move(result); }
    };

    explicit Task(std::coroutine_handle<promise_type> handle) : owner_(handle) {}
    // For the runtime.
    std::coroutine_handle<promise_type> handle() const { return owner_.handle(); }
    std::coroutine_handle<promise_type> release() { return owner_.release(); }

private:
    task::CoroutineOwner<promise_type> owner_;
};

namespace task {

/// A coroutine inside a task that hands out a T, described or not.
template <class T>
class [[nodiscard]] Flow {
public:
    struct promise_type : PromiseBase {
        std::optional<T> value;

        Flow get_return_object() {
            return Flow{std::coroutine_handle<promise_type>::from_promise(*this)};
        }
        void return_value(T v) { value.emplace(std::move(v)); }
        T take() { return std::move(*value); }
    };

    explicit Flow(std::coroutine_handle<promise_type> handle) : owner_(handle) {}
    std::coroutine_handle<promise_type> handle() const { return owner_.handle(); }

private:
    CoroutineOwner<promise_type> owner_;
};

}  // namespace task
}  // namespace ariadne
