// The pane of messages by mouse and keyboard, over pictures made by hand.
#include "studio/views/space_time_pane.h"
#include "studio/views/space_time_view.h"

#include <QCheckBox>
#include <QComboBox>
#include <QMenu>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include <algorithm>

using namespace ariadne;
using namespace ariadne::studio;

using Actors = SpaceTimeQuestion::Actors;

namespace {

ActorEntries someActors(std::uint32_t count) {
    auto out = std::make_shared<std::vector<ActorEntry>>();
    for (std::uint32_t rank = 0; rank <= count; ++rank)
        out->push_back({{rank}, kOutside, "bank/branch/teller#" + std::to_string(rank), "T", {}});
    return out;
}

/// A message goes round the actors, sent at even and taken at odd positions from 10 on.
std::shared_ptr<SpaceTime> ringOf(std::uint32_t actors, std::uint64_t messages) {
    auto picture = std::make_shared<SpaceTime>();
    for (std::uint32_t rank = 1; rank <= actors; ++rank) picture->actors.push_back({rank});
    for (std::uint64_t i = 0; i < messages; ++i) {
        SpaceTime::Row sent, taken;
        sent.line.seq = {10 + 2 * i};
        sent.line.kind = EventKind::kSend;
        sent.line.cell = {static_cast<std::uint32_t>(1 + i % actors)};
        sent.line.peer = {static_cast<std::uint32_t>(1 + (i + 1) % actors)};
        sent.line.cause = {i == 0 ? 0 : 9 + 2 * i};
        sent.line.text = "Token{hops: " + std::to_string(i) + "}";
        sent.takenAt = {11 + 2 * i};
        taken.line = sent.line;
        taken.line.seq = sent.takenAt;
        taken.line.kind = EventKind::kDeliver;
        std::swap(taken.line.cell, taken.line.peer);
        taken.line.cause = sent.line.seq;
        picture->rows.push_back(sent);
        picture->rows.push_back(taken);
    }
    picture->complete = true;
    return picture;
}

void wheel(QAbstractScrollArea& view, QPoint at, int delta, Qt::KeyboardModifiers keys) {
    QWheelEvent event(at, view.viewport()->mapToGlobal(QPointF(at)), {}, {0, delta}, Qt::NoButton,
                      keys, Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(view.viewport(), &event);
}

}  // namespace

class TestSpaceTimePane : public QObject {
    Q_OBJECT

    std::unique_ptr<SpaceTimePane> pane_;
    std::unique_ptr<QSignalSpy> wanted_;

    SpaceTimeView& view() { return pane_->view(); }
    SpaceTimeQuestion lastAsked() const { return wanted_->last().at(0).value<SpaceTimeQuestion>(); }
    /// Answers what was asked for last.
    void answer(std::shared_ptr<SpaceTime> picture) {
        picture->question = lastAsked();
        pane_->setPicture(std::move(picture));
    }

private Q_SLOTS:
    void init() {
        pane_ = std::make_unique<SpaceTimePane>();
        pane_->resize(900, 400);
        pane_->setActors(someActors(60));
        wanted_ = std::make_unique<QSignalSpy>(pane_.get(), &SpaceTimePane::pictureWanted);
        pane_->setPosition({20});
        QCOMPARE(wanted_->size(), 0);
        pane_->show();
        QVERIFY(QTest::qWaitForWindowActive(pane_.get()));
        QCOMPARE(wanted_->size(), 1);
        QCOMPARE(lastAsked().of, Position{20});
        QVERIFY(pane_->isAsking());
    }
    void cleanup() { pane_.reset(); }

