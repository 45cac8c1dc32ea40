// One thread that works through requests in turn; of some kinds only the newest counts.
#pragma once

#include "recorder/history.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace ariadne::studio {

using recorder::CancelFlag;

/// What a request is about. Requests of one kind may overtake each other, others never do.
enum class RequestKind : std::uint8_t {
    kOpen,
    kRefresh,
    kMoment,
    kBase,
    kRows,
    kNeighbour,
    kCauses,
    kRegions,
    kLastWrite,
    kActors,
    kLaneActors,
    kLanes,
    kLaneGroups,
    kSums,
    kSetFilter,
    kFilter,
    kSetStops,
    kStops,
    kSetWatches,
    kWatches,
    kArrows,
    kAskEffects,
    kEffects,
    kAskSpaceTime,
    kSpaceTime,
    kReplay,
    kDiff,
    kMaterialise,
    kCopy,
    kQuery,
    kSetQueries,
    kBookmarks,
    kNotebook,
    kPicture,
};

/// Whether a task wants another turn after those that wait.
enum class Again : bool { kNo, kYes };

/// Runs tasks one at a time in the order they came, but for urgent ones. Long ones work in slices
/// and ask for another turn, so that nobody waits for the whole of them.
///
/// Threading: thread-safe; tasks run on the worker's thread and may post. What tasks refer to
/// outlives the worker.
class Worker {
public:
    using Task = std::function<Again(const CancelFlag& cancelled)>;

    Worker();
    ~Worker() { stop(); }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Drops what waits, tells the running task, and joins; nothing runs afterwards. Not from a
    /// task.
    void stop();

    static constexpr std::size_t kAllWait = SIZE_MAX;
    /// Behind all that wait. When more than `waitingMax` of this kind wait, the oldest is dropped.
    void post(RequestKind kind, Task task, std::size_t waitingMax = kAllWait);
    /// Behind all that wait, instead of what waits or runs of this kind.
    void replace(RequestKind kind, Task task);
    /// The same in front of all that wait: what a person looks at now.
    void replaceFirst(RequestKind kind, Task task);
    /// Drops what waits of this kind and tells the one that runs.
    void cancel(RequestKind kind);

private:
    struct Request {
        RequestKind kind;
        Task task;
    };

    void run();
    std::vector<Request> takeWaiting(RequestKind kind);
    void tellRunning(RequestKind kind);

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Request> waiting_;
    RequestKind runningKind_ = RequestKind::kOpen;
    bool running_ = false;
    bool stopping_ = false;
    CancelFlag cancelled_{false};  ///< of the running task
    std::jthread thread_;          ///< last: everything above is there when it starts
};

}  // namespace ariadne::studio
