// Writing to somebody who left gives an error, not a signal.
#pragma once

#include <signal.h>

namespace ariadne::effects {

/// Keeps SIGPIPE from this thread while it lives, and takes away the one that was raised meanwhile.
/// Thread-confined.
class SigpipeBlocked {
public:
    SigpipeBlocked();
    ~SigpipeBlocked();
    SigpipeBlocked(const SigpipeBlocked&) = delete;
    SigpipeBlocked& operator=(const SigpipeBlocked&) = delete;

private:
    sigset_t before_;
    bool wasPending_ = false;
};

}  // namespace ariadne::effects
