// The ways of carrying out one and the same run that must not make a difference.
#pragma once

#include "engine/kernel/world.h"
#include "recorder/heap_perturbation.h"

#include <optional>
#include <string>
#include <vector>

namespace ariadne::recorder {

/// One way. Value type.
struct RunVariant {
    std::string name;   ///< "8 threads, parts of 3 actors"
    std::string cause;  ///< what a run that differs only here depends on
    kernel::World::Threads threads = {};
    HeapOptions heap = {};
    /// Set: the command `ariadne`, this one or another build's, run as a process of its own.
    struct Process {
        std::string command;
        std::vector<std::string> environment = {};  ///< "NAME=value"
    };
    std::optional<Process> process = {};
};

enum class Thoroughness { kQuick, kFull };

/// All that can be varied inside a process and by a new process of `command`, the plainest first,
/// so that the first one that differs says most about why. With policies that deliver one message
/// at a time there is nothing to share among threads, and fewer of those variants.
std::vector<RunVariant> variantsOf(kernel::Policy policy, Thoroughness thoroughness,
                                   const std::string& command);

/// The run as the ariadne at that path carries it out.
RunVariant otherBuild(const std::string& command);

}  // namespace ariadne::recorder
