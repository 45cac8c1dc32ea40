#include "recorder/host/loop_queue.h"

#include <cstdint>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

namespace ariadne::host {

LoopQueue::LoopQueue() : posted_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void LoopQueue::post(std::function<void()> what) {
    {
        const std::lock_guard lock{mutex_};
        waiting_.push_back(std::move(what));
    }
    const std::uint64_t one = 1;
    // It can only fail when it is readable already.
    (void)!::write(posted_.get(), &one, sizeof one);
}

kj::Promise<void> LoopQueue::serve(kj::UnixEventPort& port) {
    using Observer = kj::UnixEventPort::FdObserver;
    auto observer = kj::heap<Observer>(port, posted_.get(), Observer::OBSERVE_READ);
    Observer& observing = *observer;
    return serveMore(observing).attach(kj::mv(observer));
}

kj::Promise<void> LoopQueue::serveMore(kj::UnixEventPort::FdObserver& observer) {
    // Emptied before it is waited for: the observer tells of changes alone.
    std::uint64_t count = 0;
    while (::read(posted_.get(), &count, sizeof count) > 0) {
        std::vector<std::function<void()>> now;
        {
            const std::lock_guard lock{mutex_};
            now.swap(waiting_);
        }
        for (const std::function<void()>& what : now) what();
    }
    return observer.whenBecomesReadable().then([&] { return serveMore(observer); });
}

}  // namespace ariadne::host
