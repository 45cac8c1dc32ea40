// The worker for questions that are kept as lanes: one after the other, again when the trace grows.
#pragma once

#include "studio/session/query_lane.h"
#include "studio/session/query_reader.h"
#include "studio/session/worker.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ariadne::studio {

/// Beside the worker for the question that a person waits for: none of them is in its way.
///
/// Threading: thread-safe. Answers are called on the worker's thread.
class QueryLaneWork {
public:
    using Answer = std::function<void(std::shared_ptr<const QueryLanes>)>;

    /// In the place of those before; what is known of one of them already, of that opening of the
    /// trace, is not asked again. `answer` is called again and again, the last time when all are
    /// answered; once when there are none.
    void set(std::uint64_t trace, const std::string& path, const std::vector<KeptQuery>& queries,
             const Answer& answer);
    /// The trace has grown. Of a run that goes on (not `settled`) it may be left out, so that no
    /// more than a tenth of the time is spent here.
    void refresh(std::uint64_t trace, bool settled);

private:
    struct Lane {
        KeptQuery query;
        std::shared_ptr<const QueryLane> known;
        bool isStale = true;
    };

    void postNext();
    Again answerNext(const CancelFlag& cancelled);
    void publish();

    // Worker thread
    QueryReader reader_;
    std::uint64_t trace_ = 0;
    std::string path_;
    std::vector<Lane> lanes_;
    Answer answer_;
    double tookMs_ = 0;  ///< all of them, the last time
    std::chrono::steady_clock::time_point endedAt_;

    Worker worker_;  ///< last: joined before what its tasks use is gone
};

}  // namespace ariadne::studio
