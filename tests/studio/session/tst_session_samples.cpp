// What the event table and the inspector are given of samples with regions, restarts, cancellation
// and obligations.
#include "studio/session/space_time_scan.h"
#include "tests/studio/support/sample_trace.h"

#include <QTest>

#include <algorithm>

using namespace ariadne;
using namespace ariadne::studio;
using namespace ariadne::tests;

namespace {

bool anyContains(const std::vector<std::string>& texts, const std::string& part) {
    return std::any_of(texts.begin(), texts.end(),
                       [&](const std::string& text) { return text.find(part) != text.npos; });
}

std::string joined(const std::vector<std::string>& texts) {
    std::string out;
    for (const std::string& text : texts) out += text + " | ";
    return out;
}

/// What the inspector says of `rank`.
std::vector<std::string> careOf(SampleTrace& trace, Position at, Rank rank) {
    const Moment moment = trace.momentAt(at, rank);
    return moment.actor ? moment.actor->care : std::vector<std::string>{};
}

}  // namespace

class TestSessionSamples : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anInquiryHoldsItsSeatFromTheEventThatGaveIt() {
        SampleTrace trace{"bookings", {{"forget", "true"}}};
        // Before it come permits, which inquiries make and hold themselves.
        Position made = trace.find(EventKind::kReserve);
        const Position permit = made;
        while (made.value != 0 && trace.rowAt(made).extra != 0)
            made = trace.find(EventKind::kReserve, {made.value + 1});
        QVERIFY(made.value != 0);
        const auto asking = careOf(trace, permit, trace.rowAt(permit).peer);
        QVERIFY2(anyContains(asking, "holds permit for the mailbox of bookings (since event " +
                                         std::to_string(permit.value) + ")"),
                 joined(asking).c_str());
        // The obligation is given to an inquiry, and is in the ledger of the suppliers.
        Rank holder;
        for (const ActorEntry& actor : trace.actors())
            if (anyContains(careOf(trace, made, actor.rank), "obligation 'seat "))
                holder = actor.rank;
        QVERIFY(holder != kOutside);
        const std::string expected = "(from " + trace.actors()[trace.rowAt(made).peer.value].path +
                                     " since event " + std::to_string(made.value) + ")";
        const auto care = careOf(trace, made, holder);
        QVERIFY2(anyContains(care, expected), joined(care).c_str());
        QVERIFY(!anyContains(careOf(trace, {made.value - 1}, holder), "seat"));
        const auto region = careOf(trace, made, trace.rankOf("bookings/suppliers"));
        QVERIFY2(anyContains(region, "1 open obligation"), joined(region).c_str());
    }

    void theLeakNamesItsHolderAndTheCancelledLoserSaysSo() {
        SampleTrace trace{"bookings", {{"forget", "true"}}};
        Position leak;
        for (Position at = trace.find(EventKind::kResolve); at.value != 0;
             at = trace.find(EventKind::kResolve, {at.value + 1}))
            if (trace.rowAt(at).extra == 2 && leak.value == 0) leak = at;
        QVERIFY(leak.value != 0);
        const Moment moment = trace.momentAt(leak);
        QVERIFY(moment.event->leaked);
        QVERIFY2(moment.event->text.starts_with("leaked: permit for the mailbox of bookings"),
                 moment.event->text.c_str());
        QVERIFY(moment.event->text.find(", held by bookings/booking") != std::string::npos);
        // Its cause is the stop of the loser, who was asked to end.
        const Rank loser = moment.causeLine->cell;
        const auto care = careOf(trace, {trace.rowAt(leak).cause.value - 1}, loser);
        QVERIFY2(anyContains(care, "asked to end: race_lost, until "), joined(care).c_str());
        const Moment end = trace.momentAt(trace.last());
        QCOMPARE(end.event->kind, EventKind::kEnd);
        QVERIFY2(end.event->text.find("leaked, first a permit for the mailbox of bookings ") !=
                     std::string::npos,
                 end.event->text.c_str());
        QVERIFY(end.waits.empty());
    }

    void dinersSayWhichForksTheyHoldAndTheEndWhoWaitsForWhom() {
        SampleTrace trace{"dining", {{"think", "0ns"}}};
        const Moment end = trace.momentAt(trace.last(), trace.rankOf("dining/philosopher"));
        QVERIFY2(anyContains(end.actor->care, "holds obligation 'a fork' (from dining/fork"),
                 joined(end.actor->care).c_str());
        QVERIFY2(anyContains(end.actor->care, " since event "), joined(end.actor->care).c_str());
        // The table waits for five philosophers, each of them for a fork, each fork leads on.
        QCOMPARE(end.waits.size(), std::size_t{15});
        QCOMPARE(end.waitsTotal, std::uint64_t{15});
        std::vector<std::string> texts;
        for (const EventLine& line : end.waits) {
            QCOMPARE(line.kind, EventKind::kWait);
            QCOMPARE(trace.rowAt(line.seq).kind, EventKind::kWait);
            texts.push_back(line.text);
        }
        QVERIFY2(anyContains(texts, "dining/philosopher waits for the answer of dining/fork#2"),
                 joined(texts).c_str());
        QVERIFY2(anyContains(texts, "dining/fork#2 has given 'a fork' to dining/philosopher#2"),
                 joined(texts).c_str());
        const Moment deadlock = trace.momentAt(trace.find(EventKind::kDeadlock));
        QCOMPARE(deadlock.waits.size(), std::size_t{15});
        QVERIFY(trace.momentAt({1}).waits.empty());
        // A wait leads back to the ask that is not answered.
        const Moment wait = trace.momentAt(end.waits.front().seq);
        QCOMPARE(wait.causeLine->kind, EventKind::kAsk);
    }

    void aLeakIsAmongWhatItsMakerDid() {
        SampleTrace trace{"supervised_shop"};
        Position leak = trace.find(EventKind::kResolve);
        while (trace.rowAt(leak).extra != 2)
            leak = trace.find(EventKind::kResolve, {leak.value + 1});
        SpaceTimeQuestion question;
        question.of = {leak.value - 1};
        question.actors = SpaceTimeQuestion::Actors::kChosen;
        question.causalOnly = false;
        question.chosen = {trace.rowAt(leak).peer};
        SpaceTimeScan scan{question};
        const CancelFlag never{false};
        const auto soon = Clock::now();
        while (scan.advance(trace.open(), soon, never) != WalkEnd::kReachedEnd) {
        }
        while (scan.readLines(trace.open(), soon, never) != WalkEnd::kReachedEnd) {
        }
        const SpaceTime picture = scan.picture(trace.open());
        QVERIFY(picture.complete);
        QVERIFY(picture.holds(leak));
        QVERIFY(picture.rows[picture.rowFrom(leak)].line.leaked);
    }

    void workersSayWhichLifeTheyLive() {
        SampleTrace trace{"supervised_shop"};
        const Position restart = trace.find(EventKind::kRestart);
        QVERIFY(restart.value != 0);
        const EventRow row = trace.rowAt(restart);
        const Moment moment = trace.momentAt(restart, row.cell);
        QVERIFY2(moment.event->text.starts_with("life 2: Worker{"), moment.event->text.c_str());
        QVERIFY2(anyContains(moment.actor->care, "life 2"), joined(moment.actor->care).c_str());
        const auto region = careOf(trace, restart, row.peer);
        QVERIFY2(anyContains(region, "open"), joined(region).c_str());
        const Position cancel = trace.find(EventKind::kCancelRequest);
        QVERIFY(cancel.value == 0 ||
                anyContains(careOf(trace, cancel, trace.rowAt(cancel).peer), "asked to end"));
        const Position closing = trace.find(EventKind::kCancel);
        QVERIFY(closing.value != 0);
    }
};

QTEST_GUILESS_MAIN(TestSessionSamples)
#include "tst_session_samples.moc"
