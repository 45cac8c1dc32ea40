#include "tracefmt/row_predictor.h"

#include <limits>

namespace ariadne::tracefmt {

namespace {

constexpr bool takesMessage(EventKind kind) {
    return kind == EventKind::kDeliver || kind == EventKind::kDrop;
}
constexpr bool countsSends(EventKind kind) {
    return kind == EventKind::kSend || kind == EventKind::kAsk || kind == EventKind::kForward;
}

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

std::uint64_t RowPredictor::predictCause(EventKind kind) const {
    return takesMessage(kind) ? lastTaken_ + 1 : turn_->seq.value;
}

std::uint32_t RowPredictor::predictCell(EventKind kind, const EventRow* cause) const {
    if (kind == EventKind::kSpawn) return lastSpawned_ + 1;
    if (cause == nullptr) return previous_->cell.value;
    return takesMessage(kind) ? cause->peer.value : cause->cell.value;
}

std::uint32_t RowPredictor::predictPeer(const EventRow& row, const EventRow* cause) const {
    if (takesMessage(row.kind) || row.kind == EventKind::kSpawn)
        return cause != nullptr ? cause->cell.value
                                : contexts_[contextOf(row.kind, turn_->type)].peer;
    if (row.kind == EventKind::kReply) return turn_->peer.value;
    if (row.kind == EventKind::kTimerFire || row.kind == EventKind::kAskTimeout)
        return row.cell.value;
    if (enqueues(row.kind)) return cells_[row.cell.value % kCellSlots].peer;
    return contexts_[contextOf(row.kind, turn_->type)].peer;
}

std::uint32_t RowPredictor::predictType(const EventRow& row, const EventRow* cause) const {
    if (takesMessage(row.kind) && cause != nullptr) return cause->type.value;
    return contexts_[contextOf(row.kind, turn_->type)].type;
}

std::uint64_t RowPredictor::predictArg(const EventRow& row) const {
    const CellSlot& cell = cells_[row.cell.value % kCellSlots];
    if (row.kind == EventKind::kDeliver && cell.turns != 0) return cell.turns + 1;
    if (countsSends(row.kind) && cell.sends != 0) return cell.sends + 1;
    if (row.kind == EventKind::kReply) return turnMessageArg_;
    return contexts_[contextOf(row.kind, turn_->type)].arg;
}

void RowPredictor::learn(const EventRow& row, const EventRow* cause, Lengths lengths) {
    kinds_[contextOf(previous_->kind, previous_->type)] = static_cast<std::uint8_t>(row.kind);
    contexts_[contextOf(row.kind, turn_->type)] = {row.extra, row.arg, row.type.value,
                                                   row.peer.value};
    lengths_[contextOf(row.kind, row.type)] = {lengths.payload, lengths.change};
    CellSlot& cell = cells_[row.cell.value % kCellSlots];
    if (row.kind == EventKind::kDeliver) cell.turns = row.arg;
    if (countsSends(row.kind)) cell.sends = row.arg;
    if (enqueues(row.kind)) cell.peer = row.peer.value;
    if (row.kind == EventKind::kSpawn) lastSpawned_ = row.cell.value;
    if (takesMessage(row.kind)) lastTaken_ = row.cause.value;
    if (row.kind == EventKind::kDeliver) {
        turn_ = &row;
        turnMessageArg_ = cause != nullptr ? cause->arg : 0;
    }
    previous_ = &row;
}

void RowPredictor::encode(std::uint32_t index, std::array<std::uint64_t, kColumnCount>& codes) {
    const EventRow& row = rows_[index];
    const EventRow* cause = causeOf(index, row.cause);
    const LastLengths& last = lengths_[contextOf(row.kind, row.type)];
    const std::uint64_t predictedCause = predictCause(row.kind);
    codes[at(Column::kKind)] = static_cast<std::uint64_t>(
        static_cast<std::uint8_t>(row.kind) ^ kinds_[contextOf(previous_->kind, previous_->type)]);
    codes[at(Column::kFlags)] = row.flags;
    codes[at(Column::kTime)] = difference(static_cast<std::uint64_t>(row.time.value),
                                          static_cast<std::uint64_t>(previous_->time.value));
    codes[at(Column::kRound)] = difference(row.round.value, previous_->round.value);
    codes[at(Column::kCause)] =
        swapNone(difference(row.cause.value, predictedCause), predictedCause);
    codes[at(Column::kCell)] = difference32(row.cell.value, predictCell(row.kind, cause));
    codes[at(Column::kPeer)] = difference32(row.peer.value, predictPeer(row, cause));
    codes[at(Column::kType)] = difference32(row.type.value, predictType(row, cause));
    codes[at(Column::kArg)] = difference(row.arg, predictArg(row));
    codes[at(Column::kExtra)] =
        difference(row.extra, contexts_[contextOf(row.kind, turn_->type)].extra);
    codes[at(Column::kPayloadLength)] = difference(row.payload.size(), last.payload);
    codes[at(Column::kChangeLength)] = difference(row.change.size(), last.change);
    learn(row, cause, {row.payload.size(), row.change.size()});
}

bool RowPredictor::decode(std::uint32_t index, const std::array<std::uint64_t, kColumnCount>& codes,
                          EventRow& row, Lengths& lengths) {
    constexpr std::uint64_t kByteMax = std::numeric_limits<std::uint8_t>::max();
    constexpr std::uint64_t kWord32Max = std::numeric_limits<std::uint32_t>::max();
    if ((codes[at(Column::kKind)] | codes[at(Column::kFlags)]) > kByteMax) return false;
    if ((codes[at(Column::kCell)] | codes[at(Column::kPeer)] | codes[at(Column::kType)]) >
        kWord32Max)
        return false;

    row.seq = {first_ + index};
    row.kind = static_cast<EventKind>(static_cast<std::uint8_t>(codes[at(Column::kKind)]) ^
                                      kinds_[contextOf(previous_->kind, previous_->type)]);
    row.flags = static_cast<std::uint8_t>(codes[at(Column::kFlags)]);
    row.time.value = static_cast<std::int64_t>(
        restored(codes[at(Column::kTime)], static_cast<std::uint64_t>(previous_->time.value)));
    row.round.value = restored(codes[at(Column::kRound)], previous_->round.value);
    const std::uint64_t predictedCause = predictCause(row.kind);
    row.cause.value = restored(swapNone(codes[at(Column::kCause)], predictedCause), predictedCause);
    const EventRow* cause = causeOf(index, row.cause);
    row.cell.value = restored32(codes[at(Column::kCell)], predictCell(row.kind, cause));
    row.peer.value = restored32(codes[at(Column::kPeer)], predictPeer(row, cause));
    row.type.value = restored32(codes[at(Column::kType)], predictType(row, cause));
    row.arg = restored(codes[at(Column::kArg)], predictArg(row));
    row.extra =
        restored(codes[at(Column::kExtra)], contexts_[contextOf(row.kind, turn_->type)].extra);
    const LastLengths& last = lengths_[contextOf(row.kind, row.type)];
    lengths.payload = restored(codes[at(Column::kPayloadLength)], last.payload);
    lengths.change = restored(codes[at(Column::kChangeLength)], last.change);
    learn(row, cause, lengths);
    return true;
}

}  // namespace ariadne::tracefmt
