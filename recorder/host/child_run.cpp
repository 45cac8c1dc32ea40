#include "recorder/host/child_run.h"

#include "recorder/host/loop_queue.h"
#include "recorder/host/run_process.h"
#include "recorder/host/wire.h"

#include <capnp/message.h>
#include <capnp/rpc-twoparty.h>
#include <kj/async-io.h>
#include <kj/exception.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

namespace ariadne::host {
namespace {

using Phase = RunStatus::Phase;

struct Asked {
    recorder::RunRequest request;
    bool paused = false;
    RunHost::Answers answers;
    std::vector<std::function<void()>> commands = {};  ///< that came while it waited
};

/// What stands under the name of a recording, to tell a new one from what was there before.
struct FileMark {
    std::filesystem::file_time_type written;
    std::uintmax_t bytes = 0;
    bool operator==(const FileMark&) const = default;
};

std::optional<FileMark> markOf(const std::string& file) {
    std::error_code error;
    const FileMark mark{std::filesystem::last_write_time(file, error),
                        std::filesystem::file_size(file, error)};
    if (error) return std::nullopt;
    return mark;
}

struct Connection {
    explicit Connection(kj::Own<kj::AsyncIoStream> socket)
        : stream(kj::mv(socket)), client(*stream), host(client.bootstrap().castAs<wire::Host>()) {}

    kj::Own<kj::AsyncIoStream> stream;
    capnp::TwoPartyClient client;
    wire::Host::Client host;
};

/// One run and its process.
struct Child {
    explicit Child(RunProcess started) : process(std::move(started)) {}

    RunProcess process;
    std::unique_ptr<Connection> connection;  ///< null: closed
    std::optional<kj::UnixEventPort::FdObserver> end;
    RunHost::Answers answers;
    RunStatus status;
    std::optional<FileMark> fileBefore;
    bool hasTold = false;     ///< anything at all
    bool hasBegun = false;    ///< and told so
    bool isStopping = false;  ///< somebody wished it
    bool isEnding = false;
    bool isOver = false;    ///< it ended or did not start, and all of it was told
    bool isKilled = false;  ///< for not coming to its end
    bool hasEnded = false;  ///< the process
};

}  // namespace

/// All but the constructor and destructor on the loop's thread, unless it says otherwise. What
/// takes a connection down is posted, for it may be a call of that connection that asks for it.
class ChildRun::Impl final : private kj::TaskSet::ErrorHandler {
public:
    Impl(std::vector<std::string> command, Patience patience)
        : command_(std::move(command)), patience_(patience), thread_([this] { loop(); }) {}
    ~Impl() {
        post([this] {
            isClosing_ = true;
            next_.reset();
            if (child_ == nullptr) return quit_->fulfill();
            closeConnection();
        });
        thread_.join();
    }

    /// From any thread.
    void post(std::function<void()> what) { queue_.post(std::move(what)); }

    void start(Asked asked) {
        if (child_ == nullptr) return begin(asked);
        if (next_ != nullptr) tellReplaced(*next_, asked.request.program);
        next_ = std::make_unique<Asked>(std::move(asked));
        if (!child_->isOver) stop();
    }
    /// To a run that still waits for its process, when it has one.
    void command(std::function<void()> what) {
        if (next_ != nullptr)
            next_->commands.push_back(std::move(what));
        else if (isOn())
            what();
    }
    /// Of a run that waits for its process: it starts with them.
    void setStops(std::vector<std::string> conditions) {
        stops_ = std::move(conditions);
        if (!isOn()) return;
        auto request = host().setStopsRequest();
        write(stops_, request.initStops(static_cast<unsigned>(stops_.size())));
        call(kj::mv(request));
    }
    void stop() {
        if (!isOn()) return;
        if (std::exchange(child_->isStopping, true)) return;
        call(child_->connection->host.stopRequest());
        if (child_->isEnding) return awaitSeal();
        later(inLoop(patience_.stop), [this] {
            if (isOn() && !child_->isEnding) kill();
        });
    }
    bool isOn() const { return child_ != nullptr && child_->connection && !child_->isOver; }
    wire::Host::Client& host() { return child_->connection->host; }
    template <class Call>
    void call(Call request) {
        tasks_->add(request.send().ignoreResult());
    }

private:
    /// What the host calls.
    class Onlooker final : public wire::Onlooker::Server {
    public:
        Onlooker(Impl& impl, std::uint64_t number) : impl_(impl), number_(number) {}
        kj::Promise<void> status(StatusContext context) override {
            if (isAsked()) impl_.takeStatus(context.getParams().getStatus());
            return kj::READY_NOW;
        }
        kj::Promise<void> began(BeganContext) override {
            if (isAsked()) impl_.takeBegan();
            return kj::READY_NOW;
        }
        kj::Promise<void> grown(GrownContext context) override {
            if (isAsked()) impl_.takeGrown(context.getParams().getSettled());
            return kj::READY_NOW;
        }
        kj::Promise<void> ending(EndingContext) override {
            if (isAsked()) impl_.takeEnding();
            return kj::READY_NOW;
        }

