// Publish and subscribe: who gets what, once, in which order, and who no longer does.
#include "engine/library/topic.h"
#include "tests/library/support/play.h"

using namespace ariadne;
using namespace ariadne::tests;

namespace {

struct Price {
    std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(Price, (), (cents))

using Exchange = library::Broker<Price>;

struct Act {
    std::int64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Act, (), (number))

/// A trader does its acts, one per millisecond, from number 0 on.
struct Trader {
    Ref<Exchange> exchange{};
    std::string part{};
    Vector<std::string> heard{};

    void on(Context& cx, const Start&) { on(cx, Act{0}); }
    void on(Context& cx, const Act& m);
    void on(Context&, const Price& m) { heard.push_back(std::to_string(m.cents)); }
    void on(Context&, const library::Subscribed& m) { heard.push_back("in " + m.pattern); }
    void on(Context& cx, const library::SubscribeRefused& m) { cx.note("why", m.why); }
    void on(Context& cx, const library::PublishRefused& m) { cx.note("why", m.why); }
    void on(Context&, const library::Unsubscribed& m) {
        heard.push_back((m.was ? "out " : "never in ") + m.pattern);
    }
    void on(Context&, const library::Published& m) {
        heard.push_back("to " + std::to_string(m.receivers));
    }

    void subscribe(Context& cx, const std::string& pattern);
    void publish(Context& cx, const std::string& topic, std::int64_t cents, bool retain = false);
};
BOOST_DESCRIBE_STRUCT(Trader, (), (exchange, part, heard))
ARIADNE_ACTOR(Trader, Start, Act, Price, library::Subscribed, library::SubscribeRefused,
              library::PublishRefused, library::Unsubscribed, library::Published)

void Trader::subscribe(Context& cx, const std::string& pattern) {
    cx.send(exchange, library::Subscribe<Price>{pattern, cx.self<Trader>()});
}
void Trader::publish(Context& cx, const std::string& topic, std::int64_t cents, bool retain) {
    cx.send(exchange, library::Publish<Price>{topic, Price{cents}, retain});
}

std::map<std::string, std::vector<std::function<void(Context&, Trader&)>>>& acts() {
    static std::map<std::string, std::vector<std::function<void(Context&, Trader&)>>> all;
    return all;
}
void Trader::on(Context& cx, const Act& m) {
    const auto& mine = acts()[part];
    const auto number = static_cast<std::size_t>(m.number);
    if (number < mine.size() && mine[number]) mine[number](cx, *this);
    if (number + 1 < mine.size()) cx.after(1ms, Act{m.number + 1});
}

struct Floor {
    std::vector<std::string> parts{};
    void on(Context& cx, const Start&) {
        const Ref<Exchange> exchange = cx.spawn<Exchange>("exchange");
        for (const std::string& part : parts)
            cx.spawn<Trader>(part, Trader{.exchange = exchange, .part = part});
    }
};
BOOST_DESCRIBE_STRUCT(Floor, (), (parts))
ARIADNE_ACTOR(Floor, Start)

std::string heardBy(Play& play, const std::string& path) {
    return joined(play.stateOf<Trader>(path).heard);
}

/// What a pattern means, said in another way than the product does.
bool meansReference(const std::vector<std::string>& pattern, std::size_t p,
                    const std::vector<std::string>& topic, std::size_t t) {
    if (p == pattern.size()) return t == topic.size();
    if (t == topic.size()) return false;
    if (pattern[p] == "**") return true;
    return (pattern[p] == "*" || pattern[p] == topic[t]) &&
           meansReference(pattern, p + 1, topic, t + 1);
}

std::string path(const std::vector<std::string>& levels) {
    std::string out;
    for (const std::string& level : levels) out += (out.empty() ? "" : "/") + level;
    return out;
}

}  // namespace

class TestBroker : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { acts().clear(); }

    void patternsMatch_data() {
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<QString>("topic");
        QTest::addColumn<bool>("expected");
        const auto row = [](const char* pattern, const char* topic, bool expected) {
            QTest::addRow("%s ~ %s", pattern, topic)
                << QString::fromLatin1(pattern) << QString::fromLatin1(topic) << expected;
        };
        row("orders", "orders", true);
        row("orders", "orders/eu", false);
        row("orders/eu", "orders", false);
        row("orders/*", "orders/eu", true);
        row("orders/*", "orders", false);
        row("orders/*", "orders/eu/42", false);
        row("orders/*/42", "orders/eu/42", true);
        row("orders/**", "orders/eu/42", true);
        row("orders/**", "orders/eu", true);
        row("orders/**", "orders", false);
        row("orders/**", "ordersx/eu", false);
        row("**", "orders", true);
        row("*", "orders", true);
        row("*", "orders/eu", false);
        row("orders/e*", "orders/eu", false);  // a wildcard is a whole level
    }
    void patternsMatch() {
        QFETCH(const QString, pattern);
        QFETCH(const QString, topic);
        QFETCH(const bool, expected);
        QCOMPARE(library::whyNoPattern(pattern.toStdString()), std::string{});
        QCOMPARE(library::matches(pattern.toStdString(), topic.toStdString()), expected);
    }

