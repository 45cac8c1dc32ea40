// The ledger of a region: what was promised, by whom it is held, how it ended.
#include "engine/base/check.h"
#include "engine/kernel/region_type.h"
#include "engine/kernel/system_messages.h"
#include "engine/kernel/turn.h"
#include "engine/kernel/world.h"
#include "engine/region/holders_text.h"

#include <algorithm>

namespace ariadne::kernel {

Cell* World::ledgerWith(const Obligation& id) {
    const Rank maker = keys_.find(id.maker.key);
    if (maker == kOutside) return nullptr;
    Cell* ledger = regionAbove(cellOf(maker));
    if (ledger == nullptr) ledger = aliveCell(rootLedger_);
    return ledger != nullptr && regionOf(*ledger).obligations.contains(id) ? ledger : nullptr;
}

bool World::hasRoom(const Cell& receiver) const {
    if (receiver.options.capacity == 0) return true;
    const std::uint32_t reserved = receiver.extras == nullptr ? 0 : receiver.extras->reservedSlots;
    return receiver.mailbox.size() + reserved < receiver.options.capacity;
}

void World::commitReserve(Cell& cell, ObligationOrder& order, Position cause) {
    const Rank named = keys_.find(order.holder);
    Cell* other = aliveCell(named);
    const bool permit = order.kind == ObligationKind::kPermit;
    if (other == nullptr || isRegion(*other)) {
        refuse(cell, named, RefuseReason::kReceiverEnded, cause,
               permit ? "no permit: the receiver has ended or was never born"
                      : "no obligation: who shall hold it has ended or was never born");
        if (permit) tellNotGranted(cell, order.id, named, order.holder, position_);
        return;
    }
    Cell* const found = ledgerOf(cell, cause);
    if (found == nullptr) return;
    Cell& ledger = *found;
    LedgerEntry entry;
    entry.kind = order.kind;
    entry.name = order.name;
    entry.since = now_;
    Cell& holder = permit ? cell : *other;
    entry.holders.push_back({holder.key});
    if (permit) {
        entry.target = {other->key};
        entry.granted = false;
    }
    if (order.kind == ObligationKind::kLease) entry.expires = laterBy(order.lease);
    regionOf(ledger).obligations.insert_or_assign(order.id, std::move(entry));
    moreOf(holder).held.push_back(order.id);
    EventRow row;
    row.kind = EventKind::kReserve;
    row.peer = cell.rank;
    row.cause = cause;
    row.arg = order.id.ordinal;
    row.extra = static_cast<std::uint64_t>(order.kind);
    const Position reserved = emitRegion(ledger, row);
    if (order.kind == ObligationKind::kLease)
        startTimer(ledger, order.lease, TimerUse::kLease, reserved, order.id.ordinal, cell.rank);
    if (permit) {
        moreOf(*other).permitQueue.push_back({cell.rank, order.id.ordinal});
        grant(*other, reserved);
    }
}

void World::tellNotGranted(Cell& cell, const Obligation& id, Rank receiver, CellKey key,
                           Position cause) {
    if (cell.ended || !cell.type->takes(value::typeInfo<NotGranted>())) return;
    Message* message = pool().make(NotGranted{id, {key}});
    message->sender = receiver;
    EventRow row;
    row.kind = EventKind::kGranted;
    row.cell = receiver;
    row.peer = cell.rank;
    row.cause = cause;
    row.arg = id.ordinal;
    enqueue(message, cell.rank, row);
}

void World::permitNeverComes(Cell& receiver, const CellExtras::PermitWait& wait, Position cause) {
    const Obligation id{{keyOf(wait.maker)}, wait.ordinal};
    Cell* ledger = ledgerWith(id);
    if (ledger == nullptr) return;
    const Rank holder =
        keys_.find(regionOf(*ledger).obligations.find(id)->second.holders.back().key);
    const Position aborted = resolve(*ledger, id, Resolution::kAborted, cause);
    if (Cell* told = aliveCell(holder))
        tellNotGranted(*told, id, receiver.rank, receiver.key, aborted);
}

void World::grant(Cell& receiver, Position cause) {
    CellExtras& more = moreOf(receiver);
    while (!more.permitQueue.empty() && hasRoom(receiver)) {
        const CellExtras::PermitWait next = more.permitQueue.front();
        more.permitQueue.erase(more.permitQueue.begin());
        const Obligation id{{keyOf(next.maker)}, next.ordinal};
        Cell* ledger = ledgerWith(id);
        if (ledger == nullptr) continue;
        ++more.reservedSlots;
        Rank holder;
        regionOf(*ledger).obligations.update(id, [&](LedgerEntry& entry) {
            entry.granted = true;
            holder = keys_.find(entry.holders.back().key);
        });
        const Position granted = regionChanged(*ledger, cause);
        Cell* told = aliveCell(holder);
        if (told == nullptr || !told->type->takes(value::typeInfo<Granted>())) continue;
        Message* message = pool().make(Granted{id});
        message->sender = receiver.rank;
        EventRow row;
        row.kind = EventKind::kGranted;
        row.cell = receiver.rank;
        row.peer = holder;
        row.cause = granted;
        row.arg = id.ordinal;
        enqueue(message, holder, row);
    }
    if (!more.permitQueue.empty()) receiver.special = true;
}

void World::commitResolve(Cell& cell, Output& output, ObligationOrder& order, Position cause) {
    Cell* ledger = ledgerWith(order.id);
    const LedgerEntry* entry =
        ledger == nullptr ? nullptr : &regionOf(*ledger).obligations.find(order.id)->second;
    const auto refused = [&](RefuseReason reason, std::string_view text) {
        refuse(cell, keys_.find(order.id.maker.key), reason, cause, text);
        pool().release(output.message);
    };
    if (entry == nullptr)
        return refused(RefuseReason::kNotOpen,
                       "the obligation was resolved before, or was never made");
    if (entry->holders.back().key != cell.key)
        return refused(RefuseReason::kNotHolder, "another cell holds the obligation");
    const bool permit = entry->kind == ObligationKind::kPermit;
    if (order.how == Resolution::kCommitted && permit &&
        (!entry->granted || output.message == nullptr))
        return refused(RefuseReason::kNotOpen,
                       entry->granted ? "a permit is committed with its message"
                                      : "the permit is not granted yet: wait for Granted");
    const Rank target = keys_.find(entry->target.key);
    const Position resolved = resolve(*ledger, order.id, order.how, cause);
    if (output.message == nullptr) return;
    Message* message = output.message;
    message->kind = EventKind::kSend;
    message->sender = cell.rank;
    EventRow row;
    row.kind = EventKind::kSend;
    row.cell = cell.rank;
    row.peer = target;
    row.cause = resolved;
    row.arg = output.arg;
    if (sink_ != nullptr) encodePayload(*message, row);
    message->enqueuedAt = emit(row);
    Cell& receiver = cellOf(target);
    if (receiver.ended) {
        drop(message, target, DropReason::kReceiverEnded);
        return;
    }
    touch(receiver);
    receiver.mailbox.pushBack(message);  // its slot was kept
    schedule(receiver);
}

Position World::resolve(Cell& ledger, const Obligation& id, Resolution how, Position cause) {
    auto& open = regionOf(ledger).obligations;
    const LedgerEntry entry = open.find(id)->second;
    open.erase(id);
    if (Cell* holder = aliveCell(keys_.find(entry.holders.back().key)))
        std::erase(moreOf(*holder).held, id);
    EventRow row;
    row.kind = EventKind::kResolve;
    row.peer = keys_.find(id.maker.key);
    row.cause = cause;
    row.arg = id.ordinal;
    row.extra = static_cast<std::uint64_t>(how);
    const Position resolved = emitRegion(ledger, row);
    if (how == Resolution::kLeaked && ++leaks_ == 1) firstLeak_ = boundedText(leakText(id, entry));
    if (entry.kind == ObligationKind::kPermit) {
        if (Cell* receiver = aliveCell(keys_.find(entry.target.key))) {
            CellExtras& more = moreOf(*receiver);
            if (entry.granted)
                --more.reservedSlots;
            else
                std::erase_if(more.permitQueue, [&](const CellExtras::PermitWait& wait) {
                    return wait.ordinal == id.ordinal && keyOf(wait.maker) == id.maker.key;
                });
            // The message of a committed one takes the slot.
            if (how != Resolution::kCommitted) roomInMailbox(*receiver, resolved);
        }
    }
    if (entry.kind == ObligationKind::kLease && how != Resolution::kExpired) {
        const Rank maker = keys_.find(id.maker.key);
        for (const CellExtras::OwnTimer& own : moreOf(ledger).timers) {
            const auto at = timers_.find(TimerKey{own.deadline, ledger.rank, own.ordinal});
            if (at == timers_.end() || at->second.use != TimerUse::kLease ||
                at->second.maker != maker || at->second.askId != id.ordinal)
                continue;
            eraseTimer(ledger, own.ordinal);
            break;
        }
    }
    advance(ledger, resolved);
    return resolved;
}

std::string World::leakText(const Obligation& id, const LedgerEntry& entry) {
    const auto name = [this](CellKey key) { return calledHere(keys_.find(key)); };
    const std::string what = entry.kind == ObligationKind::kPermit
                                 ? "a permit for the mailbox of " + name(entry.target.key)
                             : entry.name.empty() ? "an obligation"
                                                  : "'" + entry.name + "'";
    return what + " of " + name(id.maker.key) + ", held by " + holdersText(entry, name);
}

void World::commitTransfer(Cell& cell, ObligationOrder& order, Position cause) {
    Cell* ledger = ledgerWith(order.id);
    const Rank named = keys_.find(order.holder);
    Cell* to = aliveCell(named);
    if (ledger == nullptr)
        return refuse(cell, keys_.find(order.id.maker.key), RefuseReason::kNotOpen, cause,
                      "the obligation was resolved before, or was never made");
    if (regionOf(*ledger).obligations.find(order.id)->second.holders.back().key != cell.key)
        return refuse(cell, keys_.find(order.id.maker.key), RefuseReason::kNotHolder, cause,
                      "another cell holds the obligation");
    if (to == nullptr || isRegion(*to))
        return refuse(cell, named, RefuseReason::kReceiverEnded, cause,
                      "who shall hold the obligation has ended or was never born");
    regionOf(*ledger).obligations.update(
        order.id, [&](LedgerEntry& entry) { entry.holders.push_back({to->key}); });
    std::erase(moreOf(cell).held, order.id);
    moreOf(*to).held.push_back(order.id);
    EventRow row;
    row.kind = EventKind::kTransfer;
    row.peer = named;
    row.cause = cause;
    row.arg = order.id.ordinal;
    emitRegion(*ledger, row);
}

void World::leakAllOf(Cell& holder, Position cause) {
    if (holder.extras == nullptr) return;
    touch(holder);
    std::vector<Obligation> held = std::exchange(holder.extras->held, {});
    std::sort(held.begin(), held.end());
    for (const Obligation& id : held)
        if (Cell* ledger = ledgerWith(id)) resolve(*ledger, id, Resolution::kLeaked, cause);
    for (const CellExtras::OwedReply& owed : std::exchange(holder.extras->owed, {})) {
        Cell* asker = aliveCell(owed.asker);
        if (asker == nullptr) continue;
        const auto ask = moreOf(*asker).findAsk(owed.ask);
        if (ask == moreOf(*asker).pendingAsks.end()) continue;
        EventRow row;
        row.kind = EventKind::kResolve;
        row.peer = holder.rank;
        row.cause = cause;
        row.arg = owed.ask;
        row.extra = static_cast<std::uint64_t>(Resolution::kLeaked);
        const Position leaked = emit(row);
        neverAnswered(owed.asker, owed.ask, holder.key, leaked);
    }
}

void World::neverAnswered(Rank rank, std::uint64_t id, CellKey asked, Position cause) {
    Cell* asker = aliveCell(rank);
    if (asker == nullptr || asker->extras == nullptr) return;
    const auto ask = asker->extras->findAsk(id);
    // The others have a timeout.
    if (ask == asker->extras->pendingAsks.end() || !ask->forever) return;
    touch(*asker);
    asker->extras->pendingAsks.erase(ask);
    Message* message = pool().make(AskTimedOut{id, {asked}});
    message->ask = id;
    EventRow row;
    row.kind = EventKind::kAskTimeout;
    row.cell = row.peer = rank;
    row.cause = cause;
    row.arg = id;
    enqueue(message, rank, row);
}

void World::leakLedger(Cell& region, Position cause) {
    std::vector<Obligation> open;
    for (const auto& [id, entry] : regionOf(region).obligations) open.push_back(id);
    for (const Obligation& id : open)
        if (regionOf(region).obligations.contains(id))
            resolve(region, id, Resolution::kLeaked, cause);
}

void World::roomInMailbox(Cell& receiver, Position cause) {
    CellExtras& more = moreOf(receiver);
    grant(receiver, cause);
    while (!more.parkedHere.empty() && hasRoom(receiver)) {
        const Rank sender = more.parkedHere.front();
        more.parkedHere.erase(more.parkedHere.begin());
        Cell& parked = cellOf(sender);
        if (!parked.ended && parked.suspended) unpark(parked, receiver.rank, cause);
    }
}

void World::unpark(Cell& parked, Rank receiver, Position cause) {
    EventRow row;
    row.kind = EventKind::kUnpark;
    row.cell = parked.rank;
    row.peer = receiver;
    row.cause = cause;
    emit(row);
    parked.suspended = parked.scheduled = false;
    if (parked.waiting() != 0) schedule(parked);
}

}  // namespace ariadne::kernel
