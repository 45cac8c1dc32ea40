// A breaker opens, cools down, tries and closes, all in virtual time.
#include "tests/library/support/play.h"

using namespace ariadne;
using namespace ariadne::tests;
using library::BreakerState;

namespace {

struct Query {
    std::int64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Query, (), (number))
struct Answered {
    std::int64_t number = 0;
    bool good = true;
};
BOOST_DESCRIBE_STRUCT(Answered, (), (number, good))

struct GoodOnly {
    static bool isFailure(const Answered& m) { return !m.good; }
};
using Breaker = library::CircuitBreaker<Query, Answered, GoodOnly>;

/// One letter for each question, in order, the last for ever: 'y' answers, 'n' answers badly,
/// '-' not at all, '1' to '9' after so many tenths of a second, '?' one of these at random.
struct Oracle {
    std::string manner{};
    std::uint64_t questions = 0;

    void on(Context& cx, const Query& m);
    void on(Context& cx, const struct Later& m);
};
struct Later {
    ReplyTo to{};
    Answered answer{};
};
BOOST_DESCRIBE_STRUCT(Later, (), (to, answer))
BOOST_DESCRIBE_STRUCT(Oracle, (), (manner, questions))
ARIADNE_ACTOR(Oracle, Query, Later)

void Oracle::on(Context& cx, const Query& m) {
    const std::uint64_t at = std::min<std::uint64_t>(questions++, manner.size() - 1);
    char how = manner[at];
    if (how == '?') how = "yyyn-19"[cx.random().below(7)];
    if (how == 'y' || how == 'n') cx.reply(Answered{m.number, how == 'y'});
    if (how >= '1' && how <= '9')
        cx.after(100ms * (how - '0'), Later{cx.replyTo(), {m.number, true}});
}
void Oracle::on(Context& cx, const Later& m) {
    cx.reply(m.to, m.answer);
}

struct NextQuery {
    std::int64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(NextQuery, (), (number))

/// Asks through the breaker at the given times, and keeps what came of question i at [i].
struct Pilgrim {
    library::BreakerSettings settings{};
    std::string manner{};
    std::vector<Duration> at{};
    Ref<Breaker> breaker{};
    Ref<Oracle> oracle{};
    std::vector<std::string> heard{};
    std::map<AskId, std::int64_t> asked{};

    void on(Context& cx, const Start&) {
        oracle = cx.spawn<Oracle>("oracle", Oracle{.manner = manner});
        breaker = cx.spawn<Breaker>("breaker", Breaker{.service = oracle, .settings = settings});
        heard.resize(at.size());
        for (std::size_t i = 0; i < at.size(); ++i)
            cx.after(at[i], NextQuery{static_cast<std::int64_t>(i)});
    }
    void on(Context& cx, const NextQuery& m) {
        asked[cx.ask(breaker, Query{m.number}, within(60s))] = m.number;
    }
    void on(Context& cx, const Answered& m) { hear(cx, m.good ? "yes" : "no"); }
    void on(Context& cx, const library::Rejected& m) {
        const std::string left = std::to_string(m.retryAfter / 1ms);
        hear(cx, (m.reason == library::RejectReason::kOpen ? "open " : "none ") + left);
    }
    void on(Context& cx, const AskTimedOut&) { hear(cx, "timed out"); }
    void hear(Context& cx, const std::string& what) {
        std::string& mine = heard[static_cast<std::size_t>(asked.at(cx.answering()))];
        mine += mine.empty() ? what : " and " + what;
    }
};
BOOST_DESCRIBE_STRUCT(Pilgrim, (), (settings, manner, at, breaker, oracle, heard, asked))
ARIADNE_ACTOR(Pilgrim, Start, NextQuery, Answered, library::Rejected, AskTimedOut)

/// Asks four times a service that answers badly, and then the breaker how it is.
struct Inspector {
    Ref<Breaker> breaker{};
    std::vector<library::BreakerReport> reports{};

