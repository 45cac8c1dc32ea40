// What a test can do with a stage, and that nothing happens without it.
#include "tests/testkit/support/shop.h"

using namespace ariadne;
using namespace ariadne::tests;
using ariadne::testkit::DeadLetter;
using ariadne::testkit::LogLine;
using ariadne::testkit::Note;
using ariadne::testkit::Stage;

namespace {

/// A shop whose Start is over, and its till.
struct Street {
    Stage stage;
    Ref<Till> till = stage.start<Till>({}, "till");
    Ref<Shop> shop = stage.start<Shop>({.till = till}, Order{7}, "shop");

    Street() { stage.expect<Start>(shop); }
};

/// Adds up two charges.
Task<Paid> sum(TaskContext cx, Order order) {
    const Charge first = co_await cx.receive<Charge>();
    const Charge second = co_await cx.receive<Charge>();
    co_return Paid{order.number + first.cents + second.cents};
}

}  // namespace

class TestStage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nothingIsDeliveredUntilTheTestSaysSo() {
        Stage stage;
        const Ref<Till> till = stage.start<Till>({}, "till");
        const Ref<Shop> shop = stage.start<Shop>({.till = till}, Order{7}, "shop");
        QCOMPARE(waitingIn(stage),
                 std::string{"test -> test/shop Start | test -> test/shop Order{number: 7}"});
        QVERIFY(stage.waiting()[0].isNext && !stage.waiting()[1].isNext);
        stage.advance(std::chrono::hours{1});
        QVERIFY(stage.state(shop).open == 0 && stage.notes().empty());
        stage.expect<Start>(shop);
        QCOMPARE(stage.expect<Order>(shop).number, std::int64_t{7});
        QCOMPARE(stage.state(shop).open, std::int64_t{7});
        QCOMPARE(waitingIn(stage), std::string{"test/shop -> test/till Charge{cents: 10}"});
        QCOMPARE(stage.expect<Charge>(till, shop).cents, std::int64_t{10});
        stage.expect<Paid>(shop, till);
        stage.expectNothing();
        QCOMPARE(stage.state(shop).paid, std::int64_t{10});
        // Answered: no timeout is set any more.
        QVERIFY(!stage.nextDeadline());
    }

    void theTestIsAnActor() {
        Street street;
        Stage& stage = street.stage;
        const AskId ask = stage.ask(street.till, Charge{3});
        QVERIFY(ask != 0);
        stage.expect<Charge>(street.till, stage.self());
        QCOMPARE(waitingIn(stage), std::string{"test -> test/shop Order{number: 7} | "
                                               "test/till -> test Paid{cents: 3}"});
        QCOMPARE(stage.expect<Paid>(stage.self()).cents, std::int64_t{3});
        stage.act([&](Context& cx) {
            cx.monitor(street.till);
            cx.after(Duration{5}, Shut{});
        });
        stage.send(street.till, Charge{-1});
        stage.expect<Charge>(street.till);
        stage.advance(Duration{5});
        QCOMPARE(stage.expect<Down>(stage.self()).text, std::string{"a charge below 0"});
        stage.expect<Shut>(stage.self());
    }

    void aStandInIsPlayedByTheTest() {
        Stage stage;
        const Ref<Till> till = stage.standIn<Till>("till");
        const Ref<Shop> shop = stage.start<Shop>({.till = till}, Order{1}, "shop");
        stage.expect<Start>(shop);
        stage.expect<Order>(shop);
        QCOMPARE(stage.expect<Charge>(till).cents, std::int64_t{10});
        stage.expectNothing();  // no code of Till answered
        stage.reply(till, Paid{9});
        QCOMPARE(stage.expect<Paid>(shop, till).cents, std::int64_t{9});
        QVERIFY(!stage.nextDeadline());  // it was the answer to the ask
        stage.act(till, [](Context& cx) { cx.fail("no power"); });
        stage.expectEnded(till, ExitReason::kFailed);
        QCOMPARE(stage.expect<Down>(shop).text, std::string{"no power"});
        stage.expectEnded(shop, ExitReason::kStopped);
    }

    void actorsAreFoundByPath() {
        Stage stage;
        const Ref<Till> first = stage.start<Till>({.cents = 1}, "till");
        const Ref<Till> second = stage.start<Till>({.cents = 2}, "till");
        QVERIFY(stage.actor<Till>("test/till") == first);
        QVERIFY(stage.actor<Till>("test/till#2") == second);
        QCOMPARE(stage.state(second).cents, std::int64_t{2});
        QCOMPARE(stage.pathOf(second), std::string{"test/till#2"});
        QCOMPARE(stage.pathOf(stage.self()), std::string{"test"});
    }

    void theOldestThatCouldBeNextIsTaken() {
        Stage stage;
        const Ref<Till> till = stage.start<Till>({}, "till");
        const Ref<Shop> a = stage.standIn<Shop>("a"), b = stage.standIn<Shop>("b");
        const auto say = [&](const CellRef& who, const auto& m) {
            stage.act(who,
                      [&](Context& cx) { cx.send(till, std::remove_cvref_t<decltype(m)>{m}); });
        };
        say(a, Shut{});
        say(a, Charge{1});
        say(b, Charge{2});
        say(b, Charge{3});
        // That of a is older, but stands behind its Shut.
        QCOMPARE(stage.expect<Charge>(till).cents, std::int64_t{2});
        QCOMPARE(stage.expect<Charge>(till, b).cents, std::int64_t{3});
        stage.drop<Shut>(till);
        QCOMPARE(stage.expect<Charge>(till, a).cents, std::int64_t{1});
    }

    void settleDeliversWhatIsAllowedOnly() {
        Street street;
        Stage& stage = street.stage;
        QCOMPARE(stage.settle(), std::size_t{0});
        stage.allow<Order>(street.till);  // somebody else
        QCOMPARE(stage.settle(), std::size_t{0});
        stage.allow<Order>();
        QCOMPARE(stage.settle(), std::size_t{1});
        QCOMPARE(waitingIn(stage), std::string{"test/shop -> test/till Charge{cents: 10}"});
        stage.allowAll();
        stage.hold<Paid>(street.shop);
        QCOMPARE(stage.settle(), std::size_t{1});
        QCOMPARE(waitingIn(stage), std::string{"test/till -> test/shop Paid{cents: 10}"});
        stage.allow<Paid>(street.shop);
        QCOMPARE(stage.settle(), std::size_t{1});
        stage.expectNothing();
        QCOMPARE(stage.now().value, std::int64_t{0});
    }

    void timersFireWhenTheTestLetsTimePass() {
        Street street;
        Stage& stage = street.stage;
        stage.expect<Order>(street.shop);
        QVERIFY(stage.nextDeadline() == VirtualTime{1'000'000'000});
        stage.advance(std::chrono::milliseconds{999});
        QCOMPARE(waitingIn(stage), std::string{"test/shop -> test/till Charge{cents: 10}"});
        stage.advance(std::chrono::milliseconds{1});
        QCOMPARE(stage.waiting().back().from, std::string{"(timeout)"});
        stage.expect<AskTimedOut>(street.shop);
        QCOMPARE(stage.state(street.shop).tries, std::int64_t{2});
        // A timer of no delay waits at once.
        stage.act([](Context& cx) { cx.after(Duration{0}, Shut{}); });
        QCOMPARE(stage.waiting().back().from, std::string{"(timer)"});
        // Time ends, it does not turn round.
        stage.advance(Duration::max());
        stage.advance(Duration::max());
        QCOMPARE(stage.now().value, std::numeric_limits<std::int64_t>::max());
    }

    void aLostChargeIsTriedAgain() {
        Street street;
        Stage& stage = street.stage;
        stage.expect<Order>(street.shop);
        stage.drop<Charge>(street.till);
        stage.expectNothing();
        QVERIFY((stage.deadLetters() ==
                 std::vector<DeadLetter>{{"test/shop", "test/till", "Charge", DropReason::kLost}}));
        stage.advance(std::chrono::seconds{1});
        stage.expect<AskTimedOut>(street.shop);
        stage.expect<Charge>(street.till);
        stage.expect<Paid>(street.shop);
        QCOMPARE(stage.state(street.till).cents, std::int64_t{10});
    }

    /// The classic: the work is done, its answer is lost, and it is done again.
    void aLostAnswerRunsIntoItsTimeout() {
        Street street;
        Stage& stage = street.stage;
        stage.expect<Order>(street.shop);
        stage.advance(std::chrono::milliseconds{400});
        stage.expect<Charge>(street.till);
        stage.drop<Paid>(street.shop);
        QVERIFY(stage.nextDeadline() == VirtualTime{1'000'000'000});
        stage.advance(std::chrono::milliseconds{600});
        stage.expect<AskTimedOut>(street.shop);
        stage.expect<Charge>(street.till);
        stage.expect<Paid>(street.shop);
        stage.expectNothing();
        QCOMPARE(stage.state(street.till).cents, std::int64_t{20});
        QCOMPARE(stage.state(street.shop).paid, std::int64_t{10});
    }

    void messagesComeLateAndTwice() {
        Street street;
        Stage& stage = street.stage;
        stage.send(street.till, Charge{1});
        stage.send(street.till, Charge{2});
        stage.delay<Charge>(street.till, std::chrono::milliseconds{5});
        QCOMPARE(stage.expect<Charge>(street.till).cents, std::int64_t{2});
        stage.send(street.till, Charge{4});
        stage.duplicate<Charge>(street.till);
        stage.advance(std::chrono::milliseconds{5});
        QCOMPARE(stage.expect<Charge>(street.till).cents, std::int64_t{4});
        QCOMPARE(stage.expect<Charge>(street.till).cents, std::int64_t{4});
        QCOMPARE(stage.expect<Charge>(street.till).cents, std::int64_t{1});
        QCOMPARE(stage.state(street.till).cents, std::int64_t{11});
        // Without a delay it only goes behind the others.
        stage.send(street.till, Charge{1});
        stage.send(street.till, Charge{2});
        stage.delay<Charge>(street.till, Duration{0});
        QCOMPARE(stage.expect<Charge>(street.till).cents, std::int64_t{2});
        QCOMPARE(stage.expect<Charge>(street.till).cents, std::int64_t{1});
    }

    void aCrashTakesTheMessageWithIt() {
        Street street;
        Stage& stage = street.stage;
        stage.crash(street.till);
        QVERIFY(stage.lives(street.till));
        stage.expect<Order>(street.shop);
        stage.expect<Charge>(street.till);
        stage.expectEnded(street.till, ExitReason::kThrew);
        QVERIFY(!stage.lives(street.till));
        QCOMPARE(stage.expect<Down>(street.shop).text, std::string{"injected crash"});
        stage.expectEnded(street.shop, ExitReason::kStopped);
        stage.expectNothing();
    }

    void aRestartedActorLives() {
        Stage stage;
        Ref<Till> till;
        stage.act([&](Context& cx) {
            const RegionRef region = cx.openRegion("shelf", {.strategy = Strategy::kOneForOne});
            till = cx.spawnIn<Till>(region, "till", Till{.cents = 5});
        });
        stage.act([&](Context& cx) { cx.send(till, Charge{1}); });
        stage.expect<Charge>(till);
        QCOMPARE(stage.state(till).cents, std::int64_t{6});
        stage.crash(till);
        stage.send(till, Charge{2});
        stage.expect<Charge>(till);
        QVERIFY(stage.lives(till));
        QCOMPARE(stage.state(till).cents, std::int64_t{5});
        QCOMPARE(stage.actor<Till>("test/shelf/till"), till);
    }

    void whatActorsTellIsKept() {
        Street street;
        QVERIFY((street.stage.notes() ==
                 std::vector<Note>{{"test/shop", "sign", "Order{number: 42}"}}));
        QVERIFY((street.stage.logs() ==
                 std::vector<LogLine>{{"test/shop", LogLevel::kWarning, "open"}}));
    }

    void theSameTestIsTheSameRun() {
        const auto run = [] {
            Street street;
            Stage& stage = street.stage;
            stage.allowAll();
            stage.crash(street.till);
            stage.settle();
            stage.advance(std::chrono::seconds{3});
            stage.settle();
            return std::pair{stage.world().position(), stage.world().image().stateDigest};
        };
        QVERIFY(run() == run());
    }

    void anUnhandledMessageIsADeadLetterOfSettle() {
        Street street;
        Stage& stage = street.stage;
        stage.send(street.till, Shut{});
        stage.send(street.till, Charge{1});
        stage.allow<Shut>();
        stage.allow<Charge>();
        QCOMPARE(stage.settle(), std::size_t{2});
        QVERIFY((stage.deadLetters() ==
                 std::vector<DeadLetter>{{"test", "test/till", "Charge", DropReason::kUnhandled}}));
    }

    void aTaskIsLedLikeAnyCell() {
        Stage stage;
        TaskRef<Paid> task;
        stage.act([&](Context& cx) { task = spawnTask<&sum>(cx, "sum", Order{100}); });
        stage.expect<Start>(task);
        stage.send(task.takes<Charge>(), Charge{1});
        stage.send(task.takes<Charge>(), Charge{2});
        stage.expect<Charge>(task);
        stage.expectNothing(stage.self());
        stage.expect<Charge>(task);
        stage.expect<Down>(stage.self());  // on the control lane, so it comes first
        const auto ended = stage.expect<TaskEnded<Paid>>(stage.self());
        QVERIFY(ended.result.ok());
        QCOMPARE(ended.result.value->cents, std::int64_t{103});
    }

    void effectsAreAnsweredThroughTheWorld() {
        Stage stage{{.limits = {}, .grants = {{"clock.read", ""}}}};
        stage.act([](Context& cx) { cx.perform(effect::ReadClock{}); });
        const std::vector<effect::Request> asked = stage.world().takeRequests();
        QCOMPARE(asked.size(), std::size_t{1});
        ByteWriter payload;
        value::encode(payload, effect::WallTime{77});
        stage.world().complete(
            {asked[0].cellKey, asked[0].ordinal, effect::EffectStatus::kDone, payload.take(), {}});
        stage.expectNothing();
        stage.advance(Duration{0});
        QCOMPARE(stage.expect<effect::WallTime>(stage.self()).unixNs, std::int64_t{77});
    }

    void theRestCanBeLeftToThePolicy() {
        Street street;
        street.stage.world().runUntil({2'000'000'000}, 100);
        QCOMPARE(street.stage.state(street.shop).paid, std::int64_t{10});
    }
};

QTEST_GUILESS_MAIN(TestStage)
#include "tst_stage.moc"
