// The whole world as plain data, and back.
#include "engine/base/check.h"
#include "engine/base/status_macros.h"
#include "engine/kernel/system_messages.h"
#include "engine/kernel/turn_watch.h"
#include "engine/kernel/world.h"

#include <algorithm>
#include <utility>

namespace ariadne::kernel {
namespace {
/// More than any run can count to; from here on ordinals could wrap and meet older ones.
constexpr std::uint64_t kOrdinalMax = std::uint64_t{1} << 62;
}  // namespace

MessageImage World::imageOf(const Message& message) {
    MessageImage out;
    out.kind = message.kind;
    out.enqueuedAt = message.enqueuedAt;
    out.sender = message.sender;
    out.askId = message.askId();
    out.asker = message.asker;
    out.answers = message.answers();
    out.type = types_.indexOf(*message.type);
    payload_.clear();
    message.type->encode(message.value(), payload_);
    out.payload.assign(payload_.view().begin(), payload_.view().end());
    return out;
}

CareImage World::careOf(const Cell& cell) {
    const CellExtras& more = *cell.extras;
    CareImage out;
    out.restart = static_cast<std::uint8_t>(more.child.restart);
    out.shutdown = more.child.shutdown;
    out.memoryBytesMax = more.memory.bytes;
    // Told apart from "none" also when the state has no fields.
    if (more.firstState != nullptr) {
        payload_.clear();
        payload_.u8(1);
        cell.type->state->encode(more.firstState, payload_);
        out.firstState.assign(payload_.view().begin(), payload_.view().end());
    }
    out.incarnation = more.incarnation;
    out.restartsInARow = more.restartsInARow;
    out.livesSince = more.livesSince;
    out.failedIn = more.failedIn;
    out.childOrdinal = more.childOrdinal;
    out.maskedTurns = more.maskedTurns;
    out.cancelled = static_cast<std::uint8_t>(more.cancelled);
    out.cancelUntil = more.cancelUntil;
    out.cancelTold = more.cancelTold;
    out.kernelTimers = more.kernelTimers;
    out.regionsOpened = more.regionsOpened;
    out.obligationsMade = more.obligationsMade;
    out.links = more.links;
    for (const auto& reply : more.owed) out.owed.emplace_back(reply.asker, reply.ask);
    for (const auto& wait : more.permitQueue)
        out.permitQueue.emplace_back(wait.maker, wait.ordinal);
    out.parkedHere = more.parkedHere;
    out.effectsMade = more.effectsMade;
    for (const auto& pending : more.effects)
        out.effects.push_back({pending.request.name, pending.request.scope, pending.request.payload,
                               pending.request.ordinal, pending.request.timeout, pending.askedAt,
                               pending.answer->hash});
    // What every cell has anyway is no care.
    if (out.shutdown == ChildOptions{}.shutdown && more.child.restart == ChildOptions{}.restart) {
        CareImage plain;
        plain.restart = out.restart;
        plain.shutdown = out.shutdown;
        if (out == plain) return {};
    }
    return out;
}

absl::Status World::restoreCare(Cell& cell, const CareImage& image) {
    if (image == CareImage{}) return absl::OkStatus();
    const auto broken = [&](std::string_view what) {
        return absl::DataLossError("snapshot: cell " + std::to_string(cell.rank.value) + " " +
                                   std::string{what});
    };
    if (image.restart > static_cast<std::uint8_t>(RestartPolicy::kPermanent) ||
        image.cancelled > static_cast<std::uint8_t>(CancelReason::kShutdown) ||
        image.kernelTimers > kOrdinalMax || image.regionsOpened > kOrdinalMax ||
        image.obligationsMade > kOrdinalMax || image.shutdown < Duration::zero())
        return broken("is looked after in a way that does not exist");
    CellExtras& more = cell.more();
    more.child = {static_cast<RestartPolicy>(image.restart), image.shutdown};
    more.memory.bytes = image.memoryBytesMax;
    if (!image.firstState.empty()) {
        void* storage = allocateState(*cell.type->state);
        if (!cell.type->state->decodeInto(ByteView{image.firstState}.subspan(1), storage)) {
            freeState(*cell.type->state, storage);
            return broken("has a first state that is none of its type");
        }
        more.firstState = storage;
    }
    more.incarnation = image.incarnation;
    more.restartsInARow = image.restartsInARow;
    more.livesSince = image.livesSince;
    more.failedIn = image.failedIn;
    more.childOrdinal = image.childOrdinal;
    more.maskedTurns = image.maskedTurns;
    more.cancelled = static_cast<CancelReason>(image.cancelled);
    more.cancelUntil = image.cancelUntil;
    more.cancelTold = image.cancelTold;
    more.kernelTimers = image.kernelTimers;
    more.regionsOpened = image.regionsOpened;
    more.obligationsMade = image.obligationsMade;
    const auto known = [&](Rank rank) { return rank != kOutside && rank.value < cells_.size(); };
    for (const Rank rank : image.links) {
        if (!known(rank)) return broken("is linked with a cell that was never born");
        more.links.push_back(rank);
    }
    for (const auto& [asker, ask] : image.owed) {
        if (!known(asker)) return broken("owes an answer to a cell that was never born");
        more.owed.push_back({asker, ask});
    }
    for (const auto& [maker, ordinal] : image.permitQueue) {
        if (!known(maker)) return broken("has a permit queue with a cell that was never born");
        more.permitQueue.push_back({maker, ordinal});
    }
    for (const Rank rank : image.parkedHere) {
        if (!known(rank)) return broken("parks a cell that was never born");
        more.parkedHere.push_back(rank);
    }
    more.effectsMade = image.effectsMade;
    for (const EffectImage& effect : image.effects) {
        const std::uint16_t handler = cell.type->handlerOf(effect.answerHash);
        const value::TypeInfo* answer = handler == kLookUpHandler
                                            ? value::findMessageType(effect.answerHash)
                                            : cell.type->accepts[handler];
        if (answer == nullptr || effect.ordinal > image.effectsMade)
            return broken("waits for an effect that it cannot have asked for");
        more.effects.push_back({{effect.name, effect.payload, effect.scope, cell.key.value,
                                 effect.ordinal, effect.timeout},
                                effect.askedAt,
                                answer});
        requests_.push_back(more.effects.back().request);
        ++effectsPending_;
    }
    cell.special = more.maskedTurns != 0 || !more.permitQueue.empty() || !more.parkedHere.empty() ||
                   more.failedIn != Round{};
    return absl::OkStatus();
}

std::vector<std::uint32_t> World::livingChildrenOfRegions() {
    std::vector<std::uint32_t> count(cells_.size());
    for (Rank rank{1}; rank.value < cells_.size(); ++rank.value) {
        const Cell& cell = cellOf(rank);
        if (cell.ended || cell.parent == kOutside) continue;
        const Cell& parent = cellOf(cell.parent);
        if (!parent.ended && isRegion(parent))
            ++count[parent.rank.value];
        else if (const Cell* above = parent.ended ? regionAbove(cell) : nullptr)
            ++count[above->rank.value];
    }
    return count;
}

absl::Status World::restoreRegions() {
    const std::vector<std::uint32_t> childrenOf = livingChildrenOfRegions();
    for (Rank rank{1}; rank.value < cells_.size(); ++rank.value) {
        Cell& cell = cellOf(rank);
        if (cell.ended) continue;
        if (cell.extras != nullptr)
            for (const Rank parked : cell.extras->parkedHere)
                if (!cellOf(parked).ended) suspend(cellOf(parked));
        if (!isRegion(cell)) {
            if (Cell* region = regionAbove(cell);
                region != nullptr && regionOf(*region).left.bounded())
                cell.special = true;
            continue;
        }
        budgets_ = budgets_ || regionOf(cell).left.bounded();
        const std::uint32_t children = childrenOf[rank.value];
        const std::size_t finalizers = cell.extras == nullptr ? 0 : cell.extras->stash.size();
        const Region& region = regionOf(cell);
        // The one that runs is counted until its turn is over.
        if (region.children != children || region.finalizers < finalizers ||
            region.finalizers > finalizers + 1)
            return absl::DataLossError("snapshot: region " + std::to_string(rank.value) +
                                       " has lost or found children or finalizers");
        if (!region.restarting.empty()) ARIADNE_RETURN_IF_ERROR(restoreGroup(cell));
        for (const auto& [id, entry] : region.obligations) {
            if (entry.holders.empty() || entry.holders.size() > 1'000'000)
                return absl::DataLossError("snapshot: an obligation that nobody holds");
            if (Cell* holder = aliveCell(keys_.find(entry.holders.back().key)))
                holder->more().held.push_back(id);
            if (entry.kind == ObligationKind::kPermit && entry.granted)
                if (Cell* receiver = aliveCell(keys_.find(entry.target.key)))
                    ++receiver->more().reservedSlots;
        }
    }
    return absl::OkStatus();
}

absl::Status World::restoreGroup(Cell& region) {
    if (regionOf(region).phase != RegionPhase::kOpen)
        return absl::DataLossError("snapshot: region " + std::to_string(region.rank.value) +
                                   " restarts a group and is not open");
    for (const GroupMember& member : regionOf(region).restarting) {
        if (member.part == MemberPart::kGone) continue;
        Cell* cell = aliveCell(keys_.find(member.who.key));
        if (cell == nullptr || isRegion(*cell) || groupWith(*cell) != &region ||
            member.part > MemberPart::kGone)
            return absl::DataLossError("snapshot: region " + std::to_string(region.rank.value) +
                                       " restarts a group with somebody in it who is not below it");
        if (member.part == MemberPart::kRests) suspend(*cell);
    }
    return absl::OkStatus();
}

ImageSize World::imageSize() const {
    ImageSize size;
    size.cells = alive_;
    size.births = cells_.size() - 1;
    // Every node that is nowhere in stock holds a message.
    size.messages = depots_.small.nodesOut() + depots_.large.nodesOut();
    for (const auto& lane : lanes_) size.messages -= lane->pool.inStock();
    return size;
}

void World::fillImage(const Cell& cell, CellImage& image) {
    const auto lane = [&](const MessageQueue& queue, RareList<MessageImage>& messages) {
        if (queue.empty()) return;
        messages.reserve(queue.size());
        for (const Message* m = queue.head(); m != nullptr; m = m->next)
            messages.push_back(imageOf(*m));
    };
    image.rank = cell.rank;
    image.behaviour = cell.behaviour;
    if (image.behaviour != 0) image.behaviourName = cell.type->behaviours[image.behaviour];
    image.lastTurn = cell.lastTurn;
    image.turns = cell.turns;
    image.sends = cell.sends;
    image.timers = cell.timersSet();
    image.children = cell.childrenBorn();
    image.draws = cell.draws;
    image.mailboxCapacity = cell.options.capacity;
    image.onFull = cell.options.onFull;
    payload_.clear();
    cell.type->state->encode(cell.state, payload_);
    image.state.assign(payload_.view());
    lane(cell.mailbox, image.mailbox);
    if (const CellExtras* more = cell.extras.get()) {
        lane(more->control, image.control);
        lane(more->stash, image.stash);
        image.watchers = more->watchers;
        for (const auto& ask : more->pendingAsks)
            image.pendingAsks.push_back({ask.id, ask.askedAt, ask.target, ask.forever});
        image.childNames.assign(more->childNames.begin(), more->childNames.end());
        image.care = careOf(cell);
    }
}

void World::fillRest(WorldImage& out) {
    out.position = position_;
    out.time = now_;
    out.round = round_;
    out.births = static_cast<std::uint32_t>(cells_.size() - 1);
    out.roundsAtThisTime = roundsAtThisTime_;
    out.decisions = decisionsMade_;
    out.decisionState = decisions_.state();
    out.failures = failures_;
    out.timers.reserve(timers_.size());
    for (const auto& [key, timer] : timers_)
        out.timers.push_back({key.owner, key.ordinal, key.deadline, timer.periodNs, timer.setAt,
                              timer.askId,
                              timer.message != nullptr ? imageOf(*timer.message) : MessageImage{},
                              timer.use, timer.maker});
    out.metrics = wordsOf(metrics());
    out.leaks = leaks_;
    out.firstLeak = firstLeak_;
    out.rootLedger = rootLedger_;
}

void World::finishImage(WorldImage& image, std::uint64_t cellTerms) {
    image.stateDigest = stateTermOfRest(image, births_) + cellTerms;
    if (sink_ != nullptr && types_.table().size() != typesTold_) emitTypes();
}

WorldImage World::image() {
    ARIADNE_CHECK(keepsBirths());
    WorldImage out;
    fillRest(out);
    std::uint64_t terms = 0;
    out.cells.reserve(alive_ + counted_.regions);
    for (Rank rank{1}; rank.value < cells_.size(); ++rank.value) {
        const Cell& cell = cells_[rank];
        if (cell.ended) continue;
        CellImage& image = out.cells.emplace_back();
        fillImage(cell, image);
        terms += stateTermOf(image, cell.key);
    }
    finishImage(out, terms);
    return out;
}

WorldImage World::baseImage() {
    ARIADNE_CHECK(keepsBirths());
    WorldImage out;
    fillRest(out);
    terms_.assign(cells_.size(), 0);
    termsSum_ = 0;
    changed_ = {};
    changedCount_ = 0;
    out.cells.reserve(alive_ + counted_.regions);
    for (Rank rank{1}; rank.value < cells_.size(); ++rank.value) {
        Cell& cell = cells_[rank];
        cell.touched = cell.ended;
        if (cell.ended) continue;
        CellImage& image = out.cells.emplace_back();
        fillImage(cell, image);
        termsSum_ += terms_[rank.value] = stateTermOf(image, cell.key);
    }
    finishImage(out, termsSum_);
    tracksChanges_ = true;
    baseAt_ = position_;
    return out;
}

WorldImage World::imageOfChanges() {
    if (!tracksChanges_) return baseImage();
    WorldImage out;
    fillRest(out);
    terms_.resize(cells_.size());
    out.cells.reserve(std::exchange(changedCount_, 0));
    changed_.drain([&](Rank rank) {
        Cell& cell = cells_[rank];
        std::uint64_t term = 0;
        if (cell.ended) {
            out.gone.push_back(rank);
        } else {
            cell.touched = false;
            CellImage& image = out.cells.emplace_back();
            fillImage(cell, image);
            term = stateTermOf(image, cell.key);
        }
        termsSum_ += term - std::exchange(terms_[rank.value], term);
    });
    finishImage(out, termsSum_);
    out.since = std::exchange(baseAt_, position_);
    return out;
}

void World::noteChanged(Cell& cell) {
    cell.touched = true;
    changed_.insert(cell.rank);
    ++changedCount_;
}

absl::Status World::messageFrom(const MessageImage& image, const TypeTable& types,
                                const CellType& receiver, Message*& out) {
    if (image.sender.value >= cells_.size() || image.asker.value >= cells_.size())
        return absl::DataLossError("snapshot: a message of a cell that was never born");
    const TypeDesc& desc = types.at(image.type);
    // What the receiver can handle must be of its own module's making; the rest it will refuse.
    const std::uint16_t handler = receiver.handlerOf(desc.hash);
    const value::TypeInfo* info =
        handler == kLookUpHandler ? value::findMessageType(desc.hash) : receiver.accepts[handler];
    if (info == nullptr)
        return absl::FailedPreconditionError(
            "the trace holds a message of type " + desc.name +
            ", which this program does not have: open it with the program version that made it");
    out = pool().makeFor(*info);
    if (!info->decodeInto(image.payload, out->makeRoom(*info))) {
        out->freeRoom(*info);
        pool().release(out);
        return absl::DataLossError("a waiting message is no " + desc.name);
    }
    out->type = info;
    out->kind = image.kind;
    if ((out->isAnswer() ? image.askId : image.answers) != 0) {
        pool().release(out);
        return absl::DataLossError("snapshot: a message that asks and answers in one");
    }
    out->enqueuedAt = image.enqueuedAt;
    out->sender = image.sender;
    out->ask = out->isAnswer() ? image.answers : image.askId;
    out->asker = image.asker;
    return absl::OkStatus();
}

absl::Status World::restoreCell(const CellImage& image, const TypeTable& types,
                                const CellTypeFinder& findCellType) {
    const auto broken = [&](std::string_view what) {
        return absl::DataLossError("snapshot: cell " + std::to_string(image.rank.value) + " " +
                                   std::string{what});
    };
    if (image.rank == kOutside || image.rank.value >= cells_.size() || !cellOf(image.rank).ended)
        return broken("stands twice or was never born");
    if (image.onFull > OnFull::kPark) return broken("has an unknown mailbox policy");
    for (const std::uint64_t count :
         {image.turns, image.sends, image.timers, image.children, image.draws})
        if (count > kOrdinalMax) return broken("has counted further than any run does");
    CellBirth& birth = births_[image.rank.value];
    const TypeDesc& desc = types.at(birth.type);
    const CellType* type =
        desc.hash == regionCellType().state->hash ? &regionCellType() : findCellType(desc.hash);
    if (type == nullptr)
        return absl::FailedPreconditionError(
            "the trace holds an actor of type " + desc.name +
            ", which this program does not have, or has twice under one name: open it with the "
            "program version that made it");
    if (image.behaviour >= type->behaviours.size()) return broken("has a behaviour its type lacks");
    Cell& cell = cellOf(image.rank);
    void* storage = allocateState(*type->state);
    if (!type->state->decodeInto(image.state, storage)) {
        freeState(*type->state, storage);
        return broken("has a state that is no " + desc.name);
    }
    cell.type = type;
    cell.state = storage;
    cell.ended = false;
    if (!isRegion(cell)) ++alive_;
    adopt(cell);
    cell.behaviour = static_cast<std::uint16_t>(image.behaviour);
    cell.lastTurn = image.lastTurn;
    cell.turns = image.turns;
    cell.sends = image.sends;
    if (image.timers != 0) cell.more().timersSet = image.timers;
    if (image.children != 0) cell.more().childrenBorn = image.children;
    cell.draws = image.draws;
    cell.options = {image.mailboxCapacity, image.onFull};
    birth.type = types_.indexOf(*type->state);
    const auto lane = [&](const std::vector<MessageImage>& messages, MessageQueue& queue) {
        for (const MessageImage& message : messages) {
            Message* made = nullptr;
            ARIADNE_RETURN_IF_ERROR(messageFrom(message, types, *type, made));
            queue.pushBack(made);
        }
        return absl::OkStatus();
    };
    ARIADNE_RETURN_IF_ERROR(lane(image.mailbox, cell.mailbox));
    if (!image.control.empty()) {
        ARIADNE_RETURN_IF_ERROR(lane(image.control, cell.more().control));
        cell.urgent = true;
    }
    if (!image.stash.empty()) {
        ARIADNE_RETURN_IF_ERROR(lane(image.stash, cell.more().stash));
        cell.more().setAside = static_cast<std::uint32_t>(image.stash.size());
    }
    for (const Rank watcher : image.watchers) {
        if (watcher.value >= cells_.size())
            return broken("is watched by a cell that was never born");
        cell.more().watchers.push_back(watcher);
    }
    for (const AskImage& ask : image.pendingAsks) {
        auto& asks = cell.more().pendingAsks;
        if (ask.id > image.sends) return broken("waits for an ask that it never sent");
        if (!asks.empty() && ask.id <= asks.back().id) return broken("asks out of order");
        if (ask.target.value >= cells_.size()) return broken("asks a cell that was never born");
        asks.push_back({ask.id, ask.askedAt, 0, ask.target, ask.forever});
    }
    if (!image.care.untouched()) ARIADNE_RETURN_IF_ERROR(restoreCare(cell, image.care.get()));
    measure(cell);
    for (const auto& [name, uses] : image.childNames) cell.more().childNames.emplace(name, uses);
    if (recordChanges_) attachShadow(cell);
    if (cell.waiting() != 0) schedule(cell);
    return absl::OkStatus();
}

absl::Status World::restoreTimer(const TimerImage& image, const TypeTable& types) {
    Cell* owner = image.owner.value < cells_.size() ? aliveCell(image.owner) : nullptr;
    const TimerKey key{image.deadline, image.owner, image.ordinal};
    if (owner == nullptr || timers_.contains(key))
        return absl::DataLossError("snapshot: a timer of a cell that does not live, or twice");
    const bool ofKernel = (image.ordinal & kKernelTimer) != 0;
    const std::uint64_t number = image.ordinal & ~kKernelTimer;
    const std::uint64_t most = !ofKernel                  ? owner->timersSet()
                               : owner->extras == nullptr ? 0
                                                          : owner->extras->kernelTimers;
    if (number == 0 || number > most || image.periodNs < 0 ||
        ofKernel != (image.use != TimerUse::kMessage))
        return absl::DataLossError("snapshot: a timer that its cell never set");
    if (image.use > TimerUse::kExpiry || image.maker.value >= cells_.size())
        return absl::DataLossError("snapshot: a timer for an unknown use");
    const bool ofRegion = image.use == TimerUse::kDeadline || image.use == TimerUse::kLease;
    if (ofRegion && !isRegion(*owner))
        return absl::DataLossError("snapshot: a region's timer of a cell that is none");
    if (image.use != TimerUse::kMessage) {
        Message* delayed = nullptr;
        if (image.use == TimerUse::kDelayed)
            ARIADNE_RETURN_IF_ERROR(messageFrom(image.message, types, *owner->type, delayed));
        timers_.emplace(key, Timer{0, image.setAt, image.askId, delayed, image.use, image.maker});
        owner->more().addTimer({image.ordinal, image.deadline});
        if (image.use == TimerUse::kResume) suspend(*owner);
        if (image.use == TimerUse::kExpiry) {
            owner->more().expiring.push_back({image.setAt, image.ordinal});
            owner->special = true;
        }
        return absl::OkStatus();
    }
    Message* message = nullptr;
    ARIADNE_RETURN_IF_ERROR(messageFrom(image.message, types, *owner->type, message));
    timers_.emplace(
        key, Timer{image.periodNs, image.setAt, image.askId, message, TimerUse::kMessage, {}});
    owner->more().addTimer({image.ordinal, image.deadline});
    if (image.askId == 0) return absl::OkStatus();
    const auto ask = owner->more().findAsk(image.askId);
    if (ask == owner->more().pendingAsks.end() || ask->timer != 0)
        return absl::DataLossError("snapshot: a timeout without its ask");
    ask->timer = image.ordinal;
    return absl::OkStatus();
}

absl::Status World::checkWaits(Cell& cell) {
    CellExtras& more = *cell.extras;
    for (const auto& ask : more.pendingAsks)
        if ((ask.timer == 0) != ask.forever)
            return absl::DataLossError("snapshot: an ask without its timeout");
    std::sort(more.timers.begin(), more.timers.end(),
              [](const auto& a, const auto& b) { return a.ordinal < b.ordinal; });
    const auto same = std::adjacent_find(more.timers.begin(), more.timers.end(),
                                         [](auto& a, auto& b) { return a.ordinal == b.ordinal; });
    if (same != more.timers.end()) return absl::DataLossError("snapshot: two timers of one number");
    return checkExpiring(cell);
}

absl::Status World::checkExpiring(Cell& cell) {
    auto& expiring = cell.extras->expiring;
    if (expiring.empty()) return absl::OkStatus();
    std::vector<Position> waiting;
    for (const Message* m = cell.mailbox.head(); m != nullptr; m = m->next)
        waiting.push_back(m->enqueuedAt);
    for (const CellExtras::OwnTimer& own : cell.extras->timers) {
        const Timer& timer = timers_.at(TimerKey{own.deadline, cell.rank, own.ordinal});
        if (timer.use == TimerUse::kDelayed) waiting.push_back(timer.message->enqueuedAt);
    }
    std::sort(waiting.begin(), waiting.end());
    std::sort(expiring.begin(), expiring.end(),
              [](const auto& a, const auto& b) { return a.enqueuedAt < b.enqueuedAt; });
    for (std::size_t i = 0; i < expiring.size(); ++i)
        if (!std::binary_search(waiting.begin(), waiting.end(), expiring[i].enqueuedAt) ||
            (i > 0 && expiring[i - 1].enqueuedAt == expiring[i].enqueuedAt))
            return absl::DataLossError("snapshot: cell " + std::to_string(cell.rank.value) +
                                       " has a message that expires twice or does not wait");
    return absl::OkStatus();
}

absl::Status World::restoreBirths(const WorldImage& image, const std::vector<CellBirth>& births) {
    if (image.births >= births.size())
        return absl::DataLossError("snapshot: counts more births than the trace lists");
    {
        const auto names = watch_ == nullptr ? std::unique_lock<std::mutex>{} : watch_->holdNames();
        births_.assign(births.begin(), births.begin() + image.births + 1);
    }
    for (std::uint32_t i = 1; i <= image.births; ++i) {
        Cell& cell = cells_.add();
        cell.key = births_[i].key;
        cell.parent = births_[i].parent;
        cell.ended = true;
        // The root, and the region of the whole run, come from the outside, and nobody else.
        if (cell.parent.value >= i ||
            (cell.parent == kOutside) != (i == 1 || i == image.rootLedger.value) ||
            births_[i].rank != cell.rank || cell.key.value == 0 ||
            !keys_.insert(cell.key, cell.rank))
            return absl::DataLossError("snapshot: birth " + std::to_string(i) +
                                       " contradicts an earlier one");
    }
    return absl::OkStatus();
}

absl::Status World::restore(const WorldImage& image, const std::vector<CellBirth>& births,
                            const TypeTable& types, const CellTypeFinder& findCellType) {
    ARIADNE_CHECK(cells_.size() == 1 && position_.value == 0);
    if (image.time.value < 0) return absl::DataLossError("snapshot: before the beginning of time");
    ARIADNE_RETURN_IF_ERROR(restoreBirths(image, births));
    // Cells of one type come in rows.
    const CellTypeFinder findAgain =
        [&findCellType, lastHash = std::uint64_t{0},
         found = static_cast<const CellType*>(nullptr)](std::uint64_t hash) mutable {
            if (found == nullptr || hash != lastHash) found = findCellType(lastHash = hash);
            return found;
        };
    Rank last = kOutside;
    for (const CellImage& cell : image.cells) {
        if (cell.rank <= last)
            return absl::DataLossError("snapshot: its cells are not in order of birth");
        last = cell.rank;
        ARIADNE_RETURN_IF_ERROR(restoreCell(cell, types, findAgain));
        if (const Rank parent = births_[cell.rank.value].parent;
            parent != kOutside && cellOf(parent).ended && !isRegion(cellOf(cell.rank)))
            return absl::DataLossError("snapshot: a cell outlives its parent");
    }
    for (const TimerImage& timer : image.timers)
        ARIADNE_RETURN_IF_ERROR(restoreTimer(timer, types));
    for (const CellImage& restored : image.cells)
        if (Cell& cell = cellOf(restored.rank); cell.extras != nullptr)
            ARIADNE_RETURN_IF_ERROR(checkWaits(cell));
    // Types are numbered anew; those of the dead are not known here.
    for (Rank rank{1}; rank.value < cells_.size(); ++rank.value)
        if (cells_[rank].ended) births_[rank.value].type = {};
    leaks_ = image.leaks;
    firstLeak_ = image.firstLeak;
    rootLedger_ = image.rootLedger;
    if (rootLedger_.value >= cells_.size() ||
        (rootLedger_ != kOutside && (cellOf(rootLedger_).ended || !isRegion(cellOf(rootLedger_)))))
        return absl::DataLossError("snapshot: the region of the whole run is none");
    ARIADNE_RETURN_IF_ERROR(restoreRegions());
    if (!options_.faults.script.empty())
        for (const CellBirth& birth : births_) resolveScript(birth);
    position_ = image.position;
    now_ = image.time;
    round_ = image.round;
    roundsAtThisTime_ = image.roundsAtThisTime;
    decisionsMade_ = image.decisions;
    failures_ = image.failures;
    ARIADNE_RETURN_IF_ERROR(restoreMetrics(image.metrics, counted_));
    delivered_ = std::exchange(counted_.turns, 0);
    if (options_.metricsEvery != 0) reportAt_ = nextReport();
    return decisions_.restore(image.decisionState);
}

}  // namespace ariadne::kernel
