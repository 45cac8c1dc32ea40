#include "recorder/host/serve.h"
#include "studio/cli/commands.h"
#include "studio/cli/plain_text.h"
#include "studio/cli/program_folders.h"

namespace ariadne::cli {

ExitCode HostCommand::execute(Console& console) const {
    // As in the studio: what cannot be loaded is said, and the other programs run.
    (void)loadProgramFolders(folders, console);
    const absl::Status served = host::serve(socket);
    return served.ok() ? ExitCode::kFine : console.fail(messageOf(served));
}

}  // namespace ariadne::cli
