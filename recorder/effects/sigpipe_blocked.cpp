#include "recorder/effects/sigpipe_blocked.h"

#include <ctime>

namespace ariadne::effects {
namespace {

sigset_t onlySigpipe() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    return set;
}

bool isPending() {
    sigset_t pending;
    sigpending(&pending);
    return sigismember(&pending, SIGPIPE) == 1;
}

}  // namespace

SigpipeBlocked::SigpipeBlocked() {
    wasPending_ = isPending();
    const sigset_t set = onlySigpipe();
    pthread_sigmask(SIG_BLOCK, &set, &before_);
}

SigpipeBlocked::~SigpipeBlocked() {
    const sigset_t set = onlySigpipe();
    const timespec now{};
    if (!wasPending_ && isPending()) sigtimedwait(&set, nullptr, &now);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace ariadne::effects
