// A run, spelt as the command line that makes it.
#pragma once

#include "studio/cli/commands.h"

#include <string>
#include <vector>

namespace ariadne::cli {

/// The words behind `ariadne` that carry out `request`, as `ariadne run` takes them, without where
/// it is recorded. Not for policy replay.
std::vector<std::string> runWords(const ProgramFolders& folders,
                                  const recorder::RunRequest& request, const Until& until);

/// `words` in one line, each with a blank before it and quoted for a POSIX shell where need be.
std::string quotedForShell(const std::vector<std::string>& words);

}  // namespace ariadne::cli