    void aPictureStaysWhileSomebodyWalksAlongIt() {
        answer(ringOf(3, 40));
        QVERIFY(!pane_->isAsking());
        QSignalSpy go{pane_.get(), &SpaceTimePane::positionRequested};
        view().setFocus();
        QTest::keyClick(&view(), Qt::Key_Down);
        QCOMPARE(go.last()[0].toULongLong(), 21u);
        pane_->setPosition({21});
        QTest::keyClick(&view(), Qt::Key_Up);
        QCOMPARE(go.last()[0].toULongLong(), 20u);
        QCOMPARE(wanted_->size(), 1);
        // Off the picture: another one.
        pane_->setPosition({500});
        QCOMPARE(lastAsked().of, Position{500});
        QCOMPARE(wanted_->size(), 2);
        // What was asked before comes too late.
        auto late = ringOf(3, 2);
        late->question.of = {20};
        pane_->setPicture(late);
        QVERIFY(pane_->isAsking());
    }

    void aClickGoesToTheEventOfTheLine() {
        answer(ringOf(3, 40));
        QSignalSpy go{pane_.get(), &SpaceTimePane::positionRequested};
        const int line = view().scale().lineAt(view().verticalScrollBar()->value() + 60, 80);
        QTest::mouseClick(view().viewport(), Qt::LeftButton, {}, view().pointOf(line, 0));
        QCOMPARE(go.size(), 1);
        QCOMPARE(go[0][0].toULongLong(), 10u + static_cast<std::uint64_t>(line));
        QTest::mouseClick(view().viewport(), Qt::LeftButton, {}, {200, 5});  // the header
        QCOMPARE(go.size(), 1);
    }

    void aDoubleClickBringsItsLineToTheMiddle() {
        answer(ringOf(3, 100));
        view().verticalScrollBar()->setValue(800);
        const int line = view().scale().lineAt(800 + 30, 200);
        QTest::mouseDClick(view().viewport(), Qt::LeftButton, {}, view().pointOf(line, 0));
        const int middle = view().area().center().y();
        QVERIFY(std::abs(view().pointOf(line, 0).y() - middle) <= 2);
    }

    void theWheelZoomsAtTheMouse() {
        answer(ringOf(3, 100));
        view().verticalScrollBar()->setValue(900);
        const QPoint at(300, 150);
        const auto lineUnder = [&] {
            return view().scale().lineAt(
                at.y() - view().area().y() + view().verticalScrollBar()->value(), 200);
        };
        const int before = lineUnder();
        const double pitch = view().scale().linePx;
        wheel(view(), at, 240, Qt::ControlModifier);
        QVERIFY(view().scale().linePx > pitch);
        QVERIFY(std::abs(lineUnder() - before) <= 1);
        wheel(view(), at, -120, {});
        QVERIFY(lineUnder() > before);
    }

    void keysZoomAndTheMomentIsBroughtIntoView() {
        answer(ringOf(3, 200));
        view().setFocus();
        const SpaceTimeScale before = view().scale();
        QTest::keyClick(&view(), Qt::Key_W);
        QVERIFY(view().scale().linePx > before.linePx);
        QTest::keyClick(&view(), Qt::Key_S);
        QCOMPARE(view().scale().linePx, before.linePx);
        pane_->setPosition({10 + 350});
        const int y = view().pointOf(350, 0).y();
        QVERIFY(view().area().contains(QPoint(view().area().center().x(), y)));
    }

    void rowsThatComeInAboveMoveNothing() {
        const auto whole = ringOf(3, 200);
        auto part = std::make_shared<SpaceTime>(*whole);
        part->rows.erase(part->rows.begin(), part->rows.begin() + 6);
        part->complete = false;
        answer(part);
        view().verticalScrollBar()->setValue(400);
        const int before = view().pointOf(30, 0).y();
        answer(whole);
        QCOMPARE(view().pointOf(36, 0).y(), before);
    }

    void whoseMessagesIsChosenByKeys() {
        answer(ringOf(3, 10));
        auto* mode = pane_->findChild<QComboBox*>();
        mode->setFocus();
        QTest::keyClick(mode, Qt::Key_Up);
        QCOMPARE(lastAsked().actors, Actors::kFuture);
        QTest::keyClick(mode, Qt::Key_Up);
        QCOMPARE(lastAsked().actors, Actors::kPast);
        auto* causal = pane_->findChild<QCheckBox*>();
        QVERIFY(lastAsked().causalOnly);
        QTest::keyClick(causal, Qt::Key_Space);
        QVERIFY(!lastAsked().causalOnly);
        // Between two rows of all that they did there is nothing else of them.
        answer(ringOf(3, 10));
        const auto asked = wanted_->size();
        pane_->setPosition({15});
        QCOMPARE(wanted_->size(), asked);
    }

