// Asks, timers, mailboxes, stashes, behaviours, and what becomes of messages nobody reads.
#include "tests/kernel/support/lab.h"

using namespace ariadne;
using namespace ariadne::tests;

namespace {

struct Quiet {
    std::int64_t n = 0;
    void on(Context&, const Start&) {}
};
BOOST_DESCRIBE_STRUCT(Quiet, (), (n))
ARIADNE_ACTOR(Quiet, Start)

/// Asks, and cannot hear the answer.
struct Deaf {
    Ref<Player> whom{};
    void on(Context& cx, const Start&) { cx.ask(whom, Say{"?"}, within(1s)); }
    void on(Context&, const AskTimedOut&) {}
};
BOOST_DESCRIBE_STRUCT(Deaf, (), (whom))
ARIADNE_ACTOR(Deaf, Start, AskTimedOut)

/// `lab` starts with `onStart`; later messages go to `later`.
void rootDoes(Lab& lab, Part onStart, Part later = {}) {
    lab.part("lab", [onStart, later](Context& cx, Player& me, const Say& m) {
        if (m.word == "start")
            onStart(cx, me, m);
        else if (later)
            later(cx, me, m);
    });
}

/// Sends n 1 .. n `count` to a mailbox of that kind, from its round 2 on one message per round.
std::string overflow(OnFull onFull, int count, std::string& drops) {
    Lab lab{inRounds(0, 16)};
    rootDoes(lab, [=](Context& cx, Player&, const Say&) {
        const auto a = cast(cx, "a", bounded(3, onFull));
        for (int i = 1; i <= count; ++i) cx.send(a, Say{"n", i});
    });
    lab.run();
    drops = lab.lines({EventKind::kDrop, EventKind::kUndelivered});
    return lab.heardBy("a") + " | " + lab.heardBy("lab");
}

}  // namespace

