#include "recorder/effects/effect_pool.h"

#include "engine/base/check.h"
#include "engine/base/digest.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <exception>

namespace ariadne::effects {
namespace {

using effect::Completion;
using effect::EffectStatus;
using effect::Request;

/// A timeout this long is none: the steady clock could not hold its end.
constexpr Duration kTimeoutMax = std::chrono::hours{24 * 365 * 10};
constexpr std::chrono::nanoseconds kWaitMax = std::chrono::hours{24};

std::uint64_t contentOf(const Request& request) {
    return hashText(request.name, hashText(request.scope, hashBytes(request.payload)));
}

std::string whoAsks(const Request& request) {
    return absl::StrCat("effect ", request.name, " (cell ", request.cellKey, ", ordinal ",
                        request.ordinal, ")");
}

std::string shown(Duration duration) {
    constexpr Duration kMs = std::chrono::milliseconds{1};
    if (duration < kMs) return absl::StrCat(duration.count(), " ns");
    return absl::StrCat(duration / kMs, " ms");
}

EffectStatus statusOf(absl::StatusCode code) {
    switch (code) {
        case absl::StatusCode::kPermissionDenied: return EffectStatus::kDenied;
        case absl::StatusCode::kCancelled: return EffectStatus::kCancelled;
        case absl::StatusCode::kDeadlineExceeded: return EffectStatus::kTimedOut;
        default: return EffectStatus::kFailed;
    }
}

absl::StatusOr<Bytes> call(Handler& handler, const Request& request, std::stop_token stop) {
    try {
        return handler.perform(request, std::move(stop));
    } catch (const std::exception& e) {
        return absl::InternalError(absl::StrCat("the handler threw: ", e.what()));
    } catch (...) {
        return absl::InternalError("the handler threw what is no std::exception");
    }
}

}  // namespace

EffectPool::EffectPool(HandlerTable handlers, EffectPoolOptions options)
    : handlers_(std::move(handlers)), options_(options) {
    ARIADNE_CHECK_OP(options_.threads, >, 0u);
    threads_.reserve(options_.threads + 1);
    threads_.emplace_back([this](const std::stop_token& stop) { watchDeadlines(stop); });
    for (std::size_t i = 0; i < options_.threads; ++i)
        threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
}

EffectPool::~EffectPool() {
    shutdown();
}

void EffectPool::submit(Request request) {
    const Key key{request.cellKey, request.ordinal};
    const std::uint64_t content = contentOf(request);
    const std::lock_guard lock{mutex_};
    if (isShutDown_) {
        ++stats_.cancelled;
        return refuse(key, EffectStatus::kCancelled,
                      "the effect pool is shut down; submit before shutdown()");
    }
    if (!joined(key, content, request)) enqueue(key, std::move(request), content);
}

/// True when the request was answered by, or waits for, an earlier one of its key.
bool EffectPool::joined(const Key& key, std::uint64_t content, const Request& request) {
    const auto done = remembered_.find(key);
    const auto job = jobs_.find(key);
    if (done == remembered_.end() && job == jobs_.end()) return false;
    const std::uint64_t earlier =
        done != remembered_.end() ? done->second.content : job->second.content;
    if (earlier != content) {
        ++stats_.refused;
        refuse(key, EffectStatus::kFailed,
               whoAsks(request) + " has the key of another request; give each its own ordinal");
        return true;
    }
    ++stats_.duplicates;
    if (done != remembered_.end()) {
        completions_.push_back(done->second.completion);
        ready_.notify_all();
    } else if (++job->second.waiters == 1) {
        setDeadline(key, job->second, request.timeout);
    }
    return true;
}

void EffectPool::enqueue(const Key& key, Request request, std::uint64_t content) {
    Handler* const handler = handlers_.find(request.name);
    if (handler == nullptr) {
        ++stats_.refused;
        std::string offered;
        for (const auto& name : handlers_.names())
            absl::StrAppend(&offered, offered.empty() ? "" : ", ", name);
        return refuse(key, EffectStatus::kDenied,
                      absl::StrCat("this host offers no effect \"", request.name,
                                   "\"; it offers: ", offered.empty() ? "none" : offered));
    }
    if (queue_.size() >= options_.queuedMax) {
        ++stats_.refused;
        return refuse(key, EffectStatus::kFailed,
                      absl::StrCat("limit queuedMax (", options_.queuedMax,
                                   ") reached: that many effects wait for a thread; ask again "
                                   "later, or ask for fewer at a time"));
    }
    const Duration timeout = request.timeout;
    Job& job = jobs_[key];
    job.request = std::move(request);
    job.content = content;
    job.handler = handler;
    job.waiters = 1;
    setDeadline(key, job, timeout);
    queue_.push_back(key);
    work_.notify_one();
}

void EffectPool::cancel(std::uint64_t cellKey, std::uint64_t ordinal) {
    // Requested without the lock: a handler's stop callback may call the pool.
    std::stop_source stop{std::nostopstate};
    {
        const std::lock_guard lock{mutex_};
        const auto at = jobs_.find(Key{cellKey, ordinal});
        if (at == jobs_.end() || at->second.waiters == 0) return;
        stats_.cancelled += at->second.waiters;
        stop = giveUp(at, EffectStatus::kCancelled,
                      at->second.running ? "cancelled while under way; it may have been carried out"
                                         : "cancelled before it was begun");
    }
    stop.request_stop();
}

std::vector<Completion> EffectPool::take() {
    const std::lock_guard lock{mutex_};
    return std::exchange(completions_, {});
}

bool EffectPool::waitFor(std::chrono::nanoseconds atMost) {
    std::unique_lock lock{mutex_};
    ready_.wait_for(lock, std::min(atMost, kWaitMax),
                    [this] { return isWoken_ || !completions_.empty(); });
    isWoken_ = false;
    return !completions_.empty();
}

void EffectPool::wake() {
    const std::lock_guard lock{mutex_};
    isWoken_ = true;
    ready_.notify_all();
}

EffectPoolStats EffectPool::stats() const {
    const std::lock_guard lock{mutex_};
    EffectPoolStats stats = stats_;
    stats.queued = queue_.size();
    for (const auto& [key, job] : jobs_) stats.running += job.running ? 1 : 0;
    return stats;
}

void EffectPool::shutdown() {
    std::vector<std::stop_source> stops;
    {
        const std::lock_guard lock{mutex_};
        isShutDown_ = true;
        for (auto at = jobs_.begin(); at != jobs_.end();) {
            const auto job = at++;
            if (job->second.waiters == 0) continue;  // asked to stop before
            stats_.cancelled += job->second.waiters;
            stops.push_back(giveUp(job, EffectStatus::kCancelled,
                                   "cancelled: the host shuts its effect pool down"));
        }
    }
    for (auto& stop : stops) stop.request_stop();
    for (auto& thread : threads_) thread.request_stop();
    threads_.clear();  // joins
}

void EffectPool::work(const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    while (work_.wait(lock, stop, [this] { return !queue_.empty(); })) {
        const Key key = queue_.front();
        queue_.pop_front();
        Job& job = jobs_.at(key);  // nobody but finish() below removes a running job
        job.running = true;
        job.abandoned = false;
        job.stop = std::stop_source{};
        ++stats_.performed;
        const std::stop_token asked = job.stop.get_token();
        lock.unlock();
        absl::StatusOr<Bytes> result = call(*job.handler, job.request, asked);
        lock.lock();
        finish(key, std::move(result));
    }
}

void EffectPool::finish(const Key& key, absl::StatusOr<Bytes> result) {
    const auto at = jobs_.find(key);
    Job& job = at->second;
    if (result.ok() && result->size() > options_.answerBytesMax)
        result = absl::ResourceExhaustedError(
            absl::StrCat("limit answerBytesMax (", options_.answerBytesMax,
                         ") reached: ", result->size(), " bytes came; ask for less at a time"));
    if (!result.ok() && job.abandoned && job.waiters > 0) {
        // Asked for again while the earlier call was on its way out.
        job.running = false;
        queue_.push_front(key);
        work_.notify_one();
        return;
    }
    Completion completion{key.cellKey, key.ordinal, EffectStatus::kDone, {}, {}};
    if (result.ok()) {
        completion.payload = std::move(*result);
        remember(key, job.content, completion);
    } else {
        completion.status = statusOf(result.status().code());
        completion.text = std::string{result.status().message()};
    }
    if (job.waiters == 0) ++stats_.late;
    clearDeadline(key, job);
    answer(job, std::move(completion));
    jobs_.erase(at);
}

void EffectPool::remember(const Key& key, std::uint64_t content, const Completion& completion) {
    if (options_.rememberedMax == 0) return;
    rememberedBytes_ += completion.payload.size();
    rememberedOrder_.push_back(key);
    remembered_.emplace(key, Remembered{content, completion});
    while (rememberedOrder_.size() > options_.rememberedMax ||
           rememberedBytes_ > options_.rememberedBytesMax) {
        const auto oldest = remembered_.find(rememberedOrder_.front());
        rememberedBytes_ -= oldest->second.completion.payload.size();
        remembered_.erase(oldest);
        rememberedOrder_.pop_front();
    }
}

void EffectPool::watchDeadlines(const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    while (!stop.stop_requested()) {
        if (deadlines_.empty()) {
            deadline_.wait(lock, stop, [this] { return !deadlines_.empty(); });
            continue;
        }
        const auto [first, key] = *deadlines_.begin();
        if (Clock::now() < first) {
            deadline_.wait_until(lock, stop, first, [this, at = first] {
                return deadlines_.empty() || deadlines_.begin()->first != at;
            });
            continue;
        }
        const auto job = jobs_.find(key);
        stats_.timedOut += job->second.waiters;
        std::stop_source asked =
            giveUp(job, EffectStatus::kTimedOut,
                   absl::StrCat("no answer within ", shown(job->second.timeout),
                                "; give it a longer timeout, or see why the outside is slow"));
        lock.unlock();
        asked.request_stop();
        lock.lock();
    }
}

void EffectPool::setDeadline(const Key& key, Job& job, Duration timeout) {
    job.timeout = timeout;
    if (timeout == Duration::zero() || timeout > kTimeoutMax) return;
    job.deadline = Clock::now() + std::max(timeout, Duration::zero());
    deadlines_.emplace(*job.deadline, key);
    if (deadlines_.begin()->second == key) deadline_.notify_all();
}

void EffectPool::clearDeadline(const Key& key, Job& job) {
    if (!job.deadline) return;
    deadlines_.erase({*job.deadline, key});
    job.deadline.reset();
}

/// One completion for each submission that waits.
void EffectPool::answer(Job& job, Completion completion) {
    if (job.waiters == 0) return;
    for (; job.waiters > 1; --job.waiters) completions_.push_back(completion);
    job.waiters = 0;
    completions_.push_back(std::move(completion));
    ready_.notify_all();
}

void EffectPool::refuse(const Key& key, EffectStatus status, std::string text) {
    completions_.push_back({key.cellKey, key.ordinal, status, {}, std::move(text)});
    ready_.notify_all();
}

/// Answers all who wait. A queued job goes; of a running one the caller requests the stop returned,
/// without the lock.
std::stop_source EffectPool::giveUp(Jobs::iterator at, EffectStatus status, std::string text) {
    auto& [key, job] = *at;
    clearDeadline(key, job);
    answer(job, {key.cellKey, key.ordinal, status, {}, std::move(text)});
    if (job.running) {
        job.abandoned = true;
        return job.stop;
    }
    queue_.erase(std::find(queue_.begin(), queue_.end(), key));
    jobs_.erase(at);
    return std::stop_source{std::nostopstate};
}

}  // namespace ariadne::effects
