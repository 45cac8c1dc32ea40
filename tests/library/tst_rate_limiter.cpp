// A bucket of tokens in virtual time: bursts pass, the rate holds, the rest is told to wait.
#include "tests/library/support/play.h"

using namespace ariadne;
using namespace ariadne::tests;

namespace {

struct Knock {
    std::int64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Knock, (), (number))
struct Welcome {
    std::int64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Welcome, (), (number))

struct House {
    std::vector<VirtualTime> opened{};
    void on(Context& cx, const Knock& m) {
        opened.push_back(cx.now());
        cx.reply(Welcome{m.number});
    }
};
BOOST_DESCRIBE_STRUCT(House, (), (opened))
ARIADNE_ACTOR(House, Knock)

using Door = library::RateLimiter<Knock>;

struct Crowd {
    library::RateSettings settings{};
    std::vector<Duration> at{};
    Ref<Door> door{};
    std::vector<std::string> heard{};
    std::map<AskId, std::int64_t> asked{};

    void on(Context& cx, const Start&) {
        const Ref<House> house = cx.spawn<House>("house");
        door = cx.spawn<Door>("door", Door{.service = house, .settings = settings});
        heard.resize(at.size());
        for (std::size_t i = 0; i < at.size(); ++i)
            cx.after(at[i], Knock{static_cast<std::int64_t>(i)});
    }
    void on(Context& cx, const Knock& m) { asked[cx.ask(door, m, within(1s))] = m.number; }
    void on(Context& cx, const Welcome&) { hear(cx, "in"); }
    void on(Context& cx, const library::RateExceeded& m) {
        hear(cx, std::to_string(m.retryAfter / 1ms));
    }
    void on(Context& cx, const AskTimedOut&) { hear(cx, "timed out"); }
    void hear(Context& cx, const std::string& what) {
        heard[static_cast<std::size_t>(asked.at(cx.answering()))] += what;
    }
};
BOOST_DESCRIBE_STRUCT(Crowd, (), (settings, at, door, heard, asked))
ARIADNE_ACTOR(Crowd, Start, Knock, Welcome, library::RateExceeded, AskTimedOut)

std::string heardIn(Play& play) {
    return joined(play.stateOf<Crowd>("lab").heard);
}

}  // namespace

class TestRateLimiter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aBurstPassesThenOneTokenAtATime() {
        // Two tokens, one more every 100 ms; a full bucket has no part of a third.
        for (const auto& order : everyOrder(5)) {
            Play play{order, Crowd{.settings = {.burst = 2, .perToken = 100ms},
                                   .at = {0ms, 10ms, 20ms, 99ms, 100ms, 150ms, 210ms, 1050ms,
                                          1060ms, 1070ms, 1149ms, 1150ms}}};
            QCOMPARE(heardIn(play), std::string{"in; in; 80; 1; in; 50; in; in; in; 80; 1; in"});
        }
    }

    void theRateHoldsForAnyCrowdInAnyOrder() {
        constexpr std::uint32_t kBurst = 3;
        constexpr Duration kPerToken = 70ms;
        std::uint64_t refused = 0;
        for (const auto& order : everyOrder(30)) {
            std::uint64_t draws = 0;
            kernel::RandomStream random{order.seed, CellKey{9}, draws};
            std::vector<Duration> at(60);
            Duration when{};
            for (Duration& t : at) {
                when += Duration{random.between(0, 120) * 1'000'000};
                t = when;
            }
            Play play{order, Crowd{.settings = {kBurst, kPerToken}, .at = at}};
            const std::vector<VirtualTime> opened = play.stateOf<House>("house").opened;
            // Of any stretch: no more than a full bucket and what came meanwhile.
            for (std::size_t i = 0; i < opened.size(); ++i)
                for (std::size_t j = i; j < opened.size(); ++j)
                    QVERIFY2(static_cast<std::int64_t>(j - i + 1) <=
                                 kBurst + (opened[j] - opened[i]) / kPerToken + 1,
                             textOf(order).c_str());
            const Door door = play.stateOf<Door>("door");
            QCOMPARE(door.passed, opened.size());
            QCOMPARE(door.passed + door.refused, at.size());
            refused += door.refused;
            for (const std::string& heard : play.stateOf<Crowd>("lab").heard)
                QVERIFY2(heard == "in" || (!heard.empty() && std::stoi(heard) <= 70),
                         heard.c_str());
        }
        QVERIFY(refused > 100);
    }

    void snapshotsGoOn() {
        for (const auto& order : everyOrder(3))
            QCOMPARE(whySnapshotsDiffer(order, Crowd{.settings = {.burst = 2, .perToken = 100ms},
                                                     .at = {0ms, 10ms, 20ms, 150ms, 400ms}}),
                     std::string{});
    }

    void settingsThatCannotWorkFailWithAdvice() {
        for (const library::RateSettings& settings :
             {library::RateSettings{.burst = 0}, library::RateSettings{.perToken = Duration{}}}) {
            Play play{inRounds(), Crowd{.settings = settings}};
            QCOMPARE(play.linesAfter(EventKind::kFail, "fail door failed: rate limiter: ").size(),
                     1u);
        }
    }
};

QTEST_GUILESS_MAIN(TestRateLimiter)
#include "tst_rate_limiter.moc"
