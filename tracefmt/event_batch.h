// Committed rows on their way to the file: a cache line each, their bytes one after the other.
#pragma once

#include "engine/base/event.h"
#include "tracefmt/format.h"

#include <absl/status/status.h>

#include <cstring>
#include <memory>
#include <span>
#include <vector>

namespace ariadne::tracefmt {

/// An EventRow without its position, which follows from its place, and without its bytes.
struct alignas(64) CompactRow {
    // No two neighbours here are neighbours in EventRow: a compiler that copied both with one load
    // would make it wait for the two stores that have only just been made.
    VirtualTime time;
    Position cause;
    std::uint64_t extra;
    Round round;
    std::uint64_t arg;
    TypeIndex type;
    Rank cell;
    std::uint32_t payloadBytes;
    Rank peer;
    std::uint32_t changeBytes;
    std::uint8_t flags;
    alignas(2) EventKind kind;
};
static_assert(sizeof(CompactRow) == 64);

/// A payload (column 0) or change (column 1) of more than kInlineBytesMax bytes.
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

/// Appends bytes; keeps its room when cleared. Thread-confined.
class ByteRun {
public:
    ByteView view() const { return {bytes_.get(), size_}; }
    void clear() { size_ = 0; }
    void append(ByteView added) {
        if (added.size() > capacity_ - size_) [[unlikely]]
            grow(added.size());
        copy(bytes_.get() + size_, added.data(), added.size());
        size_ += added.size();
    }

private:
    /// Most are a few bytes, for which a call costs more than the copy.
    static void copy(std::byte* to, const std::byte* from, std::size_t size) {
        if (size > 16) {
            std::memcpy(to, from, size);
        } else if (size >= 8) {
            copyEnds<std::uint64_t>(to, from, size);
        } else if (size >= 4) {
            copyEnds<std::uint32_t>(to, from, size);
        } else if (size >= 2) {
            copyEnds<std::uint16_t>(to, from, size);
        } else if (size == 1) {
            *to = *from;
        }
    }
    template <class Word>
    static void copyEnds(std::byte* to, const std::byte* from, std::size_t size) {
        Word head;
        Word tail;
        std::memcpy(&head, from, sizeof head);
        std::memcpy(&tail, from + size - sizeof tail, sizeof tail);
        std::memcpy(to, &head, sizeof head);
        std::memcpy(to + size - sizeof tail, &tail, sizeof tail);
    }
    void grow(std::size_t added);

    std::unique_ptr<std::byte[]> bytes_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

/// Rows with consecutive positions and copies of their bytes; keeps its room when cleared.
/// Thread-confined; handed over whole.
class EventBatch {
public:
    bool empty() const { return rowCount_ == 0; }
    std::size_t size() const { return rowCount_; }
    /// Of payloads and changes.
    std::uint64_t bytes() const { return bytes_; }
    /// kInvalidArgument: a row did not follow the one before, or its bytes are more than
    /// kBlobBytesMax. That row and those after it were left out.
    const absl::Status& status() const { return status_; }

    void add(const EventRow& row) {
        const std::size_t bytes = row.payload.size() + row.change.size();
        if (row.seq == next_ && bytes <= kInlineBytesMax && rowCount_ < rowRoom_) [[likely]] {
            payloads_.append(row.payload);
            if (!row.change.empty()) changes_.append(row.change);
        } else if (!admitUnusual(row)) {
            return;
        }
        bytes_ += bytes;
        ++next_.value;
        CompactRow& to = rows_[rowCount_++];
        to.time = row.time;
        to.cause = row.cause;
        to.extra = row.extra;
        to.round = row.round;
        to.arg = row.arg;
        to.type = row.type;
        to.cell = row.cell;
        to.payloadBytes = static_cast<std::uint32_t>(row.payload.size());
        to.peer = row.peer;
        to.changeBytes = static_cast<std::uint32_t>(row.change.size());
        to.flags = row.flags;
        to.kind = row.kind;
    }
    EventSlice all() const {
        return {first_, {rows_.get(), rowCount_}, payloads_.view(), changes_.view(), longBlobs_};
    }
    void clear();

private:
    struct FreeRows {
        void operator()(CompactRow* rows) const;
    };

    void growRows();
    /// The first row, one that needs room, one that is long, or one that may not be added. Says
    /// whether it may, and took its bytes if so.
    bool admitUnusual(const EventRow& row);
    void keep(ByteView bytes, std::uint8_t column, ByteRun& run);

    std::unique_ptr<CompactRow[], FreeRows> rows_;  ///< not cleared when made: all are written
    std::size_t rowCount_ = 0;
    std::size_t rowRoom_ = 0;
    Position first_;
    Position next_;  ///< 0: nothing was added yet
    std::uint64_t bytes_ = 0;
    ByteRun payloads_;
    ByteRun changes_;
    std::vector<LongBlob> longBlobs_;
    std::vector<Bytes> longBytes_;
    absl::Status status_;
};

}  // namespace ariadne::tracefmt
