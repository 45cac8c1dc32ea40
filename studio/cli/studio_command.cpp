#include "studio/cli/commands.h"

#include <cerrno>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace ariadne::cli {

ExitCode StudioCommand::execute(Console& console) const {
    std::error_code error;
    const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
    if (error) return console.fail("cannot tell where this program stands: " + error.message());
    const std::filesystem::path studio = self.parent_path() / "ariadne-studio";

    std::vector<std::string> words{studio.native()};
    for (const std::filesystem::path& folder : folders)
        words.insert(words.end(), {"--programs", folder.native()});
    if (!target.empty()) words.push_back(target);
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    ::execv(studio.c_str(), argv.data());

    const int reason = errno;
    if (reason == ENOENT)
        return console.fail("found no " + studio.native() +
                            "; the studio is installed beside this command, build or install it");
    return console.fail(studio.native() + ": " + std::generic_category().message(reason));
}

}  // namespace ariadne::cli