    private:
        /// What was read from a socket is still told when that is closed.
        bool isAsked() const { return impl_.child_ != nullptr && number_ == impl_.number_; }

        Impl& impl_;
        const std::uint64_t number_;
    };

    void loop() {
        auto io = kj::setupAsyncIo();
        io_ = &io;
        kj::TaskSet tasks{*this};
        tasks_ = &tasks;
        auto quit = kj::newPromiseAndFulfiller<void>();
        quit_ = kj::mv(quit.fulfiller);
        const auto serving = queue_.serve(io.unixEventPort).eagerlyEvaluate(nullptr);
        quit.promise.wait(io.waitScope);
    }
    /// Of a run that never had a process.
    static void tellReplaced(const Asked& asked, const std::string& by) {
        RunStatus status = firstStatusOf(asked);
        status.phase = Phase::kFailedToStart;
        status.text =
            "it waited for the run before it to end, and was replaced by another run, of " + by +
            ", meanwhile; start it again";
        asked.answers.status(status);
    }
    static RunStatus firstStatusOf(const Asked& asked) {
        RunStatus status;
        status.program = asked.request.program;
        if (asked.request.file) status.file = asked.request.file->string();
        return status;
    }
    /// Of calls whose connection broke, which untilGone() sees by itself.
    void taskFailed(kj::Exception&&) override {}

    void begin(const Asked& asked) {
        ++number_;
        RunStatus status = firstStatusOf(asked);
        const auto fileBefore = markOf(status.file);
        const auto refuse = [&](const absl::Status& why) {
            status.phase = Phase::kFailedToStart;
            status.text = std::string{why.message()};
            asked.answers.status(status);
        };
        capnp::MallocMessageBuilder request;
        if (const absl::Status written = write(asked.request, request.initRoot<wire::Request>());
            !written.ok())
            return refuse(written);
        auto process = RunProcess::start(command_);
        if (!process.ok()) return refuse(process.status());
        child_ = std::make_unique<Child>(*std::move(process));
        child_->answers = asked.answers;
        child_->status = status;
        child_->fileBefore = fileBefore;
        const auto connect = [this] {
            child_->end.emplace(io_->unixEventPort, child_->process.ended().get(),
                                kj::UnixEventPort::FdObserver::OBSERVE_READ);
            child_->connection = std::make_unique<Connection>(io_->lowLevelProvider->wrapSocketFd(
                kj::AutoCloseFd{child_->process.socket().release()},
                kj::LowLevelAsyncIoProvider::ALREADY_CLOEXEC));
        };
        KJ_IF_MAYBE (problem, kj::runCatchingExceptions(connect)) {
            child_.reset();
            return refuse(absl::ResourceExhaustedError(
                std::string{"found no way to talk to its process, expected a few descriptors: "} +
                problem->getDescription().cStr()));
        }
        auto call = host().startRequest();
        call.setRequest(request.getRoot<wire::Request>().asReader());
        call.setPaused(asked.paused);
        write(stops_, call.initStops(static_cast<unsigned>(stops_.size())));
        call.setOnlooker(kj::heap<Onlooker>(*this, number_));
        this->call(kj::mv(call));
        // However it broke. It tells of that behind all that was sent, the process at once.
        const auto broke = [this, number = number_] {
            if (child_ != nullptr && number == number_) closeSoon();
        };
        // Copies: a promise keeps a reference to what has a name.
        tasks_->add(child_->connection->client.onDisconnect().then(
            [broke] { broke(); }, [broke](kj::Exception&&) { broke(); }));
        tasks_->add(child_->end->whenBecomesReadable().then(
            [this] { later(0 * kj::SECONDS, [this] { ended(); }); }));
    }

    void takeBegan() {
        child_->hasBegun = true;
        child_->answers.began();
    }
    void takeStatus(wire::Status::Reader told) {
        child_->hasTold = true;
        read(told, child_->status);
        const Phase phase = child_->status.phase;
        child_->isOver = phase == Phase::kFailedToStart ||
                         (phase == Phase::kEnded && child_->status.file.empty());
        child_->answers.status(child_->status);
        if (child_->isOver) closeSoon();
    }
    void takeGrown(bool settled) {
        child_->answers.grown(settled);
        if (child_->status.phase != Phase::kEnded) return;
        child_->isOver = true;
        closeSoon();
    }

    void takeEnding() {
        child_->isEnding = true;
        if (child_->isStopping) awaitSeal();
    }
    /// Of a run that somebody wished to end: one that ends by itself may take its time.
    void awaitSeal() {
        later(inLoop(patience_.seal), [this] {
            if (isOn()) kill();
        });
    }

