#include "recorder/child_process.h"

#include <cerrno>
#include <fcntl.h>
#include <spawn.h>
#include <string_view>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace ariadne::recorder {
namespace {

/// What posix_spawn wants: pointers into texts that outlive the call, and a null behind them.
std::vector<char*> pointersTo(std::vector<std::string>& texts) {
    std::vector<char*> out;
    out.reserve(texts.size() + 1);
    for (std::string& text : texts) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

/// The variables of this process, those of `changed` in place of its own.
std::vector<std::string> environmentWith(const std::vector<std::string>& changed) {
    std::vector<std::string> out = changed;
    for (char** at = ::environ; *at != nullptr; ++at) {
        const std::string_view variable{*at};
        const std::string_view name = variable.substr(0, variable.find('='));
        bool replaced = false;
        for (const std::string& other : changed)
            replaced = replaced || other.substr(0, other.find('=')) == name;
        if (!replaced) out.emplace_back(variable);
    }
    return out;
}

}  // namespace

absl::StatusOr<int> runChild(const ChildCommand& command, const std::filesystem::path& errors) {
    std::vector<std::string> words{command.command};
    words.insert(words.end(), command.words.begin(), command.words.end());
    std::vector<std::string> variables = environmentWith(command.environment);

    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors.c_str(),
                                       O_WRONLY | O_CREAT | O_TRUNC, 0600);
    pid_t child = 0;
    const int error = ::posix_spawnp(&child, words.front().c_str(), &actions, nullptr,
                                     pointersTo(words).data(), pointersTo(variables).data());
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0)
        return absl::NotFoundError("found nothing to start (" +
                                   std::generic_category().message(error) +
                                   "), expected the path of a command ariadne");

    int status = 0;
    while (::waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return absl::UnavailableError("cannot wait for it: " +
                                          std::generic_category().message(errno));
    if (WIFSIGNALED(status))
        return absl::UnavailableError("found that signal " + std::to_string(WTERMSIG(status)) +
                                      " ended it, expected an exit status; run it by hand to see "
                                      "why");
    return WEXITSTATUS(status);
}

}  // namespace ariadne::recorder
