#include "tracefmt/row_predictor.h"

#include "engine/base/event_batch.h"

#include <limits>

namespace ariadne::tracefmt {

namespace {

/// Where the expected value of a field is taken from.
enum class PeerFrom : std::uint8_t { kContext, kTurn, kCell, kSlot, kCause };
enum class ArgFrom : std::uint8_t { kContext, kTurns, kSends, kTurnMessage };

/// What the rules of FORMAT.md say of one kind.
struct KindRules {
    bool takes = false;
    bool sends = false;
    bool enqueues = false;
    PeerFrom peer = PeerFrom::kContext;
    ArgFrom arg = ArgFrom::kContext;
};

/// What FORMAT.md calls "enqueues". Not the engine's isEnqueue(): a kind that is added there must
/// not change how the rows of a file are read.
constexpr bool enqueues(EventKind kind) {
    switch (kind) {
        case EventKind::kInput:
        case EventKind::kSend:
        case EventKind::kAsk:
        case EventKind::kReply:
        case EventKind::kForward:
        case EventKind::kTimerFire:
        case EventKind::kDown:
        case EventKind::kAskTimeout:
        case EventKind::kUndelivered:
        case EventKind::kCancelRequest:
        case EventKind::kLinkDown:
        case EventKind::kGranted:
        case EventKind::kFinalize:
        case EventKind::kRegionClosed: return true;
        default: return false;
    }
}

constexpr KindRules rulesOf(EventKind kind) {
    KindRules rules;
    rules.takes = kind == EventKind::kDeliver || kind == EventKind::kDrop;
    rules.sends =
        kind == EventKind::kSend || kind == EventKind::kAsk || kind == EventKind::kForward;
    rules.enqueues = enqueues(kind);
    if (rules.takes || kind == EventKind::kSpawn)
        rules.peer = PeerFrom::kCause;
    else if (kind == EventKind::kReply)
        rules.peer = PeerFrom::kTurn;
    else if (kind == EventKind::kTimerFire || kind == EventKind::kAskTimeout)
        rules.peer = PeerFrom::kCell;
    else if (rules.enqueues)
        rules.peer = PeerFrom::kSlot;
    if (kind == EventKind::kDeliver)
        rules.arg = ArgFrom::kTurns;
    else if (rules.sends)
        rules.arg = ArgFrom::kSends;
    else if (kind == EventKind::kReply)
        rules.arg = ArgFrom::kTurnMessage;
    return rules;
}

constexpr auto kRules = [] {
    std::array<KindRules, 256> rules;
    for (std::size_t kind = 0; kind < rules.size(); ++kind)
        rules[kind] = rulesOf(static_cast<EventKind>(kind));
    return rules;
}();

constexpr const KindRules& rules(EventKind kind) {
    return kRules[static_cast<std::uint8_t>(kind)];
}

/// Differences wrap around, so that every value has a code.
constexpr std::uint64_t difference(std::uint64_t value, std::uint64_t predicted) {
    return zigzag(static_cast<std::int64_t>(value - predicted));
}
constexpr std::uint64_t restored(std::uint64_t code, std::uint64_t predicted) {
    return predicted + static_cast<std::uint64_t>(unzigzag(code));
}
constexpr std::uint64_t difference32(std::uint32_t value, std::uint32_t predicted) {
    return zigzag(static_cast<std::int32_t>(value - predicted));
}
constexpr std::uint32_t restored32(std::uint64_t code, std::uint32_t predicted) {
    return predicted + static_cast<std::uint32_t>(unzigzag(code));
}

/// "No cause" is frequent and far from any prediction: its code changes places with code 1.
constexpr std::uint64_t swapNone(std::uint64_t code, std::uint64_t predicted) {
    const std::uint64_t none = difference(0, predicted);
    if (code == none) return 1;
    return code == 1 ? none : code;
}

constexpr std::size_t at(Column column) {
    return static_cast<std::size_t>(column);
}

}  // namespace

template <class Row>
inline auto RowPredictor<Row>::causeOf(std::uint32_t index, std::uint64_t cause) const -> Cause {
    // Also false for causes before the chunk: the difference wraps around.
    if (cause - first_ >= index) return {};
    const Row& row = rows_[cause - first_];
    return {true, row.arg, row.cell.value, row.peer.value, row.type.value};
}

template <class Row>
inline std::uint64_t RowPredictor<Row>::predictCause(EventKind kind) const {
    return rules(kind).takes ? lastTaken_ + 1 : turn_.seq;
}

template <class Row>
inline std::uint32_t RowPredictor<Row>::predictCell(EventKind kind, const Cause& cause) const {
    if (kind == EventKind::kSpawn) return lastSpawned_ + 1;
    if (!cause.known) return previousCell_;
    return rules(kind).takes ? cause.peer : cause.cell;
}

template <class Row>
inline std::uint32_t RowPredictor<Row>::predictPeer(EventKind kind, std::uint32_t cell,
                                                    const Cause& cause,
                                                    const Context& context) const {
    // A look-up in place of branches that no processor foresees.
    const std::uint32_t from[] = {context.peer, turn_.peer, cell, cells_[cell % kCellSlots].peer,
                                  cause.known ? cause.cell : context.peer};
    return from[static_cast<std::size_t>(rules(kind).peer)];
}

template <class Row>
inline std::uint32_t RowPredictor<Row>::predictType(EventKind kind, const Cause& cause,
                                                    const Context& context) const {
    return rules(kind).takes && cause.known ? cause.type : context.type;
}

template <class Row>
inline std::uint64_t RowPredictor<Row>::predictArg(EventKind kind, const CellSlot& slot,
                                                   const Context& context) const {
    const std::uint64_t from[] = {context.arg, slot.turns != 0 ? slot.turns + 1 : context.arg,
                                  slot.sends != 0 ? slot.sends + 1 : context.arg, turn_.messageArg};
    return from[static_cast<std::size_t>(rules(kind).arg)];
}

template <class Row>
inline void RowPredictor<Row>::learnKindAndTime(const Row& row) {
    kinds_[previous_.context] = static_cast<std::uint8_t>(row.kind);
    previous_ = {static_cast<std::uint64_t>(row.time.value), row.round.value,
                 contextOf(row.kind, row.type)};
}

template <class Row>
inline void RowPredictor<Row>::learnLinks(EventKind kind, const Row& row, std::uint64_t seq,
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

template <class Row>
void RowPredictor<Row>::encode(std::uint32_t begin, std::uint32_t count, GroupCodes& codes) {
    encodeKindsAndTimes(rows_ + begin, count, codes);
    encodeLinks(begin, count, codes);
    encodeLengths(rows_ + begin, count, codes);
}

template <class Row>
void RowPredictor<Row>::encodeKindsAndTimes(const Row* rows, std::uint32_t count,
                                            GroupCodes& codes) {
    for (std::uint32_t i = 0; i < count; ++i) {
        const Row& row = rows[i];
        codes[at(Column::kKind)][i] = static_cast<std::uint64_t>(
            static_cast<std::uint8_t>(row.kind) ^ kinds_[previous_.context]);
        codes[at(Column::kFlags)][i] = row.flags;
        codes[at(Column::kTime)][i] =
            difference(static_cast<std::uint64_t>(row.time.value), previous_.time);
        codes[at(Column::kRound)][i] = difference(row.round.value, previous_.round);
        learnKindAndTime(row);
    }
}

template <class Row>
[[gnu::always_inline]] inline void RowPredictor<Row>::encodeLink(EventKind kind,
                                                                 std::uint32_t index, std::size_t i,
                                                                 GroupCodes& codes) {
    const Row& row = rows_[index];
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

template <class Row>
void RowPredictor<Row>::encodeLinks(std::uint32_t begin, std::uint32_t count, GroupCodes& codes) {
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

template <class Row>
void RowPredictor<Row>::encodeLengths(const Row* rows, std::uint32_t count, GroupCodes& codes) {
    for (std::uint32_t i = 0; i < count; ++i) {
        const Row& row = rows[i];
        const Lengths& last = lengths_[contextOf(row.kind, row.type)];
        codes[at(Column::kPayloadLength)][i] = difference(row.payloadBytes, last.payload);
        codes[at(Column::kChangeLength)][i] = difference(row.changeBytes, last.change);
        learnLengths(row, {row.payloadBytes, row.changeBytes});
    }
}

template <class Row>
bool RowPredictor<Row>::decode(std::uint32_t index, const GroupCodes& codes, std::size_t i,
                               Row& row, Lengths& lengths) {
    constexpr std::uint64_t kByteMax = std::numeric_limits<std::uint8_t>::max();
    constexpr std::uint64_t kWord32Max = std::numeric_limits<std::uint32_t>::max();
    const auto code = [&](Column column) { return codes[at(column)][i]; };
    if ((code(Column::kKind) | code(Column::kFlags)) > kByteMax) return false;
    if ((code(Column::kCell) | code(Column::kPeer) | code(Column::kType)) > kWord32Max)
        return false;

    row.seq = {first_ + index};
    row.kind = static_cast<EventKind>(static_cast<std::uint8_t>(code(Column::kKind)) ^
                                      kinds_[previous_.context]);
    row.flags = static_cast<std::uint8_t>(code(Column::kFlags));
    row.time.value = static_cast<std::int64_t>(restored(code(Column::kTime), previous_.time));
    row.round.value = restored(code(Column::kRound), previous_.round);
    const std::uint64_t predictedCause = predictCause(row.kind);
    row.cause.value = restored(swapNone(code(Column::kCause), predictedCause), predictedCause);
    const Cause cause = causeOf(index, row.cause.value);
    const Context& context = contexts_[contextOf(row.kind, turn_.type)];
    row.cell.value = restored32(code(Column::kCell), predictCell(row.kind, cause));
    row.peer.value =
        restored32(code(Column::kPeer), predictPeer(row.kind, row.cell.value, cause, context));
    row.type.value = restored32(code(Column::kType), predictType(row.kind, cause, context));
    row.arg = restored(code(Column::kArg),
                       predictArg(row.kind, cells_[row.cell.value % kCellSlots], context));
    row.extra = restored(code(Column::kExtra), context.extra);
    const Lengths& last = lengths_[contextOf(row.kind, row.type)];
    lengths.payload = restored(code(Column::kPayloadLength), last.payload);
    lengths.change = restored(code(Column::kChangeLength), last.change);
    learnKindAndTime(row);
    learnLinks(row.kind, row, row.seq.value, cause);
    learnLengths(row, lengths);
    return true;
}

template void RowPredictor<CompactRow>::encode(std::uint32_t, std::uint32_t, GroupCodes&);
template bool RowPredictor<EventRow>::decode(std::uint32_t, const GroupCodes&, std::size_t,
                                             EventRow&, Lengths&);

}  // namespace ariadne::tracefmt
