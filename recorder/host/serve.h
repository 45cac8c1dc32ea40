// The process that executes a run for another one: `ariadne host`.
#pragma once

#include <absl/status/status.h>

#include <chrono>

namespace ariadne::host {

/// So long after the other end was closed a process has to seal its file.
inline constexpr std::chrono::seconds kSealPatience{30};

/// Executes what comes in through the socket `fd`, which it owns, until that is closed at the other
/// end; then ends the run and seals its file. When that takes longer than `sealPatience`, at least
/// 1 s, the process is killed, and what was committed is in the recording all the same.
/// kInvalidArgument: `fd` is no socket.
/// Programs are those this process has loaded. Threading: once, on a thread without an event loop.
absl::Status serve(int fd, std::chrono::seconds sealPatience = kSealPatience);

}  // namespace ariadne::host
