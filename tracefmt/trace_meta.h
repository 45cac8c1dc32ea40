// What a trace says about the run it holds: the META chunk as plain data.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/ids.h"
#include "engine/base/limits.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ariadne::tracefmt {

/// How much of each event the file keeps. Numbers are bytes in the file.
enum class Level : std::uint8_t {
    kInputs = 0,  ///< inputs, decisions, snapshots, digests
    kEvents = 1,  ///< every committed event with its payload
    kFull = 2,    ///< and the state change of every turn
};

std::string_view nameOf(Level level);

/// Which file: 128 bits, low word first.
using TraceId = std::array<std::uint64_t, 2>;

/// How a file came to be that no run wrote.
struct TraceOrigin {
    enum class Made : std::uint8_t {
        kRecorded = 0,
        kCut = 1,        ///< a part of another one
        kRecovered = 2,  ///< what could be read of a damaged one
        kRedacted = 3,   ///< the same with the values of secret fields replaced
    };
    Made made = Made::kRecorded;
    TraceId parent{};  ///< the file it was made from
    Position first;    ///< kCut: the part that was asked for
    Position last;
    bool operator==(const TraceOrigin&) const = default;
};
/// "recorded", "cut", "recovered", "redacted", "unknown".
std::string_view nameOf(TraceOrigin::Made made);

/// What of a file is not as the run had it. Numbers are bytes in the file.
enum class Redaction : std::uint8_t {
    kNone = 0,
    kFields = 1,  ///< stand-ins in the place of values: to look at, not to replay
};

/// The header of a run and the recorder's settings. Everything needed to execute the run again.
struct TraceMeta {
    std::string engineVersion;
    std::uint16_t formatMinor = 0;
    std::uint16_t minViewMinor = 0;    ///< a reader below this minor must refuse the file
    std::uint16_t minReplayMinor = 0;  ///< a reader below this minor may show, not replay
    std::string programId;
    std::string programVersion;
    std::uint32_t programAbi = 0;
    std::vector<std::pair<std::string, std::string>>
        args;  ///< in the program's own order, all given
    std::uint64_t seed = 0;
    std::string policy = "rounds";
    std::uint32_t batch = 0;
    Limits limits;
    Level level = Level::kFull;
    Redaction redaction = Redaction::kNone;  ///< also of what is made of a redacted file
    std::uint32_t pctDepth = 0;              ///< policy pct only
    std::uint64_t pctSteps = 0;
    bool live = false;   ///< virtual time follows a clock
    std::string faults;  ///< injected ones, as kernel::parseFaults reads them
    std::vector<std::pair<std::string, std::string>> grants;  ///< effects allowed: name, scope
    std::uint64_t metricsEvery = 0;  ///< turns between two reports of the metrics; 0 = none
    std::uint32_t segment = 0;  ///< which of the files of one run this is, from 1; 0 = the only one
    TraceOrigin origin;
    bool operator==(const TraceMeta&) const = default;
};

/// How the run ended and what the file holds of it: the STAT chunk of a cleanly ended file.
struct TraceStats {
    Position lastPosition;
    Round lastRound;
    VirtualTime lastTime;
    std::uint64_t eventDigest = 0;
    std::uint64_t changeDigest = 0;
    std::uint64_t stateDigest = 0;
    std::uint8_t outcome = 0;  ///< base Outcome
    std::string outcomeText;
    std::uint64_t failures = 0;
    std::vector<std::pair<std::uint8_t, std::uint64_t>> kindCounts;  ///< EventKind, how many
    std::vector<std::string> digestOnlyFields;  ///< "Actor.field" recorded by digest only
    bool operator==(const TraceStats&) const = default;
};

/// A range of events that the file lost, and why. Numbers are in FORMAT.md.
enum class GapCause : std::uint8_t {
    kUnknown = 0,
    kDiskFull = 1,
    kIoError = 2,
    kBufferOverrun = 3,
    kPaused = 4,
    kRetention = 5,
    kRedacted = 6,
    kDamaged = 7,
};
/// Why, as part of a sentence: "the disk was full"; "for an unknown reason".
std::string_view nameOf(GapCause cause);

struct TraceGap {
    Position first;
    Position last;  ///< inclusive; 0 = not known
    GapCause cause = GapCause::kUnknown;
    std::string note;
    bool operator==(const TraceGap&) const = default;
};

/// What the host of a run wrote down of it, by its own clock: no event, and in no digest.
enum class HostNoteKind : std::uint8_t {
    kUnknown = 0,
    kStuckTurn = 1,   ///< a turn has been running for too long
    kStillStuck = 2,  ///< the same turn, and twice as long
    kCameBack = 3,    ///< it was stuck, and has ended after all
};
/// "stuck turn", "still stuck", "came back", "unknown".
std::string_view nameOf(HostNoteKind kind);

struct HostNote {
    HostNoteKind kind = HostNoteKind::kUnknown;
    /// The last event in front of it; 0 = none. The writer's to fill in.
    Position readableTo;
    Round round;
    std::uint32_t thread = 0;    ///< of those that share a round; 0 is the one that steps the run
    Rank cell;                   ///< whose turn it is; its birth may come later, or never
    std::string path;            ///< of that cell
    std::string state;           ///< its type, qualified
    std::string message;         ///< the type of what it took, qualified
    Position enqueuedAt;         ///< the event that put that message into its mailbox
    std::uint64_t ranForNs = 0;  ///< at least; time on the wall
    bool operator==(const HostNote&) const = default;
};

}  // namespace ariadne::tracefmt
