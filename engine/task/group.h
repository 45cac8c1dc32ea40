// The children of one combinator: begun together, watched, cancelled and drained.
#pragma once

#include "engine/task/awaiters.h"
#include "engine/task/coroutine.h"
#include "engine/task/steps.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ariadne::task {

/// Lives in the combinator's frame; the core outlives it.
class Group {
public:
    explicit Group(TaskCore& core) : core_(core) {}
    Group(const Group&) = delete;
    Group& operator=(const Group&) = delete;

    /// Begins a child; its number is the count of those before it.
    void begin(const TaskCode& code, ByteView args) {
        keys_.push_back(core_.spawn(code, args, {}));
    }
    std::size_t size() const { return keys_.size(); }
    bool alive(std::size_t i) const {
        const Child* child = core_.child(keys_[i]);
        return child != nullptr && child->alive();
    }
    /// Of one that has ended and was not taken.
    const ChildEnd& end(std::size_t i) const { return *core_.child(keys_[i])->end; }
    std::uint64_t endOrder(std::size_t i) const { return core_.child(keys_[i])->endOrder; }
    /// Waits for the next end, for `timer`, or for a request to end.
    NextEnd next(std::uint64_t timer = 0) const { return {core_, timer}; }
    /// Waits for the end of number `i`; with kYes for a request to end as well.
    EndOf endOf(std::size_t i, EndOf::Interrupt interrupt = EndOf::Interrupt::kYes) const {
        return {core_, keys_[i], interrupt};
    }
    /// Waits until all have ended.
    Flow<Nothing> drained() const;
    void cancelLiving(CancelReason reason);
    ChildEnd take(std::size_t i) { return core_.takeEnd(keys_[i]); }
    /// All ends, by number. Nobody may live.
    std::vector<ChildEnd> takeAll();

private:
    TaskCore& core_;
    std::vector<CellKey> keys_;
};

/// A timer of a combinator.
class GroupTimer {
public:
    explicit GroupTimer(TaskCore& core) : core_(core) {}
    GroupTimer(const GroupTimer&) = delete;
    GroupTimer& operator=(const GroupTimer&) = delete;
    void set(Duration time) {
        drop();
        timer_ = core_.armTimer(time);
    }
    void drop() {
        if (timer_ != 0) core_.dropTimer(timer_);
        timer_ = 0;
    }
    bool fired() const { return timer_ != 0 && core_.fired(timer_); }
    std::uint64_t timer() const { return timer_; }

private:
    TaskCore& core_;
    std::uint64_t timer_ = 0;
};

}  // namespace ariadne::task
