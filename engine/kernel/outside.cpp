// What comes from outside and what goes there: effects and their answers, messages, the clock.
#include "engine/base/check.h"
#include "engine/kernel/region_type.h"
#include "engine/kernel/system_messages.h"
#include "engine/kernel/world.h"

#include <algorithm>

namespace ariadne::kernel {

void World::complete(effect::Completion completion) {
    inputs_.push_back({std::move(completion), {}, nullptr, {}});
}

void World::tell(CellKey to, Message* message) {
    inputs_.push_back({std::nullopt, to, message, {}});
}

absl::Status World::tell(CellKey to, const TypeTable& types, TypeIndex type, ByteView payload) {
    const Cell& cell = cellOf(keys_.find(to));
    const std::uint64_t typeHash = types.at(type).hash;
    if (whyDead(cell, typeHash)) {
        // It stays so: nobody is born before the message is admitted.
        inputs_.push_back({std::nullopt,
                           to,
                           nullptr,
                           {},
                           types_.indexOf(types, type),
                           Bytes{payload.begin(), payload.end()}});
        return absl::OkStatus();
    }
    const value::TypeInfo* info = cell.type->messageType(typeHash);
    if (info == nullptr)
        return absl::NotFoundError(
            "a message from outside is of a type that this program does not have: use the version "
            "it was recorded with");
    Message* message = pool().makeFor(*info);
    if (!info->decodeInto(payload, message->makeRoom(*info))) {
        message->freeRoom(*info);
        pool().release(message);
        return absl::DataLossError("a message from outside is no " + info->name);
    }
    message->type = info;
    tell(to, message);
    return absl::OkStatus();
}

void World::setClock(VirtualTime now) {
    inputs_.push_back({std::nullopt, {}, nullptr, now});
}

void World::admitInputs() {
    std::vector<Input> inputs = std::exchange(inputs_, {});
    for (Input& input : inputs)
        if (input.completion) admitCompletion(*input.completion);
    for (const Input& input : inputs)
        if (input.message != nullptr || input.payload) admitMessage(input);
}

std::optional<DropReason> World::whyDead(const Cell& cell, std::uint64_t typeHash) {
    if (cell.rank == kOutside) return DropReason::kNoSuchCell;
    if (cell.ended) return DropReason::kReceiverEnded;
    if (!cell.type->takes(typeHash)) return DropReason::kUnhandled;
    return std::nullopt;
}

void World::admitMessage(const Input& input) {
    EventRow row;
    row.kind = EventKind::kInput;
    row.peer = keys_.find(input.to);
    Message* message = input.message;
    const std::uint64_t typeHash =
        message != nullptr ? message->type->hash : types_.table().at(input.type).hash;
    const std::optional<DropReason> dead = whyDead(cellOf(row.peer), typeHash);
    ARIADNE_CHECK(dead || message != nullptr);
    if (!dead) return enqueue(message, row.peer, row);
    // It never waits: who goes on from a snapshot need not know its type.
    if (message != nullptr) {
        message->kind = EventKind::kInput;
        if (sink_ != nullptr) encodePayload(*message, row);
        message->enqueuedAt = emit(row);
        return drop(message, row.peer, *dead);
    }
    if (types_.table().size() != typesTold_ && sink_ != nullptr) emitTypes();
    row.type = input.type;
    row.payload = *input.payload;
    EventRow drop;
    drop.cause = emit(row);
    drop.kind = EventKind::kDrop;
    drop.cell = row.peer;
    drop.arg = static_cast<std::uint64_t>(*dead);
    drop.type = input.type;
    emit(drop);
    ++counted_.dropped[static_cast<std::size_t>(*dead)];
}

void World::admitCompletion(effect::Completion& completion) {
    Cell* cell = aliveCell(keys_.find({completion.cellKey}));
    if (cell == nullptr || cell->extras == nullptr) return;
    auto& effects = moreOf(*cell).effects;
    const auto at = std::find_if(effects.begin(), effects.end(), [&](const auto& pending) {
        return pending.request.ordinal == completion.ordinal;
    });
    if (at == effects.end()) return;
    if (completion.status != effect::EffectStatus::kDone) {
        effectEnds(*cell, completion.ordinal, completion.status, std::move(completion.text), {},
                   kFlagInput);
        return;
    }
    const value::TypeInfo& answer = *at->answer;
    Message* message = pool().makeFor(answer);
    if (!answer.decodeInto(completion.payload, message->makeRoom(answer))) {
        message->freeRoom(answer);
        pool().release(message);
        effectEnds(*cell, completion.ordinal, effect::EffectStatus::kFailed,
                   "the host's answer is no " + answer.name, {}, kFlagInput);
        return;
    }
    message->type = &answer;
    message->ask = completion.ordinal;
    EventRow row;
    row.kind = EventKind::kEffectDone;
    row.flags = kFlagInput;
    row.cell = row.peer = cell->rank;
    row.cause = at->askedAt;
    row.arg = completion.ordinal;
    effects.erase(at);
    --effectsPending_;
    enqueue(message, cell->rank, row);
}

void World::effectEnds(Cell& cell, std::uint64_t ordinal, effect::EffectStatus status,
                       std::string text, Position cause, std::uint8_t flags) {
    auto& effects = moreOf(cell).effects;
    const auto at = std::find_if(effects.begin(), effects.end(), [&](const auto& pending) {
        return pending.request.ordinal == ordinal;
    });
    if (at != effects.end()) {
        cause = at->askedAt;
        effects.erase(at);
        --effectsPending_;
    }
    Message* message = pool().make(EffectFailed{ordinal, status, std::move(text)});
    message->ask = ordinal;
    EventRow row;
    row.kind = EventKind::kEffectDone;
    row.flags = flags;
    row.cell = row.peer = cell.rank;
    row.cause = cause;
    row.arg = ordinal;
    row.extra = static_cast<std::uint64_t>(status);
    enqueue(message, cell.rank, row);
}

const std::string* World::scopeFor(Cell& cell, std::string_view name) {
    // The nearest region decides; every one above, and the host, must allow as much.
    const effect::Grant* wanted = nullptr;
    const auto find = [&](const std::vector<effect::Grant>& grants) {
        const auto at = std::find_if(grants.begin(), grants.end(),
                                     [&](const effect::Grant& g) { return g.name == name; });
        return at == grants.end() ? nullptr : &*at;
    };
    for (Cell* region = regionAbove(cell); region != nullptr; region = regionAbove(*region)) {
        if (region->rank == rootLedger_) break;
        const effect::Grant* here = find(regionOf(*region).grants);
        if (here == nullptr || (wanted != nullptr && !effect::covers(*here, *wanted)))
            return nullptr;
        if (wanted == nullptr) wanted = here;
    }
    const effect::Grant* host = find(options_.grants);
    if (host == nullptr || (wanted != nullptr && !effect::covers(*host, *wanted))) return nullptr;
    return wanted != nullptr ? &wanted->scope : &host->scope;
}

void World::commitEffect(Cell& cell, EffectOrder& order, std::uint8_t flags, Position cause) {
    const bool again = (flags & kFlagAgain) != 0;
    auto& effects = moreOf(cell).effects;
    const auto place = std::lower_bound(
        effects.begin(), effects.end(), order.request.ordinal,
        [](const auto& pending, std::uint64_t x) { return pending.request.ordinal < x; });
    if (again && place != effects.end() && place->request.ordinal == order.request.ordinal)
        return refuse(cell, kOutside, RefuseReason::kUnderWay, cause,
                      "effect " + std::to_string(order.request.ordinal) +
                          " was asked for again while it is under way; its answer comes once");
    EventRow row;
    row.kind = EventKind::kEffect;
    row.flags = flags;
    row.cell = cell.rank;
    row.cause = cause;
    row.arg = order.request.ordinal;
    row.extra = static_cast<std::uint64_t>(order.request.timeout.count());
    if (sink_ != nullptr) {
        row.type = typeOf(*order.asked);
        row.payload = order.request.payload;
    }
    const Position asked = emit(row);
    ++counted_.effects;
    const std::string* scope = scopeFor(cell, order.request.name);
    if (scope == nullptr) {
        const std::string text = "the effect " + order.request.name +
                                 " was not granted to the region of this cell, or to one above it";
        refuse(cell, kOutside, RefuseReason::kNotGranted, asked, text);
        effectEnds(cell, order.request.ordinal, effect::EffectStatus::kDenied, text, asked);
        return;
    }
    // A fault hits a wish once: who asks again gets on.
    if (faulty_ && !again && injects(FaultKind::kEffect, cell, order.request.ordinal)) {
        const Position hit = tellFault(FaultKind::kEffect, cell.rank, asked, 0);
        effectEnds(cell, order.request.ordinal, effect::EffectStatus::kFailed, "injected failure",
                   hit);
        return;
    }
    order.request.scope = *scope;
    requests_.push_back(order.request);
    effects.insert(place, {std::move(order.request), asked, order.answer});
    ++effectsPending_;
}

void World::commitEffectCancel(Cell& cell, std::uint64_t ordinal, Position cause) {
    EventRow row;
    row.kind = EventKind::kEffectCancel;
    row.cell = cell.rank;
    row.cause = cause;
    row.arg = ordinal;
    const Position cancelled = emit(row);
    const auto& effects = moreOf(cell).effects;
    if (std::none_of(effects.begin(), effects.end(),
                     [&](const auto& pending) { return pending.request.ordinal == ordinal; }))
        return;
    callOff(cell.key.value, ordinal);
    effectEnds(cell, ordinal, effect::EffectStatus::kCancelled, "no longer wanted", cancelled);
}

void World::forgetEffects(Cell& cell) {
    if (cell.extras == nullptr) return;
    for (const CellExtras::PendingEffect& pending : std::exchange(moreOf(cell).effects, {})) {
        callOff(cell.key.value, pending.request.ordinal);
        --effectsPending_;
    }
}

void World::callOff(std::uint64_t cellKey, std::uint64_t ordinal) {
    const auto untold = std::find_if(requests_.begin(), requests_.end(), [&](const auto& request) {
        return request.cellKey == cellKey && request.ordinal == ordinal;
    });
    if (untold != requests_.end())
        requests_.erase(untold);
    else
        cancelledRequests_.emplace_back(cellKey, ordinal);
}

}  // namespace ariadne::kernel
