#include "recorder/condition/live_ground.h"

#include "recorder/region_view.h"

#include <algorithm>
#include <utility>

namespace ariadne::condition {
namespace {

using tracefmt::kindBit;

/// Messages are looked through when there are twice as many as last time, and this many.
constexpr std::size_t kTidyMin = 65'536;
/// What a message takes beside its bytes, about.
constexpr std::uint64_t kMessageOverhead = 96;
constexpr std::uint64_t kStateOverhead = 192;

bool isOneOf(EventKind kind, std::uint64_t kinds) {
    return (kindBit(kind) & kinds) != 0;
}

}  // namespace

void LiveGround::keep(Keeps keeps) {
    keeps_ = std::move(keeps);
    actors_ = {};
    ledgers_ = {};
    messages_.clear();
    messageBytes_ = 0;
    messagesMissing_ = false;
    delivered_.clear();
    taken_ = {};
    before_ = after_ = nullptr;
    if (!keeps_.messages && !keeps_.ledgers && !keeps_.states) return;
    const WorldImage image = run_.image();
    if (keeps_.messages) takeMessagesOf(image);
    for (const CellImage& cell : image.cells)
        if ((keeps_.ledgers && isRegion(cell.rank)) || (keeps_.states && keeps_.states(cell.rank)))
            addState(cell.rank, run_.world().births()[cell.rank.value].type, cell.state.view());
    stateStatus_ = absl::OkStatus();
}

void LiveGround::take(const EventRow& row, bool follows) {
    taken_ = row.seq;
    before_ = after_ = nullptr;
    stateStatus_ = absl::OkStatus();
    if (keeps_.messages) takeMessage(row);
    if (follows || (keeps_.ledgers && isRegion(row.cell))) takeState(row);
}

void LiveGround::endRound() {
    if (messages_.size() < tidyAt_ && messageBytes_ <= kMessageBytesMax) return;
    if (keeps_.messages && !messagesMissing_) takeMessagesOf(run_.image());
}

absl::Status LiveGround::check(const Condition& condition) const {
    if (!condition.needsStates() || run_.meta().level == tracefmt::Level::kFull)
        return absl::OkStatus();
    return absl::FailedPreconditionError(
        "the condition asks for states of actors (state, was, changed), and this run records none; "
        "run it again and choose to record all");
}

// ---- States -------------------------------------------------------------------------------------

LiveGround::Kept& LiveGround::keptOf(Rank rank) {
    return isRegion(rank) ? ledgers_ : actors_;
}

/// Who gives up keeps nothing: what was kept of it would be true for some rows only.
void LiveGround::count(Kept& kept, std::uint64_t bytes) {
    kept.bytes += bytes;
    if (kept.bytes <= stateBytesMax_) return;
    kept.bytes = 0;
    for (const auto& [rank, state] : kept.states)
        kept.bytes += state.encode().size() + kStateOverhead;
    // Half of it, or they would be counted again and again.
    if (kept.bytes <= stateBytesMax_ / 2) return;
    kept.states.clear();
    before_ = after_ = nullptr;
    kept.status = stateStatus_ = absl::ResourceExhaustedError(
        "found more than " + std::to_string(stateBytesMax_ / 2 >> 20) + " MB of states of " +
        (&kept == &ledgers_ ? "regions" : "actors") +
        " that would have to be followed; name the actors that it is about");
}

void LiveGround::addState(Rank rank, TypeIndex type, ByteView bytes) {
    Kept& kept = keptOf(rank);
    stateStatus_ = kept.status;
    if (!kept.status.ok()) return;
    if (kept.states.size() >= kStatesMax && !kept.states.contains(rank.value)) {
        stateStatus_ = absl::ResourceExhaustedError(
            "found more than " + std::to_string(kStatesMax) +
            " actors whose states would have to be followed; name the actors that it is about");
        if (&kept == &ledgers_) kept.status = stateStatus_;
        return;
    }
    absl::StatusOr<value::StateValue> state = value::StateValue::decode(types(), type, bytes);
    stateStatus_ = state.status();
    if (!state.ok()) return;
    after_ = &(kept.states[rank.value] = *std::move(state));
    count(kept, bytes.size() + kStateOverhead);
}

void LiveGround::takeState(const EventRow& row) {
    if (isOneOf(row.kind, kBirthKinds)) return addState(row.cell, row.type, row.payload);
    Kept& kept = keptOf(row.cell);
    if (row.kind == EventKind::kStop || row.kind == EventKind::kFail) {
        kept.states.erase(row.cell.value);
        return;
    }
    if (!isOneOf(row.kind, kTurnKinds)) return;
    stateStatus_ = kept.status;
    if (!kept.status.ok()) return;
    const auto at = kept.states.find(row.cell.value);
    if (at == kept.states.end()) {
        stateStatus_ = absl::ResourceExhaustedError(
            "the state of " + pathOf(row.cell) + " is not known: more than " +
            std::to_string(kStatesMax) + " actors are followed; name those that it is about");
        return;
    }
    after_ = before_ = &at->second;
    if (row.change.empty()) return;
    kept_ = at->second;
    before_ = &kept_;
    stateStatus_ = at->second.apply(types(), row.change);
    count(kept, row.change.size());
}

absl::Status LiveGround::begin(const EventRow& /*row*/) {
    return stateStatus_;
}

absl::StatusOr<const value::StateValue*> LiveGround::change(
    const EventRow& row, const recorder::CancelFlag* /*cancel*/) {
    if (!stateStatus_.ok()) return stateStatus_;
    if (taken_ != row.seq || before_ == nullptr)
        return absl::InternalError("event " + std::to_string(row.seq.value) + " was not taken");
    return before_;
}

absl::StatusOr<const value::StateValue*> LiveGround::keep(const EventRow& row,
                                                          const recorder::CancelFlag* cancel) {
    return change(row, cancel);
}

const value::StateValue* LiveGround::ledgerAt(Position position, Rank region) const {
    const auto at = ledgers_.states.find(region.value);
    if (at == ledgers_.states.end()) return nullptr;
    // In front of the row in hand, which is the only one there may be a change of.
    return position < taken_ && &at->second == after_ ? before_ : &at->second;
}

std::optional<LedgerEntry> LiveGround::obligationAt(Position position, Rank region, Rank maker,
                                                    std::uint64_t ordinal) {
    const value::StateValue* const ledger = ledgerAt(position, region);
    if (ledger == nullptr || maker.value >= births()) return std::nullopt;
    return recorder::obligationIn(types(), ledger->type(), *ledger,
                                  {{run_.world().births()[maker.value].key}, ordinal});
}

std::optional<LedgerEntry> LiveGround::obligationHeldAt(Position position, Rank region, Rank holder,
                                                        std::uint64_t ordinal) {
    const value::StateValue* const ledger = ledgerAt(position, region);
    if (ledger == nullptr || holder.value >= births()) return std::nullopt;
    return recorder::obligationHeldBy(types(), ledger->type(), *ledger,
                                      run_.world().births()[holder.value].key, ordinal);
}

// ---- Messages -----------------------------------------------------------------------------------

void LiveGround::addMessage(Position at, TypeIndex type, ByteView payload) {
    if (messagesMissing_) return;
    if (messageBytes_ > kMessageBytesMax * 2) {
        messagesMissing_ = true;
        messages_.clear();
        return;
    }
    messages_[at.value] = {type, Bytes{payload.begin(), payload.end()}};
    messageBytes_ += payload.size() + kMessageOverhead;
}

void LiveGround::dropMessage(Position at) {
    const auto found = messages_.find(at.value);
    if (found == messages_.end()) return;
    messageBytes_ -= found->second.payload.size() + kMessageOverhead;
    messages_.erase(found);
}

void LiveGround::takeMessagesOf(const WorldImage& image) {
    messages_.clear();
    messageBytes_ = 0;
    for (const CellImage& cell : image.cells)
        for (const auto* lane : {&cell.control, &cell.mailbox, &cell.stash})
            for (const MessageImage& message : lane->all())
                addMessage(message.enqueuedAt, message.type, message.payload);
    // What says that an ask came to nothing stands in its own row, and under the ask is another.
    for (const TimerImage& timer : image.timers)
        if (timer.message.type.value != 0 && timer.askId == 0)
            addMessage(timer.setAt, timer.message.type, timer.message.payload);
    if (messageBytes_ > kMessageBytesMax) {
        messagesMissing_ = true;
        messages_.clear();
    }
    tidyAt_ = std::max(kTidyMin, messages_.size() * 2);
}

/// A message that was taken out lives until the next turn begins, for the turn may set it aside.
void LiveGround::takeMessage(const EventRow& row) {
    if (row.kind == EventKind::kStash) {
        std::erase(delivered_, row.cause);
        return;
    }
    if (row.kind == EventKind::kDeliver || row.kind == EventKind::kDrop) {
        if (row.kind == EventKind::kDeliver)
            for (const Position at : std::exchange(delivered_, {})) dropMessage(at);
        delivered_.push_back(row.cause);
        return;
    }
    if (row.kind == EventKind::kTimerFire) {
        if (const auto set = messages_.find(row.cause.value); set != messages_.end()) {
            const MessageBytes message = set->second;
            addMessage(row.seq, message.type, message.payload);
        }
        return;
    }
    if (isEnqueue(row.kind) || row.kind == EventKind::kTimerSet)
        addMessage(row.seq, row.type, row.payload);
}

absl::StatusOr<recorder::RowContext::MessageBytes> LiveGround::messageOf(const EventRow& row) {
    const bool elsewhere = row.kind == EventKind::kDeliver || row.kind == EventKind::kDrop ||
                           row.kind == EventKind::kStash || row.kind == EventKind::kTimerFire;
    if (!elsewhere) return MessageBytes{row.type, Bytes{row.payload.begin(), row.payload.end()}};
    if (messagesMissing_)
        return absl::ResourceExhaustedError(
            "found more than " + std::to_string(kMessageBytesMax >> 20) +
            " MB of messages that wait; ask for the sends instead (kind = send)");
    const auto found = messages_.find(row.cause.value);
    return found == messages_.end() ? MessageBytes{row.type, {}} : found->second;
}

// ---- Names --------------------------------------------------------------------------------------

bool LiveGround::isRegion(Rank rank) const {
    return rank != kOutside && rank.value < births() &&
           recorder::isRegionType(types(), run_.world().births()[rank.value].type);
}

std::string LiveGround::pathOf(Rank rank) const {
    if (rank == kOutside) return "outside";
    return rank.value < births() ? run_.world().births()[rank.value].path
                                 : "cell " + std::to_string(rank.value);
}

Rank LiveGround::rankOf(CellKey key) const {
    for (; ranksKnown_ < births(); ++ranksKnown_) {
        const CellBirth& birth = run_.world().births()[ranksKnown_];
        ranks_.emplace(birth.key.value, birth.rank);
    }
    const auto at = ranks_.find(key.value);
    return at == ranks_.end() ? kOutside : at->second;
}

value::CellNamer LiveGround::cellNamer() const {
    return [this](CellKey key) {
        const Rank rank = rankOf(key);
        return rank == kOutside ? std::string{"an unborn cell"} : pathOf(rank);
    };
}

}  // namespace ariadne::condition
