#include "studio/session/lane_mip.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace ariadne::studio {

LaneCell LaneCell::merged(LaneCell a, LaneCell b) {
    const std::uint32_t sum = a.share() + b.share();
    const std::uint32_t share = sum == 0 ? 0 : std::max(1u, sum / 2);
    return {share, a.failed() || b.failed(), a.dropped() || b.dropped()};
}

LaneMip::LaneMip(const SliceList& slices) {
    if (slices.empty()) return;
    const std::uint64_t span = slices.back().begin + slices.back().length - slices.front().begin;
    const std::uint64_t perBin = std::max<std::uint64_t>(span * 2 / slices.size(), 2);
    finestLog_ = static_cast<unsigned>(std::bit_width(perBin - 1));
    fillFinest(slices);
    while (levels_.back().cells.size() > 1) addCoarser();
}

void LaneMip::fillFinest(const SliceList& slices) {
    const std::uint64_t first = slices.front().begin >> finestLog_;
    const std::uint64_t last = (slices.back().begin + slices.back().length - 1) >> finestLog_;
    Stored finest{first, std::vector<LaneCell>(static_cast<std::size_t>(last - first + 1))};
    const double full = static_cast<double>(std::uint64_t{1} << finestLog_);
    std::uint64_t bin = first;
    double covered = 0;
    bool failed = false, dropped = false;
    const auto flush = [&] {
        if (covered <= 0) return;
        const auto share = static_cast<std::uint32_t>(covered / full * LaneCell::kFull);
        finest.cells[static_cast<std::size_t>(bin - first)] = {
            std::clamp(share, 1u, LaneCell::kFull), failed, dropped};
        covered = 0, failed = dropped = false;
    };
    for (const Slice& slice : slices) {
        std::uint64_t at = slice.begin;
        const std::uint64_t end = slice.begin + slice.length;
        while (at < end) {
            if (at >> finestLog_ != bin) flush(), bin = at >> finestLog_;
            const std::uint64_t binEnd = (bin + 1) << finestLog_;
            covered += static_cast<double>(std::min(end, binEnd) - at);
            failed |= slice.kind == SliceKind::kFailed;
            dropped |= slice.kind == SliceKind::kDropped;
            at = binEnd;
        }
    }
    flush();
    levels_.push_back(std::move(finest));
}

void LaneMip::addCoarser() {
    const Stored& fine = levels_.back();
    const std::uint64_t first = fine.firstBin / 2;
    const std::uint64_t last = (fine.firstBin + fine.cells.size() - 1) / 2;
    Stored coarse{first, std::vector<LaneCell>(static_cast<std::size_t>(last - first + 1))};
    const Level source{0, fine.firstBin, fine.cells};
    for (std::size_t i = 0; i < coarse.cells.size(); ++i) {
        const std::uint64_t bin = (first + i) * 2;
        coarse.cells[i] = LaneCell::merged(source.at(bin), source.at(bin + 1));
    }
    levels_.push_back(std::move(coarse));
}

LaneMipSum::LaneMipSum(std::uint64_t begin, std::uint64_t end, std::uint64_t slices) {
    if (end <= begin || slices == 0) return;
    const std::uint64_t span = end - begin;
    const std::uint64_t perBin = std::max<std::uint64_t>(span / slices * 2, 2);
    mip_.finestLog_ = static_cast<unsigned>(std::bit_width(perBin - 1));
    while (span >> mip_.finestLog_ >= kBinsMax) ++mip_.finestLog_;
    firstBin_ = begin >> mip_.finestLog_;
    const std::uint64_t bins = ((end - 1) >> mip_.finestLog_) - firstBin_ + 1;
    covered_.resize(static_cast<std::size_t>(bins));
    flags_.resize(static_cast<std::size_t>(bins));
}

void LaneMipSum::add(const SliceList& slices) {
    const unsigned log = mip_.finestLog_;
    for (const Slice& slice : slices) {
        const std::uint64_t end = slice.begin + slice.length;
        const auto flag = static_cast<std::uint8_t>((slice.kind == SliceKind::kFailed ? 1u : 0u) |
                                                    (slice.kind == SliceKind::kDropped ? 2u : 0u));
        for (std::uint64_t at = slice.begin; at < end;) {
            const std::uint64_t binEnd = ((at >> log) + 1) << log;
            const auto bin = static_cast<std::size_t>((at >> log) - firstBin_);
            if (bin >= covered_.size()) break;
            covered_[bin] += static_cast<std::uint32_t>(std::min(end, binEnd) - at);
            flags_[bin] |= flag;
            any_ = true;
            at = binEnd;
        }
    }
}

LaneMip LaneMipSum::take() {
    if (!any_) return {};
    LaneMip::Stored finest{firstBin_, std::vector<LaneCell>(covered_.size())};
    const double full = static_cast<double>(std::uint64_t{1} << mip_.finestLog_);
    for (std::size_t bin = 0; bin < covered_.size(); ++bin) {
        if (covered_[bin] == 0) continue;
        const double share = std::min(covered_[bin] / full, 1.0) * LaneCell::kFull;
        finest.cells[bin] = {std::max(static_cast<std::uint32_t>(share), 1u),
                             (flags_[bin] & 1u) != 0, (flags_[bin] & 2u) != 0};
    }
    mip_.levels_.push_back(std::move(finest));
    while (mip_.levels_.back().cells.size() > 1) mip_.addCoarser();
    return std::move(mip_);
}

LaneMip::Level LaneMip::level(unsigned log) const {
    const unsigned coarsest = finestLog_ + static_cast<unsigned>(levels_.size()) - 1;
    const unsigned chosen = std::clamp(log, finestLog_, coarsest);
    const Stored& stored = levels_[chosen - finestLog_];
    return {chosen, stored.firstBin, stored.cells};
}

}  // namespace ariadne::studio
