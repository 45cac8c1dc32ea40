#include "studio/session/kind_sums.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ariadne::studio {

MainKind mainKindOf(EventKind kind) {
    if (isEnqueue(kind)) return MainKind::kMessage;
    switch (kind) {
        case EventKind::kDeliver: return MainKind::kTurn;
        case EventKind::kDrop: return MainKind::kDropped;
        case EventKind::kSpawn:
        case EventKind::kRestart: return MainKind::kBorn;
        case EventKind::kStop: return MainKind::kEnded;
        case EventKind::kFail: return MainKind::kFailed;
        default: return MainKind::kOther;
    }
}

std::uint64_t KindSums::Counts::sum() const {
    return std::accumulate(of.begin(), of.end(), std::uint64_t{0});
}

std::uint64_t KindSums::sumOf(const Bin& bin) {
    return std::accumulate(bin.begin(), bin.end(), std::uint64_t{0});
}

void KindSums::add(Position at, EventKind kind) {
    if (at < first_) return;
    last_ = at;
    while ((at.value - first_.value) >> log_ >= binsMax_) coarsen();
    const auto bin = static_cast<std::size_t>((at.value - first_.value) >> log_);
    if (bin >= bins_.size()) bins_.resize(bin + 1);
    if (bin / kDozen >= dozens_.size()) dozens_.resize(bin / kDozen + 1);
    const auto of = static_cast<std::size_t>(mainKindOf(kind));
    ++bins_[bin][of];
    ++dozens_[bin / kDozen][of];
}

void KindSums::coarsen() {
    const auto halve = [](std::vector<Bin>& bins) {
        for (std::size_t i = 0; i < bins.size(); ++i)
            for (std::size_t of = 0; of < kMainKinds; ++of)
                bins[i / 2][of] = i % 2 == 0 ? bins[i][of] : bins[i / 2][of] + bins[i][of];
        bins.resize((bins.size() + 1) / 2);
    };
    halve(bins_);
    halve(dozens_);
    ++log_;
}

KindSums::Counts KindSums::in(std::uint64_t begin, std::uint64_t end) const {
    Counts out;
    // The last bin ends where rows do.
    const std::uint64_t behind = last_.value + 1;
    begin = std::max(begin, first_.value);
    end = std::min(end, behind);
    if (bins_.empty() || begin >= end) return out;
    const std::uint64_t size = std::uint64_t{1} << log_;
    std::array<double, kMainKinds> parts{};
    const auto beginOf = [&](std::size_t bin) {
        return first_.value + (std::uint64_t{bin} << log_);
    };
    // Of a bin that lies in the range in part, as many as of its positions do.
    const auto addPart = [&](std::size_t bin, std::uint64_t from, std::uint64_t to) {
        if (sumOf(bins_[bin]) != 0) out.exact = false;
        for (std::size_t of = 0; of < kMainKinds; ++of)
            parts[of] += static_cast<double>(bins_[bin][of]) * static_cast<double>(to - from) /
                         static_cast<double>(std::min(size, behind - beginOf(bin)));
    };
    const auto add = [&](const Bin& bin) {
        for (std::size_t of = 0; of < kMainKinds; ++of) out.of[of] += bin[of];
    };
    for (std::uint64_t at = begin; at < end;) {
        const auto bin = static_cast<std::size_t>((at - first_.value) >> log_);
        const std::uint64_t binBegin = beginOf(bin);
        const std::uint64_t binEnd = std::min(binBegin + size, behind);
        const std::uint64_t dozenEnd = std::min(binBegin + size * kDozen, behind);
        if (bin % kDozen == 0 && at == binBegin && dozenEnd <= end) {
            add(dozens_[bin / kDozen]);
            at = dozenEnd;
        } else if (at == binBegin && binEnd <= end) {
            add(bins_[bin]);
            at = binEnd;
        } else {
            const std::uint64_t to = std::min(end, binEnd);
            addPart(bin, at, to);
            at = to;
        }
    }
    for (std::size_t of = 0; of < kMainKinds; ++of)
        out.of[of] += static_cast<std::uint64_t>(std::llround(parts[of]));
    return out;
}

}  // namespace ariadne::studio
