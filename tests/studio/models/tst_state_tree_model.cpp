#include "studio/models/state_tree_model.h"
#include "tests/studio/support/fake_trace.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;
using Change = StateTreeModel::Change;

class TestStateTreeModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void fieldsOfTheRootAreTheTopRows() {
        const value::ValueNode now = fake::account("500", 3);
        StateTreeModel model;
        QAbstractItemModelTester tester(&model);
        model.setInput({nullptr, &now, nullptr, {}});
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.index(0, StateTreeModel::kField).data().toString(),
                 QStringLiteral("balance"));
        QCOMPARE(model.index(0, StateTreeModel::kValue).data().toString(), QStringLiteral("500"));
        QCOMPARE(model.changeOf(model.index(0, 0)), Change::kNone);
    }
    void whatLooksJustTheSameIsKnown() {
        const value::ValueNode now = fake::account("500", 3), again = now;
        const value::ValueNode before = fake::account("400", 3), none;
        StateTreeModel model;
        QVERIFY(model.shows({}));
        model.setInput({nullptr, &now, &before, {"balance"}});
        QVERIFY(model.shows({nullptr, &again, &before, {"balance"}}));
        QVERIFY(!model.shows({nullptr, &before, &before, {"balance"}}));
        QVERIFY(!model.shows({nullptr, &again, &again, {"balance"}}));
        QVERIFY(!model.shows({nullptr, &again, nullptr, {"balance"}}));
        QVERIFY(!model.shows({nullptr, &again, &before, {"log"}}));
        QVERIFY(
            !model.shows({nullptr, &again, &before, {"balance"}, QStringLiteral("At event 7")}));
        QVERIFY(!model.shows({}));
        value::ValueNode other = now;
        other.children[2].children[1].typeName += "2";
        QVERIFY(!model.shows({nullptr, &other, &before, {"balance"}}));
        model.setInput({nullptr, &now, &none, {}});
        QVERIFY(model.shows({nullptr, &again, nullptr, {}}));
    }
    void changedAddedAndRemovedAreToldApart() {
        const value::ValueNode before = fake::account("400", 3);
        value::ValueNode now = fake::account("500", 4);
        now.children[2].children.erase(now.children[2].children.begin());
        StateTreeModel model;
        QAbstractItemModelTester tester(&model);
        model.setInput({nullptr, &now, &before, {"balance", "log"}});
        QCOMPARE(model.changeOf(model.index(0, 0)), Change::kChanged);
        QCOMPARE(model.index(0, StateTreeModel::kBefore).data().toString(), QStringLiteral("400"));
        QCOMPARE(model.changeOf(model.index(1, 0)), Change::kNone);
        const QModelIndex log = model.index(2, 0);
        QCOMPARE(model.rowCount(log), 4);
        QCOMPARE(model.changeOf(model.index(2, 0, log)), Change::kAdded);
        QCOMPARE(model.changeOf(model.index(3, 0, log)), Change::kRemoved);
    }
    void longContainersAreCutIntoPages() {
        const value::ValueNode now = fake::account("1", 2500);
        StateTreeModel model;
        QAbstractItemModelTester tester(&model);
        model.setInput({nullptr, &now, nullptr, {}});
        const QModelIndex log = model.index(2, 0);
        QCOMPARE(model.rowCount(log), 3);
        QCOMPARE(model.index(1, 0, log).data().toString(), QStringLiteral("[1000 … 1999]"));
        QCOMPARE(model.rowCount(model.index(2, 0, log)), 500);
    }
    void aPathLeadsBackToItsField() {
        const value::ValueNode now = fake::account("1", 3);
        StateTreeModel model;
        model.setInput({nullptr, &now, nullptr, {}});
        const QModelIndex element = model.index(1, 0, model.index(2, 0));
        QCOMPARE(model.pathOf(element), QStringLiteral("log.[1]"));
        QCOMPARE(model.indexOfPath(QStringLiteral("log.[1]")), element);
        QVERIFY(!model.indexOfPath(QStringLiteral("log.[7]")).isValid());
    }
    void aScalarIsOneRow() {
        const value::ValueNode now = fake::scalar("", "42");
        StateTreeModel model;
        QAbstractItemModelTester tester(&model);
        model.setInput({nullptr, &now, nullptr, {}});
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.index(0, StateTreeModel::kValue).data().toString(), QStringLiteral("42"));
    }
};

QTEST_GUILESS_MAIN(TestStateTreeModel)
#include "tst_state_tree_model.moc"
