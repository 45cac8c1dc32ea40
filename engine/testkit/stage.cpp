#include "engine/testkit/stage.h"

#include "engine/testkit/stand_in.h"
#include "engine/value/dynamic.h"

#include <algorithm>
#include <limits>

namespace ariadne::testkit {
namespace {

using kernel::WaitingMessage;

constexpr std::size_t kListedMax = 20;

std::string quoted(std::string_view text) {
    return "'" + std::string{text} + "'";
}

std::string nameOfType(const value::TypeInfo& type) {
    return std::string{value::shortName(type.name)};
}

std::string endInWords(const End& end) {
    return std::string{nameOf(end.reason)} + (end.text.empty() ? "" : ": " + end.text);
}

bool isOf(const WaitingMessage& message, const value::TypeInfo& type) {
    return message.type->hash == type.hash;
}

}  // namespace

Stage::Stage(const kernel::WorldOptions& options) : world_(options, &witness_) {
    if (options.live)
        throw StageFailure(
            "found options of a live world, expected one whose time the test tells; leave "
            "WorldOptions::live false");
    kernel::Message* first = world_.pool().make(Cue{});
    world_.start(standInType(), makeStandIn(), "test", first);
    self_ = cellAt("test");
    world_.deliverNext(self_.key);
}

Stage::~Stage() = default;

void Stage::checkReady() const {
    if (acting_)
        throw StageFailure(
            "found the stage used inside act(), expected only its Context; do it when act() has "
            "returned");
    if (world_.outcome() != Outcome::kRunning)
        throw StageFailure("found a run that has ended (" + std::string{nameOf(world_.outcome())} +
                           (world_.outcomeText().empty() ? "" : ": ") + world_.outcomeText() +
                           "), expected one that goes on; begin a new Stage");
}

CellRef Stage::addStandIn(std::string_view name) {
    CellRef born;
    perform(self_, [&](kernel::Turn& turn) {
        born = {turn.spawn(standInType(), makeStandIn(), name, {})};
    });
    return born;
}

CellRef Stage::cellAt(std::string_view path) {
    const CellKey key = witness_.keyOf(path);
    if (key == CellKey{})
        throw StageFailure("found no cell " + quoted(path) +
                           ", expected one of that path; paths begin with 'test/', and a cell is "
                           "born when the turn that spawns it is over");
    return {key};
}

const void* Stage::stateOf(const CellRef& who, const value::TypeInfo& type) const {
    const std::optional<kernel::CellView> cell = world_.look(who.key);
    if (!cell)
        throw StageFailure("found " + inWords(who) + ", expected a living " + nameOfType(type) +
                           "; look at its state before it ends");
    if (cell->type->hash != type.hash)
        throw StageFailure("found " + witness_.pathOf(who.key) + " to be a " +
                           nameOfType(*cell->type) + ", expected a " + nameOfType(type) +
                           "; name the actor's own type");
    return cell->state;
}

ReplyTo Stage::lastTakenBy(const CellRef& who) {
    const ReplyTo to = static_cast<const StandIn*>(stateOf(who, *standInType().state))->last;
    if (!to.asker)
        throw StageFailure("found nothing that " + witness_.pathOf(who.key) +
                           " could answer, expected that it took a message of an actor before; "
                           "expect() the question first");
    return to;
}

void Stage::act(const CellRef& who, const std::function<void(Context&)>& what) {
    perform(who, [&](kernel::Turn& turn) {
        Context cx{turn};
        what(cx);
    });
}

void Stage::perform(const CellRef& who, const std::function<void(kernel::Turn&)>& what) {
    checkReady();
    (void)stateOf(who, *standInType().state);
    kernel::Message* cue = world_.pool().make(Cue{&what});
    acting_ = true;
    const bool acted = world_.deliverInput(who.key, cue);
    acting_ = false;
    if (!acted)
        throw StageFailure("found " + inWords(who) +
                           ", expected that it takes a turn; deliver what it waits for first");
    if (!lives(who)) {
        const End end = witness_.endOf(who.key).value_or(End{});
        const bool wanted = end.reason == ExitReason::kStopped || end.reason == ExitReason::kFailed;
        if (!wanted || (who == self_ && end.reason != ExitReason::kStopped))
            throw StageFailure("found that the turn of " + witness_.pathOf(who.key) +
                               " in act() failed (" + endInWords(end) +
                               "), expected that it ends well; correct what act() does");
    }
    world_.passTime(world_.now());
}

std::vector<WaitingMessage> Stage::byAge() const {
    std::vector<WaitingMessage> all = world_.waiting();
    std::stable_sort(all.begin(), all.end(), [](const WaitingMessage& a, const WaitingMessage& b) {
        return a.enqueuedAt < b.enqueuedAt;
    });
    return all;
}

std::vector<Waiting> Stage::waiting() {
    std::vector<Waiting> out;
    for (const WaitingMessage& message : byAge()) out.push_back(describe(message));
    return out;
}

Waiting Stage::describe(const WaitingMessage& message) {
    return {message.kind == EventKind::kTimerFire    ? "(timer)"
            : message.kind == EventKind::kAskTimeout ? "(timeout)"
                                                     : witness_.pathOf(message.sender),
            witness_.pathOf(message.receiver), nameOfType(*message.type),
            witness_.show(*message.type, message.value), message.isNext};
}

std::string Stage::listWaiting() {
    const std::vector<Waiting> all = waiting();
    if (all.empty()) return "\nnothing waits";
    std::string out = "\nwhat waits, the oldest first:";
    for (std::size_t i = 0; i < std::min(all.size(), kListedMax); ++i)
        out += "\n  " + all[i].from + " -> " + all[i].to + "  " + all[i].value +
               (all[i].isNext ? "" : "  (not next)");
    if (all.size() > kListedMax)
        out += "\n  and " + std::to_string(all.size() - kListedMax) + " more";
    return out;
}

std::string Stage::inWords(const CellRef& who) const {
    const std::string path = witness_.pathOf(who.key);
    if (!who) return "nobody (an empty Ref)";
    const std::optional<kernel::CellView> cell = world_.look(who.key);
    if (cell)
        return path + (cell->suspended
                           ? ", which is suspended (a backoff, or a mailbox that is full)"
                           : "");
    const std::optional<End> end = witness_.endOf(who.key);
    return end ? path + ", which has ended (" + endInWords(*end) + ")"
               : "a cell that was never born";
}

WaitingMessage Stage::oldest(const value::TypeInfo& type, const CellRef& to, const CellRef& from) {
    checkReady();
    for (const WaitingMessage& message : byAge())
        if (isOf(message, type) && message.receiver == to.key &&
            (!from || message.sender == from.key))
            return message;
    throw StageFailure("found no " + nameOfType(type) + " that waits for " + inWords(to) +
                       (from ? " from " + witness_.pathOf(from.key) : "") +
                       ", expected one; deliver first what leads to it" + listWaiting());
}

WaitingMessage Stage::next(const value::TypeInfo& type, const CellRef& to, const CellRef& from) {
    const WaitingMessage first = oldest(type, to, from);
    checkDisallowed();
    for (const WaitingMessage& message : byAge())
        if (message.isNext && isOf(message, type) && message.receiver == to.key &&
            (!from || message.sender == from.key))
            return message;
    const std::optional<kernel::CellView> cell = world_.look(to.key);
    if (cell && cell->suspended)
        throw StageFailure("found " + inWords(to) + ", expected that it takes the " +
                           nameOfType(type) + " that waits; advance() or make room first" +
                           listWaiting());
    throw StageFailure("found the " + nameOfType(type) + " of " + witness_.pathOf(first.sender) +
                       " behind what " + witness_.pathOf(to.key) +
                       " must take before it, expected it to be next; messages of one pair keep "
                       "their order, Start and control messages go first: deliver or drop those" +
                       listWaiting());
}

void Stage::deliver(const WaitingMessage& message) {
    // A look at the message is over once the world goes on.
    const CellKey to = message.receiver;
    if (!world_.deliverNext(to, message.sender)) {
        checkReady();
        throw StageFailure("found that " + inWords({to}) +
                           " takes no turn: what was due came before it; expected it to go on; see "
                           "what ended it" +
                           listWaiting());
    }
    // What is due now would be there before the next turn anyway.
    world_.passTime(world_.now());
}

void Stage::take(const WaitingMessage& message) {
    const CellRef to{message.receiver};
    const std::string type = nameOfType(*message.type);
    const std::uint64_t turns = world_.deliveredCount();
    deliver(message);
    if (world_.deliveredCount() == turns)
        throw StageFailure("found that " + witness_.pathOf(to.key) + " does not handle " + type +
                           " (in its present behaviour): it is now a dead letter; expected a turn; "
                           "add it to ARIADNE_ACTOR and the behaviour, or drop() it");
    checkDisallowed();
}

void Stage::checkDisallowed() {
    for (const WaitingMessage& message : byAge()) {
        if (rules_.of(message.type->hash, message.receiver) != Rule::kDisallow) continue;
        const Waiting found = describe(message);
        throw StageFailure("found " + found.value + " from " + found.from + " for " + found.to +
                           ", expected none of that type, which the test disallows" +
                           listWaiting());
    }
}

void Stage::expectNothing(const CellRef& to) {
    for (const WaitingMessage& message : world_.waiting()) {
        if (to && message.receiver != to.key) continue;
        throw StageFailure("found messages that wait" +
                           (to ? " for " + witness_.pathOf(to.key) : std::string{}) +
                           ", expected none; expect() or allow() them" + listWaiting());
    }
}

std::size_t Stage::settle() {
    checkReady();
    for (std::size_t delivered = 0;; ++delivered) {
        checkDisallowed();
        const std::vector<WaitingMessage> all = byAge();
        const auto at = std::find_if(all.begin(), all.end(), [&](const WaitingMessage& message) {
            return message.isNext &&
                   rules_.of(message.type->hash, message.receiver) == Rule::kAllow;
        });
        if (at == all.end()) return delivered;
        deliver(*at);
        if (world_.outcome() == Outcome::kLimit) checkReady();
    }
}

void Stage::advance(Duration duration) {
    checkReady();
    if (duration < Duration::zero())
        throw StageFailure("found a step of " + value::showDuration(duration.count()) +
                           " in time, expected none below 0s: virtual time does not go back");
    const std::int64_t left = std::numeric_limits<std::int64_t>::max() - world_.now().value;
    world_.passTime(world_.now() + std::min(duration, Duration{left}));
}

void Stage::crash(const CellRef& whom) {
    checkReady();
    if (!world_.crashNext(whom.key))
        throw StageFailure("found " + inWords(whom) +
                           ", expected somebody who lives; crash() comes before its end");
}

void Stage::inject(FaultKind kind, const WaitingMessage& message, Duration delay) {
    if (delay < Duration::zero())
        throw StageFailure("found a delay of " + value::showDuration(delay.count()) +
                           ", expected none below 0s");
    const bool done = kind == FaultKind::kDrop && message.kind == EventKind::kReply
                          ? world_.loseReply(message.receiver, message.enqueuedAt,
                                             witness_.askOf(message.receiver, message.answers))
                          : world_.injectInto(kind, message.receiver, message.enqueuedAt, delay);
    if (!done)
        throw StageFailure("found that " + nameOfType(*message.type) + " for " +
                           witness_.pathOf(message.receiver) + " is a " +
                           std::string{nameOf(message.kind)} +
                           " message, expected one that an actor sent; no fault loses, delays or "
                           "doubles what the engine itself brings, or delays or doubles a reply");
    world_.passTime(world_.now());
}

void Stage::expectEnded(const CellRef& who, ExitReason reason) const {
    if (!lives(who))
        if (const std::optional<End> end = witness_.endOf(who.key); end && end->reason == reason)
            return;
    throw StageFailure("found " + inWords(who) + (lives(who) ? " alive" : "") +
                       ", expected it to have ended as " + std::string{nameOf(reason)} +
                       "; deliver what ends it");
}

}  // namespace ariadne::testkit
