// One wish, one key: effects that are asked for again, by who failed with them or lives again.
#include "tests/kernel/support/lab.h"

using namespace ariadne;
using namespace ariadne::tests;

namespace {

/// Does as it is told: "ask", "again" and "cancel" effect n, "fail".
struct Asker {
    bool repeats = false;  ///< in a new life: asks again for what the last one was under way with
    Vector<std::string> heard{};

    void on(Context& cx, const Start&) {
        if (repeats && cx.lastEffect() != 0) again(cx, cx.lastEffect());
    }
    void on(Context& cx, const Say& m) {
        const auto id = static_cast<EffectId>(m.n);
        if (m.word == "ask") cx.perform(effect::ReadClock{});
        if (m.word == "again") again(cx, id);
        if (m.word == "cancel") cx.cancelEffect(id);
        if (m.word == "cancel, again") {
            cx.cancelEffect(id);
            again(cx, id);
        }
        if (m.word == "ask, cancel") cx.cancelEffect(cx.perform(effect::ReadClock{}));
        if (m.word == "fail") cx.fail("as told");
    }
    void on(Context& cx, const effect::WallTime& m) {
        heard.push_back(std::to_string(cx.answeredEffect()) + ": " + std::to_string(m.unixNs));
    }
    void on(Context&, const EffectFailed& m) {
        heard.push_back(std::to_string(m.effect) + " failed: " + m.text);
    }

private:
    static void again(Context& cx, EffectId id) { cx.performAgain(id, effect::ReadClock{}, 3s); }
};
BOOST_DESCRIBE_STRUCT(Asker, (), (repeats, heard))
ARIADNE_ACTOR(Asker, Start, Say, effect::WallTime, EffectFailed)

/// Has an Asker that is restarted when it fails.
struct Keeper {
    void on(Context& cx, const Start&) {
        const RegionRef region =
            cx.openRegion("r", {.strategy = Strategy::kOneForOne, .grants = {{"clock.read", ""}}});
        cx.spawnIn<Asker>(region, "child", Asker{.repeats = true});
    }
};
BOOST_DESCRIBE_STRUCT(Keeper, (), ())
ARIADNE_ACTOR(Keeper, Start)

/// Live, so that the run goes on when everybody rests.
kernel::WorldOptions optionsWith(kernel::Faults faults) {
    return {
        .limits = {}, .live = true, .grants = {{"clock.read", ""}}, .faults = std::move(faults)};
}

/// A world with one Asker and its host.
class Bench {
public:
    explicit Bench(kernel::Faults faults = {}) : world(optionsWith(std::move(faults)), &sink) {}

    void startAsker() {
        begin(world, Asker{});
        settle();
    }
    void startKeeper() {
        begin(world, Keeper{});
        settle();
        for (const CellBirth& birth : world.births())
            if (birth.path == "lab/r/child") asker = birth.key;
    }
    void say(std::string word, std::int64_t n = 0) {
        world.tell(asker, world.pool().make(Say{std::move(word), n}));
        settle();
    }
    void answer(std::uint64_t ordinal, std::int64_t ns) {
        ByteWriter payload;
        value::encode(payload, effect::WallTime{ns});
        world.complete({asker.value, ordinal, effect::EffectStatus::kDone, payload.take(), {}});
        settle();
    }
    void fails(std::uint64_t ordinal, const char* text) {
        world.complete({asker.value, ordinal, effect::EffectStatus::kFailed, {}, text});
        settle();
    }
    /// "1 2": what the host is asked for, "-1" for what it is to leave.
    std::string told() {
        std::string out;
        const auto add = [&](const std::string& one) { out += (out.empty() ? "" : " ") + one; };
        for (const auto& [cell, ordinal] : world.takeCancelledRequests())
            add("-" + std::to_string(ordinal));
        for (const effect::Request& request : world.takeRequests())
            add(request.cellKey == asker.value ? std::to_string(request.ordinal) : "of another");
        return out;
    }
    std::string heard() const {
        std::string out;
        for (const RecordedRow& kept : sink.rows())
            if (kept.row.kind == EventKind::kEffectDone)
                out += (out.empty() ? "" : "; ") + kept.line.substr(kept.line.rfind("> ") + 2);
        return out;
    }
    const EventRow* last(EventKind kind) const {
        for (auto at = sink.rows().rbegin(); at != sink.rows().rend(); ++at)
            if (at->row.kind == kind) return &at->row;
        return nullptr;
    }
    void settle() { world.runUntil(kForever, 100); }

    RecordingSink sink;
    kernel::World world;
    CellKey asker = kernel::childKey(CellKey{}, 1);
};

}  // namespace

