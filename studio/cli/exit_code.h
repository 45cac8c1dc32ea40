// What the command's exit status says; README.md has the table.
#pragma once

namespace ariadne::cli {

enum class ExitCode : int {
    kFine = 0,       ///< done, and what was asked holds
    kDifferent = 1,  ///< done, and the answer is: different, does not hold, the program failed
    kBadInput = 2,   ///< not done, or not to the end: bad usage, bad input, a world that refused
    kLossy = 3,      ///< recover: done, and something of the file is lost
};

}  // namespace ariadne::cli
