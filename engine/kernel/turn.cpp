#include "engine/kernel/turn.h"

#include "engine/kernel/region_type.h"
#include "engine/kernel/system_messages.h"
#include "engine/kernel/world.h"

namespace ariadne::kernel {

std::string boundedText(std::string_view text) {
    if (text.size() <= kTextBytesMax) return std::string{text};
    return std::string{text.substr(0, kTextBytesMax - 3)} + "...";
}

value::CellRef Turn::parent() const {
    // Regions are no one to talk to.
    Rank above = cell_->parent;
    while (above != kOutside && isRegion(world_.cells_[above])) above = world_.cells_[above].parent;
    return {world_.keyOf(above)};
}
value::CellRef Turn::sender() const {
    return {world_.keyOf(delivery_->sender)};
}
value::CellRef Turn::asker() const {
    return {delivery_->askId() == 0 ? CellKey{} : world_.keyOf(delivery_->asker)};
}
VirtualTime Turn::now() const {
    return world_.now_;
}
RandomStream Turn::random() {
    return {world_.options_.seed, cell_->key, cell_->draws};
}

std::uint64_t Turn::answeredAsk() const {
    if (delivery_->kind == EventKind::kReply || delivery_->kind == EventKind::kAskTimeout)
        return delivery_->ask;
    return 0;
}

void Turn::tooManyOutputs() {
    fail(ExitReason::kLimit, "limit outputsPerTurnMax (" +
                                 std::to_string(world_.options_.limits.outputsPerTurnMax) +
                                 ") reached: split the work over several turns");
}

namespace {
/// A message on its way into the log: released should the log refuse it.
class Held {
public:
    Held(MessagePool& pool, Message* message) : pool_(pool), message_(message) {}
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    ~Held() { pool_.release(message_); }
    Message* release() { return std::exchange(message_, nullptr); }

private:
    MessagePool& pool_;
    Message* message_;
};

/// The state of a cell to be born, likewise.
class HeldState {
public:
    HeldState(const value::TypeInfo& type, void* state) : type_(type), state_(state) {}
    HeldState(const HeldState&) = delete;
    HeldState& operator=(const HeldState&) = delete;
    ~HeldState() { destroyState(type_, state_); }
    void* release() { return std::exchange(state_, nullptr); }

private:
    const value::TypeInfo& type_;
    void* state_;
};
}  // namespace

std::uint64_t Turn::ask(CellKey target, Message* message, std::optional<Duration> timeout,
                        Message* timedOut) {
    Held heldTimedOut{pool_, timedOut};
    Held held{pool_, message};
    if (timeout && *timeout <= Duration::zero())
        fail(ExitReason::kFailed, "ask with a timeout of " + std::to_string(timeout->count()) +
                                      " ns: an ask waits for a positive time");
    addLine(EventKind::kAsk, held.release());
    const std::uint64_t id = ++cell_->sends;
    message->ordinal = message->ask = id;
    world_.aim(*message, target);
    // The timeout follows its ask in the log, empty when there is none; commit takes the two
    // together.
    Output& timer = output(EventKind::kAskTimeout);
    if (!timeout) return id;
    static_cast<AskTimedOut*>(timedOut->value())->ask = id;
    timer.arg = ++cell_->more().timersSet;
    timer.extra = static_cast<std::uint64_t>(timeout->count());
    timer.message = heldTimedOut.release();
    return id;
}

void Turn::reply(CellKey asker, std::uint64_t askId, Message* message) {
    if (askId == 0 && asker.value != 0) {
        send(asker, message);
        return;
    }
    addLine(EventKind::kReply, message);
    message->ask = askId;
    world_.aim(*message, asker);
}

void Turn::forward(CellKey target) {
    Message* message = pool_.copyOf(*delivery_);
    addLine(EventKind::kForward, message);
    message->ordinal = ++cell_->sends;
    message->ask = delivery_->askId();
    message->asker = delivery_->asker;
    world_.aim(*message, target);
}

std::uint64_t Turn::setTimer(Duration delay, bool periodic, Message* message) {
    Held held{pool_, message};
    if (!cell_->type->takes(message->type->hash))
        fail(ExitReason::kFailed, "timer with a " + message->type->name + ", which " +
                                      cell_->type->state->name +
                                      " does not accept: add it to its ARIADNE_ACTOR list");
    if (delay < Duration::zero() || (periodic && delay == Duration::zero()))
        fail(ExitReason::kFailed, "timer with a " + std::string{periodic ? "period" : "delay"} +
                                      " of " + std::to_string(delay.count()) +
                                      " ns: delays are not negative and periods are positive");
    Output& out = output(EventKind::kTimerSet);
    out.flags = periodic ? kFlagPeriodic : 0;
    out.arg = ++cell_->more().timersSet;
    out.extra = static_cast<std::uint64_t>(delay.count());
    out.message = held.release();
    return out.arg;
}

void Turn::cancelTimer(std::uint64_t ordinal) {
    output(EventKind::kTimerCancel).arg = ordinal;
}

namespace {
void checkName(Turn& turn, std::string_view name) {
    if (name.size() > kNameBytesMax || name.find('/') != std::string_view::npos ||
        name.find('#') != std::string_view::npos)
        turn.fail(ExitReason::kFailed,
                  "cell name of " + std::to_string(name.size()) + " bytes: names have at most " +
                      std::to_string(kNameBytesMax) + " bytes, no '/' and no '#'");
}
}  // namespace

namespace {
ObligationOrder holderOrder(const Obligation& id, CellKey holder) {
    ObligationOrder order;
    order.id = id;
    order.holder = holder;
    return order;
}
}  // namespace

CellKey Turn::spawn(const CellType& type, void* state, std::string_view name,
                    MailboxOptions options, CellKey region, const ChildOptions& child,
                    MemoryLimit memory) {
    HeldState held{*type.state, state};
    checkName(*this, name);
    BirthOrder& order = birth(name.empty() ? value::shortName(type.state->name) : name, region);
    order.type = &type;
    order.state = held.release();
    order.key = childKey(cell_->key, ++cell_->more().childrenBorn);
    order.startOrdinal = type.acceptsStart ? ++cell_->sends : 0;
    order.options = options;
    if (region.value != 0 || memory.bytes != 0) {
        log_.birthCares.push_back({region, child, memory});
        order.care = static_cast<std::uint32_t>(log_.birthCares.size());
    }
    return order.key;
}

CellKey Turn::openRegion(CellKey parent, std::string_view name, const RegionOptions& options) {
    checkName(*this, name);
    BirthOrder& order = birth(name.empty() ? "region" : name, parent);
    order.type = &regionCellType();
    order.key = regionKey(cell_->key, ++cell_->more().regionsOpened);
    if (parent.value != 0) {
        log_.birthCares.push_back({parent, {}, {}});
        order.care = static_cast<std::uint32_t>(log_.birthCares.size());
    }
    Region* state = new (allocateState(*order.type->state)) Region{};
    order.state = state;
    state->strategy = options.strategy;
    state->intensity = options.intensity;
    state->within = options.within;
    state->backoff = options.backoff;
    state->left = options.budget;
    state->grants = options.grants;
    return order.key;
}

BirthOrder& Turn::birth(std::string_view name, CellKey region) {
    checkLines(nullptr);
    mark(TurnMark::kOrdered);
    log_.lines.push(LogLine::ofBirth(log_.births.size()));
    BirthOrder& order = log_.births.push();
    order = {};
    // In a region several cells may spawn: names become unique there, at commit.
    if (region.value != 0)
        order.name = log_.addText(std::string{name});
    else if (const std::uint32_t uses = cell_->more().useName(name); world_.keepsBirths())
        order.name = log_.addText(uniqueName(name, uses));
    return order;
}

void Turn::sendExpiring(CellKey target, Message* message, Duration life) {
    Held held{pool_, message};
    if (life <= Duration::zero())
        fail(ExitReason::kFailed, "send that expires in " + std::to_string(life.count()) +
                                      " ns: a message may wait for a positive time");
    ObligationOrder order;
    order.lease = life;
    const std::uint32_t side = log_.addObligation(std::move(order));
    Output& out = output(kExpiringSend);
    out.side = side;
    out.message = held.release();
    message->ordinal = ++cell_->sends;
    world_.aim(*message, target);
}

void Turn::sendSurely(CellKey target, Message* message) {
    Output& out = output(kSureSend, message);
    out.target = target.value;
    out.arg = ++cell_->sends;
}

void Turn::closeRegion(CellKey region) {
    Output& out = output(EventKind::kRegionClosed);
    out.target = region.value;
}

void Turn::addFinalizer(CellKey region, CellKey target, Message* message) {
    const std::uint32_t side = log_.addObligation(holderOrder({}, target));
    Output& out = output(EventKind::kFinalizer, message);
    out.side = side;
    out.target = region.value;
}

void Turn::cancel(CellKey target, CancelReason reason, Duration cleanup) {
    if (cleanup < Duration::zero())
        fail(ExitReason::kFailed, "cancel with a cleanup budget of " +
                                      std::to_string(cleanup.count()) +
                                      " ns: budgets are not negative");
    Output& out = output(EventKind::kCancel);
    out.side = static_cast<std::uint32_t>(reason);
    out.target = target.value;
    out.arg = static_cast<std::uint64_t>(cleanup.count());
}

void Turn::mask(std::uint32_t turns) {
    output(EventKind::kMask).arg = turns;
}
void Turn::link(CellKey target) {
    output(EventKind::kLink).target = target.value;
}
void Turn::unlink(CellKey target) {
    output(EventKind::kUnlink).target = target.value;
}
void Turn::spend(std::uint64_t cost) {
    output(EventKind::kSpend).arg = cost;
}

Obligation Turn::reserve(ObligationKind kind, std::string_view name, CellKey target,
                         Duration lease) {
    if (kind == ObligationKind::kLease && lease <= Duration::zero())
        fail(ExitReason::kFailed,
             "lease of " + std::to_string(lease.count()) + " ns: leases last a positive time");
    const Obligation id{{cell_->key}, ++cell_->more().obligationsMade};
    const std::uint32_t side =
        log_.addObligation({id, kind, Resolution::kCommitted,
                            std::string{name.substr(0, kNameBytesMax)}, target, lease});
    output(EventKind::kReserve).side = side;
    return id;
}

void Turn::resolve(const Obligation& obligation, Resolution how, Message* message) {
    const std::uint32_t side =
        log_.addObligation({obligation, ObligationKind::kCustom, how, {}, {}, {}});
    Output& out = output(EventKind::kResolve, message);
    out.side = side;
    out.arg = message != nullptr ? ++cell_->sends : 0;
}

std::uint64_t Turn::perform(std::string_view name, const value::TypeInfo& type, const void* request,
                            const value::TypeInfo& answer, Duration timeout) {
    const std::uint64_t ordinal = ++cell_->more().effectsMade;
    orderEffect(ordinal, 0, name, type, request, answer, timeout);
    return ordinal;
}

std::uint64_t Turn::performAgain(std::uint64_t ordinal, std::string_view name,
                                 const value::TypeInfo& type, const void* request,
                                 const value::TypeInfo& answer, Duration timeout) {
    if (ordinal == 0 || ordinal > effectsMade())
        fail(ExitReason::kFailed,
             "effect " + std::to_string(ordinal) + " asked for again: this actor has asked for " +
                 std::to_string(effectsMade()) + " so far; the first time it is perform()");
    orderEffect(ordinal, kFlagAgain, name, type, request, answer, timeout);
    return ordinal;
}

void Turn::orderEffect(std::uint64_t ordinal, std::uint8_t flags, std::string_view name,
                       const value::TypeInfo& type, const void* request,
                       const value::TypeInfo& answer, Duration timeout) {
    if (timeout < Duration::zero())
        fail(ExitReason::kFailed, "effect with a timeout of " + std::to_string(timeout.count()) +
                                      " ns: timeouts are not negative, and 0 is none");
    EffectOrder order;
    ByteWriter payload;
    type.encode(request, payload);
    order.request.name = std::string{name};
    order.request.payload = payload.take();
    order.request.cellKey = cell_->key.value;
    order.request.ordinal = ordinal;
    order.request.timeout = timeout;
    order.asked = &type;
    order.answer = &answer;
    log_.effects.push_back(std::move(order));
    Output& out = output(EventKind::kEffect);
    out.side = static_cast<std::uint32_t>(log_.effects.size() - 1);
    out.flags = flags;
}

void Turn::cancelEffect(std::uint64_t ordinal) {
    output(EventKind::kEffectCancel).arg = ordinal;
}

void Turn::transfer(const Obligation& obligation, CellKey to) {
    const std::uint32_t side = log_.addObligation(holderOrder(obligation, to));
    output(EventKind::kTransfer).side = side;
}

void Turn::monitor(CellKey target) {
    output(EventKind::kMonitor).target = target.value;
}
void Turn::demonitor(CellKey target) {
    output(EventKind::kDemonitor).target = target.value;
}
void Turn::become(const CellType& type, std::uint32_t behaviour) {
    if (type.state->hash != cell_->type->state->hash)
        fail(ExitReason::kFailed, "become() of " + type.state->name + " in a turn of " +
                                      cell_->type->state->name +
                                      ": an actor switches its own behaviour only");
    output(EventKind::kBecome).arg = behaviour;
    nextBehaviour_ = behaviour;
    mark(TurnMark::kBecame);
}

void Turn::stash() {
    if (has(TurnMark::kStashed)) return;
    std::uint32_t& setAside = cell_->more().setAside;
    if (setAside >= world_.options_.limits.stashMax)
        fail(ExitReason::kLimit, "limit stashMax (" +
                                     std::to_string(world_.options_.limits.stashMax) +
                                     ") reached: unstash or drop messages");
    output(EventKind::kStash);
    mark(TurnMark::kStashed);
    ++setAside;
}

void Turn::unstashAll() {
    output(EventKind::kUnstash);
    if (cell_->extras == nullptr) return;
    if (cell_->extras->setAside != 0) mark(TurnMark::kUnstashed);
    cell_->extras->setAside = 0;
}

void Turn::stop(std::string_view text) {
    if (has(TurnMark::kStopped)) return;
    mark(TurnMark::kStopped);
    text_ = log_.addText(boundedText(text));
}

void Turn::fail(ExitReason reason, std::string_view text) {
    mark(TurnMark::kFailed);
    failure_ = reason;
    text_ = log_.addText(boundedText(text));
    throw TurnFailed{failure_, log_.texts[text_]};
}

void Turn::note(std::string_view key, const value::TypeInfo& type, const void* v) {
    ByteWriter payload;
    payload.sized(asBytes(key.substr(0, kNameBytesMax)));
    type.encode(v, payload);
    log_.notes.push_back({&type, payload.take()});
    output(EventKind::kNote).side = static_cast<std::uint32_t>(log_.notes.size() - 1);
}

void Turn::log(LogLevel level, std::string_view text) {
    const std::uint32_t side = log_.addText(boundedText(text));
    Output& out = output(EventKind::kLog);
    out.arg = static_cast<std::uint64_t>(level);
    out.side = side;
}

}  // namespace ariadne::kernel
