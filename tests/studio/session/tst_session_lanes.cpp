// What the session answers about lanes: filters, groups, watched values.
#include "studio/session/session.h"
#include "tests/studio/session/carousel.h"

#include <QSignalSpy>
#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

constexpr int kPatienceMs = 60'000;

template <class T>
std::shared_ptr<const T> lastOf(const QSignalSpy& spy) {
    return spy.last().at(0).value<std::shared_ptr<const T>>();
}

}  // namespace

class TestSessionLanes : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString one_, two_;
    std::unique_ptr<Session> session_;
    std::shared_ptr<const LaneIndex> lanes_;

    void open(const QString& path) {
        QSignalSpy lanes{session_.get(), &Session::lanesReady};
        session_->openTrace(path);
        QTRY_VERIFY_WITH_TIMEOUT(!lanes.isEmpty() && lastOf<LaneIndex>(lanes)->complete,
                                 kPatienceMs);
        lanes_ = lastOf<LaneIndex>(lanes);
    }
    const ActorEntry& actor(std::uint32_t rank) const { return (*session_->trace()->actors)[rank]; }

private Q_SLOTS:
    void initTestCase() {
        one_ = folder_.filePath(QStringLiteral("one.clew"));
        two_ = folder_.filePath(QStringLiteral("two.clew"));
        tests::record(tests::carouselRequest(one_, 1));
        tests::record(tests::carouselRequest(two_, 2));
    }
    void init() {
        session_ = std::make_unique<Session>();
        open(one_);
    }
    void cleanup() { session_.reset(); }

    void whoFiltersLanesAndWhoFiltersActorsDoNotOvertakeEachOther() {
        QSignalSpy world{session_.get(), &Session::actorsMatched};
        QSignalSpy lanes{session_.get(), &Session::laneActorsMatched};
        session_->requestLaneActors(QStringLiteral("nobody is called so"));
        session_->requestLaneActors(QString::fromStdString(actor(3).path).toUpper());
        session_->requestActors(QString());
        QTRY_VERIFY_WITH_TIMEOUT(!world.isEmpty() && !lanes.isEmpty(), kPatienceMs);
        const auto matches = lastOf<ActorMatches>(lanes);
        QVERIFY(matches->matches[3] != 0);
        QVERIFY(matches->count < lastOf<ActorMatches>(world)->count);
        // The one that was overtaken is not answered.
        QCOMPARE(lanes.size(), 1);
    }

    void groupsAreSummedUp() {
        QSignalSpy groups{session_.get(), &Session::laneGroupsReady};
        const auto members = std::make_shared<const LaneGroups::Members>(
            LaneGroups::Members{{{1}}, {{2}, {3}, {4}}});
        session_->requestLaneGroups(members);
        QTRY_VERIFY_WITH_TIMEOUT(!groups.isEmpty(), kPatienceMs);
        const auto answer = lastOf<LaneGroups>(groups);
        QCOMPARE(answer->of, members);
        QCOMPARE(answer->groups.size(), std::size_t{2});
        QCOMPARE(answer->indexedTo, lanes_->indexedTo);
        for (const LaneGroups::Group& group : answer->groups) QVERIFY(!group.mip.empty());
        QCOMPARE(answer->groups[1].bornAt, lanes_->lanes[2].bornAt);
    }

    void watchedValuesAreFollowedToTheEnd() {
        QSignalSpy told{session_.get(), &Session::watchesChanged};
        const Watch seen{actor(3).path, {"seen"}}, gone{"nobody", {"seen"}};
        session_->setWatches({seen, gone});
        const auto complete = [&] {
            return !told.isEmpty() &&
                   std::all_of(lastOf<WatchLanes>(told)->begin(), lastOf<WatchLanes>(told)->end(),
                               [](const auto& lane) { return lane->complete; });
        };
        QTRY_VERIFY_WITH_TIMEOUT(complete(), kPatienceMs);
        auto lanes = lastOf<WatchLanes>(told);
        QCOMPARE(lanes->size(), std::size_t{2});
        const WatchLane& lane = *lanes->front();
        QCOMPARE(lane.of, seen);
        QCOMPARE(lane.rank, Rank{3});
        QVERIFY(lane.isNumber && lane.points.size() > 10);
        // It counts: one more each time.
        for (std::size_t i = 0; i < lane.points.size(); ++i)
            QCOMPARE(lane.points[i].number, static_cast<double>(i));
        QVERIFY(!lanes->back()->note.empty());

        // Another one besides; what is known already is told at once.
        told.clear();
        session_->setWatches({{actor(4).path, {"seen"}}, seen});
        QTRY_VERIFY_WITH_TIMEOUT(complete(), kPatienceMs);
        lanes = lastOf<WatchLanes>(told);
        QCOMPARE(lanes->back()->points.size(), lane.points.size());
        QCOMPARE(lanes->front()->rank, Rank{4});
        told.clear();
        session_->setWatches({});
        QTRY_VERIFY_WITH_TIMEOUT(!told.isEmpty(), kPatienceMs);
        QVERIFY(lastOf<WatchLanes>(told)->empty());
    }

    void whatWasWatchedIsForgottenWithItsTrace() {
        QSignalSpy told{session_.get(), &Session::watchesChanged};
        session_->setWatches({{actor(3).path, {"seen"}}});
        open(two_);
        told.clear();
        session_->setWatches({});
        QTRY_VERIFY_WITH_TIMEOUT(!told.isEmpty(), kPatienceMs);
        QCOMPARE(told.size(), 1);
        QVERIFY(lastOf<WatchLanes>(told)->empty());
    }
};

QTEST_GUILESS_MAIN(TestSessionLanes)
#include "tst_session_lanes.moc"
