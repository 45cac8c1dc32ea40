// A race ends when its loser is gone; a permit that nobody gave back has a holder.
#include "tests/samples/kept_run.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::tests;

namespace {

auto resolvedAs(Resolution how) {
    return [how](const EventRow& row) { return row.extra == static_cast<std::uint64_t>(how); };
}
auto madeAs(ObligationKind kind) {
    return [kind](const EventRow& row) { return row.extra == static_cast<std::uint64_t>(kind); };
}
bool isEndOf(const EventRow& row, Rank cell) {
    return row.cell == cell && (row.kind == EventKind::kStop || row.kind == EventKind::kFail);
}

}  // namespace

class TestBookings : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyBookingIsConfirmedOrRefused() {
        for (std::uint64_t seed = 1; seed <= 100; ++seed) accountsForAll(inRounds(seed));
        for (std::uint64_t seed = 1; seed <= 40; ++seed) accountsForAll(inAnyOrder(seed));
    }

    void aRegionClosesWhenBothRacersAreGone() {
        KeptRun run;
        keepSample(run, "bookings", inRounds(1));
        const auto closed = run.seen.all(EventKind::kRegionClosed);
        QCOMPARE(closed.size(), std::size_t{20});
        for (const EventRow& row : closed) {
            std::size_t ended = 0;
            for (const KeptRow& kept : run.seen.rows())
                if (kept.row.seq < row.seq &&
                    (kept.row.kind == EventKind::kStop || kept.row.kind == EventKind::kFail) &&
                    run.seen.pathOf(kept.row.cell).starts_with(run.seen.pathOf(row.cell) + "/"))
                    ++ended;
            QCOMPARE(ended, std::size_t{2});
        }
    }

    void confirmationsFollowTheEndOfTheirRace() {
        KeptRun run;
        keepSample(run, "bookings", inRounds(1));
        const auto notes = run.seen.all(EventKind::kNote);
        QCOMPARE(notes.size(), std::size_t{20});
        for (const EventRow& note : notes) {
            const EventRow& turn = run.seen.at(note.cause);
            QCOMPARE(run.seen.at(turn.cause).kind, EventKind::kRegionClosed);
        }
    }

    void losersLeaveWithinTheirTime() {
        KeptRun run;
        keepSample(run, "bookings", inRounds(1));
        const auto asked = run.seen.all(EventKind::kCancelRequest);
        QVERIFY(!asked.empty());
        for (const EventRow& request : asked) {
            QCOMPARE(request.arg, static_cast<std::uint64_t>(CancelReason::kRaceLost));
            const EventRow* end =
                run.seen.next(request.seq, EventKind::kStop,
                              [&](const EventRow& row) { return isEndOf(row, request.peer); });
            QVERIFY(end != nullptr);
            QCOMPARE(end->arg, static_cast<std::uint64_t>(ExitReason::kCancelled));
            QVERIFY(end->time.value <= static_cast<std::int64_t>(request.extra));
        }
    }

    void everySeatIsBoughtOrGivenBackEveryPermitUsedOrAborted() {
        KeptRun run;
        keepSample(run, "bookings", inRounds(1));
        // Permits stand in the ledgers of the bookings.
        const auto resolved = [&](bool seats, Resolution how) {
            return run.seen.count(EventKind::kResolve, [&](const EventRow& row) {
                return (run.seen.pathOf(row.cell) == "bookings/suppliers") == seats &&
                       resolvedAs(how)(row);
            });
        };
        const std::size_t bought = resolved(true, Resolution::kCommitted);
        const std::size_t givenBack = resolved(true, Resolution::kAborted);
        QVERIFY(givenBack > 0);
        QCOMPARE(run.seen.count(EventKind::kReserve, madeAs(ObligationKind::kCustom)),
                 bought + givenBack);
        QVERIFY2(run.verdict.starts_with("completed: " + std::to_string(bought) + " bookings"),
                 run.verdict.c_str());
        QVERIFY(resolved(false, Resolution::kCommitted) >= bought);
        QVERIFY(resolved(false, Resolution::kAborted) > 0);
        QCOMPARE(run.seen.count(EventKind::kReserve, madeAs(ObligationKind::kPermit)),
                 resolved(false, Resolution::kCommitted) + resolved(false, Resolution::kAborted));
    }

    void aForgottenPermitIsLeakedByItsHolder() {
        KeptRun run;
        keepSample(run, "bookings", inRounds(1), forget_);
        QVERIFY2(run.verdict.starts_with("leaked: "), run.verdict.c_str());
        QVERIFY2(run.verdict.find("a permit for the mailbox of bookings of bookings/booking") !=
                     std::string::npos,
                 run.verdict.c_str());
        const auto leaks = run.seen.all(EventKind::kResolve, resolvedAs(Resolution::kLeaked));
        QVERIFY(!leaks.empty());
        QCOMPARE(std::uint64_t{leaks.size()}, run.leaks);
        for (const EventRow& leak : leaks) {
            QVERIFY(run.seen.pathOf(leak.cell).starts_with("bookings/booking"));
            const KeptRow& end = run.seen.rows().at(leak.cause.value - 1);
            QCOMPARE(end.row.kind, EventKind::kStop);
            QCOMPARE(end.text, std::string{"seat given back"});
            QCOMPARE(end.row.cell, leak.peer);
        }
    }

    void theAuditIsATaskThatEndsOk() {
        KeptRun run;
        keepSample(run, "bookings", inRounds(1));
        const auto ended = run.seen.all(EventKind::kStop, [&](const EventRow& row) {
            return run.seen.pathOf(row.cell) == "bookings/audit";
        });
        QCOMPARE(ended.size(), std::size_t{1});
        QCOMPARE(ended[0].arg, static_cast<std::uint64_t>(ExitReason::kStopped));
    }

    void whoDoesNotGiveBackInTimeIsEnded() {
        KeptRun run;
        keepSample(run, "bookings", inRounds(1), {{"cleanup", "10ms"}, {"release", "10ms"}});
        QVERIFY2(run.verdict.starts_with("leaked: "), run.verdict.c_str());
        const auto ended = run.seen.all(EventKind::kFail);
        QVERIFY(!ended.empty());
        for (const EventRow& end : ended)
            QCOMPARE(end.arg, static_cast<std::uint64_t>(ExitReason::kOverdue));
    }

    void forgettingLeaksUnderEverySeed() {
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            const SampleRun run = runSample("bookings", inRounds(seed), forget_);
            QVERIFY2(run.verdict.starts_with("leaked: "),
                     (std::to_string(seed) + " " + run.verdict).c_str());
        }
    }

    void readmeSaysHowSeedOneEnds() {
        for (const ArgumentTexts& args : {ArgumentTexts{}, forget_}) {
            const std::string verdict = runSample("bookings", inRounds(1), args).verdict;
            const std::string text = verdict.substr(verdict.find(": ") + 2);
            QVERIFY2(sentencesOf("bookings/README.md").find("*" + text + "*") != std::string::npos,
                     text.c_str());
        }
    }

private:
    void accountsForAll(const kernel::WorldOptions& options) {
        const SampleRun run = runSample("bookings", options);
        QVERIFY2(run.completed(), (std::to_string(options.seed) + " " + run.verdict).c_str());
    }

    const ArgumentTexts forget_{{"forget", "true"}};
};

QTEST_GUILESS_MAIN(TestBookings)
#include "tst_bookings.moc"
