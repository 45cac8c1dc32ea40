// What other threads want done on the thread of an event loop.
#pragma once

#include "recorder/effects/fd.h"

#include <kj/async-unix.h>

#include <functional>
#include <mutex>
#include <vector>

namespace ariadne::host {

/// Threading: post() from anywhere; serve(), and the end of what it gave, on the loop's thread.
class LoopQueue {
public:
    LoopQueue();

    /// Done in the order they were posted.
    void post(std::function<void()> what);
    /// Does what is posted until it is dropped; never resolved.
    kj::Promise<void> serve(kj::UnixEventPort& port);

private:
    kj::Promise<void> serveMore(kj::UnixEventPort::FdObserver& observer);

    effects::Fd posted_;  ///< readable when something was
    std::mutex mutex_;
    std::vector<std::function<void()>> waiting_;  ///< under mutex_
};

}  // namespace ariadne::host
