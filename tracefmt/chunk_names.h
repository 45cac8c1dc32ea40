// Which kinds and cells the rows of an EVNT chunk name, in few bytes: what an index says of it so
// that who looks for some of them need not decode it.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/event.h"
#include "tracefmt/bit_pack.h"
#include "tracefmt/event_columns.h"

#include <cstdint>
#include <span>
#include <vector>

namespace ariadne::tracefmt {

/// The bit of a kind among 64; all from 63 on share the last.
constexpr std::uint64_t kindBit(EventKind kind) {
    const auto number = static_cast<std::uint8_t>(kind);
    return std::uint64_t{1} << (number < 63 ? number : 63);
}

/// Rows that somebody looks for.
struct RowsSought {
    std::uint64_t kinds = ~std::uint64_t{0};  ///< kindBit() of those that will do
    /// Ascending; cell or peer is one of them. Null: whoever.
    const std::vector<Rank>* cells = nullptr;
};

/// Names of a chunk as they stand in an index; FORMAT.md, "Names", has the layout. Cells may be
/// told apart only in blocks of 2^shift ranks: the names are at least those of the rows, or more.
/// Value type; views the bytes it was made of.
class ChunkNames {
public:
    /// Nothing is known.
    ChunkNames() = default;
    /// The same when `bytes` are malformed.
    explicit ChunkNames(ByteView bytes);

    bool known() const { return known_; }
    /// False: no row of the chunk is one of those.
    bool mayHold(const RowsSought& sought) const;
    /// Whether all names of `rows`, of which kinds and, `withCells`, cells and peers are there, are
    /// among these. `scratch` is room, all zeros before and after.
    bool holdAll(const EventColumns& rows, std::uint32_t count, bool withCells,
                 std::vector<std::uint8_t>& scratch) const;
    /// The same of names that tell every cell apart.
    bool holdAll(const ChunkNames& others, std::vector<std::uint8_t>& scratch) const;

private:
    /// Calls `visit(block)` for each, ascending, until it says false. False when malformed.
    template <class Visit>
    bool forEachBlock(Visit visit) const;
    /// `check(holds)`, where holds(rank) says whether that is one of these; false when malformed.
    template <class Check>
    bool withBlocks(std::vector<std::uint8_t>& scratch, Check check) const;

    bool known_ = false;
    bool anyCell_ = false;  ///< cells are not told
    std::uint8_t shift_ = 0;
    std::uint32_t blocks_ = 0;
    std::uint64_t kinds_ = 0;
    ByteView gaps_;
};

/// Collects the names of one chunk after the other. Thread-confined.
class NameCollector {
public:
    void add(EventKind kind, Rank cell, Rank peer) {
        kinds_ |= kindBit(kind);
        add(cell);
        add(peer);
    }
    void add(const EventColumns& rows, std::uint32_t count) {
        for (std::uint32_t i = 0; i < count; ++i) add(rows.kind[i], rows.cell[i], rows.peer[i]);
    }
    /// Appends what was collected to `out`, in blocks as small as `cellBytesMax` allows, and begins
    /// anew.
    void takeInto(ByteWriter& out, std::size_t cellBytesMax);

private:
    void add(Rank rank) {
        const std::size_t word = rank.value / 64;
        if (word >= words_.size()) [[unlikely]]
            if (!grow(word)) return;
        words_[word] |= std::uint64_t{1} << rank.value % 64;
        used_[word / 64] |= std::uint64_t{1} << word % 64;
    }
    bool grow(std::size_t word);
    void takeRanks();

    std::uint64_t kinds_ = 0;
    bool beyond_ = false;               ///< some rank was too large to be told
    std::vector<std::uint64_t> words_;  ///< a bit for each rank
    std::vector<std::uint64_t> used_;   ///< a bit for each word that is not 0
    std::vector<std::uint32_t> ranks_;
    PackedColumnWriter packed_;
};

/// The names of all chunks of a file. Value type.
class ChunkNamesTable {
public:
    ChunkNames at(std::size_t index) const {
        if (index >= places_.size()) return {};
        return ChunkNames(ByteView{bytes_}.subspan(places_[index].begin, places_[index].bytes));
    }
    /// Of the next `count` chunks: of each a varint length, then the names. False, and nothing is
    /// added, when they are not just that.
    bool addAll(ByteView names, std::size_t count);
    /// Nothing is known of the next `count` chunks.
    void addUnknown(std::size_t count) { places_.resize(places_.size() + count); }
    void set(std::size_t index, ByteView names);

private:
    struct Place {
        std::size_t begin = 0;
        std::uint32_t bytes = 0;
    };
    Bytes bytes_;
    std::vector<Place> places_;
};

/// What the cells of a chunk may take of an index: a small share of the chunk's body.
constexpr std::size_t cellBytesMaxOf(std::size_t bodyBytes) {
    return 16 + bodyBytes / 100;
}

}  // namespace ariadne::tracefmt
