// Choices in traces: recorded, read back, made again.
#include "recorder/decisions.h"
#include "tests/recorder/support/till.h"
#include "tests/support/replayed.h"
#include "tracefmt/format.h"

#include <QTest>

#include <algorithm>

using namespace ariadne;
using namespace ariadne::test;
using kernel::Policy;

namespace {

recorder::RunRequest requestFor(Policy policy, const std::string& customers = "400") {
    recorder::RunRequest request{"till", {{"customers", customers}}, 4, policy, std::nullopt};
    request.pctDepth = 8;
    request.pctSteps = 300;
    return request;
}

struct Recorded {
    recorder::RunDigests digests;
    Outcome outcome = Outcome::kRunning;
    OpenedTrace trace;
};

}  // namespace

class TstDecisions : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    Recorded record(recorder::RunRequest request, const std::string& name) {
        request.file = std::filesystem::path{folder_.path().toStdString()} / name;
        auto run = recorder::ProgramRun::start(request);
        if (!run.ok()) qFatal("%s", run.status().ToString().c_str());
        while ((*run)->step()) {
        }
        Recorded out;
        const auto digests = (*run)->finish("");
        if (!digests.ok()) qFatal("%s", digests.status().ToString().c_str());
        out.digests = *digests;
        out.outcome = (*run)->world().outcome();
        out.trace = openTrace(*request.file);
        return out;
    }

