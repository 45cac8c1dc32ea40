// Finds programs in shared objects.
#pragma once

#include <absl/status/status.h>

#include <filesystem>
#include <string>
#include <vector>

namespace ariadne::recorder {

/// Loads every `*.so` of `folder`, in name order; each registers the programs it holds and stays
/// loaded for the life of the process. A folder that does not exist holds none. Errors name the
/// file that could not be loaded and why; the others are loaded all the same. Runs code of those
/// files: call it only for the installation's folder and ones the user named.
std::vector<absl::Status> loadPrograms(const std::filesystem::path& folder);

/// The programs folder of this installation: ../lib/ariadne/programs from the running executable.
std::filesystem::path installedProgramFolder();

}  // namespace ariadne::recorder
