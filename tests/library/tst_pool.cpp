// A pool hands out jobs by its strategy, replaces who ends, and says what was lost.
#include "tests/library/support/play.h"

using namespace ariadne;
using namespace ariadne::tests;
using library::PoolReport;
using library::PoolStrategy;

namespace {

/// What a worker is to do with a job. Numbers are drawn at random.
enum class Way { kAnswer, kSlowly, kStopAfter, kStopSilently, kFail };
BOOST_DESCRIBE_ENUM(Way, kAnswer, kSlowly, kStopAfter, kStopSilently, kFail)

struct Work {
    std::uint64_t number = 0;
    Way way = Way::kAnswer;
};
BOOST_DESCRIBE_STRUCT(Work, (), (number, way))
struct Made {
    std::uint64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Made, (), (number))
struct Finish {
    Work work{};
    ReplyTo to{};
};
BOOST_DESCRIBE_STRUCT(Finish, (), (work, to))

struct Maker {
    std::vector<std::uint64_t> made{};
    bool retired = false;

    void on(Context& cx, const Work& m) {
        switch (m.way) {
            case Way::kAnswer: finish(cx, m, cx.replyTo()); break;
            case Way::kSlowly: cx.after(10ms, Finish{m, cx.replyTo()}); break;
            case Way::kStopAfter:
                finish(cx, m, cx.replyTo());
                cx.stop("one is enough");
                break;
            case Way::kStopSilently: cx.stop("lazy"); break;
            case Way::kFail: cx.fail("dropped number " + std::to_string(m.number));
        }
    }
    void on(Context& cx, const Finish& m) { finish(cx, m.work, m.to); }
    void on(Context&, const library::Retire&) { retired = true; }
    void finish(Context& cx, const Work& m, const ReplyTo& to) {
        made.push_back(m.number);
        if (to.ask != 0) cx.reply(to, Made{m.number});
        library::reportDone(cx, to);
    }
};
BOOST_DESCRIBE_STRUCT(Maker, (), (made, retired))
ARIADNE_ACTOR(Maker, Work, Finish, library::Retire)

struct ByNumber {
    static std::uint64_t keyOf(const Work& m) { return m.number; }
};
using Shop = library::Pool<Maker, Work>;
using SortedShop = library::Pool<Maker, Work, ByNumber>;

struct Phase {
    std::int64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Phase, (), (number))

/// The root: spawns the pool and does what the test says, in phases of 100 ms.
template <class PoolOf>
struct Boss {
    library::PoolSettings settings{};
    Ref<PoolOf> pool{};
    std::int64_t asked = 0;
    std::vector<std::uint64_t> made{};
    std::vector<std::string> lost{};
    std::int64_t lostAsks = 0;
    std::int64_t timedOut = 0;
    std::vector<PoolReport> reports{};
    std::vector<ExitReason> poolEnds{};

    static std::vector<std::function<void(Context&, Boss&)>>& phases() {
        static std::vector<std::function<void(Context&, Boss&)>> all;
        return all;
    }

    void on(Context& cx, const Start&) {
        pool = cx.spawn<PoolOf>("pool", PoolOf{.settings = settings});
        cx.monitor(pool);
        on(cx, Phase{0});
    }
    void on(Context& cx, const Phase& m) {
        const auto number = static_cast<std::size_t>(m.number);
        phases()[number](cx, *this);
        if (number + 1 < phases().size()) cx.after(100ms, Phase{m.number + 1});
    }
    void on(Context&, const Made& m) { made.push_back(m.number); }
    void on(Context& cx, const library::JobLost& m) {
        lost.push_back(m.text);
        lostAsks += cx.answering() != 0 ? 1 : 0;
    }
    void on(Context&, const AskTimedOut&) { ++timedOut; }
    void on(Context&, const PoolReport& m) { reports.push_back(m); }
    void on(Context& cx, const Down& m) {
        poolEnds.push_back(m.reason);
        cx.note("pool ended", m.text);
    }

    void ask(Context& cx, std::uint64_t number, Way way = Way::kAnswer) {
        cx.ask(pool, Work{number, way}, within(50ms));
        ++asked;
    }
    void report(Context& cx) { cx.ask(pool, library::PoolQuery{}, within(1s)); }

