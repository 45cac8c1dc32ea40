// Stops asking a service that does not answer, and tries again after a while.
#pragma once

#include "engine/library/answer.h"
#include "engine/library/sliding_window.h"
#include "engine/value/collections.h"

#include <boost/describe.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace ariadne::library {

enum class BreakerState : std::uint8_t {
    kClosed = 0,    ///< every request goes to the service
    kOpen = 1,      ///< none does
    kHalfOpen = 2,  ///< a few do: the trials
};
BOOST_DESCRIBE_ENUM(BreakerState, kClosed, kOpen, kHalfOpen)

/// All durations are virtual time, and positive.
struct BreakerSettings {
    Duration patience = std::chrono::seconds{1};  ///< how long the service may take to answer
    std::uint32_t failuresMax = 5;                ///< so many within `window` open it; >= 1
    Duration window = std::chrono::seconds{10};
    Duration coolDown = std::chrono::seconds{5};  ///< from open to half-open
    std::uint32_t trials = 1;                     ///< requests let through while half-open; >= 1
};
BOOST_DESCRIBE_STRUCT(BreakerSettings, (), (patience, failuresMax, window, coolDown, trials))

enum class RejectReason : std::uint8_t {
    kOpen = 0,      ///< the service was not asked
    kNoAnswer = 1,  ///< it was, and did not answer in time
};
BOOST_DESCRIBE_ENUM(RejectReason, kOpen, kNoAnswer)

/// In place of the service's answer.
struct Rejected {
    RejectReason reason = RejectReason::kOpen;
    Duration retryAfter{};  ///< earlier requests will be rejected; 0 = at once
};
BOOST_DESCRIBE_STRUCT(Rejected, (), (reason, retryAfter))

/// Answered with BreakerReport.
struct BreakerQuery {};
BOOST_DESCRIBE_STRUCT(BreakerQuery, (), ())

struct BreakerReport {
    BreakerState state = BreakerState::kClosed;
    std::uint64_t passed = 0;    ///< requests the service was asked
    std::uint64_t rejected = 0;  ///< requests it was not
    std::uint64_t opened = 0;    ///< times the breaker opened
};
BOOST_DESCRIBE_STRUCT(BreakerReport, (), (state, passed, rejected, opened))

/// The breaker to itself.
struct CoolDownOver {
    std::uint64_t era = 0;
};
BOOST_DESCRIBE_STRUCT(CoolDownOver, (), (era))

/// Judge of replies: all are good. Another is a struct with `static bool isFailure(const Reply&)`.
struct EveryReplyIsGood {
    template <class Reply>
    static bool isFailure(const Reply&) {
        return false;
    }
};

/// A request under way, and the era it began in.
struct PassedRequest {
    ReplyTo asker{};
    std::uint64_t era = 0;
};
BOOST_DESCRIBE_STRUCT(PassedRequest, (), (asker, era))

/// Stands before `service` and takes its requests. Closed, it opens when `failuresMax` requests
/// have failed within `window`: no answer within `patience`, or one the Judge calls a failure (it
/// is passed on all the same). Open, it rejects everything; after `coolDown` it is half-open. Then
/// `trials` requests go through: all well, it closes; one failed, it opens again. What comes of a
/// request counts only if the state has not changed since it began. Each change is a note
/// "breaker".
template <class Request, class Reply, class Judge = EveryReplyIsGood>
struct CircuitBreaker {
    Recipient<Request> service{};
    BreakerSettings settings{};
    BreakerReport report{};
    std::uint64_t era = 0;  ///< state changes so far
    VirtualTime changedAt{};
    SlidingWindow failures{};         ///< closed: the latest
    std::uint32_t trialsStarted = 0;  ///< half-open
    std::uint32_t trialsWell = 0;
    VirtualTime lastTrialAt{};
    OrderedMap<AskId, PassedRequest> underWay{};

    void on(Context& cx, const Start&);
    void on(Context& cx, const Request& m);
    void on(Context& cx, const Reply& m);
    void on(Context& cx, const AskTimedOut& m);
    void on(Context& cx, const CoolDownOver& m);
    void on(Context& cx, const BreakerQuery&) { cx.reply(report); }

