#include "studio/session/queue_depths.h"

namespace ariadne::studio {

std::uint32_t QueueDepths::Lane::mostIn(std::uint64_t begin, std::uint64_t end) const {
    if (begin >= end || bins.empty()) return 0;
    const std::size_t from = behind(begin >> log), to = behind((end - 1) >> log);
    // What changed last before it still holds where it begins, unless it changes right there.
    std::uint32_t out = from == 0 ? 0 : last[from - 1];
    if (from != 0 && log != 0 && bins[from - 1] == begin >> log) out = most[from - 1];
    return from < to
               ? std::max(out, mostOver.over([this](std::size_t i) { return most[i]; }, from, to))
               : out;
}

bool QueueDepths::knows(Position position) const {
    if (position < first || position >= next) return false;
    const auto at = std::partition_point(unknown.begin(), unknown.end(),
                                         [&](const auto& gap) { return gap.second <= position; });
    return at == unknown.end() || position < at->first;
}

std::optional<QueueDepths::Answer> QueueDepths::at(Position position, Rank rank) const {
    if (!knows(position)) return std::nullopt;
    return atKnown(position, rank);
}

QueueDepths::Answer QueueDepths::atKnown(Position position, Rank rank) const {
    const Lane* const lane = laneOf(rank);
    if (lane == nullptr) return Answer{};
    const std::uint64_t bin = position.value >> lane->log;
    const std::size_t behind = lane->behind(bin);
    if (behind == 0) return Answer{};
    const bool isLastOfBin = (position.value + 1) >> lane->log != bin;
    if (lane->bins[behind - 1] != bin || isLastOfBin) return Answer{lane->last[behind - 1], true};
    return Answer{lane->most[behind - 1], false};
}

}  // namespace ariadne::studio
