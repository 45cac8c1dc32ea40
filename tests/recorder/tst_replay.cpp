#include "recorder/replay.h"
#include "tests/recorder/support/till.h"
#include "tests/support/replayed.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::test;

class TstReplay : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

private Q_SLOTS:
    void cleanup() { setLeakedCounter(0); }

    void everySnapshotReplaysIdentically() {
        for (const kernel::Policy policy : {kernel::Policy::kRounds, kernel::Policy::kRandom}) {
            OpenedTrace trace =
                openTrace(recordTill(folder_, "all.clew", 4, {{"customers", "6000"}}, policy));
            const Position last = trace.reader->lastPosition();
            QVERIFY(trace.reader->snapshots().size() >= 2);
            const auto whole = recorder::replay(*trace.history, {});
            QVERIFY2(whole.ok(), whole.status().ToString().c_str());
            QVERIFY2(!whole->divergence, whole->divergence ? whole->divergence->what.c_str() : "");
            QCOMPARE(whole->eventsCompared, last.value);
            QVERIFY(whole->digestsCompared > last.value / 256);
            QCOMPARE(replayed(*trace.reader), std::string{"identical"});
        }
    }

    void stopsWhereAsked() {
        OpenedTrace trace = openTrace(recordTill(folder_, "to.clew", 4));
        recorder::ReplayOptions options;
        options.to = {57};
        const auto result = recorder::replay(*trace.history, options);
        QVERIFY(result.ok());
        QCOMPARE(result->eventsCompared, std::uint64_t{57});
    }

    void aRunEndedByHandReplaysToThatEnd() {
        const auto file = std::filesystem::path{folder_.path().toStdString()} / "hand.clew";
        auto run = recorder::ProgramRun::start({"till", {}, 4, kernel::Policy::kRounds, file});
        (*run)->runUntil({10'000'000}, ~0ull);
        QVERIFY((*run)->finish("stopped by a person").ok());
        OpenedTrace trace = openTrace(file);
        const auto result = recorder::replay(*trace.history, {});
        QVERIFY2(result.ok(), result.status().ToString().c_str());
        QVERIFY(!result->divergence);
        QCOMPARE(result->eventsCompared, trace.reader->lastPosition().value);
    }

    void stateOutsideActorsIsFoundWithActorAndField() {
        OpenedTrace trace = openTrace(recordTill(folder_, "leak.clew", 4));
        setLeakedCounter(1);  // another process, another counter
        const auto result = recorder::replay(*trace.history, {});
        QVERIFY(result.ok());
        QVERIFY(result->divergence.has_value());
        const recorder::Divergence& d = *result->divergence;
        QCOMPARE(d.recorded.kind, EventKind::kDeliver);
        QVERIFY(d.recorded.cell.starts_with("till/till"));
        QCOMPARE(d.recorded.cell, d.executed.cell);
        QVERIFY(!d.fields.empty());
        bool namesSum = false;
        for (const auto& field : d.fields)
            namesSum = namesSum || (field.field == "sum" && field.a != field.b);
        QVERIFY(namesSum);
        QCOMPARE(result->eventsCompared, d.position.value - 1);
    }

    void aTraceOfAnotherVersionIsRefusedWithBothVersions() {
        tracefmt::TraceMeta meta;
        meta.programId = "till";
        meta.programVersion = "0.9";
        meta.batch = 16;
        const auto status = recorder::programOf(meta).status();
        QCOMPARE(status.code(), absl::StatusCode::kFailedPrecondition);
        QVERIFY(status.message().find("0.9") != absl::string_view::npos);
        QVERIFY(status.message().find("1.0") != absl::string_view::npos);
        meta.programId = "nowhere";
        QCOMPARE(recorder::programOf(meta).status().code(), absl::StatusCode::kNotFound);
    }

    void headersThatCannotBeRunAreRefused() {
        tracefmt::TraceMeta meta;
        QCOMPARE(recorder::worldOptionsOf(meta).status().code(), absl::StatusCode::kDataLoss);
        meta.batch = 16;
        meta.policy = "by_mood";
        QCOMPARE(recorder::worldOptionsOf(meta).status().code(),
                 absl::StatusCode::kFailedPrecondition);
    }

    void cancelStopsIt() {
        OpenedTrace trace =
            openTrace(recordTill(folder_, "cancel.clew", 4, {{"customers", "6000"}}));
        const recorder::CancelFlag stop{true};
        recorder::ReplayOptions options;
        options.cancel = &stop;
        QCOMPARE(recorder::replay(*trace.history, options).status().code(),
                 absl::StatusCode::kCancelled);
    }
};

QTEST_GUILESS_MAIN(TstReplay)
#include "tst_replay.moc"
