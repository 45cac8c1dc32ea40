// Committed rows on their way to the file: a cache line each, their bytes one after the other.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/compact_row.h"
#include "engine/base/event.h"
#include "engine/base/row_mark.h"

#include <absl/status/status.h>

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

namespace ariadne {

/// Payload and change of one row together.
inline constexpr std::uint64_t kRowBytesMax = 256ull << 20;

/// A payload (column 0) or change (column 1) of more than kRowInlineBytesMax bytes.
struct LongBlob {
    std::uint32_t row = 0;  ///< in the slice
    std::uint8_t column = 0;
    ByteView bytes;
};

/// Rows `first`, `first` + 1, ... Views into an EventBatch.
struct EventSlice {
    Position first;
    std::span<const CompactRow> rows;
    ByteView payloads;                    ///< of all rows in order, long ones left out
    ByteView changes;                     ///< likewise
    std::span<const LongBlob> longBlobs;  ///< by row, then column
};

/// Memory that a batch lives in when its rows are to outlive the process. `payloads` and `changes`
/// have kRowBytesReadable more bytes than are ever used; `marks` has a word for each row.
struct BatchRoom {
    std::span<CompactRow> rows;
    std::span<std::byte> payloads;
    std::span<std::byte> changes;
    std::span<std::uint64_t> marks;
};

/// Rows with consecutive positions and copies of their bytes; keeps its room when cleared.
/// Thread-confined; handed over whole.
///
/// Invariant: of a batch that lives in a BatchRoom, every row with a mark stands there with all its
/// bytes, long ones left out, in whatever instant the process ends.
class EventBatch {
public:
    EventBatch() = default;
    /// Of a batch that says when it has enough: full().
    EventBatch(std::size_t rowsWanted, std::uint64_t bytesWanted)
        : rowsWanted_(rowsWanted), bytesWanted_(bytesWanted) {}

    /// From now on rows and bytes stand in `room`, which outlives this; the batch is empty. A batch
    /// that gets more rows than there fit goes on elsewhere, and marks no more of them.
    void liveIn(const BatchRoom& room);
    /// The rows added from now on, until clear(), get rowMark() of this seed and tag.
    void markRows(std::uint64_t seed, std::uint32_t tag);
    /// Or no longer: the rows to come have bytes that are not where they should be.
    void markNoMore() { marks_ = nullptr; }

    bool empty() const { return rowCount_ == 0; }
    std::size_t size() const { return rowCount_; }
    /// Of payloads and changes.
    std::uint64_t bytes() const { return bytes_; }
    /// By count of rows or bytes alone, never by time: equal runs give equal batches.
    bool full() const { return rowCount_ >= rowsWanted_ || bytes_ >= bytesWanted_; }
    /// kInvalidArgument: a row did not follow the one before, or its bytes are more than
    /// kRowBytesMax. That row and those after it were left out.
    const absl::Status& status() const { return status_; }

    void add(const EventRow& row) {
        const std::size_t bytes = row.payload.size() + row.change.size();
        if (row.seq == next_ && bytes <= kRowInlineBytesMax && rowCount_ < rowRoom_) [[likely]] {
            payloads_.raw(row.payload);
            if (!row.change.empty()) changes_.raw(row.change);
        } else if (!admitUnusual(row)) {
            return;
        }
        place({.time = row.time,
               .cause = row.cause,
               .extra = row.extra,
               .round = row.round,
               .arg = row.arg,
               .type = row.type,
               .cell = row.cell,
               .payloadBytes = static_cast<std::uint32_t>(row.payload.size()),
               .peer = row.peer,
               .changeBytes = static_cast<std::uint32_t>(row.change.size()),
               .flags = row.flags,
               .kind = row.kind});
    }

    /// Whether the row of `seq` may be placed; else it goes through add().
    bool hasRoomFor(Position seq) const { return seq == next_ && rowCount_ < rowRoom_; }
    /// For the bytes of the row that is placed next, none longer than kRowInlineBytesMax.
    ByteWriter& payloads() { return payloads_; }
    ByteWriter& changes() { return changes_; }
    /// Adds a row whose bytes have been appended.
    [[gnu::always_inline]] void place(const CompactRow& row) {
        bytes_ += std::uint64_t{row.payloadBytes} + row.changeBytes;
        ++next_.value;
        storeRow(rows_[rowCount_], row);
        if (marks_ != nullptr) markRow(row);
        ++rowCount_;
    }
    /// Before another thread is shown the batch.
    void handOver() const { rowsAreStored(); }

    EventSlice all() const {
        return {first_, {rows_.get(), rowCount_}, payloads_.view(), changes_.view(), longBlobs_};
    }
    void clear();

private:
    struct FreeRows {
        FreeRows() noexcept {}  // NOLINT(modernize-use-equals-default): needed by a member below
        explicit FreeRows(bool isLent) noexcept : lent(isLent) {}
        void operator()(CompactRow* rows) const;
        bool lent = false;
    };

    /// `row` stands behind the last one counted, and its bytes end the runs.
    [[gnu::always_inline]] void markRow(const CompactRow& row) {
        if (!payloads_.isIn(room_.payloads) || !changes_.isIn(room_.changes)) [[unlikely]]
            return markNoMore();
        const std::uint64_t word =
            rowMark(markSeed_, markTag_, row, room_.payloads.data() + payloads_.size(),
                    room_.changes.data() + changes_.size());
        // Behind the row in the program, so a process that ends leaves no mark without its row.
        // Not for who looks meanwhile from another core: there the row may come later.
        std::atomic_ref(marks_[rowCount_]).store(word, std::memory_order_release);
    }
    /// Back from where a message that was too long for the room has moved the bytes to.
    void goHome();

    void growRows();
    /// The first row, one that needs room, one that is long, or one that may not be added. Says
    /// whether it may, and took its bytes if so.
    bool admitUnusual(const EventRow& row);
    void keep(ByteView bytes, std::uint8_t column, ByteWriter& run);

    std::unique_ptr<CompactRow[], FreeRows> rows_;  ///< not cleared when made: all are written
    std::size_t rowCount_ = 0;
    std::size_t rowRoom_ = 0;
    std::size_t rowsWanted_ = std::numeric_limits<std::size_t>::max();
    std::uint64_t bytesWanted_ = std::numeric_limits<std::uint64_t>::max();
    Position first_;
    Position next_;  ///< 0: nothing was added yet
    std::uint64_t bytes_ = 0;
    std::uint64_t* marks_ = nullptr;  ///< of room_; null: none are made
    std::uint64_t markSeed_ = 0;
    std::uint32_t markTag_ = 0;
    BatchRoom room_;  ///< empty: its own
    ByteWriter payloads_;
    ByteWriter changes_;
    std::vector<LongBlob> longBlobs_;
    std::vector<Bytes> longBytes_;
    absl::Status status_;
};

}  // namespace ariadne
