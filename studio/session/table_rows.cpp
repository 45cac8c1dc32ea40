#include "studio/session/table_rows.h"

#include <algorithm>
#include <utility>

namespace ariadne::studio {

TableRows::TableRows(const std::vector<tracefmt::TraceGap>& gaps, Position last) : last_(last) {
    std::vector<Fold> folds;
    for (const tracefmt::TraceGap& gap : gaps)
        folds.push_back({gap.first, gap.last.value == 0 ? last : std::min(gap.last, last)});
    std::sort(folds.begin(), folds.end(),
              [](const Fold& a, const Fold& b) { return a.first < b.first; });
    auto kept = std::make_shared<std::vector<Fold>>();
    std::uint64_t folded = 0;  // rows fewer than positions, so far
    Position done;
    for (Fold fold : folds) {
        fold.first = std::max(fold.first, {done.value + 1});
        if (fold.first >= fold.last) continue;
        fold.row = fold.first.value - 1 - folded;
        folded += fold.last.value - fold.first.value;
        done = fold.last;
        kept->push_back(fold);
    }
    folds_ = std::move(kept);
}

TableRows::TableRows(RowHits hits, bool whole)
    : hits_(std::move(hits)), isFound_(true), whole_(whole) {}

std::uint64_t TableRows::size() const {
    if (isFound_) return hits_.size();
    return last_.value == 0 ? 0 : rowOf(last_) + 1;
}

Position TableRows::at(std::uint64_t row) const {
    if (isFound_) return hits_.at(row);
    if (!folds_) return {row + 1};
    const auto behind = std::partition_point(folds_->begin(), folds_->end(),
                                             [row](const Fold& f) { return f.row <= row; });
    if (behind == folds_->begin()) return {row + 1};
    const Fold& fold = *std::prev(behind);
    return row == fold.row ? fold.first : Position{fold.last.value + (row - fold.row)};
}

std::uint64_t TableRows::rowOf(Position position) const {
    if (isFound_) {
        const std::uint64_t row = hits_.rowFrom(position);
        const bool shares = whole_ && row > 0 && (row == size() || hits_.at(row) != position);
        return shares ? row - 1 : row;
    }
    const std::uint64_t plain = std::max<std::uint64_t>(position.value, 1) - 1;
    if (!folds_) return plain;
    const auto behind = std::partition_point(
        folds_->begin(), folds_->end(), [position](const Fold& f) { return f.first <= position; });
    if (behind == folds_->begin()) return plain;
    const Fold& fold = *std::prev(behind);
    return fold.row + (position.value - std::min(position, fold.last).value);
}

}  // namespace ariadne::studio
