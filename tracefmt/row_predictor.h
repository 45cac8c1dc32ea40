// What the next row probably is, from the rows before it in the chunk: columns hold the
// differences.
#pragma once

#include "engine/base/event_batch.h"
#include "tracefmt/bit_pack.h"
#include "tracefmt/row_rules.h"

#include <array>
#include <cstdint>

namespace ariadne::tracefmt {

/// The columns of an EVNT chunk, in the order in which a row's codes are made and read.
enum class Column : std::uint8_t {
    kKind,
    kFlags,
    kTime,
    kRound,
    kCause,
    kCell,
    kPeer,
    kType,
    kArg,
    kExtra,
    kPayloadLength,
    kChangeLength,
};
inline constexpr std::size_t kColumnCount = 12;

/// The codes of a group of rows, column by column.
using GroupCodes = std::array<std::array<std::uint64_t, kGroupRows>, kColumnCount>;

/// Turns rows into small codes; a reader (row_decoder.h) makes the same predictions from the rows
/// before. Every value of every field has exactly one code: a wrong prediction costs bytes, never
/// truth. FORMAT.md, "Prediction", is the specification.
class RowPredictor {
public:
    /// `rows` are the chunk's rows, of which those below the one asked for are complete.
    RowPredictor(const CompactRow* rows, Position first) : rows_(rows), first_(first.value) {}

    /// Codes of the `count` rows from `begin`, at most kGroupRows. Call for all rows in order.
    /// `alongside(row)` is called with each of them, in order, amid the work on that row: what
    /// waits for its own result of the row before, as a digest does, costs little there.
    template <class Alongside>
    void encode(std::uint32_t begin, std::uint32_t count, GroupCodes& codes, Alongside alongside);

private:
    struct Lengths {
        std::uint64_t payload;
        std::uint64_t change;
    };
    /// What was last seen with a kind in the turn of a message type.
    struct Context {
        std::uint64_t extra = 0;
        std::uint64_t arg = 0;
        std::uint32_t type = 0;
        std::uint32_t peer = 0;
    };
    /// What a cell did last: its ordinals count up, and it tends to talk to the same peer.
    struct CellSlot {
        std::uint64_t turns = 0;
        std::uint64_t sends = 0;
        std::uint32_t peer = 0;
    };
    /// Of the row before.
    struct Previous {
        std::uint64_t time = 0;
        std::uint64_t round = 0;
        std::uint8_t context = 0;  ///< of its kind and type
    };
    /// Of the last kDeliver.
    struct Turn {
        std::uint64_t seq = 0;
        std::uint64_t messageArg = 0;  ///< of the message it took
        TypeIndex type;
        std::uint32_t peer = 0;
    };
    /// The row a row names as its cause, if that is known; else zeros.
    struct Cause {
        bool known = false;
        std::uint64_t arg = 0;
        std::uint32_t cell = 0;
        std::uint32_t peer = 0;
        std::uint32_t type = 0;
    };

    static constexpr std::size_t at(Column column) { return static_cast<std::size_t>(column); }
    Cause causeOf(std::uint32_t index, std::uint64_t cause) const;
    std::uint64_t predictCause(EventKind kind) const;
    std::uint32_t predictCell(EventKind kind, const Cause& cause) const;
    std::uint32_t predictPeer(EventKind kind, std::uint32_t cell, const Cause& cause,
                              const Context& context) const;
    std::uint32_t predictType(EventKind kind, const Cause& cause, const Context& context) const;
    std::uint64_t predictArg(EventKind kind, const CellSlot& slot, const Context& context) const;
    // What is learned falls into three parts that do not look at each other, so that a group can
    // be encoded in three short loops.
    void learnKindAndTime(const CompactRow& row);
    void learnLinks(EventKind kind, const CompactRow& row, std::uint64_t seq, const Cause& cause);
    void learnLengths(const CompactRow& row, Lengths lengths) {
        lengths_[contextOf(row.kind, row.type)] = lengths;
    }
    void encodeKindsAndTimes(const CompactRow* rows, std::uint32_t count, GroupCodes& codes);
    template <class Alongside>
    void encodeLinks(std::uint32_t begin, std::uint32_t count, GroupCodes& codes,
                     Alongside alongside);
    void encodeLink(EventKind kind, std::uint32_t index, std::size_t i, GroupCodes& codes);
    void encodeLengths(const CompactRow* rows, std::uint32_t count, GroupCodes& codes);

