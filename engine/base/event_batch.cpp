#include "engine/base/event_batch.h"

#include "engine/base/check.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <new>

namespace ariadne {

namespace {

constexpr std::size_t kRowsMin = 4096;

}  // namespace

void EventBatch::FreeRows::operator()(CompactRow* rows) const {
    if (!lent) ::operator delete (rows, std::align_val_t{alignof(CompactRow)});
}

void EventBatch::growRows() {
    const std::size_t room = std::max(kRowsMin, 2 * rowRoom_);
    std::unique_ptr<CompactRow[], FreeRows> rows(static_cast<CompactRow*>(
        ::operator new (room * sizeof(CompactRow), std::align_val_t{alignof(CompactRow)})));
    std::uninitialized_copy_n(rows_.get(), rowCount_, rows.get());
    rows_ = std::move(rows);
    rowRoom_ = room;
    markNoMore();
}

void EventBatch::liveIn(const BatchRoom& room) {
    ARIADNE_CHECK(empty() && !room.rows.empty() && room.marks.size() >= room.rows.size());
    room_ = room;
    clear();
}

void EventBatch::markRows(std::uint64_t seed, std::uint32_t tag) {
    ARIADNE_CHECK(empty() && !room_.rows.empty());
    marks_ = room_.marks.data();
    markSeed_ = seed;
    markTag_ = tag;
}

void EventBatch::goHome() {
    if (room_.rows.empty()) return;
    if (!payloads_.isIn(room_.payloads)) payloads_.lend(room_.payloads, payloads_.size());
    if (!changes_.isIn(room_.changes)) changes_.lend(room_.changes, changes_.size());
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
    if (marks_ != nullptr) goHome();  // all rows have theirs, so all their bytes are there
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
    markNoMore();
    goHome();
    if (!room_.rows.empty()) {
        rows_ = std::unique_ptr<CompactRow[], FreeRows>(room_.rows.data(), FreeRows{true});
        rowRoom_ = room_.rows.size();
    }
    longBlobs_.clear();
    longBytes_.clear();
    status_ = absl::OkStatus();
}

}  // namespace ariadne
