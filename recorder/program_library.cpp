#include "recorder/program_library.h"

#include <algorithm>
#include <dlfcn.h>

namespace ariadne::recorder {

std::vector<absl::Status> loadPrograms(const std::filesystem::path& folder) {
    std::error_code error;
    std::vector<std::filesystem::path> files;
    for (std::filesystem::directory_iterator at{folder, error}, end; !error && at != end;
         at.increment(error))
        if (at->path().extension() == ".so") files.push_back(at->path());
    std::sort(files.begin(), files.end());
    std::vector<absl::Status> problems;
    if (error && error != std::errc::no_such_file_or_directory)
        problems.push_back(absl::InvalidArgumentError("programs folder " + folder.string() + ": " +
                                                      error.message()));
    for (const auto& file : files)
        // Absolute, so that no library search path is consulted; never closed: its code may be in
        // use.
        if (dlopen(std::filesystem::absolute(file, error).c_str(), RTLD_NOW | RTLD_LOCAL) ==
            nullptr)
            problems.push_back(absl::FailedPreconditionError(
                "program library " + file.string() + " could not be loaded: " + dlerror() +
                " (build it against this version of Ariadne)"));
    return problems;
}

std::filesystem::path installedProgramFolder() {
    std::error_code error;
    const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
    return self.parent_path().parent_path() / "lib" / "ariadne" / "programs";
}

}  // namespace ariadne::recorder