    const CompactRow* rows_;
    std::uint64_t first_;
    Previous previous_;
    std::uint32_t previousCell_ = 0;
    Turn turn_;
    std::uint64_t lastTaken_ = 0;  ///< cause of the last kDeliver or kDrop
    std::uint32_t lastSpawned_ = 0;
    std::array<std::uint8_t, kContexts> kinds_{};
    std::array<Context, kContexts> contexts_{};
    std::array<Lengths, kContexts> lengths_{};
    std::array<CellSlot, kCellSlots> cells_{};
};

inline auto RowPredictor::causeOf(std::uint32_t index, std::uint64_t cause) const -> Cause {
    // Also false for causes before the chunk: the difference wraps around.
    if (cause - first_ >= index) return {};
    const CompactRow& row = rows_[cause - first_];
    return {true, row.arg, row.cell.value, row.peer.value, row.type.value};
}

inline std::uint64_t RowPredictor::predictCause(EventKind kind) const {
    return rules(kind).takes ? lastTaken_ + 1 : turn_.seq;
}

inline std::uint32_t RowPredictor::predictCell(EventKind kind, const Cause& cause) const {
    if (kind == EventKind::kSpawn) return lastSpawned_ + 1;
    if (!cause.known) return previousCell_;
    return rules(kind).takes ? cause.peer : cause.cell;
}

inline std::uint32_t RowPredictor::predictPeer(EventKind kind, std::uint32_t cell,
                                               const Cause& cause, const Context& context) const {
    // A look-up in place of branches that no processor foresees.
    const std::uint32_t from[] = {context.peer, turn_.peer, cell, cells_[cell % kCellSlots].peer,
                                  cause.known ? cause.cell : context.peer};
    return from[static_cast<std::size_t>(rules(kind).peer)];
}

inline std::uint32_t RowPredictor::predictType(EventKind kind, const Cause& cause,
                                               const Context& context) const {
    return rules(kind).takes && cause.known ? cause.type : context.type;
}

inline std::uint64_t RowPredictor::predictArg(EventKind kind, const CellSlot& slot,
                                              const Context& context) const {
    const std::uint64_t from[] = {context.arg, slot.turns != 0 ? slot.turns + 1 : context.arg,
                                  slot.sends != 0 ? slot.sends + 1 : context.arg, turn_.messageArg};
    return from[static_cast<std::size_t>(rules(kind).arg)];
}

inline void RowPredictor::learnKindAndTime(const CompactRow& row) {
    kinds_[previous_.context] = static_cast<std::uint8_t>(row.kind);
    previous_ = {static_cast<std::uint64_t>(row.time.value), row.round.value,
                 contextOf(row.kind, row.type)};
}

inline void RowPredictor::learnLinks(EventKind kind, const CompactRow& row, std::uint64_t seq,
                                     const Cause& cause) {
    const KindRules& rule = rules(kind);
    contexts_[contextOf(kind, turn_.type)] = {row.extra, row.arg, row.type.value, row.peer.value};
    CellSlot& slot = cells_[row.cell.value % kCellSlots];
    slot.sends = rule.sends ? row.arg : slot.sends;
    slot.peer = rule.enqueues ? row.peer.value : slot.peer;
    previousCell_ = row.cell.value;
    lastTaken_ = rule.takes ? row.cause.value : lastTaken_;
    if (kind == EventKind::kSpawn) lastSpawned_ = row.cell.value;
    if (kind == EventKind::kDeliver) {
        slot.turns = row.arg;
        turn_ = {seq, cause.arg, row.type, row.peer.value};
    }
}

template <class Alongside>
void RowPredictor::encode(std::uint32_t begin, std::uint32_t count, GroupCodes& codes,
                          Alongside alongside) {
    encodeKindsAndTimes(rows_ + begin, count, codes);
    encodeLinks(begin, count, codes, alongside);
    encodeLengths(rows_ + begin, count, codes);
}

inline void RowPredictor::encodeKindsAndTimes(const CompactRow* rows, std::uint32_t count,
                                              GroupCodes& codes) {
    for (std::uint32_t i = 0; i < count; ++i) {
        const CompactRow& row = rows[i];
        codes[at(Column::kKind)][i] = static_cast<std::uint64_t>(
            static_cast<std::uint8_t>(row.kind) ^ kinds_[previous_.context]);
        codes[at(Column::kFlags)][i] = row.flags;
        codes[at(Column::kTime)][i] =
            difference(static_cast<std::uint64_t>(row.time.value), previous_.time);
        codes[at(Column::kRound)][i] = difference(row.round.value, previous_.round);
        learnKindAndTime(row);
    }
}

[[gnu::always_inline]] inline void RowPredictor::encodeLink(EventKind kind, std::uint32_t index,
                                                            std::size_t i, GroupCodes& codes) {
    const CompactRow& row = rows_[index];
    const Cause cause = causeOf(index, row.cause.value);
    const Context& context = contexts_[contextOf(kind, turn_.type)];
    const CellSlot& slot = cells_[row.cell.value % kCellSlots];
    const std::uint64_t predictedCause = predictCause(kind);
    codes[at(Column::kCause)][i] =
        swapNone(difference(row.cause.value, predictedCause), predictedCause);
    codes[at(Column::kCell)][i] = difference32(row.cell.value, predictCell(kind, cause));
    codes[at(Column::kPeer)][i] =
        difference32(row.peer.value, predictPeer(kind, row.cell.value, cause, context));
    codes[at(Column::kType)][i] = difference32(row.type.value, predictType(kind, cause, context));
    codes[at(Column::kArg)][i] = difference(row.arg, predictArg(kind, slot, context));
    codes[at(Column::kExtra)][i] = difference(row.extra, context.extra);
    learnLinks(kind, row, first_ + index, cause);
}

template <class Alongside>
void RowPredictor::encodeLinks(std::uint32_t begin, std::uint32_t count, GroupCodes& codes,
                               Alongside alongside) {
    for (std::uint32_t i = 0; i < count; ++i) {
        alongside(rows_[begin + i]);
        // The same four times: with the kind known, little of the rules is left.
        switch (const EventKind kind = rows_[begin + i].kind) {
            case EventKind::kDeliver: encodeLink(EventKind::kDeliver, begin + i, i, codes); break;
            case EventKind::kSend: encodeLink(EventKind::kSend, begin + i, i, codes); break;
            case EventKind::kReply: encodeLink(EventKind::kReply, begin + i, i, codes); break;
            default: encodeLink(kind, begin + i, i, codes); break;
        }
    }
}

inline void RowPredictor::encodeLengths(const CompactRow* rows, std::uint32_t count,
                                        GroupCodes& codes) {
    for (std::uint32_t i = 0; i < count; ++i) {
        const CompactRow& row = rows[i];
        const Lengths& last = lengths_[contextOf(row.kind, row.type)];
        codes[at(Column::kPayloadLength)][i] = difference(row.payloadBytes, last.payload);
        codes[at(Column::kChangeLength)][i] = difference(row.changeBytes, last.change);
        learnLengths(row, {row.payloadBytes, row.changeBytes});
    }
}

}  // namespace ariadne::tracefmt
