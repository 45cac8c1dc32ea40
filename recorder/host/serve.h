// The process that executes a run for another one: `ariadne host`.
#pragma once

#include <absl/status/status.h>

#include <chrono>

namespace ariadne::host {

/// So long after the other end was closed the process has to seal its file: then it is killed, and
/// what was committed is in the recording all the same.
inline constexpr std::chrono::seconds kSealPatience{30};

/// Executes what comes in through the socket `fd`, which it owns, until that is closed at the other
/// end; then ends the run and seals its file. kInvalidArgument: `fd` is no socket.
/// Programs are those this process has loaded. Threading: once, on a thread without an event loop.
absl::Status serve(int fd);

}  // namespace ariadne::host
