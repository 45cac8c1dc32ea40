// A world led by hand: who takes what, time without turns, faults at a message that waits.
#include "tests/kernel/support/lab.h"
#include "tests/kernel/support/random_programs.h"

#include <algorithm>

using namespace ariadne;
using namespace ariadne::kernel;
using namespace ariadne::tests;

namespace {

/// A world that plays the parts, led by the test. The parts of the last one count.
class Hand {
public:
    explicit Hand(WorldOptions options = inRounds()) : world(options, &sink) { parts().clear(); }

    void part(const std::string& name, Part what) { parts()[name] = std::move(what); }
    void begin() {
        tests::begin(world, as("lab"));
        QVERIFY(world.deliverNext(key("lab")));
    }
    CellKey key(const std::string& path) const {
        for (const CellBirth& birth : sink.births())
            if (birth.path == path || birth.path == "lab/" + path) return birth.key;
        return {12345};
    }
    bool deliver(const std::string& to) { return world.deliverNext(key(to)); }
    bool deliver(const std::string& to, const std::string& from) {
        return world.deliverNext(key(to), key(from));
    }
    /// "a: hi 1 | b: hi": what waits, with ! in front of what could be next.
    std::string waiting() const {
        std::string out;
        for (const WaitingMessage& m : world.waiting()) {
            out += (out.empty() ? "" : " | ") + std::string{m.isNext ? "!" : ""};
            for (const CellBirth& birth : sink.births())
                if (birth.key == m.receiver) out += birth.path.substr(birth.path.rfind('/') + 1);
            const bool say = m.type->hash == value::typeInfo<Say>().hash;
            out += ": " + (say ? static_cast<const Say*>(m.value)->word
                               : std::string{value::shortName(m.type->name)});
        }
        return out;
    }
    Position find(const std::string& to, const std::string& word) const {
        for (const WaitingMessage& m : world.waiting())
            if (m.receiver == key(to) && m.type->hash == value::typeInfo<Say>().hash &&
                static_cast<const Say*>(m.value)->word == word)
                return m.enqueuedAt;
        return {};
    }
    const Player& state(const std::string& path) const {
        return *static_cast<const Player*>(world.look(key(path))->state);
    }
    std::string heard(const std::string& path) const {
        std::string out;
        for (const std::string& word : state(path).heard) out += (out.empty() ? "" : "; ") + word;
        return out;
    }

    RecordingSink sink;
    World world;
};

/// The root casts target, a and b, who at their Start send three messages to target, and idle, who
/// sends one when told to go.
void castFour(Hand& hand) {
    hand.part("lab", [](Context& cx, Player&, const Say& m) {
        if (m.word != "start") return;
        const Ref<Player> target = cast(cx, "target");
        for (const char* who : {"a", "b"}) cx.spawn<Player>(who, as(who, {target}));
        cx.spawn<Player>("idle", as("idle", {target}));
    });
    for (const char* who : {"a", "b"})
        hand.part(who, [](Context& cx, Player& me, const Say&) {
            for (const char* n : {"1", "2", "3"}) cx.send(me.known.at(0), Say{me.part + n});
        });
    hand.part("idle", [](Context& cx, Player& me, const Say& m) {
        if (m.word == "go") cx.send(me.known.at(0), Say{"i1"});
    });
    hand.begin();
    QVERIFY(hand.deliver("target"));  // Start
}

VirtualTime ms(std::int64_t n) {
    return {n * 1'000'000};
}

}  // namespace

