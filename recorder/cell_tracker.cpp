#include "recorder/cell_tracker.h"

#include "engine/base/status_macros.h"

#include <algorithm>
#include <limits>

namespace ariadne::recorder {
namespace {

/// The last phase of a region, as its rows count them (RegionPhase::kClosed).
constexpr std::uint64_t kRegionClosedPhase = 3;

/// Leaves longer than this are not copied to show what they were before a turn.
constexpr std::size_t kBeforeBytesMax = 16 * 1024;

/// Of more open asks the oldest are forgotten: they have timed out, or nobody will ever answer.
constexpr std::ptrdiff_t kOwedMax = 1000;
/// Of forwarded messages it is not known here whether they are asks.
constexpr std::ptrdiff_t kForwardsMax = 32;
constexpr std::size_t kAnsweredMax = 256;

/// `time` and `ns` are as a file has them.
VirtualTime later(VirtualTime time, std::uint64_t ns) {
    constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
    const auto since = static_cast<std::uint64_t>(std::max<std::int64_t>(time.value, 0));
    return {static_cast<std::int64_t>(ns > kMax - since ? kMax : since + ns)};
}

std::size_t bytesOf(const value::StateValue::Leaf& leaf) {
    if (const auto* bytes = std::get_if<Bytes>(&leaf)) return bytes->size();
    if (const auto* split = std::get_if<value::StateValue::Split>(&leaf))
        return split->entries.size() * 64;
    return 16;
}

bool isForward(const OwedReply& owed) {
    return owed.ask == 0;
}

}  // namespace

absl::Status CellTracker::load(const TypeTable& types, const CellBirth& birth,
                               const CellImage& image, const Suspension& suspension) {
    born_ = alive_ = true;
    stateType_ = birth.type;
    auto state = value::StateValue::decode(types, birth.type, image.state);
    if (!state.ok()) return state.status();
    state_ = *std::move(state);
    behaviour_ = image.behaviourName.get();
    turns_ = image.turns;
    lastTurn_ = image.lastTurn;
    lastTurnSeen_ = false;
    const auto lane = [](const std::vector<MessageImage>& messages,
                         std::deque<QueuedMessage>& out) {
        for (const MessageImage& m : messages)
            out.push_back({m.enqueuedAt, m.kind, m.sender, {-1}, m.asker, m.askId});
    };
    lane(image.control, control_);
    lane(image.mailbox, mailbox_);
    lane(image.stash, stash_);
    care_.restarts = image.care->incarnation;
    care_.parkedAt = suspension.parkedAt;
    care_.restsUntil = suspension.restsUntil;
    if (image.care->maskedTurns != 0) care_.maskedUntilTurn = turns_ + image.care->maskedTurns;
    if (image.care->cancelTold) {
        care_.cancel = static_cast<CancelReason>(image.care->cancelled);
        care_.cancelUntil = image.care->cancelUntil;
    }
    care_.links = image.care->links;
    for (const auto& [asker, ask] : image.care->owed) care_.owed.push_back({asker, ask, {}});
    return absl::OkStatus();
}

absl::Status CellTracker::apply(const TypeTable& types, const EventRow& row) {
    if (isEnqueue(row.kind)) {
        if (row.cell == rank_) sent(row);
        if (row.peer == rank_) enqueue(row);
        return absl::OkStatus();
    }
    if (row.kind == EventKind::kLink || row.kind == EventKind::kUnlink) {
        takeLink(row);
        return absl::OkStatus();
    }
    if (row.kind == EventKind::kRefuse &&
        row.arg == static_cast<std::uint64_t>(RefuseReason::kNothingToLink)) {
        std::erase(care_.links, row.cell == rank_ ? row.peer : row.cell);
        return absl::OkStatus();
    }
    if (row.cell != rank_) {
        if (isLifeAndDeath(row.kind)) linkedEnded(row);
        return absl::OkStatus();
    }
    switch (row.kind) {
        case EventKind::kRestart: beginAgain(row); [[fallthrough]];
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
        case EventKind::kFail: end(row); break;
        case EventKind::kBecome: behaviour_ = asText(row.payload); break;
        case EventKind::kStash:
            stash_.push_back(inHand_);
            forgetOwed(inHand_.enqueuedAt);
            break;
        case EventKind::kUnstash:
            mailbox_.insert(mailbox_.begin(), stash_.begin(), stash_.end());
            stash_.clear();
            break;
        case EventKind::kPark: care_.parkedAt = row.peer; break;
        case EventKind::kUnpark:
        case EventKind::kResume:
            care_.parkedAt = {};
            care_.restsUntil.reset();
            break;
        case EventKind::kMask: care_.maskedUntilTurn = row.arg == 0 ? 0 : turns_ + row.arg; break;
        default: return takeRegionChange(types, row);
    }
    return absl::OkStatus();
}

void CellTracker::beginAgain(const EventRow& row) {
    endedAt_ = {};
    endText_.clear();
    behaviour_.clear();
    mailbox_.insert(mailbox_.begin(), stash_.begin(), stash_.end());
    stash_.clear();
    changed_.clear();
    replaced_.clear();
    care_.restarts = static_cast<std::uint32_t>(row.arg);
    care_.maskedUntilTurn = 0;
    care_.cancel = CancelReason::kNone;
    care_.cancelUntil = {};
    if (row.extra != 0) care_.restsUntil = later(row.time, row.extra);
}

void CellTracker::end(const EventRow& row) {
    alive_ = false;
    endedAt_ = row.seq;
    endText_ = asText(row.payload);
    care_.links.clear();
    care_.owed.clear();
    answered_.clear();
    care_.parkedAt = {};
    care_.restsUntil.reset();
}

void CellTracker::linkedEnded(const EventRow& row) {
    std::erase(care_.links, row.cell);
}

void CellTracker::takeLink(const EventRow& row) {
    if (row.cell == row.peer || (row.cell != rank_ && row.peer != rank_)) return;
    const Rank other = row.cell == rank_ ? row.peer : row.cell;
    std::erase(care_.links, other);
    if (row.kind == EventKind::kLink && alive_) care_.links.push_back(other);
}

void CellTracker::sent(const EventRow& row) {
    if (row.kind == EventKind::kFinalize) removed(row.cause);
    if (row.kind == EventKind::kForward) forgetOwed(inHand_.enqueuedAt);
    if (row.kind != EventKind::kReply) return;
    const auto same = [&](const OwedReply& owed) {
        return owed.asker == row.peer && owed.ask == row.arg;
    };
    const auto at = std::find_if(care_.owed.rbegin(), care_.owed.rend(), same);
    if (at != care_.owed.rend()) {
        care_.owed.erase(std::next(at).base());
        return;
    }
    // Perhaps to one of the forwards; which, only the rows they come from can tell.
    const bool anyForward = std::any_of(care_.owed.begin(), care_.owed.end(), isForward);
    if (!anyForward) answered_.clear();
    if (anyForward) answered_.emplace_back(row.peer, row.arg);
    if (answered_.size() > kAnsweredMax) answered_.erase(answered_.begin());
}

void CellTracker::owe(const QueuedMessage& taken) {
    auto& owed = care_.owed;
    if (taken.ask == 0 && taken.kind != EventKind::kForward) return;
    owed.push_back({taken.asker, taken.ask, taken.enqueuedAt});
    if (taken.ask == 0 && std::count_if(owed.begin(), owed.end(), isForward) > kForwardsMax)
        owed.erase(std::find_if(owed.begin(), owed.end(), isForward));
    if (std::ssize(owed) > kOwedMax) owed.erase(owed.begin());
}

void CellTracker::forgetOwed(Position enqueuedAt) {
    const auto at =
        std::find_if(care_.owed.rbegin(), care_.owed.rend(),
                     [&](const OwedReply& owed) { return owed.enqueuedAt == enqueuedAt; });
    if (at != care_.owed.rend()) care_.owed.erase(std::next(at).base());
}

absl::Status CellTracker::takeRegionChange(const TypeTable& types, const EventRow& row) {
    if (row.kind == EventKind::kRegion && row.arg == kRegionClosedPhase) {
        alive_ = false;
        endedAt_ = row.seq;
    }
    // Finalizers wait in the region, the last one added goes first.
    if (row.kind == EventKind::kFinalizer)
        stash_.push_front({row.seq, EventKind::kFinalize, rank_, row.time, {}, 0});
    return row.change.empty() ? absl::OkStatus() : takeChange(types, row);
}

absl::Status CellTracker::takeTurn(const TypeTable& types, const EventRow& row) {
    inHand_ = removed(row.cause);
    turns_ = row.arg;
    owe(inHand_);
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
    const bool asks = row.kind == EventKind::kAsk;
    const QueuedMessage message{row.seq,
                                row.kind,
                                ownClock ? kOutside : row.cell,
                                row.time,
                                asks ? row.cell : kOutside,
                                asks ? row.arg : 0};
    if (row.kind == EventKind::kCancelRequest) {
        care_.cancel = static_cast<CancelReason>(std::min<std::uint64_t>(row.arg, 0xFF));
        care_.cancelUntil = {static_cast<std::int64_t>(row.extra)};
    }
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
        512 + (control_.size() + mailbox_.size() + stash_.size()) * sizeof(QueuedMessage) +
        care_.owed.size() * sizeof(OwedReply) + care_.links.size() * sizeof(Rank) +
        answered_.size() * sizeof(answered_[0]);
    for (std::size_t i = 0; i < state_.leafCount(); ++i) bytes += 48 + bytesOf(state_.leaf(i));
    return bytes;
}

}  // namespace ariadne::recorder
