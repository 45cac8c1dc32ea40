// Inspector, actors, minimap, transport and comparison: what they show of a moment, what they ask
// for.
#include "studio/views/actor_tree.h"
#include "studio/views/compare_card.h"
#include "studio/views/diff_view.h"
#include "studio/views/elided_label.h"
#include "studio/views/event_card.h"
#include "studio/views/inspector.h"
#include "studio/views/minimap.h"
#include "studio/views/state_tree.h"
#include "studio/views/transport_bar.h"
#include "tests/studio/support/fake_trace.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSet>
#include <QSignalSpy>
#include <QSlider>
#include <QStackedWidget>
#include <QTableView>
#include <QTest>
#include <QTreeView>

using namespace ariadne;
using namespace ariadne::studio;

class TestPanes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theInspectorShowsStateAndMailboxOfTheMoment() {
        Inspector inspector;
        inspector.setActors(fake::actors(3));
        inspector.setMoment(fake::moment(20));
        QCOMPARE(inspector.stateTree().model().rowCount(), 3);
        QCOMPARE(inspector.mailbox().model()->rowCount(), 2);
        QCOMPARE(inspector.mailbox().model()->index(1, 2).data().toString(),
                 QStringLiteral("bank/teller#2"));
    }
    void whatWasOpenedStaysOpenWhenThePositionMoves() {
        Inspector inspector;
        inspector.setMoment(fake::moment(20));
        StateTree& tree = inspector.stateTree();
        const QModelIndex log = tree.model().index(2, 0);
        tree.setExpanded(log, false);
        inspector.setMoment(fake::moment(21));
        QVERIFY(!tree.isExpanded(tree.model().index(2, 0)));
        tree.setExpanded(tree.model().index(2, 0), true);
        inspector.setMoment(fake::moment(22));
        QVERIFY(tree.isExpanded(tree.model().index(2, 0)));
    }
    void whatAnActorHoldsIsShownWholeHoweverLong() {
        Inspector inspector;
        inspector.resize(320, 900);
        inspector.show();
        const auto* care = inspector.findChild<QLabel*>(QStringLiteral("care"));
        QVERIFY(care != nullptr);
        inspector.setMoment(fake::moment(20));
        QVERIFY(care->isHidden());
        auto moment = std::make_shared<Moment>(*fake::moment(20));
        const std::string held = "obligation 'seat <b>3</b>' (from bookings/desk since event 41)";
        moment->actor->care = {"life 2", "holds " + held + ", " + held + ", " + held + ", " + held,
                               "linked with " + std::string(200, 'x')};
        inspector.setMoment(moment);
        const QStringList lines = care->text().split(QLatin1Char('\n'));
        QCOMPARE(lines.size(), 3);
        for (qsizetype i = 0; i < lines.size(); ++i)
            QCOMPARE(lines[i].toStdString(), moment->actor->care[static_cast<std::size_t>(i)]);
        QVERIFY(!care->isHidden() && care->textFormat() == Qt::PlainText);
        QVERIFY(care->textInteractionFlags().testFlag(Qt::TextSelectableByMouse));
        QTRY_VERIFY(care->height() > 6 * care->fontMetrics().height());
        QVERIFY(care->height() >= care->heightForWidth(care->width()));
        QVERIFY(inspector.minimumSizeHint().width() < 320);
        QVERIFY(!care->toolTip().contains(QStringLiteral("<b>")));
        auto region = std::make_shared<Moment>(*moment);
        region->actor->isRegion = true;
        region->actor->care = {"closing", "3 children"};
        inspector.setMoment(region);
        QCOMPARE(care->text(), QStringLiteral("closing   3 children"));
        inspector.setMoment(nullptr);
        QVERIFY(care->isHidden());
    }
    void linksLeadToCauseAndEffects() {
        Inspector inspector;
        inspector.setActors(fake::actors(3));
        inspector.setMoment(fake::moment(20));
        QSignalSpy position(&inspector, &Inspector::positionRequested);
        QSet<quint64> targets;
        for (ElidedLabel* link : inspector.findChildren<ElidedLabel*>())
            if (link->target() && !link->isHidden()) targets << *link->target();
        for (const quint64 expected : {19u, 21u, 22u}) QVERIFY(targets.contains(expected));
        QVERIFY(position.isEmpty());
    }
    void anEndListsWhoWaitsForWhom() {
        auto moment = std::make_shared<Moment>(*fake::moment(20));
        moment->event->kind = EventKind::kEnd;
        moment->event->text = "deadlock";
        moment->waits.resize(30, fake::line(18));
        for (EventLine& wait : moment->waits) wait.text = "a waits for the answer of b";
        moment->waitsTotal = 40;
        EventCard card;
        card.setMoment(moment);
        card.resize(500, 900);
        QStringList texts;
        ElidedLabel* found = nullptr;
        for (ElidedLabel* label : card.findChildren<ElidedLabel*>())
            if (label->text() == QStringLiteral("a waits for the answer of b")) {
                found = label;
                texts << label->text();
            }
        QCOMPARE(texts.size(), 24);
        QStringList plain;
        for (const QLabel* label : card.findChildren<QLabel*>()) plain << label->text();
        QVERIFY(plain.contains(QStringLiteral("Who waits for whom")));
        QVERIFY(plain.contains(QString::fromUtf8("… and 16 more")));
        QSignalSpy position(&card, &EventCard::positionRequested);
        QTest::mouseClick(found, Qt::LeftButton, {}, {4, found->height() / 2});
        QCOMPARE(position.size(), 1);
        QCOMPARE(position[0][0].toULongLong(), 18ull);
    }
    void clickingAnActorSelectsIt() {
        ActorTree tree;
        tree.setActors(fake::actors(3));
        QSignalSpy selected(&tree, &ActorTree::actorSelected);
        const QModelIndex bank = tree.tree().model()->index(0, 0);
        tree.tree().setCurrentIndex(tree.tree().model()->index(1, 0, bank));
        QCOMPARE(selected.size(), 1);
        QCOMPARE(selected[0][0].toUInt(), 3u);
        tree.setSelected({2});
        QCOMPARE(selected.size(), 1);
    }
    void theMinimapJumpsAndMovesItsWindow() {
        Minimap map;
        map.resize(1000, 54);
        map.setSummary(fake::summary(3, 10'000));
        map.setVisible64({2001, 3001});
        QSignalSpy position(&map, &Minimap::positionRequested);
        QSignalSpy visible(&map, &Minimap::visibleRequested);
        QTest::mouseClick(&map, Qt::LeftButton, {}, {700, 20});
        QCOMPARE(position[0][0].toULongLong(), 7001u);
        QTest::mousePress(&map, Qt::LeftButton, {}, {250, 20});
        QTest::mouseMove(&map, {350, 20});
        QTest::mouseRelease(&map, Qt::LeftButton, {}, {350, 20});
        QCOMPARE(visible.back()[0].toULongLong(), 3001u);
    }
    void theSliderReachesBothEnds() {
        TransportBar bar;
        bar.setLastPosition({901'220});
        QSignalSpy position(&bar, &TransportBar::positionRequested);
        auto* slider = bar.findChild<QSlider*>();
        slider->setValue(slider->maximum());
        QCOMPARE(position.back()[0].toULongLong(), 901'220u);
    }
    void aTypedPositionIsGoneTo() {
        TransportBar bar;
        bar.setLastPosition({901'220});
        QSignalSpy position(&bar, &TransportBar::positionRequested);
        auto* edit = bar.findChild<QLineEdit*>();
        edit->setText(QStringLiteral("182,431"));
        QTest::keyClick(edit, Qt::Key_Return);
        QCOMPARE(position.back()[0].toULongLong(), 182'431u);
        edit->setText(QStringLiteral("999999999"));
        QTest::keyClick(edit, Qt::Key_Return);
        QCOMPARE(position.size(), 1);
    }
    void aPositionThatIsNotTypedToTheEndIsForgotten() {
        QWidget window;
        TransportBar bar(&window);
        bar.setLastPosition({901'220});
        bar.setPosition({57});
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QSignalSpy position(&bar, &TransportBar::positionRequested);
        bar.editPosition();
        auto* edit = bar.findChild<QLineEdit*>();
        QTest::keyClicks(edit, QStringLiteral("12"));
        bar.setPosition({58});  // a run goes on
        QCOMPARE(edit->text(), QStringLiteral("12"));
        edit->clearFocus();
        QCOMPARE(edit->text(), QStringLiteral("58"));
        QCOMPARE(position.size(), 0);
    }
    void onlyRowsThatDifferAreMarked() {
        recorder::Divergence divergence;
        divergence.position = {17};
        divergence.recorded = {true, EventKind::kDeliver, {5}, {2}, "bank",
                               "",   "Deposit{cents: 1}", ""};
        divergence.executed = divergence.recorded;
        divergence.executed.message = "Deposit{cents: 2}";
        divergence.fields = {{"balance", "1", "2"}};
        CompareCard card;
        card.setDivergence(divergence, QStringLiteral("A"), QStringLiteral("B"));
        QCOMPARE(card.differingCount(), 2);
    }
    void anEqualDiffSaysSo() {
        DiffView view;
        auto report = std::make_shared<DiffReport>();
        report->result.emplace();
        report->result->equal = true;
        report->result->eventsA = report->result->eventsB = 901'220;
        view.setDiff(report);
        QCOMPARE(view.verdict(), QStringLiteral("Identical: all 901,220 events"));
    }
    void bothSidesOfADiffAreGoneTo() {
        DiffView view;
        const auto* pages = view.findChild<QStackedWidget*>();
        view.setOpenTrace(QStringLiteral("/a.clew"));
        QCOMPARE(pages->currentIndex(), 0);
        auto report = std::make_shared<DiffReport>();
        report->pathA = "/a.clew";
        report->pathB = "/b.clew";
        report->result.emplace();
        report->result->first.emplace();
        report->result->first->position = {10};
        report->result->message.emplace();
        report->result->message->position = {75};
        report->result->messageInB = {68};
        view.setDiff(report);
        QSignalSpy asked(&view, &DiffView::momentRequested);
        for (auto* button : view.findChildren<QPushButton*>())
            if (button->text().startsWith(QStringLiteral("Show in"))) button->click();
        QSet<QString> moments;
        for (const auto& one : asked)
            moments << QStringLiteral("%1@%2").arg(one[0].toString()).arg(one[1].toULongLong());
        QCOMPARE(moments,
                 (QSet<QString>{QStringLiteral("/a.clew@10"), QStringLiteral("/b.clew@10"),
                                QStringLiteral("/a.clew@75"), QStringLiteral("/b.clew@68")}));
        view.setOpenTrace(QStringLiteral("/b.clew"));
        QCOMPARE(pages->currentIndex(), 2);
        view.setOpenTrace(QStringLiteral("/c.clew"));
        QCOMPARE(pages->currentIndex(), 0);
    }
    void aDivergedReplaySaysWhere() {
        DiffView view;
        auto report = std::make_shared<ReplayReport>();
        report->result.emplace();
        report->result->divergence.emplace();
        report->result->divergence->position = {1234};
        view.setReplay(report);
        QCOMPARE(view.verdict(), QStringLiteral("Diverged at event 1,234"));
    }
};

QTEST_MAIN(TestPanes)
#include "tst_panes.moc"
