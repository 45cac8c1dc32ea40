// Which moment of the trace a row of an answer in SQL stands for.
#pragma once

#include "studio/session/results.h"

#include <optional>
#include <string>
#include <string_view>

namespace ariadne::studio {

/// Whether a column of that name holds positions: "position", "cause", "taken_at", ...
bool namesPosition(std::string_view column);
/// Whether it holds paths of actors: "actor", "receiver", "supervisor", ...
bool namesActor(std::string_view column);

/// The position that a value is; none when its column does not name positions or it is none.
std::optional<Position> positionIn(const QueryAnswer& answer, std::size_t row, std::size_t column);
/// Where a row leads: to its "position", else to the first position in it, else to what the answer
/// knows besides its columns (QueryAnswer::moments).
std::optional<Position> momentOfRow(const QueryAnswer& answer, std::size_t row);
/// The path of the actor that a value is, else none. Escaped, as the answer has it.
std::optional<std::string_view> actorIn(const QueryAnswer& answer, std::size_t row,
                                        std::size_t column);
/// The first of them in a row.
std::optional<std::string_view> actorOfRow(const QueryAnswer& answer, std::size_t row);

/// `sql` with one column more, behind its own: the position of the event that a row was made from.
/// Of one that groups rows that is the event of the least or greatest value, which one min() or
/// max() has to single out. None: there is no such event, or this does not see which. The result
/// may still not hold, when what is asked has no positions; the question itself is then to be
/// asked.
std::optional<std::string> withPosition(std::string_view sql);

}  // namespace ariadne::studio