    void patternsMeanWhatTheReferenceSays() {
        std::uint64_t draws = 0, matched = 0;
        kernel::RandomStream random{7, CellKey{1}, draws};
        for (int i = 0; i < 20'000; ++i) {
            std::vector<std::string> pattern(1 + random.below(4)), topic(1 + random.below(4));
            for (std::string& level : topic) level = random.oneIn(2) ? "a" : "bb";
            for (std::string& level : pattern)
                level = random.oneIn(3) ? "*" : random.oneIn(2) ? "a" : "bb";
            if (random.oneIn(3)) pattern.back() = "**";
            const bool expected = meansReference(pattern, 0, topic, 0);
            const std::string text = path(pattern) + " ~ " + path(topic);
            QVERIFY2(library::matches(path(pattern), path(topic)) == expected, text.c_str());
            matched += expected ? 1 : 0;
        }
        QVERIFY(matched > 1000);
    }

    void whatIsNoPatternOrTopicIsRefusedWithAdvice() {
        for (const char* bad : {"", "/", "a/", "/a", "a//b"}) {
            QVERIFY2(library::whyNoPattern(bad).find("empty level") != std::string::npos, bad);
            QVERIFY2(library::whyNoTopic(bad).find("empty level") != std::string::npos, bad);
        }
        QVERIFY(library::whyNoPattern("a/**/b").find("before its last level") != std::string::npos);
        QVERIFY(library::whyNoTopic("a/*").find("wildcards are for subscriptions") !=
                std::string::npos);
        acts()["a"] = {[](Context& cx, Trader& me) {
            cx.ask(me.exchange, library::Subscribe<Price>{"a//b", cx.self<Trader>()}, within(1s));
            cx.ask(me.exchange, library::Subscribe<Price>{"a", {}}, within(1s));
            cx.ask(me.exchange, library::Publish<Price>{"a/*", {}}, within(1s));
            me.publish(cx, "a/**", 1);
        }};
        Play play{inRounds(), Floor{{"a"}}};
        const auto whys = play.linesAfter(EventKind::kNote, "note a why = ");
        QCOMPARE(whys.size(), 3u);
        QVERIFY(whys[1].find("nobody was to subscribe to 'a'") != std::string::npos);
        QCOMPARE(play.linesAfter(EventKind::kLog, "log exchange topic 'a/**'").size(), 1u);
        QVERIFY(play.stateOf<Exchange>("exchange").subscriptions.empty());
    }

    void subscribersAreServedInOrderOfSubscription() {
        // Subscribing in another order than they were born in.
        acts()["a"] = {nullptr, nullptr, [](Context& cx, Trader& me) { me.subscribe(cx, "x/*"); }};
        acts()["b"] = {[](Context& cx, Trader& me) { me.subscribe(cx, "x/**"); }};
        acts()["c"] = {nullptr, [](Context& cx, Trader& me) {
                           me.subscribe(cx, "y");
                           me.subscribe(cx, "x/1");
                       }};
        acts()["p"] = {nullptr, nullptr, nullptr, nullptr, [](Context& cx, Trader& me) {
                           me.publish(cx, "x/1", 5);
                           me.publish(cx, "y", 6);
                       }};
        for (const auto& order : everyOrder()) {
            Play play{order, Floor{{"a", "b", "c", "p"}}};
            QCOMPARE(joined(play.linesAfter(EventKind::kSend, "send exchange -> ")),
                     std::string{"b Price{cents: 5}; c Price{cents: 5}; a Price{cents: 5}; "
                                 "c Price{cents: 6}"});
        }
    }

    void oneMessageComesOnceHoweverManyPatternsMatch() {
        acts()["a"] = {[](Context& cx, Trader& me) {
            for (const char* pattern : {"x/*", "x/**", "x/1", "x/1", "**"})
                me.subscribe(cx, pattern);
            cx.ask(me.exchange, library::Publish<Price>{"x/1", Price{5}}, within(1s));
        }};
        for (const auto& order : everyOrder(5)) {
            Play play{order, Floor{{"a"}}};
            QCOMPARE(heardBy(play, "a"), std::string{"5; to 1"});
            QCOMPARE(play.stateOf<Exchange>("exchange").subscriptions.size(), 4u);
        }
    }

