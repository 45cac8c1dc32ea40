// Publish and subscribe, for messages of one type.
#pragma once

#include "engine/library/answer.h"
#include "engine/library/topic.h"
#include "engine/library/watch_list.h"

#include <boost/describe.hpp>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace ariadne::library {

/// From now on `who` gets what is published to topics that match `pattern` (topic.h). What is
/// retained of them comes at once, ascending by topic. The same pattern twice is once. Answered
/// with Subscribed, or with SubscribeRefused when `pattern` is none or `who` is nobody.
template <class M>
struct Subscribe {
    std::string pattern{};
    Recipient<M> who{};

    BOOST_DESCRIBE_CLASS(Subscribe, (), (pattern, who), (), ())
};

struct Subscribed {
    std::string pattern{};
};
BOOST_DESCRIBE_STRUCT(Subscribed, (), (pattern))

struct SubscribeRefused {
    std::string pattern{};
    std::string why{};
};
BOOST_DESCRIBE_STRUCT(SubscribeRefused, (), (pattern, why))

/// Takes back the subscription with exactly that pattern. Answered with Unsubscribed.
template <class M>
struct Unsubscribe {
    std::string pattern{};
    Recipient<M> who{};

    BOOST_DESCRIBE_CLASS(Unsubscribe, (), (pattern, who), (), ())
};

struct Unsubscribed {
    std::string pattern{};
    bool was = false;  ///< there was such a subscription
};
BOOST_DESCRIBE_STRUCT(Unsubscribed, (), (pattern, was))

/// Sends `message` to every subscriber of `topic`, once to each however many of its patterns match,
/// in the order of their oldest matching subscriptions. Answered with Published, or with
/// PublishRefused when `topic` is none.
template <class M>
struct Publish {
    std::string topic{};
    M message{};
    bool retain = false;  ///< later subscribers get it too, until another one takes its place

    BOOST_DESCRIBE_CLASS(Publish, (), (topic, message, retain), (), ())
};

struct Published {
    std::string topic{};
    std::uint64_t receivers = 0;
};
BOOST_DESCRIBE_STRUCT(Published, (), (topic, receivers))

struct PublishRefused {
    std::string topic{};
    std::string why{};
};
BOOST_DESCRIBE_STRUCT(PublishRefused, (), (topic, why))

/// Drops what is retained for `topic`. No answer.
struct ForgetRetained {
    std::string topic{};
};
BOOST_DESCRIBE_STRUCT(ForgetRetained, (), (topic))

template <class M>
struct Subscription {
    std::string pattern{};
    Recipient<M> who{};

    BOOST_DESCRIBE_CLASS(Subscription, (), (pattern, who), (), ())
};

/// All subscribers see what one broker publishes in one order, under every policy. A subscriber
/// that ends leaves. A message costs a walk over all subscriptions; a turn's output limit bounds
/// how many receivers it may have.
template <class M>
struct Broker {
    OrderedMap<std::uint64_t, Subscription<M>> subscriptions{};  ///< by age
    std::uint64_t subscribed = 0;                                ///< subscriptions ever made
    OrderedMap<std::string, M> retained{};                       ///< by topic
    WatchList watched{};

    void on(Context& cx, const Subscribe<M>& m) {
        std::string why = m.who ? whyNoPattern(m.pattern)
                                : "nobody was to subscribe to '" + m.pattern +
                                      "'; give the cell that shall get the messages";
        if (!why.empty()) {
            refuse(cx, SubscribeRefused{m.pattern, std::move(why)});
            return;
        }
        answer(cx, Subscribed{m.pattern});
        if (find(m.pattern, m.who) != subscriptions.end()) return;
        subscriptions.insert_or_assign(++subscribed, Subscription<M>{m.pattern, m.who});
        watched.add(cx, m.who);
        for (const auto& [topic, message] : retained)
            if (matches(m.pattern, topic)) cx.send(m.who, message);
    }

    void on(Context& cx, const Unsubscribe<M>& m) {
        const auto at = find(m.pattern, m.who);
        const bool was = at != subscriptions.end();
        if (was) {
            subscriptions.erase(at->first);
            watched.drop(cx, m.who);
        }
        answer(cx, Unsubscribed{m.pattern, was});
    }

    void on(Context& cx, const Publish<M>& m) {
        if (std::string why = whyNoTopic(m.topic); !why.empty()) {
            refuse(cx, PublishRefused{m.topic, std::move(why)});
            return;
        }
        if (m.retain) retained.insert_or_assign(m.topic, m.message);
        std::set<CellRef> told;
        for (const auto& [age, subscription] : subscriptions) {
            if (!matches(subscription.pattern, m.topic)) continue;
            if (told.insert(subscription.who).second) cx.send(subscription.who, m.message);
        }
        answer(cx, Published{m.topic, told.size()});
    }

    void on(Context&, const ForgetRetained& m) { retained.erase(m.topic); }

    void on(Context&, const Down& m) {
        std::vector<std::uint64_t> gone;
        for (const auto& [age, subscription] : subscriptions)
            if (subscription.who == m.who) gone.push_back(age);
        for (const std::uint64_t age : gone) subscriptions.erase(age);
        watched.ended(m.who);
    }

    BOOST_DESCRIBE_CLASS(Broker, (), (subscriptions, subscribed, retained, watched), (), ())
    ARIADNE_ACCEPTS(Broker, Subscribe<M>, Unsubscribe<M>, Publish<M>, ForgetRetained, Down)

private:
    auto find(const std::string& pattern, const CellRef& who) const {
        auto at = subscriptions.begin();
        while (at != subscriptions.end() &&
               (at->second.who != who || at->second.pattern != pattern))
            ++at;
        return at;
    }
};

}  // namespace ariadne::library
