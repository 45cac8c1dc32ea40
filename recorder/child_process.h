// Runs a command and waits for it.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <filesystem>
#include <string>
#include <vector>

namespace ariadne::recorder {

struct ChildCommand {
    std::string command;                        ///< a path, or a name to be looked up in PATH
    std::vector<std::string> words;             ///< behind the command
    std::vector<std::string> environment = {};  ///< "NAME=value", in place of what the parent has
};

/// Its exit status, once it has ended. It reads nothing; what it prints is dropped, what it says on
/// standard error goes to `errors`, a file that is replaced.
/// kNotFound: it cannot be started; kUnavailable: a signal ended it.
absl::StatusOr<int> runChild(const ChildCommand& command, const std::filesystem::path& errors);

}  // namespace ariadne::recorder
