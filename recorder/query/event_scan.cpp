#include "recorder/query/event_scan.h"

#include "engine/base/status_macros.h"
#include "recorder/query/source.h"

#include <algorithm>
#include <string>

namespace ariadne::query {

using tracefmt::ChunkEntry;

EventScan::EventScan(Source& source, RowFilter filter)
    : source_(source), filter_(std::move(filter)) {
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
}

bool EventScan::mayHold(const ChunkEntry& chunk) const {
    // Virtual time never goes back.
    return chunk.firstTime > chunk.lastTime || (chunk.lastTime.value >= filter_.time.first &&
                                                chunk.firstTime.value <= filter_.time.last);
}

absl::StatusOr<bool> EventScan::enterChunk() {
    while (chunksLeft_ != 0) {
        ARIADNE_RETURN_IF_ERROR(source_.look());
        const std::size_t index = nextChunk_;
        filter_.descending ? --nextChunk_ : ++nextChunk_;
        --chunksLeft_;
        const ChunkEntry& entry = source_.reader().chunks()[index];
        if (!filter_.positionsOnly && !mayHold(entry)) continue;
        const std::uint64_t first =
            std::max(entry.first.value, static_cast<std::uint64_t>(filter_.position.first));
        const std::uint64_t last = std::min(entry.first.value + entry.count - 1,
                                            static_cast<std::uint64_t>(filter_.position.last));
        if (entry.count == 0 || first > last) continue;
        if (!filter_.positionsOnly) {
            ARIADNE_ASSIGN_OR_RETURN(chunk_, source_.reader().chunk(index));
            if (chunk_->first() != entry.first || chunk_->count() < entry.count)
                return absl::DataLossError("the chunk at offset " + std::to_string(entry.offset) +
                                           " is not the one that the index names");
            chunkFirst_ = chunk_->first().value;
        }
        rowsLeft_ = last - first + 1;
        at_ = filter_.descending ? last : first;
        return true;
    }
    chunk_ = nullptr;
    return false;
}

absl::StatusOr<bool> EventScan::next() {
    for (;;) {
        while (rowsLeft_ != 0) {
            const std::uint64_t position = at_;
            filter_.descending ? --at_ : ++at_;
            --rowsLeft_;
            if (filter_.positionsOnly) {
                row_.seq = {position};
                return true;
            }
            row_ = chunk_->row(static_cast<std::uint32_t>(position - chunkFirst_));
            if (filter_.takes(row_)) return true;
        }
        ARIADNE_ASSIGN_OR_RETURN(const bool entered, enterChunk());
        if (!entered) return false;
    }
}

}  // namespace ariadne::query
