#include "studio/models/actor_tree_model.h"
#include "tests/studio/support/fake_trace.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QtTest>

using namespace ariadne;
using namespace ariadne::studio;

class TestActorTreeModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void childrenStandUnderTheirParentByBirth() {
        ActorTreeModel model;
        QAbstractItemModelTester tester(&model);
        model.setActors(fake::actors(3));
        const QModelIndex bank = model.index(0, 0);
        QCOMPARE(bank.data().toString(), QStringLiteral("bank"));
        QCOMPARE(model.rowCount(bank), 3);
        QCOMPARE(model.index(1, 0, bank).data().toString(), QStringLiteral("teller#2"));
        QCOMPARE(ActorTreeModel::rankOf(model.index(1, 0, bank)), Rank{3});
        QCOMPARE(model.indexOf({3}), model.index(1, 0, bank));
    }
    void aLongerListIsInserted() {
        ActorTreeModel model;
        QAbstractItemModelTester tester(&model);
        model.setActors(fake::actors(2));
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        QSignalSpy inserts(&model, &QAbstractItemModel::rowsInserted);
        model.setActors(fake::actors(5));
        QCOMPARE(resets.size(), 0);
        QCOMPARE(inserts.size(), 3);
        QCOMPARE(model.rowCount(model.index(0, 0)), 5);
    }
    void aFilterKeepsParentsOfMatches() {
        ActorTreeModel model;
        QAbstractItemModelTester tester(&model);
        model.setActors(fake::actors(12));
        model.setFilter(QStringLiteral("TELLER#1"));
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.rowCount(model.index(0, 0)), 4);  // 1, 10, 11, 12
        QCOMPARE(model.matchCount(), 4u);
        model.setFilter({});
        QCOMPARE(model.rowCount(model.index(0, 0)), 12);
    }
    void changesAreSaidForWhatIsVisibleOnly() {
        ActorTreeModel model;
        model.setActors(fake::actors(3));
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        model.setWorld(fake::moment(10)->world, {model.index(0, 0)});
        QCOMPARE(changed.size(), 1);
        QCOMPARE(model.index(0, 1).data().toString(), QStringLiteral("2"));
        QVERIFY(model.index(0, 0).data(ActorTreeModel::kAliveRole).toBool());
    }
    void aParentThatIsNotOlderHangsTheActorAtTheTop() {
        std::vector<ActorEntry> damaged(1);
        damaged.push_back({{1}, {2}, "a", "A", {1}});
        damaged.push_back({{2}, {1}, "b", "B", {2}});
        ActorTreeModel model;
        QAbstractItemModelTester tester(&model);
        model.setActors(std::make_shared<const std::vector<ActorEntry>>(damaged));
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.rowCount(model.index(0, 0)), 1);
    }
};

QTEST_GUILESS_MAIN(TestActorTreeModel)
#include "tst_actor_tree_model.moc"