class TestEffectAgain : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatFailedIsAskedAgainUnderItsKey() {
        Bench bench;
        bench.startAsker();
        bench.say("ask");
        QCOMPARE(bench.told(), std::string{"1"});
        QCOMPARE(int{bench.last(EventKind::kEffect)->flags}, 0);
        bench.fails(1, "no luck");
        bench.say("again", 1);
        QCOMPARE(bench.told(), std::string{"1"});
        const EventRow asked = *bench.last(EventKind::kEffect);
        QCOMPARE(asked.flags, kFlagAgain);
        QCOMPARE(asked.arg, std::uint64_t{1});
        QCOMPARE(asked.extra, static_cast<std::uint64_t>(Duration{3s}.count()));
        bench.answer(1, 77);
        QCOMPARE(bench.last(EventKind::kEffectDone)->cause, asked.seq);
        QVERIFY2(bench.heard().ends_with("WallTime{unixNs: 77}"), bench.heard().c_str());
        // The next wish is another one.
        bench.say("ask");
        QCOMPARE(bench.told(), std::string{"2"});
    }

    void whatIsUnderWayIsNotAskedAgain() {
        Bench bench;
        bench.startAsker();
        bench.say("ask");
        bench.say("again", 1);
        QCOMPARE(bench.told(), std::string{"1"});
        const EventRow* refused = bench.last(EventKind::kRefuse);
        QVERIFY(refused != nullptr);
        QCOMPARE(refused->arg, static_cast<std::uint64_t>(RefuseReason::kUnderWay));
        QVERIFY(asText(refused->payload).find("effect 1 ") != std::string_view::npos);
        QCOMPARE(bench.sink.count(EventKind::kEffect), std::size_t{1});
        bench.answer(1, 5);
        bench.answer(1, 6);
        QCOMPARE(bench.heard(), std::string{"lab WallTime{unixNs: 5}"});
    }

    void whatNeverWasCannotBeAskedAgain_data() {
        QTest::addColumn<int>("id");
        QTest::newRow("none") << 0;
        QTest::newRow("the next one") << 2;
    }
    void whatNeverWasCannotBeAskedAgain() {
        QFETCH(const int, id);
        Bench bench;
        bench.startAsker();
        bench.say("ask");
        QCOMPARE(bench.told(), std::string{"1"});
        bench.say("again", id);
        const EventRow* failed = bench.last(EventKind::kFail);
        QVERIFY(failed != nullptr);
        QVERIFY2(asText(failed->payload).find("has asked for 1 so far") != std::string_view::npos,
                 std::string{asText(failed->payload)}.c_str());
        QCOMPARE(bench.told(), std::string{"-1"});
    }

    void whoCancelsAndAsksAgainInOneTurnIsServed() {
        Bench bench;
        bench.startAsker();
        bench.say("ask");
        QCOMPARE(bench.told(), std::string{"1"});
        bench.say("cancel, again", 1);
        QCOMPARE(bench.told(), std::string{"-1 1"});
        bench.answer(1, 8);
        QVERIFY2(bench.heard().ends_with("WallTime{unixNs: 8}"), bench.heard().c_str());
    }

    void whatIsCalledOffInTimeReachesNoHost() {
        Bench bench;
        bench.startAsker();
        bench.say("ask, cancel");
        QCOMPARE(bench.told(), std::string{});
        bench.say("again", 1);
        QCOMPARE(bench.told(), std::string{"1"});
    }

    void aNewLifeAsksAgainUnderTheOldKey() {
        Bench bench;
        bench.startKeeper();
        bench.say("ask");
        QCOMPARE(bench.told(), std::string{"1"});
        bench.say("fail");
        QCOMPARE(bench.told(), std::string{"-1 1"});
        bench.answer(1, 9);
        QCOMPARE(bench.heard(), std::string{"r/child WallTime{unixNs: 9}"});
    }

    void aFaultHitsAWishOnce() {
        kernel::Faults faults;
        faults.effect = 1'000'000;
        Bench bench{faults};
        bench.startAsker();
        bench.say("ask");
        QVERIFY(bench.heard().find("injected failure") != std::string::npos);
        bench.say("again", 1);
        QCOMPARE(bench.told(), std::string{"1"});
    }

    void aSnapshotKeepsWhatWasAskedAgain() {
        Bench bench;
        bench.startAsker();
        bench.say("ask");
        bench.say("ask");
        bench.fails(1, "no luck");
        bench.say("again", 1);
        const WorldImage image = bench.world.image();

        RecordingSink sink{};
        kernel::World other{optionsWith({}), &sink};
        sink.knowBirths(bench.world.births());
        QVERIFY(
            other.restore(image, bench.world.births(), bench.world.types(), cellTypesHere()).ok());
        QCOMPARE(other.image().stateDigest, image.stateDigest);
        std::vector<std::uint64_t> asked;
        for (const effect::Request& request : other.takeRequests())
            asked.push_back(request.ordinal);
        QCOMPARE(asked, (std::vector<std::uint64_t>{1, 2}));
    }
};

QTEST_GUILESS_MAIN(TestEffectAgain)
#include "tst_effect_again.moc"
