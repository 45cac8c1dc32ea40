// What comes from outside: answers to effects, messages, the clock.
#include "engine/base/event_digest.h"
#include "engine/value/encoding.h"
#include "tests/kernel/support/lab.h"

using namespace ariadne;
using namespace ariadne::tests;

namespace {

struct Tick {};
BOOST_DESCRIBE_STRUCT(Tick, (), ())

/// Reads the clock when it is told to, here or from a region below.
struct Asker {
    std::vector<effect::Grant> below{};  ///< what a region is granted from which a child asks
    bool asksAtOnce = true;
    Vector<std::string> heard{};

    void on(Context& cx, const Start&);
    void on(Context&, const Tick&) { heard.push_back("tick"); }
    void on(Context& cx, const Say& m) {
        heard.push_back("say " + m.word);
        if (m.word == "ask") ask(cx);
        if (m.word == "cancel") cx.cancelEffect(1);
        if (m.word == "die") cx.stop();
    }
    void on(Context& cx, const effect::WallTime& m) {
        heard.push_back("time " + std::to_string(m.unixNs) + " for " +
                        std::to_string(cx.answeredEffect()));
    }
    void on(Context&, const EffectFailed& m) {
        heard.push_back("failed " + std::to_string(m.effect) + ": " +
                        std::to_string(static_cast<int>(m.status)) + " " + m.text);
    }

private:
    static void ask(Context& cx) { cx.perform(effect::ReadClock{}, 5s); }
};
BOOST_DESCRIBE_STRUCT(Asker, (), (below, asksAtOnce, heard))
ARIADNE_ACTOR(Asker, Start, Tick, Say, effect::WallTime, EffectFailed)

void Asker::on(Context& cx, const Start&) {
    if (!below.empty()) {
        const RegionRef region = cx.openRegion("r", {.grants = below});
        cx.spawnIn<Asker>(region, "child", Asker{});
        return;
    }
    if (asksAtOnce) ask(cx);
    cx.after(1s, Tick{});
}

/// Nobody accepts it.
struct Odd {
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Odd, (), (text))

kernel::WorldOptions granted(std::vector<effect::Grant> grants = {{"clock.read", ""}}) {
    return {.limits = {}, .grants = std::move(grants)};
}

effect::Completion timeIs(std::int64_t ns, std::uint64_t ordinal = 1) {
    ByteWriter payload;
    value::encode(payload, effect::WallTime{ns});
    return {kernel::childKey(CellKey{}, 1).value,
            ordinal,
            effect::EffectStatus::kDone,
            payload.take(),
            {}};
}

std::string heardBy(const RecordingSink& sink, std::string_view path) {
    std::string out;
    const std::string head = "deliver " + std::string{path};
    for (const RecordedRow& kept : sink.rows())
        if (kept.line.starts_with(head)) out += (out.empty() ? "" : "; ") + kept.line;
    return out;
}

}  // namespace