    BOOST_DESCRIBE_CLASS(Boss, (),
                         (settings, pool, asked, made, lost, lostAsks, timedOut, reports, poolEnds),
                         (), ())
    ARIADNE_ACCEPTS(Boss, Start, Phase, Made, library::JobLost, AskTimedOut, PoolReport, Down)
};

using Director = Boss<Shop>;
using SortingDirector = Boss<SortedShop>;

template <class PoolOf>
Boss<PoolOf> bossOf(const library::PoolSettings& settings) {
    (void)internal::ActorRegistered<Boss<PoolOf>>::kDone;  // nobody spawns the root
    return {.settings = settings};
}

std::vector<std::size_t> shares(Play& play) {
    std::vector<std::size_t> out;
    for (const Maker& maker : play.statesOf<Maker>()) out.push_back(maker.made.size());
    return out;
}

/// Of each number, who made it.
std::map<std::uint64_t, std::size_t> makersOf(Play& play) {
    std::map<std::uint64_t, std::size_t> out;
    const std::vector<Maker> makers = play.statesOf<Maker>();
    for (std::size_t i = 0; i < makers.size(); ++i)
        for (const std::uint64_t number : makers[i].made) out[number] = i;
    return out;
}

/// Empty when counts, loads and jobs agree.
template <class PoolOf>
std::string whyUnsound(const PoolOf& pool) {
    std::uint64_t loads = 0;
    for (const auto& [worker, load] : pool.loads) {
        std::uint64_t jobs = 0;
        for (const auto& [job, giver] : pool.jobs) jobs += job.worker == worker ? 1u : 0u;
        if (jobs != load)
            return "a load of " + std::to_string(load) + " for " + std::to_string(jobs) + " jobs";
        loads += load;
    }
    if (loads != pool.jobs.size()) return "jobs of nobody";
    const PoolReport& n = pool.counts;
    if (n.given != n.done + n.lost + pool.jobs.size()) return "jobs do not add up";
    for (const auto& [slot, worker] : pool.places)
        if (!pool.loads.contains(worker)) return "a slot without load";
    return {};
}

/// Random jobs in all ways.
void randomJobs(Context& cx, Director& me) {
    for (int i = 0; i < 12; ++i) {
        const std::uint64_t draw = cx.random().below(8);
        const Way way = draw < 4 ? Way::kAnswer : static_cast<Way>(draw - 3);
        const std::uint64_t number = cx.random().below(1000);
        if (cx.random().oneIn(4))
            cx.send(me.pool, Work{number, way});
        else
            me.ask(cx, number, way);
    }
    if (cx.random().oneIn(3)) {
        const auto workers = static_cast<std::uint32_t>(1 + cx.random().below(5));
        cx.send(me.pool, library::Resize{workers});
    }
}

}  // namespace