private Q_SLOTS:
    void everyPolicyReplaysFromEverySnapshot() {
        for (const Policy policy : {Policy::kRounds, Policy::kRandom, Policy::kPct}) {
            const Recorded run = record(requestFor(policy, "6000"), "all.clew");
            QVERIFY(run.trace.reader->snapshots().size() >= 2);
            QCOMPARE(replayed(*run.trace.reader), std::string{"identical"});
        }
    }

    void faultyRunsReplayFromEverySnapshot_data() {
        QTest::addColumn<int>("policy");
        QTest::addColumn<bool>("regions");
        for (const Policy policy :
             {Policy::kRounds, Policy::kRandom, Policy::kPct, Policy::kReplay})
            for (const bool regions : {false, true})
                QTest::addRow("%s %s", regions ? "theatre" : "till",
                              std::string{nameOf(policy)}.c_str())
                    << static_cast<int>(policy) << regions;
    }
    void faultyRunsReplayFromEverySnapshot() {
        QFETCH(int, policy);
        QFETCH(bool, regions);
        const auto p = static_cast<Policy>(policy);
        // A replay is one of a run whose choices somebody made.
        recorder::RunRequest request =
            requestFor(p == Policy::kReplay ? Policy::kRandom : p, "6000");
        if (regions) {
            request.program = "theatre";
            request.args = {{"evenings", "1500"}};
        }
        const auto faults = kernel::parseFaults(
            regions ? "drop=5000,delay=5000:9ms,duplicate=5000,crash@theatre/hall0/"
                      "usher:3,crash@theatre/hall1/box/usher:4,reply@theatre:9"
                    : "drop=5000,delay=5000:9ms,duplicate=5000,crash@till/till#2:40,reply@till:9");
        QVERIFY(faults.ok());
        request.faults = *faults;
        Recorded run = record(request, "faulty.clew");
        if (p == Policy::kReplay) {
            const Recorded original = std::move(run);
            request.policy = p;
            request.decisions = recorder::decisionsIn(*original.trace.reader).list;
            run = record(request, "again.clew");
            QCOMPARE(run.digests.events, original.digests.events);
            QCOMPARE(run.digests.changes, original.digests.changes);
            QVERIFY(run.outcome == original.outcome);
        }
        QCOMPARE(run.trace.reader->meta().faults, kernel::textOf(*faults));
        QVERIFY2(run.trace.reader->snapshots().size() >= 2,
                 (std::to_string(run.trace.reader->lastPosition().value) +
                  " events: " + run.trace.reader->stats().outcomeText)
                     .c_str());
        std::uint64_t hits = 0;
        for (const auto& [kind, count] : run.trace.reader->stats().kindCounts)
            if (kind == static_cast<std::uint8_t>(EventKind::kFault)) hits = count;
        QVERIFY2(hits > 20, std::to_string(hits).c_str());
        QCOMPARE(replayed(*run.trace.reader), std::string{"identical"});
    }

    void anotherFaultIsFoundByTheReplay() {
        // Or the law above could hold for anything.
        recorder::RunRequest request = requestFor(Policy::kRounds);
        request.faults = *kernel::parseFaults("drop@till:40");
        const Recorded run = record(request, "forty.clew");
        QCOMPARE(replayed(*run.trace.reader), std::string{"identical"});
        request.faults = *kernel::parseFaults("drop@till:41");
        QVERIFY(record(request, "other.clew").digests.events != run.digests.events);
    }

    void whatPctRemembersStandsInTheSnapshots() {
        const Recorded run = record(requestFor(Policy::kPct, "6000"), "pct.clew");
        const tracefmt::TraceMeta& meta = run.trace.reader->meta();
        QCOMPARE(meta.pctDepth, 8u);
        QCOMPARE(meta.pctSteps, std::uint64_t{300});
        QCOMPARE(meta.minViewMinor, tracefmt::kIncrementsMinor);
        const auto options = recorder::worldOptionsOf(meta);
        QVERIFY(options.ok());
        QCOMPARE(options->pctDepth, 8u);
        QCOMPARE(options->pctSteps, std::uint64_t{300});
        std::size_t words = 0;
        for (std::size_t i = 0; i < run.trace.reader->snapshots().size(); ++i)
            words += run.trace.reader->snapshot(i)->decisionState.size();
        QVERIFY(words > 0);
    }

    void recordedChoicesGiveTheSameEvents() {
        for (const Policy policy : {Policy::kRandom, Policy::kPct}) {
            const Recorded original = record(requestFor(policy, "6000"), "original.clew");
            auto decisions = recorder::decisionsIn(*original.trace.reader);
            QVERIFY(decisions.complete.ok());
            QVERIFY(decisions.undecided.empty());
            QVERIFY(decisions.list.size() > 300);
            recorder::RunRequest request = requestFor(Policy::kReplay, "6000");
            request.decisions = decisions.list;
            const Recorded again = record(request, "again.clew");
            QCOMPARE(again.digests.events, original.digests.events);
            QCOMPARE(again.digests.changes, original.digests.changes);
            QVERIFY(again.outcome == original.outcome);
            QCOMPARE(replayed(*again.trace.reader), std::string{"identical"});
            QVERIFY(recorder::decisionsIn(*again.trace.reader).list == decisions.list);
        }
    }

    void aRunThatRanOutOfChoicesReplaysToThatEnd() {
        const Recorded original = record(requestFor(Policy::kRandom), "long.clew");
        recorder::RunRequest request = requestFor(Policy::kReplay);
        request.decisions = recorder::decisionsIn(*original.trace.reader).list;
        // Wherever it stops: at the choice of a cell or of a channel.
        for (int i = 0; i < 6; ++i) {
            request.decisions.resize(request.decisions.size() - 7);
            const Recorded cut = record(request, "short.clew");
            QVERIFY(cut.outcome == Outcome::kUndecided);
            const auto decisions = recorder::decisionsIn(*cut.trace.reader);
            QVERIFY(decisions.list == request.decisions);
            QVERIFY(decisions.undecided.starts_with("decisions exhausted: choice "));
            QCOMPARE(replayed(*cut.trace.reader), std::string{"identical"});
        }
    }

    void aChoiceThatDoesNotFitReplaysToThatEnd() {
        const Recorded original = record(requestFor(Policy::kRandom), "fits.clew");
        recorder::RunRequest request = requestFor(Policy::kReplay);
        request.decisions = recorder::decisionsIn(*original.trace.reader).list;
        request.decisions[100].alternatives += 1;
        const Recorded run = record(request, "unfit.clew");
        QVERIFY(run.outcome == Outcome::kUndecided);
        QVERIFY(run.trace.reader->stats().outcomeText.starts_with(
            "decisions do not fit: choice 100 was recorded as "));
        QCOMPARE(replayed(*run.trace.reader), std::string{"identical"});
    }

    void nobodyWatchingChangesNothing() {
        recorder::RunRequest request = requestFor(Policy::kPct);
        const Recorded watched = record(request, "watched.clew");
        request.unobserved = true;
        auto run = recorder::ProgramRun::start(request);
        while ((*run)->step()) {
        }
        QVERIFY((*run)->world().outcome() == watched.outcome);
        QVERIFY((*run)->world().position() == watched.trace.reader->lastPosition());
        QCOMPARE((*run)->finish("")->events, std::uint64_t{0});
    }

    void depthAndStepsThatNoRunHasAreRefused() {
        recorder::RunRequest request = requestFor(Policy::kPct);
        for (const std::uint32_t depth : {0u, 65u, ~0u}) {
            request.pctDepth = depth;
            QCOMPARE(recorder::ProgramRun::start(request).status().code(),
                     absl::StatusCode::kInvalidArgument);
            tracefmt::TraceMeta meta;
            meta.batch = 16;
            meta.policy = "pct";
            meta.pctDepth = depth;
            meta.pctSteps = 10;
            QCOMPARE(recorder::worldOptionsOf(meta).status().code(), absl::StatusCode::kDataLoss);
            meta.pctDepth = 3;
            QVERIFY(recorder::worldOptionsOf(meta).ok());
            meta.pctSteps = 0;
            QCOMPARE(recorder::worldOptionsOf(meta).status().code(), absl::StatusCode::kDataLoss);
        }
        request.pctDepth = 3;
        request.pctSteps = 0;
        QCOMPARE(recorder::ProgramRun::start(request).status().code(),
                 absl::StatusCode::kInvalidArgument);
    }

    void aCutTraceGivesTheChoicesBeforeTheCut() {
        const Recorded original = record(requestFor(Policy::kRandom, "6000"), "whole.clew");
        const auto all = recorder::decisionsIn(*original.trace.reader);
        const std::filesystem::path folder{folder_.path().toStdString()};
        const Bytes bytes = fileBytes(folder / "whole.clew");
        std::size_t shortest = all.list.size();
        for (std::size_t eighths = 1; eighths < 8; ++eighths) {
            writeFile(folder / "cut.clew", ByteView{bytes}.first(bytes.size() * eighths / 8));
            const OpenedTrace cut = openTrace(folder / "cut.clew");
            const auto some = recorder::decisionsIn(*cut.reader);
            QVERIFY(some.list.size() <= all.list.size());
            QVERIFY(std::equal(some.list.begin(), some.list.end(), all.list.begin()));
            shortest = std::min(shortest, some.list.size());
        }
        QVERIFY(shortest < all.list.size());
    }
};

QTEST_GUILESS_MAIN(TstDecisions)
#include "tst_decisions.moc"