class TestOutside : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anAnswerComesToWhoAsked() {
        RecordingSink sink;
        kernel::World world{granted(), &sink};
        begin(world, Asker{});
        world.runUntil(kForever, 100);
        QVERIFY(world.waitsForOutside());
        QCOMPARE(world.now().value, std::int64_t{0});  // a lab's clock waits for the answer
        const std::vector<effect::Request> asked = world.takeRequests();
        QCOMPARE(asked.size(), std::size_t{1});
        QCOMPARE(asked[0].name, std::string{"clock.read"});
        QCOMPARE(asked[0].timeout.count(), std::chrono::nanoseconds{5s}.count());
        QVERIFY(world.takeRequests().empty());
        world.complete(timeIs(77));
        world.runUntil(kForever, 100);
        QVERIFY2(heardBy(sink, "lab").find("77") != std::string::npos,
                 heardBy(sink, "lab").c_str());
        QCOMPARE(world.outcome(), Outcome::kQuiescent);
    }

    void answersThatNobodyWaitsForAreIgnored() {
        RecordingSink sink;
        kernel::World world{granted(), &sink};
        begin(world, Asker{});
        world.runUntil(kForever, 100);
        world.complete(timeIs(1, 2));
        world.complete({12345, 1, effect::EffectStatus::kDone, {}, {}});
        world.step();
        QVERIFY(world.waitsForOutside());
        world.complete(timeIs(5));
        world.complete(timeIs(6));
        world.runUntil(kForever, 100);
        QVERIFY(heardBy(sink, "lab").find("unixNs: 5") != std::string::npos);
        QVERIFY(heardBy(sink, "lab").find("unixNs: 6") == std::string::npos);
    }

    void anAnswerThatIsNoneIsAFailure() {
        RecordingSink sink;
        kernel::World world{granted(), &sink};
        begin(world, Asker{});
        world.runUntil(kForever, 100);
        effect::Completion garbled = timeIs(1);
        garbled.payload.push_back(std::byte{1});
        world.complete(garbled);
        world.runUntil(kForever, 100);
        QVERIFY2(heardBy(sink, "lab").find("is no ") != std::string::npos,
                 heardBy(sink, "lab").c_str());
    }

    void whatIsNotGrantedIsDenied() {
        RecordingSink sink;
        kernel::World world{granted({{"file.read", "/data"}}), &sink};
        begin(world, Asker{});
        world.runUntil(kForever, 100);
        QVERIFY(world.takeRequests().empty());
        QVERIFY2(heardBy(sink, "lab").find("not granted") != std::string::npos,
                 heardBy(sink, "lab").c_str());
        QVERIFY(!sink.lines({EventKind::kRefuse}).empty());
    }

    void aRegionHasNoMoreThanWhoIsAbove_data() {
        QTest::addColumn<bool>("host");
        QTest::addColumn<bool>("region");
        QTest::addColumn<bool>("asked");
        QTest::newRow("both") << true << true << true;
        QTest::newRow("only the host") << true << false << false;
        QTest::newRow("only the region") << false << true << false;
    }
    void aRegionHasNoMoreThanWhoIsAbove() {
        QFETCH(bool, host);
        QFETCH(bool, region);
        QFETCH(bool, asked);
        const effect::Grant clock{"clock.read", ""}, other{"file.read", "/data"};
        RecordingSink sink;
        kernel::World world{granted({host ? clock : other}), &sink};
        begin(world, Asker{.below = {region ? clock : other}});
        world.runUntil(kForever, 100);
        QCOMPARE(!world.takeRequests().empty(), asked);
    }

    void whoCancelsHearsItAtOnceAndTheAnswerIsLate() {
        RecordingSink sink;
        kernel::World world{granted(), &sink};
        begin(world, Asker{});
        world.runUntil(kForever, 100);
        QCOMPARE(world.takeRequests().size(), std::size_t{1});
        world.tell(kernel::childKey(CellKey{}, 1), world.pool().make(Say{"cancel"}));
        world.runUntil(kForever, 100);
        QCOMPARE(world.takeCancelledRequests().size(), std::size_t{1});
        world.complete(timeIs(9));
        world.runUntil(kForever, 100);
        QVERIFY(heardBy(sink, "lab").find("no longer wanted") != std::string::npos);
        QVERIFY(heardBy(sink, "lab").find("unixNs: 9") == std::string::npos);
    }

    void whoEndsIsWaitedForNoMore() {
        kernel::World world{granted()};
        begin(world, Asker{});
        world.runUntil(kForever, 100);
        QCOMPARE(world.takeRequests().size(), std::size_t{1});
        world.tell(kernel::childKey(CellKey{}, 1), world.pool().make(Say{"die"}));
        world.runUntil(kForever, 100);
        QCOMPARE(world.takeCancelledRequests().size(), std::size_t{1});
        QCOMPARE(world.outcome(), Outcome::kCompleted);
    }

    void aSnapshotKeepsWhatIsOnItsWay() {
        RecordingSink sink;
        kernel::World world{granted(), &sink};
        begin(world, Asker{});
        world.runUntil(kForever, 100);
        const WorldImage image = world.image();
        world.complete(timeIs(42));
        world.runUntil(kForever, 100);

        RecordingSink again{EventDigest{}};
        kernel::World other{granted(), &again};
        QVERIFY(other.restore(image, world.births(), world.types(), cellTypesHere()).ok());
        QVERIFY(other.waitsForOutside());
        QCOMPARE(other.takeRequests().size(), std::size_t{1});
        other.complete(timeIs(42));
        other.runUntil(kForever, 100);
        QCOMPARE(again.rows().back().line, sink.rows().back().line);
        QCOMPARE(other.position().value, world.position().value);
        QCOMPARE(other.image().stateDigest, world.image().stateDigest);
    }

    void answersComeBeforeMessages() {
        RecordingSink sink;
        kernel::World world{granted(), &sink};
        begin(world, Asker{});
        world.runUntil(kForever, 100);
        const CellKey lab = kernel::childKey(CellKey{}, 1);
        world.tell(lab, world.pool().make(Say{"one"}));
        world.complete(timeIs(7));
        world.tell(lab, world.pool().make(Say{"two"}));
        const std::size_t before = sink.rows().size();
        world.step();
        QVERIFY(sink.rows().size() >= before + 3);
        QCOMPARE(sink.rows()[before].row.kind, EventKind::kEffectDone);
        QCOMPARE(sink.rows()[before + 1].line,
                 std::string{"input outside -> lab Say{word: \"one\", n: 0}"});
        QCOMPARE(sink.rows()[before + 2].line,
                 std::string{"input outside -> lab Say{word: \"two\", n: 0}"});
    }

    void whatCannotBeDeliveredIsADeadLetterThatSaysWhy() {
        RecordingSink sink;
        kernel::WorldOptions options = granted();
        options.live = true;
        kernel::World world{options, &sink};
        begin(world, Asker{.below = {{"clock.read", ""}}});
        world.runUntil(kForever, 100);
        CellKey child;
        for (const CellBirth& birth : world.births())
            if (birth.path == "lab/r/child") child = birth.key;
        world.tell(child, world.pool().make(Say{"die"}));
        world.runUntil(kForever, 100);
        world.tell(CellKey{4711}, world.pool().make(Say{"hi"}));
        world.tell(kernel::childKey(CellKey{}, 1), world.pool().make(Odd{"hi"}));
        world.tell(kernel::childKey(CellKey{}, 1), world.pool().make(Say{"hi"}));
        world.tell(child, world.pool().make(Odd{"hi"}));
        world.step();
        QCOMPARE(sink.lines({EventKind::kDrop}), std::string{"drop outside Say no_such_cell\n"
                                                             "drop lab Odd unhandled\n"
                                                             "drop r/child Odd receiver_ended"});
        QVERIFY(heardBy(sink, "lab").find("Say{word: \"hi\"") != std::string::npos);
    }

    void deadLettersNeedNoTypeOfTheProgram() {
        // As read from a trace: one type that this program has, and one that only the trace knows.
        TypeTable types;
        types.add({"text", TypeKind::kText, 0, {}, 0x7E87});
        types.add({"far::Leaf", TypeKind::kStruct, 0, {{"text", TypeIndex{1}}}, 0x1EAF});
        types.add({"far::Tree",
                   TypeKind::kStruct,
                   0,
                   {{"leaf", TypeIndex{2}}, {"trees", TypeIndex{4}}},
                   0x7EEE});
        types.add({"list<far::Tree>", TypeKind::kList, 0, {{"element", TypeIndex{3}}}, 0x7157});
        ByteWriter payload;
        payload.sized(asBytes("leaf"));
        payload.varint(0);
        RecordingSink sink;
        kernel::World world{granted(), &sink};
        begin(world, Asker{.asksAtOnce = false});
        QVERIFY(world.tell(CellKey{4711}, types, TypeIndex{3}, payload.view()).ok());
        QVERIFY(
            world.tell(kernel::childKey(CellKey{}, 1), types, TypeIndex{3}, payload.view()).ok());
        world.step();
        QCOMPARE(
            sink.lines({EventKind::kInput}),
            std::string{"input outside -> lab Start\n"
                        "input outside -> outside Tree{leaf: Leaf{text: \"leaf\"}, trees: []}\n"
                        "input outside -> lab Tree{leaf: Leaf{text: \"leaf\"}, trees: []}"});
        QCOMPARE(sink.lines({EventKind::kDrop}), std::string{"drop outside Tree no_such_cell\n"
                                                             "drop lab Tree unhandled"});
        QCOMPARE(world.metrics().dropped[static_cast<std::size_t>(DropReason::kUnhandled)],
                 std::uint64_t{1});
    }

    void aMessageIsTheSameByDescription() {
        const auto run = [](bool described, RecordingSink& sink) {
            TypeTable types;
            value::TypeBuilder builder{types};
            const TypeIndex say = builder.add<Say>(), odd = builder.add<Odd>();
            kernel::World world{granted(), &sink};
            begin(world, Asker{.asksAtOnce = false});
            const auto tell = [&](CellKey to, TypeIndex type, auto message) {
                if (!described) {
                    world.tell(to, world.pool().make(std::move(message)));
                    return true;
                }
                ByteWriter payload;
                value::encode(payload, message);
                return world.tell(to, types, type, payload.view()).ok();
            };
            const CellKey lab = kernel::childKey(CellKey{}, 1);
            const bool all = tell(lab, say, Say{"hi"}) && tell(CellKey{4711}, say, Say{"hi"}) &&
                             tell(lab, odd, Odd{"hi"}) && tell(CellKey{4711}, odd, Odd{"hi"});
            world.step();
            world.end(Outcome::kUntil, "enough");
            return all;
        };
        RecordingSink byValue, byDescription;
        QVERIFY(run(false, byValue) && run(true, byDescription));
        QCOMPARE(byDescription.lines(), byValue.lines());
        QCOMPARE(byDescription.digest().events(), byValue.digest().events());
        QCOMPARE(byDescription.snapshots.back().stateDigest, byValue.snapshots.back().stateDigest);
    }

    void liveTimeFollowsTheClockAndNeverJumps() {
        RecordingSink sink;
        kernel::World world{{.limits = {}, .live = true}, &sink};
        begin(world, Asker{.asksAtOnce = false});
        world.runUntil(kForever, 100);
        QVERIFY(world.waitsForOutside());
        QCOMPARE(world.now().value, std::int64_t{0});
        QCOMPARE(world.nextDeadline()->value, std::chrono::nanoseconds{1s}.count());
        const auto clock = [&](std::int64_t ms) {
            world.setClock({ms * 1'000'000});
            world.runUntil(kForever, 1);
        };
        clock(999);
        QVERIFY(heardBy(sink, "lab").find("Tick") == std::string::npos);
        clock(500);  // a clock that goes back is not followed
        QCOMPARE(world.now().value, std::int64_t{999'000'000});
        clock(1200);
        world.runUntil(kForever, 10);
        QVERIFY(heardBy(sink, "lab").find("Tick") != std::string::npos);
        QCOMPARE(world.now().value, std::int64_t{1'200'000'000});
    }
};

QTEST_GUILESS_MAIN(TestOutside)
#include "tst_outside.moc"
