// The tables and their columns in words, for people and for errors.
#pragma once

#include <string>
#include <string_view>

namespace ariadne::query {

/// "event, message, ...".
std::string tableNames();
/// "event has position, ...; actor has rank, ..." of the tables that `sql` names.
std::string columnsOfMentioned(std::string_view sql);

}  // namespace ariadne::query
