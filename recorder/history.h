// What is true at a position of a trace: nearest snapshot plus recorded changes, no program needed.
#pragma once

#include "engine/base/event.h"
#include "engine/base/world_image.h"
#include "engine/region/region.h"
#include "engine/value/dynamic.h"
#include "recorder/cell_tracker.h"
#include "recorder/row_context.h"
#include "tracefmt/trace_reader.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace ariadne::recorder {

/// A message waiting in a mailbox or stash at some position.
struct WaitingMessage {
    Position enqueuedAt;
    EventKind kind = EventKind::kUnknown;
    Rank sender;
    TypeIndex type;
    VirtualTime since;  ///< negative: not known, the event that brought it is missing
    Bytes payload;
};

/// Messages of one mailbox that are answered one by one; more are only counted.
inline constexpr std::size_t kWaitingShownMax = 10'000;

/// An obligation that a cell holds.
struct HeldObligation {
    Rank maker;
    std::uint64_t ordinal = 0;
    Rank region;        ///< whose ledger it stands in
    Position since;     ///< the event that made it the cell's; 0 = too far back to look for
    LedgerEntry entry;  ///< without holders when the trace cannot tell
};

/// Obligations of one cell that are answered one by one; more are only counted.
inline constexpr std::size_t kHoldsShownMax = 16;

/// One cell at a position.
struct CellMoment {
    Rank rank;
    bool born = false;
    bool alive = false;
    TypeIndex stateType;
    value::StateValue state;  ///< as it was when the cell ended, if it has
    std::string behaviour;    ///< empty = the first
    std::uint64_t turns = 0;
    Position lastTurn;                   ///< its last kDeliver at or before the position; 0 = none
    std::vector<std::uint32_t> changed;  ///< leaves of the state the last turn changed
    std::optional<value::StateValue> before;  ///< state before that turn, when it changed anything
    std::vector<WaitingMessage> mailbox;      ///< in delivery order, control lane first
    std::vector<WaitingMessage> stash;
    std::uint64_t waitingCount = 0;  ///< of the mailbox; larger than its size when it was cut
    /// Of a region: its finalizers stand in `stash`, the next one to run first.
    CellCare care;
    std::vector<HeldObligation> holds;  ///< by maker and ordinal
    std::uint64_t holdsCount = 0;       ///< larger than its size when it was cut
    Position endedAt;
    std::string endText;
};

/// Which cells live at a position and how much waits for each.
struct WorldMoment {
    Position position;
    VirtualTime time;
    Round round;
    std::uint32_t aliveCount = 0;
    std::vector<std::uint8_t> alive;         ///< by rank; [0] unused
    std::vector<std::uint32_t> waiting;      ///< by rank: messages in the mailbox or set aside
    std::map<Rank, std::uint32_t> restarts;  ///< of the living that were restarted: how often
    std::map<Rank, RegionPhase> phases;      ///< of living regions that are no longer open
    std::set<Rank> cancelled;  ///< of the living, with regions: who was told that it shall end
    struct Open {
        Rank region;     ///< whose ledger it stands in
        Rank holder;     ///< outside: the trace cannot tell
        Position since;  ///< the event that made it the holder's; 0 = before the snapshot
    };
    /// Open obligations by maker and ordinal.
    std::map<std::pair<Rank, std::uint64_t>, Open> obligations;
};

/// Set from any thread to make a long question stop with kCancelled.
using CancelFlag = std::atomic<bool>;

/// Answers by position over one reader. Keeps the last answers' working state, so that stepping and
/// scrubbing nearby costs what lies between.
///
/// Threading: thread-confined with its reader. Answers are values.
/// What is missing: a position is answered when a snapshot and all events between are there.
/// Errors: kOutOfRange for a position beyond the trace or one that a gap keeps from being known,
/// which says where others are; kDataLoss for damage met on the way;
/// kFailedPrecondition when the trace's level holds no states.
class History final : public RowContext {
public:
    explicit History(tracefmt::TraceReader& reader);
    ~History() override;

    tracefmt::TraceReader& reader();

    /// `cancel` may be null.
    absl::StatusOr<CellMoment> cellAt(Position position, Rank rank,
                                      const CancelFlag* cancel = nullptr);
    /// The same for many cells, in the order of `ranks` (each once), in one walk over the rows;
    /// `before` is left out where the last turn lies behind a snapshot.
    /// `visit` returns false to end it.
    using VisitCell = std::function<bool(const CellMoment&)>;
    absl::Status cellsAt(Position position, std::span<const Rank> ranks, const VisitCell& visit,
                         const CancelFlag* cancel = nullptr);
    absl::StatusOr<WorldMoment> worldAt(Position position, const CancelFlag* cancel = nullptr);

    /// The row at `position`, its views valid until the chunk returned with it dies.
    struct Row {
        std::shared_ptr<const tracefmt::EventChunk> chunk;
        EventRow row;
    };
    absl::StatusOr<Row> rowAt(Position position);
    absl::StatusOr<MessageBytes> messageOf(const EventRow& row) override;

    /// Cheap for one position after the other.
    std::optional<LedgerEntry> obligationAt(Position position, Rank region, Rank maker,
                                            std::uint64_t ordinal) override;
    std::optional<LedgerEntry> obligationHeldAt(Position position, Rank region, Rank holder,
                                                std::uint64_t ordinal) override;

    /// The event of `rank` (as cell or as receiver) next after / last before `position`, or
    /// nullopt.
    absl::StatusOr<std::optional<Position>> nextOf(Rank rank, Position position,
                                                   const CancelFlag* cancel = nullptr);
    absl::StatusOr<std::optional<Position>> previousOf(Rank rank, Position position,
                                                       const CancelFlag* cancel = nullptr);

    const TypeTable& types() const override;
    value::CellNamer cellNamer() const override;
    /// How often a cell was named "an unborn cell", in all texts so far. What names one more may
    /// have to be asked for again once more births are known: a recording that goes on may be read
    /// up to the middle of a turn, and a state refers to whom that turn begot.
    std::uint64_t unbornNamed() const;
    std::string pathOf(Rank rank) const override;
    absl::StatusOr<std::string> describe(const EventRow& row) {
        return recorder::describe(row, *this);
    }

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

/// True when `path` matches `glob`: `*` any run of characters, `?` one.
bool globMatches(std::string_view glob, std::string_view path);

}  // namespace ariadne::recorder
