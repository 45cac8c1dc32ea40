// Every region, as it was at its end or is where the trace ends.
#include "engine/base/status_macros.h"
#include "recorder/query/source.h"
#include "recorder/query/tables/tables.h"
#include "recorder/region_view.h"
#include "recorder/region_words.h"

#include <optional>

namespace ariadne::query {
namespace {

struct RegionRow {
    Rank rank;
    bool alive = false;
    Position endedAt;
    std::optional<Region> region;  ///< none: of another engine, or its state is not recorded
};

class RegionCursor final : public ColumnCursor<RegionCursor> {
public:
    RegionCursor(Source& source, std::vector<RegionRow> rows)
        : source_(source), rows_(std::move(rows)) {}

    static absl::StatusOr<std::unique_ptr<Cursor>> open(Source& source, const Request&) {
        std::vector<Rank> ranks;
        for (const CellBirth& birth : source.reader().births())
            if (birth.rank != kOutside && birth.bornAt <= source.last() &&
                recorder::isRegionType(source.types(), birth.type))
                ranks.push_back(birth.rank);
        std::vector<RegionRow> rows;
        if (!ranks.empty())
            ARIADNE_RETURN_IF_ERROR(source.history().cellsAt(
                source.last(), ranks,
                [&](const recorder::CellMoment& cell) {
                    rows.push_back(
                        {cell.rank, cell.alive, cell.endedAt,
                         recorder::regionFrom(source.types(), cell.stateType, cell.state)});
                    return true;
                },
                source.stopFlag()));
        return std::make_unique<RegionCursor>(source, std::move(rows));
    }

    static const std::vector<ColumnOf<RegionCursor>>& columns();

    absl::StatusOr<bool> next() override { return ++at_ <= rows_.size(); }
    std::int64_t rowid() const override { return row().rank.value; }

    Source& source() { return source_; }
    const RegionRow& row() const { return rows_[at_ - 1]; }
    const CellBirth& birth() const { return source_.reader().births()[row().rank.value]; }
    template <class Give>
    void with(Answer& answer, Give&& give) const {
        row().region ? give(*row().region) : answer.null();
    }

private:
    Source& source_;
    std::vector<RegionRow> rows_;
    std::size_t at_ = 0;
};

const std::vector<ColumnOf<RegionCursor>>& RegionCursor::columns() {
    using C = RegionCursor;
    static const std::vector<ColumnOf<C>> kColumns{
        {{"rank", "INTEGER", Push::kNone, "order of birth among the actors"},
         [](C& c, Answer& a) { a.integer(c.rowid()); }},
        {{"path", "TEXT", Push::kNone, "name, below its parents' names"},
         [](C& c, Answer& a) { a.text(c.birth().path); }},
        {{"parent", "TEXT", Push::kNone, "path of who opened it; NULL: the outside"},
         [](C& c, Answer& a) { c.source().path(c.birth().parent, a); }},
        {{"opened_at", "INTEGER", Push::kNone, "position"},
         [](C& c, Answer& a) { a.position(c.birth().bornAt); }},
        {{"closed_at", "INTEGER", Push::kNone, "position; NULL: is there where the trace ends"},
         [](C& c, Answer& a) { a.position(c.row().endedAt); }},
        {{"phase", "TEXT", Push::kNone, "open, closing, finalizing or closed"},
         [](C& c, Answer& a) {
             c.with(a, [&](const Region& r) { a.word(recorder::wordOf(r.phase)); });
         }},
        {{"verdict", "TEXT", Push::kNone,
          "the worst of its children: ok, err, cancelled, panicked"},
         [](C& c, Answer& a) {
             c.with(a, [&](const Region& r) { a.word(recorder::wordOf(r.verdict)); });
         }},
        {{"text", "TEXT", Push::kNone, "what that child said"},
         [](C& c, Answer& a) { c.with(a, [&](const Region& r) { a.text(r.text); }); }},
        {{"cancel", "TEXT", Push::kNone, "why it was cancelled: none, requested, timeout, ..."},
         [](C& c, Answer& a) {
             c.with(a, [&](const Region& r) { a.word(recorder::wordOf(r.cancel)); });
         }},
        {{"strategy", "TEXT", Push::kNone, "what happens when a child fails"},
         [](C& c, Answer& a) {
             c.with(a, [&](const Region& r) { a.word(recorder::wordOf(r.strategy)); });
         }},
        {{"restarts", "INTEGER", Push::kNone, "restarts of its children, all of them"},
         [](C& c, Answer& a) { c.with(a, [&](const Region& r) { a.number(r.restarts); }); }},
        {{"gave_up", "INTEGER", Push::kNone, "1: more restarts were needed than allowed"},
         [](C& c, Answer& a) { c.with(a, [&](const Region& r) { a.integer(r.gaveUp ? 1 : 0); }); }},
        {{"started", "INTEGER", Push::kNone, "children it ever had"},
         [](C& c, Answer& a) { c.with(a, [&](const Region& r) { a.number(r.started); }); }},
        {{"children", "INTEGER", Push::kNone, "children that live, regions included"},
         [](C& c, Answer& a) { c.with(a, [&](const Region& r) { a.number(r.children); }); }},
        {{"finalizers", "INTEGER", Push::kNone, "finalizers still to run"},
         [](C& c, Answer& a) { c.with(a, [&](const Region& r) { a.number(r.finalizers); }); }},
        {{"obligations", "INTEGER", Push::kNone, "open obligations in its ledger"},
         [](C& c, Answer& a) {
             c.with(a, [&](const Region& r) { a.number(r.obligations.size()); });
         }},
    };
    return kColumns;
}

}  // namespace

Table regionTable() {
    return {
        "region",
        "every region, as it was when it closed or is where the trace ends",
        columnsOf<RegionCursor>(),
        0,
        false,
        [](Source& source) { return static_cast<double>(source.reader().births().size()) / 16; },
        RegionCursor::open,
        false,
        MadeOf::kChanges};
}

}  // namespace ariadne::query
