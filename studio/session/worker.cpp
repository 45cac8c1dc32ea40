#include "studio/session/worker.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace ariadne::studio {

Worker::Worker() : thread_([this] { run(); }) {}

void Worker::stop() {
    std::deque<Request> dropped;
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
        cancelled_ = true;
        dropped.swap(waiting_);
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void Worker::post(RequestKind kind, Task task, std::size_t waitingMax) {
    Request dropped;  // dies after the lock: what it holds may be large
    {
        const std::lock_guard lock{mutex_};
        const auto ofKind = [kind](const Request& r) { return r.kind == kind; };
        const auto alike = std::count_if(waiting_.begin(), waiting_.end(), ofKind);
        if (static_cast<std::size_t>(alike) >= waitingMax) {
            const auto oldest = std::find_if(waiting_.begin(), waiting_.end(), ofKind);
            dropped = std::move(*oldest);
            waiting_.erase(oldest);
        }
        waiting_.push_back({kind, std::move(task)});
    }
    changed_.notify_one();
}

void Worker::replace(RequestKind kind, Task task) {
    std::vector<Request> dropped;  // dies after the lock, here and below
    {
        const std::lock_guard lock{mutex_};
        tellRunning(kind);
        dropped = takeWaiting(kind);
        waiting_.push_back({kind, std::move(task)});
    }
    changed_.notify_one();
}

void Worker::replaceFirst(RequestKind kind, Task task) {
    std::vector<Request> dropped;
    {
        const std::lock_guard lock{mutex_};
        tellRunning(kind);
        dropped = takeWaiting(kind);
        waiting_.push_front({kind, std::move(task)});
    }
    changed_.notify_one();
}

void Worker::cancel(RequestKind kind) {
    std::vector<Request> dropped;
    const std::lock_guard lock{mutex_};
    tellRunning(kind);
    dropped = takeWaiting(kind);
}

std::vector<Worker::Request> Worker::takeWaiting(RequestKind kind) {
    const auto first = std::stable_partition(waiting_.begin(), waiting_.end(),
                                             [kind](const Request& r) { return r.kind != kind; });
    std::vector<Request> taken{std::make_move_iterator(first),
                               std::make_move_iterator(waiting_.end())};
    waiting_.erase(first, waiting_.end());
    return taken;
}

void Worker::tellRunning(RequestKind kind) {
    if (running_ && runningKind_ == kind) cancelled_ = true;
}

void Worker::run() {
    std::unique_lock lock{mutex_};
    for (;;) {
        changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (stopping_) return;
        Request request = std::move(waiting_.front());
        waiting_.pop_front();
        runningKind_ = request.kind;
        running_ = true;
        cancelled_ = false;

        lock.unlock();
        const Again again = request.task(cancelled_);
        if (again == Again::kNo) request.task = nullptr;
        lock.lock();

        running_ = false;
        // One that was told to end while it ran is not asked again: its successor waits already.
        if (again == Again::kYes && !cancelled_) waiting_.push_back(std::move(request));
    }
}

}  // namespace ariadne::studio
