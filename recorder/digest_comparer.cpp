#include "recorder/digest_comparer.h"

#include <algorithm>

namespace ariadne::recorder {

DigestComparer::DigestComparer(const tracefmt::TraceReader& reader, Position from, Position to,
                               EventDigest digest)
    : reader_(reader),
      marks_(reader.inputs().empty() ? reader.chunks() : reader.inputs()),
      at_(from),
      to_(to),
      sameTo_(from),
      digest_(digest) {
    while (next_ < marks_.size() && lastOf(next_) <= from) ++next_;
}

Position DigestComparer::lastOf(std::size_t mark) const {
    return {marks_[mark].first.value + marks_[mark].count - 1};
}

void DigestComparer::onTypes(std::span<const TypeDesc> types) {
    for (const TypeDesc& type : types) types_.add(type);
}

void DigestComparer::onBirth(const CellBirth& /*birth*/) {}

void DigestComparer::onEvent(const EventRow& row) {
    if (done()) return;
    digest_.add(row, types_.at(row.type).hash);
    at_ = row.seq;
    if (next_ == marks_.size() || at_ != lastOf(next_)) return;
    if (marks_[next_].eventDigest != digest_.events()) return part("the digests of the events");
    ++digests_;
    ++next_;
    sameTo_ = at_;
}

bool DigestComparer::wantsSnapshot(Position position) {
    return !done() && knowsStateAt(position);
}

void DigestComparer::compareState(Position position, std::uint64_t stateDigest) {
    const std::optional<std::uint64_t> recorded = stateAt(position);
    if (divergence_ || !recorded) return;
    if (*recorded != stateDigest) return part("the states of the actors");
    ++digests_;
}

void DigestComparer::ended() {
    if (!done()) part("the ends of the runs");
}

std::optional<std::uint64_t> DigestComparer::stateAt(Position position) const {
    const auto& all = reader_.snapshots();
    const auto at = std::lower_bound(all.begin(), all.end(), position,
                                     [](const auto& s, Position p) { return s.position < p; });
    if (at != all.end() && at->position == position) return at->stateDigest;
    const std::uint64_t atEnd = reader_.stats().stateDigest;
    if (position != reader_.lastPosition() || atEnd == 0) return std::nullopt;
    return atEnd;
}

void DigestComparer::part(const std::string& what) {
    divergence_.emplace();
    divergence_->position = {sameTo_.value + 1};
    divergence_->what = what + " differ at event " + std::to_string(at_.value) +
                        ": the runs part there or before, behind event " +
                        std::to_string(sameTo_.value) +
                        ". This trace does not hold what is needed to see where: record with "
                        "--record full";
}

}  // namespace ariadne::recorder
