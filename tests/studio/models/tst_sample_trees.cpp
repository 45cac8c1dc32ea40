// The actor tree over samples: regions, restarts, cancellation and obligations in its rows.
#include "studio/models/actor_tree_model.h"
#include "tests/studio/support/sample_trace.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;
using namespace ariadne::tests;

class TestSampleTrees : public QObject {
    Q_OBJECT

    static QString textAt(ActorTreeModel& model, SampleTrace& trace, Position at, Rank rank) {
        model.setWorld(trace.momentAt(at).world, {});
        return model.indexOf(rank).data().toString();
    }

private Q_SLOTS:
    void aSeatThatIsHeldStandsWithHolderAndLedger() {
        SampleTrace trace{"bookings", {{"forget", "true"}}};
        ActorTreeModel model;
        model.setActors(trace.actorList());
        // Before it come the permits of the inquiries.
        Position made = trace.find(EventKind::kReserve);
        while (trace.rowAt(made).extra != 0)
            made = trace.find(EventKind::kReserve, {made.value + 1});
        const Rank ledger = trace.rankOf("bookings/suppliers");
        QCOMPARE(textAt(model, trace, {made.value - 1}, ledger),
                 QStringLiteral("suppliers   open, 2 living"));
        QCOMPARE(textAt(model, trace, made, ledger),
                 QStringLiteral("suppliers   open, 2 living, 1 open obligation"));
        int holders = 0;
        for (const ActorEntry& actor : trace.actors()) {
            const QModelIndex index = model.indexOf(actor.rank);
            if (!index.isValid() || actor.isRegion) continue;
            const int open = index.data(ActorTreeModel::kOpenRole).toInt();
            if (open == 0) continue;
            const QString text = open == 1 ? QStringLiteral("1 open obligation")
                                           : QStringLiteral("2 open obligations");
            QVERIFY(index.data().toString().endsWith(QStringLiteral("   ") + text));
            QVERIFY(
                index.data(Qt::ToolTipRole).toString().contains(QStringLiteral("Holds ") + text));
            if (open == 2) ++holders;
        }
        QCOMPARE(holders, 1);
    }

    void whoWasAskedToEndSaysSoUntilItEnded() {
        SampleTrace trace{"bookings", {{"forget", "true"}}};
        ActorTreeModel model;
        model.setActors(trace.actorList());
        const Position asked = trace.find(EventKind::kCancelRequest);
        QVERIFY(asked.value != 0);
        const Rank loser = trace.rowAt(asked).peer;
        QVERIFY(!textAt(model, trace, {asked.value - 1}, loser).contains(QStringLiteral("asked")));
        QVERIFY(textAt(model, trace, asked, loser).contains(QStringLiteral("asked to end")));
        QVERIFY(model.indexOf(loser).data(ActorTreeModel::kCancelledRole).toBool());
        QVERIFY(!textAt(model, trace, trace.last(), loser).contains(QStringLiteral("asked")));
    }

    void everyPhilosopherOfADeadlockHoldsAFork() {
        SampleTrace trace{"dining", {{"think", "0ns"}}};
        ActorTreeModel model;
        model.setActors(trace.actorList());
        QCOMPARE(textAt(model, trace, trace.last(), trace.rankOf("dining/philosopher#2")),
                 QStringLiteral("philosopher#2   1 open obligation"));
        QCOMPARE(model.indexOf(trace.rankOf("(run)")).data().toString(),
                 QStringLiteral("(run)   open, 0 living, 5 open obligations"));
    }

    void theShopShowsRestartsAndTheCancelledRegion() {
        SampleTrace trace{"supervised_shop"};
        ActorTreeModel model;
        model.setActors(trace.actorList());
        const Position restart = trace.find(EventKind::kRestart);
        QVERIFY(textAt(model, trace, restart, trace.rowAt(restart).cell)
                    .endsWith(QStringLiteral("   life 2")));
        const Rank workshop = trace.rankOf("supervised_shop/workshop");
        const Position cancel = trace.find(EventKind::kCancel);
        QCOMPARE(trace.rowAt(cancel).peer, workshop);
        Position told = cancel;
        while (trace.rowAt(told).kind != EventKind::kRegion) ++told.value;
        const QString text = textAt(model, trace, told, workshop);
        QVERIFY2(text.startsWith(QStringLiteral("workshop   closing, ")) &&
                     text.endsWith(QStringLiteral("asked to end")),
                 qPrintable(text));
    }
};

QTEST_GUILESS_MAIN(TestSampleTrees)
#include "tst_sample_trees.moc"
