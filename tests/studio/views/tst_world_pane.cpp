// The pane of the world: actors and obligations, one filter, rows that lead to their moments.
#include "studio/views/actor_tree.h"
#include "studio/views/obligation_tree.h"
#include "studio/views/section.h"
#include "studio/views/world_pane.h"
#include "tests/studio/support/fake_trace.h"

#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

std::shared_ptr<const ObligationList> leaks(std::initializer_list<std::uint64_t> ordinals) {
    auto list = std::make_shared<ObligationList>();
    for (const std::uint64_t ordinal : ordinals) {
        ObligationStory story;
        story.name = {{2}, ordinal, false};
        story.region = {1};
        story.what = "lease 'seat " + std::to_string(ordinal) + "'";
        story.madeAt = {ordinal * 10};
        story.hands = {{{3}, {ordinal * 10}}};
        story.resolvedAt = {ordinal * 10 + 5};
        story.resolution = Resolution::kLeaked;
        list->leaks.push_back(static_cast<std::uint32_t>(list->all.size()));
        list->all.push_back(story);
    }
    return list;
}

}  // namespace

class TestWorldPane : public QObject {
    Q_OBJECT

    std::unique_ptr<WorldPane> pane_;

    ObligationTree& tree() { return pane_->obligations(); }
    /// Once the pane has been laid out: what was hidden has no place yet.
    void click(const QModelIndex& index) {
        const auto isThere = [&] {
            tree().scrollTo(index);
            const QRect row = tree().visualRect(index);
            return !row.isEmpty() && tree().viewport()->rect().contains(row.center());
        };
        QTRY_VERIFY(isThere());
        QTest::mouseClick(tree().viewport(), Qt::LeftButton, {}, tree().visualRect(index).center());
    }

private Q_SLOTS:
    void init() {
        pane_ = std::make_unique<WorldPane>();
        pane_->resize(360, 700);
        pane_->setActors(fake::actors(3));
        pane_->show();
    }
    void cleanup() { pane_.reset(); }

    void aTraceWithoutObligationsHasNoPlaceForThem() {
        auto* section = pane_->findChild<Section*>();
        pane_->setMoment(fake::moment(10));
        QVERIFY(!section->isVisible());
        pane_->setObligations(leaks({1, 2}));
        QVERIFY(section->isVisible());
        pane_->forget();
        QVERIFY(!section->isVisible());
    }

    void theFirstLeakIsOpenAndItsStepsLeadThere() {
        pane_->setMoment(fake::moment(100));
        pane_->setObligations(leaks({1, 2}));
        const QModelIndex first = tree().model().index(0, 0);
        QVERIFY(tree().isExpanded(first));
        QVERIFY(!tree().isExpanded(tree().model().index(1, 0)));
        QSignalSpy position(pane_.get(), &WorldPane::positionRequested);
        QSignalSpy actor(pane_.get(), &WorldPane::actorSelected);
        click(first);
        QCOMPARE(position.size(), 1);
        QCOMPARE(position.last()[0].toULongLong(), 15ull);
        QCOMPARE(actor.last()[0].toUInt(), 3u);
        click(tree().model().index(0, 0, first));  // made by
        QCOMPARE(position.size(), 2);
        QCOMPARE(position.last()[0].toULongLong(), 10ull);
        QCOMPARE(actor.last()[0].toUInt(), 2u);
        // By keyboard the same.
        position.clear();
        QTest::keyClick(&tree(), Qt::Key_Down);
        QTest::keyClick(&tree(), Qt::Key_Return);
        QCOMPARE(position.size(), 1);
        QCOMPARE(position[0][0].toULongLong(), 1ull);  // in the ledger of, at its birth
    }