class TestByHand : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theCallerChoosesUnderEveryPolicy_data() {
        QTest::addColumn<int>("policy");
        QTest::newRow("rounds") << static_cast<int>(Policy::kRounds);
        QTest::newRow("random") << static_cast<int>(Policy::kRandom);
        QTest::newRow("pct") << static_cast<int>(Policy::kPct);
    }
    void theCallerChoosesUnderEveryPolicy() {
        QFETCH(int, policy);
        Hand hand{{.policy = static_cast<Policy>(policy), .limits = {}}};
        castFour(hand);
        QVERIFY(hand.deliver("a") && hand.deliver("b"));
        QVERIFY(hand.deliver("target", "b"));
        QVERIFY(hand.deliver("target", "a"));
        QVERIFY(hand.deliver("target", "b"));
        QVERIFY(hand.deliver("target"));
        QCOMPARE(hand.heard("target"), std::string{"start; b1; a1; b2; a2"});
        QCOMPARE(hand.sink.count(EventKind::kDecision), std::size_t{0});
        // A round each, and nobody else had a turn.
        QCOMPARE(hand.world.round().value, std::uint64_t{8});
        QCOMPARE(hand.waiting(), std::string{"!target: a3 | !target: b3 | !idle: Start"});
    }

    void whatIsNextIsSaidAndNothingElseIsTaken() {
        Hand hand;
        castFour(hand);
        QVERIFY(hand.deliver("a") && hand.deliver("b"));
        QCOMPARE(hand.waiting(),
                 std::string{"!target: a1 | target: a2 | target: a3 | !target: b1 | target: b2 | "
                             "target: b3 | !idle: Start"});
        const Position before = hand.world.position();
        const Round round = hand.world.round();
        QVERIFY(!hand.deliver("nobody"));
        QVERIFY(!hand.deliver("lab"));                // nothing waits
        QVERIFY(!hand.world.deliverNext(CellKey{}));  // the outside
        // A sender of whom nothing waits.
        QVERIFY(!hand.deliver("target", "idle"));
        QVERIFY(!hand.deliver("target", "nobody"));
        QCOMPARE(hand.world.position(), before);
        QCOMPARE(hand.world.round(), round);
    }

    void aStartThenControlGoFirst() {
        Hand hand;
        hand.part("lab", [](Context& cx, Player& me, const Say& m) {
            if (m.word == "start") {
                me.known = {cast(cx, "doomed")};
                cx.monitor(me.known[0]);
                cx.send(cx.self<Player>(), Say{"own"});
                cx.send(me.known[0], Say{"die"});
            }
        });
        hand.part("doomed", [](Context& cx, Player&, const Say& m) {
            if (m.word == "die") cx.fail("so be it");
        });
        hand.begin();
        QCOMPARE(hand.waiting(), std::string{"!lab: own | !doomed: Start | doomed: die"});
        QVERIFY(hand.deliver("doomed") && hand.deliver("doomed"));
        QCOMPARE(hand.waiting(), std::string{"!lab: Down | lab: own"});
        QVERIFY(hand.deliver("lab", "lab"));  // the control message all the same
        QCOMPARE(hand.heard("lab"), std::string{"start; down 2"});
        QVERIFY(!hand.world.look(hand.key("doomed")));
        QVERIFY(!hand.deliver("doomed"));
    }

    void timePassesWithoutATurn() {
        Hand hand;
        hand.part("lab", [](Context& cx, Player&, const Say& m) {
            if (m.word != "start") return;
            cx.after(Duration{20'000'000}, Say{"late"});
            cx.after(Duration{30'000'000}, Say{"later"});
            cx.every(Duration{10'000'000}, Say{"tick"});
        });
        hand.begin();
        hand.world.passTime(ms(25));
        QCOMPARE(hand.world.now(), ms(25));
        QCOMPARE(hand.waiting(), std::string{"!lab: tick | lab: late | lab: tick"});
        QCOMPARE(hand.heard("lab"), std::string{"start"});
        std::vector<std::int64_t> fired;
        for (const RecordedRow& kept : hand.sink.rows())
            if (kept.row.kind == EventKind::kTimerFire) fired.push_back(kept.row.time.value);
        QVERIFY((fired == std::vector<std::int64_t>{10'000'000, 20'000'000, 20'000'000}));
        hand.world.passTime(ms(5));  // earlier is now
        QCOMPARE(hand.world.now(), ms(25));
        QVERIFY(hand.deliver("lab"));
        QCOMPARE(hand.world.now(), ms(25));
        hand.world.passTime(ms(30));
        QCOMPARE(hand.waiting(), std::string{"!lab: late | lab: tick | lab: later | lab: tick"});
    }

    void anInputIsTakenBeforeWhatWaits() {
        Hand hand;
        castFour(hand);
        QVERIFY(hand.deliver("a"));
        QVERIFY(hand.world.deliverInput(hand.key("target"), hand.world.pool().make(Say{"now"})));
        QCOMPARE(hand.heard("target"), std::string{"start; now"});
        QVERIFY(hand.deliver("target"));
        QCOMPARE(hand.heard("target"), std::string{"start; now; a1"});
        const Position before = hand.world.position();
        QVERIFY(!hand.world.deliverInput({777}, hand.world.pool().make(Say{"who"})));
        QCOMPARE(hand.world.position(), before);
    }

    void messagesAreLostLateAndDoubled() {
        Hand hand;
        castFour(hand);
        QVERIFY(hand.deliver("a") && hand.deliver("b"));
        const CellKey target = hand.key("target");
        QVERIFY(hand.world.injectInto(FaultKind::kDrop, target, hand.find("target", "a2")));
        QVERIFY(hand.world.injectInto(FaultKind::kDelay, target, hand.find("target", "b1"),
                                      Duration{1'000'000}));
        QVERIFY(hand.world.injectInto(FaultKind::kDuplicate, target, hand.find("target", "a1")));
        QCOMPARE(hand.waiting(),
                 std::string{"!target: a1 | target: a3 | !target: b2 | target: b3 | target: a1 | "
                             "!idle: Start"});
        hand.world.passTime(ms(1));
        for (int i = 0; i < 6; ++i) QVERIFY(hand.deliver("target"));
        QCOMPARE(hand.heard("target"), std::string{"start; a1; a3; b2; b3; a1; b1"});
        QVERIFY(!hand.deliver("target"));
        QCOMPARE(hand.sink.lines({EventKind::kDrop}),
                 std::string{"drop target Say lost\ndrop target Say delayed"});
        QCOMPARE(hand.sink.count(EventKind::kFault), std::size_t{3});
    }

    void noFaultHitsWhatTheEngineBrings() {
        Hand hand;
        castFour(hand);
        const std::vector<WaitingMessage> all = hand.world.waiting();
        QVERIFY(!all.empty());
        const Position before = hand.world.position();
        for (const WaitingMessage& start : all)
            for (const FaultKind kind :
                 {FaultKind::kDrop, FaultKind::kDelay, FaultKind::kDuplicate, FaultKind::kCrash})
                QVERIFY(!hand.world.injectInto(kind, start.receiver, start.enqueuedAt));
        QVERIFY(!hand.world.injectInto(FaultKind::kDrop, hand.key("target"), {1}));
        QCOMPARE(hand.world.position(), before);
    }

    /// Those two hit turns and effects: crashNext(), and whoever answers.
    void aMessageIsNeitherCrashedNorDenied() {
        Hand hand;
        castFour(hand);
        QVERIFY(hand.deliver("a"));
        const Position before = hand.world.position();
        for (const FaultKind kind : {FaultKind::kCrash, FaultKind::kEffect})
            QVERIFY(!hand.world.injectInto(kind, hand.key("target"), hand.find("target", "a1")));
        QCOMPARE(hand.world.position(), before);
        QVERIFY(hand.deliver("target"));
        QCOMPARE(hand.heard("target"), std::string{"start; a1"});
    }

    void theLastOneLostLeavesNobodyRunnable() {
        Hand hand{inAnyOrder()};
        hand.part("lab", [](Context& cx, Player&, const Say& m) {
            if (m.word == "start") cx.send(cx.self<Player>(), Say{"own"});
        });
        hand.begin();
        QVERIFY(hand.world.injectInto(FaultKind::kDrop, hand.key("lab"), hand.find("lab", "own")));
        // A policy finds nobody to choose.
        QVERIFY(!hand.world.step());
        QCOMPARE(hand.world.outcome(), Outcome::kQuiescent);
    }

    /// What a policy remembers of a mailbox does not survive that a hand reached into it.
    void thePolicyNoticesWhatTheHandTookOut() {
        Hand hand{inAnyOrder()};
        castFour(hand);
        QVERIFY(hand.deliver("idle") && hand.deliver("b"));
        for (int i = 0; i < 3; ++i) QVERIFY(hand.deliver("target"));
        QVERIFY(hand.deliver("a"));
        QVERIFY(hand.world.step());  // only target can go, and its mail is of one sender
        QCOMPARE(hand.heard("target"), std::string{"start; b1; b2; b3; a1"});
        QVERIFY(hand.world.injectInto(FaultKind::kDelay, hand.key("target"),
                                      hand.find("target", "a3"), Duration{1}));
        QVERIFY(hand.world.deliverInput(hand.key("idle"), hand.world.pool().make(Say{"go"})));
        QCOMPARE(hand.waiting(), std::string{"!target: a2 | !target: i1"});
        QCOMPARE(hand.sink.count(EventKind::kDecision), std::size_t{0});
        QVERIFY(hand.world.step());  // two senders are a choice
        QCOMPARE(hand.sink.count(EventKind::kDecision), std::size_t{1});
    }

    void aTurnToComeCrashes() {
        Hand hand;
        castFour(hand);
        QVERIFY(hand.deliver("a"));
        QVERIFY(hand.deliver("target"));
        QVERIFY(hand.world.crashNext(hand.key("target")));
        QVERIFY(!hand.world.crashNext({777}));
        QVERIFY(hand.deliver("target"));
        QVERIFY(!hand.world.look(hand.key("target")));
        QCOMPARE(hand.sink.lines({EventKind::kFail}),
                 std::string{"fail target threw: injected crash"});
    }

    void aLostReplyLeavesTheAskOpen_data() {
        QTest::addColumn<bool>("forEver");
        QTest::newRow("a timeout") << false;
        QTest::newRow("until answered") << true;
    }
    void aLostReplyLeavesTheAskOpen() {
        QFETCH(bool, forEver);
        Hand hand;
        hand.part("lab", [forEver](Context& cx, Player& me, const Say& m) {
            if (m.word != "start") return;
            me.known = {cast(cx, "oracle")};
            cx.ask(me.known[0], Say{"why"}, forEver ? kUntilAnswered : within(Duration{5'000'000}));
        });
        hand.part("oracle", [](Context& cx, Player&, const Say& m) {
            if (m.word == "why") cx.reply(Say{"because"});
            if (m.word == "end") cx.fail("tired");
        });
        hand.begin();
        QVERIFY(hand.deliver("oracle"));
        hand.world.passTime(ms(1));
        QVERIFY(hand.deliver("oracle"));
        QCOMPARE(hand.waiting(), std::string{"!lab: because"});
        QVERIFY(!hand.world.nextDeadline());
        const EventRow* asked = hand.sink.find("ask lab -> oracle Say{word: \"why\", n: 0}");
        QVERIFY(asked != nullptr);
        OpenAsk ask{asked->seq, hand.key("oracle"), std::nullopt};
        if (!forEver) ask.deadline = ms(5);
        QVERIFY(hand.world.loseReply(hand.key("lab"), hand.find("lab", "because"), &ask));
        QCOMPARE(hand.waiting(), std::string{});
        if (forEver) {
            // The oracle owes the answer again: its end is the end of the ask.
            QVERIFY(
                hand.world.deliverInput(hand.key("oracle"), hand.world.pool().make(Say{"end"})));
        } else {
            QVERIFY(hand.world.nextDeadline() == ms(5));
            hand.world.passTime(ms(5));
        }
        QVERIFY(hand.deliver("lab"));
        QCOMPARE(hand.heard("lab"), std::string{"start; timed out 2"});
    }

    /// Whatever a policy does, a hand can do, and it is the same run but for the decisions.
    void theHandCanDoWhatAPolicyDoes() {
        std::size_t rowsSeen = 0;
        for (std::uint64_t seed = 0; seed < 25; ++seed) {
            const WorldOptions options = inAnyOrder(seed);
            RecordingSink policySink, handSink;
            World policy{options, &policySink}, hand{options, &handSink};
            begin(policy, wildRoot());
            begin(hand, wildRoot());
            for (int step = 0; step < 400; ++step) {
                const std::size_t before = policySink.rows().size();
                const bool goesOn = policy.step();
                if (hand.now() != policy.now()) hand.passTime(policy.now());
                const auto& rows = policySink.rows();
                const auto taken = std::find_if(rows.begin() + static_cast<std::ptrdiff_t>(before),
                                                rows.end(), [](const RecordedRow& kept) {
                                                    return kept.row.kind == EventKind::kDeliver ||
                                                           kept.row.kind == EventKind::kDrop;
                                                });
                if (taken != rows.end()) {
                    const CellKey to = policySink.births()[taken->row.cell.value].key;
                    const CellKey from = policySink.births()[taken->row.peer.value].key;
                    QVERIFY2(hand.deliverNext(to, from), std::to_string(seed).c_str());
                }
                if (!goesOn) break;
            }
            std::string wanted, found;
            for (const RecordedRow& kept : policySink.rows())
                if (kept.row.kind != EventKind::kDecision)
                    wanted += std::to_string(kept.row.time.value) + " " + kept.line + "\n";
            for (const RecordedRow& kept : handSink.rows())
                found += std::to_string(kept.row.time.value) + " " + kept.line + "\n";
            QVERIFY2(found == wanted, std::to_string(seed).c_str());
            rowsSeen += handSink.rows().size();
        }
        QVERIFY(rowsSeen > 20'000);
    }
};

QTEST_GUILESS_MAIN(TestByHand)
#include "tst_by_hand.moc"