    void on(Context& cx, const Start&) {
        const Ref<Oracle> oracle = cx.spawn<Oracle>("oracle", Oracle{.manner = "n"});
        breaker = cx.spawn<Breaker>("breaker", Breaker{.service = oracle});
        cx.ask(breaker, library::BreakerQuery{}, within(1s));
        for (std::int64_t i = 1; i <= 6; ++i) cx.after(i * 100ms, NextQuery{i});
        cx.after(1s, NextQuery{});
    }
    void on(Context& cx, const NextQuery& m) {
        if (m.number != 0)
            cx.ask(breaker, Query{m.number}, within(1s));
        else
            cx.ask(breaker, library::BreakerQuery{}, within(1s));
    }
    void on(Context&, const Answered&) {}
    void on(Context&, const library::Rejected&) {}
    void on(Context&, const library::BreakerReport& m) { reports.push_back(m); }
};
BOOST_DESCRIBE_STRUCT(Inspector, (), (breaker, reports))
ARIADNE_ACTOR(Inspector, Start, NextQuery, Answered, library::Rejected, library::BreakerReport)

/// A second to answer, three failures in ten seconds, five seconds of rest.
library::BreakerSettings usual() {
    return {.patience = 1s, .failuresMax = 3, .window = 10s, .coolDown = 5s, .trials = 1};
}

/// "3s kOpen; 8s kHalfOpen"
std::string changesIn(const Play& play) {
    std::vector<std::string> out;
    for (const RecordedRow& kept : play.sink.rows()) {
        const std::string_view head = "note breaker breaker = ";
        if (!kept.line.starts_with(head)) continue;
        out.push_back(value::showDuration(kept.row.time.value) + " " +
                      kept.line.substr(head.size()));
    }
    return joined(out);
}

std::vector<Duration> everySecond(int count) {
    std::vector<Duration> out;
    for (int i = 0; i < count; ++i) out.push_back(i * 1s + 500ms);
    return out;
}

}  // namespace

class TestCircuitBreaker : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void closedItPassesEverythingOn() {
        for (const auto& order : everyOrder(5)) {
            Play play{order,
                      Pilgrim{.settings = usual(), .manner = "ynyyn7y", .at = everySecond(7)}};
            QCOMPARE(joined(play.stateOf<Pilgrim>("lab").heard),
                     std::string{"yes; no; yes; yes; no; yes; yes"});
            QCOMPARE(changesIn(play), std::string{});
            QVERIFY(play.stateOf<Breaker>("breaker").underWay.empty());
        }
    }

    void failuresWithinTheWindowOpenItAndItTriesAgain() {
        // Two bad answers and a silence: open at 3.4 s, ready for a trial at 8.4 s.
        library::BreakerSettings settings = usual();
        settings.patience = 900ms;
        for (const auto& order : everyOrder()) {
            Play play{order,
                      Pilgrim{.settings = settings, .manner = "nn-y", .at = everySecond(10)}};
            QCOMPARE(joined(play.stateOf<Pilgrim>("lab").heard),
                     std::string{"no; no; none 5000; open 4900; open 3900; open 2900; open 1900; "
                                 "open 900; yes; yes"});
            QCOMPARE(changesIn(play), std::string{"3.4s kOpen; 8.4s kHalfOpen; 8.5s kClosed"});
        }
    }

    void whoAsksItIsToldWhatItDid() {
        for (const auto& order : everyOrder(5)) {
            Play play{order, Inspector{}};
            const Inspector inspector = play.stateOf<Inspector>("lab");
            QCOMPARE(inspector.reports.size(), std::size_t{2});
            QVERIFY(inspector.reports[0].state == BreakerState::kClosed);
            QCOMPARE(inspector.reports[0].passed, std::uint64_t{0});
            // The fifth failure opens it; the sixth request finds it so.
            QVERIFY(inspector.reports[1].state == BreakerState::kOpen);
            QCOMPARE(inspector.reports[1].passed, std::uint64_t{5});
            QCOMPARE(inspector.reports[1].rejected, std::uint64_t{1});
            QCOMPARE(inspector.reports[1].opened, std::uint64_t{1});
        }
    }

    void whoRetriesWhenToldToIsTried() {
        // The request may come before the breaker's own timer has been delivered.
        for (const auto& order : everyOrder()) {
            Play play{order,
                      Pilgrim{.settings = usual(), .manner = "nnny", .at = {0s, 0s, 0s, 5s}}};
            QCOMPARE(joined(play.stateOf<Pilgrim>("lab").heard), std::string{"no; no; no; yes"});
            QCOMPARE(changesIn(play), std::string{"0s kOpen; 5s kHalfOpen; 5s kClosed"});
        }
    }

    void aFailedTrialOpensItAgain() {
        Play play{inRounds(), Pilgrim{.settings = usual(),
                                      .manner = "nnnn-y",
                                      .at = {0s, 1s, 2s, 7500ms, 13s, 13500ms, 18s, 20s}}};
        QCOMPARE(joined(play.stateOf<Pilgrim>("lab").heard),
                 std::string{"no; no; no; no; none 5000; open 500; open 1000; yes"});
        QCOMPARE(changesIn(play),
                 std::string{"2s kOpen; 7s kHalfOpen; 7.5s kOpen; 12.5s kHalfOpen; 14s kOpen; "
                             "19s kHalfOpen; 20s kClosed"});
    }