    void whoLeavesOneOfTwoPatternsStaysForTheOther() {
        acts()["a"] = {[](Context& cx, Trader& me) {
            me.subscribe(cx, "x/*");
            me.subscribe(cx, "x/1");
            for (int i = 0; i < 2; ++i)
                cx.ask(me.exchange, library::Unsubscribe<Price>{"x/*", cx.self<Trader>()},
                       within(1s));
            me.publish(cx, "x/1", 1);
            me.publish(cx, "x/2", 2);
        }};
        for (const auto& order : everyOrder(5)) {
            Play play{order, Floor{{"a"}}};
            QCOMPARE(heardBy(play, "a"), std::string{"out x/*; never in x/*; 1"});
            QCOMPARE(play.stateOf<Exchange>("exchange").watched.reasons.size(), 1u);
        }
    }

    void whatIsRetainedComesToLaterSubscribersInOrderOfTopic() {
        acts()["p"] = {[](Context& cx, Trader& me) {
            me.publish(cx, "x/2", 2, true);
            me.publish(cx, "x/1", 9, true);
            me.publish(cx, "x/1", 1, true);
            me.publish(cx, "x/3", 3);
            me.publish(cx, "x/4", 4, true);
            me.publish(cx, "y", 5, true);
            cx.send(me.exchange, library::ForgetRetained{"x/4"});
        }};
        acts()["late"] = {nullptr, [](Context& cx, Trader& me) {
                              cx.ask(me.exchange,
                                     library::Subscribe<Price>{"x/**", cx.self<Trader>()},
                                     within(1s));
                          }};
        for (const auto& order : everyOrder()) {
            Play play{order, Floor{{"p", "late"}}};
            QCOMPARE(heardBy(play, "late"), std::string{"in x/**; 1; 2"});
        }
    }

    void subscribersThatEndLeave() {
        acts()["a"] = {[](Context& cx, Trader& me) {
                           me.subscribe(cx, "x");
                           me.subscribe(cx, "y");
                       },
                       nullptr, [](Context& cx, Trader&) { cx.stop(); }};
        acts()["b"] = {[](Context& cx, Trader& me) { me.subscribe(cx, "x"); }};
        acts()["p"] = {nullptr, [](Context& cx, Trader& me) { me.publish(cx, "x", 1); }, nullptr,
                       [](Context& cx, Trader& me) { me.publish(cx, "x", 2); }};
        for (const auto& order : everyOrder()) {
            Play play{order, Floor{{"a", "b", "p"}}};
            QCOMPARE(heardBy(play, "b"), std::string{"1; 2"});
            QCOMPARE(play.sink.count(EventKind::kDrop), std::size_t{0});
            const Exchange exchange = play.stateOf<Exchange>("exchange");
            QCOMPARE(exchange.subscriptions.size(), 1u);
            QCOMPARE(exchange.watched.reasons.size(), 1u);
        }
    }

    void everySubscriberSeesTheSameOrder() {
        for (int p = 0; p < 3; ++p)
            acts()["p" + std::to_string(p)] = {nullptr, [p](Context& cx, Trader& me) {
                                                   for (int i = 0; i < 10; ++i)
                                                       me.publish(cx, "x", 100 * p + i);
                                               }};
        for (const char* part : {"a", "b", "c"})
            acts()[part] = {[](Context& cx, Trader& me) { me.subscribe(cx, "**"); }};
        std::set<std::string> seen;
        for (const auto& order : everyOrder(30)) {
            Play play{order, Floor{{"a", "p0", "b", "p1", "c", "p2"}}};
            const std::string a = heardBy(play, "a");
            QCOMPARE(static_cast<int>(play.stateOf<Trader>("a").heard.size()), 30);
            QCOMPARE(heardBy(play, "b"), a);
            QCOMPARE(heardBy(play, "c"), a);
            seen.insert(a);
        }
        // There were different orders to agree on.
        QVERIFY(seen.size() > 20);
    }

    void snapshotsGoOn() {
        acts()["a"] = {[](Context& cx, Trader& me) { me.subscribe(cx, "x/*"); }, nullptr,
                       [](Context& cx, Trader&) { cx.stop(); }};
        acts()["p"] = {[](Context& cx, Trader& me) { me.publish(cx, "x/1", 1, true); },
                       [](Context& cx, Trader& me) { me.publish(cx, "x/2", 2); },
                       [](Context& cx, Trader& me) { me.publish(cx, "x/2", 3); },
                       [](Context& cx, Trader& me) { me.publish(cx, "x/2", 4); }};
        for (const auto& order : everyOrder(5))
            QCOMPARE(whySnapshotsDiffer(order, Floor{{"a", "p"}}), std::string{});
    }
};

QTEST_GUILESS_MAIN(TestBroker)
#include "tst_broker.moc"
