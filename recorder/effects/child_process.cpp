#include "recorder/effects/child_process.h"

#include "engine/base/status_macros.h"

#include <absl/strings/str_cat.h>

#include <cerrno>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <utility>

namespace ariadne::effects {
namespace {

std::string reasonOf(int error) {
    return std::system_category().message(error);
}

struct Pipe {
    Fd readEnd;
    Fd writeEnd;
};

/// Above the standard descriptors, so that none of them overwrites another in the child.
Fd aboveStandard(Fd fd) {
    return Fd{::fcntl(fd.get(), F_DUPFD_CLOEXEC, 3)};
}

absl::StatusOr<Pipe> makePipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return absl::ResourceExhaustedError("no pipe to a program: " + reasonOf(errno));
    Pipe pipe{aboveStandard(Fd{ends[0]}), aboveStandard(Fd{ends[1]})};
    if (!pipe.readEnd.isOpen() || !pipe.writeEnd.isOpen())
        return absl::ResourceExhaustedError("no pipe to a program: " + reasonOf(errno));
    return pipe;
}

bool makeNonBlocking(const Fd& fd) {
    return ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK) == 0;
}

absl::Status checkProgram(const std::string& program) {
    struct stat about {};
    if (::stat(program.c_str(), &about) != 0)
        return absl::NotFoundError(absl::StrCat("the granted program \"", program,
                                                "\" cannot be found: ", reasonOf(errno)));
    if (!S_ISREG(about.st_mode))
        return absl::FailedPreconditionError(
            absl::StrCat("the granted \"", program, "\" is no file; grant a program"));
    return absl::OkStatus();
}

absl::Status startError(int error, const std::string& program) {
    const std::string text = absl::StrCat("the granted program \"", program,
                                          "\" could not be started: ", reasonOf(error));
    switch (error) {
        case EACCES:
        case EPERM: return absl::PermissionDeniedError(text);
        case ENOENT: return absl::NotFoundError(text + " (it, or its interpreter)");
        case ENOEXEC:
        case E2BIG: return absl::FailedPreconditionError(text);
        case EAGAIN:
        case ENOMEM: return absl::ResourceExhaustedError(text);
        default: return absl::UnavailableError(text);
    }
}

/// How the child differs from us; the first error of its setters.
class SpawnPlan {
public:
    SpawnPlan() {
        posix_spawn_file_actions_init(&actions_);
        posix_spawnattr_init(&attributes_);
    }
    ~SpawnPlan() {
        posix_spawnattr_destroy(&attributes_);
        posix_spawn_file_actions_destroy(&actions_);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;

    int prepare(const Fd& in, const Fd& out, const Fd& errors) {
        sigset_t none;
        sigset_t all;
        sigemptyset(&none);
        sigfillset(&all);
        const int results[] = {
            posix_spawn_file_actions_adddup2(&actions_, in.get(), STDIN_FILENO),
            posix_spawn_file_actions_adddup2(&actions_, out.get(), STDOUT_FILENO),
            posix_spawn_file_actions_adddup2(&actions_, errors.get(), STDERR_FILENO),
            posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1),
            posix_spawn_file_actions_addchdir_np(&actions_, "/"),
            posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                                       POSIX_SPAWN_SETSIGDEF),
            posix_spawnattr_setpgroup(&attributes_, 0),
            posix_spawnattr_setsigmask(&attributes_, &none),
            posix_spawnattr_setsigdefault(&attributes_, &all)};
        for (const int result : results)
            if (result != 0) return result;
        return 0;
    }

    int spawn(pid_t& pid, const std::string& program, const std::vector<std::string>& arguments,
              const std::vector<std::string>& environment) {
        std::vector<char*> words = pointersTo(arguments);
        words.insert(words.begin(), const_cast<char*>(program.c_str()));
        return posix_spawn(&pid, program.c_str(), &actions_, &attributes_, words.data(),
                           pointersTo(environment).data());
    }

private:
    /// And a null behind them. posix_spawn promises not to write through these.
    static std::vector<char*> pointersTo(const std::vector<std::string>& texts) {
        std::vector<char*> pointers;
        for (const auto& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
        pointers.push_back(nullptr);
        return pointers;
    }

    posix_spawn_file_actions_t actions_;
    posix_spawnattr_t attributes_;
};

}  // namespace

absl::StatusOr<ChildProcess> ChildProcess::start(const std::string& program,
                                                 const std::vector<std::string>& arguments,
                                                 const std::vector<std::string>& environment) {
    ARIADNE_RETURN_IF_ERROR(checkProgram(program));
    ARIADNE_ASSIGN_OR_RETURN(Pipe in, makePipe());
    ARIADNE_ASSIGN_OR_RETURN(Pipe out, makePipe());
    ARIADNE_ASSIGN_OR_RETURN(Pipe errors, makePipe());
    ChildProcess child;
    SpawnPlan plan;
    int error = plan.prepare(in.readEnd, out.writeEnd, errors.writeEnd);
    if (error == 0) error = plan.spawn(child.pid_, program, arguments, environment);
    if (error != 0) {
        child.pid_ = -1;
        return startError(error, program);
    }
    child.input_ = std::move(in.writeEnd);
    child.output_ = std::move(out.readEnd);
    child.errors_ = std::move(errors.readEnd);
    child.ended_ = Fd{static_cast<int>(::syscall(SYS_pidfd_open, child.pid_, 0))};
    if (!child.ended_.isOpen())
        return absl::FailedPreconditionError(
            absl::StrCat("the end of a program cannot be waited for: ", reasonOf(errno),
                         "; Linux 5.3 or later with pidfd_open is needed"));
    if (!makeNonBlocking(child.input_) || !makeNonBlocking(child.output_) ||
        !makeNonBlocking(child.errors_))
        return absl::UnavailableError("the pipes to a program: " + reasonOf(errno));
    return child;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      ended_(std::move(other.ended_)),
      input_(std::move(other.input_)),
      output_(std::move(other.output_)),
      errors_(std::move(other.errors_)) {}

ChildProcess::~ChildProcess() {
    if (pid_ < 0) return;
    killGroup();
    static_cast<void>(reap());
}

void ChildProcess::killGroup() {
    // The group cannot be somebody else's: it keeps its number until the child is reaped.
    if (pid_ > 0) ::kill(-pid_, SIGKILL);
}

absl::StatusOr<ChildProcess::Exit> ChildProcess::reap() {
    const pid_t pid = std::exchange(pid_, -1);
    int status = 0;
    pid_t got = -1;
    do got = ::waitpid(pid, &status, 0);
    while (got < 0 && errno == EINTR);
    if (got != pid)
        return absl::InternalError(
            "somebody else took the exit status of a program: " + reasonOf(errno) +
            "; the host must neither ignore SIGCHLD nor wait for any child");
    if (WIFSIGNALED(status)) return Exit{0, WTERMSIG(status)};
    return Exit{WEXITSTATUS(status), 0};
}

}  // namespace ariadne::effects
