// Groups of which somebody takes time to end: who is asked when, who lives again when, what becomes
// of it when something else happens meanwhile.
#include "tests/region/support/region_lab.h"
#include "tests/region/support/region_programs.h"
#include "tests/support/laws.h"

using namespace ariadne;
using namespace ariadne::tests;

namespace {

RegionOptions looksAfter(Strategy strategy, std::uint32_t intensity = 1) {
    RegionOptions options;
    options.strategy = strategy;
    options.intensity = intensity;
    return options;
}

ChildOptions hasTime(Duration shutdown, RestartPolicy policy = RestartPolicy::kTransient) {
    return {policy, shutdown};
}

/// Fails at "fail", stops at "stop"; asked to end, it takes a second for that.
void tidyPart(Context& cx, Memory&, const Say& m) {
    if (m.word == "fail") cx.fail("no");
    if (m.word == "stop" || m.word == "tidied") cx.stop();
    if (m.word == "cancel") cx.after(1s, Say{"tidied"});
}
/// The same, and never ends when it is asked to.
void stubbornPart(Context& cx, Memory& me, const Say& m) {
    if (m.word != "cancel") tidyPart(cx, me, m);
}

/// What is done when: said to the root, which then says it to whoever is meant.
struct Act {
    Duration at;
    std::string who;   ///< name of a child, or "close", "cancel"
    std::string word;  ///< for a child: also "cancel it"
};

/// A root that puts `names` into region "r" and does `acts`.
void perform(Lab& lab, const RegionOptions& options,
             std::vector<std::pair<std::string, ChildOptions>> children,
             const std::vector<Act>& acts) {
    lab.part("lab", [=](Context& cx, Memory& me, const Say& m) {
        if (m.word == "start") {
            me.known.push_back(cx.openRegion("r", options));
            for (const auto& [name, care] : children)
                me.known.push_back(castIn(cx, region(me.known[0]), name, care));
            for (std::size_t i = 0; i < acts.size(); ++i)
                cx.after(acts[i].at, Say{"act", static_cast<std::int64_t>(i)});
        }
        if (m.word != "act") return;
        const Act& act = acts[static_cast<std::size_t>(m.n)];
        if (act.who == "close") return cx.close(region(me.known[0]));
        if (act.who == "cancel") return cx.cancel(me.known[0], 10s);
        std::size_t which = 0;
        while (children[which].first != act.who) ++which;
        if (act.word == "cancel it") return cx.cancel(me.known[which + 1], 10s);
        cx.send(worker(me.known[which + 1]), Say{act.word});
    });
}

const std::initializer_list<EventKind> kLifeAndDeath{EventKind::kStop, EventKind::kFail,
                                                     EventKind::kCancelRequest, EventKind::kRestart,
                                                     EventKind::kResume};

constexpr std::int64_t seconds(std::int64_t n) {
    return n * 1'000'000'000;
}

/// From every round of a run of the lab's parts another world goes on to the same end.
void goesOnFromEveryRoundOfIt() {
    const Subject subject{{.limits = {}},
                          [](kernel::World& world) { begin(world, playing<Worker>("lab")); },
                          cellTypesHere(),
                          1000};
    const Wrong wrong = runIsRestoreAndRun(subject);
    QVERIFY2(!wrong, wrong.value_or("").c_str());
}

}  // namespace

