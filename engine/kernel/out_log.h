// What the turns of a round want to happen, kept until commit.
#pragma once

#include "engine/base/event.h"
#include "engine/kernel/cell.h"
#include "engine/kernel/message.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ariadne::kernel {

/// One output; which fields count depends on the kind.
struct Output {
    EventKind kind = EventKind::kUnknown;
    std::uint8_t flags = 0;
    std::uint32_t side = 0;  ///< index into births, texts or notes of the log
    union {
        CellKey target{};
        std::uint64_t extra;  ///< kTimerSet, kAskTimeout: delay in ns
    };
    std::uint64_t arg = 0;
    Message* message = nullptr;
};

struct BirthOrder {
    const CellType* type = nullptr;
    void* state = nullptr;
    CellKey key;
    std::uint64_t startOrdinal = 0;  ///< send ordinal of its Start message; 0 = gets none
    std::string name;
    MailboxOptions options;
};

struct NoteOrder {
    const value::TypeInfo* type = nullptr;
    Bytes payload;  ///< sized key, then the value
};

/// How a turn ended.
enum class TurnEnd : std::uint8_t { kOk, kStopped, kFailed, kThrew, kLimit, kUnhandled };

struct TurnRecord {
    Cell* cell = nullptr;
    Message* delivery = nullptr;
    std::uint32_t outputsBegin = 0;
    std::uint32_t outputsEnd = 0;
    std::uint32_t changeBegin = 0;
    std::uint32_t changeEnd = 0;
    std::uint32_t text = 0;  ///< index into texts, 0 = none
    TurnEnd end = TurnEnd::kOk;
    bool stashed = false;
    bool digestOnly = false;
};

/// The outputs of one part of a round: cells of ascending rank. Appended to by one thread in the
/// run phase, read and emptied by commit.
struct OutLog {
    std::vector<TurnRecord> turns;
    std::vector<Output> outputs;
    std::vector<BirthOrder> births;
    std::vector<NoteOrder> notes;
    std::vector<std::string> texts{std::string{}};
    ByteWriter changes;
    std::vector<Cell*> stillWaiting;  ///< cells that left messages for the next round
    std::uint64_t handled = 0;        ///< turns that had a handler

    std::uint32_t addText(std::string text) {
        texts.push_back(std::move(text));
        return static_cast<std::uint32_t>(texts.size() - 1);
    }
    void clear() {
        turns.clear();
        outputs.clear();
        stillWaiting.clear();
        handled = 0;
        if (!births.empty()) births.clear();
        if (!notes.empty()) notes.clear();
        if (texts.size() > 1) texts.resize(1);
        if (changes.size() != 0) changes.clear();
    }
};

}  // namespace ariadne::kernel
