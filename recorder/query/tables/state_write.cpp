// Every field of a state that an event changed.
#include "recorder/query/tables/event_rows.h"
#include "recorder/query/tables/tables.h"
#include "recorder/state_follower.h"

#include <array>
#include <optional>

namespace ariadne::query {
namespace {

/// One leaf of a recorded change (engine/value/change.h).
struct LeafChange {
    std::uint32_t leaf = 0;
    std::uint8_t op = 0;
    ByteView bytes;  ///< of the new value, or what became different
    ByteView whole;  ///< all of it, as a change of this leaf alone
};

std::vector<LeafChange> leafChangesOf(ByteView change) {
    std::vector<LeafChange> out;
    ByteReader in{change};
    while (!in.atEnd() && in.ok()) {
        const std::size_t begin = change.size() - in.remaining();
        LeafChange one;
        one.leaf = static_cast<std::uint32_t>(in.varint());
        one.op = in.u8();
        one.bytes = in.sized();
        one.whole = change.subspan(begin, change.size() - in.remaining() - begin);
        if (in.ok()) out.push_back(one);
    }
    return out;
}

constexpr std::array<std::string_view, 5> kOps{"set", "map", "list", "text", "digest"};

class StateWriteCursor final : public ColumnCursor<StateWriteCursor> {
public:
    StateWriteCursor(Source& source, const Request& request)
        : source_(source), scan_(source, filterFor(source, request)), follower_(source.history()) {
        followed_ = needsStates(request) && !request.descending;
    }

    static const std::vector<ColumnOf<StateWriteCursor>>& columns();

    absl::StatusOr<bool> next() override {
        if (++leaf_ < leaves_.size()) return true;
        for (;;) {
            ARIADNE_ASSIGN_OR_RETURN(const bool more, scan_.next());
            if (!more) return false;
            if (row().kind == EventKind::kSpawn || row().kind == EventKind::kRestart) {
                if (followed_) ARIADNE_RETURN_IF_ERROR(follower_.begin(row()));
                continue;
            }
            if (row().change.empty() || !source_.isBorn(row().cell)) continue;
            before_ = after_ = nullptr;
            if (followed_) {
                ARIADNE_ASSIGN_OR_RETURN(before_, follower_.change(row(), source_.stopFlag()));
                after_ = &follower_.after();
            }
            leaves_ = leafChangesOf(row().change);
            leaf_ = 0;
            if (!leaves_.empty()) return true;
        }
    }
    std::int64_t rowid() const override {
        return static_cast<std::int64_t>(row().seq.value << 16 | (leaf_ & 0xFFFF));
    }

    Source& source() { return source_; }
    const EventRow& row() const { return scan_.row(); }
    const LeafChange& leaf() const { return leaves_[leaf_]; }
    TypeIndex stateType() const { return source_.reader().births()[row().cell.value].type; }

    void giveField(Answer& answer) {
        const auto& leaves = source_.leavesOf(stateType());
        leaf().leaf < leaves.size() ? answer.text(leaves[leaf().leaf].path)
                                    : answer.integer(leaf().leaf);
    }
    void giveText(Answer& answer) {
        answer.text(value::showChange(source_.types(), stateType(), leaf().whole, source_.show()));
    }
    absl::Status giveOld(Answer& answer) {
        ARIADNE_RETURN_IF_ERROR(findStates());
        giveLeaf(*before_, answer);
        return absl::OkStatus();
    }
    absl::Status giveNew(Answer& answer) {
        const auto& leaves = source_.leavesOf(stateType());
        if (leaf().op == static_cast<std::uint8_t>(value::ChangeOp::kReplace) &&
            leaf().leaf < leaves.size()) {
            source_.value(leaves[leaf().leaf].type, leaf().bytes, answer);
            return absl::OkStatus();
        }
        ARIADNE_RETURN_IF_ERROR(findStates());
        giveLeaf(*after_, answer);
        return absl::OkStatus();
    }

private:
    static constexpr std::size_t kOldColumn = 8;
    static constexpr std::size_t kNewColumn = 9;

