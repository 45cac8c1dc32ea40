// Loads the programs that a verb may execute: the user's folders first, then the installation's.
#pragma once

#include "studio/cli/commands.h"

namespace ariadne::cli {

/// True when every folder exists; a library that cannot be loaded is a warning, because the program
/// asked for may be in another. Of two programs of one id the first loaded counts, so a folder the
/// user names goes before the installation.
bool loadProgramFolders(const ProgramFolders& folders, Console& console);

}  // namespace ariadne::cli
