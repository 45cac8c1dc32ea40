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

}  // namespace

class TestFaults : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void textsReadBackAsTheSame_data() {
        QTest::addColumn<QString>("text");
        for (const char* text :
             {"", "crash=100", "drop=1000000", "delay=5:200000000ns", "crash=1,drop=2,duplicate=3",
              "effect=7", "crash@shop/worker#2:17", "drop=5,delay@a:1,duplicate@a/b:2",
              "delay=0:50000000ns,delay@a:1"})
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
        for (const char* text :
             {"crash", "crash=", "crash=1000001", "melt=3", "crash=-1", "delay=5:", "delay=5:3",
              "drop@a", "drop@a:0", "drop@:3", ",", "crash=1,,drop=2"})
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
