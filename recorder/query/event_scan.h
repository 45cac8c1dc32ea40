// Walks over the events a filter takes, decoding only chunks that may hold one.
#pragma once

#include "engine/base/event.h"
#include "recorder/query/row_filter.h"
#include "tracefmt/trace_reader.h"

#include <absl/status/statusor.h>

#include <cstdint>
#include <memory>

namespace ariadne::query {

class Source;

/// Thread-confined. kDataLoss when a chunk cannot be read; kCancelled when the query shall end.
class EventScan {
public:
    EventScan(Source& source, RowFilter filter);

    /// Goes to the first, then to the next event; false when there is none.
    absl::StatusOr<bool> next();
    /// Valid until next() is called again. With positionsOnly just its position.
    const EventRow& row() const { return row_; }

private:
    bool mayHold(const tracefmt::ChunkEntry& chunk) const;
    /// Goes to the next chunk that may hold an event; false when there is none.
    absl::StatusOr<bool> enterChunk();

    Source& source_;
    const RowFilter filter_;
    std::size_t chunksLeft_ = 0;  ///< of chunks() that were not entered yet
    std::size_t nextChunk_ = 0;
    std::shared_ptr<const tracefmt::EventChunk> chunk_;
    std::uint64_t chunkFirst_ = 0;
    std::uint64_t at_ = 0;        ///< the next position to look at
    std::uint64_t rowsLeft_ = 0;  ///< of the chunk, within the range
    EventRow row_;
};

}  // namespace ariadne::query
