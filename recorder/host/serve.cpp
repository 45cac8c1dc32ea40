#include "recorder/host/serve.h"

#include "recorder/host/again_server.h"
#include "recorder/host/live_run.h"
#include "recorder/host/loop_queue.h"
#include "recorder/host/wire.h"

#include <capnp/rpc-twoparty.h>
#include <kj/async-io.h>

#include <fcntl.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace ariadne::host {
namespace {

/// What is told on the run's thread goes out on the loop's.
class HostServer final : public wire::Host::Server {
public:
    explicit HostServer(LoopQueue& queue) : queue_(queue), again_(queue) {}

    kj::Promise<void> start(StartContext context) override {
        auto asked = context.getParams();
        onlooker_ = asked.getOnlooker();
        const auto request = requestOf(asked.getRequest());
        if (!request.ok()) {
            RunStatus status;
            status.phase = RunStatus::Phase::kFailedToStart;
            status.text = std::string{request.status().message()};
            tell(status);
            return kj::READY_NOW;
        }
        RunHost::Answers answers;
        answers.status = [this](const RunStatus& status) {
            queue_.post([=, this] { tell(status); });
        };
        answers.began = [this] { queue_.post([this] { send(onlooker_.beganRequest()); }); };
        answers.grown = [this](bool settled) {
            queue_.post([=, this] {
                auto call = onlooker_.grownRequest();
                call.setSettled(settled);
                send(std::move(call));
            });
        };
        answers.ending = [this] { queue_.post([this] { send(onlooker_.endingRequest()); }); };
        run_.setStops(textsOf(asked.getStops()));
        run_.start(*request, asked.getPaused(), answers);
        return kj::READY_NOW;
    }
    kj::Promise<void> pause(PauseContext) override {
        run_.pause();
        return kj::READY_NOW;
    }
    kj::Promise<void> resume(ResumeContext) override {
        run_.resume();
        return kj::READY_NOW;
    }
    kj::Promise<void> step(StepContext context) override {
        run_.step(context.getParams().getRounds());
        return kj::READY_NOW;
    }
    kj::Promise<void> setStops(SetStopsContext context) override {
        run_.setStops(textsOf(context.getParams().getStops()));
        return kj::READY_NOW;
    }
    kj::Promise<void> stepTurnOf(StepTurnOfContext context) override {
        run_.stepTurnOf({context.getParams().getRank()});
        return kj::READY_NOW;
    }
    kj::Promise<void> stop(StopContext) override {
        run_.stop();
        return kj::READY_NOW;
    }
    kj::Promise<void> again(AgainContext context) override { return again_.run(context); }

private:
    void tell(const RunStatus& status) {
        auto call = onlooker_.statusRequest();
        write(status, call.initStatus());
        send(std::move(call));
    }
    /// Who does not listen any more is gone, which serve() sees by itself.
    template <class Call>
    void send(Call call) {
        call.send().detach([](const kj::Exception&) {});
    }

    LoopQueue& queue_;
    wire::Onlooker::Client onlooker_ = nullptr;  ///< the loop's thread alone
    AgainServer again_;
    LiveRun run_;  ///< last: posts no more when it is gone
};

}  // namespace

absl::Status serve(int fd, std::chrono::seconds sealPatience) {
    int type = 0;
    socklen_t size = sizeof type;
    if (::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0)
        return absl::InvalidArgumentError(
            "found no socket under descriptor " + std::to_string(fd) +
            ", expected one whose other end is the studio's; the studio starts this command by "
            "itself");
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    auto io = kj::setupAsyncIo();
    auto stream = io.lowLevelProvider->wrapSocketFd(kj::AutoCloseFd{fd},
                                                    kj::LowLevelAsyncIoProvider::ALREADY_CLOEXEC);
    LoopQueue queue;
    const auto serving = queue.serve(io.unixEventPort).eagerlyEvaluate([](const kj::Exception&) {});
    capnp::TwoPartyServer server{kj::heap<HostServer>(queue)};
    server.accept(*stream).wait(io.waitScope);
    ::alarm(static_cast<unsigned>(sealPatience.count()));
    return absl::OkStatus();
}

}  // namespace ariadne::host
