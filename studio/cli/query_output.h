// Rows of an answer as people and programs read them.
#pragma once

#include "recorder/query/session.h"
#include "studio/cli/console.h"

#include <memory>

namespace ariadne::cli {

enum class QueryFormat : unsigned char { kTable, kJsonLines, kCsv };

/// Takes rows, writes them to `console`, which must outlive it. What waits is written by finish().
class QueryOutput : public query::RowSink {
public:
    /// After the last row, also when the query failed.
    virtual void finish() {}
};

/// kTable: aligned, long values cut, one line per row. kJsonLines: an object per row. kCsv: as RFC
/// 4180 has it, with a header.
std::unique_ptr<QueryOutput> queryOutput(QueryFormat format, Console& console);

}  // namespace ariadne::cli
