// Every actor that was born.
#include "engine/base/status_macros.h"
#include "recorder/query/lives.h"
#include "recorder/query/row_filter.h"
#include "recorder/query/source.h"
#include "recorder/query/tables/tables.h"
#include "recorder/region_view.h"

namespace ariadne::query {
namespace {

class ActorCursor final : public ColumnCursor<ActorCursor> {
public:
    ActorCursor(Source& source, const Request& request) : source_(source) {
        for (const Term& term : request.terms)
            if (term.push == Push::kPath) wanted_.narrow(term, source);
    }

    static const std::vector<ColumnOf<ActorCursor>>& columns();

    absl::StatusOr<bool> next() override {
        const auto& births = source_.reader().births();
        while (++rank_ < births.size())
            if (births[rank_].bornAt <= source_.last() &&
                wanted_.holds({static_cast<std::uint32_t>(rank_)}))
                return true;
        return false;
    }
    std::int64_t rowid() const override { return static_cast<std::int64_t>(rank_); }

    Source& source() { return source_; }
    const CellBirth& birth() const { return source_.reader().births()[rank_]; }

    template <class Give>
    absl::Status withLife(Give&& give) {
        ARIADNE_ASSIGN_OR_RETURN(const Lives* const lives, source_.lives());
        give(lives->of({static_cast<std::uint32_t>(rank_)}));
        return absl::OkStatus();
    }

private:
    Source& source_;
    CellSet wanted_;
    std::size_t rank_ = 0;  ///< 0, the outside, is none
};

const std::vector<ColumnOf<ActorCursor>>& ActorCursor::columns() {
    using C = ActorCursor;
    static const std::vector<ColumnOf<C>> kColumns{
        {{"rank", "INTEGER", Push::kNone, "order of birth, from 1"},
         [](C& c, Answer& a) { a.integer(c.rowid()); }},
        {{"path", "TEXT", Push::kPath, "name, below its parents' names"},
         [](C& c, Answer& a) { a.text(c.birth().path); }},
        {{"type", "TEXT", Push::kNone, "type of its state"},
         [](C& c, Answer& a) { c.source().typeName(c.birth().type, a); }},
        {{"is_region", "INTEGER", Push::kNone, "1: a region, 0: not"},
         [](C& c, Answer& a) {
             a.integer(recorder::isRegionType(c.source().types(), c.birth().type) ? 1 : 0);
         }},
        {{"parent", "TEXT", Push::kNone, "path of who spawned it; NULL: the outside"},
         [](C& c, Answer& a) { c.source().path(c.birth().parent, a); }},
        {{"key", "TEXT", Push::kNone, "identity in every run of the program, hex"},
         [](C& c, Answer& a) { a.hex(c.birth().key.value); }},
        {{"born_at", "INTEGER", Push::kNone, "position of its birth"},
         [](C& c, Answer& a) { a.position(c.birth().bornAt); }},
        {{"ended_at", "INTEGER", Push::kNone, "position of its end; NULL: lives"},
         [](C& c, Answer& a) { return c.withLife([&](const Life& l) { a.position(l.endedAt); }); }},
        {{"end_reason", "TEXT", Push::kNone,
          "why it ended: stopped, threw, ...; closed: a region; NULL: lives"},
         [](C& c, Answer& a) {
             return c.withLife([&](const Life& l) {
                 l.endedAt.value == 0
                     ? a.null()
                     : a.word(l.reason == ExitReason::kUnknown ? "closed" : nameOf(l.reason));
             });
         }},
        {{"alive", "INTEGER", Push::kNone, "1 where the trace ends, or 0"},
         [](C& c, Answer& a) {
             return c.withLife([&](const Life& l) { a.integer(l.endedAt.value == 0 ? 1 : 0); });
         }},
        {{"restarts", "INTEGER", Push::kNone, "how often it lived again"},
         [](C& c, Answer& a) { return c.withLife([&](const Life& l) { a.number(l.restarts); }); }},
        {{"turns", "INTEGER", Push::kNone, "messages it took"},
         [](C& c, Answer& a) { return c.withLife([&](const Life& l) { a.number(l.turns); }); }},
        {{"sent", "INTEGER", Push::kNone, "messages it sent, asked, answered or passed on"},
         [](C& c, Answer& a) { return c.withLife([&](const Life& l) { a.number(l.sent); }); }},
    };
    return kColumns;
}

}  // namespace

Table actorTable() {
    return {"actor",
            "every actor that was born, regions included",
            columnsOf<ActorCursor>(),
            0,
            false,
            [](Source& source) { return static_cast<double>(source.reader().births().size()); },
            [](Source& source, const Request& request) -> absl::StatusOr<std::unique_ptr<Cursor>> {
                return std::make_unique<ActorCursor>(source, request);
            },
            false,
            MadeOf::kFile};
}

}  // namespace ariadne::query