    BOOST_DESCRIBE_CLASS(CircuitBreaker, (),
                         (service, settings, report, era, changedAt, failures, trialsStarted,
                          trialsWell, lastTrialAt, underWay),
                         (), ())
    ARIADNE_ACCEPTS(CircuitBreaker, Start, Request, Reply, AskTimedOut, CoolDownOver, BreakerQuery)

private:
    bool mayPass() const {
        return report.state == BreakerState::kClosed ||
               (report.state == BreakerState::kHalfOpen && trialsStarted < settings.trials);
    }
    /// Until something else than a rejection may happen.
    Duration retryAfter(const Context& cx) const;
    void change(Context& cx, BreakerState to);
    void failed(Context& cx, std::uint64_t since);
    void wentWell(Context& cx, std::uint64_t since);
};

template <class Request, class Reply, class Judge>
void CircuitBreaker<Request, Reply, Judge>::on(Context& cx, const Start&) {
    if (!service) cx.fail("circuit breaker: there is no service; give the cell it stands before");
    if (settings.failuresMax == 0 || settings.trials == 0)
        cx.fail("circuit breaker: failuresMax or trials is 0; each must be at least 1");
    if (settings.patience <= Duration::zero() || settings.window <= Duration::zero() ||
        settings.coolDown <= Duration::zero())
        cx.fail(
            "circuit breaker: patience, window or coolDown is not positive; give times above "
            "0");
}

template <class Request, class Reply, class Judge>
void CircuitBreaker<Request, Reply, Judge>::on(Context& cx, const Request& m) {
    // Its timer may still be waiting behind this request.
    if (report.state == BreakerState::kOpen && cx.now() - changedAt >= settings.coolDown)
        change(cx, BreakerState::kHalfOpen);
    if (!mayPass()) {
        ++report.rejected;
        answerLater(cx, cx.replyTo(), Rejected{RejectReason::kOpen, retryAfter(cx)});
        return;
    }
    ++report.passed;
    if (report.state == BreakerState::kHalfOpen) {
        ++trialsStarted;
        lastTrialAt = cx.now();
    }
    const AskId ask = cx.ask(service, m, within(settings.patience));
    underWay.insert_or_assign(ask, PassedRequest{cx.replyTo(), era});
}

template <class Request, class Reply, class Judge>
void CircuitBreaker<Request, Reply, Judge>::on(Context& cx, const Reply& m) {
    const auto at = underWay.find(cx.answering());
    if (at == underWay.end()) return;
    const PassedRequest request = at->second;
    underWay.erase(at->first);
    answerLater(cx, request.asker, m);
    if (Judge::isFailure(m))
        failed(cx, request.era);
    else
        wentWell(cx, request.era);
}

template <class Request, class Reply, class Judge>
void CircuitBreaker<Request, Reply, Judge>::on(Context& cx, const AskTimedOut& m) {
    const auto at = underWay.find(m.ask);
    if (at == underWay.end()) return;
    const PassedRequest request = at->second;
    underWay.erase(at->first);
    failed(cx, request.era);
    answerLater(cx, request.asker,
                Rejected{RejectReason::kNoAnswer, mayPass() ? Duration::zero() : retryAfter(cx)});
}

template <class Request, class Reply, class Judge>
void CircuitBreaker<Request, Reply, Judge>::on(Context& cx, const CoolDownOver& m) {
    if (m.era == era) change(cx, BreakerState::kHalfOpen);
}

template <class Request, class Reply, class Judge>
Duration CircuitBreaker<Request, Reply, Judge>::retryAfter(const Context& cx) const {
    const Duration left = report.state == BreakerState::kOpen
                              ? settings.coolDown - (cx.now() - changedAt)
                              : settings.patience - (cx.now() - lastTrialAt);
    return std::max(left, Duration::zero());
}

template <class Request, class Reply, class Judge>
void CircuitBreaker<Request, Reply, Judge>::change(Context& cx, BreakerState to) {
    report.state = to;
    ++era;
    changedAt = cx.now();
    failures.clear();
    trialsStarted = trialsWell = 0;
    if (to == BreakerState::kOpen) {
        ++report.opened;
        cx.after(settings.coolDown, CoolDownOver{era});
    }
    cx.note("breaker", to);
}

template <class Request, class Reply, class Judge>
void CircuitBreaker<Request, Reply, Judge>::failed(Context& cx, std::uint64_t since) {
    if (since != era) return;
    if (report.state == BreakerState::kHalfOpen ||
        failures.add(cx.now(), settings.window) >= settings.failuresMax)
        change(cx, BreakerState::kOpen);
}

template <class Request, class Reply, class Judge>
void CircuitBreaker<Request, Reply, Judge>::wentWell(Context& cx, std::uint64_t since) {
    if (since != era || report.state != BreakerState::kHalfOpen) return;
    if (++trialsWell == settings.trials) change(cx, BreakerState::kClosed);
}

}  // namespace ariadne::library
