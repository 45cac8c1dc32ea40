// Many workers of one type behind one address.
#pragma once

#include "engine/base/digest.h"
#include "engine/library/answer.h"
#include "engine/library/sliding_window.h"
#include "engine/library/watch_list.h"
#include "engine/value/encoding.h"

#include <boost/describe.hpp>

#include <chrono>
#include <compare>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>

namespace ariadne::library {

/// Who gets the next job.
enum class PoolStrategy : std::uint8_t {
    kRoundRobin = 0,
    kLeastLoaded = 1,  ///< who has the fewest unfinished jobs; of several the lowest slot
    kHash = 2,         ///< always the same slot for the same key, for as long as that slot exists
};
BOOST_DESCRIBE_ENUM(PoolStrategy, kRoundRobin, kLeastLoaded, kHash)

struct PoolSettings {
    std::uint32_t workers = 4;
    PoolStrategy strategy = PoolStrategy::kRoundRobin;
    bool workersReport = true;  ///< with reportDone(); without, the pool does not count jobs
    bool replace = true;        ///< a worker that ends has a successor in its slot, at once
    /// A worker that fails has no successor: a region of the pool restarts it, with its address and
    /// what waits in its mailbox. The pool does not hear of that, so the workers must not report;
    /// who asked `kUntilAnswered` hears at once of the job that is lost, as AskTimedOut.
    bool restart = false;
    /// More workers than this that end otherwise than by stop() within `failuresWindow` of virtual
    /// time fail the pool.
    std::uint32_t failuresMax = 10;
    Duration failuresWindow = std::chrono::seconds{1};
    Backoff backoff = {};  ///< before a restart
};
BOOST_DESCRIBE_STRUCT(PoolSettings, (),
                      (workers, strategy, workersReport, replace, restart, failuresMax,
                       failuresWindow, backoff))

/// From a worker to its pool: one job is done. See reportDone().
struct JobDone {
    ReplyTo job{};  ///< who gave it, as the worker saw it
};
BOOST_DESCRIBE_STRUCT(JobDone, (), (job))

/// To who gave a job, in place of its answer: the worker that had it ended before the pool heard
/// that it was done. (It may have been done: a crash can come between the deed and the report.)
struct JobLost {
    CellRef worker{};  ///< nobody: the pool had no workers when the job came
    ExitReason reason = ExitReason::kUnknown;
    std::string text{};
};
BOOST_DESCRIBE_STRUCT(JobLost, (), (worker, reason, text))

/// From now on so many workers. Slots are numbered from 0: missing ones are filled, from the lowest
/// on, or the highest closed. The worker of a closed slot gets Retire, if it accepts that, after
/// the jobs it has; the pool goes on counting those. No answer.
struct Resize {
    std::uint32_t workers = 0;
};
BOOST_DESCRIBE_STRUCT(Resize, (), (workers))

/// The pool has no more jobs for this worker: it may stop when it has done what it has.
struct Retire {};
BOOST_DESCRIBE_STRUCT(Retire, (), ())

/// Answered with PoolReport.
struct PoolQuery {};
BOOST_DESCRIBE_STRUCT(PoolQuery, (), ())

/// given = done + lost + unfinished, if the workers report.
struct PoolReport {
    std::uint64_t workers = 0;  ///< places
    std::uint64_t given = 0;    ///< jobs handed to a worker
    std::uint64_t done = 0;     ///< jobs reported
    std::uint64_t lost = 0;
    std::uint64_t unfinished = 0;
    std::uint64_t ended = 0;  ///< workers
    bool operator==(const PoolReport&) const = default;
};
BOOST_DESCRIBE_STRUCT(PoolReport, (), (workers, given, done, lost, unfinished, ended))

/// The pool to itself: behind everything the worker had sent before it ended.
struct WorkerEnded {
    Down down{};
};
BOOST_DESCRIBE_STRUCT(WorkerEnded, (), (down))

/// A job a worker has: jobs of one worker stand together, oldest first.
struct PoolJob {
    CellRef worker{};
    std::uint64_t number = 0;
    auto operator<=>(const PoolJob&) const = default;
};
BOOST_DESCRIBE_STRUCT(PoolJob, (), (worker, number))

/// Key of pools that do not hash. Another is a struct with
/// `static Key keyOf(const Job&)`, Key being any described value.
struct NoKey {};

/// Tells the pool that the job is done which this worker's turn is about. A worker calls it in the
/// turn of the job, or later with what cx.replyTo() was in that turn. Jobs given by ask are told
/// apart; of those given by plain sends the oldest is taken to be done.
inline void reportDone(Context& cx, const ReplyTo& job) {
    cx.send(Recipient<JobDone>{cx.parent()}, JobDone{job});
}
inline void reportDone(Context& cx) {
    reportDone(cx, cx.replyTo());
}

/// Takes jobs and forwards each to one of its workers, which are its children, or live in a region
/// of its own, and are born as copies of `newborn`. A worker's reply goes to who asked; a plain
/// send has no reply, because to the worker its sender is the pool.
///
/// Invariants: `loads` has every worker that may still report, with the number of its `jobs`;
/// `places` are those that get new ones.
template <class Worker, class Job, class KeyOf = NoKey>
struct Pool {
    PoolSettings settings{};
    Worker newborn{};
    RegionRef home{};  ///< of the workers, if they are restarted
    OrderedMap<std::uint32_t, Ref<Worker>> places{};
    OrderedMap<CellRef, std::uint64_t> loads{};
    OrderedMap<PoolJob, ReplyTo> jobs{};  ///< unfinished ones, to who gave them
    std::uint32_t next = 0;               ///< slot whose turn it is
    PoolReport counts{};                  ///< `workers` and `unfinished` are filled when asked for
    SlidingWindow failures{};

