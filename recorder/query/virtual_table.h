// Shows a Table to SQLite: the one bridge between the two.
#pragma once

#include "recorder/query/source.h"
#include "recorder/query/table.h"

#include <absl/status/status.h>
#include <sqlite3.h>

namespace ariadne::query {

/// What all tables of one connection share.
struct TableHost {
    Source& source;
    /// The first thing a table refused, with its code, which SQLite cannot carry.
    absl::Status refused;
};

/// Makes `table` readable by its name. Both must outlive the connection. kInternal with SQLite's
/// words.
absl::Status addTable(sqlite3* connection, const Table& table, TableHost& host);

}  // namespace ariadne::query