    void actorsAreAddedAndTakenOutByTheMenu() {
        answer(ringOf(3, 10));
        pane_->setSelected({7});
        pane_->setLanesInView([] { return std::vector<Rank>{{4}, {5}}; });
        QMenu& menu = pane_->actorMenu();
        const auto trigger = [&](const QString& text) {
            Q_EMIT menu.aboutToShow();
            for (QAction* action : menu.actions())
                if (action->text() == text) return action->trigger();
            QFAIL(qPrintable(text));
        };
        trigger(QStringLiteral("Add bank/branch/teller#7"));
        QCOMPARE(lastAsked().actors, Actors::kChosen);
        QVERIFY((lastAsked().chosen == std::vector<Rank>{{1}, {2}, {3}, {7}}));
        auto four = ringOf(3, 10);
        four->actors = lastAsked().chosen;
        answer(four);
        trigger(QStringLiteral("bank/branch/teller#2"));
        QVERIFY((lastAsked().chosen == std::vector<Rank>{{1}, {3}, {7}}));
        trigger(QStringLiteral("The 2 lanes in view"));
        QVERIFY((lastAsked().chosen == std::vector<Rank>{{4}, {5}}));
    }

    void bothThemesAndEverySize() {
        auto picture = ringOf(48, 250);
        picture->rows[5].line.kind = EventKind::kDrop;
        picture->rows[9].line.kind = EventKind::kFail;
        picture->rows[10].takenAt = {};
        answer(picture);
        pane_->setPalette(Theme::light().palette());
        const QImage light = view().viewport()->grab().toImage();
        pane_->setPalette(Theme::dark().palette());
        QVERIFY(view().viewport()->grab().toImage() != light);
        for (int i = 0; i < 30; ++i) view().zoomBy(0.8), view().viewport()->grab();
        for (int i = 0; i < 40; ++i) view().zoomBy(1.25), view().viewport()->grab();
        pane_->resize(60, 60);
        view().viewport()->grab();
        QTest::mouseMove(view().viewport(), view().area().center());
        view().viewport()->grab();
    }

    void nobodyIsChosenInTheNextTrace() {
        answer(ringOf(3, 40));
        pane_->setMode(SpaceTimeQuestion::Actors::kChosen, true);
        QVERIFY(!lastAsked().chosen.empty());
        answer(ringOf(3, 40));
        // Of the next trace an event is shown: a picture of nobody would be empty.
        pane_->forget();
        const auto before = wanted_->size();
        pane_->setPosition({30});
        QCOMPARE(wanted_->size(), before + 1);
        QVERIFY(lastAsked().actors == SpaceTimeQuestion::Actors::kBoth);
        QVERIFY(lastAsked().chosen.empty());
        // Whoever wanted what led to something still wants that.
        pane_->setMode(SpaceTimeQuestion::Actors::kPast, true);
        pane_->forget();
        pane_->setPosition({31});
        QVERIFY(lastAsked().actors == SpaceTimeQuestion::Actors::kPast);
    }

    void whoHidesAPictureThatIsLookedForForgetsIt() {
        QSignalSpy forgotten{pane_.get(), &SpaceTimePane::pictureForgotten};
        pane_->hide();
        QCOMPARE(forgotten.size(), 1);
        QVERIFY(!pane_->isAsking());
        pane_->show();
        QCOMPARE(wanted_->size(), 2);
        answer(ringOf(2, 2));
        pane_->forget();
        QCOMPARE(view().shown().lines, 0);
        QCOMPARE(pane_->summary(), QString());
    }
};

QTEST_MAIN(TestSpaceTimePane)
#include "tst_space_time_pane.moc"
