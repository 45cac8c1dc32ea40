// The word by which a row that outlived its process is known to be whole.
#pragma once

#include "engine/base/event_batch.h"

#include <cstddef>
#include <cstdint>

namespace ariadne {

/// Payload and change are read in words: so many bytes behind them may be touched.
inline constexpr std::size_t kRowBytesReadable = 8;

/// `tag` below, a check of all that the row says above. `payloadEnd` and `changeEnd` stand behind
/// its bytes, which are left out when longer than kRowInlineBytesMax. The definition is part of the
/// file format: tracefmt/FORMAT.md, Tail file.
std::uint64_t rowMark(std::uint64_t seed, std::uint32_t tag, const CompactRow& row,
                      const std::byte* payloadEnd, const std::byte* changeEnd);

/// The same without the instruction that most machines have for it; for a test.
std::uint64_t rowMarkByTables(std::uint64_t seed, std::uint32_t tag, const CompactRow& row,
                              const std::byte* payloadEnd, const std::byte* changeEnd);

/// Whose row `mark` is.
constexpr std::uint32_t tagOf(std::uint64_t mark) {
    return static_cast<std::uint32_t>(mark);
}

}  // namespace ariadne
