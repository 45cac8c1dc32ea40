// The states of actors right after an event, field by field.
#include "engine/base/status_macros.h"
#include "recorder/query/tables/arguments.h"
#include "recorder/query/tables/tables.h"

#include <algorithm>
#include <span>

namespace ariadne::query {
namespace {

/// Actors whose states are in memory at a time.
constexpr std::size_t kBatch = 4096;

class StateAtCursor final : public ColumnCursor<StateAtCursor> {
public:
    StateAtCursor(Source& source, Position position, std::optional<std::string> actor,
                  std::vector<Rank> ranks)
        : source_(source),
          position_(position),
          actor_(std::move(actor)),
          ranks_(std::move(ranks)) {}

    static absl::StatusOr<std::unique_ptr<Cursor>> open(Source& source, const Request& request);
    static const std::vector<ColumnOf<StateAtCursor>>& columns();

    absl::StatusOr<bool> next() override {
        ++row_;
        for (++leaf_;; leaf_ = 0) {
            if (cell_ < cells_.size() && leaf_ < cells_[cell_].state.leafCount()) return true;
            if (++cell_ < cells_.size()) continue;
            if (asked_ == ranks_.size()) return false;
            ARIADNE_RETURN_IF_ERROR(nextBatch());
        }
    }
    std::int64_t rowid() const override { return row_; }

    Source& source() { return source_; }
    const recorder::CellMoment& cell() const { return cells_[cell_]; }
    Position position() const { return position_; }
    const std::optional<std::string>& actor() const { return actor_; }

    void giveField(Answer& answer) {
        const auto& leaves = source_.leavesOf(cell().stateType);
        leaf_ < leaves.size() ? answer.text(leaves[leaf_].path) : answer.null();
    }
    void giveValue(Answer& answer) {
        if (cell().state.isUnknown(leaf_)) return answer.null();
        source_.value(cell().state.leafType(leaf_), cell().state.leafBytes(leaf_), answer);
    }
    void giveText(Answer& answer) {
        if (cell().state.isUnknown(leaf_)) return answer.null();
        source_.valueText(cell().state.leafType(leaf_), cell().state.leafBytes(leaf_), answer);
    }

private:
    absl::Status nextBatch() {
        const std::span<const Rank> left = std::span{ranks_}.subspan(asked_);
        const auto batch = left.first(std::min(left.size(), kBatch));
        asked_ += batch.size();
        cells_.clear();
        cell_ = static_cast<std::size_t>(-1);
        ARIADNE_RETURN_IF_ERROR(source_.history().cellsAt(
            position_, batch,
            [&](const recorder::CellMoment& cell) {
                cells_.push_back(cell);
                return true;
            },
            source_.stopFlag()));
        cell_ = 0;
        return absl::OkStatus();
    }

    Source& source_;
    const Position position_;
    const std::optional<std::string> actor_;
    const std::vector<Rank> ranks_;
    std::size_t asked_ = 0;
    std::vector<recorder::CellMoment> cells_;
    std::size_t cell_ = 0;
    std::size_t leaf_ = static_cast<std::size_t>(-1);
    std::int64_t row_ = 0;
};

constexpr std::size_t kPositionArgument = 7;
constexpr std::size_t kActorArgument = 8;

absl::StatusOr<std::unique_ptr<Cursor>> StateAtCursor::open(Source& source,
                                                            const Request& request) {
    ARIADNE_ASSIGN_OR_RETURN(
        const Argument<Position> at,
        positionArgument(source, request, kPositionArgument, "position of state_at", 0));
    ARIADNE_ASSIGN_OR_RETURN(const Argument<std::string> actor,
                             textArgument(request, kActorArgument, "actor of state_at"));
    const Position position = at.value.value_or(Position{});
    std::vector<Rank> ranks;
    if (at.value && !actor.isNull) {
        recorder::WorldMoment world;
        if (!actor.value) {
            ARIADNE_ASSIGN_OR_RETURN(world, source.history().worldAt(position, source.stopFlag()));
        }
        for (const CellBirth& birth : source.reader().births()) {
            const Rank rank = birth.rank;
            if (rank == kOutside || birth.bornAt > position) continue;
            const bool isWanted = actor.value
                                      ? recorder::globMatches(*actor.value, birth.path)
                                      : rank.value < world.alive.size() && world.alive[rank.value];
            if (isWanted) ranks.push_back(rank);
        }
    }
    return std::make_unique<StateAtCursor>(source, position, actor.value, std::move(ranks));
}

const std::vector<ColumnOf<StateAtCursor>>& StateAtCursor::columns() {
    using C = StateAtCursor;
    static const std::vector<ColumnOf<C>> kColumns{
        {{"path", "TEXT", Push::kNone, "path of the actor"},
         [](C& c, Answer& a) { c.source().path(c.cell().rank, a); }},
        {{"type", "TEXT", Push::kNone, "type of its state"},
         [](C& c, Answer& a) { c.source().typeName(c.cell().stateType, a); }},
        {{"alive", "INTEGER", Push::kNone, "1, or 0: as it was when it ended"},
         [](C& c, Answer& a) { a.integer(c.cell().alive ? 1 : 0); }},
        {{"last_turn", "INTEGER", Push::kNone, "position of its last turn so far, or NULL"},
         [](C& c, Answer& a) { a.position(c.cell().lastTurn); }},
        {{"field", "TEXT", Push::kNone, "which field; of nested ones \"a.b\""},
         [](C& c, Answer& a) { c.giveField(a); }},
        {{"value", "", Push::kNone, "JSON, or the scalar itself; NULL: only its digest is known"},
         [](C& c, Answer& a) { c.giveValue(a); }},
        {{"text", "TEXT", Push::kNone, "the value, as \"ariadne state\" has it"},
         [](C& c, Answer& a) { c.giveText(a); }},
        {{"position", "INTEGER", Push::kNeeded, "argument: right after this event; 0: at first"},
         [](C& c, Answer& a) { a.number(c.position().value); }},
        {{"actor", "TEXT", Push::kArgument,
          "argument: path of an actor, with * and ?; not given: all that live"},
         [](C& c, Answer& a) { c.actor() ? a.text(*c.actor()) : a.null(); }},
    };
    return kColumns;
}

}  // namespace

Table stateAtTable() {
    return {"state_at",
            "state_at(position, actor): states right after an event, field by field",
            columnsOf<StateAtCursor>(),
            -1,
            false,
            [](Source&) { return 100.0; },
            StateAtCursor::open,
            false,
            MadeOf::kChanges};
}

}  // namespace ariadne::query
