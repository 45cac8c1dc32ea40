// What SQLite settled on when it planned to read a table, in the text it keeps for us until it
// does.
#pragma once

#include "recorder/query/table.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ariadne::query {

struct PlannedTerm {
    std::size_t column = 0;
    Op op = Op::kEqual;
};

/// Value type.
struct Plan {
    std::vector<PlannedTerm> terms;  ///< in the order of the operands
    bool descending = false;
    std::uint64_t columnsUsed = ~0ull;
    double cost = 0;
    double rows = 0;

    std::string text() const;
    static std::optional<Plan> fromText(std::string_view text);
};

/// Whether a table can do something with `op` on that column.
bool canPush(const Column& column, Op op);
/// Fills in cost and rows of a table with about `rowCount` rows.
void estimate(const Table& table, double rowCount, Plan& plan);

}  // namespace ariadne::query
