// Answers SQL over one trace; README.md has the tables and worked queries.
#pragma once

#include "tracefmt/trace_reader.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ariadne::query {

/// One value of an answer. Texts live until the call they are passed to returns.
struct Blob {
    std::string_view bytes;
};
using Value = std::variant<std::monostate, std::int64_t, double, std::string_view, Blob>;

/// Who takes an answer, row by row.
class RowSink {
public:
    virtual ~RowSink() = default;
    /// Once, before the rows. Names as the query has them; they may repeat.
    virtual void columns(std::span<const std::string> names) = 0;
    /// False: no more of them, please.
    virtual bool row(std::span<const Value> values) = 0;
};

/// What a query may take at most.
struct Budget {
    std::chrono::nanoseconds time = std::chrono::seconds{60};  ///< on the wall's clock; 0: for ever
    std::uint64_t rows = 1'000'000;                            ///< of the answer
    /// Called from another thread about fifty times a second; false ends the query. May be null.
    std::function<bool()> wanted = {};
};

struct Answered {
    std::uint64_t rows = 0;
    bool moreRows = false;  ///< the answer has more rows than the budget
};

/// A connection to a database that holds nothing but the tables of one trace. Statements that
/// would write, attach, load or set anything are refused.
///
/// Threading: thread-confined with its reader, but for cancel().
class Session {
public:
    /// `reader` must outlive it. Reads nothing yet.
    static absl::StatusOr<std::unique_ptr<Session>> open(tracefmt::TraceReader& reader);
    ~Session();

    /// Runs one statement. Rows go to `sink` as they are found, so some may have gone when it
    /// fails. kInvalidArgument: the SQL does not hold, and where; kPermissionDenied: it would do
    /// something else than read; kDeadlineExceeded, kCancelled: it was stopped, and how many rows
    /// were given; kResourceExhausted: it took too much; kDataLoss and others of the reader: what
    /// was asked for cannot be read.
    absl::StatusOr<Answered> run(std::string_view sql, const Budget& budget, RowSink& sink);
    /// Ends a run() that is under way; has no effect on later ones. Thread-safe.
    void cancel();

private:
    class Impl;
    explicit Session(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// All tables with their columns, a line each.
std::string schemaText();

}  // namespace ariadne::query
