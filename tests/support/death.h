// Runs code that should end the process in a child, and tells how the child went.
#pragma once

#include <csignal>
#include <cstdlib>
#include <functional>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ariadne::tests {

struct Death {
    bool aborted = false;  ///< by abort(), as a failed check does
    std::string said;      ///< everything the child wrote to stderr
};

/// Calls `deed` in a forked child. A child whose `deed` returns, or that could not be started, did
/// not abort. For tests with one thread: the child has only the thread that forked.
inline Death deathOf(const std::function<void()>& deed) {
    Death death;
    int ends[2];
    if (::pipe(ends) != 0) return death;
    const pid_t child = ::fork();
    if (child == 0) {
        // QtTest would report the abort as a crash of the test itself, and the kernel keep a core.
        std::signal(SIGABRT, SIG_DFL);
        const rlimit noCore{0, 0};
        ::setrlimit(RLIMIT_CORE, &noCore);
        ::dup2(ends[1], STDERR_FILENO);
        deed();
        ::_exit(EXIT_SUCCESS);
    }
    ::close(ends[1]);
    char buffer[4096];
    for (ssize_t n; (n = ::read(ends[0], buffer, sizeof buffer)) > 0;)
        death.said.append(buffer, static_cast<std::size_t>(n));
    ::close(ends[0]);
    int status = 0;
    if (child > 0 && ::waitpid(child, &status, 0) == child)
        death.aborted = WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
    return death;
}

}  // namespace ariadne::tests