    static kj::Duration inLoop(std::chrono::milliseconds time) {
        return time.count() * kj::MILLISECONDS;
    }
    /// `what` behind all that is under way, and so much later, unless the child is another by then.
    void later(kj::Duration time, std::function<void()> what) {
        tasks_->add(io_->provider->getTimer().afterDelay(time).then(
            [this, number = number_, what = std::move(what)] {
                post([=, this] {
                    if (child_ != nullptr && number == number_) what();
                });
            }));
    }
    void closeSoon() {
        later(0 * kj::SECONDS, [this] { closeConnection(); });
    }
    /// The process ends when nobody is at the other end any more, if it has not by itself.
    void closeConnection() {
        if (!child_->connection) return;
        child_->connection.reset();
        if (child_->hasEnded) return gone();
        later(inLoop(patience_.stop), [this] {
            if (!isClosing_) return kill();
            child_->process.leave();
            child_.reset();
            quit_->fulfill();
        });
    }
    /// What it sent before is read first; but its own children may keep the socket open.
    void ended() {
        child_->hasEnded = true;
        if (!child_->connection) return gone();
        later(1 * kj::SECONDS, [this] { closeConnection(); });
    }
    void kill() {
        child_->isKilled = true;
        child_->process.kill();
    }
    void gone() {
        const std::unique_ptr<Child> child = std::exchange(child_, nullptr);
        const std::string how = child->process.reap();
        if (!child->isOver && !isClosing_) tellCrash(*child, how);
        if (isClosing_) return quit_->fulfill();
        if (next_ == nullptr) return;
        const std::unique_ptr<Asked> next = std::exchange(next_, nullptr);
        begin(*next);
        for (const std::function<void()>& what : next->commands) command(what);
    }
    void tellCrash(Child& child, const std::string& how) {
        RunStatus& status = child.status;
        // Killed before it could tell of it, the run may have a file all the same.
        const bool isRecorded = child.hasBegun || (!status.file.empty() && markOf(status.file) &&
                                                   markOf(status.file) != child.fileBefore);
        status.phase = Phase::kCrashed;
        status.stuck.clear();
        status.text = textOfCrash(child, how.empty() ? "itself" : how, isRecorded);
        child.answers.status(status);
        if (!isRecorded) return;
        if (!child.hasBegun) child.answers.began();
        child.answers.grown(true);
    }
    std::string textOfCrash(const Child& child, const std::string& how, bool isRecorded) const {
        if (!child.hasTold && !isRecorded)
            return "Found that its process ended by " + how +
                   " before the run began, expected it to run the program. What it said stands "
                   "where the studio was started.";
        const std::string kept = isRecorded ? "; what it had committed is in the recording." : ".";
        if (child.isKilled && child.isStopping)
            return "Its process was killed: it did not come to an end within " +
                   secondsOf(child.isEnding ? patience_.seal : patience_.stop) +
                   (child.isEnding ? " of beginning to seal its file" : " of being stopped") + kept;
        return "Found that its process ended by " + how + " in the middle of the run" + kept +
               " Run it with \"ariadne run\" under a debugger to see where.";
    }

    static std::string secondsOf(std::chrono::milliseconds time) {
        return time.count() % 1000 == 0 ? std::to_string(time.count() / 1000) + " s"
                                        : std::to_string(time.count()) + " ms";
    }

    const std::vector<std::string> command_;
    const Patience patience_;
    LoopQueue queue_;

    // The loop's thread
    kj::AsyncIoContext* io_ = nullptr;
    kj::TaskSet* tasks_ = nullptr;
    kj::Own<kj::PromiseFulfiller<void>> quit_;
    std::unique_ptr<Child> child_;
    std::uint64_t number_ = 0;        ///< of the child, counted from 1
    std::unique_ptr<Asked> next_;     ///< when child_ is gone
    std::vector<std::string> stops_;  ///< conditions
    bool isClosing_ = false;

    std::thread thread_;  ///< last: what it uses is there
};

ChildRun::ChildRun(std::vector<std::string> command, Patience patience)
    : impl_(std::make_unique<Impl>(std::move(command), patience)) {}

ChildRun::~ChildRun() = default;

void ChildRun::start(const recorder::RunRequest& request, bool paused, const Answers& answers) {
    impl_->post([this, asked = Asked{request, paused, answers}] { impl_->start(asked); });
}

void ChildRun::pause() {
    impl_->post([this] { impl_->command([this] { impl_->call(impl_->host().pauseRequest()); }); });
}

void ChildRun::resume() {
    impl_->post([this] { impl_->command([this] { impl_->call(impl_->host().resumeRequest()); }); });
}

void ChildRun::step(std::uint64_t rounds) {
    impl_->post([this, rounds] {
        impl_->command([this, rounds] {
            auto call = impl_->host().stepRequest();
            call.setRounds(rounds);
            impl_->call(kj::mv(call));
        });
    });
}

void ChildRun::stepTurnOf(Rank actor) {
    impl_->post([this, actor] {
        impl_->command([this, actor] {
            auto call = impl_->host().stepTurnOfRequest();
            call.setRank(actor.value);
            impl_->call(kj::mv(call));
        });
    });
}

void ChildRun::setStops(const std::vector<std::string>& conditions) {
    impl_->post([this, conditions] { impl_->setStops(conditions); });
}

void ChildRun::stop() {
    impl_->post([this] { impl_->command([this] { impl_->stop(); }); });
}

}  // namespace ariadne::host
