// The verbs: what each takes, already parsed. README.md shows what they print.
#pragma once

#include "engine/base/event.h"
#include "recorder/condition/condition.h"
#include "recorder/program_run.h"
#include "studio/cli/console.h"
#include "tracefmt/recover.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ariadne::cli {

/// Folders the user named with --programs; the installation's own comes behind them.
using ProgramFolders = std::vector<std::filesystem::path>;

// Verbs that run code of programs.

/// For the studio, which starts it by itself: a run in a process that may die of its program.
struct HostCommand {
    ProgramFolders folders;
    int socket = 3;  ///< a descriptor, whose other end is the studio's
    ExitCode execute(Console& console) const;
};

struct ProgramsCommand {
    ProgramFolders folders;
    bool json = false;
    ExitCode execute(Console& console) const;
};

/// Where a run is stopped when it has not ended by itself.
struct Until {
    std::optional<VirtualTime> time;
    std::optional<std::uint64_t> rounds;
};

/// Whether a run that ended so counts as failed: exit status 1.
constexpr bool isBad(Outcome outcome) {
    return outcome == Outcome::kFailed || outcome == Outcome::kLimit ||
           outcome == Outcome::kUndecided || outcome == Outcome::kDeadlock ||
           outcome == Outcome::kLeaked;
}

struct RunCommand {
    ProgramFolders folders;
    recorder::RunRequest request;  ///< `file` empty: PROGRAM-SEED.clew in the present folder
    bool seedGiven = false;        ///< else a replay of decisions takes the seed of their trace
    bool pctGiven = false;         ///< depth or steps of policy pct
    std::optional<std::filesystem::path> decisions;  ///< policy replay: the trace they are from
    Until until;
    bool record = true;               ///< at request.level
    std::uint64_t blackBoxBytes = 0;  ///< 0: none
    bool progress = false;
    bool json = false;
    /// A turn that runs for so long is told of on standard error; 0: none is.
    std::chrono::nanoseconds patience = std::chrono::seconds{10};
    /// See RunRequest::visibleEvery. None given: only of a live run, whose bytes no other run has.
    std::optional<std::chrono::nanoseconds> visibleEvery;
    bool selfCheck = false;  ///< runs again beside itself what it has recorded
    ExitCode execute(Console& console) const;
};

/// Seeds, both included; first <= last.
struct SeedRange {
    std::uint64_t first = 1;
    std::uint64_t last = 100;
};

struct ExploreCommand {
    ProgramFolders folders;
    recorder::RunRequest request;  ///< its seed and file are not used
    SeedRange seeds;
    Until until;  ///< of each run
    bool pctGiven = false;
    bool progress = false;
    bool json = false;
    ExitCode execute(Console& console) const;
    /// What records the run of that seed, as a shell takes it.
    std::string commandFor(std::uint64_t seed) const;
};

/// Carries out one run in many ways that must not matter, and names the first difference.
struct CheckDeterminismCommand {
    ProgramFolders folders;
    recorder::RunRequest request;  ///< its file and threads are not used
    Until until;
    bool pctGiven = false;
    std::vector<std::string> with;  ///< commands `ariadne` of other builds
    bool quick = false;
    std::optional<std::filesystem::path> keep;  ///< a folder for the two traces that differ
    bool progress = false;
    bool json = false;
    ExitCode execute(Console& console) const;
};

/// Makes a trace that holds everything of one that does not.
struct MaterialiseCommand {
    ProgramFolders folders;
    std::filesystem::path file;
    std::filesystem::path output;
    tracefmt::Level level = tracefmt::Level::kFull;
    std::optional<std::size_t> fromSnapshot;  ///< none: the beginning
    Position to{~0ull};
    bool progress = false;
    bool json = false;
    ExitCode execute(Console& console) const;
};

struct ReplayCommand {
    ProgramFolders folders;
    std::filesystem::path file;
    std::optional<std::size_t> fromSnapshot;  ///< none: the beginning
    bool fromAll = false;                     ///< the beginning and every snapshot in turn
    Position to{~0ull};
    bool json = false;
    ExitCode execute(Console& console) const;
};

// Verbs that look at files; they load no code.

struct InfoCommand {
    std::filesystem::path file;
    bool contents = false;  ///< also what the file would tell whoever gets it
    bool json = false;
    ExitCode execute(Console& console) const;
};

struct DumpCommand {
    std::filesystem::path file;
    Position from{1};
    Position to{~0ull};            ///< inclusive
    std::string actorGlob;         ///< empty: all
    std::vector<EventKind> kinds;  ///< empty: all
    /// Which events; none: all (recorder/condition/README.md).
    std::optional<condition::Condition> where;
    std::uint64_t limit = ~0ull;
    bool follow = false;  ///< goes on with what is appended, until the recording ends
    bool json = false;
    ExitCode execute(Console& console) const;
};

struct StateCommand {
    std::filesystem::path file;
    std::optional<Position> at;  ///< none: the last
    std::string actorGlob;       ///< empty: all that are alive; otherwise ended ones too
    bool mailboxes = false;
    bool json = false;
    ExitCode execute(Console& console) const;
};

/// Without SQL: shows the tables.
struct QueryCommand {
    std::filesystem::path file;
    std::string sql;  ///< "-": is read from standard input
    bool json = false;
    bool csv = false;
    std::uint64_t rows = 1'000'000;
    std::chrono::nanoseconds timeout = std::chrono::seconds{60};  ///< 0: none
    ExitCode execute(Console& console) const;
};

/// Writes the trace in a format of others.
struct ExportCommand {
    enum class Format : std::uint8_t { kChrome, kOtlp };
    enum class Axis : std::uint8_t { kOfFormat, kVirtual, kPosition };
    std::filesystem::path file;
    Format format = Format::kChrome;
    Axis axis = Axis::kOfFormat;
    std::filesystem::path output;  ///< empty: standard output
    ExitCode execute(Console& console) const;
};

struct VerifyCommand {
    std::filesystem::path file;
    bool json = false;
    ExitCode execute(Console& console) const;
};

/// A part of a trace as a trace of its own.
struct CutCommand {
    std::filesystem::path file;
    std::filesystem::path output;
    Position first{1};
    std::optional<Position> last;  ///< none: the last
    bool json = false;
    ExitCode execute(Console& console) const;
};

/// What can be read of a damaged trace, as a whole one.
struct RecoverCommand {
    std::filesystem::path file;
    std::filesystem::path output;
    tracefmt::RecoverMode mode = tracefmt::RecoverMode::kPrefix;
    bool json = false;
    ExitCode execute(Console& console) const;
};

/// The trace as it may be given away.
struct RedactCommand {
    std::filesystem::path file;
    std::filesystem::path output;
    std::vector<std::string> fields;  ///< besides those that the trace marks
    bool json = false;
    ExitCode execute(Console& console) const;
};

struct DiffCommand {
    std::filesystem::path a;
    std::filesystem::path b;
    bool json = false;
    ExitCode execute(Console& console) const;
};

/// Becomes the program ariadne-studio that stands beside this one; returns only when it cannot.
struct StudioCommand {
    std::string target;  ///< a file, a moment ("file@position") or a program; empty: none
    ProgramFolders folders;
    ExitCode execute(Console& console) const;
};

}  // namespace ariadne::cli
