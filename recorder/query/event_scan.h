// Walks over the events a filter takes, decoding only chunks that may hold one, and of those only
// the columns that matter.
#pragma once

#include "engine/base/event.h"
#include "engine/base/status_macros.h"
#include "recorder/query/row_filter.h"
#include "tracefmt/trace_reader.h"

#include <absl/status/statusor.h>

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace ariadne::query {

class Source;

/// Thread-confined. kDataLoss when a chunk cannot be read; kCancelled when the query shall end.
class EventScan {
public:
    EventScan(Source& source, RowFilter filter);

    /// Goes to the first, then to the next event; false when there is none.
    absl::StatusOr<bool> next() {
        if (left_ == 0) {
            ARIADNE_ASSIGN_OR_RETURN(const bool entered, enterChunk());
            if (!entered) return false;
        }
        --left_;
        index_ = picked_.empty() ? nextRow_ : picked_[nextRow_];
        nextRow_ += step_;
        isMade_ = false;
        return true;
    }
    Position position() const { return {chunkFirst_ + index_}; }
    /// Valid until next() is called again. It has what RowFilter::columns asked for, and what the
    /// filter looked at; with positionsOnly just its position.
    const EventRow& row() const {
        if (!isMade_) make();
        return row_;
    }

private:
    bool mayHold(std::size_t index) const;
    /// Goes to the next chunk that holds an event; false when there is none.
    absl::StatusOr<bool> enterChunk();
    absl::StatusOr<bool> enterChunk(std::size_t index);
    absl::Status read(std::size_t index, std::uint32_t rows);
    void pick(std::uint32_t first, std::uint32_t last);
    void make() const;

    Source& source_;
    const RowFilter filter_;
    tracefmt::ColumnSet looksAt_;  ///< what the filter itself needs of a row
    std::array<std::uint8_t, 256> kinds_{};
    std::uint64_t kindBits_ = 0;
    std::size_t chunksLeft_ = 0;  ///< of chunks() that were not entered yet
    std::size_t nextChunk_ = 0;

    // Of the chunk that was entered
    std::shared_ptr<const tracefmt::EventChunk> chunk_;
    std::uint64_t chunkFirst_ = 0;
    std::vector<std::uint32_t> picked_;  ///< rows the filter takes, ascending; empty: all of them
    std::uint32_t left_ = 0;             ///< rows to come
    std::uint32_t nextRow_ = 0;          ///< of them, or of picked_
    std::uint32_t step_ = 1;             ///< wraps around: 1 forward, ~0 back
    std::uint32_t index_ = 0;
    mutable EventRow row_;
    mutable bool isMade_ = false;
};

}  // namespace ariadne::query
