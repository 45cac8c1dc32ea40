// Who is well, who is not, who stopped answering, and who is told.
#include "tests/library/support/play.h"

using namespace ariadne;
using namespace ariadne::tests;
using library::HealthMonitor;
using library::HealthStatus;

namespace {

struct Tick {};
BOOST_DESCRIBE_STRUCT(Tick, (), ())

/// One letter for each check, the last for ever: 'h'ealthy, 'd'egraded, 'f'ailed, '-' silent,
/// 'x' ends, 's' stays silent for two and a half seconds and then is well.
struct Patient {
    std::string course{};
    std::uint64_t checks = 0;

    void on(Context& cx, const library::HealthCheck&) {
        const char now = course[std::min<std::uint64_t>(checks++, course.size() - 1)];
        if (now == 'h') cx.reply(library::HealthReport{HealthStatus::kHealthy, "well"});
        if (now == 'd') cx.reply(library::HealthReport{HealthStatus::kDegraded, "a cold"});
        if (now == 'f') cx.reply(library::HealthReport{HealthStatus::kFailed, "no pulse"});
        if (now == 'x') cx.fail("gone");
        if (now == 's') cx.after(2500ms, Tick{});
    }
    /// Says it unasked.
    void on(Context& cx, const Tick&) {
        cx.send(Recipient<library::HealthReport>{cx.parent()},
                library::HealthReport{HealthStatus::kHealthy, "awake"});
    }
};
BOOST_DESCRIBE_STRUCT(Patient, (), (course, checks))
ARIADNE_ACTOR(Patient, library::HealthCheck, Tick)

/// The root. Watches its patients, is told of changes, and stops watching at `until`.
struct Ward {
    std::vector<std::string> courses{};
    Duration until = 60s;
    library::HealthSettings settings{};
    Ref<HealthMonitor> monitor{};
    std::vector<CellRef> patients{};
    std::vector<std::string> heard{};
    std::vector<library::HealthTable> tables{};

    void on(Context& cx, const Start&);
    void on(Context& cx, const library::HealthChanged& m) {
        heard.push_back(value::showDuration(cx.now().value) + " " + m.name + " " +
                        std::to_string(static_cast<int>(m.from)) + ">" +
                        std::to_string(static_cast<int>(m.to)) + " " + m.text + " (" +
                        std::to_string(static_cast<int>(m.overall)) + ")");
    }
    /// A patient's own word, passed on as if it had sent it.
    void on(Context&, const library::HealthReport&) {}
    void on(Context& cx, const library::HealthTable& m) {
        tables.push_back(m);
        for (const CellRef& patient : patients) cx.send(monitor, library::Unwatch{patient});
    }
    void on(Context& cx, const Tick&) { cx.ask(monitor, library::HealthQuery{}, within(1s)); }
};
BOOST_DESCRIBE_STRUCT(Ward, (), (courses, until, settings, monitor, patients, heard, tables))
ARIADNE_ACTOR(Ward, Start, library::HealthChanged, library::HealthReport, library::HealthTable,
              Tick)

void Ward::on(Context& cx, const Start&) {
    monitor = cx.spawn<HealthMonitor>("monitor", HealthMonitor{.settings = settings});
    cx.send(monitor, library::SubscribeHealth{cx.self<Ward>()});
    for (const std::string& course : courses) {
        const Ref<Patient> patient = cx.spawn<Patient>(course, Patient{.course = course});
        patients.push_back(patient);
        cx.send(monitor, library::Watch{course, patient});
    }
    cx.after(until, Tick{});
}

/// Every five seconds, a second to answer, three misses.
library::HealthSettings usual() {
    return {.period = 5s, .timeout = 1s, .missesMax = 3};
}

std::string heardIn(Play& play) {
    return joined(play.stateOf<Ward>("lab").heard);
}

/// Watches one patient twice, a stranger, and one that has ended, by hand.
struct Keeper {
    bool leaves = false;  ///< subscribes twice, and takes it back when the first change was told
    Ref<HealthMonitor> monitor{};
    Ref<Patient> patient{};
    Vector<std::string> heard{};

