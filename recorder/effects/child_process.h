// One program started without a shell, and what came of it.
#pragma once

#include "recorder/effects/fd.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <string>
#include <sys/types.h>
#include <vector>

namespace ariadne::effects {

/// A child in a process group of its own, with nothing of our environment, "/" as its folder,
/// default signal handling and no descriptors but three pipes. Ended and reaped by the destructor
/// if not before. Thread-confined.
///
/// What a child moves into another group or session is out of reach.
class ChildProcess {
public:
    struct Exit {
        int code = 0;    ///< 0 when a signal ended it
        int signal = 0;  ///< 0 when it exited
    };

    /// `program` is an absolute path and becomes argument 0; `environment`, "NAME=value" each, is
    /// all of it. kNotFound, kPermissionDenied,
    /// kFailedPrecondition: no program to be started stands there; kResourceExhausted,
    /// kUnavailable: the system could not start it.
    static absl::StatusOr<ChildProcess> start(const std::string& program,
                                              const std::vector<std::string>& arguments,
                                              const std::vector<std::string>& environment);
    ChildProcess(ChildProcess&& other) noexcept;
    ChildProcess& operator=(ChildProcess&&) = delete;
    ~ChildProcess();

    /// Becomes readable when the child has ended.
    const Fd& ended() const { return ended_; }
    // Our ends of its pipes, non-blocking; whoever is done with one closes it.
    Fd& input() { return input_; }
    Fd& output() { return output_; }
    Fd& errors() { return errors_; }

    /// Kills the child and all that is left in its group.
    void killGroup();
    /// Waits for its end and takes its entry from the system; killGroup() before or it may last.
    /// kInternal: somebody else took it. Once.
    absl::StatusOr<Exit> reap();

private:
    ChildProcess() = default;

    pid_t pid_ = -1;  ///< -1: reaped
    Fd ended_;
    Fd input_;
    Fd output_;
    Fd errors_;
};

}  // namespace ariadne::effects
