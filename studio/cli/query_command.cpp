#include "recorder/query/session.h"
#include "studio/cli/commands.h"
#include "studio/cli/plain_text.h"
#include "studio/cli/query_output.h"
#include "studio/cli/run_to_end.h"
#include "studio/cli/trace_input.h"

#include <iostream>

namespace ariadne::cli {
namespace {

/// More than any statement; what is behind it is not read.
constexpr std::size_t kInputBytesMax = 2'000'000;

std::string standardInput() {
    std::string out;
    for (char c = 0; out.size() < kInputBytesMax && std::cin.get(c);) out += c;
    return out;
}

}  // namespace

ExitCode QueryCommand::execute(Console& console) const {
    const std::unique_ptr<tracefmt::TraceReader> trace = openTrace(file, console);
    if (trace == nullptr) return ExitCode::kBadInput;
    if (sql.empty()) {
        noteInputsOnly(*trace, file, console);
        console.lines(query::schemaText());
        return exitOf(*trace);
    }
    const absl::StatusOr<std::unique_ptr<query::Session>> session = query::Session::open(*trace);
    if (!session.ok()) return console.fail(file.native(), session.status());
    const QueryFormat format = json  ? QueryFormat::kJsonLines
                               : csv ? QueryFormat::kCsv
                                     : QueryFormat::kTable;
    const std::unique_ptr<QueryOutput> output = queryOutput(format, console);
    const StopOnSignal stop;
    const query::Budget budget{timeout, rows, [&] { return !stop.requested(); }};
    const absl::StatusOr<query::Answered> answered =
        (*session)->run(sql == "-" ? standardInput() : sql, budget, *output);
    output->finish();
    if (!answered.ok()) return console.fail(file.native(), answered.status());
    if (answered->moreRows)
        return console.fail(joined(file.native(), ": there are more than the ",
                                   counted(answered->rows, "row"),
                                   " given; ask for more with --rows, or for fewer with LIMIT"));
    return exitOf(*trace);
}

}  // namespace ariadne::cli
