// The pane of causes: asks when it is seen, and stays while somebody walks along the chain.
#include "studio/views/cause_pane.h"

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
