// Carries out effects on threads of its own and hands back their completions.
#pragma once

#include "engine/effect/effect.h"
#include "recorder/effects/handler.h"

#include <chrono>
#include <compare>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace ariadne::effects {

struct EffectPoolOptions {
    std::size_t threads = 4;                            ///< effects carried out at a time, from 1
    std::size_t queuedMax = 1024;                       ///< requests waiting for a thread
    std::size_t answerBytesMax = 16 * 1024 * 1024;      ///< longest answer passed on
    std::size_t rememberedMax = 4096;                   ///< done keys whose answer is kept
    std::size_t rememberedBytesMax = 64 * 1024 * 1024;  ///< payload bytes of those answers
};

struct EffectPoolStats {
    std::uint64_t performed = 0;   ///< calls of handlers
    std::uint64_t duplicates = 0;  ///< submissions answered by the call of an earlier one
    std::uint64_t refused = 0;     ///< submissions turned away: queue full, no handler, key reused
    std::uint64_t timedOut = 0;    ///< submissions answered kTimedOut
    std::uint64_t cancelled = 0;   ///< submissions answered kCancelled by cancel() or shutdown()
    std::uint64_t late = 0;        ///< handlers that ended when nobody waited for them any more
    std::size_t queued = 0;        ///< now
    std::size_t running = 0;       ///< now, those nobody waits for included
};

/// Every submission is answered by exactly one completion, sooner or later; which comes first is up
/// to the outside, so whoever admits completions to a run records them in the order taken.
///
/// Requests of one (cellKey, ordinal) are one wish. While its handler runs, or when it is among
/// the last `rememberedMax` that were done, another submission is answered by that same call. What
/// failed, timed out or was cancelled may be asked for again; the handler is called again, but
/// never before its earlier call has returned, and not if that one was done after all.
///
/// Threading: thread-safe, but for shutdown() and the destructor, which belong to the owner.
/// Invariants: a job is queued or running, never both; a queued job has somebody who waits for it;
/// only jobs somebody waits for have a deadline.
class EffectPool {
public:
    explicit EffectPool(HandlerTable handlers, EffectPoolOptions options = {});
    ~EffectPool();  ///< shutdown()
    EffectPool(const EffectPool&) = delete;
    EffectPool& operator=(const EffectPool&) = delete;

    /// Never waits for the outside. What cannot be taken completes at once, and says why: kDenied
    /// when no handler has the name; kFailed when `queuedMax` requests wait, or when the key stands
    /// for another request; kCancelled after shutdown(). The timeout counts from here; a negative
    /// one has run out. A submission that joins an earlier one shares its deadline.
    void submit(effect::Request request);

    /// Completes the wish as kCancelled now and asks its handler to stop. Nothing happens when
    /// there is none under way, so a completion that is waiting in take() stays as it is.
    void cancel(std::uint64_t cellKey, std::uint64_t ordinal);

    /// What completed since the last call, oldest first; empty when nothing did.
    std::vector<effect::Completion> take();

    /// Waits until take() has something or somebody calls wake(), at most `atMost`; true when it
    /// has something.
    bool waitFor(std::chrono::nanoseconds atMost);

    /// Ends the waitFor() under way, or else the next one, at once.
    void wake();

    EffectPoolStats stats() const;

    /// Completes everything as kCancelled, asks the handlers to stop and waits until they have.
    /// Completions can still be taken. Again: nothing.
    void shutdown();

private:
    using Clock = std::chrono::steady_clock;

    struct Key {
        std::uint64_t cellKey = 0;
        std::uint64_t ordinal = 0;
        auto operator<=>(const Key&) const = default;
    };
    struct Job {
        effect::Request request;    ///< read without the lock while running, so never changed
        std::uint64_t content = 0;  ///< digest of what is asked, the key aside
        Handler* handler = nullptr;
        std::uint32_t waiters = 0;  ///< submissions not answered yet
        Duration timeout{};         ///< of the submissions that wait
        std::optional<Clock::time_point> deadline;
        bool running = false;
        bool abandoned = false;                   ///< the present call was asked to stop
        std::stop_source stop{std::nostopstate};  ///< of the present call
    };
    struct Remembered {
        std::uint64_t content = 0;
        effect::Completion completion;
    };
    using Jobs = std::map<Key, Job>;

    void work(const std::stop_token& stop);
    void watchDeadlines(const std::stop_token& stop);

    // All below: mutex_ is held.
    bool joined(const Key& key, std::uint64_t content, const effect::Request& request);
    void enqueue(const Key& key, effect::Request request, std::uint64_t content);
    void finish(const Key& key, absl::StatusOr<Bytes> result);
    void remember(const Key& key, std::uint64_t content, const effect::Completion& completion);
    void setDeadline(const Key& key, Job& job, Duration timeout);
    void clearDeadline(const Key& key, Job& job);
    void answer(Job& job, effect::Completion completion);
    void refuse(const Key& key, effect::EffectStatus status, std::string text);
    [[nodiscard]] std::stop_source giveUp(Jobs::iterator at, effect::EffectStatus status,
                                          std::string text);

    const HandlerTable handlers_;
    const EffectPoolOptions options_;

    mutable std::mutex mutex_;
    std::condition_variable_any work_;      ///< queue_ grew
    std::condition_variable_any deadline_;  ///< the first of deadlines_ is another
    std::condition_variable_any ready_;     ///< completions_ grew, or isWoken_
    Jobs jobs_;
    std::deque<Key> queue_;
    std::set<std::pair<Clock::time_point, Key>> deadlines_;
    std::map<Key, Remembered> remembered_;
    std::deque<Key> rememberedOrder_;  ///< oldest first
    std::size_t rememberedBytes_ = 0;
    std::vector<effect::Completion> completions_;
    EffectPoolStats stats_;
    bool isShutDown_ = false;
    bool isWoken_ = false;               ///< the next waitFor() does not wait
    std::vector<std::jthread> threads_;  ///< last: started when the rest is there
};

}  // namespace ariadne::effects
