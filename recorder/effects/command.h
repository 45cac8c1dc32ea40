// The effect command.run: the granted program, without a shell.
#pragma once

#include "recorder/effects/handler.h"

#include <cstddef>

namespace ariadne::effects {

struct CommandLimits {
    std::size_t argumentsMax = 1024;
    std::size_t argumentBytesMax = 128 * 1024;     ///< of all arguments together
    std::size_t inputBytesMax = 8 * 1024 * 1024;   ///< standard input
    std::size_t outputBytesMax = 4 * 1024 * 1024;  ///< kept of standard output
    std::size_t errorBytesMax = 1024 * 1024;       ///< kept of standard error
    std::size_t floodBytesMax = 64 * 1024 * 1024;  ///< a program that writes more is killed
};

/// All there is in the environment of a program: the idempotency key of its wish. It may be started
/// again for a wish whose answer was lost, and can tell by this that it has done it already.
inline constexpr const char* kKeyVariable = "ARIADNE_IDEMPOTENCY_KEY";

/// Answers CommandEnded when the program has ended; what it left running in its process group ends
/// with it. A stop kills the group. Immutable, so thread-safe.
class CommandHandler : public Handler {
public:
    explicit CommandHandler(CommandLimits limits = {}) : limits_(limits) {}
    absl::StatusOr<Bytes> perform(const effect::Request& request, std::stop_token stop) override;

private:
    const CommandLimits limits_;
};

}  // namespace ariadne::effects
