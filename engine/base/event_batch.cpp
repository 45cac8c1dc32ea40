#include "engine/base/event_batch.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <new>

namespace ariadne {

namespace {

constexpr std::size_t kRowsMin = 4096;

}  // namespace

void EventBatch::FreeRows::operator()(CompactRow* rows) const {
    ::operator delete (rows, std::align_val_t{alignof(CompactRow)});
}

void EventBatch::growRows() {
    const std::size_t room = std::max(kRowsMin, 2 * rowRoom_);
    std::unique_ptr<CompactRow[], FreeRows> rows(static_cast<CompactRow*>(
        ::operator new (room * sizeof(CompactRow), std::align_val_t{alignof(CompactRow)})));
    std::uninitialized_copy_n(rows_.get(), rowCount_, rows.get());
    rows_ = std::move(rows);
    rowRoom_ = room;
}

bool EventBatch::admitUnusual(const EventRow& row) {
    if (!status_.ok()) return false;
    if (rowCount_ == 0) next_ = first_ = row.seq;
    const std::size_t bytes = row.payload.size() + row.change.size();
    if (row.seq != next_)
        status_ = absl::InvalidArgumentError(
            absl::StrCat("found the row of position ", row.seq.value, ", expected ", next_.value));
    else if (bytes > kRowBytesMax)
        status_ =
            absl::InvalidArgumentError(absl::StrCat("the row of position ", row.seq.value, " has ",
                                                    bytes, " bytes, the limit is ", kRowBytesMax));
    if (!status_.ok()) {
        next_ = {};  // no row may follow
        return false;
    }
    if (rowCount_ == rowRoom_) growRows();
    keep(row.payload, 0, payloads_);
    keep(row.change, 1, changes_);
    return true;
}

void EventBatch::keep(ByteView bytes, std::uint8_t column, ByteWriter& run) {
    if (bytes.size() <= kRowInlineBytesMax) {
        run.raw(bytes);
        return;
    }
    const Bytes& kept = longBytes_.emplace_back(bytes.begin(), bytes.end());
    longBlobs_.push_back({static_cast<std::uint32_t>(rowCount_), column, kept});
}

void EventBatch::clear() {
    rowCount_ = 0;
    first_ = next_ = {};
    bytes_ = 0;
    payloads_.clear();
    changes_.clear();
    longBlobs_.clear();
    longBytes_.clear();
    status_ = absl::OkStatus();
}

}  // namespace ariadne
