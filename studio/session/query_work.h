// The worker for questions in SQL: as long as somebody reads the answer, the trace stays open here.
#pragma once

#include "studio/session/query_reader.h"
#include "studio/session/results.h"
#include "studio/session/worker.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ariadne::studio {

/// All tables of a trace, in the order in which people are told of them.
std::vector<QueryTable> queryTables();

/// Threading: thread-confined. Answers are called on the worker's thread; a question that a newer
/// one overtook, or that was forgotten, has none.
class QueryWork {
public:
    /// `trace` tells one opening of a file from another.
    void ask(std::uint64_t trace, const std::string& path, const std::string& sql,
             const QueryBudget& budget,
             const std::function<void(std::shared_ptr<const QueryAnswer>)>& answer);
    /// The question is answered with what was found so far.
    void cancel();
    void forget();

private:
    std::shared_ptr<CancelFlag> stop_;  ///< of the newest question; null: there was none
    QueryReader reader_;                ///< the worker's
    Worker worker_;                     ///< last: joined before what it uses is gone
};

}  // namespace ariadne::studio
