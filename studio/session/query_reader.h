// Asks one trace in SQL, question after question.
#pragma once

#include "studio/session/results.h"

#include <cstdint>
#include <functional>
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
    /// with another one it is opened anew, and so is one that is being recorded. When `wanted`,
    /// which is called from another thread as well, returns false, it ends with what it has.
    std::shared_ptr<QueryAnswer> answer(std::uint64_t trace, const std::string& path,
                                        const std::string& sql, const QueryBudget& budget,
                                        const std::function<bool()>& wanted);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace ariadne::studio
