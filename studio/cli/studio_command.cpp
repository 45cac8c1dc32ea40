#include "engine/actor/program.h"
#include "studio/cli/commands.h"
#include "studio/cli/program_folders.h"

#include <cerrno>
#include <string>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace ariadne::cli {
namespace {

/// "run.clew@4231", as the studio copies a moment: the file, and where in it.
struct MomentLink {
    std::string file;
    std::string position;  ///< empty: none
};

/// A file of the whole name goes first.
MomentLink linkIn(const std::string& target) {
    std::error_code error;
    const std::size_t sign = target.rfind('@');
    if (sign == std::string::npos || std::filesystem::exists(target, error)) return {target, {}};
    const std::string position = target.substr(sign + 1);
    const bool isNumber = !position.empty() && position.size() <= 19 &&
                          position.find_first_not_of("0123456789") == std::string::npos;
    if (!isNumber || !std::filesystem::exists(target.substr(0, sign), error)) return {target, {}};
    return {target.substr(0, sign), position};
}

}  // namespace

ExitCode StudioCommand::execute(Console& console) const {
    std::error_code error;
    const MomentLink link = linkIn(target);
    if (!target.empty() && !std::filesystem::exists(link.file, error)) {
        // Here, where somebody reads it and a script sees the status, not in the window.
        if (!loadProgramFolders(folders, console)) return ExitCode::kBadInput;
        if (ProgramRegistry::find(target) == nullptr)
            return console.fail("found neither a file nor a program called '" + target +
                                "'; \"ariadne programs\" lists what can be run");
    }
    const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
    if (error) return console.fail("cannot tell where this program stands: " + error.message());
    const std::filesystem::path studio = self.parent_path() / "ariadne-studio";

    std::vector<std::string> words{studio.native()};
    for (const std::filesystem::path& folder : folders)
        words.insert(words.end(), {"--programs", folder.native()});
    if (!link.position.empty()) words.insert(words.end(), {"--at", link.position});
    if (!target.empty()) words.push_back(link.file);
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
