// A run whose virtual time stands still says who keeps whom going, and by which messages.
#include "tests/kernel/support/lab.h"

using namespace ariadne;
using namespace ariadne::tests;

namespace {

struct Ping {};
BOOST_DESCRIBE_STRUCT(Ping, (), ())
struct Pong {};
BOOST_DESCRIBE_STRUCT(Pong, (), ())
struct Gossip {};
BOOST_DESCRIBE_STRUCT(Gossip, (), ())

/// Hears a lot, and does nothing.
struct Deaf {
    void on(Context&, const Gossip&) {}
};
BOOST_DESCRIBE_STRUCT(Deaf, (), ())
ARIADNE_ACTOR(Deaf, Gossip)

struct Right {
    Ref<Deaf> deaf;
    void on(Context& cx, const Ping&) {
        cx.send(deaf, Gossip{});
        cx.reply(Pong{});
    }
};
BOOST_DESCRIBE_STRUCT(Right, (), (deaf))
ARIADNE_ACTOR(Right, Ping)

struct Left {
    void on(Context& cx, const Start&) {
        const Ref<Deaf> deaf = cx.spawn<Deaf>("deaf");
        cx.send(cx.spawn<Right>("right", {deaf}), Ping{});
    }
    void on(Context& cx, const Pong&) { cx.reply(Ping{}); }
};
BOOST_DESCRIBE_STRUCT(Left, (), ())
ARIADNE_ACTOR(Left, Start, Pong)

/// One of a ring through which one message goes.
struct Node {
    CellRef next;
    std::uint64_t born = 0;
    void on(Context& cx, const Start&);
    void on(Context& cx, const Ping&);
};
BOOST_DESCRIBE_STRUCT(Node, (), (next, born))
ARIADNE_ACTOR(Node, Start, Ping)

void Node::on(Context& cx, const Start&) {
    if (born == 0) return;
    CellRef behind = cx.self();
    for (std::uint64_t i = 1; i < born; ++i) behind = cx.spawn<Node>("node", {behind, 0});
    next = behind;
    cx.send(Ref<Node>{next}, Ping{});
}
void Node::on(Context& cx, const Ping&) {
    cx.send(Ref<Node>{next}, Ping{});
}

constexpr std::uint64_t kRounds = 200;

kernel::WorldOptions standing(kernel::Policy policy = kernel::Policy::kRounds) {
    kernel::WorldOptions options{.policy = policy, .limits = {}};
    options.limits.roundsPerInstantMax = kRounds;
    return options;
}

const std::string kHead =
    "limit: limit roundsPerInstantMax (200) reached: virtual time stands still while ";
const std::string kPingPong = kHead +
                              "this goes round: Left (cell 1) -> "
                              "Right (cell 3) -> Left (cell 1), "
                              "Ping then Pong";

template <class Root>
std::string verdictOfRun(const kernel::WorldOptions& options, Root root,
                         kernel::EventSink* sink = nullptr, std::uint32_t threads = 1) {
    kernel::World world{options, sink};
    if (threads > 1) world.useThreads({.count = threads, .inlineBelow = 0, .cellsPerPart = 1});
    begin(world, std::move(root));
    world.runUntil(kForever, 10 * kRounds);
    return verdictOf(world);
}

}  // namespace

class TestLastRounds : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void twoThatAnswerEachOtherAreNamedWithTheirMessages() {
        QCOMPARE(verdictOfRun(standing(), Left{}), kPingPong);
        QCOMPARE(verdictOfRun(standing(kernel::Policy::kRandom), Left{}), kPingPong);
    }

    void whoWatchesAndOnHowManyThreadsDoesNotMatter() {
        for (const std::uint32_t threads : {1u, 2u, 3u, 8u}) {
            RecordingSink sink;
            QCOMPARE(verdictOfRun(standing(), Left{}, &sink, threads), kPingPong);
            QCOMPARE(verdictOfRun(standing(), Left{}, nullptr, threads), kPingPong);
        }
    }

    void everySnapshotWithACircleOfRoundsLeftEndsWithTheSameText() {
        // The circle is met when its first turn comes again; of the gossip it may be a round more.
        // One message at a time, turns of the deaf come in between, as the seed has it.
        for (const auto& [policy, roundsLeft] :
             {std::pair{kernel::Policy::kRounds, 4}, std::pair{kernel::Policy::kRandom, 30}}) {
            RecordingSink sink;
            sink.snapshotEveryRound = true;
            QCOMPARE(verdictOfRun(standing(policy), Left{}, &sink), kPingPong);
            std::size_t inTheWindow = 0;
            for (const WorldImage& image : sink.snapshots) {
                if (image.round.value + static_cast<std::uint64_t>(roundsLeft) > kRounds) break;
                inTheWindow += image.round.value > kRounds - kernel::LastRounds::kRoundsNoted;
                kernel::World again{standing(policy)};
                const absl::Status restored =
                    again.restore(image, sink.births(), sink.types(), cellTypesHere());
                QVERIFY2(restored.ok(), std::string{restored.message()}.c_str());
                again.runUntil(kForever, 10 * kRounds);
                QCOMPARE(verdictOf(again), kPingPong);
            }
            QVERIFY(inTheWindow > 30);
        }
    }

    void whatWasNotedOfAnotherInstantIsForgotten() {
        // For 195 rounds a and b, then time moves on, and c alone goes on with itself.
        Lab lab{standing()};
        lab.part("lab", [](Context& cx, Player&, const Say& m) {
            if (m.word != "start") return;
            cast(cx, "a");
            cx.after(1ns, Say{"next"});
        });
        lab.part("a", [](Context& cx, Player& me, const Say&) {
            if (++me.count < 195) cx.send(cx.self<Player>(), Say{"on"});
            if (me.count == 195) cx.after(1ns, Say{"c"});
            if (me.count == 196) cx.send(cast(cx, "c"), Say{"on"});
        });
        lab.part("c", [](Context& cx, Player&, const Say& m) {
            if (m.word != "start") cx.after(0ns, Say{"on"});
        });
        QCOMPARE(lab.run(), kHead +
                                "this goes round: ariadne::tests::Player (cell 3) -> "
                                "ariadne::tests::Player (cell 3), ariadne::tests::Say");
    }

    void ofALongCircleTheBeginningIsNamed() {
        const std::string verdict = verdictOfRun(standing(), Node{{}, 12});
        QVERIFY2(verdict.starts_with(kHead + "this goes round: Node (cell 1) -> "
                                             "Node (cell 12) -> "
                                             "Node (cell 11)"),
                 verdict.c_str());
        QVERIFY2(verdict.ends_with("(cell 5) -> 4 more -> Node (cell 1), "
                                   "Ping then Ping then "
                                   "Ping then Ping then "
                                   "Ping then Ping then "
                                   "Ping then Ping then 4 more"),
                 verdict.c_str());
    }

    void aCircleOfMoreRoundsThanAreNotedIsNamedByWhoGoesOn() {
        const std::string verdict = verdictOfRun(standing(), Node{{}, 80});
        QVERIFY2(verdict.starts_with(kHead + "these go on: Node (cell "), verdict.c_str());
        QVERIFY(verdict.find("->") == std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestLastRounds)
#include "tst_last_rounds.moc"
