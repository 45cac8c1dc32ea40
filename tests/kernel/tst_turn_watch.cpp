// Somebody who looks on sees what every thread is at, by name, and changes nothing.
#include "engine/kernel/turn_watch.h"
#include "tests/kernel/support/random_programs.h"

#include <array>
#include <atomic>
#include <stdexcept>
#include <thread>

using namespace ariadne;
using namespace ariadne::tests;
using kernel::RunningTurn;
using kernel::TurnSlot;
using kernel::TurnWatch;

namespace {

/// What a look from within a turn showed.
struct Look {
    RunningTurn turn;
    std::string path;
};

Look lookInto(const TurnWatch& watch) {
    const auto turn = watch.slot(0).running();
    return turn ? Look{*turn, watch.pathOf(turn->cell)} : Look{};
}

std::uint64_t digestOf(std::uint64_t seed, const kernel::World::Threads& threads,
                       TurnWatch* watch) {
    kernel::WorldOptions options = inRounds(seed, 2);
    options.limits.eventsMax = 20'000;
    RecordingSink sink;
    kernel::World world{options, &sink};
    world.useThreads(threads);
    if (watch != nullptr) world.watchTurns(watch);
    begin(world, wildRoot(), "wild");
    world.runUntil(kForever, 100);
    return sink.digest().events() ^ world.image().stateDigest;
}

}  // namespace

