#include "tracefmt/row_predictor.h"

#include "engine/base/event_batch.h"
#include "tracefmt/row_rules.h"

namespace ariadne::tracefmt {

namespace {

constexpr std::size_t at(Column column) {
    return static_cast<std::size_t>(column);
}

}  // namespace

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

void RowPredictor::encode(std::uint32_t begin, std::uint32_t count, GroupCodes& codes) {
    encodeKindsAndTimes(rows_ + begin, count, codes);
    encodeLinks(begin, count, codes);
    encodeLengths(rows_ + begin, count, codes);
}

void RowPredictor::encodeKindsAndTimes(const CompactRow* rows, std::uint32_t count,
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

void RowPredictor::encodeLinks(std::uint32_t begin, std::uint32_t count, GroupCodes& codes) {
    for (std::uint32_t i = 0; i < count; ++i) {
        // The same four times: with the kind known, little of the rules is left.
        switch (const EventKind kind = rows_[begin + i].kind) {
            case EventKind::kDeliver: encodeLink(EventKind::kDeliver, begin + i, i, codes); break;
            case EventKind::kSend: encodeLink(EventKind::kSend, begin + i, i, codes); break;
            case EventKind::kReply: encodeLink(EventKind::kReply, begin + i, i, codes); break;
            default: encodeLink(kind, begin + i, i, codes); break;
        }
    }
}

void RowPredictor::encodeLengths(const CompactRow* rows, std::uint32_t count, GroupCodes& codes) {
    for (std::uint32_t i = 0; i < count; ++i) {
        const CompactRow& row = rows[i];
        const Lengths& last = lengths_[contextOf(row.kind, row.type)];
        codes[at(Column::kPayloadLength)][i] = difference(row.payloadBytes, last.payload);
        codes[at(Column::kChangeLength)][i] = difference(row.changeBytes, last.change);
        learnLengths(row, {row.payloadBytes, row.changeBytes});
    }
}

}  // namespace ariadne::tracefmt
