// A committed row as it waits for the encoder: one cache line.
#pragma once

#include "engine/base/event.h"

#include <cstdint>

namespace ariadne {

/// Payloads and changes longer than this stand apart from those of their neighbours.
inline constexpr std::uint32_t kRowInlineBytesMax = 64 * 1024;

/// An EventRow without its position, which follows from its place, and without its bytes.
struct alignas(64) CompactRow {
    // No two neighbours here are neighbours in EventRow: a compiler that copied both with one load
    // would make it wait for the two stores that have only just been made.
    VirtualTime time;
    Position cause;
    std::uint64_t extra;
    Round round;
    std::uint64_t arg;
    TypeIndex type;
    Rank cell;
    std::uint32_t payloadBytes;
    Rank peer;
    std::uint32_t changeBytes;
    std::uint8_t flags;
    alignas(2) EventKind kind;
};
static_assert(sizeof(CompactRow) == 64);

}  // namespace ariadne
