// Which events a table wants, as the reader can tell without looking at any bytes.
#pragma once

#include "engine/base/event.h"
#include "recorder/query/table.h"

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
    bool holds(std::int64_t value) const { return value >= first && value <= last; }
    /// Narrows it to what may meet the condition. Text and the like narrow nothing.
    void narrow(Op op, const Operand& operand);
};

/// Cells by rank; all of them unless narrowed.
struct CellSet {
    bool all = true;
    std::vector<bool> in;

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
    /// Nothing but positions matters: rows need not be read to be counted.
    bool positionsOnly = false;

    bool takes(const EventRow& row) const {
        return kinds.test(static_cast<std::size_t>(row.kind)) && time.holds(row.time.value) &&
               cell.holds(row.cell) && peer.holds(row.peer) && round.holds(asSigned(row.round)) &&
               cause.holds(asSigned(row.cause));
    }

private:
    template <class Id>
    static std::int64_t asSigned(Id id) {
        return static_cast<std::int64_t>(id.value);
    }
};

/// What `request` says of a table whose rows are events of `kinds`.
RowFilter rowFilter(Source& source, const Request& request, const KindSet& kinds);

/// True when SQL's GLOB would say so.
bool sqlGlobMatches(const std::string& glob, const std::string& text);

}  // namespace ariadne::query
