#include "studio/session/row_hits.h"

#include "engine/base/check.h"

#include <utility>

namespace ariadne::studio {

Position RowHits::at(std::uint64_t row) const {
    ARIADNE_CHECK_OP(row, <, size_);
    return (*blocks_[row / kBlockRows])[row % kBlockRows];
}

std::uint64_t RowHits::rowFrom(Position position) const {
    std::uint64_t low = 0;
    std::uint64_t high = size_;
    while (low < high) {
        const std::uint64_t middle = low + (high - low) / 2;
        if (at(middle) < position)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void RowHitsBuilder::add(Position position) {
    open_.push_back(position);
    if (open_.size() < RowHits::kBlockRows) return;
    full_.size_ += open_.size();
    full_.blocks_.push_back(std::make_shared<const RowHits::Block>(std::exchange(open_, {})));
}

RowHits RowHitsBuilder::hits() const {
    RowHits out = full_;
    if (open_.empty()) return out;
    out.size_ += open_.size();
    out.blocks_.push_back(std::make_shared<const RowHits::Block>(open_));
    return out;
}

}  // namespace ariadne::studio