    void whatAPersonOpenedStaysOpenWhileTheListGrows() {
        pane_->setMoment(fake::moment(100));
        pane_->setObligations(leaks({1, 2}));
        tree().collapse(tree().model().index(0, 0));
        tree().expand(tree().model().index(1, 0));
        tree().setCurrentIndex(tree().model().index(1, 0, tree().model().index(1, 0)));
        pane_->setObligations(leaks({1, 2, 3}));
        QVERIFY(!tree().isExpanded(tree().model().index(0, 0)));
        QVERIFY(tree().isExpanded(tree().model().index(1, 0)));
        QCOMPARE(tree().currentIndex(), tree().model().index(1, 0, tree().model().index(1, 0)));
    }

    void oneFilterIsForBoth() {
        pane_->setMoment(fake::moment(100));
        pane_->setObligations(leaks({1, 2}));
        auto* filter = pane_->findChild<QLineEdit*>();
        QTest::keyClicks(filter, QStringLiteral("seat 2"));
        QCOMPARE(tree().model().rowCount(), 1);
        filter->clear();
        QTest::keyClicks(filter, QStringLiteral("teller#3"));
        QCOMPARE(tree().model().rowCount(), 0);
        QVERIFY(pane_->findChild<Section*>()->isVisible());
        filter->clear();
        QCOMPARE(tree().model().rowCount(), 2);
    }

    void aFilterThatLetsNobodyThroughSaysSo() {
        auto* filter = pane_->findChild<QLineEdit*>();
        const auto says = [&] {
            for (const QLabel* label : pane_->findChildren<QLabel*>())
                if (label->isVisible() && label->text().startsWith(QStringLiteral("No actor")))
                    return label->text();
            return QString();
        };
        const auto type = [&](const QString& text) {
            filter->clear();
            QTest::keyClicks(filter, text);
            pane_->setMatches(std::make_shared<const ActorMatches>(
                actorsMatching(fake::actors(3), text.toStdString())));
        };
        type(QStringLiteral("nowhere"));
        QCOMPARE(says(), QStringLiteral("No actor is called like nowhere"));
        type(QStringLiteral("teller"));
        QCOMPARE(says(), QString());
        QVERIFY(pane_->actors().tree().model()->rowCount() != 0);
        type(QStringLiteral("nowhere"));
        QVERIFY(!says().isEmpty());
        filter->clear();
        QCOMPARE(says(), QString());
        QVERIFY(pane_->actors().tree().model()->rowCount() != 0);
    }

    void enterOnAnActorLeadsToWhatItDidLast() {
        QSignalSpy activated(pane_.get(), &WorldPane::actorActivated);
        QTreeView& actors = pane_->actors().tree();
        actors.setCurrentIndex(actors.model()->index(0, 0));
        QTest::keyClick(&actors, Qt::Key_Return);
        QCOMPARE(activated.size(), 1);
        QCOMPARE(activated[0][0].toUInt(), 1u);
    }

    void regionsInViewAreAskedForOnceTheyAreKnownToLive() {
        auto actors = std::make_shared<std::vector<ActorEntry>>(*fake::actors(2));
        (*actors)[1].isRegion = true;
        pane_->setActors(actors);
        QSignalSpy wanted(pane_.get(), &WorldPane::regionsWanted);
        pane_->setMoment(fake::moment(10));
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted[0][0].value<std::vector<Rank>>(), std::vector<Rank>{Rank{1}});
        RegionsMoment answer;
        answer.position = {10};
        answer.regions = {{{1}, {"one_for_one, 1 restart in 5s", "left: 5 turns"}}};
        pane_->setRegions(answer);
        const auto text = [&] {
            return pane_->actors().tree().model()->index(0, 0).data().toString();
        };
        QCOMPARE(text(), QStringLiteral("bank   open, 1 living, one_for_one, 1 restart in 5s, "
                                        "left: 5 turns"));
        // What was told of another moment is not of this one.
        pane_->setMoment(fake::moment(11));
        QCOMPARE(text(), QStringLiteral("bank   open, 1 living"));
        QCOMPARE(wanted.size(), 2);
        pane_->setRegions(answer);
        QCOMPARE(text(), QStringLiteral("bank   open, 1 living"));
    }
};

QTEST_MAIN(TestWorldPane)
#include "tst_world_pane.moc"