class TestTurnWatch : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { parts().clear(); }

    void aTurnIsSeenWhileItRunsAndNotAfterwards() {
        TurnWatch watch;
        RecordingSink sink;
        kernel::World world{inRounds(), &sink};
        world.watchTurns(&watch);
        std::vector<Look> looks;
        parts()["lab"] = [&](Context& cx, Player&, const Say& m) {
            if (m.word == "start") cx.send(cx.self<Player>(), Say{"hi"});
            looks.push_back(lookInto(watch));
        };
        begin(world, as("lab"));
        QVERIFY(!watch.slot(0).running());
        while (world.step()) QVERIFY(!watch.slot(0).running());
        QCOMPARE(looks.size(), 2u);
        QCOMPARE(looks[0].path, std::string{"lab"});
        QCOMPARE(looks[0].turn.message->name, value::typeInfo<Start>().name);
        QCOMPARE(looks[1].turn.message->name, value::typeInfo<Say>().name);
        QCOMPARE(looks[1].turn.state->name, value::typeInfo<Player>().name);
        QVERIFY(looks[0].turn.number != looks[1].turn.number);
        QCOMPARE(looks[0].turn.round.value, 1u);
        QCOMPARE(looks[1].turn.round.value, 2u);
        const EventRow& sent = sink.rows().at(looks[1].turn.enqueuedAt.value - 1).row;
        QVERIFY(sent.kind == EventKind::kSend && sent.peer == looks[1].turn.cell);
    }

    void everyEndOfATurnIsSeen_data() {
        QTest::addColumn<QString>("how");
        for (const char* how : {"throws", "throws what nobody knows", "fails", "stops", "stashes"})
            QTest::newRow(how) << QString::fromLatin1(how);
    }
    void everyEndOfATurnIsSeen() {
        QFETCH(QString, how);
        TurnWatch watch;
        kernel::World world{inRounds()};
        world.watchTurns(&watch);
        int turns = 0;
        parts()["lab"] = [&](Context& cx, Player&, const Say&) {
            ++turns;
            QVERIFY(watch.slot(0).running());
            if (how == QLatin1String{"throws"}) throw std::runtime_error{"no"};
            if (how == QLatin1String{"throws what nobody knows"}) throw 7;
            if (how == QLatin1String{"fails"}) cx.fail("no");
            if (how == QLatin1String{"stops"}) cx.stop("enough");
            if (how == QLatin1String{"stashes"}) cx.stash();
        };
        begin(world, as("lab"));
        world.step();
        QCOMPARE(turns, 1);
        QVERIFY(!watch.slot(0).running());
    }

    void aMessageThatNobodyHandlesIsNoTurn() {
        TurnWatch watch;
        kernel::World world{inRounds()};
        world.watchTurns(&watch);
        std::vector<std::uint64_t> numbers;
        parts()["lab"] = [&](Context& cx, Player&, const Say& m) {
            numbers.push_back(lookInto(watch).turn.number);
            if (m.word != "start") return;
            cx.become<Player, Closed>();
            cx.send(cx.self<Player>(), Start{});  // is not for Closed
            cx.send(cx.self<Player>(), Say{"hi"});
        };
        begin(world, as("lab"));
        world.runUntil(kForever, 10);
        QCOMPARE(numbers.size(), 2u);
        QCOMPARE(numbers[1], numbers[0] + 2);
    }

    void cellsAreNamedAlsoWhenNobodyElseWantsNames() {
        TurnWatch watch;
        kernel::World world{inRounds()};
        world.watchTurns(&watch);
        std::vector<std::string> paths;
        parts()["lab"] = [&](Context& cx, Player&, const Say&) {
            cast(cx, "kid");
            cast(cx, "kid");
        };
        parts()["kid"] = [&](Context&, Player&, const Say&) {
            paths.push_back(lookInto(watch).path);
        };
        begin(world, as("lab"));
        world.runUntil(kForever, 10);
        QVERIFY((paths == std::vector<std::string>{"lab/kid", "lab/kid#2"}));
        QCOMPARE(watch.pathOf(kOutside), std::string{});
        QCOMPARE(watch.pathOf(Rank{99}), std::string{});
    }

    void restoredCellsAreNamed_data() {
        QTest::addColumn<bool>("before");
        QTest::newRow("watched before") << true;
        QTest::newRow("watched afterwards") << false;
    }
    void restoredCellsAreNamed() {
        QFETCH(bool, before);
        parts()["lab"] = [](Context& cx, Player&, const Say&) { cast(cx, "kid"); };
        parts()["kid"] = [](Context& cx, Player&, const Say&) {
            cx.after(Duration{5}, Say{"later"});
        };
        RecordingSink sink;
        kernel::World first{inRounds(), &sink};
        begin(first, as("lab"));
        first.runUntil(VirtualTime{0}, 10);
        const WorldImage image = first.image();

        TurnWatch watch;
        std::string path;
        parts()["kid"] = [&](Context&, Player&, const Say&) { path = lookInto(watch).path; };
        kernel::World world{inRounds()};
        if (before)
            world.watchTurns(&watch);
        else
            world.keepBirths();
        QVERIFY(world.restore(image, first.births(), first.types(), cellTypesHere()).ok());
        if (!before) world.watchTurns(&watch);
        QCOMPARE(watch.pathOf(Rank{2}), std::string{"lab/kid"});
        world.runUntil(kForever, 10);
        QCOMPARE(path, std::string{"lab/kid"});
    }

    void everyThreadHasASlot() {
        TurnWatch watch;
        kernel::World world{inRounds()};
        world.watchTurns(&watch);
        world.useThreads({.count = 3, .inlineBelow = 1, .cellsPerPart = 1});
        std::atomic<int> seen = 0;
        std::atomic<int> wrong = 0;
        parts()["lab"] = [&](Context& cx, Player&, const Say&) {
            for (int i = 0; i < 700; ++i) cast(cx, "kid");
        };
        parts()["kid"] = [&](Context& cx, Player&, const Say&) {
            int mine = 0;
            for (std::uint32_t i = 0; i < TurnWatch::kThreadsMax; ++i)
                if (const auto turn = watch.slot(i).running())
                    mine += world.births()[turn->cell.value].key == cx.self().key ? 1 : 0;
            ++(mine == 1 ? seen : wrong);
        };
        begin(world, as("lab"));
        world.runUntil(kForever, 10);
        QCOMPARE(wrong.load(), 0);
        QCOMPARE(seen.load(), 700);
    }

    void whoLooksChangesNothing() {
        for (std::uint64_t seed = 0; seed < 8; ++seed) {
            const std::uint64_t plain = digestOf(seed, {}, nullptr);
            TurnWatch watch;
            QVERIFY2(digestOf(seed, {}, &watch) == plain, qPrintable(QString::number(seed)));
            QVERIFY2(digestOf(seed, {.count = 3, .inlineBelow = 1}, &watch) == plain,
                     qPrintable(QString::number(seed)));
        }
    }

    void aWorldMayBeUnwatchedAndMayGo() {
        TurnWatch watch;
        Look look;
        parts()["lab"] = [&](Context& cx, Player&, const Say&) {
            look = lookInto(watch);
            cx.send(cx.self<Player>(), Say{"again"});
        };
        {
            kernel::World world{inRounds()};
            world.watchTurns(&watch);
            begin(world, as("lab"));
            world.step();
            QCOMPARE(look.path, std::string{"lab"});
            world.watchTurns(nullptr);
            QCOMPARE(watch.pathOf(Rank{1}), std::string{});
            world.step();
            QCOMPARE(look.turn, RunningTurn{});
            world.watchTurns(&watch);
            QCOMPARE(watch.pathOf(Rank{1}), std::string{"lab"});
        }
        QCOMPARE(watch.pathOf(Rank{1}), std::string{});
    }

    void aLookFromElsewhereNeverMixesTwoTurns() {
        static const std::array<const value::TypeInfo*, 2> kTypes{&value::typeInfo<Say>(),
                                                                  &value::typeInfo<Start>()};
        TurnSlot slot;
        std::atomic<bool> over = false;
        std::jthread worker{[&] {
            for (std::uint32_t i = 1; i <= 200'000; ++i) {
                kernel::Message message{kernel::NodeSize::kSmall};
                message.enqueuedAt = Position{i};
                message.type = kTypes[i % 2];
                slot.begin(Rank{i}, *kTypes[i % 2], message, Round{i});
                slot.end();
                message.type = nullptr;
            }
            over = true;
        }};
        std::uint64_t last = 0;
        bool mixed = false;
        while (!over) {
            const auto turn = slot.running();
            if (!turn) continue;
            const std::uint32_t i = turn->cell.value;
            mixed |= turn->round.value != i || turn->enqueuedAt.value != i ||
                     turn->message != kTypes[i % 2] || turn->state != kTypes[i % 2] ||
                     turn->number != 2 * std::uint64_t{i} - 1 || turn->number < last;
            last = turn->number;
        }
        QVERIFY(!mixed);
        QVERIFY(!slot.running());
    }
};

QTEST_GUILESS_MAIN(TestTurnWatch)
#include "tst_turn_watch.moc"
