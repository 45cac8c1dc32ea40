// Which events a table wants, as the reader can tell without looking at any bytes.
#pragma once

#include "engine/base/event.h"
#include "recorder/query/table.h"
#include "tracefmt/event_columns.h"

#include <bitset>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <vector>

namespace ariadne::query {

class Source;

using KindSet = std::bitset<256>;
KindSet kindsOf(std::initializer_list<EventKind> kinds);
/// All that put a message into a mailbox.
KindSet enqueueKinds();

/// Whole numbers from `first` to `last`, both included; none when last < first.
struct Range {
    std::int64_t first = std::numeric_limits<std::int64_t>::min();
    std::int64_t last = std::numeric_limits<std::int64_t>::max();

    bool isEmpty() const { return last < first; }
    bool isOpen() const { return *this == Range{}; }
    bool operator==(const Range&) const = default;
    bool holds(std::int64_t value) const { return value >= first && value <= last; }
    /// Narrows it to what may meet the condition. Text and the like narrow nothing.
    void narrow(Op op, const Operand& operand);
};

/// Cells by rank; all of them unless narrowed.
struct CellSet {
    bool all = true;
    std::vector<bool> in;
    std::vector<Rank> ranks;  ///< the same, ascending

    bool holds(Rank rank) const { return all || (rank.value < in.size() && in[rank.value]); }
    void narrow(const Term& term, Source& source);
};

/// Immutable once made.
struct RowFilter {
    Range position{1, std::numeric_limits<std::int64_t>::max()};
    Range time;
    Range round;
    Range cause;
    KindSet kinds;
    CellSet cell;
    CellSet peer;
    bool descending = false;
    /// What is needed of the rows that are taken.
    tracefmt::ColumnSet columns = tracefmt::ColumnSet::kAll;
    /// Nothing but positions matters: rows need not be read to be counted.
    bool positionsOnly = false;
};

/// What `request` says of a table whose rows are events of `kinds`, and whose `columns` are those.
RowFilter rowFilter(Source& source, const Request& request, const KindSet& kinds,
                    tracefmt::ColumnSet columns = tracefmt::ColumnSet::kAll);

/// True when SQL's GLOB would say so.
bool sqlGlobMatches(const std::string& glob, const std::string& text);

}  // namespace ariadne::query
