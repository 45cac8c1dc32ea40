#include "recorder/query/event_scan.h"

#include "recorder/query/source.h"

#include <algorithm>
#include <string>

namespace ariadne::query {

using tracefmt::ChunkEntry;
using tracefmt::ColumnSet;

namespace {

/// Whoever wants so few rows of a chunk will soon want others of it: it is worth keeping.
constexpr std::uint32_t kFewRows = 64;

ColumnSet lookedAtBy(const RowFilter& filter) {
    ColumnSet out;
    if (!filter.kinds.all()) out = out | ColumnSet::kKind;
    if (!filter.time.isOpen()) out = out | ColumnSet::kTime;
    if (!filter.round.isOpen()) out = out | ColumnSet::kRound;
    if (!filter.cause.isOpen()) out = out | ColumnSet::kCause;
    if (!filter.cell.all) out = out | ColumnSet::kCell;
    if (!filter.peer.all) out = out | ColumnSet::kPeer;
    return out;
}

}  // namespace

EventScan::EventScan(Source& source, RowFilter filter)
    : source_(source), filter_(std::move(filter)), looksAt_(lookedAtBy(filter_)) {
    for (std::size_t kind = 0; kind < kinds_.size(); ++kind) {
        if (!filter_.kinds.test(kind)) continue;
        kinds_[kind] = 1;
        kindBits_ |= tracefmt::kindBit(static_cast<EventKind>(kind));
    }
    const auto& chunks = source_.reader().chunks();
    if (filter_.position.isEmpty() || filter_.position.last < 1 || filter_.kinds.none()) return;
    const auto first =
        static_cast<std::uint64_t>(std::max<std::int64_t>(filter_.position.first, 1));
    const auto last = static_cast<std::uint64_t>(filter_.position.last);
    // Chunks stand in order of their positions.
    const auto begin = std::partition_point(chunks.begin(), chunks.end(), [&](const ChunkEntry& c) {
        return c.first.value + c.count <= first;
    });
    const auto end = std::partition_point(
        begin, chunks.end(), [&](const ChunkEntry& c) { return c.first.value <= last; });
    chunksLeft_ = static_cast<std::size_t>(end - begin);
    nextChunk_ = static_cast<std::size_t>(begin - chunks.begin());
    if (filter_.descending && chunksLeft_ != 0) nextChunk_ += chunksLeft_ - 1;
    if (filter_.descending) step_ = ~0u;
}

bool EventScan::mayHold(std::size_t index) const {
    const tracefmt::TraceReader& reader = source_.reader();
    const ChunkEntry& chunk = reader.chunks()[index];
    // Virtual time never goes back.
    if (chunk.firstTime <= chunk.lastTime &&
        (chunk.lastTime.value < filter_.time.first || chunk.firstTime.value > filter_.time.last))
        return false;
    // Of each condition by itself: names do not tell who is a cell and who a peer.
    for (const CellSet* cells : {&filter_.cell, &filter_.peer})
        if (!reader.mayHold(index, {kindBits_, cells->all ? nullptr : &cells->ranks})) return false;
    return true;
}

absl::StatusOr<bool> EventScan::enterChunk() {
    while (chunksLeft_ != 0) {
        ARIADNE_RETURN_IF_ERROR(source_.look());
        const std::size_t index = nextChunk_;
        filter_.descending ? --nextChunk_ : ++nextChunk_;
        --chunksLeft_;
        if (!filter_.positionsOnly && !mayHold(index)) continue;
        ARIADNE_ASSIGN_OR_RETURN(const bool entered, enterChunk(index));
        if (entered) return true;
    }
    chunk_ = nullptr;
    return false;
}

absl::StatusOr<bool> EventScan::enterChunk(std::size_t index) {
    const ChunkEntry entry = source_.reader().chunks()[index];
    const std::uint64_t first =
        std::max(entry.first.value, static_cast<std::uint64_t>(filter_.position.first));
    const std::uint64_t last = std::min(entry.first.value + entry.count - 1,
                                        static_cast<std::uint64_t>(filter_.position.last));
    if (entry.count == 0 || first > last) return false;
    chunkFirst_ = entry.first.value;
    const auto firstRow = static_cast<std::uint32_t>(first - chunkFirst_);
    const auto lastRow = static_cast<std::uint32_t>(last - chunkFirst_);
    left_ = lastRow - firstRow + 1;
    picked_.clear();
    if (!filter_.positionsOnly) {
        ARIADNE_RETURN_IF_ERROR(read(index, left_));
        if (looksAt_ != ColumnSet{}) {
            pick(firstRow, lastRow);
            left_ = static_cast<std::uint32_t>(picked_.size());
            if (left_ == 0) return false;
            // What all of a row is asked of may well ask for its causes, which are near.
            if (!chunk_->has().has(filter_.columns)) {
                ARIADNE_ASSIGN_OR_RETURN(chunk_, source_.reader().chunk(index));
            }
        }
    }
    const std::uint32_t begin = picked_.empty() ? firstRow : 0;
    nextRow_ = filter_.descending ? begin + left_ - 1 : begin;
    return true;
}

/// The chunk, with what the filter looks at at least.
absl::Status EventScan::read(std::size_t index, std::uint32_t rows) {
    tracefmt::TraceReader& reader = source_.reader();
    const ColumnSet wanted = filter_.columns | looksAt_;
    const bool all = wanted.has(ColumnSet::kBytes);
    if (rows <= kFewRows || (all && looksAt_ == ColumnSet{})) {
        ARIADNE_ASSIGN_OR_RETURN(chunk_, reader.chunk(index));
    } else {
        ARIADNE_RETURN_IF_ERROR(reader.scanChunk(index, all ? looksAt_ : wanted, chunk_));
    }
    const ChunkEntry& entry = reader.chunks()[index];
    if (chunk_->first() == entry.first && chunk_->count() >= entry.count) return absl::OkStatus();
    return absl::DataLossError("the chunk at offset " + std::to_string(entry.offset) +
                               " is not the one that the index names");
}

void EventScan::pick(std::uint32_t first, std::uint32_t last) {
    picked_.resize(left_);
    std::uint32_t* const picked = picked_.data();
    std::size_t count = left_;
    bool isFirst = true;
    // Written whether taken or not: no branch has to foresee which.
    const auto narrow = [&](auto takes) {
        std::size_t taken = 0;
        if (isFirst) {
            for (std::uint32_t row = first; row <= last; ++row) {
                picked[taken] = row;
                taken += takes(row) ? 1u : 0u;
            }
        } else {
            for (std::size_t i = 0; i < count; ++i) {
                const std::uint32_t row = picked[i];
                picked[taken] = row;
                taken += takes(row) ? 1u : 0u;
            }
        }
        isFirst = false;
        count = taken;
    };
    const auto narrowByRange = [&](const Range& range, const auto* column) {
        if (range.isOpen()) return;
        narrow([&range, column](std::uint32_t row) {
            return range.holds(static_cast<std::int64_t>(column[row].value));
        });
    };
    const auto narrowByCell = [&](const CellSet& cells, const Rank* column) {
        if (cells.all) return;
        if (cells.ranks.size() == 1)
            narrow([only = cells.ranks.front(), column](std::uint32_t row) {
                return column[row] == only;
            });
        else
            narrow([&cells, column](std::uint32_t row) { return cells.holds(column[row]); });
    };
    const tracefmt::EventColumns& columns = chunk_->columns();
    if (!filter_.kinds.all())
        narrow([&](std::uint32_t row) {
            return kinds_[static_cast<std::uint8_t>(columns.kind[row])] != 0;
        });
    narrowByCell(filter_.cell, columns.cell);
    narrowByCell(filter_.peer, columns.peer);
    narrowByRange(filter_.time, columns.time);
    narrowByRange(filter_.round, columns.round);
    narrowByRange(filter_.cause, columns.cause);
    picked_.resize(count);
}

void EventScan::make() const {
    isMade_ = true;
    if (filter_.positionsOnly)
        row_.seq = position();
    else
        row_ = chunk_->row(index_);
}

}  // namespace ariadne::query
