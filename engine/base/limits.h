// Every bound of a run, by name. Hitting one is an answer with that name in it, never a crash.
#pragma once

#include <cstdint>

namespace ariadne {

/// Limits are part of the run's header: two runs with different limits are different runs.
struct Limits {
    std::uint64_t roundsPerInstantMax = 1'000'000;  ///< rounds without virtual time moving
    std::uint64_t eventsMax = 4'000'000'000;        ///< committed events of one run
    std::uint32_t cellsMax = 16'777'216;            ///< cells ever born
    std::uint32_t mailboxMax =
        16'777'216;  ///< messages waiting at one unbounded mailbox when a round ends
    std::uint32_t stashMax = 65'536;  ///< messages one cell has set aside
    std::uint32_t messageBytesMax =
        16'777'216;  ///< longest message a trace holds; the recorder stops there
    std::uint32_t outputsPerTurnMax = 1'048'576;  ///< outputs of one turn
    /// What one cell's state may take after a turn, in bytes as value/footprint.h counts them;
    /// 0 = as much as it likes. Cells may be born with less.
    std::uint64_t cellBytesMax = 0;
    bool operator==(const Limits&) const = default;
};

/// A plain (non-journalling) field whose encoding is longer than this is recorded by digest only.
inline constexpr std::uint32_t kPlainFieldBytesMax = 4096;

/// Texts of logs, stops and failures are cut here, with an ellipsis.
inline constexpr std::uint32_t kTextBytesMax = 64 * 1024;

/// Longest name a cell may be given, and deepest nesting of a described value.
inline constexpr std::uint32_t kNameBytesMax = 128;
inline constexpr std::uint32_t kPathBytesMax = 4096;
inline constexpr std::uint32_t kValueDepthMax = 64;

}  // namespace ariadne
