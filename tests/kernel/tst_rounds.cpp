// The lock-step of the world, virtual time, and the choices of the random policy.
#include "tests/kernel/support/lab.h"

using namespace ariadne;
using namespace ariadne::tests;

namespace {

/// Takes the choices it was given, then always the last alternative.
class Chosen final : public kernel::DecisionSource {
public:
    explicit Chosen(std::vector<std::uint32_t> choices) : choices_(std::move(choices)) {}
    absl::StatusOr<std::uint32_t> choose(const kernel::Choice& choice) override {
        asked.push_back(choice.count);
        return choice.index < choices_.size() ? choices_[choice.index] : choice.count - 1;
    }
    std::vector<std::uint32_t> asked;

private:
    std::vector<std::uint32_t> choices_;
};

void echoPart(Lab& lab, const std::string& name) {
    lab.part(name, [](Context&, Player&, const Say&) {});
}

}  // namespace

class TestRounds : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aMessageIsSeenInTheNextRoundOnly() {
        Lab lab;
        lab.part("lab", [](Context& cx, Player& me, const Say& m) {
            if (m.word == "start") {
                me.known.push_back(cast(cx, "a"));
                cx.send(me.known[0], Say{"hi"});
                cx.send(cx.self<Player>(), Say{"me"});
            }
        });
        QCOMPARE(lab.run(), std::string{"quiescent: nothing can happen any more"});
        QCOMPARE(lab.roundOf("deliver lab Start"), std::uint64_t{1});
        QCOMPARE(lab.roundOf("send lab -> a Say{word: \"hi\", n: 0}"), std::uint64_t{1});
        QCOMPARE(lab.roundOf("deliver a Say{word: \"hi\", n: 0}"), std::uint64_t{2});
        QCOMPARE(lab.roundOf("deliver lab Say{word: \"me\", n: 0}"), std::uint64_t{2});
        QCOMPARE(lab.heardBy("a"), std::string{"Start; hi"});
    }

    void noMoreThanABatchIsTakenPerRound() {
        Lab lab{inRounds(0, 3)};
        lab.part("lab", [](Context& cx, Player&, const Say& m) {
            if (m.word != "start") return;
            const auto a = cast(cx, "a");
            for (int i = 1; i <= 6; ++i) cx.send(a, Say{"n", i});
        });
        lab.run();
        const auto round = [&](int i) {
            return lab.roundOf("deliver a Say{word: \"n\", n: " + std::to_string(i) + "}");
        };
        // Start and two in round 2, three each afterwards.
        QCOMPARE(round(2), std::uint64_t{2});
        QCOMPARE(round(3), std::uint64_t{3});
        QCOMPARE(round(5), std::uint64_t{3});
        QCOMPARE(round(6), std::uint64_t{4});
        QCOMPARE(lab.heardBy("a"), std::string{"Start; n 1; n 2; n 3; n 4; n 5; n 6"});
    }

    void everyRunnableCellGetsItsTurnThoughAnotherNeverRests() {
        Lab lab{inRounds(0, 1)};
        lab.part("lab", [](Context& cx, Player& me, const Say& m) {
            if (m.word == "start") {
                for (int i = 0; i < 3; ++i) me.known.push_back(cast(cx, "busy"));
                for (const auto& to : me.known)
                    for (int i = 0; i < 5; ++i) cx.send(to, Say{"go"});
            }
        });
        lab.part("busy",
                 [](Context& cx, Player&, const Say&) { cx.send(cx.self<Player>(), Say{"on"}); });
        lab.run(10);
        std::map<std::uint64_t, int> turns;
        for (const RecordedRow& kept : lab.sink.rows())
            if (kept.row.kind == EventKind::kDeliver) ++turns[kept.row.round.value];
        for (std::uint64_t round = 2; round <= 10; ++round) QCOMPARE(turns[round], 3);
    }

    void outputsAreCommittedInRankThenTurnThenOutputOrder() {
        Lab lab;
        lab.part("lab", [](Context& cx, Player&, const Say& m) {
            if (m.word != "start") return;
            const auto sink = cast(cx, "z");
            for (const char* name : {"a", "b"}) {
                const auto who = cx.spawn<Player>(name, as("teller", {sink}));
                cx.send(who, Say{"go"});
            }
        });
        lab.part("teller", [](Context& cx, Player& me, const Say& m) {
            cx.send(me.known[0], Say{m.word, ++me.count});
            cx.send(me.known[0], Say{m.word, ++me.count});
        });
        lab.run();
        QCOMPARE(lab.heardBy("z"),
                 std::string{"Start; start 1; start 2; go 3; go 4; start 1; start 2; go 3; go 4"});
    }

    void timeMovesOnlyWhenNobodyCanRun() {
        Lab lab{inRounds(0, 1)};
        lab.part("lab", [](Context& cx, Player& me, const Say& m) {
            if (m.word == "start") {
                cx.after(5ns, Say{"timer"});
                for (int i = 0; i < 4; ++i) cx.send(cx.self<Player>(), Say{"work"});
            }
            me.count = cx.now().value;
            cx.note(m.word, me.count);
        });
        lab.run();
        QCOMPARE(lab.lines({EventKind::kNote}),
                 std::string{"note lab start = 0\nnote lab work = 0\nnote lab work = 0\n"
                             "note lab work = 0\nnote lab work = 0\nnote lab timer = 5"});
    }

    void timersOfOneInstantFireByOwnerThenOrdinal() {
        Lab lab;
        lab.part("lab", [](Context& cx, Player&, const Say& m) {
            if (m.word == "start") {
                cast(cx, "a");
                cast(cx, "b");
                cx.after(7ns, Say{"second"});
            }
        });
        const auto two = [](Context& cx, Player&, const Say& m) {
            if (m.word != "start") return;
            cx.after(7ns, Say{"x"});
            cx.after(7ns, Say{"y"});
            cx.after(3ns, Say{"w"});
        };
        lab.part("a", two);
        lab.part("b", two);
        lab.run();
        QCOMPARE(lab.lines({EventKind::kTimerFire}),
                 std::string{
                     "timer_fire a Say{word: \"w\", n: 0}\ntimer_fire b Say{word: \"w\", n: 0}\n"
                     "timer_fire lab Say{word: \"second\", n: 0}\n"
                     "timer_fire a Say{word: \"x\", n: 0}\ntimer_fire a Say{word: \"y\", n: 0}\n"
                     "timer_fire b Say{word: \"x\", n: 0}\ntimer_fire b Say{word: \"y\", n: 0}"});
    }

    void aTimerWithoutDelayFiresNextRoundAtTheSameTime() {
        Lab lab;
        lab.part("lab", [](Context& cx, Player&, const Say& m) {
            if (m.word == "start") cx.after(0ns, Say{"soon"});
        });
        lab.run();
        QCOMPARE(lab.roundOf("deliver lab Say{word: \"soon\", n: 0}"), std::uint64_t{2});
        QCOMPARE(lab.timeOf("deliver lab Say{word: \"soon\", n: 0}"), std::int64_t{0});
    }

    void keysAreOfParentAndOrdinalInEverySchedule() {
        const auto keys = [](const kernel::WorldOptions& options) {
            Lab lab{options};
            lab.part("lab", [](Context& cx, Player&, const Say& m) {
                if (m.word == "start") {
                    cast(cx, "a");
                    cast(cx, "b");
                }
            });
            lab.part("a", [](Context& cx, Player&, const Say&) { cast(cx, "aa"); });
            lab.part("b", [](Context& cx, Player&, const Say&) { cast(cx, "bb"); });
            lab.run();
            std::map<std::string, CellKey> out;
            for (const CellBirth& birth : lab.sink.births()) out[birth.path] = birth.key;
            return out;
        };
        const auto expected = keys(inRounds());
        QCOMPARE(expected.size(), std::size_t{6});
        for (std::uint64_t seed = 0; seed < 10; ++seed) QVERIFY(keys(inAnyOrder(seed)) == expected);
    }

    void oneMessageAtATimeInTheRandomPolicy() {
        Lab lab{inAnyOrder(1)};
        lab.part("lab", [](Context& cx, Player& me, const Say& m) {
            if (m.word != "start") return;
            for (int i = 0; i < 3; ++i) me.known.push_back(cast(cx, "a"));
            for (const auto& to : me.known) cx.send(to, Say{"hi"});
        });
        lab.run();
        std::map<std::uint64_t, int> turns;
        for (const RecordedRow& kept : lab.sink.rows())
            if (kept.row.kind == EventKind::kDeliver) ++turns[kept.row.round.value];
        QCOMPARE(turns.size(), std::size_t{7});
        for (const auto& [round, count] : turns) QCOMPARE(count, 1);
    }

    void choicesAreAskedAndRecorded() {
        Chosen source{{1, 0}};
        Lab lab{inAnyOrder(), &source};
        lab.part("lab", [](Context& cx, Player&, const Say& m) {
            if (m.word != "start") return;
            cast(cx, "a");
            cast(cx, "b");
        });
        echoPart(lab, "a");
        lab.run();
        // Start of a and of b are the only choice; afterwards one is left.
        QVERIFY(source.asked == (std::vector<std::uint32_t>{2}));
        QCOMPARE(lab.lines({EventKind::kDecision}), std::string{"decision 1 of 2"});
        QVERIFY(lab.roundOf("deliver b Start") < lab.roundOf("deliver a Start"));
    }

    void channelsOvertakeEachOtherButNotThemselves() {
        // z has the channels of a and b; always the last alternative is taken. Start is no
        // alternative: it comes first.
        Chosen source{{}};
        Lab lab{inAnyOrder(), &source};
        lab.part("lab", [](Context& cx, Player&, const Say& m) {
            if (m.word != "start") return;
            const auto z = cast(cx, "z");
            cx.spawn<Player>("a", as("teller", {z}));
            cx.spawn<Player>("b", as("teller", {z}));
        });
        lab.part("teller", [](Context& cx, Player& me, const Say& m) {
            if (m.word != "start") return;
            for (int i = 1; i <= 2; ++i) cx.send(me.known[0], Say{"n", i});
        });
        lab.run();
        // b, then a run first; z was told by lab, b, b, a, a.
        QCOMPARE(lab.heardBy("z"), std::string{"Start; n 1; n 2; n 1; n 2"});
    }

    void runUntilStopsBeforeTheRoundThatIsTooLate() {
        Lab lab;
        lab.part("lab", [](Context& cx, Player&, const Say& m) {
            if (m.word == "start") cx.every(10ns, Say{"tick"});
        });
        lab.run(1);
        lab.world().runUntil(VirtualTime{29}, 1000);
        QCOMPARE(lab.world().now(), VirtualTime{20});
        QCOMPARE(lab.world().outcome(), Outcome::kRunning);
        lab.world().runUntil(VirtualTime{30}, 1000);
        QCOMPARE(lab.world().now(), VirtualTime{30});
        const Position here = lab.world().position();
        lab.world().runUntil(VirtualTime{10}, 1000);
        QCOMPARE(lab.world().position(), here);
    }

    void runUntilATimeThatHasPassedDoesNothing() {
        Lab lab;
        lab.part("lab", [](Context& cx, Player&, const Say& m) {
            if (m.word == "start")
                cx.after(10ns, Say{"late"});
            else
                cx.send(cx.self<Player>(), Say{"on"});
        });
        lab.run(3);
        QCOMPARE(lab.world().now(), VirtualTime{10});
        const Position here = lab.world().position();
        lab.world().runUntil(VirtualTime{9}, 5);
        QCOMPARE(lab.world().position(), here);
        lab.world().runUntil(VirtualTime{10}, 5);
        QVERIFY(lab.world().position() > here);
    }

    void theEndOfTimeIsReachedNotPassed() {
        Lab lab;
        lab.part("lab", [](Context& cx, Player&, const Say& m) {
            if (m.word == "start") {
                cx.after(1ns, Say{"first"});
            } else if (m.word == "first") {
                cx.after(Duration::max(), Say{"last"});
                cx.every(Duration::max(), Say{"once"});
                cx.ask(cast(cx, "deaf"), Say{"?"}, within(Duration::max()));
                cx.after(1h, Say{"hour"});
            }
        });
        QCOMPARE(lab.run(), std::string{"quiescent: nothing can happen any more"});
        QCOMPARE(lab.heardBy("lab"), std::string{"Start; first; hour; last; once; AskTimedOut"});
        QCOMPARE(lab.world().now(), kForever);
    }
};

QTEST_GUILESS_MAIN(TestRounds)
#include "tst_rounds.moc"
