// What the turns of a round want to happen, kept until commit.
#pragma once

#include "engine/base/event.h"
#include "engine/kernel/bump_list.h"
#include "engine/kernel/cell.h"
#include "engine/kernel/message.h"
#include "engine/kernel/scratch_memory.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ariadne::kernel {

/// One output; which fields count depends on the kind.
struct Output {
    EventKind kind;
    std::uint8_t flags;
    std::uint32_t side;  ///< index into births, texts or notes of the log
    union {
        std::uint64_t target;  ///< a cell's key
        std::uint64_t extra;   ///< kTimerSet, kAskTimeout: delay in ns
        Cell* receiver;        ///< instead of `target` with kFlagAimed
    };
    std::uint64_t arg;
    Message* message;
};

/// Output::kind of a kSend whose message expires; how long it may wait is the `lease` of its
/// obligation order. Turns drop nothing, so the number is free.
inline constexpr EventKind kExpiringSend = EventKind::kDrop;

/// Output::flags: the receiver was found when the output was made.
inline constexpr std::uint8_t kFlagAimed = 0x80;

struct BirthOrder {
    const CellType* type = nullptr;
    void* state = nullptr;
    CellKey key;
    std::uint64_t startOrdinal = 0;  ///< send ordinal of its Start message; 0 = gets none
    std::string name;
    MailboxOptions options;
    CellKey region;  ///< to be born into; 0 = below the cell itself
    ChildOptions child;
    bool isRegion = false;
    void* firstState = nullptr;  ///< set at commit: a copy for restarts
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
    std::uint32_t outputsBegin;
    std::uint32_t outputsEnd;
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
    BumpList<Output> outputs;
    std::vector<BirthOrder> births;
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
    void clear() {
        turns.cutTo(0);
        outputs.cutTo(0);
        stillWaiting.clear();
        births.clear();
        notes.clear();
        obligations.clear();
        effects.clear();
        if (texts.size() > 1) texts.resize(1);
        changes.clear();
    }
};

}  // namespace ariadne::kernel
