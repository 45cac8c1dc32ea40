// Columns of small numbers as bit-packed groups of 64 rows, with room for a few large ones.
#pragma once

#include "engine/base/bytes.h"

#include <cstdint>
#include <span>

namespace ariadne::tracefmt {

inline constexpr std::size_t kGroupRows = 64;

/// Writes one column. A group is a byte (low 7 bits: width 0..64; bit 7: exceptions follow), the
/// exceptions (a count byte, then position byte and varint of value >> width for each, positions
/// ascending), and the low `width` bits of every value, first value in the lowest bits. The width
/// is the one that makes the group shortest, the larger one of two.
///
/// A column of zeros alone is empty.
class PackedColumnWriter {
public:
    /// 1..kGroupRows values; only the last group may have fewer than kGroupRows.
    void addGroup(std::span<const std::uint64_t> values);
    ByteView bytes() const { return {out_.data(), anyNonzero_ ? size_ : 0}; }
    /// Keeps its room.
    void clear() {
        size_ = 0;
        anyNonzero_ = false;
    }

private:
    Bytes out_;  ///< of which the first size_ bytes count
    std::size_t size_ = 0;
    bool anyNonzero_ = false;
};

/// Reads what PackedColumnWriter wrote, from bytes nobody vouches for.
class PackedColumnReader {
public:
    /// Values of more than `bitsMax` bits are malformed.
    explicit PackedColumnReader(ByteView column = {}, unsigned bitsMax = 64)
        : allZero_(column.empty()), bitsMax_(bitsMax), rest_(column) {}

    enum class Group : std::uint8_t { kMalformed, kZeros, kValues };
    /// Fills `values`, as long as the group that was written. With kZeros all values are 0, and
    /// `values` stays as it was.
    Group nextGroup(std::span<std::uint64_t> values);
    /// True when nothing is left over.
    bool atEnd() const { return rest_.empty(); }

private:
    Group withExceptions(ByteView rest, unsigned width, std::span<std::uint64_t> values);

    bool allZero_;
    unsigned bitsMax_;
    ByteView rest_;  ///< what was not read yet
};

}  // namespace ariadne::tracefmt
