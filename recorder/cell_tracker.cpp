#include "recorder/cell_tracker.h"

#include "engine/base/status_macros.h"

#include <algorithm>

namespace ariadne::recorder {
namespace {

/// The last phase of a region, as its rows count them (RegionPhase::kClosed).
constexpr std::uint64_t kRegionClosedPhase = 3;

/// Leaves longer than this are not copied to show what they were before a turn.
constexpr std::size_t kBeforeBytesMax = 16 * 1024;

std::size_t bytesOf(const value::StateValue::Leaf& leaf) {
    if (const auto* bytes = std::get_if<Bytes>(&leaf)) return bytes->size();
    if (const auto* split = std::get_if<value::StateValue::Split>(&leaf))
        return split->entries.size() * 64;
    return 16;
}

}  // namespace

absl::Status CellTracker::load(const TypeTable& types, const CellBirth& birth,
                               const CellImage& image) {
    born_ = alive_ = true;
    stateType_ = birth.type;
    auto state = value::StateValue::decode(types, birth.type, image.state);
    if (!state.ok()) return state.status();
    state_ = *std::move(state);
    behaviour_ = image.behaviourName;
    turns_ = image.turns;
    lastTurn_ = image.lastTurn;
    lastTurnSeen_ = false;
    const auto lane = [](const std::vector<MessageImage>& messages,
                         std::deque<QueuedMessage>& out) {
        for (const MessageImage& m : messages)
            out.push_back({m.enqueuedAt, m.kind, m.sender, {-1}});
    };
    lane(image.control, control_);
    lane(image.mailbox, mailbox_);
    lane(image.stash, stash_);
    return absl::OkStatus();
}

absl::Status CellTracker::apply(const TypeTable& types, const EventRow& row) {
    if (isEnqueue(row.kind)) {
        if (row.peer == rank_) enqueue(row);
        return absl::OkStatus();
    }
    if (row.cell != rank_) return absl::OkStatus();
    switch (row.kind) {
        case EventKind::kRestart:
            endedAt_ = {};
            endText_.clear();
            behaviour_.clear();
            mailbox_.insert(mailbox_.begin(), stash_.begin(), stash_.end());
            stash_.clear();
            changed_.clear();
            replaced_.clear();
            [[fallthrough]];
        case EventKind::kSpawn: {
            born_ = alive_ = true;
            stateType_ = row.type;
            auto state = value::StateValue::decode(types, row.type, row.payload);
            if (!state.ok()) return state.status();
            state_ = *std::move(state);
            break;
        }
        case EventKind::kDeliver: return takeTurn(types, row);
        case EventKind::kDrop: removed(row.cause); break;
        case EventKind::kStop:
        case EventKind::kFail:
            alive_ = false;
            endedAt_ = row.seq;
            endText_ = asText(row.payload);
            break;
        case EventKind::kBecome: behaviour_ = asText(row.payload); break;
        case EventKind::kStash: stash_.push_back(inHand_); break;
        case EventKind::kUnstash:
            mailbox_.insert(mailbox_.begin(), stash_.begin(), stash_.end());
            stash_.clear();
            break;
        default: return takeRegionChange(types, row);
    }
    return absl::OkStatus();
}

absl::Status CellTracker::takeRegionChange(const TypeTable& types, const EventRow& row) {
    if (row.kind == EventKind::kRegion && row.arg == kRegionClosedPhase) {
        alive_ = false;
        endedAt_ = row.seq;
    }
    return row.change.empty() ? absl::OkStatus() : takeChange(types, row);
}

absl::Status CellTracker::takeTurn(const TypeTable& types, const EventRow& row) {
    inHand_ = removed(row.cause);
    turns_ = row.arg;
    return takeChange(types, row);
}

absl::Status CellTracker::takeChange(const TypeTable& types, const EventRow& row) {
    lastTurn_ = row.seq;
    lastTurnSeen_ = true;
    changed_ = value::changedLeaves(row.change);
    replaced_.clear();
    for (const std::uint32_t leaf : changed_)
        if (leaf < state_.leafCount() && bytesOf(state_.leaf(leaf)) <= kBeforeBytesMax)
            replaced_.emplace_back(leaf, state_.leaf(leaf));
    return state_.apply(types, row.change);
}

void CellTracker::enqueue(const EventRow& row) {
    // What a timer brings has no sender: the row's cell is the owner who set it.
    const bool ownClock = row.kind == EventKind::kTimerFire || row.kind == EventKind::kAskTimeout;
    auto& lane = isControl(row.kind) ? control_ : mailbox_;
    const QueuedMessage message{row.seq, row.kind, ownClock ? kOutside : row.cell, row.time};
    if ((row.flags & kFlagFront) != 0)
        lane.push_front(message);
    else
        lane.push_back(message);
}

QueuedMessage CellTracker::removed(Position enqueuedAt) {
    for (auto* lane : {&control_, &mailbox_, &stash_}) {
        const auto at = std::find_if(lane->begin(), lane->end(),
                                     [&](const auto& m) { return m.enqueuedAt == enqueuedAt; });
        if (at == lane->end()) continue;
        const QueuedMessage found = *at;
        lane->erase(at);
        return found;
    }
    return {};
}

value::StateValue CellTracker::before() const {
    value::StateValue out = state_;
    for (const auto& [leaf, content] : replaced_) out.setLeaf(leaf, content);
    return out;
}

std::size_t CellTracker::memoryBytes() const {
    std::size_t bytes =
        512 + (control_.size() + mailbox_.size() + stash_.size()) * sizeof(QueuedMessage);
    for (std::size_t i = 0; i < state_.leafCount(); ++i) bytes += 48 + bytesOf(state_.leaf(i));
    return bytes;
}

}  // namespace ariadne::recorder
