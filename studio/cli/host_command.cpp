#include "recorder/host/serve.h"
#include "studio/cli/commands.h"
#include "studio/cli/plain_text.h"
#include "studio/cli/program_folders.h"

namespace ariadne::cli {

ExitCode HostCommand::execute(Console& console) const {
    if (!loadProgramFolders(folders, console)) return ExitCode::kBadInput;
    const absl::Status served = host::serve(socket);
    return served.ok() ? ExitCode::kFine : console.fail(messageOf(served));
}

}  // namespace ariadne::cli