    static bool needsStates(const Request& request) {
        return request.uses(kOldColumn) || request.uses(kNewColumn);
    }
    static RowFilter filterFor(Source& source, const Request& request) {
        KindSet kinds = kindsOf({EventKind::kDeliver, EventKind::kRegion, EventKind::kReserve,
                                 EventKind::kResolve, EventKind::kTransfer, EventKind::kFinalizer});
        // In these a state begins, which has to be known before it changes.
        if (needsStates(request) && !request.descending)
            kinds |= kindsOf({EventKind::kSpawn, EventKind::kRestart});
        return rowFilter(source, request, kinds);
    }

    /// When the rows come from the last to the first, each state is looked up by itself.
    absl::Status findStates() {
        if (before_ != nullptr) return absl::OkStatus();
        const auto stateAt = [&](Position at) {
            return source_.history().cellAt(at, row().cell, source_.stopFlag());
        };
        ARIADNE_ASSIGN_OR_RETURN(recorder::CellMoment before, stateAt({row().seq.value - 1}));
        ARIADNE_ASSIGN_OR_RETURN(recorder::CellMoment after, stateAt(row().seq));
        lookedUp_ = {std::move(before.state), std::move(after.state)};
        before_ = &lookedUp_[0];
        after_ = &lookedUp_[1];
        return absl::OkStatus();
    }

    void giveLeaf(const value::StateValue& state, Answer& answer) {
        if (leaf().leaf >= state.leafCount() || state.isUnknown(leaf().leaf)) return answer.null();
        source_.value(state.leafType(leaf().leaf), state.leafBytes(leaf().leaf), answer);
    }

    Source& source_;
    EventScan scan_;
    recorder::StateFollower follower_;
    bool followed_ = false;
    std::vector<LeafChange> leaves_;
    std::size_t leaf_ = 0;
    const value::StateValue* before_ = nullptr;
    const value::StateValue* after_ = nullptr;
    std::array<value::StateValue, 2> lookedUp_;
};

const std::vector<ColumnOf<StateWriteCursor>>& StateWriteCursor::columns() {
    using C = StateWriteCursor;
    static const std::vector<ColumnOf<C>> kColumns = joinedColumns<C>(
        eventColumns<C>(),
        {
            {{"actor", "TEXT", Push::kCell, "path of whose state it is"},
             [](C& c, Answer& a) { c.source().path(c.row().cell, a); }},
            {{"actor_type", "TEXT", Push::kNone, "type of the state"},
             [](C& c, Answer& a) { c.source().typeName(c.stateType(), a); }},
            {{"field", "TEXT", Push::kNone, "which field; of nested ones \"a.b\""},
             [](C& c, Answer& a) { c.giveField(a); }},
            {{"op", "TEXT", Push::kNone,
              "set; map, list, text: some of a collection; digest: too long to record"},
             [](C& c, Answer& a) {
                 a.word(c.leaf().op < kOps.size() ? kOps[c.leaf().op] : "unknown");
             }},
            {{"text", "TEXT", Push::kNone, "the change, as \"ariadne dump\" has it"},
             [](C& c, Answer& a) { c.giveText(a); }},
            {{"old", "", Push::kNone, "the field before: JSON, or the scalar itself"},
             [](C& c, Answer& a) { return c.giveOld(a); }},
            {{"new", "", Push::kNone, "the field after; NULL when only its digest is known"},
             [](C& c, Answer& a) { return c.giveNew(a); }},
            {{"cause", "INTEGER", Push::kNone,
              "position of the message whose turn it was, or NULL"},
             [](C& c, Answer& a) { a.position(c.row().cause); }},
        });
    return kColumns;
}

}  // namespace

Table stateWriteTable() {
    return eventOrderedTable<StateWriteCursor>("state_write",
                                               "every field of a state that an event changed",
                                               eventCount, MadeOf::kChanges);
}

}  // namespace ariadne::query
