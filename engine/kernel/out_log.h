// What the turns of a round want to happen, kept until commit.
#pragma once

#include "engine/base/event.h"
#include "engine/kernel/bump_list.h"
#include "engine/kernel/cell.h"
#include "engine/kernel/message.h"
#include "engine/kernel/scratch_memory.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace ariadne::kernel {

/// What a turn wants besides sending a message; which fields count depends on the kind.
struct Output {
    EventKind kind;
    std::uint8_t flags;
    std::uint32_t side;  ///< index into texts, notes, ... of the log
    union {
        std::uint64_t target;  ///< a cell's key
        std::uint64_t extra;   ///< kTimerSet, kAskTimeout: delay in ns
    };
    std::uint64_t arg;
    Message* message;
};

/// Output::kind of a send whose message expires; how long it may wait is the `lease` of its
/// obligation order. Turns drop nothing, so the number is free.
inline constexpr EventKind kExpiringSend = EventKind::kDrop;
/// And of one that no fault hits. Nor do turns deliver.
inline constexpr EventKind kSureSend = EventKind::kDeliver;

/// One line of a log: a message to be sent, or asked, replied or forwarded as its kind says, or the
/// place of a birth or of an Output. The address of a message leaves room for the tag, and is read
/// as one only.
class LogLine {
public:
    static LogLine ofSend(Message* message) { return LogLine{message}; }
    static LogLine ofOther(Message* message) {
        LogLine line{message};
        return LogLine{line.word() | kOther};
    }
    static LogLine ofOutput(std::size_t place) { return LogLine{place << kTagBits | kOutput}; }
    static LogLine ofBirth(std::size_t place) { return LogLine{place << kTagBits | kBirth}; }

    bool isSend() const { return (word() & kTagMask) == 0; }
    bool isMessage() const { return isSend() || (word() & kTagMask) == kOther; }
    bool isBirth() const { return (word() & kTagMask) == kBirth; }
    /// Of a plain send.
    Message* sent() const { return message_; }
    Message* message() const { return LogLine{word() & ~kTagMask}.message_; }
    std::size_t place() const { return word() >> kTagBits; }

private:
    static constexpr unsigned kTagBits = 2;
    static constexpr std::size_t kTagMask = 3;  // of an address of a message: 0
    static constexpr std::size_t kOther = 3;
    static constexpr std::size_t kOutput = 1;
    static constexpr std::size_t kBirth = 2;
    explicit LogLine(Message* message) : message_(message) {}
    explicit LogLine(std::size_t word) { std::memcpy(&message_, &word, sizeof word); }
    std::size_t word() const {
        std::size_t word = 0;
        std::memcpy(&word, &message_, sizeof word);
        return word;
    }

    Message* message_ = nullptr;
};
static_assert(sizeof(std::size_t) == sizeof(Message*));

/// A cell to be born. Small: a turn may ask for a million of them.
struct BirthOrder {
    const CellType* type;
    void* state;
    CellKey key;
    std::uint64_t startOrdinal;  ///< send ordinal of its Start message; 0 = gets none
    MailboxOptions options;
    std::uint32_t name;  ///< index into the log's texts; 0 = nobody will see it
    std::uint32_t care;  ///< index into the log's birthCares, plus 1; 0 = below the cell itself
};

/// What is wished for a birth that most do without.
struct BirthCare {
    CellKey region;  ///< to be born into; 0 = below the cell itself
    ChildOptions child;
    MemoryLimit memory;
};

/// What a turn does with an obligation.
struct ObligationOrder {
    Obligation id;
    ObligationKind kind = ObligationKind::kCustom;
    Resolution how = Resolution::kCommitted;
    std::string name;
    CellKey holder;     ///< kReserve: who shall hold it; kTransfer: to whom
    Duration lease{0};  ///< kLease: how long
};

struct NoteOrder {
    const value::TypeInfo* type = nullptr;
    Bytes payload;  ///< sized key, then the value
};

/// What a turn asks of the outside.
struct EffectOrder {
    effect::Request request;
    const value::TypeInfo* asked = nullptr;
    const value::TypeInfo* answer = nullptr;
};

/// How a turn ended.
enum class TurnEnd : std::uint8_t { kOk, kStopped, kFailed, kThrew, kLimit, kInjected, kUnhandled };

struct TurnRecord {
    Cell* cell;
    Message* delivery;
    std::uint32_t linesBegin;
    std::uint32_t linesEnd;
    std::uint32_t changeBegin;  ///< both only while changes are recorded
    std::uint32_t changeEnd;
    std::uint32_t text;  ///< index into texts, 0 = none
    TurnEnd end;
    bool stashed;
    bool digestOnly;
};

/// The outputs of one part of a round: cells of ascending rank. Appended to by one thread in the
/// run phase, read and emptied by commit.
struct OutLog {
    BumpList<TurnRecord> turns;
    BumpList<LogLine> lines;  ///< of the turns, one after the other
    BumpList<Output> outputs;
    BumpList<BirthOrder> births;
    std::vector<BirthCare> birthCares;
    std::vector<NoteOrder> notes;
    std::vector<ObligationOrder> obligations;
    std::vector<EffectOrder> effects;
    std::vector<std::string> texts{std::string{}};
    ByteWriter changes;
    std::unique_ptr<ScratchMemory> scratch;  ///< of the turn under way; null: no turn ever asked
    std::vector<Cell*> stillWaiting;         ///< cells that left messages for the next round

    std::uint32_t addText(std::string text) {
        texts.push_back(std::move(text));
        return static_cast<std::uint32_t>(texts.size() - 1);
    }
    std::uint32_t addObligation(ObligationOrder order) {
        obligations.push_back(std::move(order));
        return static_cast<std::uint32_t>(obligations.size() - 1);
    }
    const BirthCare* careOf(const BirthOrder& order) const {
        return order.care == 0 ? nullptr : &birthCares[order.care - 1];
    }
    void clear() {
        turns.clear();
        lines.clear();
        stillWaiting.clear();
        changes.clear();
        if (texts.size() > 1) texts.resize(1);
        births.clear();
        if (!birthCares.empty()) birthCares.clear();
        if (outputs.size() == 0) return;
        outputs.clear();
        notes.clear();
        obligations.clear();
        effects.clear();
    }
    /// Gives back what only large rounds need.
    void shrink() {
        turns.shrink();
        lines.shrink();
        births.shrink();
        outputs.shrink();
        if (stillWaiting.empty()) stillWaiting = {};
    }
};

}  // namespace ariadne::kernel
