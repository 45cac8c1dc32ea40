#include "recorder/host/again.h"
#include "recorder/host/again_wire.h"
#include "recorder/host/run_process.h"

#include <capnp/rpc-twoparty.h>
#include <kj/async-io.h>
#include <kj/exception.h>
#include <kj/io.h>

#include <optional>
#include <string>
#include <utility>

namespace ariadne::host {
namespace {

/// So long it may take until somebody who calls it off is heard.
constexpr auto kLookEvery = 20 * kj::MILLISECONDS;

class Onlooker final : public wire::AgainOnlooker::Server {
public:
    explicit Onlooker(const AgainWatch& watch) : watch_(watch) {}
    kj::Promise<void> reached(ReachedContext context) override {
        const auto told = context.getParams();
        if (watch_.progress) watch_.progress({told.getFrom()}, {told.getTo()}, {told.getReached()});
        return kj::READY_NOW;
    }

private:
    const AgainWatch& watch_;
};

/// Resolved when it is called off.
kj::Promise<void> calledOff(kj::Timer& timer, const recorder::CancelFlag& cancel) {
    return timer.afterDelay(kLookEvery).then([&]() -> kj::Promise<void> {
        if (cancel) return kj::READY_NOW;
        return calledOff(timer, cancel);
    });
}

struct Asked {
    const std::filesystem::path& trace;
    recorder::Stretch stretch;
    std::filesystem::path file;
};

/// The part that throws when the other end goes. Nothing: it was called off.
std::optional<absl::StatusOr<recorder::ReplayResult>> ask(RunProcess& process, const Asked& asked,
                                                          const AgainWatch& watch) {
    auto io = kj::setupAsyncIo();
    auto stream = io.lowLevelProvider->wrapSocketFd(kj::AutoCloseFd{process.socket().release()},
                                                    kj::LowLevelAsyncIoProvider::ALREADY_CLOEXEC);
    capnp::TwoPartyClient client{*stream};
    auto call = client.bootstrap().castAs<wire::Host>().againRequest();
    call.setTrace(asked.trace.native());
    call.setPosition(asked.stretch.from.value);
    call.setTo(asked.stretch.to.value);
    call.setFile(asked.file.native());
    call.setOnlooker(kj::heap<Onlooker>(watch));
    std::optional<absl::StatusOr<recorder::ReplayResult>> out;
    auto answered = call.send().then([&](auto&& answer) {
        const auto result = answer.getResult();
        if (const absl::Status status = statusOf(result); status.ok())
            out = replayResultOf(result);
        else
            out = status;
    });
    if (watch.cancel != nullptr)
        answered = answered.exclusiveJoin(calledOff(io.provider->getTimer(), *watch.cancel));
    answered.wait(io.waitScope);
    return out;
}

absl::StatusOr<recorder::ReplayResult> runElsewhere(const std::vector<std::string>& command,
                                                    const Asked& asked, const AgainWatch& watch) {
    absl::StatusOr<RunProcess> process = RunProcess::start(command);
    if (!process.ok()) return process.status();
    std::optional<absl::StatusOr<recorder::ReplayResult>> out;
    const auto broke = kj::runCatchingExceptions([&] { out = ask(*process, asked, watch); });
    if (out) return *std::move(out);
    if (broke == nullptr) {
        process->kill();
        return absl::CancelledError("cancelled");
    }
    KJ_IF_MAYBE (problem, broke) {
        if (problem->getType() != kj::Exception::Type::DISCONNECTED) {
            process->kill();
            return absl::InternalError(
                "found that the program could not be run again in a process of its own: " +
                std::string{problem->getDescription().cStr()});
        }
    }
    // Whose end of the socket is closed is at its end, or is nobody that we know.
    process->kill();
    const std::string how = process->reap();
    return absl::AbortedError(
        "found that its process ended by " + (how.empty() ? "itself" : how) +
        " while it ran the program again, expected it to come to the end of the recording; nothing "
        "here was lost. Run \"ariadne replay " +
        asked.trace.string() + "\" under a debugger to see where");
}

}  // namespace

absl::StatusOr<recorder::ReplayResult> AgainElsewhere::replay(const std::filesystem::path& trace,
                                                              Position position,
                                                              const AgainWatch& watch) {
    return runElsewhere(command_, {trace, {.from = position}, {}}, watch);
}

absl::StatusOr<recorder::MaterialiseResult> AgainElsewhere::materialise(
    const std::filesystem::path& trace, const std::filesystem::path& file,
    recorder::Stretch stretch, const AgainWatch& watch) {
    absl::StatusOr<recorder::ReplayResult> found =
        runElsewhere(command_, {trace, stretch, file}, watch);
    if (!found.ok()) return found.status();
    recorder::MaterialiseResult out;
    out.recorded.events = found->eventsCompared;
    out.digestsCompared = found->digestsCompared;
    out.divergence = std::move(found->divergence);
    return out;
}

}  // namespace ariadne::host
