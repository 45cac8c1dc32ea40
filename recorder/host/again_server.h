// Runs a trace again for another process.
#pragma once

#include "recorder/host/loop_queue.h"

#include <kj/async.h>

#include <recorder/host/host.capnp.h>
#include <thread>

namespace ariadne::host {

/// One at a time, on a thread of its own. Confined to the loop's thread. Whoever calls it off kills
/// the process, so destroying it does not wait.
class AgainServer {
public:
    explicit AgainServer(LoopQueue& queue) : queue_(queue) {}
    ~AgainServer();

    using Context = capnp::CallContext<wire::Host::AgainParams, wire::Host::AgainResults>;
    kj::Promise<void> run(Context context);

private:
    LoopQueue& queue_;
    std::thread thread_;
};

}  // namespace ariadne::host
