// Faults: what they do, that they repeat, how they are spelt.
#include "engine/kernel/faults.h"
#include "tests/kernel/support/lab.h"
#include "tests/kernel/support/random_programs.h"

using namespace ariadne;
using namespace ariadne::tests;

namespace {

kernel::WorldOptions with(std::string_view faults) {
    kernel::WorldOptions options;
    options.faults = *kernel::parseFaults(faults);
    return options;
}

/// "lab" sends "one", "two", "three" to "b", which asks nothing back.
void threeMessages(Lab& lab) {
    lab.part("lab", [](Context& cx, Player&, const Say& m) {
        if (m.word != "start") return;
        const Ref<Player> b = cast(cx, "b");
        for (const char* word : {"one", "two", "three"}) cx.send(b, Say{word});
    });
}

/// "lab" asks "b" for `count` answers; its first message is the Start of b, so they are 2, 3, ...
/// b answers each, and sends some news with it.
void manyAsks(Lab& lab, std::int64_t count) {
    lab.part("lab", [count](Context& cx, Player&, const Say& m) {
        if (m.word != "start") return;
        const Ref<Player> b = cast(cx, "b");
        for (std::int64_t n = 1; n <= count; ++n) cx.ask(b, Say{"what", n}, within(Duration{50}));
    });
    lab.part("b", [](Context& cx, Player&, const Say& m) {
        if (m.word != "what") return;
        cx.reply(Say{"that", m.n});
        cx.send(Ref<Player>{cx.sender()}, Say{"news", m.n});
    });
}

/// Reads the clock, several times at once.
struct ClockReader {
    std::uint32_t times = 0;
    Vector<std::uint64_t> answered{};
    Vector<std::uint64_t> failed{};
    Vector<std::string> why{};

    void on(Context& cx, const Start&) {
        for (std::uint32_t i = 0; i < times; ++i) cx.perform(effect::ReadClock{}, 5s);
    }
    void on(Context& cx, const effect::WallTime&) { answered.push_back(cx.answeredEffect()); }
    void on(Context&, const EffectFailed& m) {
        failed.push_back(m.effect);
        why.push_back(std::to_string(static_cast<int>(m.status)) + " " + m.text);
    }
};
BOOST_DESCRIBE_STRUCT(ClockReader, (), (times, answered, failed, why))
ARIADNE_ACTOR(ClockReader, Start, effect::WallTime, EffectFailed)

/// The effects that a host was asked for, by number, when a cell reads the clock `times` times.
/// What it was not asked for has failed: the sink says so.
std::vector<std::uint64_t> effectsAskedFor(kernel::WorldOptions options, std::uint32_t times,
                                           RecordingSink& sink) {
    options.grants = {{"clock.read", ""}};
    kernel::World world{options, &sink};
    begin(world, ClockReader{.times = times});
    world.runUntil(kForever, 100);
    std::vector<std::uint64_t> asked;
    for (const effect::Request& request : world.takeRequests()) asked.push_back(request.ordinal);
    return asked;
}

}  // namespace

