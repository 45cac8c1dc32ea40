#include "recorder/host/run_process.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace ariadne::host {
namespace {

absl::Status cannotStart(const std::string& command, int error) {
    return absl::NotFoundError("found nothing to start as " + command + " (" +
                               std::generic_category().message(error) +
                               "), expected the command ariadne beside the studio; build or "
                               "install it");
}

}  // namespace

absl::StatusOr<RunProcess> RunProcess::start(std::vector<std::string> command) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return cannotStart(command.front(), errno);
    RunProcess out;
    out.socket_ = effects::Fd{ends[0]};
    const effects::Fd theirs{ends[1]};

    std::vector<char*> words;
    words.reserve(command.size() + 1);
    for (std::string& word : command) words.push_back(word.data());
    words.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, theirs.get(), kSocket);
    // Not those of the thread that happens to start it.
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    sigset_t none;
    ::sigemptyset(&none);
    sigset_t all;
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    const int error =
        ::posix_spawn(&out.pid_, words.front(), &actions, &attributes, words.data(), ::environ);
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        out.pid_ = -1;
        return cannotStart(command.front(), error);
    }
    out.ended_ = effects::Fd{static_cast<int>(::syscall(SYS_pidfd_open, out.pid_, 0))};
    if (!out.ended_.isOpen()) return cannotStart(command.front(), errno);
    return out;
}

RunProcess::RunProcess(RunProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      socket_(std::move(other.socket_)),
      ended_(std::move(other.ended_)) {}

RunProcess::~RunProcess() {
    if (pid_ < 0) return;
    kill();
    (void)reap();
}

void RunProcess::kill() {
    if (pid_ >= 0) ::kill(pid_, SIGKILL);
}

std::string RunProcess::reap() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0)
        if (errno != EINTR) break;
    pid_ = -1;
    if (WIFSIGNALED(status)) {
        const char* const name = ::sigdescr_np(WTERMSIG(status));
        return "signal " + std::to_string(WTERMSIG(status)) + (name == nullptr ? "" : ", ") +
               (name == nullptr ? "" : name);
    }
    const int code = WEXITSTATUS(status);
    return code == 0 ? "" : "status " + std::to_string(code);
}

}  // namespace ariadne::host
