// Which position each row of the event table stands for.
#pragma once

#include "studio/session/row_hits.h"
#include "tracefmt/trace_meta.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace ariadne::studio {

/// Ascending. Immutable, cheap to copy.
class TableRows {
public:
    TableRows() = default;  ///< no rows
    /// All positions up to `last`; those of a gap share the row of its first one.
    TableRows(const std::vector<tracefmt::TraceGap>& gaps, Position last);
    /// Those that were found. `whole`: they are the table of the whole trace, and what lies behind
    /// one, up to the next, shares its row.
    TableRows(RowHits hits, bool whole);

    std::uint64_t size() const;
    Position at(std::uint64_t row) const;
    /// The row that `position` has or shares; else the first one behind it, size() without any.
    std::uint64_t rowOf(Position position) const;
    /// Row r is position r + 1.
    bool isPlain() const { return !isFound_ && (!folds_ || folds_->empty()); }

private:
    /// Positions that share a row.
    struct Fold {
        Position first;
        Position last;
        std::uint64_t row = 0;
    };

    std::shared_ptr<const std::vector<Fold>> folds_;
    Position last_;
    RowHits hits_;
    bool isFound_ = false;
    bool whole_ = false;
};

}  // namespace ariadne::studio
