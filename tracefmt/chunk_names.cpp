#include "tracefmt/chunk_names.h"

#include "tracefmt/format.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

namespace ariadne::tracefmt {

namespace {

constexpr std::uint8_t kShiftMax = 31;
constexpr std::uint8_t kAnyCell = 0xFF;  ///< in place of the shift
/// The highest rank that is told. Whoever holds names against rows has a byte for each block.
constexpr std::uint64_t kRankMax = kTableEntriesMax | 63;

/// What `count` blocks below `end` take, about.
std::size_t packedBytesOf(std::size_t count, std::size_t end) {
    if (count == 0) return 0;
    return count * (std::bit_width(end / count) + 1) / 8;
}

/// The shift with which they probably take no more than `bytesMax`.
std::uint8_t likelyShift(std::span<const std::uint32_t> ranks, std::size_t bytesMax) {
    std::uint8_t shift = 0;
    const std::size_t end = ranks.empty() ? 0 : std::size_t{ranks.back()} + 1;
    while (shift < kShiftMax &&
           packedBytesOf(std::min(ranks.size(), (end >> shift) + 1), (end >> shift) + 1) > bytesMax)
        ++shift;
    return shift;
}

/// Ascending blocks become those 2^`shift` times as large.
void enlarge(std::vector<std::uint32_t>& blocks, unsigned shift) {
    std::size_t kept = 0;
    for (const std::uint32_t block : blocks) {
        // The last one is written over until another comes.
        kept += kept == 0 || blocks[kept - 1] != block >> shift;
        blocks[kept - 1] = block >> shift;
    }
    blocks.resize(kept);
}

/// Ascending blocks, as the distances between them less one.
void packBlocks(std::span<const std::uint32_t> blocks, PackedColumnWriter& out) {
    out.clear();
    std::array<std::uint64_t, kGroupRows> group;
    std::uint32_t next = 0;  // the lowest that may come
    for (std::size_t begin = 0; begin < blocks.size(); begin += kGroupRows) {
        const std::size_t count = std::min(kGroupRows, blocks.size() - begin);
        for (std::size_t i = 0; i < count; ++i) {
            group[i] = blocks[begin + i] - next;
            next = blocks[begin + i] + 1;
        }
        out.addGroup(std::span{group}.first(count));
    }
}

}  // namespace

ChunkNames::ChunkNames(ByteView bytes) {
    if (bytes.empty()) return;
    ByteReader in(bytes);
    kinds_ = in.varint();
    shift_ = in.u8();
    anyCell_ = shift_ == kAnyCell;
    if (!anyCell_) {
        const std::uint64_t blocks = in.varint();
        blocks_ = static_cast<std::uint32_t>(blocks);
        if (shift_ > kShiftMax || blocks > 2 * kRowsPerChunkMax) in.fail();
        gaps_ = in.raw(in.remaining());
    }
    known_ = in.ok() && in.atEnd();
}

template <class Visit>
bool ChunkNames::forEachBlock(Visit visit) const {
    // A gap leads at most behind the last rank there can be in a row.
    PackedColumnReader reader(gaps_, 32);
    std::array<std::uint64_t, kGroupRows> group{};
    std::uint64_t next = 0;
    for (std::uint32_t begin = 0; begin < blocks_; begin += kGroupRows) {
        const auto rows = std::min<std::uint32_t>(kGroupRows, blocks_ - begin);
        const auto found = reader.nextGroup(std::span{group}.first(rows));
        if (found == PackedColumnReader::Group::kMalformed) return false;
        if (found == PackedColumnReader::Group::kZeros) group.fill(0);
        for (std::uint32_t i = 0; i < rows; ++i) {
            next += group[i];
            if (next > kRankMax >> shift_) return false;
            if (!visit(next)) return true;
            ++next;
        }
    }
    return gaps_.empty() || reader.atEnd();
}

bool ChunkNames::mayHold(const RowsSought& sought) const {
    if (!known_) return true;
    if ((kinds_ & sought.kinds) == 0) return false;
    if (sought.cells == nullptr || anyCell_) return true;
    const std::vector<Rank>& wanted = *sought.cells;
    bool found = false;
    auto next = wanted.begin();
    const auto visit = [&](std::uint64_t block) {
        next = std::partition_point(next, wanted.end(), [&](Rank rank) {
            return std::uint64_t{rank.value} >> shift_ < block;
        });
        found = next != wanted.end() && next->value >> shift_ == block;
        return !found && next != wanted.end();
    };
    return !forEachBlock(visit) || found;
}

template <class Check>
bool ChunkNames::withBlocks(std::vector<std::uint8_t>& scratch, Check check) const {
    std::uint64_t end = 0;
    bool holds = forEachBlock([&](std::uint64_t block) {
        end = block + 1;
        if (scratch.size() < end) scratch.resize(static_cast<std::size_t>(2 * end));
        scratch[static_cast<std::size_t>(block)] = 1;
        return true;
    });
    const std::uint8_t* const in = scratch.data();
    holds = holds && check([&](std::uint32_t rank) {
                const std::uint32_t block = rank >> shift_;
                return block < end && in[block] != 0;
            });
    std::fill_n(scratch.begin(), end, std::uint8_t{0});
    return holds;
}

bool ChunkNames::holdAll(const EventColumns& rows, std::uint32_t count, bool withCells,
                         std::vector<std::uint8_t>& scratch) const {
    if (!known_) return true;
    std::uint64_t kinds = 0;
    for (std::uint32_t i = 0; i < count; ++i) kinds |= kindBit(rows.kind[i]);
    if ((kinds & ~kinds_) != 0) return false;
    if (anyCell_ || !withCells) return true;
    return withBlocks(scratch, [&](auto holds) {
        for (std::uint32_t i = 0; i < count; ++i)
            if (!holds(rows.cell[i].value) || !holds(rows.peer[i].value)) return false;
        return true;
    });
}

bool ChunkNames::holdAll(const ChunkNames& others, std::vector<std::uint8_t>& scratch) const {
    if (!known_ || !others.known_) return true;
    if ((others.kinds_ & ~kinds_) != 0) return false;
    if (anyCell_ || others.anyCell_) return anyCell_;
    return withBlocks(scratch, [&](auto holds) {
        bool all = true;
        return others.forEachBlock([&](std::uint64_t block) {
            return all = holds(static_cast<std::uint32_t>(block << others.shift_));
        }) && all;
    });
}

bool NameCollector::grow(std::size_t word) {
    if (word > kRankMax / 64) {
        beyond_ = true;
        return false;
    }
    const std::size_t blocks = std::max(word / 64 + 1, 2 * used_.size());
    used_.resize(blocks);
    words_.resize(64 * blocks);
    return true;
}

/// The ranks, ascending, of what was collected.
void NameCollector::takeRanks() {
    ranks_.clear();
    for (std::size_t block = 0; block < used_.size(); ++block) {
        for (std::uint64_t used = std::exchange(used_[block], 0); used != 0; used &= used - 1) {
            const std::size_t word = 64 * block + static_cast<std::size_t>(std::countr_zero(used));
            for (std::uint64_t bits = std::exchange(words_[word], 0); bits != 0; bits &= bits - 1)
                ranks_.push_back(static_cast<std::uint32_t>(
                    64 * word + static_cast<std::size_t>(std::countr_zero(bits))));
        }
    }
}

void NameCollector::takeInto(ByteWriter& out, std::size_t cellBytesMax) {
    takeRanks();
    out.varint(std::exchange(kinds_, 0));
    if (std::exchange(beyond_, false)) {
        out.u8(kAnyCell);
        return;
    }
    std::uint8_t shift = likelyShift(ranks_, cellBytesMax);
    if (shift != 0) enlarge(ranks_, shift);
    packBlocks(ranks_, packed_);
    for (; packed_.bytes().size() > cellBytesMax && shift < kShiftMax; ++shift) {
        enlarge(ranks_, 1);
        packBlocks(ranks_, packed_);
    }
    out.u8(shift);
    out.varint(ranks_.size());
    out.raw(packed_.bytes());
}

bool ChunkNamesTable::addAll(ByteView names, std::size_t count) {
    ByteReader in(names);
    std::vector<Place> places;
    places.reserve(count);
    for (std::size_t i = 0; i < count && in.ok(); ++i) {
        const std::uint64_t bytes = in.varint();
        places.push_back({bytes_.size() + in.offset(), static_cast<std::uint32_t>(bytes)});
        in.raw(bytes);
    }
    if (!in.ok() || !in.atEnd()) return false;
    bytes_.insert(bytes_.end(), names.begin(), names.end());
    places_.insert(places_.end(), places.begin(), places.end());
    return true;
}

void ChunkNamesTable::set(std::size_t index, ByteView names) {
    if (places_.size() <= index) places_.resize(index + 1);
    bytes_.insert(bytes_.end(), names.begin(), names.end());
    places_[index] = {bytes_.size() - names.size(), static_cast<std::uint32_t>(names.size())};
}

}  // namespace ariadne::tracefmt