class TestRestartGroup : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theYoungestEndsFirstAndAllGoOnTogether() {
        Lab lab;
        perform(lab, looksAfter(Strategy::kOneForAll),
                {{"a", hasTime(5s)}, {"b", hasTime(5s)}, {"c", hasTime(5s)}},
                {{1s, "b", "fail"}, {1500ms, "b", "hello"}, {1500ms, "c", "hello"}});
        for (const char* name : {"a", "b", "c"}) lab.part(name, tidyPart);
        lab.run();
        QCOMPARE(lab.lines(kLifeAndDeath),
                 std::string{"fail r/b failed; restart r/b #1; cancel_request r/c 5; "
                             "stop r/c cancelled; restart r/c #1; cancel_request r/a 5; "
                             "stop r/a cancelled; restart r/a #1; "
                             "resume r/a; resume r/b; resume r/c"});
        QCOMPARE(lab.timeOf("restart r/b #1"), seconds(1));
        QCOMPARE(lab.timeOf("stop r/c cancelled"), seconds(2));
        QCOMPARE(lab.timeOf("cancel_request r/a 5"), seconds(2));
        QCOMPARE(lab.timeOf("resume r/b"), seconds(3));
        // The mailbox of who rests fills; who tidies up goes on reading.
        QCOMPARE(lab.heardBy("r/b"), std::string{"Start; fail; Start; hello"});
        QCOMPARE(lab.heardBy("r/c"), std::string{"Start; CancelRequested; hello; tidied; Start"});
        QCOMPARE(lab.stateOf("r").restarts, std::uint64_t{1});
        QCOMPARE(lab.stateOf("r").restarting.size(), std::size_t{0});
        QCOMPARE(lab.stateOf("r").verdict, Verdict::kOk);
        goesOnFromEveryRoundOfIt();
    }

    void theRegionSaysWhoIsHowFar() {
        Lab lab;
        perform(lab, looksAfter(Strategy::kOneForAll),
                {{"a", hasTime(5s)}, {"b", hasTime(5s)}, {"c", hasTime(5s)}}, {{1s, "b", "fail"}});
        for (const char* name : {"a", "b", "c"}) lab.part(name, tidyPart);
        lab.run(3);
        while (lab.find("cancel_request r/c 5") == nullptr) lab.world().step();
        const Region r = lab.stateOf("r");
        QCOMPARE(r.restarting.size(), std::size_t{3});
        QCOMPARE(r.restarting[0].part, MemberPart::kAsked);
        QCOMPARE(r.restarting[1].part, MemberPart::kRests);
        QCOMPARE(r.restarting[2].part, MemberPart::kLives);
    }

    void ofAGroupOfTheRestTheOlderLivesOn() {
        Lab lab;
        perform(lab, looksAfter(Strategy::kRestForOne),
                {{"a", hasTime(5s)}, {"b", hasTime(5s)}, {"c", hasTime(5s)}}, {{1s, "b", "fail"}});
        for (const char* name : {"a", "b", "c"}) lab.part(name, tidyPart);
        lab.run();
        QCOMPARE(lab.lines(kLifeAndDeath),
                 std::string{"fail r/b failed; restart r/b #1; cancel_request r/c 5; "
                             "stop r/c cancelled; restart r/c #1; resume r/b; resume r/c"});
    }

    void whoDoesNotEndInTimeIsOverdueAndLivesAgain() {
        Lab lab;
        perform(lab, looksAfter(Strategy::kOneForAll), {{"a", hasTime(2s)}, {"b", hasTime(3s)}},
                {{1s, "a", "fail"}});
        for (const char* name : {"a", "b"}) lab.part(name, stubbornPart);
        lab.run();
        QCOMPARE(lab.lines(kLifeAndDeath),
                 std::string{"fail r/a failed; restart r/a #1; cancel_request r/b 5; "
                             "fail r/b overdue; restart r/b #1; resume r/a; resume r/b"});
        QCOMPARE(lab.timeOf("fail r/b overdue"), seconds(4));
        // As one restart, and as no failure of the region.
        QCOMPARE(lab.stateOf("r").restarts, std::uint64_t{1});
        QCOMPARE(lab.stateOf("r").verdict, Verdict::kOk);
        goesOnFromEveryRoundOfIt();
    }

    void whoHasNoTimeOrDoesNotListenEndsAtOnce() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const RegionRef r = cx.openRegion("r", looksAfter(Strategy::kOneForAll));
            castIn(cx, r, "a", hasTime(0s));
            const Ref<Worker> b = castIn(cx, r, "b", hasTime(5s));
            castIn<Plain>(cx, r, "c", hasTime(5s));
            cx.send(b, Say{"fail"});
        });
        for (const char* name : {"a", "b", "c"}) lab.part(name, tidyPart);
        lab.run();
        QCOMPARE(lab.lines(kLifeAndDeath),
                 std::string{"fail r/b failed; stop r/c supervisor; stop r/a supervisor; "
                             "restart r/a #1; restart r/b #1; restart r/c #1"});
        QCOMPARE(lab.world().now(), VirtualTime{});
    }

    void theyEndInTheirPlaceBetweenThoseWhoTakeTime() {
        Lab lab;
        perform(lab, looksAfter(Strategy::kOneForAll),
                {{"a", hasTime(0s)}, {"b", hasTime(5s)}, {"c", hasTime(0s)}, {"d", hasTime(5s)}},
                {{1s, "d", "fail"}});
        for (const char* name : {"a", "b", "c", "d"}) lab.part(name, tidyPart);
        lab.run();
        QCOMPARE(lab.lines(kLifeAndDeath),
                 std::string{"fail r/d failed; restart r/d #1; stop r/c supervisor; "
                             "restart r/c #1; cancel_request r/b 5; stop r/b cancelled; "
                             "restart r/b #1; stop r/a supervisor; restart r/a #1; "
                             "resume r/a; resume r/b; resume r/c; resume r/d"});
        QCOMPARE(lab.timeOf("stop r/a supervisor"), seconds(2));
    }

    void temporaryChildrenGetTheirTimeAndStayEnded() {
        Lab lab;
        perform(lab, looksAfter(Strategy::kOneForAll),
                {{"a", hasTime(5s)}, {"b", hasTime(5s, RestartPolicy::kTemporary)}},
                {{1s, "a", "fail"}});
        for (const char* name : {"a", "b"}) lab.part(name, tidyPart);
        lab.run();
        QCOMPARE(lab.lines(kLifeAndDeath),
                 std::string{"fail r/a failed; restart r/a #1; cancel_request r/b 5; "
                             "stop r/b cancelled; resume r/a"});
        QCOMPARE(lab.stateOf("r").children, 1u);
    }

    void aFailureInTheGroupMeanwhileCountsAsNone() {
        Lab lab;
        perform(lab, looksAfter(Strategy::kOneForAll),
                {{"a", hasTime(5s)}, {"b", hasTime(5s)}, {"c", hasTime(5s)}},
                {{1s, "b", "fail"}, {1500ms, "a", "fail"}, {1700ms, "c", "fail"}});
        for (const char* name : {"a", "b", "c"}) lab.part(name, tidyPart);
        lab.run();
        // c fails while it tidies up: it has ended.
        QCOMPARE(lab.lines(kLifeAndDeath),
                 std::string{"fail r/b failed; restart r/b #1; cancel_request r/c 5; "
                             "fail r/a failed; restart r/a #1; fail r/c failed; restart r/c #1; "
                             "resume r/a; resume r/b; resume r/c"});
        QCOMPARE(lab.stateOf("r").restarts, std::uint64_t{1});
        QCOMPARE(lab.timeOf("resume r/c"), std::int64_t{1'700'000'000});
        goesOnFromEveryRoundOfIt();
    }

    void aFailureNextToTheGroupWidensIt() {
        for (const std::uint32_t intensity : {2u, 1u}) {
            Lab lab;
            perform(
                lab, looksAfter(Strategy::kRestForOne, intensity),
                {{"a", hasTime(5s)}, {"b", hasTime(5s)}, {"c", hasTime(5s)}, {"d", hasTime(5s)}},
                {{1s, "c", "fail"}, {1500ms, "b", "fail"}});
            for (const char* name : {"a", "b", "c", "d"}) lab.part(name, tidyPart);
            lab.run();
            const std::string head =
                "fail r/c failed; restart r/c #1; cancel_request r/d 5; fail r/b failed; ";
            if (intensity == 2)
                QCOMPARE(lab.lines(kLifeAndDeath),
                         head +
                             "restart r/b #1; stop r/d cancelled; restart r/d #1; "
                             "resume r/b; resume r/c; resume r/d");
            else  // the region gives up
                QCOMPARE(lab.lines(kLifeAndDeath),
                         head + "stop r/d supervisor; stop r/c supervisor; stop r/a supervisor");
            goesOnFromEveryRoundOfIt();
        }
    }

    void whoStopsBeforeItIsAskedStaysEnded() {
        Lab lab;
        perform(lab, looksAfter(Strategy::kOneForAll),
                {{"a", hasTime(5s)},
                 {"b", hasTime(5s, RestartPolicy::kPermanent)},
                 {"c", hasTime(5s)},
                 {"d", hasTime(5s)}},
                {{1s, "c", "fail"}, {1500ms, "a", "stop"}, {1500ms, "b", "stop"}});
        for (const char* name : {"a", "b", "c", "d"}) lab.part(name, tidyPart);
        lab.run();
        QCOMPARE(lab.lines(kLifeAndDeath),
                 std::string{"fail r/c failed; restart r/c #1; cancel_request r/d 5; "
                             "stop r/a stopped; stop r/b stopped; restart r/b #1; "
                             "stop r/d cancelled; restart r/d #1; "
                             "resume r/b; resume r/c; resume r/d"});
    }

    void whoIsCancelledMeanwhileEndsForGood() {
        Lab lab;
        perform(lab, looksAfter(Strategy::kOneForAll),
                {{"a", hasTime(5s)}, {"b", hasTime(5s)}, {"c", hasTime(5s)}},
                {{1s, "b", "fail"},
                 {1200ms, "c", "cancel it"},
                 {1200ms, "b", "cancel it"},
                 {1200ms, "a", "hello"}});
        for (const char* name : {"a", "b", "c"}) lab.part(name, tidyPart);
        lab.run();
        // c had been asked by its group for a stronger reason; b rested.
        QCOMPARE(lab.lines(kLifeAndDeath),
                 std::string{"fail r/b failed; restart r/b #1; cancel_request r/c 5; "
                             "stop r/b cancelled; stop r/c cancelled; cancel_request r/a 5; "
                             "stop r/a cancelled; restart r/a #1; resume r/a"});
        QCOMPARE(lab.stateOf("r").children, 1u);
        goesOnFromEveryRoundOfIt();
    }

    void aClosedRegionRestartsNobodyMoreAndWhoRestsGoesOn() {
        Lab lab;
        perform(lab, looksAfter(Strategy::kOneForAll),
                {{"a", hasTime(5s)}, {"b", hasTime(5s)}, {"c", hasTime(5s)}},
                {{1s, "b", "fail"}, {1500ms, "close", ""}, {4s, "a", "stop"}, {4s, "b", "stop"}});
        for (const char* name : {"a", "b", "c"}) lab.part(name, tidyPart);
        lab.run();
        QCOMPARE(lab.lines(kLifeAndDeath),
                 std::string{"fail r/b failed; restart r/b #1; cancel_request r/c 5; resume r/b; "
                             "stop r/c cancelled; stop r/a stopped; stop r/b stopped"});
        QVERIFY(lab.find("region r closed cancelled") != nullptr);
        goesOnFromEveryRoundOfIt();
    }

    void aCancelledRegionEndsWhoRestsAndAsksTheOthers() {
        Lab lab;
        perform(lab, looksAfter(Strategy::kOneForAll),
                {{"a", hasTime(5s)}, {"b", hasTime(5s)}, {"c", hasTime(5s)}},
                {{1s, "b", "fail"}, {1500ms, "cancel", ""}});
        for (const char* name : {"a", "b", "c"}) lab.part(name, tidyPart);
        lab.run();
        QCOMPARE(lab.lines(kLifeAndDeath),
                 std::string{"fail r/b failed; restart r/b #1; cancel_request r/c 5; "
                             "stop r/b cancelled; cancel_request r/a 1; "
                             "stop r/c cancelled; stop r/a cancelled"});
        goesOnFromEveryRoundOfIt();
    }

    void theEndOfItsOwnerEndsTheGroup() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") {
                me.known.push_back(cast(cx, "owner"));
                cx.after(1500ms, Say{"end it"});
            }
            if (m.word == "end it") cx.send(worker(me.known[0]), Say{"stop"});
        });
        lab.part("owner", [](Context& cx, Memory&, const Say& m) {
            if (m.word == "stop") cx.stop();
            if (m.word != "start") return;
            const RegionRef r = cx.openRegion("r", looksAfter(Strategy::kOneForAll));
            cx.send(castIn(cx, r, "a", hasTime(5s)), Say{"fail"});
            castIn(cx, r, "b", hasTime(5s));
        });
        for (const char* name : {"a", "b"}) lab.part(name, tidyPart);
        lab.part("b", stubbornPart);
        lab.run();
        QCOMPARE(lab.lines(kLifeAndDeath),
                 std::string{"fail owner/r/a failed; restart owner/r/a #1; "
                             "cancel_request owner/r/b 5; stop owner stopped; "
                             "stop owner/r/b parent_ended; stop owner/r/a parent_ended"});
        goesOnFromEveryRoundOfIt();
    }

    void aBackoffIsWaitedForAfterTheGroup() {
        Lab lab;
        RegionOptions options = looksAfter(Strategy::kOneForAll);
        options.backoff = {1500ms, 1, 30s, false};
        perform(lab, options, {{"a", hasTime(5s)}, {"b", hasTime(5s)}, {"c", hasTime(5s)}},
                {{1s, "b", "fail"}});
        for (const char* name : {"a", "b", "c"}) lab.part(name, tidyPart);
        lab.run();
        // b from 1 s on, c from 2 s on, a from 3 s on; the group has ended at 3 s.
        QCOMPARE(lab.timeOf("restart r/a #1"), seconds(3));
        QCOMPARE(lab.timeOf("resume r/b", 0), std::int64_t{2'500'000'000});
        QCOMPARE(lab.timeOf("resume r/b", 1), seconds(3));
        QCOMPARE(lab.timeOf("resume r/c"), std::int64_t{3'500'000'000});
        QCOMPARE(lab.timeOf("resume r/a"), std::int64_t{4'500'000'000});
        goesOnFromEveryRoundOfIt();
    }

    void aRequestThatTheOldLifeDidNotReadIsADeadLetter() {
        Lab lab{{.batch = 1, .limits = {}}};
        lab.part("lab", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") {
                me.known.push_back(cx.openRegion("r", looksAfter(Strategy::kOneForAll)));
                me.known.push_back(castIn(cx, region(me.known[0]), "a", hasTime(5s)));
                cx.after(1s, Say{"on"});
            }
            if (m.word == "on") {
                cx.send(worker(me.known[1]), Say{"fail"});
                cx.send(cx.self<Worker>(), Say{"bear"});
            }
            // In the round in which a fails: b is asked before it has had a turn.
            if (m.word == "bear") castIn(cx, region(me.known[0]), "b", hasTime(5s));
        });
        lab.part("a", tidyPart);
        lab.part("b", [failed = std::make_shared<bool>()](Context& cx, Memory&, const Say&) {
            if (!std::exchange(*failed, true)) cx.fail("at once");
        });
        lab.run();
        QCOMPARE(lab.lines(kLifeAndDeath),
                 std::string{"fail r/a failed; restart r/a #1; cancel_request r/b 5; "
                             "fail r/b failed; restart r/b #1; resume r/a; resume r/b"});
        QVERIFY(lab.find("drop r/b CancelRequested receiver_ended") != nullptr);
        QCOMPARE(lab.heardBy("r/b"), std::string{"Start; Start"});
    }

    void aRegionInTheGroupIsEndedToTheLastAndOneThatClosesLeaves() {
        for (const bool closes : {false, true}) {
            Lab lab;
            lab.part("lab", [closes](Context& cx, Memory& me, const Say& m) {
                if (m.word == "start") {
                    const RegionRef outer = cx.openRegion("r", looksAfter(Strategy::kOneForAll));
                    me.known.push_back(castIn(cx, outer, "a", hasTime(5s)));
                    const RegionRef inner =
                        cx.openRegion(outer, "inner", looksAfter(Strategy::kOneForOne));
                    castIn(cx, inner, "b", hasTime(5s));
                    castIn(cx, inner, "c", hasTime(5s));
                    me.known.push_back(inner);
                    cx.after(1s, Say{"on"});
                    if (closes) cx.after(1500ms, Say{"close it"});
                }
                if (m.word == "on") cx.send(worker(me.known[0]), Say{"fail"});
                if (m.word == "close it") cx.close(region(me.known[1]));
            });
            for (const char* name : {"a", "b", "c"}) lab.part(name, tidyPart);
            lab.run();
            const std::string head =
                "fail r/a failed; restart r/a #1; cancel_request r/inner/c 5; ";
            QCOMPARE(lab.lines(kLifeAndDeath),
                     closes ? head + "resume r/a; stop r/inner/c cancelled"
                            : head +
                                  "stop r/inner/c cancelled; restart r/inner/c #1; "
                                  "cancel_request r/inner/b 5; stop r/inner/b cancelled; "
                                  "restart r/inner/b #1; resume r/a; resume r/inner/b; "
                                  "resume r/inner/c");
            goesOnFromEveryRoundOfIt();
        }
    }

    void groupsOfARegionAndTheOneAboveBecomeOne() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start") {
                const RegionRef outer = cx.openRegion("r", looksAfter(Strategy::kOneForAll));
                me.known.push_back(castIn(cx, outer, "a", hasTime(5s)));
                const RegionRef inner =
                    cx.openRegion(outer, "inner", looksAfter(Strategy::kOneForAll));
                me.known.push_back(castIn(cx, inner, "b", hasTime(5s)));
                castIn(cx, inner, "c", hasTime(5s));
                cx.after(1s, Say{"inner"});
                cx.after(1500ms, Say{"outer"});
            }
            if (m.word == "inner") cx.send(worker(me.known[1]), Say{"fail"});
            if (m.word == "outer") cx.send(worker(me.known[0]), Say{"fail"});
        });
        for (const char* name : {"a", "b", "c"}) lab.part(name, tidyPart);
        lab.run();
        QCOMPARE(lab.lines(kLifeAndDeath),
                 std::string{"fail r/inner/b failed; restart r/inner/b #1; "
                             "cancel_request r/inner/c 5; fail r/a failed; restart r/a #1; "
                             "stop r/inner/c cancelled; restart r/inner/c #1; "
                             "resume r/a; resume r/inner/b; resume r/inner/c"});
        QCOMPARE(lab.stateOf("r/inner").restarting.size(), std::size_t{0});
        QCOMPARE(lab.stateOf("r").restarts, std::uint64_t{1});
        goesOnFromEveryRoundOfIt();
    }

    void whatBelongsToWhoIsAskedIsAskedToo() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const RegionRef r = cx.openRegion("r", looksAfter(Strategy::kOneForAll));
            const Ref<Worker> a = castIn(cx, r, "a", hasTime(5s));
            castIn(cx, r, "b", hasTime(5s));
            cx.send(a, Say{"idle"});
            cx.send(a, Say{"fail"});
        });
        lab.part("a", tidyPart);
        lab.part("b", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "start" && cx.now() == VirtualTime{}) {
                cast(cx, "listens");
                cast<Plain>(cx, "deaf");
            }
            tidyPart(cx, me, m);
        });
        lab.part("listens", [](Context& cx, Memory&, const Say& m) {
            if (m.word == "cancel") cx.stop();
        });
        lab.run();
        QVERIFY(lab.find("cancel_request r/b 5") != nullptr);
        QVERIFY(lab.find("cancel_request r/b/listens 6") != nullptr);
        QVERIFY(lab.find("stop r/b/listens cancelled") != nullptr);
        QVERIFY(lab.find("stop r/b/deaf cancelled") != nullptr);
        QCOMPARE(lab.timeOf("resume r/b"), seconds(1));
        QVERIFY(lab.find("restart r/b/listens #1") == nullptr);
    }

    // What the laws of tst_region_laws.cpp are tried on has such groups.
    void randomProgramsHaveGroupsThatTakeTime() {
        std::size_t asked = 0, resting = 0, overdue = 0;
        for (std::uint64_t seed = 0; seed < 40; ++seed) {
            RegionProgram program{.rounds = 100, .size = 6, .groups = true};
            program.options = {.seed = seed, .limits = {}};
            program.options.limits.cellsMax = 3000;
            RecordingSink sink;
            kernel::World world{program.options, &sink};
            begin(world, program.root());
            while (world.round().value < program.rounds && world.step()) {
            }
            for (const RecordedRow& kept : sink.rows()) {
                const bool byRegion =
                    kept.row.kind == EventKind::kCancelRequest &&
                    sink.types().at(sink.births()[kept.row.cell.value].type).hash ==
                        value::typeInfo<Region>().hash;
                asked += byRegion &&
                         kept.row.arg == static_cast<std::uint64_t>(CancelReason::kSiblingFailed);
                resting += kept.row.kind == EventKind::kResume &&
                           sink.rows()[kept.row.cause.value - 1].row.kind == EventKind::kRegion;
                overdue += kept.row.kind == EventKind::kFail &&
                           kept.row.arg == static_cast<std::uint64_t>(ExitReason::kOverdue);
            }
        }
        QVERIFY2(asked > 40, std::to_string(asked).c_str());
        QVERIFY2(resting > 40, std::to_string(resting).c_str());
        QVERIFY2(overdue > 0, std::to_string(overdue).c_str());
    }
};

QTEST_GUILESS_MAIN(TestRestartGroup)
#include "tst_restart_group.moc"