    void on(Context& cx, const Start&) {
        monitor = cx.spawn<HealthMonitor>("monitor", HealthMonitor{.settings = usual()});
        patient = cx.spawn<Patient>("patient", Patient{.course = "hx"});
        cx.send(monitor, library::SubscribeHealth{cx.self<Keeper>()});
        if (leaves) cx.send(monitor, library::SubscribeHealth{cx.self<Keeper>()});
        cx.send(monitor, library::Watch{"first", patient});
        cx.send(monitor, library::Watch{"second", patient});
        cx.send(monitor, library::Watch{"nobody", {}});
        cx.after(7s, Tick{});
    }
    void on(Context& cx, const Tick&) { cx.send(monitor, library::Watch{"third", patient}); }
    void on(Context& cx, const library::HealthChanged& m) {
        heard.push_back(m.name + " " + std::to_string(static_cast<int>(m.to)) + " " + m.text);
        if (!leaves) return;
        // The second finds nothing to take back.
        cx.send(monitor, library::UnsubscribeHealth{cx.self()});
        cx.send(monitor, library::UnsubscribeHealth{cx.self()});
    }
};
BOOST_DESCRIBE_STRUCT(Keeper, (), (leaves, monitor, patient, heard))
ARIADNE_ACTOR(Keeper, Start, Tick, library::HealthChanged)

}  // namespace

