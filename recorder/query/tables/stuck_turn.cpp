// The turns that a watchdog found stuck, by the notes in the file.
#include "recorder/noted_turns.h"
#include "recorder/query/source.h"
#include "recorder/query/tables/tables.h"

namespace ariadne::query {
namespace {

class StuckTurnCursor final : public ColumnCursor<StuckTurnCursor> {
public:
    explicit StuckTurnCursor(const tracefmt::TraceReader& trace)
        : turns_(recorder::notedTurns(trace)) {}

    static const std::vector<ColumnOf<StuckTurnCursor>>& columns();

    absl::StatusOr<bool> next() override { return ++at_ <= turns_.size(); }
    std::int64_t rowid() const override { return static_cast<std::int64_t>(at_) - 1; }

    const recorder::NotedTurn& turn() const { return turns_[at_ - 1]; }
    const tracefmt::HostNote& note() const { return turn().note; }

private:
    std::vector<recorder::NotedTurn> turns_;
    std::size_t at_ = 0;
};

const std::vector<ColumnOf<StuckTurnCursor>>& StuckTurnCursor::columns() {
    using C = StuckTurnCursor;
    static const std::vector<ColumnOf<C>> kColumns{
        {{"actor", "TEXT", Push::kNone, "path of whose turn it was"},
         [](C& c, Answer& a) { a.text(c.note().path); }},
        {{"actor_type", "TEXT", Push::kNone, "type of its state"},
         [](C& c, Answer& a) { a.text(c.note().state); }},
        {{"message_type", "TEXT", Push::kNone, "type of the message it took"},
         [](C& c, Answer& a) { a.text(c.note().message); }},
        {{"cause", "INTEGER", Push::kNone, "position of that message"},
         [](C& c, Answer& a) { a.position(c.note().enqueuedAt); }},
        {{"round", "INTEGER", Push::kNone, "round of the engine, from 1"},
         [](C& c, Answer& a) { a.number(c.note().round.value); }},
        {{"thread", "INTEGER", Push::kNone, "of those that share a round; 0 steps the run"},
         [](C& c, Answer& a) { a.number(c.note().thread); }},
        {{"ran_for_ns", "INTEGER", Push::kNone, "how long at least, nanoseconds on the wall"},
         [](C& c, Answer& a) { a.number(c.note().ranForNs); }},
        {{"came_back", "INTEGER", Push::kNone, "1: in this file; 0: the file ends in it"},
         [](C& c, Answer& a) { a.integer(c.turn().cameBack ? 1 : 0); }},
        {{"position", "INTEGER", Push::kNone,
          "last event in front of the last note of it, or NULL"},
         [](C& c, Answer& a) { a.position(c.note().readableTo); }},
    };
    return kColumns;
}

}  // namespace

Table stuckTurnTable() {
    return {"stuck_turn",
            "turns that took too long on the wall's clock, as whoever ran the program noted them",
            columnsOf<StuckTurnCursor>(),
            -1,
            false,
            [](Source& source) { return static_cast<double>(source.reader().notes().size()); },
            [](Source& source, const Request&) -> absl::StatusOr<std::unique_ptr<Cursor>> {
                return std::make_unique<StuckTurnCursor>(source.reader());
            },
            false,
            MadeOf::kFile};
}

}  // namespace ariadne::query
