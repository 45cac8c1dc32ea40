#include "studio/cli/program_folders.h"

#include "recorder/program_library.h"
#include "studio/cli/plain_text.h"

#include <filesystem>

namespace ariadne::cli {

bool loadProgramFolders(const ProgramFolders& folders, Console& console) {
    const auto load = [&](const std::filesystem::path& folder) {
        for (const absl::Status& problem : recorder::loadPrograms(folder))
            console.warn(messageOf(problem));
    };
    for (const std::filesystem::path& folder : folders) {
        std::error_code error;
        if (!std::filesystem::is_directory(folder, error)) {
            console.fail("--programs " + folder.native() + ": " +
                         (error ? error.message() : "not a folder") +
                         "; expected a folder with program libraries (*.so)");
            return false;
        }
        load(folder);
    }
    load(recorder::installedProgramFolder());
    return true;
}

}  // namespace ariadne::cli