class TestFaults : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void textsReadBackAsTheSame_data() {
        QTest::addColumn<QString>("text");
        for (const char* text :
             {"", "crash=100", "drop=1000000", "delay=5:200000000ns", "crash=1,drop=2,duplicate=3",
              "effect=7", "crash@shop/worker#2:17", "drop=5,delay@a:1,duplicate@a/b:2",
              "delay=0:50000000ns,delay@a:1", "effect@shop:2", "reply@shop/worker:3"})
            QTest::newRow(text) << QString::fromLatin1(text);
    }
    void textsReadBackAsTheSame() {
        QFETCH(QString, text);
        const auto faults = kernel::parseFaults(text.toStdString());
        QVERIFY2(faults.ok(), std::string{faults.status().message()}.c_str());
        QCOMPARE(kernel::textOf(*faults), text.toStdString());
    }

    /// What a run's header holds is the text: all that decides about faults must be in it.
    void nothingIsLostInTheText() {
        const auto readBack = [](const kernel::Faults& faults) {
            return *kernel::parseFaults(kernel::textOf(faults)) == faults;
        };
        kernel::Faults faults;
        QVERIFY(readBack(faults));
        faults.delayMax = 3ns;
        faults.script = {{FaultKind::kDelay, "lab/a#2", 7}};
        QVERIFY(readBack(faults));
        faults.script.push_back({FaultKind::kEffect, "lab", 1});
        faults.delay = faults.effect = kernel::Faults::kAlways;
        QVERIFY(readBack(faults));
        kernel::Faults other = faults;
        other.script[0].ordinal = 8;
        QVERIFY(!(other == faults));
        QVERIFY(kernel::textOf(other) != kernel::textOf(faults));
    }

    void wrongTextsSayWhatIsWrong_data() {
        QTest::addColumn<QString>("text");
        for (const char* text : {"crash", "crash=", "crash=1000001", "melt=3", "crash=-1",
                                 "delay=5:", "delay=5:3", "drop@a", "drop@a:0", "drop@:3", ",",
                                 "crash=1,,drop=2", "reply=5", "reply", "reply@a"})
            QTest::newRow(text) << QString::fromLatin1(text);
    }
    void wrongTextsSayWhatIsWrong() {
        QFETCH(QString, text);
        const auto faults = kernel::parseFaults(text.toStdString());
        QVERIFY(!faults.ok());
        QVERIFY(std::string{faults.status().message()}.find("expected") != std::string::npos);
    }

    void aTurnCrashesBeforeItBegins() {
        Lab lab{with("crash@lab/b:2")};  // its first turn is Start
        threeMessages(lab);
        lab.run();
        QVERIFY2(lab.lines({EventKind::kFail}).find("injected crash") != std::string::npos,
                 lab.lines().c_str());
        QCOMPARE(lab.lines({EventKind::kFault}).empty(), false);
        QCOMPARE(lab.lines({EventKind::kNote}), std::string{});
    }

    void aMessageIsLost() {
        // The root's first send is the Start of its child.
        Lab lab{with("drop@lab:3")};
        threeMessages(lab);
        lab.run();
        QCOMPARE(lab.heardBy("b"), std::string{"Start; one; three"});
        QVERIFY(!lab.lines({EventKind::kDrop}).empty());
    }

    void aMessageComesLate() {
        Lab lab{with("delay=0:50ms,delay@lab:2")};
        threeMessages(lab);
        lab.run();
        QCOMPARE(lab.heardBy("b"), std::string{"Start; two; three; one"});
        QVERIFY(lab.world().now().value > 0);
        QVERIFY(lab.world().now().value <= 50'000'000);
    }

    void aMessageComesTwice() {
        Lab lab{with("duplicate@lab:2")};
        threeMessages(lab);
        lab.run();
        QCOMPARE(lab.heardBy("b"), std::string{"Start; one; one; two; three"});
    }

    void aSingleFaultHitsAlsoAfterARestore() {
        Lab lab{with("drop@lab:3")};
        lab.part("lab", [](Context& cx, Player& me, const Say& m) {
            if (m.word == "start") me.known = {cast(cx, "b")}, cx.after(1s, Say{"go"});
            if (m.word == "go")
                for (const char* word : {"one", "two", "three"}) cx.send(me.known[0], Say{word});
        });
        lab.run(2);
        RecordingSink rest;
        rest.knowBirths(lab.sink.births());
        kernel::World restored{with("drop@lab:3"), &rest};
        const absl::Status status = restored.restore(lab.world().image(), lab.world().births(),
                                                     lab.world().types(), cellTypesHere());
        QVERIFY2(status.ok(), status.ToString().c_str());
        restored.runUntil(kForever, 100);
        QCOMPARE(rest.lines({EventKind::kDrop}), std::string{"drop b Say lost"});
        QCOMPARE(rest.count(EventKind::kFault), std::size_t{1});
        lab.run();
        QCOMPARE(lab.heardBy("b"), std::string{"Start; one; three"});
        QCOMPARE(restored.position(), lab.world().position());
        QCOMPARE(restored.image().stateDigest, lab.world().image().stateDigest);
    }

    void anAnswerIsLostAndItsAskRunsIntoItsTimeout() {
        Lab lab{with("reply@lab:3")};
        manyAsks(lab, 3);
        lab.run();
        QCOMPARE(lab.heardBy("b"), std::string{"Start; what 1; what 2; what 3"});
        QCOMPARE(lab.heardBy("lab"),
                 std::string{"Start; that 1; news 1; news 2; that 3; news 3; AskTimedOut"});
        QCOMPARE(lab.lines({EventKind::kDrop}), std::string{"drop lab Say lost"});
        const std::vector<RecordedRow>& rows = lab.sink.rows();
        const auto fault = std::find_if(rows.begin(), rows.end(), [](const RecordedRow& kept) {
            return kept.row.kind == EventKind::kFault;
        });
        QVERIFY(fault != rows.end());
        QCOMPARE(fault->row.arg, static_cast<std::uint64_t>(FaultKind::kReply));
        QVERIFY(fault[-1].row.kind == EventKind::kReply && fault->row.cause == fault[-1].row.seq);
        QVERIFY(fault[1].row.kind == EventKind::kDrop);
    }

    void oneNumberHasOneVictim() {
        // Turn 2 of b answers, and its message 2 is news of the second question.
        Lab lab{with("drop@lab/b:2")};
        manyAsks(lab, 3);
        lab.run();
        QCOMPARE(lab.heardBy("lab"), std::string{"Start; that 1; news 1; that 2; that 3; news 3"});
        // Message 3 of lab is the second question: it is lost, and no other one's answer.
        Lab other{with("drop@lab:3")};
        manyAsks(other, 3);
        other.run();
        QCOMPARE(other.heardBy("b"), std::string{"Start; what 1; what 3"});
        QCOMPARE(other.heardBy("lab"),
                 std::string{"Start; that 1; news 1; that 3; news 3; AskTimedOut"});
    }

    void answersAreLostByTheAskTheyAnswerInEveryOrder() {
        constexpr std::int64_t kAsks = 60;
        constexpr std::uint32_t kRate = 200'000;
        const CellKey lab = kernel::childKey(CellKey{}, 1);
        for (std::uint64_t seed = 0; seed < 4; ++seed) {
            std::set<std::int64_t> expected;
            std::uint64_t lost = 0;
            for (std::int64_t n = 1; n <= kAsks; ++n) {
                const auto ask = static_cast<std::uint64_t>(n) + 1;
                if (kernel::faultHits(seed, FaultKind::kDrop, lab, ask, kRate)) continue;
                if (kernel::faultHits(seed, FaultKind::kReply, lab, ask, kRate))
                    ++lost;
                else
                    expected.insert(n);
            }
            QVERIFY(lost > 0);
            for (const kernel::Policy policy : {kernel::Policy::kRounds, kernel::Policy::kRandom}) {
                kernel::WorldOptions options = with("drop=" + std::to_string(kRate));
                options.seed = seed;
                options.policy = policy;
                Lab run{options};
                manyAsks(run, kAsks);
                run.run();
                std::set<std::int64_t> answered;
                for (const RecordedRow& kept : run.sink.rows())
                    for (std::int64_t n = 1; n <= kAsks; ++n)
                        if (kept.line ==
                            "deliver lab Say{word: \"that\", n: " + std::to_string(n) + "}")
                            answered.insert(n);
                QVERIFY2(answered == expected, ("seed " + std::to_string(seed)).c_str());
            }
        }
    }

    void anEffectFailsByScriptAndNobodyIsAsked() {
        RecordingSink sink;
        const auto asked = effectsAskedFor(with("effect@lab:2"), 3, sink);
        QCOMPARE(asked, (std::vector<std::uint64_t>{1, 3}));
        const std::string done = sink.lines({EventKind::kEffectDone});
        QVERIFY2(done.find("effect: 2") != std::string::npos &&
                     done.find("injected failure") != std::string::npos,
                 done.c_str());
        const std::vector<RecordedRow>& rows = sink.rows();
        for (std::size_t i = 1; i < rows.size(); ++i) {
            if (rows[i].row.kind != EventKind::kEffectDone) continue;
            QVERIFY(rows[i - 1].row.kind == EventKind::kFault);
            QCOMPARE(rows[i - 1].row.arg, static_cast<std::uint64_t>(FaultKind::kEffect));
            QCOMPARE(rows[i].row.extra, static_cast<std::uint64_t>(effect::EffectStatus::kFailed));
            QCOMPARE(rows[i].row.arg, std::uint64_t{2});
        }
    }

    void effectsFailByTheirNumbers() {
        constexpr std::uint32_t kTimes = 50, kRate = 300'000;
        for (std::uint64_t seed = 0; seed < 3; ++seed) {
            kernel::WorldOptions options = with("effect=" + std::to_string(kRate));
            options.seed = seed;
            RecordingSink sink;
            const auto asked = effectsAskedFor(options, kTimes, sink);
            std::vector<std::uint64_t> expected;
            for (std::uint64_t n = 1; n <= kTimes; ++n)
                if (!kernel::faultHits(seed, FaultKind::kEffect, kernel::childKey(CellKey{}, 1), n,
                                       kRate))
                    expected.push_back(n);
            QCOMPARE(asked, expected);
            QVERIFY(expected.size() < kTimes && !expected.empty());
            QCOMPARE(sink.count(EventKind::kFault), kTimes - expected.size());
        }
    }

    void whatIsNotGrantedIsDeniedAndNoFault() {
        kernel::WorldOptions options = with("effect=1000000");
        RecordingSink sink;
        kernel::World world{options, &sink};
        begin(world, ClockReader{.times = 2});
        world.runUntil(kForever, 100);
        QCOMPARE(sink.count(EventKind::kRefuse), std::size_t{2});
        QCOMPARE(sink.count(EventKind::kFault), std::size_t{0});
    }

    void ratesHitAboutAsOftenAsTheySay() {
        int hits = 0;
        for (std::uint64_t i = 1; i <= 100'000; ++i)
            hits += kernel::faultHits(7, FaultKind::kDrop, CellKey{99}, i, 10'000);
        QVERIFY2(hits > 800 && hits < 1'200, std::to_string(hits).c_str());
        QVERIFY(!kernel::faultHits(7, FaultKind::kDrop, CellKey{99}, 1, 0));
        QVERIFY(kernel::faultHits(7, FaultKind::kDrop, CellKey{99}, 1, kernel::Faults::kAlways));
    }

    void faultyRunsRepeatOnAnyThreadsAndFromAnySnapshot() {
        for (std::uint64_t seed = 0; seed < 6; ++seed) {
            kernel::WorldOptions options =
                with("crash=3000,drop=10000,delay=10000,duplicate=10000");
            options.seed = seed;
            const auto digestOf = [&](std::uint32_t threads, RecordingSink& sink) {
                kernel::World world{options, &sink};
                world.useThreads({threads, 0, 3});
                begin(world, wildRoot(), "wild");
                world.runUntil(kForever, 300);
                world.end(Outcome::kUntil, "enough");
                return sink.digest().events() ^ sink.digest().changes();
            };
            RecordingSink one, many;
            one.snapshotEveryRound = true;
            QCOMPARE(digestOf(1, one), digestOf(3, many));
            QVERIFY(!one.snapshots.empty());
            // Every seventh is enough to meet late messages on their way.
            for (std::size_t i = 0; i + 1 < one.snapshots.size(); i += 7) {
                RecordingSink rest;
                kernel::World world{options, &rest};
                const absl::Status restored =
                    world.restore(one.snapshots[i], one.births(), one.types(), cellTypesHere());
                QVERIFY2(restored.ok(), std::string{restored.message()}.c_str());
                world.runUntil(kForever, 300 - one.snapshots[i].round.value);
                world.end(Outcome::kUntil, "enough");
                QCOMPARE(rest.snapshots.back().stateDigest, one.snapshots.back().stateDigest);
                QCOMPARE(world.position().value, one.rows().back().row.seq.value);
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestFaults)
#include "tst_faults.moc"
