// A process started with one end of a socket, and how it ended.
#pragma once

#include "recorder/effects/fd.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <string>
#include <sys/types.h>
#include <vector>

namespace ariadne::host {

/// Our end is open until it is closed or taken. Killed and reaped by the destructor if not before.
/// Thread-confined.
class RunProcess {
public:
    /// Its descriptor of the other end.
    static constexpr int kSocket = 3;

    /// What it prints goes where this process prints. kNotFound: it cannot be started.
    static absl::StatusOr<RunProcess> start(std::vector<std::string> command);
    RunProcess(RunProcess&& other) noexcept;
    RunProcess& operator=(RunProcess&&) = delete;
    ~RunProcess();

    effects::Fd& socket() { return socket_; }
    /// Becomes readable when it has ended.
    const effects::Fd& ended() const { return ended_; }
    void kill();
    /// Goes on without us: nobody kills or reaps it any more.
    void leave() { pid_ = -1; }
    /// Waits for its end and says how it ended: "signal 11, Segmentation fault"; "status 3"; empty:
    /// with status 0. Once.
    std::string reap();

private:
    RunProcess() = default;

    pid_t pid_ = -1;  ///< -1: reaped
    effects::Fd socket_;
    effects::Fd ended_;
};

}  // namespace ariadne::host