    void on(Context& cx, const Start&);
    void on(Context& cx, const Job& m);
    void on(Context& cx, const JobDone& m);
    void on(Context& cx, const Resize& m);
    void on(Context& cx, const PoolQuery&);
    void on(Context& cx, const Down& m);
    void on(Context& cx, const WorkerEnded& m);

    BOOST_DESCRIBE_CLASS(Pool, (),
                         (settings, newborn, home, places, loads, jobs, next, counts, failures), (),
                         ())
    ARIADNE_ACCEPTS(Pool, Start, Job, JobDone, Resize, PoolQuery, Down, WorkerEnded)

private:
    static constexpr bool kHasKey = !std::is_same_v<KeyOf, NoKey>;

    void fill(Context& cx, std::uint32_t slot);
    /// There is a slot.
    Ref<Worker> choose(const Job& job);
    Ref<Worker> leastLoaded() const;
    Ref<Worker> byHash(const Job& job) const;
};

template <class Worker, class Job, class KeyOf>
void Pool<Worker, Job, KeyOf>::on(Context& cx, const Start&) {
    static_assert(AcceptsOf<Worker>::template kHas<Job>,
                  "the pool's workers do not accept its jobs: add the job to their ARIADNE_ACTOR "
                  "list");
    if (settings.strategy == PoolStrategy::kHash && !kHasKey)
        cx.fail(
            "pool: strategy kHash without a key; name the job's key as "
            "Pool<Worker, Job, KeyOf>");
    if (settings.strategy == PoolStrategy::kLeastLoaded && !settings.workersReport)
        cx.fail(
            "pool: strategy kLeastLoaded with workers that do not report; set workersReport "
            "and call reportDone(), or take another strategy");
    if (settings.failuresWindow <= Duration::zero())
        cx.fail("pool: failuresWindow is " + std::to_string(settings.failuresWindow.count()) +
                " ns; give a positive time");
    if (settings.restart && settings.workersReport)
        cx.fail(
            "pool: restart with workers that report: what a restarted one had in hand would never "
            "be done; set workersReport to false and ask kUntilAnswered");
    if (settings.restart)
        home = cx.openRegion("workers", {.strategy = Strategy::kOneForOne,
                                         .intensity = settings.failuresMax,
                                         .within = settings.failuresWindow,
                                         .backoff = settings.backoff});
    for (std::uint32_t slot = 0; slot < settings.workers; ++slot) fill(cx, slot);
}

template <class Worker, class Job, class KeyOf>
void Pool<Worker, Job, KeyOf>::fill(Context& cx, std::uint32_t slot) {
    const Ref<Worker> worker = settings.restart ? cx.spawnIn<Worker>(home, "worker", newborn)
                                                : cx.spawn<Worker>("worker", newborn);
    cx.monitor(worker);
    places.insert_or_assign(slot, worker);
    loads.insert_or_assign(worker, 0);
}

template <class Worker, class Job, class KeyOf>
void Pool<Worker, Job, KeyOf>::on(Context& cx, const Job& m) {
    if (places.empty()) {
        answerLater(cx, cx.replyTo(),
                    JobLost{{}, ExitReason::kNoSuchCell, "the pool has no workers; resize it"});
        return;
    }
    const Ref<Worker> worker = choose(m);
    cx.forward(worker);
    ++counts.given;
    if (!settings.workersReport) return;
    jobs.insert_or_assign({worker, counts.given}, cx.replyTo());
    ++loads[worker];
}

template <class Worker, class Job, class KeyOf>
Ref<Worker> Pool<Worker, Job, KeyOf>::choose(const Job& job) {
    if (settings.strategy == PoolStrategy::kLeastLoaded) return leastLoaded();
    if (settings.strategy == PoolStrategy::kHash) return byHash(job);
    auto at = places.lower_bound(next);
    if (at == places.end()) at = places.begin();
    next = at->first + 1;
    return at->second;
}

template <class Worker, class Job, class KeyOf>
Ref<Worker> Pool<Worker, Job, KeyOf>::leastLoaded() const {
    Ref<Worker> best;
    std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
    for (const auto& [slot, worker] : places) {
        const std::uint64_t load = loads.at(worker);
        if (load < least) {
            least = load;
            best = worker;
        }
    }
    return best;
}

// Rendezvous hashing: each slot draws a number for the key, the highest has it. A slot that comes
// or goes changes no other slot's number, so only its own keys move.
template <class Worker, class Job, class KeyOf>
Ref<Worker> Pool<Worker, Job, KeyOf>::byHash([[maybe_unused]] const Job& job) const {
    Ref<Worker> best;
    if constexpr (kHasKey) {
        const std::uint64_t key = hashBytes(value::encoded(KeyOf::keyOf(job)));
        std::uint64_t highest = 0;
        for (const auto& [slot, worker] : places) {
            const std::uint64_t drawn = mixWord(mixWord(0, key), slot);
            if (best && drawn <= highest) continue;
            highest = drawn;
            best = worker;
        }
    }
    return best;
}

template <class Worker, class Job, class KeyOf>
void Pool<Worker, Job, KeyOf>::on(Context& cx, const JobDone& m) {
    const CellRef worker = cx.sender();
    // Of a plain job the worker saw the pool as the giver.
    const bool asked = m.job.ask != 0;
    for (auto at = jobs.lower_bound({worker, 0}); at != jobs.end() && at->first.worker == worker;
         ++at) {
        if (asked ? at->second != m.job : at->second.ask != 0) continue;
        jobs.erase(at->first);
        --loads[worker];
        ++counts.done;
        return;
    }
}

template <class Worker, class Job, class KeyOf>
void Pool<Worker, Job, KeyOf>::on(Context& cx, const Resize& m) {
    for (std::uint32_t slot = 0; slot < m.workers; ++slot)
        if (!places.contains(slot)) fill(cx, slot);
    for (auto at = places.lower_bound(m.workers); at != places.end();
         at = places.lower_bound(m.workers)) {
        if constexpr (AcceptsOf<Worker>::template kHas<Retire>) cx.send(at->second, Retire{});
        places.erase(at->first);
    }
    settings.workers = m.workers;
    cx.note("workers", m.workers);
}

template <class Worker, class Job, class KeyOf>
void Pool<Worker, Job, KeyOf>::on(Context& cx, const PoolQuery&) {
    PoolReport report = counts;
    report.workers = places.size();
    report.unfinished = jobs.size();
    cx.reply(report);
}

template <class Worker, class Job, class KeyOf>
void Pool<Worker, Job, KeyOf>::on(Context& cx, const Down& m) {
    ++counts.ended;
    if (m.reason != ExitReason::kStopped &&
        failures.add(cx.now(), settings.failuresWindow) > settings.failuresMax)
        cx.fail("pool: " + std::to_string(failures.times.size()) +
                " workers failed within failuresWindow, " + std::to_string(settings.failuresMax) +
                " are allowed (failuresMax); the last one said: " + m.text);
    auto at = places.begin();
    while (at != places.end() && at->second != m.who) ++at;
    if (at != places.end()) {
        const std::uint32_t slot = at->first;
        places.erase(slot);
        if (settings.replace) fill(cx, slot);
    }
    // A Down overtakes what the worker had reported before it ended.
    cx.send(cx.self<Pool>(), WorkerEnded{m});
}

template <class Worker, class Job, class KeyOf>
void Pool<Worker, Job, KeyOf>::on(Context& cx, const WorkerEnded& m) {
    const CellRef worker = m.down.who;
    const std::uint64_t before = counts.lost;
    for (auto at = jobs.lower_bound({worker, 0}); at != jobs.end() && at->first.worker == worker;
         at = jobs.lower_bound({worker, 0})) {
        answerLater(cx, at->second, JobLost{worker, m.down.reason, m.down.text});
        jobs.erase(at->first);
        ++counts.lost;
    }
    loads.erase(worker);
    if (counts.lost != before) cx.note("jobs lost", counts.lost - before);
}

}  // namespace ariadne::library
