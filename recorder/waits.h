// Who waited for whom when a run came to rest: the rows in front of its end.
#pragma once

#include "recorder/history.h"

#include <cstddef>
#include <string>
#include <vector>

namespace ariadne::recorder {

/// One edge: the row that tells it, and what it says.
struct WaitRow {
    Position seq;
    Rank cell;
    Rank peer;
    std::string text;  ///< "dining/philosopher waits for the answer of dining/fork#2"
};
struct WaitRows {
    std::vector<WaitRow> rows;  ///< ascending, at most as many as wanted
    std::uint64_t count = 0;    ///< of all
};

/// The waits told with the row at `position`, a kDeadlock or kEnd; none for any other row. Rows
/// that cannot be read end the list.
WaitRows waitsToldWith(History& history, Position position, std::size_t most);

}  // namespace ariadne::recorder
