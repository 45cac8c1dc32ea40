// The numbers of the file format: versions, sizes and limits, as FORMAT.md states them.
#pragma once

#include "engine/base/event_batch.h"
#include "engine/base/limits.h"

#include <cstddef>
#include <cstdint>

namespace ariadne::tracefmt {

inline constexpr std::uint16_t kFormatMajor = 1;
inline constexpr std::uint16_t kFormatMinor = 6;

/// From this minor on a snapshot may hold only what changed since the one before. Whether a run
/// will have such is not known when its META is written: every file that may asks for it.
inline constexpr std::uint16_t kIncrementsMinor = 4;

/// From this minor on cells may have memory limits: an older reader shows such runs, but would
/// replay them without. Whether a cell will have one is not known when META is written either.
inline constexpr std::uint16_t kMemoryMinor = 3;

/// From this minor on a run that comes to rest tells who waits for whom, in rows of their own, and
/// which obligation leaked first: an older engine would replay another end.
inline constexpr std::uint16_t kWaitsMinor = 4;

/// From this minor on a file may hold inputs instead of events; such files ask for it.
inline constexpr std::uint16_t kInputsMinor = 6;
/// From this minor on a file may begin in the middle of a run, and a snapshot may stand for rows
/// that a gap says are missing. Every file in which one does asks for it.
inline constexpr std::uint16_t kMidRunMinor = 6;

/// From this minor on a file may say that its values are not those of the run; an older engine
/// would replay it and find another run.
inline constexpr std::uint16_t kRedactionMinor = 6;

/// File header, chunk header and trailer have this size; everything starts at a multiple of 8.
inline constexpr std::uint32_t kFrameBytes = 64;
inline constexpr std::uint32_t kAlignment = 8;

// Limits of a reader, checked before anything is allocated.
inline constexpr std::uint32_t kStoredBytesMax = 16u << 20;  ///< body of a chunk, as stored
inline constexpr std::uint32_t kRawBytesMax = 32u << 20;     ///< body of a chunk, decompressed
inline constexpr std::uint32_t kRowsPerChunkMax = 65'536;
inline constexpr std::uint32_t kStringBytesMax = 64 * 1024;  ///< any string of a chunk body
inline constexpr std::uint32_t kTableEntriesMax = 1u << 24;  ///< of one table
inline constexpr std::uint32_t kSnapshotPartsMax = 4'096;
inline constexpr std::uint32_t kSnapshotDepthMax = 8;  ///< incremental ones on top of a whole one
inline constexpr std::uint64_t kBlobBytesMax = kRowBytesMax;  ///< payload and change of one row
inline constexpr std::size_t kGapsMax = 65'536;               ///< of one file
inline constexpr std::size_t kGapNoteBytesMax = 1024;         ///< of a note, what is kept in memory
inline constexpr std::size_t kHostNotesMax = 8'192;           ///< of one file
inline constexpr std::size_t kHostNoteTextBytesMax = kPathBytesMax;  ///< each, what is kept
inline constexpr unsigned kNestingMax = 16;                          ///< of structs in a chunk body

// What our writer keeps to.
inline constexpr std::uint32_t kInlineBytesMax =
    kRowInlineBytesMax;  ///< longer blobs go to PAYL chunks
inline constexpr std::uint32_t kPayloadPartBytesMax = 4u << 20;
inline constexpr std::uint32_t kSnapshotPartBytesMax = 4u << 20;
inline constexpr std::uint32_t kTablePartBytesMax = 4u << 20;
inline constexpr std::uint32_t kDigestEvery = 256;  ///< rows between two digest marks
inline constexpr std::uint32_t kChunksPerIndex = 256;
inline constexpr std::uint64_t kChunksBehindTablesMax = 64;  ///< of a copy the summary shares
inline constexpr std::uint32_t kEventsPerInputs = 65'536;    ///< an INPT chunk covers, about

/// How far back from the end an unclean file is searched for its last whole chunk.
inline constexpr std::uint64_t kTailSearchBytesMax = 32ull << 20;

constexpr std::uint64_t alignedUp(std::uint64_t bytes) {
    return (bytes + (kAlignment - 1)) & ~std::uint64_t{kAlignment - 1};
}

}  // namespace ariadne::tracefmt
