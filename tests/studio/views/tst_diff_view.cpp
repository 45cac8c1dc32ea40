// What the view of a comparison says while what follows from it is counted, and afterwards.
#include "studio/views/diff_view.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;
using Counts = DiffReport::Counts;

namespace {

std::shared_ptr<const DiffReport> report(Counts counts, const char* error = "") {
    auto out = std::make_shared<DiffReport>();
    out->pathA = "/runs/a.clew";
    out->pathB = "/runs/b.clew";
    out->error = error;
    out->counts = counts;
    out->result.emplace();
    out->result->eventsA = out->result->eventsB = 5000;
    out->result->first.emplace();
    out->result->first->position = {4711};
    out->result->first->what = "the message differs";
    if (counts == Counts::kThere) out->result->kinds.push_back({EventKind::kSend, 12, 13});
    return out;
}

}  // namespace

class TestDiffView : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whereTheyPartIsThereBeforeTheCounts() {
        DiffView view;
        view.setOpenTrace(QStringLiteral("/runs/a.clew"));
        view.setDiff(report(Counts::kToCome));
        QCOMPARE(view.verdict(), QStringLiteral("First divergence at event 4,711"));
        QVERIFY(view.counts().startsWith(QStringLiteral("Counting")));
        view.setDiff(report(Counts::kThere));
        QCOMPARE(view.verdict(), QStringLiteral("First divergence at event 4,711"));
        QVERIFY(view.counts().contains(QStringLiteral("12 | 13")));
        QVERIFY(!view.counts().contains(QStringLiteral("ounting")));
    }

    void countsThatWereGivenUpSayWhy() {
        DiffView view;
        view.setOpenTrace(QStringLiteral("/runs/a.clew"));
        view.setDiff(report(Counts::kNone, "cancelled"));
        QCOMPARE(view.verdict(), QStringLiteral("First divergence at event 4,711"));
        QVERIFY(view.counts().endsWith(QStringLiteral("was not counted: cancelled")));

        view.setDiff(report(Counts::kToCome));
        view.setOpenTrace(QStringLiteral("/runs/b.clew"));
        QCOMPARE(view.verdict(), QStringLiteral("First divergence at event 4,711"));
        QVERIFY(view.counts().contains(QStringLiteral("another trace was opened")));
    }

    void withoutAResultThereIsTheErrorAlone() {
        DiffView view;
        view.setOpenTrace(QStringLiteral("/runs/a.clew"));
        view.setDiff(report(Counts::kToCome));
        auto failed = std::make_shared<DiffReport>();
        failed->error = "no such file";
        view.setDiff(failed);
        QCOMPARE(view.verdict(), QStringLiteral("The traces could not be compared"));
        QCOMPARE(view.explanation(), QStringLiteral("no such file"));
        QCOMPARE(view.counts(), QString());
        // Nothing is left that another trace could put an end to.
        view.setOpenTrace(QStringLiteral("/runs/a.clew"));
        QCOMPARE(view.counts(), QString());
    }
};

QTEST_MAIN(TestDiffView)
#include "tst_diff_view.moc"
