// What tables have in common whose rows are events.
#pragma once

#include "engine/base/status_macros.h"
#include "recorder/query/event_scan.h"
#include "recorder/query/source.h"
#include "recorder/query/table.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace ariadne::query {

/// An enumerator as a row has it; what is too large stands for nothing.
template <class Enum>
Enum enumOf(std::uint64_t number) {
    return static_cast<Enum>(std::min<std::uint64_t>(number, 0xFF));
}

/// What the columns that a query uses are found in.
template <class C>
tracefmt::ColumnSet foundIn(const std::vector<ColumnOf<C>>& columns, const Request& request) {
    tracefmt::ColumnSet out;
    for (std::size_t i = 0; i < columns.size(); ++i)
        if (request.uses(i)) out = out | columns[i].column.foundIn;
    return out;
}

/// A cursor over the events of some kinds. C::columns() begins with what eventColumns() gives.
template <class C>
class EventRows : public ColumnCursor<C> {
public:
    EventRows(Source& source, const Request& request, const KindSet& kinds,
              tracefmt::ColumnSet columns = tracefmt::ColumnSet::kAll)
        : source_(source), scan_(source, rowFilter(source, request, kinds, columns)) {}

    absl::StatusOr<bool> next() override { return scan_.next(); }
    std::int64_t rowid() const override {
        return static_cast<std::int64_t>(scan_.position().value);
    }

    Source& source() { return source_; }
    const EventRow& row() const { return scan_.row(); }

private:
    Source& source_;
    EventScan scan_;
};

/// Position, time and round.
template <class C>
std::vector<ColumnOf<C>> eventColumns() {
    return {
        {{"position", "INTEGER", Push::kPosition, "number of the event, from 1", {}},
         [](C& c, Answer& a) { a.number(c.row().seq.value); }},
        {{"time_ns", "INTEGER", Push::kTime, "virtual time, nanoseconds since the run began",
          tracefmt::ColumnSet::kTime},
         [](C& c, Answer& a) { a.integer(c.row().time.value); }},
        {{"round", "INTEGER", Push::kRound, "round of the engine, from 1; 0: before the first",
          tracefmt::ColumnSet::kRound},
         [](C& c, Answer& a) { a.number(c.row().round.value); }},
    };
}

/// `common` with `more` behind it.
template <class C>
std::vector<ColumnOf<C>> joinedColumns(std::vector<ColumnOf<C>> common,
                                       const std::vector<ColumnOf<C>>& more) {
    common.insert(common.end(), more.begin(), more.end());
    return common;
}

inline double eventCount(Source& source) {
    return static_cast<double>(source.last().value);
}

/// A table whose rows come by its first column, a position, in either direction.
template <class C>
Table eventOrderedTable(std::string_view name, std::string_view purpose,
                        std::function<double(Source&)> rows, MadeOf madeOf = MadeOf::kEvents) {
    return {name,
            purpose,
            columnsOf<C>(),
            0,
            true,
            std::move(rows),
            [](Source& source, const Request& request) -> absl::StatusOr<std::unique_ptr<Cursor>> {
                return std::make_unique<C>(source, request);
            },
            true,
            madeOf};
}

}  // namespace ariadne::query
