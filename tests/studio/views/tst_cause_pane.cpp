// The pane of causes: asks when it is seen, and stays while somebody walks along the chain.
#include "studio/views/cause_pane.h"
#include "studio/views/effect_tree.h"

#include <QSignalSpy>
#include <QTableView>
#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

std::shared_ptr<const CauseChain> chainOf(std::initializer_list<std::uint64_t> positions) {
    auto chain = std::make_shared<CauseChain>();
    chain->of = {*positions.begin()};
    for (const std::uint64_t position : positions) {
        EventLine line;
        line.seq = {position};
        line.kind = EventKind::kDeliver;
        chain->lines.push_back(line);
    }
    return chain;
}

std::shared_ptr<const EffectList> effectsOf(std::uint64_t of,
                                            std::initializer_list<std::uint64_t> positions,
                                            std::uint64_t effectsOfEach = 0) {
    auto list = std::make_shared<EffectList>();
    list->of = list->event.seq = {of};
    list->event.kind = EventKind::kDeliver;
    for (const std::uint64_t position : positions) {
        EffectList::Effect effect;
        effect.line.seq = {position};
        effect.line.kind = EventKind::kSend;
        effect.effects = effectsOfEach;
        list->effects.push_back(effect);
    }
    list->total = list->effects.size();
    list->complete = true;
    return list;
}

int currentRow(CausePane& pane) {
    return pane.findChild<QTableView*>()->currentIndex().row();
}

}  // namespace