class TestMessages : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // Asks

    void anAnswerComesInsteadOfTheTimeout() {
        Lab lab;
        rootDoes(
            lab,
            [](Context& cx, Player& me, const Say&) {
                me.count = static_cast<std::int64_t>(cx.ask(cast(cx, "a"), Say{"?"}, within(1s)));
            },
            [](Context& cx, Player& me, const Say& m) {
                cx.note(m.word, cx.answering() == static_cast<std::uint64_t>(me.count));
            });
        lab.part("a", [](Context& cx, Player&, const Say& m) {
            if (m.word == "?") cx.reply(Say{"answer"});
        });
        lab.run();
        QCOMPARE(lab.heardBy("lab"), std::string{"Start; answer"});
        QCOMPARE(lab.lines({EventKind::kNote}), std::string{"note lab answer = true"});
        QCOMPARE(lab.world().now(), VirtualTime{0});
        QCOMPARE(lab.sink.count(EventKind::kAskTimeout), std::size_t{0});
    }

    void theTimeoutOfAnAskIsNoTimerToCancel() {
        Lab lab;
        rootDoes(lab, [](Context& cx, Player&, const Say&) {
            cx.ask(cast(cx, "silent"), Say{"?"}, within(1s));
            // Timers and asks are numbered apart, so an ask's number may be that of a timer.
            for (std::uint64_t id = 0; id < 4; ++id) cx.cancel(id);
        });
        lab.run();
        QCOMPARE(lab.heardBy("lab"), std::string{"Start; AskTimedOut"});
    }

    void anAnswerTheAskerCannotTakeLeavesItTheTimeout() {
        Lab lab;
        rootDoes(lab, [](Context& cx, Player&, const Say&) {
            cx.spawn<Deaf>("deaf", {.whom = cast(cx, "a")});
        });
        lab.part("a", [](Context& cx, Player&, const Say& m) {
            if (m.word == "?") cx.reply(Say{"answer"});
        });
        lab.run();
        QCOMPARE(lab.lines({EventKind::kDrop}), std::string{"drop deaf Say unhandled"});
        QCOMPARE(lab.heardBy("deaf"), std::string{"Start; AskTimedOut"});
    }

    void aLateAnswerIsDroppedAfterTheTimeout() {
        Lab lab;
        rootDoes(
            lab,
            [](Context& cx, Player&, const Say&) { cx.ask(cast(cx, "a"), Say{"?"}, within(1s)); },
            [](Context& cx, Player&, const Say& m) {
                if (m.word == "timed out") cx.note("answering", cx.answering());
            });
        lab.part("a", [](Context& cx, Player& me, const Say& m) {
            if (m.word == "?") {
                me.waiting.push_back(cx.replyTo());
                cx.after(2s, Say{"late"});
            }
            if (m.word == "late") cx.reply(me.waiting[0], Say{"answer"});
        });
        lab.run();
        QCOMPARE(lab.heardBy("lab"), std::string{"Start; AskTimedOut"});
        QCOMPARE(lab.lines({EventKind::kDrop}), std::string{"drop lab Say late_reply"});
        // The first send of lab was the Start of a.
        QCOMPARE(lab.lines({EventKind::kNote}), std::string{"note lab answering = 2"});
    }

    void aSecondAnswerIsLate() {
        Lab lab;
        rootDoes(lab, [](Context& cx, Player&, const Say&) {
            cx.ask(cast(cx, "a"), Say{"?"}, within(1s));
        });
        lab.part("a", [](Context& cx, Player&, const Say& m) {
            if (m.word != "?") return;
            cx.reply(Say{"one"});
            cx.reply(Say{"two"});
        });
        lab.run();
        QCOMPARE(lab.heardBy("lab"), std::string{"Start; one"});
        QCOMPARE(lab.lines({EventKind::kDrop}), std::string{"drop lab Say late_reply"});
    }

    void aReplyToNobodyIsADeadLetter() {
        Lab lab;
        rootDoes(
            lab,
            [](Context& cx, Player&, const Say&) {
                cx.reply(Say{"thanks"});  // Start came from outside
                cx.after(1s, Say{"timer"});
            },
            [](Context& cx, Player&, const Say&) { cx.reply(Say{"thanks"}); });
        lab.run();
        QCOMPARE(lab.lines({EventKind::kDrop}),
                 std::string{"drop outside Say nobody_asked\ndrop outside Say nobody_asked"});
    }

    void aReplyToAMessageThatWasNoAskGoesToItsSender() {
        Lab lab;
        rootDoes(lab, [](Context& cx, Player&, const Say&) { cx.send(cast(cx, "a"), Say{"hi"}); });
        lab.part("a", [](Context& cx, Player&, const Say& m) {
            if (m.word == "hi") cx.reply(Say{"hi yourself"});
        });
        lab.run();
        QCOMPARE(lab.heardBy("lab"), std::string{"Start; hi yourself"});
        QCOMPARE(lab.sink.count(EventKind::kReply), std::size_t{0});
    }

    void whoIsForwardedAnswersTheFirstAsker() {
        Lab lab;
        rootDoes(lab, [](Context& cx, Player&, const Say&) {
            const auto c = cast(cx, "c");
            cx.ask(cx.spawn<Player>("b", as("b", {c})), Say{"?"}, within(1s));
        });
        lab.part("b", [](Context& cx, Player& me, const Say& m) {
            if (m.word == "?") cx.forward(me.known[0]);
        });
        lab.part("c", [](Context& cx, Player&, const Say& m) {
            if (m.word == "?") cx.reply(Say{"answer"});
        });
        lab.run();
        QCOMPARE(lab.heardBy("lab"), std::string{"Start; answer"});
        QVERIFY(lab.sink.find("forward b -> c Say{word: \"?\", n: 0}") != nullptr);
        QVERIFY(lab.sink.find("reply c -> lab Say{word: \"answer\", n: 0}") != nullptr);
    }

    void anAskOfTheDeadTimesOut() {
        Lab lab;
        rootDoes(lab, [](Context& cx, Player&, const Say&) {
            cx.ask(Ref<Player>{}, Say{"?"}, within(1s));
            cx.ask(Ref<Player>{CellRef{CellKey{99}}}, Say{"?"}, within(2s));
        });
        lab.run();
        QCOMPARE(lab.heardBy("lab"), std::string{"Start; AskTimedOut; AskTimedOut"});
        QCOMPARE(lab.lines({EventKind::kDrop}),
                 std::string{"drop outside Say no_such_cell\ndrop outside Say no_such_cell"});
    }

    void anAskWaitsForAPositiveTime() {
        Lab lab;
        rootDoes(lab, [](Context& cx, Player&, const Say&) {
            cx.ask(cx.self<Player>(), Say{"?"}, within(0s));
        });
        QCOMPARE(
            lab.run(),
            std::string{"failed: ask with a timeout of 0 ns: an ask waits for a positive time"});
    }

    void manyAsksAreKeptApart() {
        Lab lab;
        rootDoes(
            lab,
            [](Context& cx, Player&, const Say&) {
                const auto a = cast(cx, "a");
                for (int i = 1; i <= 10; ++i) cx.ask(a, Say{"?", i}, within(1s * i));
            },
            [](Context& cx, Player&, const Say& m) {
                cx.note(m.word + " " + std::to_string(m.n), cx.answering());
            });
        lab.part("a", [](Context& cx, Player&, const Say& m) {
            if (m.word == "?" && m.n % 3 == 0) cx.reply(Say{"answer", m.n});
        });
        lab.run();
        // The ids are send ordinals; number 1 was the Start of a.
        QCOMPARE(
            lab.lines({EventKind::kNote}),
            std::string{"note lab answer 3 = 4\nnote lab answer 6 = 7\nnote lab answer 9 = 10\n"
                        "note lab timed out 2 = 2\nnote lab timed out 3 = 3\n"
                        "note lab timed out 5 = 5\nnote lab timed out 6 = 6\n"
                        "note lab timed out 8 = 8\nnote lab timed out 9 = 9\n"
                        "note lab timed out 11 = 11"});
    }

    // Timers

    void aTimerFiresOnceAndAPeriodicOneUntilItIsCancelled() {
        Lab lab;
        rootDoes(
            lab,
            [](Context& cx, Player& me, const Say&) {
                cx.after(15ns, Say{"once"});
                me.count = static_cast<std::int64_t>(cx.every(10ns, Say{"tick"}));
            },
            [](Context& cx, Player& me, const Say& m) {
                cx.note(m.word, cx.now().value);
                if (m.word == "tick" && me.heard.size() >= 5)
                    cx.cancel(static_cast<TimerId>(me.count));
            });
        lab.run();
        QCOMPARE(lab.lines({EventKind::kNote, EventKind::kTimerCancel}),
                 std::string{"note lab tick = 10\nnote lab once = 15\nnote lab tick = 20\n"
                             "note lab tick = 30\ntimer_cancel lab"});
    }

    void cancellingIsHarmlessWhenThereIsNothingToCancel() {
        Lab lab;
        rootDoes(
            lab,
            [](Context& cx, Player& me, const Say&) {
                me.count = static_cast<std::int64_t>(cx.after(1ns, Say{"tick"}));
                cx.cancel(77);
                cx.cancel(cx.after(5ns, Say{"never"}));
            },
            [](Context& cx, Player& me, const Say&) { cx.cancel(static_cast<TimerId>(me.count)); });
        QVERIFY(lab.run().starts_with("quiescent"));
        QCOMPARE(lab.heardBy("lab"), std::string{"Start; tick"});
    }

    void timersCancelledInAnyOrderLeaveTheOthers() {
        Lab lab;
        rootDoes(lab, [](Context& cx, Player&, const Say&) {
            std::vector<TimerId> ids;
            for (int i = 1; i <= 9; ++i) ids.push_back(cx.after(Duration{100 - i}, Say{"t", i}));
            for (const std::size_t i : {4u, 0u, 8u, 2u}) cx.cancel(ids[i]);
        });
        lab.run();
        QCOMPARE(lab.heardBy("lab"), std::string{"Start; t 8; t 7; t 6; t 4; t 2"});
    }

    void aTimerThatCannotBeFailsTheTurn_data() {
        QTest::addColumn<int>("what");
        QTest::addColumn<QString>("text");
        QTest::newRow("before now") << 0 << QStringLiteral("timer with a delay of -1 ns");
        QTest::newRow("no period") << 1 << QStringLiteral("timer with a period of 0 ns");
        QTest::newRow("not accepted") << 2 << QStringLiteral("timer with a i32, which");
    }
    void aTimerThatCannotBeFailsTheTurn() {
        QFETCH(const int, what);
        QFETCH(const QString, text);
        Lab lab;
        rootDoes(lab, [what](Context& cx, Player&, const Say&) {
            if (what == 0) cx.after(-1ns, Say{"x"});
            if (what == 1) cx.every(0ns, Say{"x"});
            if (what == 2) cx.after(1ns, std::int32_t{1});
        });
        const std::string verdict = lab.run();
        QVERIFY2(verdict.starts_with("failed: " + text.toStdString()), verdict.c_str());
    }

    // Mailboxes

    void aFullMailboxRefusesAndTellsTheSender() {
        std::string drops;
        QCOMPARE(overflow(OnFull::kReject, 4, drops),
                 std::string{"Start; n 1; n 2 | Start; Undelivered; Undelivered"});
        QCOMPARE(drops,
                 std::string{"drop a Say mailbox_full\n"
                             "undelivered a -> lab Undelivered{to: a, reason: kMailboxFull}\n"
                             "drop a Say mailbox_full\n"
                             "undelivered a -> lab Undelivered{to: a, reason: kMailboxFull}"});
    }

    void aFullMailboxMayDropTheNewest() {
        std::string drops;
        QCOMPARE(overflow(OnFull::kDropNewest, 4, drops), std::string{"Start; n 1; n 2 | Start"});
        QCOMPARE(drops, std::string{"drop a Say mailbox_full\ndrop a Say mailbox_full"});
    }

    void aFullMailboxMayDropTheOldest() {
        std::string drops;
        QCOMPARE(overflow(OnFull::kDropOldest, 4, drops), std::string{"Start; n 3; n 4 | Start"});
        QCOMPARE(drops, std::string{"drop a Say displaced\ndrop a Say displaced"});
    }

    void whatACellAskedForAlwaysFits_data() {
        QTest::addColumn<int>("onFull");
        QTest::newRow("reject") << static_cast<int>(OnFull::kReject);
        QTest::newRow("drop newest") << static_cast<int>(OnFull::kDropNewest);
        QTest::newRow("drop oldest") << static_cast<int>(OnFull::kDropOldest);
    }
    void whatACellAskedForAlwaysFits() {
        QFETCH(const int, onFull);
        Lab lab{inRounds(0, 1)};
        rootDoes(lab, [onFull](Context& cx, Player&, const Say&) {
            const auto helper = cast(cx, "helper");
            const auto small = cx.spawn<Player>("small", as("small", {helper}),
                                                bounded(1, static_cast<OnFull>(onFull)));
            cx.spawn<Player>("flood", as("flood", {small}));
        });
        lab.part("small", [](Context& cx, Player& me, const Say& m) {
            if (m.word == "start") {
                cx.ask(me.known[0], Say{"?", 1}, within(1s));
                cx.ask(me.known[0], Say{"silent"}, within(5ns));
                cx.after(0ns, Say{"timer"});
            }
        });
        lab.part("helper", [](Context& cx, Player&, const Say& m) {
            if (m.word == "?") cx.reply(Say{"answer"});
        });
        lab.part("flood", [](Context& cx, Player& me, const Say& m) {
            if (m.word == "undelivered") return;
            for (int i = 0; i < 3; ++i) cx.send(me.known[0], Say{"noise"});
            if (++me.count < 8) cx.after(Duration{me.count < 4 ? 0 : 5}, Say{"again"});
        });
        lab.run();
        const std::string heard = lab.heardBy("small");
        QVERIFY2(heard.find("answer") != std::string::npos, heard.c_str());
        QVERIFY2(heard.find("AskTimedOut") != std::string::npos, heard.c_str());
        QVERIFY2(heard.find("timer") != std::string::npos, heard.c_str());
        QVERIFY(lab.sink.count(EventKind::kDrop) > 0);
    }

    void controlMessagesOvertake() {
        Lab lab{inRounds(0, 1)};
        rootDoes(lab, [](Context& cx, Player&, const Say&) {
            cx.monitor(cast(cx, "a"));
            for (int i = 1; i <= 3; ++i) cx.send(cx.self<Player>(), Say{"n", i});
        });
        lab.part("a", [](Context& cx, Player&, const Say&) { cx.stop(); });
        lab.run();
        QCOMPARE(lab.heardBy("lab"), std::string{"Start; n 1; Down; n 2; n 3"});
    }

    void controlMessagesOvertakeInTheRandomPolicyToo() {
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
            Lab lab{inAnyOrder(seed)};
            rootDoes(lab, [](Context& cx, Player&, const Say&) {
                cx.monitor(cast(cx, "a"));
                for (int i = 1; i <= 3; ++i) cx.send(cx.self<Player>(), Say{"n", i});
            });
            lab.part("a", [](Context& cx, Player&, const Say&) { cx.stop(); });
            lab.run();
            // Once it is there, it is next.
            const std::string all = lab.lines({EventKind::kDeliver, EventKind::kDown});
            const std::size_t down = all.find("\ndown ");
            QVERIFY2(all.substr(all.find('\n', down + 1)).starts_with("\ndeliver lab Down"),
                     all.c_str());
        }
    }

    // Behaviours and stashes

    void becomeHoldsFromTheNextMessageOn() {
        Lab lab;
        rootDoes(lab, [](Context& cx, Player&, const Say&) {
            const auto a = cast(cx, "a");
            for (const char* word : {"close", "one", "open", "two"}) cx.send(a, Say{word});
            cx.monitor(a);
        });
        lab.part("a", [](Context& cx, Player&, const Say& m) {
            if (m.word == "close") {
                cx.become<Player, Closed>();
                cx.ask(Ref<Player>{}, Say{"?"}, within(1s));
            }
        });
        lab.run();
        QCOMPARE(lab.heardBy("a"), std::string{"Start; close; one; open; two; AskTimedOut"});
        QCOMPARE(lab.lines({EventKind::kBecome}), std::string{"become a Closed\nbecome a "});
    }

    void anActorBecomesOnlyWhatItIs() {
        Lab lab;
        rootDoes(lab, [](Context& cx, Player&, const Say&) { cx.spawn<Quiet>("quiet"); });
        lab.part("lab", [](Context& cx, Player&, const Say&) { cx.become<Quiet, Quiet>(); });
        QCOMPARE(lab.run(), std::string{"failed: become() of Quiet in a turn "
                                        "of ariadne::tests::Player: an actor switches its own "
                                        "behaviour only"});
    }

    void whatABehaviourDoesNotHandleIsADeadLetter() {
        Lab lab;
        rootDoes(lab, [](Context& cx, Player&, const Say&) {
            const auto a = cast(cx, "a");
            cx.send(a, Say{"close"});
        });
        lab.part("a", [](Context& cx, Player&, const Say& m) {
            if (m.word != "close") return;
            cx.become<Player, Closed>();
            cx.ask(Ref<Player>{}, Say{"?"}, within(1s));
        });
        lab.run();
        QCOMPARE(lab.heardBy("a"), std::string{"Start; close"});
        QCOMPARE(lab.lines({EventKind::kDrop}),
                 std::string{"drop outside Say no_such_cell\ndrop a AskTimedOut unhandled"});
    }

    void aReferenceOfTheWrongTypeIsADeadLetterNotAnAccident() {
        Lab lab;
        rootDoes(lab, [](Context& cx, Player&, const Say&) {
            const auto quiet = cx.spawn<Quiet>();
            cx.send(Ref<Player>{quiet}, Say{"a message it never heard of"});
            // Number 0 of Player and of Quiet.
            cx.send(Ref<Player>{quiet}, Start{});
        });
        lab.run();
        QCOMPARE(lab.lines({EventKind::kDrop}), std::string{"drop Quiet Say unhandled"});
        QCOMPARE(lab.heardBy("Quiet"), std::string{"Start; Start"});
    }

    void stashedMessagesComeBackFirstAndInOrder_data() {
        QTest::addColumn<int>("batch");
        QTest::newRow("one message per round") << 1;
        QTest::newRow("all in one round") << 16;
    }
    void stashedMessagesComeBackFirstAndInOrder() {
        QFETCH(const int, batch);
        Lab lab{inRounds(0, static_cast<std::uint32_t>(batch))};
        rootDoes(lab, [](Context& cx, Player&, const Say&) {
            const auto a = cast(cx, "a");
            for (int i = 1; i <= 3; ++i) cx.send(a, Say{"early", i});
            cx.send(a, Say{"open"});
            for (int i = 4; i <= 5; ++i) cx.send(a, Say{"late", i});
        });
        lab.part("a", [](Context& cx, Player& me, const Say& m) {
            if (m.word == "open") {
                me.count = 1;
                cx.unstashAll();
            }
            if (m.word == "early" && me.count == 0) cx.stash();
        });
        lab.run();
        QCOMPARE(lab.heardBy("a"), std::string{"Start; early 1; early 2; early 3; open; early 1; "
                                               "early 2; early 3; late 4; late 5"});
        QCOMPARE(lab.lines({EventKind::kUnstash}), std::string{"unstash a 3"});
    }

    void anAskMayBeStashedAndAnsweredLater() {
        Lab lab;
        rootDoes(lab, [](Context& cx, Player&, const Say&) {
            const auto a = cast(cx, "a");
            cx.ask(a, Say{"?"}, within(1s));
            cx.send(a, Say{"open"});
        });
        lab.part("a", [](Context& cx, Player& me, const Say& m) {
            if (m.word == "open") {
                me.count = 1;
                cx.unstashAll();
            } else if (m.word == "?") {
                if (me.count == 0)
                    cx.stash();
                else
                    cx.reply(Say{"answer"});
            }
        });
        lab.run();
        QCOMPARE(lab.heardBy("lab"), std::string{"Start; answer"});
    }

    void stashingAndUnstashingInOneTurnGivesTheMessageAgain() {
        Lab lab;
        lab.part("lab", [](Context& cx, Player& me, const Say&) {
            if (++me.count > 2) return;
            cx.stash();
            cx.unstashAll();
        });
        lab.run();
        QCOMPARE(lab.heardBy("lab"), std::string{"Start; Start; Start"});
    }

    void unstashingNothingIsHarmless() {
        Lab lab;
        rootDoes(lab, [](Context& cx, Player&, const Say&) { cx.unstashAll(); });
        lab.run();
        QCOMPARE(lab.lines({EventKind::kUnstash}), std::string{"unstash lab 0"});
    }

    // Dead letters

    void everyReasonIsReached() {
        // One program that loses messages in every way there is.
        Lab lab{inRounds(0, 1)};
        rootDoes(
            lab,
            [](Context& cx, Player& me, const Say&) {
                cx.send(Ref<Player>{}, Say{"x"});
                me.known = {cast(cx, "ends"), cast(cx, "newest", bounded(1, OnFull::kDropNewest)),
                            cast(cx, "oldest", bounded(2, OnFull::kDropOldest)), cast(cx, "twice")};
                cx.send(me.known[1], Say{"x"});
                for (int i = 0; i < 2; ++i) cx.send(me.known[2], Say{"x"});
                cx.ask(me.known[3], Say{"?"}, within(1s));
                cx.reply(Say{"x"});
                cx.send(Ref<Player>{cx.spawn<Quiet>()}, Say{"x"});
                cx.after(1s, Say{"later"});
            },
            [](Context& cx, Player& me, const Say& m) {
                if (m.word == "later") cx.send(me.known[0], Say{"x"});
            });
        lab.part("ends", [](Context& cx, Player&, const Say&) { cx.stop(); });
        lab.part("twice", [](Context& cx, Player&, const Say& m) {
            if (m.word != "?") return;
            cx.reply(Say{"answer"});
            cx.reply(Say{"answer"});
        });
        lab.run();
        std::set<std::uint64_t> reasons;
        for (const RecordedRow& kept : lab.sink.rows())
            if (kept.row.kind == EventKind::kDrop) reasons.insert(kept.row.arg);
        QVERIFY(reasons == (std::set<std::uint64_t>{1, 2, 3, 4, 5, 6, 7}));
    }

    void everyEnqueueIsDeliveredDroppedOrStillWaiting() {
        Lab lab{inRounds(0, 2)};
        rootDoes(lab, [](Context& cx, Player&, const Say&) {
            const auto a = cast(cx, "a", bounded(4, OnFull::kDropOldest));
            for (int i = 0; i < 9; ++i) cx.send(a, Say{"n", i});
        });
        lab.part("a", [](Context& cx, Player& me, const Say& m) {
            if (++me.count == 1) cx.stash();
            if (m.n == 7) cx.stop();
        });
        lab.run();
        std::map<std::uint64_t, int> open;
        for (const RecordedRow& kept : lab.sink.rows()) {
            if (isEnqueue(kept.row.kind)) open[kept.row.seq.value] = 0;
            if (kept.row.kind == EventKind::kStash) --open[kept.row.cause.value];
            if (kept.row.kind == EventKind::kDeliver || kept.row.kind == EventKind::kDrop)
                ++open[kept.row.cause.value];
        }
        for (const auto& [seq, times] : open) QCOMPARE(times, 1);
    }
};

QTEST_GUILESS_MAIN(TestMessages)
#include "tst_messages.moc"
