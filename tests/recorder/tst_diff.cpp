#include "recorder/diff.h"
#include "tests/recorder/support/till.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::test;

class TstDiff : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    absl::StatusOr<recorder::DiffResult> diff(const std::filesystem::path& a,
                                              const std::filesystem::path& b) {
        OpenedTrace x = openTrace(a), y = openTrace(b);
        return recorder::diff(*x.history, *y.history);
    }

private Q_SLOTS:
    void cleanup() { setLeakedCounter(0); }

    void equalRunsAreEqualAndHardlyRead() {
        const ArgumentTexts many{{"customers", "6000"}};
        const auto result =
            diff(recordTill(folder_, "a.clew", 2, many), recordTill(folder_, "b.clew", 2, many));
        QVERIFY2(result.ok(), result.status().ToString().c_str());
        QVERIFY(result->equal && !result->first);
        QCOMPARE(result->chunksDecoded, std::uint64_t{0});
        QVERIFY(result->headerDifferences.empty());
    }

    void aLateDifferenceIsFoundByDigests() {
        const ArgumentTexts many{{"customers", "6000"}};
        const auto a = recordTill(folder_, "long.clew", 2, many);
        // The same run, disturbed near its end.
        const auto b = std::filesystem::path{folder_.path().toStdString()} / "disturbed.clew";
        auto run = recorder::ProgramRun::start({"till", many, 2, kernel::Policy::kRounds, b});
        Position disturbedAt;
        while ((*run)->step())
            if (disturbedAt.value == 0 && (*run)->world().position().value > 30'000) {
                setLeakedCounter(1);
                disturbedAt = (*run)->world().position();
            }
        QVERIFY((*run)->finish("").ok());
        const auto result = diff(a, b);
        QVERIFY(result.ok() && result->first);
        QVERIFY(result->first->position > disturbedAt);
        QCOMPARE(result->chunksDecoded, std::uint64_t{2});  // one of each side
        QVERIFY(result->headerDifferences.empty());
        QVERIFY(result->cellsWithOtherMessages > 0);
        QVERIFY(!result->examples.empty());
        bool namesSum = false;
        for (const auto& field : result->first->fields) namesSum = namesSum || field.field == "sum";
        QVERIFY(namesSum);
    }

    void otherSeedsSaySoAndNameTheMessage() {
        const auto result =
            diff(recordTill(folder_, "s1.clew", 1), recordTill(folder_, "s2.clew", 2));
        QVERIFY(result.ok());
        QVERIFY(!result->equal && result->first);
        QCOMPARE(result->headerDifferences.size(), std::size_t{1});
        QVERIFY(result->headerDifferences[0].starts_with("seed: 1 | 2"));
        QVERIFY(result->message.has_value());
        QCOMPARE(result->message->recorded.kind, EventKind::kDeliver);
        QCOMPARE(result->message->recorded.cell, result->message->executed.cell);
        QVERIFY(result->message->recorded.message != result->message->executed.message ||
                result->message->recorded.peer != result->message->executed.peer);
    }

    void aPrefixDiffersWhereItEnds() {
        const auto a = recordTill(folder_, "whole.clew", 1);
        const auto b = std::filesystem::path{folder_.path().toStdString()} / "part.clew";
        auto run = recorder::ProgramRun::start({"till", {}, 1, kernel::Policy::kRounds, b});
        for (int i = 0; i < 10; ++i) (*run)->step();
        QVERIFY((*run)->flush().ok());
        const Position end = (*run)->world().position();
        const auto result = diff(a, b);
        QVERIFY(result.ok() && result->first);
        QCOMPARE(result->first->position.value, end.value + 1);
        QVERIFY(result->first->recorded.exists && !result->first->executed.exists);
    }

    void countsTellWhatDiffers() {
        const auto result = diff(recordTill(folder_, "few.clew", 1, {{"customers", "20"}}),
                                 recordTill(folder_, "more.clew", 1, {{"customers", "30"}}));
        QVERIFY(result.ok() && !result->equal);
        QVERIFY(result->eventsA < result->eventsB);
        bool deliversCounted = false;
        for (const auto& kind : result->kinds)
            deliversCounted =
                deliversCounted || (kind.kind == EventKind::kDeliver && kind.a < kind.b);
        QVERIFY(deliversCounted);
    }
};

QTEST_GUILESS_MAIN(TstDiff)
#include "tst_diff.moc"