class TestCausePane : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whoIsNotSeenAsksNothing() {
        CausePane pane;
        QSignalSpy wanted{&pane, &CausePane::causesWanted};
        pane.setPosition({40});
        QCOMPARE(wanted.size(), 0);
        pane.show();
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted[0][0].toULongLong(), 40u);
    }

    void aChainStaysWhileSomebodyWalksAlongIt() {
        CausePane pane;
        pane.show();
        QSignalSpy wanted{&pane, &CausePane::causesWanted};
        pane.setPosition({40});
        pane.setChain(chainOf({40, 33, 7}));
        QCOMPARE(currentRow(pane), 0);
        pane.setPosition({33});
        QCOMPARE(currentRow(pane), 1);
        QCOMPARE(pane.rows().rowCount(), 3);
        QCOMPARE(wanted.size(), 1);
        pane.setPosition({34});
        QCOMPARE(wanted.size(), 2);
    }

    void anAnswerToAnOlderQuestionIsAskedOver() {
        CausePane pane;
        pane.show();
        QSignalSpy wanted{&pane, &CausePane::causesWanted};
        pane.setPosition({40});
        pane.setPosition({50});
        pane.setChain(chainOf({40, 33}));
        QCOMPARE(wanted.last()[0].toULongLong(), 50u);
        QCOMPARE(wanted.size(), 3);
        pane.setChain(chainOf({50, 2}));
        QCOMPARE(wanted.size(), 3);
    }

    void aChainThatNamesSomebodyUnbornIsAskedForAgain() {
        const auto actors = [](std::size_t count) {
            return std::make_shared<const std::vector<ActorEntry>>(count);
        };
        CausePane pane;
        pane.show();
        pane.setActors(actors(3));
        pane.setPosition({40});
        auto half = std::make_shared<CauseChain>(*chainOf({40, 33, 7}));
        half->lines[1].namesUnborn = true;
        pane.setChain(half);
        pane.setPosition({33});
        QSignalSpy wanted{&pane, &CausePane::causesWanted};
        pane.setActors(actors(3));
        QCOMPARE(wanted.size(), 0);
        pane.setActors(actors(4));
        pane.setActors(actors(5));
        // From where it began, so that whoever walks along it stays on it.
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted[0][0].toULongLong(), 40u);
        QCOMPARE(currentRow(pane), 1);
        pane.setChain(chainOf({40, 33, 7}));
        QCOMPARE(currentRow(pane), 1);
        pane.setActors(actors(6));
        QCOMPARE(wanted.size(), 1);
    }

    void aClickGoesThere() {
        CausePane pane;
        pane.resize(600, 200);
        pane.show();
        pane.setPosition({40});
        pane.setChain(chainOf({40, 33, 7}));
        QSignalSpy go{&pane, &CausePane::positionRequested};
        auto* table = pane.findChild<QTableView*>();
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {},
                          table->visualRect(pane.rows().index(2, 0)).center());
        QCOMPARE(go.size(), 1);
        QCOMPARE(go[0][0].toULongLong(), 7u);
    }

    void theOtherDirectionIsAskedForWhenItIsSeen() {
        CausePane pane;
        pane.setMode(CausePane::Mode::kEffects);
        QSignalSpy causes{&pane, &CausePane::causesWanted};
        QSignalSpy wanted{&pane, &CausePane::effectsWanted};
        pane.setPosition({40});
        QCOMPARE(wanted.size(), 0);
        pane.show();
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted[0][0].toULongLong(), 40u);
        pane.setEffects(effectsOf(40, {41, 42}, 1));
        QVERIFY(!pane.isAsking());
        // It stays while somebody walks along it, and begins anew when the position leaves it.
        pane.setPosition({42});
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(pane.effects().model().positionAt(pane.effects().currentIndex())->value, 42u);
        pane.beginHere();
        QCOMPARE(wanted.last()[0].toULongLong(), 42u);
        pane.setEffects(effectsOf(42, {50}));
        pane.setPosition({99});
        QCOMPARE(wanted.last()[0].toULongLong(), 99u);
        QCOMPARE(causes.size(), 0);
        pane.setMode(CausePane::Mode::kWhy);
        QCOMPARE(causes.size(), 1);
        QVERIFY(!pane.effects().model().isAsking());
    }

    void effectsAreOpenedByKeysAndAClickGoesThere() {
        CausePane pane;
        pane.resize(900, 300);
        pane.setMode(CausePane::Mode::kEffects);
        pane.show();
        QVERIFY(QTest::qWaitForWindowActive(&pane));
        pane.setPosition({40});
        pane.setEffects(effectsOf(40, {41, 42}, 1));
        EffectTree& tree = pane.effects();
        tree.setFocus();
        QVERIFY(tree.isExpanded(tree.model().indexOf({40})));
        QSignalSpy wanted{&pane, &CausePane::effectsWanted};
        QSignalSpy go{&pane, &CausePane::positionRequested};
        QTest::keyClick(&tree, Qt::Key_Down);
        QTest::keyClick(&tree, Qt::Key_Right);
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted[0][0].toULongLong(), 41u);
        // One that led to a single other is opened by itself.
        pane.setEffects(effectsOf(41, {43}, 1));
        QCOMPARE(wanted.last()[0].toULongLong(), 43u);
        pane.setEffects(effectsOf(43, {44}));
        QVERIFY(tree.isExpanded(tree.model().indexOf({43})));
        QTest::keyClick(&tree, Qt::Key_Down);
        QTest::keyClick(&tree, Qt::Key_Return);
        QCOMPARE(go.size(), 1);
        QCOMPARE(go[0][0].toULongLong(), 43u);
        QTest::mouseClick(tree.viewport(), Qt::LeftButton, {},
                          tree.visualRect(tree.model().indexOf({42})).center());
        QCOMPARE(go.last()[0].toULongLong(), 42u);
    }

    void whoHidesATreeThatIsLookedForForgetsIt() {
        CausePane pane;
        pane.setMode(CausePane::Mode::kEffects);
        pane.show();
        pane.setPosition({40});
        QSignalSpy forgotten{&pane, &CausePane::effectsForgotten};
        QVERIFY(pane.isAsking());
        pane.hide();
        QCOMPARE(forgotten.size(), 1);
        QVERIFY(!pane.isAsking());
        QSignalSpy wanted{&pane, &CausePane::effectsWanted};
        pane.show();
        QCOMPARE(wanted.size(), 1);
    }

    void theBeginningHasNoCauses() {
        CausePane pane;
        pane.show();
        QSignalSpy wanted{&pane, &CausePane::causesWanted};
        pane.setPosition({0});
        QCOMPARE(wanted.size(), 0);
        pane.setChain(chainOf({40}));
        pane.forget();
        QCOMPARE(pane.rows().rowCount(), 0);
        QCOMPARE(pane.summary(), QString());
    }
};

QTEST_MAIN(TestCausePane)
#include "tst_cause_pane.moc"
