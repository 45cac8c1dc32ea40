// Life of a run: start, rounds, end.
#include "engine/kernel/world.h"

#include "engine/base/check.h"
#include "engine/kernel/system_messages.h"
#include "engine/kernel/turn.h"
#include "engine/kernel/turn_watch.h"

#include <algorithm>

namespace ariadne::kernel {

World::World(const WorldOptions& options, EventSink* sink, DecisionSource* decisions)
    : options_(options),
      sink_(sink),
      ownDecisions_(decisions == nullptr ? decisionsOf(options) : nullptr),
      decisions_(decisions != nullptr ? *decisions : *ownDecisions_),
      wantsWho_(decisions_.wantsWho()),
      recordChanges_(sink != nullptr && sink->wantsChanges()) {
    ARIADNE_CHECK(options_.batch >= 1);
    if (sink_ != nullptr) batch_ = sink_->batch();
    inPlaceBytesMax_ = std::min(kRowInlineBytesMax, options_.limits.messageBytesMax);
    live_ = options_.live;
    faulty_ = options_.faults.any();
    if (options_.metricsEvery != 0) reportAt_ = nextReport();
    keepBirths_ = !options_.faults.script.empty();
    lanes_.push_back(std::make_unique<Lane>(depots_));
    logs_.push_back(std::make_unique<OutLog>());
    births_.emplace_back();
}

void World::keepBirths() {
    ARIADNE_CHECK_OP(births_.size(), ==, cells_.size());
    keepBirths_ = true;
}

World::~World() {
    executor_.reset();
    watchTurns(nullptr);
    for (const Input& input : inputs_) pool().release(input.message);
    const auto releaseAll = [&](MessageQueue& queue) {
        while (!queue.empty()) pool().release(queue.popFront());
    };
    for (Rank rank{1}; rank.value < cells_.size(); ++rank.value) {
        Cell& cell = cells_[rank];
        releaseAll(cell.mailbox);
        if (cell.extras != nullptr) {
            releaseAll(cell.extras->control);
            releaseAll(cell.extras->stash);
            if (!cell.ended) destroyState(*cell.type->state, cell.extras->firstState);
        }
        if (!cell.ended) destroyState(*cell.type->state, cell.state);
    }
    for (auto& [key, timer] : timers_) pool().release(timer.message);
}

void World::start(const CellType& root, void* rootState, std::string_view name, Message* first) {
    ARIADNE_CHECK(cells_.size() == 1 && position_.value == 0);
    BirthOrder order{};
    order.type = &root;
    order.state = rootState;
    order.key = childKey(CellKey{}, 1);
    commitBirth(kOutside, order, name, Position{});
    if (alive_ == 0) {  // a limit forbids even the root
        pool().release(first);
        end(rootOutcome_, rootText_);
        return;
    }
    EventRow row;
    row.kind = first->kind = EventKind::kInput;
    row.peer = Rank{1};
    enqueue(first, Rank{1}, row);
}

bool World::step() {
    if (outcome_ != Outcome::kRunning) return false;
    if (runnable_.empty() && inputs_.empty()) {
        if (waitsForOutside()) return true;
        if (timers_.empty()) {
            quiesce();
            return false;
        }
        moveClock(timers_.begin()->first.deadline);
    }
    if (!admit()) return false;
    if (options_.policy == Policy::kRounds)
        runRound();
    else if (!runOneMessage())
        return false;
    return closeRound();
}

bool World::closeRound() {
    if (roundsAtThisTime_ + LastRounds::kRoundsNoted > options_.limits.roundsPerInstantMax)
        [[unlikely]]
        noteRound();
    commit();
    if (runnable_.empty()) [[unlikely]] {
        for (const auto& log : logs_) log->shrink();
        if (outcome_ == Outcome::kRunning && alive_ == 0) end(rootOutcome_, rootText_);
    }
    if (options_.metricsEvery != 0 && delivered_ >= reportAt_ && outcome_ == Outcome::kRunning)
        [[unlikely]]
        tellMetrics();
    if (sink_ != nullptr && outcome_ == Outcome::kRunning && sink_->wantsSnapshot(position_) &&
        sink_->affordsSnapshot(imageSize()))
        sink_->onSnapshot(sink_->wantsWholeSnapshot() ? baseImage() : imageOfChanges());
    return outcome_ == Outcome::kRunning;
}

void World::runUntil(VirtualTime until, std::uint64_t rounds) {
    while (rounds > 0 && outcome_ == Outcome::kRunning) {
        if (waitsForOutside()) return;
        if (!runnable_.empty() || !inputs_.empty()) {
            if (now_ > until) return;
        } else if (!timers_.empty() && timers_.begin()->first.deadline > until) {
            return;
        }
        if (!step()) return;
        --rounds;
    }
}

void World::end(Outcome outcome, std::string_view text) {
    if (outcome_ != Outcome::kRunning) return;
    outcome_ = outcome;
    outcomeText_ = boundedText(text);
    // What went well but lost a promise on the way did not go well.
    if (leaks_ != 0 && (outcome == Outcome::kCompleted || outcome == Outcome::kQuiescent)) {
        outcome_ = Outcome::kLeaked;
        const std::string howMany =
            leaks_ == 1 ? "1 obligation was leaked: "
                        : std::to_string(leaks_) + " obligations were leaked, first ";
        outcomeText_ = boundedText(howMany + firstLeak_ + ". The run would have been " +
                                   std::string{nameOf(outcome)} + ": " + outcomeText_);
    }
    if (options_.metricsEvery != 0) tellMetrics();
    EventRow row;
    row.kind = EventKind::kEnd;
    row.arg = static_cast<std::uint64_t>(outcome_);
    row.payload = asBytes(outcomeText_);
    emit(row);
    if (sink_ != nullptr)
        sink_->onSnapshot(sink_->wantsWholeSnapshot() ? baseImage() : imageOfChanges());
}

void World::limitHit(std::string_view name, std::uint64_t value) {
    endAtLimit("limit " + std::string{name} + " (" + std::to_string(value) + ") reached");
}

void World::endAtLimit(std::string text) {
    // Committed work stands; the run ends after the round that hit the limit.
    if (rootOutcome_ == Outcome::kLimit) return;
    rootOutcome_ = Outcome::kLimit;
    rootText_ = std::move(text);
}

void World::moveClock(VirtualTime to) {
    if (to <= now_) return;
    now_ = to;
    roundsAtThisTime_ = 0;
}

bool World::admit() {
    ++round_.value;
    if (live_) {
        for (const Input& input : inputs_) {
            if (!input.clock) continue;
            moveClock(*input.clock);
            EventRow row;
            row.kind = EventKind::kClock;
            row.arg = static_cast<std::uint64_t>(now_.value);
            emit(row);
        }
    }
    while (!timers_.empty() && timers_.begin()->first.deadline <= now_) {
        auto node = timers_.extract(timers_.begin());
        fireTimer(node.key(), node.mapped());
    }
    if (!inputs_.empty()) admitInputs();
    if (++roundsAtThisTime_ > options_.limits.roundsPerInstantMax) {
        end(Outcome::kLimit, "limit roundsPerInstantMax (" +
                                 std::to_string(options_.limits.roundsPerInstantMax) +
                                 ") reached: virtual time stands still while " + whoGoesOn());
        return false;
    }
    return true;
}

void World::fireKernelTimer(Cell& owner, Timer& timer) {
    switch (timer.use) {
        case TimerUse::kMessage: return;
        case TimerUse::kResume: return resume(owner, timer.setAt);
        case TimerUse::kCleanup: cleanupIsOver(owner, timer.setAt); break;
        case TimerUse::kDeadline:
            cancelNow_.push_back(
                {owner.rank, owner.rank, CancelReason::kBudget, now_, timer.setAt});
            break;
        case TimerUse::kDelayed:
            bringCopy(std::exchange(timer.message, nullptr), owner, timer.setAt, timer.askId);
            return;
        case TimerUse::kLease: {
            const Obligation id{{keyOf(timer.maker)}, timer.askId};
            if (regionOf(owner).obligations.contains(id))
                resolve(owner, id, Resolution::kExpired, timer.setAt);
            break;
        }
        case TimerUse::kExpiry: expire(owner, timer.setAt); break;
    }
    if (unsettled()) settle();
}

void World::fireTimer(TimerKey key, Timer& timer) {
    Cell& owner = cellOf(key.owner);
    auto& own = moreOf(owner).timers;
    const auto at = moreOf(owner).findTimer(key.ordinal);
    ARIADNE_CHECK(at != own.end());
    EventRow row;
    row.cell = row.peer = key.owner;
    row.cause = timer.setAt;
    if (timer.use != TimerUse::kMessage) {
        own.erase(at);
        fireKernelTimer(owner, timer);
        pool().release(timer.message);
        return;
    }
    if (timer.askId != 0) {
        row.kind = EventKind::kAskTimeout;
        row.arg = timer.askId;
        timer.message->ask = timer.askId;
        forgetAsk(owner, timer.askId);
        own.erase(at);
        enqueue(std::exchange(timer.message, nullptr), key.owner, row);
        return;
    }
    ++counted_.timersFired;
    row.kind = EventKind::kTimerFire;
    row.arg = key.ordinal;
    Message* message = timer.message;
    const VirtualTime next = laterBy(Duration{timer.periodNs});
    // At the end of virtual time there is no next time.
    if (next > now_) {
        message = pool().copyOf(*timer.message);
        at->deadline = next;
        timers_.emplace(TimerKey{at->deadline, key.owner, key.ordinal}, timer);
    } else {
        own.erase(at);
    }
    enqueue(message, key.owner, row);
}

std::string World::calledHere(Rank rank) {
    if (rank == kOutside) return "outside";
    if (keepsBirths()) return births_[rank.value].path;
    // Who had ended before the snapshot that this world goes on from has no type.
    const CellType* type = cellOf(rank).type;
    return (type == nullptr ? std::string{"one that has ended"} : type->state->name) + " (cell " +
           std::to_string(rank.value) + ")";
}

void World::emitTypes() {
    sink_->onTypes(types_.table().all().subspan(typesTold_));
    typesTold_ = types_.table().size();
}

std::string World::pathOf(Rank parent, std::string_view name) {
    if (parent == kOutside) return std::string{name};
    std::string path = births_[parent.value].path + "/" + std::string{name};
    // Deep nesting: keep the end, which tells siblings apart, and mark the cut.
    if (path.size() > kPathBytesMax) path = "..." + path.substr(path.size() - kPathBytesMax + 3);
    return path;
}

}  // namespace ariadne::kernel