class TestHealth : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void changesAreToldWithTheWorstOfAll() {
        for (const auto& order : everyOrder()) {
            Play play{order, Ward{.courses = {"hhdh"}, .until = 30s, .settings = usual()}};
            QCOMPARE(heardIn(play), std::string{"0s hhdh 1>0 well (0); 10s hhdh 0>2 a cold (2); "
                                                "15s hhdh 2>0 well (0)"});
            QCOMPARE(joined(play.linesAfter(EventKind::kNote, "note monitor health = ")),
                     std::string{"kUnknown; kHealthy; kDegraded; kHealthy"});
        }
    }

    void soManyMissesInARowAreAFailure() {
        // Checks at 0, 5, 10, ...: two misses, an answer, three misses, an answer.
        for (const auto& order : everyOrder(5)) {
            Play play{order, Ward{.courses = {"h--h---d"}, .until = 50s, .settings = usual()}};
            QCOMPARE(heardIn(play),
                     std::string{"0s h--h---d 1>0 well (0); "
                                 "31s h--h---d 0>3 no answer to 3 checks in a row (3); "
                                 "35s h--h---d 3>2 a cold (2)"});
        }
    }

    void aCellThatEndsHasFailedAndIsNoLongerAsked() {
        for (const auto& order : everyOrder(5)) {
            Play play{order, Ward{.courses = {"hx", "h"}, .until = 50s, .settings = usual()}};
            const Ward ward = play.stateOf<Ward>("lab");
            QCOMPARE(ward.heard.back(), std::string{"5s hx 0>3 ended: gone (3)"});
            const library::HealthTable& table = ward.tables.at(0);
            QCOMPARE(table.overall, HealthStatus::kFailed);
            QVERIFY(table.cells.at(ward.patients[0]).ended);
            QCOMPARE(table.cells.at(ward.patients[1]).status, HealthStatus::kHealthy);
            QCOMPARE(play.sink.count(EventKind::kDrop), std::size_t{0});
            QCOMPARE(play.linesAfter(EventKind::kAsk, "ask monitor -> hx").size(), 2u);
        }
    }

    void theTableIsRightInEveryOrderAndTheMonitorComesToRest() {
        const std::vector<std::string> courses{"h", "d", "hhf", "-", "hd-x", "hhhhdf-h"};
        std::vector<std::string> expected{"0", "2", "3", "3", "3", "0"};
        for (const auto& order : everyOrder()) {
            Play play{order, Ward{.courses = courses, .until = 52s, .settings = usual()}};
            const Ward ward = play.stateOf<Ward>("lab");
            for (std::size_t i = 0; i < courses.size(); ++i) {
                const HealthStatus status = ward.tables.at(0).cells.at(ward.patients[i]).status;
                QVERIFY2(std::to_string(static_cast<int>(status)) == expected[i],
                         (textOf(order) + ": " + courses[i]).c_str());
            }
            // Nobody is watched any more: nothing can ever happen again.
            QVERIFY2(play.verdict().starts_with("quiescent"), play.verdict().c_str());
            const HealthMonitor monitor = play.stateOf<HealthMonitor>("monitor");
            QVERIFY(monitor.cells.empty() && !monitor.clock);
            QCOMPARE(monitor.overall, HealthStatus::kHealthy);
            QCOMPARE(monitor.watched.reasons.size(), 1u);  // the subscriber
        }
    }

    void aNameMayChangeNobodyIsNotWatchedAndTheDeadStayDead() {
        for (const auto& order : everyOrder(5)) {
            Play play{order, Keeper{}};
            const Keeper keeper = play.stateOf<Keeper>("lab");
            // The first answer may come before the second name.
            const std::string heard = joined(keeper.heard);
            const std::string rest =
                " 0 well; second 3 ended: gone; third 3 ended: the cell had ended, or was never "
                "born, when it was monitored";
            QVERIFY2(heard == "first" + rest || heard == "second" + rest, heard.c_str());
            QCOMPARE(play.linesAfter(EventKind::kLog, "log monitor 'nobody' was to be").size(), 1u);
            QVERIFY2(play.verdict().starts_with("quiescent"), play.verdict().c_str());
        }
    }

    void whoTakesItsSubscriptionBackIsToldNoMore() {
        for (const auto& order : everyOrder(5)) {
            Play play{order, Keeper{.leaves = true}};
            // The patient's end, five seconds later, is nobody's business.
            QCOMPARE(play.stateOf<Keeper>("lab").heard.size(), std::size_t{1});
            const HealthMonitor monitor = play.stateOf<HealthMonitor>("monitor");
            QVERIFY(monitor.subscribers.empty() && monitor.watched.reasons.empty());
            QCOMPARE(monitor.overall, HealthStatus::kFailed);
            QCOMPARE(play.sink.count(EventKind::kDemonitor), std::size_t{1});
        }
    }

    void slowAnswersAreNotAskedTwiceAtOnce() {
        library::HealthSettings settings = usual();
        settings.timeout = 12s;
        for (const auto& order : everyOrder(5)) {
            Play play{order, Ward{.courses = {"-"}, .until = 50s, .settings = settings}};
            // Under way from 0 to 12, 15 to 27, 30 to 42, and from 45.
            QCOMPARE(heardIn(play), std::string{"42s - 1>3 no answer to 3 checks in a row (3)"});
            QCOMPARE(play.linesAfter(EventKind::kAsk, "ask monitor -> -").size(), 4u);
        }
    }

    void settingsThatCannotWorkFailWithAdvice() {
        const auto endOf = [](const library::HealthSettings& settings) {
            Play play{inRounds(), Ward{.settings = settings}, 1000};
            return joined(play.linesAfter(EventKind::kFail, "fail monitor failed: "));
        };
        QVERIFY(endOf({.period = Duration{}}).find("give times above 0") != std::string::npos);
        QVERIFY(endOf({.missesMax = 0}).find("at least 1") != std::string::npos);
    }

    void snapshotsGoOn() {
        for (const auto& order : everyOrder(3))
            QCOMPARE(whySnapshotsDiffer(
                         order,
                         Ward{.courses = {"hd-x", "h--h---d"}, .until = 40s, .settings = usual()}),
                     std::string{});
    }
};

QTEST_GUILESS_MAIN(TestHealth)
#include "tst_health.moc"
