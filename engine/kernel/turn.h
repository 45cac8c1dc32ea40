// What one turn may ask for; actor/context.h puts types on it.
#pragma once

#include "engine/base/event.h"
#include "engine/base/limits.h"
#include "engine/kernel/cell.h"
#include "engine/kernel/message_pool.h"
#include "engine/kernel/out_log.h"
#include "engine/kernel/random_stream.h"
#include "engine/kernel/world.h"
#include "engine/value/cell_ref.h"

#include <cstdint>
#include <exception>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>

namespace ariadne::kernel {

/// Ends a turn as failed; thrown by Turn::fail and caught once around the handler.
class TurnFailed final : public std::exception {
public:
    TurnFailed(ExitReason reason, std::string text) : reason_(reason), text_(std::move(text)) {}
    const char* what() const noexcept override { return text_.c_str(); }
    ExitReason reason() const { return reason_; }

private:
    ExitReason reason_;
    std::string text_;
};

/// Counters of one cell.
struct Ordinals {
    std::uint64_t sends = 0;
    std::uint64_t timers = 0;
    std::uint64_t children = 0;
    std::uint64_t draws = 0;
    std::uint64_t regions = 0;
    std::uint64_t effects = 0;
    bool operator==(const Ordinals&) const = default;
};
BOOST_DESCRIBE_STRUCT(Ordinals, (), (sends, timers, children, draws, regions, effects))

/// What few turns do, and what they then lead to.
enum class TurnMark : std::uint8_t {
    kStopped = 1,
    kFailed = 2,
    kStashed = 4,
    kUnstashed = 8,  ///< messages go back into the mailbox
    kBecame = 16,
    kOrdered = 32,  ///< something besides messages
};

/// One step of one cell, as its handler sees it. Everything it asks for happens at commit. Messages
/// handed in become the turn's. Thread-confined.
class Turn {
public:
    /// begin() comes before all else.
    Turn(World& world, MessagePool& pool, OutLog& log)
        : world_(world),
          pool_(pool),
          log_(log),
          linesEnd_(log.lines.size() + world.options_.limits.outputsPerTurnMax) {}
    Turn(World& world, MessagePool& pool, OutLog& log, Cell& cell, Message* delivery)
        : Turn(world, pool, log) {
        begin(cell, delivery);
    }
    /// The turn before is over, and the log as long as it was when this was made.
    void begin(Cell& cell, Message* delivery) {
        cell_ = &cell;
        delivery_ = delivery;
        marks_ = 0;
    }

    MessagePool& pool() { return pool_; }
    value::CellRef self() const { return {cell_->key}; }
    value::CellRef parent() const;
    /// Who waits for the answer to the delivery; nobody when it is no ask.
    value::CellRef asker() const;
    value::CellRef sender() const;
    VirtualTime now() const;
    RandomStream random();
    /// The ask that this delivery answers (kReply) or gave up on (kAskTimeout); 0 otherwise.
    std::uint64_t answeredAsk() const;
    /// The effect that this delivery answers; 0 otherwise.
    std::uint64_t answeredEffect() const {
        return delivery_->kind == EventKind::kEffectDone ? delivery_->ask : 0;
    }
    const Message& delivery() const { return *delivery_; }
    const CellType& type() const { return *cell_->type; }
    /// How many of each this cell has made so far.
    Ordinals ordinals() const {
        const bool more = cell_->extras != nullptr;
        return {cell_->sends,
                cell_->timersSet(),
                cell_->childrenBorn(),
                cell_->draws,
                more ? cell_->extras->regionsOpened : 0,
                more ? cell_->extras->effectsMade : 0};
    }
    /// The cell's stream from number `draws` on, counted there.
    RandomStream randomFrom(std::uint64_t& draws) const {
        return {world_.options_.seed, cell_->key, draws};
    }

