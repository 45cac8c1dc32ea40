#include "recorder/effects/command.h"

#include "engine/base/status_macros.h"
#include "engine/effect/scope.h"
#include "recorder/effects/child_process.h"
#include "recorder/effects/payload.h"
#include "recorder/effects/sigpipe_blocked.h"
#include "recorder/effects/stop_event.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <poll.h>

namespace ariadne::effects {
namespace {

/// What comes out of one pipe: the beginning is kept, the rest counted.
struct Outflow {
    Bytes kept;
    std::size_t keptMax = 0;
    std::size_t dropped = 0;

    void take(ByteView piece) {
        const std::size_t keep = std::min(piece.size(), keptMax - kept.size());
        kept.insert(kept.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(keep));
        dropped += piece.size() - keep;
    }
    std::size_t bytes() const { return kept.size() + dropped; }
};

/// Carries bytes between a child and us until it has ended. Thread-confined, used once.
class Conversation {
public:
    Conversation(ChildProcess& child, ByteView input, const CommandLimits& limits)
        : child_(child), input_(input), limits_(limits) {
        output_.keptMax = limits.outputBytesMax;
        errors_.keptMax = limits.errorBytesMax;
    }

    /// True when the child ended or was killed for its flood; false when `stop` came first.
    absl::StatusOr<bool> run(const StopEvent& stop) {
        for (;;) {
            if (input_.empty()) child_.input().close();
            // poll() passes over descriptors of -1.
            std::array<pollfd, 5> waits{{{stop.fd(), POLLIN, 0},
                                         {child_.ended().get(), POLLIN, 0},
                                         {child_.input().get(), POLLOUT, 0},
                                         {child_.output().get(), POLLIN, 0},
                                         {child_.errors().get(), POLLIN, 0}}};
            if (::poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR)
                return absl::UnavailableError("waiting for a program failed; run it again");
            if (waits[0].revents != 0) return false;
            if (waits[2].revents != 0) give();
            if (waits[3].revents != 0) take(child_.output(), output_);
            if (waits[4].revents != 0) take(child_.errors(), errors_);
            if (isFlood() || waits[1].revents != 0) return true;
        }
    }

    /// What still stands in the pipes, once nobody writes any more.
    void drain() {
        while (child_.output().isOpen() && !isFlood() && take(child_.output(), output_)) {
        }
        while (child_.errors().isOpen() && !isFlood() && take(child_.errors(), errors_)) {
        }
    }

    effect::CommandEnded told(ChildProcess::Exit exit) && {
        return {exit.code, exit.signal, std::move(output_.kept), std::move(errors_.kept),
                output_.dropped + errors_.dropped > 0};
    }

private:
    bool isFlood() const { return output_.bytes() + errors_.bytes() > limits_.floodBytesMax; }

    void give() {
        const ssize_t put = ::write(child_.input().get(), input_.data(), input_.size());
        if (put > 0) input_ = input_.subspan(static_cast<std::size_t>(put));
        // A program need not read its input.
        if (put < 0 && errno != EAGAIN && errno != EINTR) input_ = {};
    }

    /// One piece; false when there is none now. Closes the pipe at its end.
    bool take(Fd& from, Outflow& to) {
        std::array<std::byte, 64 * 1024> piece;
        const ssize_t got = ::read(from.get(), piece.data(), piece.size());
        if (got < 0 && errno == EINTR) return true;
        if (got < 0 && errno == EAGAIN) return false;
        if (got <= 0) {
            from.close();
            return false;
        }
        to.take(ByteView{piece}.first(static_cast<std::size_t>(got)));
        return true;
    }

    ChildProcess& child_;
    ByteView input_;  ///< not given yet
    const CommandLimits& limits_;
    Outflow output_;
    Outflow errors_;
};

absl::Status checkCommand(const effect::RunCommand& ask, const std::string& program,
                          const CommandLimits& limits) {
    if (effect::plainPath(program) != program)
        return absl::InvalidArgumentError(absl::StrCat(
            "the scope \"", program, "\" is no plain absolute path of a program; grant one"));
    std::size_t bytes = 0;
    for (const auto& argument : ask.arguments) {
        bytes += argument.size() + 1;
        if (argument.find('\0') != std::string::npos)
            return absl::InvalidArgumentError(
                "an argument holds a NUL, where the program would see its end; leave it out");
    }
    if (ask.arguments.size() > limits.argumentsMax)
        return absl::ResourceExhaustedError(
            absl::StrCat("limit argumentsMax (", limits.argumentsMax,
                         ") reached: ", ask.arguments.size(), " arguments; give them as input"));
    if (bytes > limits.argumentBytesMax)
        return absl::ResourceExhaustedError(
            absl::StrCat("limit argumentBytesMax (", limits.argumentBytesMax, ") reached: ", bytes,
                         " bytes of arguments; give them as input"));
    if (ask.input.size() > limits.inputBytesMax)
        return absl::ResourceExhaustedError(
            absl::StrCat("limit inputBytesMax (", limits.inputBytesMax,
                         ") reached: ", ask.input.size(), " bytes of input; give it in parts"));
    return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Bytes> CommandHandler::perform(const effect::Request& request,
                                              std::stop_token stop) {
    ARIADNE_ASSIGN_OR_RETURN(const auto ask, askedOf<effect::RunCommand>(request));
    ARIADNE_RETURN_IF_ERROR(checkCommand(ask, request.scope, limits_));
    if (stop.stop_requested()) return absl::CancelledError("called off before it was started");
    const StopEvent stopped{std::move(stop)};
    if (stopped.fd() < 0)
        return absl::ResourceExhaustedError("no descriptor left to run a program; run fewer");
    const SigpipeBlocked quiet;
    ARIADNE_ASSIGN_OR_RETURN(
        ChildProcess child,
        ChildProcess::start(request.scope, ask.arguments,
                            {absl::StrCat(kKeyVariable, "=", idempotencyKey(request))}));
    Conversation talk{child, ask.input, limits_};
    ARIADNE_ASSIGN_OR_RETURN(const bool ended, talk.run(stopped));
    child.killGroup();
    if (ended) talk.drain();
    ARIADNE_ASSIGN_OR_RETURN(const ChildProcess::Exit exit, child.reap());
    if (!ended) return absl::CancelledError("called off; the program was killed");
    return value::encoded(std::move(talk).told(exit));
}

}  // namespace ariadne::effects
