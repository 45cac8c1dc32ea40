// Lets requests through at a rate, in virtual time.
#pragma once

#include "engine/library/answer.h"

#include <boost/describe.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace ariadne::library {

/// A bucket of `burst` tokens, full at first, that gets one more every `perToken` of virtual time
/// until it is full.
struct RateSettings {
    std::uint32_t burst = 10;                            ///< >= 1
    Duration perToken = std::chrono::milliseconds{100};  ///< positive
};
BOOST_DESCRIBE_STRUCT(RateSettings, (), (burst, perToken))

/// In place of an answer: there was no token.
struct RateExceeded {
    Duration retryAfter{};  ///< until the next token; others may take it
};
BOOST_DESCRIBE_STRUCT(RateExceeded, (), (retryAfter))

/// Forwards each request to `service` for one token; the answer goes to who asked. Without a token
/// the request is answered with RateExceeded. No timers: tokens are counted when a request comes.
template <class Request>
struct RateLimiter {
    Recipient<Request> service{};
    RateSettings settings{};
    std::uint32_t tokens = 0;
    VirtualTime filledAt{};  ///< when the last token came, or would have if the bucket was full
    std::uint64_t passed = 0;
    std::uint64_t refused = 0;

    void on(Context& cx, const Start&) {
        if (!service) cx.fail("rate limiter: there is no service; give the cell it stands before");
        if (settings.burst == 0 || settings.perToken <= Duration::zero())
            cx.fail("rate limiter: burst is 0 or perToken is not positive; nothing could pass");
        tokens = settings.burst;
        filledAt = cx.now();
    }

    void on(Context& cx, const Request&) {
        fill(cx.now());
        if (tokens == 0) {
            ++refused;
            answerLater(cx, cx.replyTo(), RateExceeded{settings.perToken - (cx.now() - filledAt)});
            return;
        }
        --tokens;
        ++passed;
        cx.forward(service);
    }

    BOOST_DESCRIBE_CLASS(RateLimiter, (), (service, settings, tokens, filledAt, passed, refused),
                         (), ())
    ARIADNE_ACCEPTS(RateLimiter, Start, Request)

private:
    void fill(VirtualTime now) {
        const std::int64_t came = (now - filledAt) / settings.perToken;
        const std::int64_t room = settings.burst - tokens;
        tokens += static_cast<std::uint32_t>(std::min(came, room));
        // A full bucket loses what comes, and counts anew from the next token that is taken.
        filledAt = came >= room ? now : filledAt + came * settings.perToken;
    }
};

}  // namespace ariadne::library
