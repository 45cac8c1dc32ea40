// What a stage says when an expectation does not hold, or a call makes no sense.
#include "tests/testkit/support/shop.h"

#include <functional>

using namespace ariadne;
using namespace ariadne::tests;
using ariadne::testkit::Stage;
using ariadne::testkit::StageFailure;

namespace {

/// The text of the failure; empty when there is none.
std::string failureOf(const std::function<void()>& what) {
    try {
        what();
    } catch (const StageFailure& failure) {
        return failure.what();
    }
    return {};
}

/// Sends to itself for ever.
struct Restless {
    std::int64_t turns = 0;
    void on(Context& cx, const Order& m);
};
BOOST_DESCRIBE_STRUCT(Restless, (), (turns))
ARIADNE_ACTOR(Restless, Order)
void Restless::on(Context& cx, const Order& m) {
    ++turns;
    cx.send(cx.self<Restless>(), Order{m.number + 1});
}

}  // namespace

class TestStageFailures : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aMessageThatDoesNotWaitIsNamedWithWhatWaits() {
        Stage stage;
        const Ref<Till> till = stage.start<Till>({}, "till");
        const Ref<Shop> shop = stage.start<Shop>({.till = till}, Order{7}, "shop");
        const Position before = stage.world().position();
        QCOMPARE(failureOf([&] { stage.expect<Paid>(shop); }),
                 std::string{"found no Paid that waits for test/shop, expected one; deliver first "
                             "what leads to it\n"
                             "what waits, the oldest first:\n"
                             "  test -> test/shop  Start\n"
                             "  test -> test/shop  Order{number: 7}  (not next)"});
        QCOMPARE(stage.world().position(), before);
        QVERIFY(failureOf([&] {
                    stage.expect<Order>(shop, till);
                }).starts_with("found no Order that waits for test/shop from test/till, "));
        QVERIFY(failureOf([&] {
                    stage.drop<Charge>(till);
                }).starts_with("found no Charge that waits for test/till, expected one"));
    }

    void aMessageBehindAnotherIsNotNext() {
        Stage stage;
        const Ref<Shop> shop = stage.start<Shop>({}, Order{7}, "shop");
        QCOMPARE(failureOf([&] { stage.expect<Order>(shop); }),
                 std::string{"found the Order of test behind what test/shop must take before it, "
                             "expected it to be next; messages of one pair keep their order, Start "
                             "and control messages go first: deliver or drop those\n"
                             "what waits, the oldest first:\n"
                             "  test -> test/shop  Start\n"
                             "  test -> test/shop  Order{number: 7}  (not next)"});
        stage.expect<Start>(shop);
        stage.expect<Down>(shop);  // of the till that is nobody
        QVERIFY(!stage.lives(shop));
    }

    void whoHasEndedIsSaidToHaveEnded() {
        Stage stage;
        const Ref<Till> till = stage.start<Till>({}, Charge{-1}, "till");
        QCOMPARE(failureOf([&] { stage.expectEnded(till, ExitReason::kFailed); }),
                 std::string{"found test/till alive, expected it to have ended as failed; deliver "
                             "what ends it"});
        stage.expect<Charge>(till);
        stage.expectEnded(till, ExitReason::kFailed);
        QCOMPARE(failureOf([&] { stage.expectEnded(till, ExitReason::kStopped); }),
                 std::string{
                     "found test/till, which has ended (failed: a charge below 0), expected it to "
                     "have ended as stopped; deliver what ends it"});
        QCOMPARE(
            failureOf([&] { (void)stage.state(till); }),
            std::string{
                "found test/till, which has ended (failed: a charge below 0), expected a living "
                "Till; look at its state before it ends"});
        QCOMPARE(
            failureOf([&] { stage.crash(till); }),
            std::string{
                "found test/till, which has ended (failed: a charge below 0), expected somebody "
                "who lives; crash() comes before its end"});
        QVERIFY(
            failureOf([&] {
                stage.expect<Charge>(till);
            }).starts_with("found no Charge that waits for test/till, which has ended (failed"));
        QVERIFY(failureOf([&] {
                    stage.expect<Charge>({});
                }).starts_with("found no Charge that waits for nobody (an empty Ref), expected"));
    }

    void aStateOfAnotherTypeIsRefused() {
        Stage stage;
        const Ref<Till> till = stage.start<Till>({}, "till");
        QCOMPARE(failureOf([&] { (void)stage.actor<Shop>("test/till"); }),
                 std::string{"found test/till to be a Till, expected a Shop; name the actor's own "
                             "type"});
        QCOMPARE(failureOf([&] { (void)stage.actor<Shop>("till"); }),
                 std::string{"found no cell 'till', expected one of that path; paths begin with "
                             "'test/', and a cell is born when the turn that spawns it is over"});
        QCOMPARE(failureOf([&] { stage.act(till, [](Context& cx) { cx.stop(); }); }),
                 std::string{"found test/till to be a Till, expected a StandIn; name the actor's "
                             "own type"});
    }

    void whatIsDisallowedFailsWhereItFirstWaits() {
        Stage stage;
        const Ref<Till> till = stage.standIn<Till>("till");
        const Ref<Shop> shop = stage.start<Shop>({.till = till}, Order{7}, "shop");
        stage.disallow<Charge>(till);
        stage.expect<Start>(shop);
        const std::string expected =
            "found Charge{cents: 10} from test/shop for test/till, expected none of that type, "
            "which the test disallows\n"
            "what waits, the oldest first:\n"
            "  test/shop -> test/till  Charge{cents: 10}";
        QCOMPARE(failureOf([&] { stage.expect<Order>(shop); }), expected);
        QCOMPARE(failureOf([&] { stage.settle(); }), expected);
        QCOMPARE(failureOf([&] { stage.expect<Charge>(till); }), expected);
        stage.allow<Charge>(till);  // the last rule counts
        QCOMPARE(stage.settle(), std::size_t{1});
    }

    void settleFailsAtWhatItBringsAbout() {
        Stage stage;
        const Ref<Till> till = stage.start<Till>({}, "till");
        stage.start<Shop>({.till = till}, Order{7}, "shop");
        stage.allowAll();
        stage.disallow<Paid>();
        QVERIFY(failureOf([&] {
                    stage.settle();
                }).starts_with("found Paid{cents: 10} from test/till for test/shop, expected"));
        QCOMPARE(stage.state(till).cents, std::int64_t{10});
    }

    void nothingMeansNothing() {
        Stage stage;
        const Ref<Till> till = stage.start<Till>({}, "till");
        stage.expectNothing();
        const Ref<Shop> shop = stage.start<Shop>({.till = till}, "shop");
        stage.expectNothing(till);
        QCOMPARE(failureOf([&] { stage.expectNothing(); }),
                 std::string{"found messages that wait, expected none; expect() or allow() them\n"
                             "what waits, the oldest first:\n"
                             "  test -> test/shop  Start"});
        QVERIFY(failureOf([&] {
                    stage.expectNothing(shop);
                }).starts_with("found messages that wait for test/shop, expected none"));
    }

    void aLongListIsCut() {
        Stage stage;
        const Ref<Till> till = stage.start<Till>({}, "till");
        for (int i = 0; i < 23; ++i) stage.send(till, Charge{i});
        const std::string text = failureOf([&] { stage.expectNothing(); });
        QVERIFY(text.ends_with("Charge{cents: 19}  (not next)\n  and 3 more"));
    }

    void whatIsNotHandledFailsTheExpectation() {
        Stage stage;
        const Ref<Till> till = stage.start<Till>({}, Shut{}, "till");
        stage.expect<Shut>(till);
        stage.send(till, Charge{1});
        QCOMPARE(failureOf([&] { stage.expect<Charge>(till); }),
                 std::string{"found that test/till does not handle Charge (in its present "
                             "behaviour): it is now a dead letter; expected a turn; add it to "
                             "ARIADNE_ACTOR and the behaviour, or drop() it"});
        stage.expectNothing();
    }

    void noFaultHitsWhatTheEngineBrings() {
        Stage stage;
        const Ref<Till> till = stage.start<Till>({}, "till");
        const Ref<Shop> shop = stage.start<Shop>({.till = till}, Order{1}, "shop");
        QVERIFY(failureOf([&] { stage.drop<Start>(shop); })
                    .starts_with("found that Start for test/shop is a send message, expected one "
                                 "that an actor sent"));
        stage.expect<Start>(shop);
        stage.expect<Order>(shop);
        stage.expect<Charge>(till);
        QVERIFY(failureOf([&] {
                    stage.duplicate<Paid>(shop);
                }).starts_with("found that Paid for test/shop is a reply message"));
        QVERIFY(failureOf([&] {
                    stage.delay<Paid>(shop, Duration{5});
                }).starts_with("found that Paid for test/shop is a reply message"));
        QVERIFY(failureOf([&] {
                    stage.delay<Paid>(shop, Duration{-5});
                }).starts_with("found a delay of -5ns, expected none below 0s"));
        stage.expect<Paid>(shop);
    }

    void timeDoesNotGoBack() {
        Stage stage;
        QCOMPARE(failureOf([&] { stage.advance(Duration{-1}); }),
                 std::string{"found a step of -1ns in time, expected none below 0s: virtual time "
                             "does not go back"});
        QVERIFY(failureOf([&] {
                    Stage live{{.limits = {}, .live = true}};
                }).starts_with("found options of a live world"));
    }

    void aParkedSenderTakesNothing() {
        Stage stage;
        const Ref<Till> till = stage.start<Till>({}, "till", bounded(1, OnFull::kPark));
        const Ref<Shop> shop = stage.standIn<Shop>("shop");
        const auto charge = [&] {
            stage.act(shop, [&](Context& cx) { cx.send(till, Charge{1}); });
        };
        charge();
        charge();
        QVERIFY(
            failureOf(charge).starts_with("found test/shop, which is suspended (a backoff, or a "
                                          "mailbox that is full), expected that it "
                                          "takes a turn"));
        stage.send(shop, Order{1});
        QVERIFY(
            failureOf([&] { stage.expect<Order>(shop); })
                .starts_with("found test/shop, which is suspended (a backoff, or a mailbox that is "
                             "full), expected that it takes the Order that waits"));
        stage.expect<Charge>(till);
        stage.expect<Charge>(till);
        stage.expect<Order>(shop);
        charge();
    }

    void aTurnOfTheTestThatFailsIsAFailure() {
        Stage stage;
        const CellRef standIn = stage.standIn<Till>("till");
        QCOMPARE(failureOf([&] {
                     stage.act(standIn, [](Context&) { throw std::runtime_error{"oops"}; });
                 }),
                 std::string{"found that the turn of test/till in act() failed (threw: oops), "
                             "expected that it ends well; correct what act() does"});
        QVERIFY(failureOf([&] {
                    stage.act([&](Context&) { stage.settle(); });
                }).find("threw: found the stage used inside act()") != std::string::npos);
        // The test's own cell is gone, and with it the run.
        QVERIFY(failureOf([&] {
                    stage.settle();
                }).starts_with("found a run that has ended (failed: found the stage used"));
    }

    void nothingToReplyToIsSaid() {
        Stage stage;
        QCOMPARE(failureOf([&] { stage.reply(stage.self(), Paid{1}); }),
                 std::string{"found nothing that test could answer, expected that it took a "
                             "message of an actor before; expect() the question first"});
    }

    void anEndlessConversationIsEndedByItsLimit() {
        Limits limits;
        limits.roundsPerInstantMax = 50;
        Stage stage{{.limits = limits}};
        const Ref<Restless> restless = stage.start<Restless>({}, Order{1}, "restless");
        stage.allowAll();
        QVERIFY(failureOf([&] { stage.settle(); })
                    .starts_with("found a run that has ended (limit: limit roundsPerInstantMax "
                                 "(50) reached"));
        QVERIFY(stage.state(restless).turns > 40);
    }
};

QTEST_GUILESS_MAIN(TestStageFailures)
#include "tst_stage_failures.moc"