    void oldFailuresAreForgotten() {
        // The third comes when the first is exactly as old as the window.
        Play apart{inRounds(), Pilgrim{.settings = usual(), .manner = "n", .at = {0s, 5s, 10s}}};
        QCOMPARE(changesIn(apart), std::string{});
        Play close{inRounds(), Pilgrim{.settings = usual(), .manner = "n", .at = {0s, 5s, 9999ms}}};
        QCOMPARE(changesIn(close), std::string{"9.999s kOpen; 14.999s kHalfOpen"});
    }

    void onlySoManyTrialsPassAndAllMustGoWell() {
        library::BreakerSettings settings = usual();
        settings.trials = 2;
        Play play{inRounds(), Pilgrim{.settings = settings,
                                      .manner = "nnn59y",
                                      .at = {0s, 0s, 0s, 6s, 6100ms, 6200ms, 6700ms, 7100ms}}};
        QCOMPARE(joined(play.stateOf<Pilgrim>("lab").heard),
                 std::string{"no; no; no; yes; yes; open 900; open 400; yes"});
        QCOMPARE(changesIn(play), std::string{"0s kOpen; 5s kHalfOpen; 7s kClosed"});
    }

    void whatBeganBeforeTheChangeDoesNotCount() {
        // The slow question begins while closed and fails while half-open.
        library::BreakerSettings settings = usual();
        settings.patience = 20s;
        Play play{inRounds(),
                  Pilgrim{.settings = settings, .manner = "-nnny", .at = {0s, 1s, 1s, 1s, 21s}}};
        QCOMPARE(joined(play.stateOf<Pilgrim>("lab").heard),
                 std::string{"none 0; no; no; no; yes"});
        QCOMPARE(changesIn(play), std::string{"1s kOpen; 6s kHalfOpen; 21s kClosed"});
    }

    void settingsThatCannotWorkFailWithAdvice() {
        const auto endOf = [](const library::BreakerSettings& settings) {
            Play play{inRounds(), Pilgrim{.settings = settings, .manner = "y"}};
            return joined(play.linesAfter(EventKind::kFail, "fail breaker failed: "));
        };
        QVERIFY(endOf({.failuresMax = 0}).find("at least 1") != std::string::npos);
        QVERIFY(endOf({.trials = 0}).find("at least 1") != std::string::npos);
        QVERIFY(endOf({.coolDown = Duration{}}).find("give times above 0") != std::string::npos);
    }

    void inNoOrderDoesAnOpenBreakerAskOrALateOneTryTooMuch() {
        std::vector<Duration> often;
        for (int i = 0; i < 150; ++i) often.push_back(i * 130ms);
        library::BreakerSettings settings = usual();
        settings.trials = 2;
        settings.coolDown = 2s;
        std::size_t opened = 0, closed = 0;
        for (const auto& order : everyOrder(30)) {
            Play play{order, Pilgrim{.settings = settings, .manner = "?", .at = often}};
            BreakerState state = BreakerState::kClosed;
            std::uint32_t trials = 0;
            for (const RecordedRow& kept : play.sink.rows()) {
                if (kept.line.starts_with("ask breaker -> oracle")) {
                    QVERIFY2(state != BreakerState::kOpen, textOf(order).c_str());
                    if (state == BreakerState::kHalfOpen)
                        QVERIFY2(++trials <= settings.trials, textOf(order).c_str());
                }
                if (!kept.line.starts_with("note breaker breaker = ")) continue;
                trials = 0;
                opened += kept.line.ends_with("kOpen") ? 1u : 0u;
                closed += kept.line.ends_with("kClosed") ? 1u : 0u;
                state = kept.line.ends_with("kOpen")       ? BreakerState::kOpen
                        : kept.line.ends_with("kHalfOpen") ? BreakerState::kHalfOpen
                                                           : BreakerState::kClosed;
            }
            // Every question got one answer, and in time.
            for (const std::string& heard : play.stateOf<Pilgrim>("lab").heard)
                QVERIFY2(!heard.empty() && heard.find("and") == std::string::npos &&
                             heard != "timed out",
                         heard.c_str());
            const library::BreakerReport report = play.stateOf<Breaker>("breaker").report;
            QCOMPARE(report.passed + report.rejected, 150u);
            QCOMPARE(play.stateOf<Oracle>("oracle").questions, report.passed);
        }
        QVERIFY(opened > 50 && closed > 10);
    }

    void snapshotsGoOn() {
        for (const auto& order : everyOrder(3))
            QCOMPARE(whySnapshotsDiffer(
                         order, Pilgrim{.settings = usual(), .manner = "?", .at = everySecond(15)}),
                     std::string{});
    }
};

QTEST_GUILESS_MAIN(TestCircuitBreaker)
#include "tst_circuit_breaker.moc"
