// Asks one trace in SQL, question after question.
#pragma once

#include "studio/session/results.h"
#include "studio/session/worker.h"

#include <cstdint>
#include <memory>
#include <string>

namespace ariadne::studio {

/// The trace of the last question stays open, which the next one is mostly about too.
///
/// Threading: thread-confined.
class QueryReader {
public:
    QueryReader();
    ~QueryReader();

    /// Never null; what went wrong stands in it. `trace` tells one opening of a file from another:
    /// with another one it is opened anew, and so is one that is being recorded. `cancelled` ends
    /// it with an error.
    std::shared_ptr<QueryAnswer> answer(std::uint64_t trace, const std::string& path,
                                        const std::string& sql, const CancelFlag& cancelled);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace ariadne::studio
