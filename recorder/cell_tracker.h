// Follows one cell through rows of a trace: state, mailbox, life.
#pragma once

#include "engine/base/event.h"
#include "engine/base/world_image.h"
#include "engine/region/region.h"
#include "engine/value/dynamic.h"

#include <absl/status/status.h>

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ariadne::recorder {

/// A message in a mailbox, by what its enqueue row says.
struct QueuedMessage {
    Position enqueuedAt;
    EventKind kind = EventKind::kUnknown;
    Rank sender;
    VirtualTime since;
    Rank asker;             ///< who waits for an answer; outside = nobody, or a forward: not known
    std::uint64_t ask = 0;  ///< the ask's id; 0 = none, or not known
};

/// An ask that a cell took and has neither answered nor passed on. It may have timed out.
struct OwedReply {
    Rank asker;  ///< outside while not known: `enqueuedAt` is a kForward, perhaps of an ask
    std::uint64_t ask = 0;
    Position enqueuedAt;  ///< the message that asked; 0 = before the snapshot that was read
};

/// What supervision, links, cancellation and full mailboxes keep of a cell.
struct CellCare {
    std::uint32_t restarts = 0;
    Rank parkedAt;                          ///< takes no turn until this mailbox has room
    std::optional<VirtualTime> restsUntil;  ///< takes no turn until then: waits out its backoff
    std::uint64_t maskedUntilTurn = 0;  ///< is not told of cancellation before that turn is over
    CancelReason cancel = CancelReason::kNone;  ///< the last request it was told of
    VirtualTime cancelUntil;
    std::vector<Rank> links;  ///< in no particular order
    std::vector<OwedReply> owed;
};

/// Who takes no turn for now, as a snapshot has it.
struct Suspension {
    Rank parkedAt;
    std::optional<VirtualTime> restsUntil;
};

/// What is known of one cell after some row. Copyable, so that it can be kept as a checkpoint.
class CellTracker {
public:
    explicit CellTracker(Rank rank) : rank_(rank) {}

    /// Starts from a snapshot in which the cell lives.
    absl::Status load(const TypeTable& types, const CellBirth& birth, const CellImage& image,
                      const Suspension& suspension);

    /// Takes in the next row; rows that do not concern it are ignored. kDataLoss when a recorded
    /// change does not fit.
    absl::Status apply(const TypeTable& types, const EventRow& row);
    /// A cell's own rows, those to it, and the ends of those it is linked with.
    bool concerns(const EventRow& row) const {
        return row.cell == rank_ || row.peer == rank_ || (isLifeAndDeath(row.kind) && isTied());
    }
    static bool isLifeAndDeath(EventKind kind) {
        return kind == EventKind::kStop || kind == EventKind::kFail || kind == EventKind::kRestart;
    }
    /// It is linked, or was until just now: the ends of others concern it.
    bool isTied() const { return !care_.links.empty(); }

    Rank rank() const { return rank_; }
    bool born() const { return born_; }
    bool alive() const { return alive_; }
    TypeIndex stateType() const { return stateType_; }
    const value::StateValue& state() const { return state_; }
    const std::string& behaviour() const { return behaviour_; }
    std::uint64_t turns() const { return turns_; }
    Position lastTurn() const { return lastTurn_; }
    /// False while the last turn lies before the snapshot that was loaded: changed() and before()
    /// do not know it.
    bool lastTurnSeen() const { return lastTurnSeen_; }
    const std::vector<std::uint32_t>& changed() const { return changed_; }
    /// The state before the last turn that is known here.
    value::StateValue before() const;
    const std::deque<QueuedMessage>& control() const { return control_; }
    const std::deque<QueuedMessage>& mailbox() const { return mailbox_; }
    const std::deque<QueuedMessage>& stash() const { return stash_; }
    const CellCare& care() const { return care_; }
    /// (asker, ask) of answers that may have been to one of the owed forwards.
    const std::vector<std::pair<Rank, std::uint64_t>>& answered() const { return answered_; }
    Position endedAt() const { return endedAt_; }
    const std::string& endText() const { return endText_; }
    /// Rough size of a copy, for bounding checkpoints.
    std::size_t memoryBytes() const;

private:
    absl::Status takeTurn(const TypeTable& types, const EventRow& row);
    /// Rows of a region carry what changed in it.
    absl::Status takeRegionChange(const TypeTable& types, const EventRow& row);
    absl::Status takeChange(const TypeTable& types, const EventRow& row);
    void beginAgain(const EventRow& row);
    void end(const EventRow& row);
    void enqueue(const EventRow& row);
    void sent(const EventRow& row);
    void takeLink(const EventRow& row);
    void linkedEnded(const EventRow& row);
    void owe(const QueuedMessage& taken);
    void forgetOwed(Position enqueuedAt);
    /// Takes the message of that enqueue event out of whichever lane holds it.
    QueuedMessage removed(Position enqueuedAt);

    Rank rank_;
    bool born_ = false;
    bool alive_ = false;
    TypeIndex stateType_;
    value::StateValue state_;
    std::string behaviour_;
    std::uint64_t turns_ = 0;
    Position lastTurn_;
    bool lastTurnSeen_ = true;
    std::vector<std::uint32_t> changed_;
    std::vector<std::pair<std::uint32_t, value::StateValue::Leaf>> replaced_;  ///< by the last turn
    std::deque<QueuedMessage> control_;
    std::deque<QueuedMessage> mailbox_;
    std::deque<QueuedMessage> stash_;
    QueuedMessage inHand_;  ///< of the last turn, in case it is set aside
    CellCare care_;
    std::vector<std::pair<Rank, std::uint64_t>> answered_;
    Position endedAt_;
    std::string endText_;
};

}  // namespace ariadne::recorder