    [[gnu::always_inline]] void send(CellKey target, Message* message) {
        addLine(EventKind::kSend, message);
        message->ordinal = ++cell_->sends;
        world_.aim(*message, target);
    }
    /// The same; dropped when it still waits after `life`, which is positive.
    void sendExpiring(CellKey target, Message* message, Duration life);
    /// The same; no injected fault hits it. For what a library promises, not for programs.
    void sendSurely(CellKey target, Message* message);
    /// Returns the ask's id. Without a timeout it waits for ever; `timedOut` is taken either way.
    std::uint64_t ask(CellKey target, Message* message, std::optional<Duration> timeout,
                      Message* timedOut);
    /// Answers the delivery: its asker, or its sender with an ordinary message.
    [[gnu::always_inline]] void answer(Message* message) {
        if (delivery_->askId() != 0 || delivery_->sender == kOutside) [[unlikely]]
            return reply(replyKey(), delivery_->askId(), message);
        addLine(EventKind::kSend, message);
        message->ordinal = ++cell_->sends;
        message->isAimed = true;
        message->receiver = &world_.cells_[delivery_->sender];
    }
    /// Answers ask `askId` of `asker`; with id 0 an ordinary message to `asker`, if there is one.
    void reply(CellKey asker, std::uint64_t askId, Message* message);
    void forward(CellKey target);
    /// Returns the timer's ordinal. `periodNs` 0 = once.
    std::uint64_t setTimer(Duration delay, bool periodic, Message* message);
    void cancelTimer(std::uint64_t ordinal);
    /// `region`: to be born into; 0 = below this cell.
    CellKey spawn(const CellType& type, void* state, std::string_view name, MailboxOptions options,
                  CellKey region = {}, const ChildOptions& child = {}, MemoryLimit memory = {});
    /// `parent`: a region; 0 = below this cell.
    CellKey openRegion(CellKey parent, std::string_view name, const RegionOptions& options);
    void closeRegion(CellKey region);
    void addFinalizer(CellKey region, CellKey target, Message* message);
    void cancel(CellKey target, CancelReason reason, Duration cleanup);
    void mask(std::uint32_t turns);
    void link(CellKey target);
    void unlink(CellKey target);
    void spend(std::uint64_t cost);
    /// `target`: kPermit: whose mailbox; otherwise who shall hold it.
    Obligation reserve(ObligationKind kind, std::string_view name, CellKey target, Duration lease);
    /// `message`: what a permit was for; null otherwise.
    void resolve(const Obligation& obligation, Resolution how, Message* message);
    void transfer(const Obligation& obligation, CellKey to);
    /// Returns the effect's ordinal. `request` is a value of `type`; the answer comes as one of
    /// `answer`, or as EffectFailed.
    std::uint64_t perform(std::string_view name, const value::TypeInfo& type, const void* request,
                          const value::TypeInfo& answer, Duration timeout);
    /// The same under the number of an effect that this cell asked for before, in any of its lives.
    std::uint64_t performAgain(std::uint64_t ordinal, std::string_view name,
                               const value::TypeInfo& type, const void* request,
                               const value::TypeInfo& answer, Duration timeout);
    /// The number of the last one this cell asked for, in any of its lives; 0 = none.
    std::uint64_t effectsMade() const {
        return cell_->extras == nullptr ? 0 : cell_->extras->effectsMade;
    }
    void cancelEffect(std::uint64_t ordinal);
    bool cancelled() const {
        return cell_->extras != nullptr && cell_->extras->cancelled != CancelReason::kNone;
    }
    void monitor(CellKey target);
    void demonitor(CellKey target);
    void become(const CellType& type, std::uint32_t behaviour);
    void stash();
    void unstashAll();
    void stop(std::string_view text);
    [[noreturn]] void fail(ExitReason reason, std::string_view text);
    void note(std::string_view key, const value::TypeInfo& type, const void* v);
    void log(LogLevel level, std::string_view text);

    /// Memory until the end of this turn, counted against the cell's limit.
    std::pmr::memory_resource& memory();
    /// Of `granted` bytes of such memory not so many are left.
    [[noreturn]] void scratchIsUsedUp(std::uint64_t bytes, std::uint64_t granted);

    /// All that it has, or 0.
    std::uint8_t marks() const { return marks_; }
    bool has(TurnMark mark) const { return (marks_ & static_cast<std::uint8_t>(mark)) != 0; }
    /// Of fail().
    ExitReason failure() const { return failure_; }
    std::uint32_t nextBehaviour() const { return nextBehaviour_; }
    /// Of stop() or fail(): index into the log's texts.
    std::uint32_t text() const { return text_; }

private:
    void mark(TurnMark mark) { marks_ |= static_cast<std::uint8_t>(mark); }
    void orderEffect(std::uint64_t ordinal, std::uint8_t flags, std::string_view name,
                     const value::TypeInfo& type, const void* request,
                     const value::TypeInfo& answer, Duration timeout);
    CellKey replyKey() const { return delivery_->askId() != 0 ? asker().key : sender().key; }
    /// A birth; its type, state and key are the caller's to say.
    BirthOrder& birth(std::string_view name, CellKey region);
    Output& output(EventKind kind, Message* message = nullptr) {
        checkLines(message);
        mark(TurnMark::kOrdered);
        log_.lines.push(LogLine::ofOutput(log_.outputs.size()));
        Output& out = log_.outputs.push();
        out = {kind, 0, 0, {0}, 0, message};
        return out;
    }
    /// Takes the message over, also when the log refuses it.
    [[gnu::always_inline]] void addLine(EventKind kind, Message* message) {
        checkLines(message);
        message->kind = kind;
        log_.lines.push(kind == EventKind::kSend ? LogLine::ofSend(message)
                                                 : LogLine::ofOther(message));
    }
    [[gnu::always_inline]] void checkLines(Message* message) {
        if (log_.lines.size() >= linesEnd_) [[unlikely]] {
            pool_.release(message);
            tooManyOutputs();
        }
    }
    [[noreturn]] void tooManyOutputs();

    World& world_;
    MessagePool& pool_;
    OutLog& log_;
    // Apart from each other: two neighbours a compiler would write as one, by a detour.
    Cell* cell_ = nullptr;
    std::size_t linesEnd_;  ///< the limit
    Message* delivery_ = nullptr;
    std::uint32_t nextBehaviour_ = 0;  ///< with kBecame
    std::uint32_t text_ = 0;
    std::uint8_t marks_ = 0;
    ExitReason failure_ = ExitReason::kUnknown;
};

/// `text` cut at kTextBytesMax.
std::string boundedText(std::string_view text);

}  // namespace ariadne::kernel
