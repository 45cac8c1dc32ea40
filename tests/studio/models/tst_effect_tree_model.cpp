// What came of an event, as a tree that grows when somebody opens it.
#include "studio/models/effect_tree_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

EventLine lineOf(std::uint64_t seq, EventKind kind = EventKind::kSend) {
    EventLine line;
    line.seq = {seq};
    line.kind = kind;
    line.cell = {1};
    line.text = "Take{amount: 3}";
    return line;
}

struct Child {
    std::uint64_t seq;
    std::uint64_t effects = 0;
    EventKind kind = EventKind::kSend;
};

std::shared_ptr<EffectList> listOf(std::uint64_t of, const std::vector<Child>& children,
                                   std::uint64_t more = 0, bool complete = true) {
    auto list = std::make_shared<EffectList>();
    list->of = {of};
    list->event = lineOf(of, EventKind::kDeliver);
    for (const Child& child : children)
        list->effects.push_back({lineOf(child.seq, child.kind), child.effects});
    list->total = children.size() + more;
    if (more != 0) list->leftOut = {{EventKind::kSpawn, more}};
    list->last = {50'000};
    list->lookedTo = complete ? list->last : Position{1'200};
    list->complete = complete;
    return list;
}

/// "40 Deliver", two spaces per step; a plus in front of what is asked for when it is opened.
QStringList dump(EffectTreeModel& model, const QModelIndex& parent = {}, int depth = 0) {
    QStringList out;
    for (int row = 0; row < model.rowCount(parent); ++row) {
        const QModelIndex at = model.index(row, 0, parent);
        const QString event = at.siblingAtColumn(EffectTreeModel::kEvent).data().toString();
        out << QString(2 * depth, QLatin1Char(' ')) +
                   (model.canFetchMore(at) ? QStringLiteral("+") : QString()) +
                   (event.isEmpty() ? QString() : event + QLatin1Char(' ')) + at.data().toString();
        out << dump(model, at, depth + 1);
    }
    return out;
}

}  // namespace

class TestEffectTreeModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothingIsKnown() {
        EffectTreeModel model;
        const QAbstractItemModelTester tester{&model};
        QCOMPARE(model.rowCount(), 0);
        QCOMPARE(model.summary(), QString());
        QCOMPARE(model.root(), Position{});
        QVERIFY(!model.isAsking());
        QVERIFY(!model.indexOf({1}).isValid());
        model.setEffects(listOf(40, {{41}}));
        QCOMPARE(model.rowCount(), 0);
    }

    void aTreeGrowsWhereItIsOpened() {
        EffectTreeModel model;
        QSignalSpy wanted{&model, &EffectTreeModel::effectsWanted};
        model.expectRoot({40});
        QVERIFY(model.isAsking());
        model.setEffects(listOf(40, {{41, 1}, {42, 0, EventKind::kSpawn}, {43, 2}}));
        QVERIFY(!model.isAsking());
        QCOMPARE(dump(model),
                 (QStringList{QStringLiteral("40 Deliver"), QStringLiteral("  +41 Send"),
                              QStringLiteral("  42 Spawn"), QStringLiteral("  +43 Send")}));
        QCOMPARE(model.summary(), QStringLiteral("Event 40 led to 3 events"));
        const QModelIndex first = model.indexOf({41});
        QVERIFY(model.hasChildren(first));
        QVERIFY(!model.hasChildren(model.indexOf({42})));
        model.fetchMore(first);
        model.fetchMore(first);
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted[0][0].toULongLong(), 41u);
        QVERIFY(model.isAsking());
        model.setEffects(listOf(41, {{50, 0, EventKind::kDeliver}}));
        QVERIFY(!model.isAsking());
        QCOMPARE(model.indexOf({50}).parent(), first);
        QCOMPARE(model.positionAt(model.indexOf({50})), std::optional<Position>{{50}});
        // Of an event that nobody opened nothing was asked.
        model.setEffects(listOf(43, {{60}}));
        QVERIFY(!model.indexOf({60}).isValid());
    }

    void moreOfItComesWhileTheTraceIsSearched() {
        EffectTreeModel model;
        const QAbstractItemModelTester tester{&model};
        model.expectRoot({40});
        model.setEffects(listOf(40, {}, 0, false));
        QCOMPARE(
            model.summary(),
            QStringLiteral("Nothing came of event 40 so far, looked up to event 1,200 of 50,000"));
        QVERIFY(model.isAsking());
        model.setEffects(listOf(40, {{41, 0}}, 0, false));
        const QPersistentModelIndex first{model.indexOf({41})};
        QVERIFY(!model.hasChildren(first));
        QSignalSpy layout{&model, &EffectTreeModel::layoutChanged};
        model.setEffects(listOf(40, {{41, 1}, {900, 0}}));
        QCOMPARE(layout.size(), 1);
        QVERIFY(model.hasChildren(first));
        QCOMPARE(model.positionAt(first), std::optional<Position>{{41}});
        QCOMPARE(model.rowCount(model.index(0, 0)), 2);
    }

    void whatIsLeftOutIsCounted() {
        EffectTreeModel model;
        const QAbstractItemModelTester tester{&model};
        model.expectRoot({40});
        model.setEffects(listOf(40, {{41}, {42}}, 0, false));
        model.setEffects(listOf(40, {{41}, {42}}, 412));
        const QModelIndex more = model.index(2, 0, model.index(0, 0));
        QCOMPARE(more.data().toString(), QStringLiteral("and 412 more: 412 Spawn"));
        QVERIFY(!model.positionAt(more));
        QVERIFY(!model.markOf(more));
        QVERIFY(!model.hasChildren(more));
        QCOMPARE(model.summary(), QStringLiteral("Event 40 led to 414 events"));
        model.setEffects(listOf(40, {{41}, {42}}, 1'412));
        QCOMPARE(model.index(2, 0, model.index(0, 0)).data().toString(),
                 QStringLiteral("and 1,412 more: 1,412 Spawn"));
    }

    void aTreeHasAnEnd() {
        EffectTreeModel model;
        model.expectRoot({1});
        std::vector<Child> many;
        for (std::uint64_t i = 0; i < EffectTreeModel::kEventsMax; ++i)
            many.push_back({2 + i, 1, i % 2 == 0 ? EventKind::kSend : EventKind::kAsk});
        model.setEffects(listOf(1, many, 7));
        const QModelIndex root = model.index(0, 0);
        // With the first one these are all.
        QCOMPARE(model.rowCount(root), static_cast<int>(EffectTreeModel::kEventsMax));
        QCOMPARE(model.index(model.rowCount(root) - 1, 0, root).data().toString(),
                 QStringLiteral("and 8 more: 7 Spawn, 1 Ask"));
        QVERIFY(!model.hasChildren(model.indexOf({2})));
        QVERIFY(!model.canFetchMore(model.indexOf({2})));
        QVERIFY(model.summary().contains(QStringLiteral("more than 5,000 events are not shown")));
    }

    void anotherRootTakesThePlaceOfTheOldWhenItIsKnown() {
        EffectTreeModel model;
        const QAbstractItemModelTester tester{&model};
        model.expectRoot({40});
        model.setEffects(listOf(40, {{41}}));
        model.expectRoot({70});
        QCOMPARE(model.root(), Position{70});
        QVERIFY(model.indexOf({41}).isValid());
        model.setEffects(listOf(40, {{41}, {42}}));
        QVERIFY(!model.indexOf({42}).isValid());
        model.setEffects(listOf(70, {}));
        QVERIFY(!model.indexOf({41}).isValid());
        QCOMPARE(model.summary(), QStringLiteral("Nothing came of event 70"));
        model.clear();
        QCOMPARE(model.rowCount(), 0);
    }

    void aChangeOfStateIsNotNothing() {
        EffectTreeModel model;
        const auto list = listOf(40, {});
        list->event.change = "total: 1 -> 4";
        model.expectRoot({40});
        model.setEffects(list);
        QCOMPARE(model.summary(), QStringLiteral("Event 40 led to nothing but a change of state"));
    }

    void whatCannotBeToldSaysWhy() {
        EffectTreeModel model;
        auto list = listOf(40, {});
        list->error = "found a trace of level inputs";
        model.expectRoot({40});
        model.setEffects(list);
        QCOMPARE(
            model.summary(),
            QStringLiteral("What came of event 40 cannot be told: found a trace of level inputs"));
    }
};

QTEST_GUILESS_MAIN(TestEffectTreeModel)
#include "tst_effect_tree_model.moc"