class TestPool : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        Director::phases().clear();
        SortingDirector::phases().clear();
    }

    void roundRobinGivesEveryWorkerItsShare() {
        Director::phases() = {[](Context& cx, Director& me) {
            for (std::uint64_t i = 0; i < 14; ++i) me.ask(cx, i);
        }};
        for (const auto& order : everyOrder()) {
            Play play{order, bossOf<Shop>({.workers = 4})};
            QCOMPARE(shares(play), (std::vector<std::size_t>{4, 4, 3, 3}));
            QCOMPARE(play.stateOf<Director>("lab").made.size(), 14u);
        }
    }

    void theLeastLoadedWorkerGetsTheJob() {
        Director::phases() = {
            [](Context& cx, Director& me) { me.ask(cx, 0, Way::kSlowly); },
            [](Context& cx, Director& me) {
                // Two are under way for 10 ms; the third worker is the only one free.
                me.ask(cx, 1, Way::kSlowly);
                me.ask(cx, 2, Way::kSlowly);
                me.ask(cx, 3, Way::kAnswer);
                cx.after(5ms, Phase{2});
            },
            [](Context& cx, Director& me) {
                if (me.asked < 9) me.ask(cx, static_cast<std::uint64_t>(me.asked), Way::kAnswer);
            },
        };
        for (const auto& order : everyOrder()) {
            Play play{order, bossOf<Shop>({.workers = 3, .strategy = PoolStrategy::kLeastLoaded})};
            const auto makers = makersOf(play);
            // Ties go to the lowest slot, so 0 and later ones with nothing under way go to it.
            QCOMPARE(makers.at(0), 0u);
            QCOMPARE(makers.at(1), 0u);
            QCOMPARE(makers.at(2), 1u);
            QCOMPARE(makers.at(3), 2u);
            QCOMPARE(makers.at(4), 2u);  // after 5 ms
            QCOMPARE(makers.at(5), 0u);  // after 100 ms
        }
    }

    void aKeyStaysWithItsSlotAndResizingMovesFew() {
        constexpr std::uint64_t kKeys = 1000;
        const auto all = [](Context& cx, SortingDirector& me) {
            for (std::uint64_t i = 0; i < kKeys; ++i) cx.send(me.pool, Work{i, Way::kAnswer});
        };
        const auto makers = [](std::uint32_t from, std::uint32_t to, auto jobs) {
            SortingDirector::phases() = {
                [to](Context& cx, SortingDirector& me) { cx.send(me.pool, library::Resize{to}); },
                jobs};
            Play play{inRounds(),
                      bossOf<SortedShop>({.workers = from, .strategy = PoolStrategy::kHash})};
            return makersOf(play);
        };
        const auto nine = makers(9, 9, all), ten = makers(10, 10, all), grown = makers(9, 10, all),
                   shrunk = makers(10, 9, all);
        QCOMPARE(grown, ten);
        QCOMPARE(shrunk, nine);
        std::size_t moved = 0;
        std::vector<std::size_t> shares(10);
        for (std::uint64_t key = 0; key < kKeys; ++key) {
            ++shares[ten.at(key)];
            if (nine.at(key) == ten.at(key)) continue;
            ++moved;
            QCOMPARE(ten.at(key), 9u);
        }
        for (const std::size_t share : shares) QVERIFY(share > 60 && share < 150);
        QCOMPARE(moved, shares[9]);
    }

    void aSuccessorHasTheKeysOfItsSlot() {
        SortingDirector::phases() = {
            [](Context& cx, SortingDirector& me) { me.ask(cx, 7, Way::kFail); },
            [](Context& cx, SortingDirector& me) {
                for (std::uint64_t i = 0; i < 40; ++i) me.ask(cx, i);
            }};
        for (const auto& order : everyOrder(5)) {
            Play play{order, bossOf<SortedShop>({.workers = 3, .strategy = PoolStrategy::kHash})};
            const auto makers = makersOf(play);
            QCOMPARE(makers.at(7), 2u);  // the youngest of three
            QCOMPARE(makers.size(), 40u);
            QCOMPARE(play.stateOf<SortedShop>("pool").places.size(), 3u);
        }
    }

    void jobsOfAWorkerThatEndsAreToldAsLostToWhoGaveThem() {
        Director::phases() = {[](Context& cx, Director& me) {
                                  me.ask(cx, 1, Way::kFail);
                                  me.ask(cx, 2);
                                  cx.send(me.pool, Work{3, Way::kAnswer});
                              },
                              [](Context& cx, Director& me) {
                                  me.ask(cx, 4);
                                  me.report(cx);
                              }};
        for (const auto& order : everyOrder()) {
            Play play{order, bossOf<Shop>({.workers = 1})};
            const Director boss = play.stateOf<Director>("lab");
            const PoolReport report = boss.reports.at(0);
            const std::string text = textOf(order) + ": " + joined(boss.lost);
            QVERIFY2(!boss.lost.empty() && boss.lost[0] == "dropped number 1", text.c_str());
            // Each job was made by the successor, or is told as lost, once.
            QCOMPARE(makersOf(play).size() + boss.lost.size(), 4u);
            QCOMPARE(report.lost, static_cast<std::uint64_t>(boss.lost.size()));
            QCOMPARE(boss.timedOut, 0);
            QCOMPARE(boss.made.back(), 4u);
            QCOMPARE(report.ended, 1u);
            QCOMPARE(report.workers, 1u);
        }
    }

    void jobsReportedOutOfOrderAreToldApart() {
        Director::phases() = {[](Context& cx, Director& me) {
                                  me.ask(cx, 1, Way::kSlowly);
                                  cx.send(me.pool, Work{2, Way::kSlowly});
                                  me.ask(cx, 3);
                                  cx.after(5ms, Phase{1});
                              },
                              [](Context& cx, Director& me) {
                                  if (me.asked == 2) me.ask(cx, 4, Way::kFail);
                              }};
        for (const auto& order : everyOrder()) {
            Play play{order, bossOf<Shop>({.workers = 1})};
            const Director boss = play.stateOf<Director>("lab");
            // The plain one is told too; nobody who asked waits for ever.
            QCOMPARE(boss.made, std::vector<std::uint64_t>{3});
            QCOMPARE(boss.lost.size(), 3u);
            QCOMPARE(boss.lostAsks, 2);
            QCOMPARE(boss.timedOut, 0);
        }
    }

    void aWorkerThatReportsAndStopsHasLostNothing() {
        Director::phases() = {[](Context& cx, Director& me) {
                                  for (std::uint64_t i = 0; i < 4; ++i)
                                      me.ask(cx, i, Way::kStopAfter);
                              },
                              [](Context& cx, Director& me) { me.report(cx); }};
        // In lock-step what a worker says comes before its end does. (Not so in random orders.)
        for (const std::uint32_t batch : {1u, 16u}) {
            Play play{inRounds(0, batch), bossOf<Shop>({.workers = 4})};
            const Director boss = play.stateOf<Director>("lab");
            QCOMPARE(boss.reports.at(0),
                     (PoolReport{.workers = 4, .given = 4, .done = 4, .ended = 4}));
            QCOMPARE(boss.made.size(), 4u);
            QVERIFY(boss.lost.empty());
        }
    }

    void withoutSuccessorsThePoolRunsOutAndSaysSo() {
        Director::phases() = {[](Context& cx, Director& me) { me.ask(cx, 1, Way::kStopSilently); },
                              [](Context& cx, Director& me) { me.ask(cx, 2, Way::kFail); },
                              [](Context& cx, Director& me) {
                                  me.ask(cx, 3);
                                  cx.send(me.pool, library::Resize{2});
                                  me.ask(cx, 4);
                              }};
        for (const auto& order : everyOrder(5)) {
            Play play{order, bossOf<Shop>({.workers = 2, .replace = false})};
            const Director boss = play.stateOf<Director>("lab");
            QCOMPARE(joined(boss.lost), std::string{"lazy; dropped number 2; the pool has no "
                                                    "workers; resize it"});
            QCOMPARE(boss.made, std::vector<std::uint64_t>{4});
        }
    }

    void workersOfClosedSlotsDoWhatTheyHaveAndRetire() {
        Director::phases() = {[](Context& cx, Director& me) {
                                  for (std::uint64_t i = 0; i < 6; ++i) me.ask(cx, i, Way::kSlowly);
                                  cx.send(me.pool, library::Resize{1});
                                  me.ask(cx, 6, Way::kSlowly);
                              },
                              [](Context& cx, Director& me) { me.report(cx); }};
        for (const auto& order : everyOrder(5)) {
            Play play{order, bossOf<Shop>({.workers = 3})};
            QCOMPARE(shares(play), (std::vector<std::size_t>{3, 2, 2}));
            const auto makers = play.statesOf<Maker>();
            QVERIFY(!makers[0].retired && makers[1].retired && makers[2].retired);
            QCOMPARE(play.stateOf<Director>("lab").reports.at(0),
                     (PoolReport{.workers = 1, .given = 7, .done = 7}));
        }
    }

    void tooManyFailuresFailThePool() {
        Director::phases() = {[](Context& cx, Director& me) {
            for (std::uint64_t i = 0; i < 4; ++i) me.ask(cx, i, Way::kFail);
        }};
        for (const auto& order : everyOrder(5)) {
            Play more{order, bossOf<Shop>({.workers = 4, .failuresMax = 3})};
            const Director boss = more.stateOf<Director>("lab");
            QCOMPARE(boss.poolEnds, std::vector<ExitReason>{ExitReason::kFailed});
            const auto text = more.linesAfter(EventKind::kNote, "note lab pool ended = ");
            QVERIFY2(text.at(0).find("4 workers failed within failuresWindow, 3 are allowed") !=
                         std::string::npos,
                     text[0].c_str());
            Play enough{order, bossOf<Shop>({.workers = 4, .failuresMax = 4})};
            QVERIFY(enough.stateOf<Director>("lab").poolEnds.empty());
        }
    }

    void settingsThatCannotWorkFailWithAdvice() {
        Director::phases() = {[](Context&, Director&) {}};
        const auto endOf = [](const library::PoolSettings& settings) {
            Play play{inRounds(), bossOf<Shop>(settings)};
            return joined(play.linesAfter(EventKind::kNote, "note lab pool ended = "));
        };
        QVERIFY(endOf({.strategy = PoolStrategy::kHash}).find("Pool<Worker, Job, KeyOf>") !=
                std::string::npos);
        QVERIFY(endOf({.strategy = PoolStrategy::kLeastLoaded, .workersReport = false})
                    .find("call reportDone()") != std::string::npos);
        QVERIFY(endOf({.failuresWindow = Duration{}}).find("give a positive time") !=
                std::string::npos);
        QVERIFY(endOf({.restart = true}).find("set workersReport to false") != std::string::npos);
    }

    void restartedWorkersKeepTheirPlaceAndTheirMail() {
        Director::phases() = {
            [](Context& cx, Director& me) {
                for (std::uint64_t i = 0; i < 8; ++i)
                    cx.ask(me.pool, Work{i, i == 2 ? Way::kFail : Way::kAnswer}, kUntilAnswered);
            },
            [](Context& cx, Director& me) {
                for (std::uint64_t i = 8; i < 10; ++i) me.ask(cx, i);
            }};
        for (const auto& order : everyOrder()) {
            Play play{order, bossOf<Shop>({.workers = 2, .workersReport = false, .restart = true})};
            const Director boss = play.stateOf<Director>("lab");
            // The job that was in its hands is lost, and who asked knows.
            QCOMPARE(boss.made.size(), 9u);
            QCOMPARE(boss.timedOut, 1);
            QVERIFY(boss.lost.empty() && boss.poolEnds.empty());
            QCOMPARE(play.statesOf<Maker>().size(), 2u);
            QCOMPARE(play.linesAfter(EventKind::kRestart, "restart pool/workers/worker").size(),
                     1u);
            QCOMPARE(play.stateOf<Shop>("pool").counts.ended, std::uint64_t{0});
        }
    }

    void moreRestartsThanAllowedFailThePool() {
        for (const std::uint32_t failuresMax : {1u, 2u}) {
            Director::phases() = {[](Context& cx, Director& me) {
                cx.send(me.pool, Work{0, Way::kFail});
                cx.send(me.pool, Work{1, Way::kFail});
            }};
            Play play{inRounds(), bossOf<Shop>({.workers = 2,
                                                .workersReport = false,
                                                .restart = true,
                                                .failuresMax = failuresMax})};
            const auto ends = play.stateOf<Director>("lab").poolEnds;
            QCOMPARE(ends, failuresMax == 1 ? std::vector{ExitReason::kEscalated}
                                            : std::vector<ExitReason>{});
            if (failuresMax == 1)
                QVERIFY(joined(play.linesAfter(EventKind::kNote, "note lab pool ended = "))
                            .find("more than 1 restarts") != std::string::npos);
        }
    }

    void poolsWhoseWorkersDoNotReportKeepNothing() {
        Director::phases() = {[](Context& cx, Director& me) {
            for (std::uint64_t i = 0; i < 8; ++i) me.ask(cx, i);
        }};
        for (const auto& order : everyOrder(5)) {
            Play play{order, bossOf<Shop>({.workers = 2, .workersReport = false})};
            QCOMPARE(play.stateOf<Director>("lab").made.size(), 8u);
            QVERIFY(play.stateOf<Shop>("pool").jobs.empty());
        }
    }

    void everyAskHasOneEndAndTheCountsAddUp() {
        Director::phases().assign(5, randomJobs);
        Director::phases().push_back([](Context&, Director&) {});
        std::size_t lost = 0, made = 0;
        for (const PoolStrategy strategy : {PoolStrategy::kRoundRobin, PoolStrategy::kLeastLoaded})
            for (const auto& order : everyOrder(25)) {
                const Director root =
                    bossOf<Shop>({.workers = 3, .strategy = strategy, .failuresMax = 1000});
                Play play{order, root};
                const Director boss = play.stateOf<Director>("lab");
                const Shop pool = play.stateOf<Shop>("pool");
                QVERIFY2(whyUnsound(pool).empty(), (textOf(order) + whyUnsound(pool)).c_str());
                QVERIFY(pool.jobs.empty());
                QCOMPARE(pool.places.size(), static_cast<std::size_t>(pool.settings.workers));
                QCOMPARE(static_cast<std::int64_t>(boss.made.size()) + boss.lostAsks, boss.asked);
                QCOMPARE(boss.timedOut, 0);
                lost += boss.lost.size();
                made += boss.made.size();
            }
        QVERIFY(lost > 100 && made > 1000);
    }

    void snapshotsGoOn() {
        Director::phases().assign(2, randomJobs);
        for (const auto& order : everyOrder(3))
            for (const bool restart : {false, true})
                QCOMPARE(whySnapshotsDiffer(order, bossOf<Shop>({.workersReport = !restart,
                                                                 .restart = restart,
                                                                 .failuresMax = 1000})),
                         std::string{});
    }
};

QTEST_GUILESS_MAIN(TestPool)
#include "tst_pool.moc"
