// Questions that are kept, asked by the session beside everything else.
#include "studio/session/session.h"
#include "tests/studio/session/carousel.h"

#include <QSignalSpy>
#include <QTest>

#include <algorithm>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

constexpr int kPatienceMs = 60'000;
const KeptQuery kFailures{"failures", "SELECT position FROM event WHERE kind = 'send' LIMIT 5"};
const KeptQuery kWrong{"wrong", "SELECT nothing FROM event"};
/// Counts for longer than anybody waits.
const KeptQuery kEndless{
    "endless",
    "SELECT count(*) FROM event AS a, event AS b, event AS c WHERE a.arg + b.arg + c.arg = -1"};

}  // namespace

class TestSessionQueryLanes : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString one_, two_;
    std::unique_ptr<Session> session_;
    std::unique_ptr<QSignalSpy> told_;

    void open(const QString& path) {
        QSignalSpy opened{session_.get(), &Session::opened};
        session_->openTrace(path);
        QTRY_VERIFY_WITH_TIMEOUT(!opened.isEmpty(), kPatienceMs);
    }
    std::shared_ptr<const QueryLanes> last() const {
        return told_->isEmpty() ? nullptr
                                : told_->last().at(0).value<std::shared_ptr<const QueryLanes>>();
    }
    bool isAnswered() const {
        return last() && std::find(last()->begin(), last()->end(), nullptr) == last()->end();
    }

private Q_SLOTS:
    void initTestCase() {
        one_ = folder_.filePath(QStringLiteral("one.clew"));
        two_ = folder_.filePath(QStringLiteral("two.clew"));
        tests::record(tests::carouselRequest(one_, 1));
        tests::record(tests::carouselRequest(two_, 2));
    }
    void init() {
        session_ = std::make_unique<Session>();
        told_ = std::make_unique<QSignalSpy>(session_.get(), &Session::queryLanesChanged);
        open(one_);
    }
    void cleanup() {
        told_.reset();
        session_.reset();
    }

    void theyAreAnsweredInTheirOrderAndOneThatIsWrongSaysSo() {
        session_->setKeptQueries({kWrong, kFailures});
        QTRY_VERIFY_WITH_TIMEOUT(isAnswered(), kPatienceMs);
        QCOMPARE(last()->size(), std::size_t{2});
        const QueryLane& wrong = *last()->at(0);
        QCOMPARE(wrong.of, kWrong);
        QVERIFY(wrong.marks.empty() && !wrong.error.empty());
        const QueryLane& right = *last()->at(1);
        QCOMPARE(right.marks.size(), std::size_t{5});
        QVERIFY(std::is_sorted(right.marks.begin(), right.marks.end(),
                               [](const auto& a, const auto& b) { return a.at < b.at; }));
        QCOMPARE(right.nowhere, std::uint64_t{0});
    }

    void whatIsKnownIsNotAskedAgain() {
        session_->setKeptQueries({kFailures});
        QTRY_VERIFY_WITH_TIMEOUT(isAnswered(), kPatienceMs);
        const auto known = last()->front();
        told_->clear();
        session_->setKeptQueries({kWrong, kFailures});
        QTRY_VERIFY_WITH_TIMEOUT(isAnswered(), kPatienceMs);
        QCOMPARE(last()->at(1), known);
        told_->clear();
        session_->setKeptQueries({});
        QTRY_VERIFY_WITH_TIMEOUT(!told_->isEmpty(), kPatienceMs);
        QVERIFY(last()->empty());
    }

    void oneThatTakesLongIsInNobodysWay() {
        session_->setKeptQueries({kEndless});
        QSignalSpy answered{session_.get(), &Session::queryReady};
        session_->requestQuery(QStringLiteral("SELECT 7"));
        QTRY_VERIFY_WITH_TIMEOUT(!answered.isEmpty(), kPatienceMs);
        QVERIFY(!isAnswered());
        // It ends when it is not kept any more.
        session_->setKeptQueries({kFailures});
        QTRY_VERIFY_WITH_TIMEOUT(isAnswered(), kPatienceMs);
        QCOMPARE(last()->front()->of, kFailures);
    }

    void noMoreAreAskedThanThereMayBe() {
        std::vector<KeptQuery> many;
        for (std::size_t i = 0; i < kKeptQueriesMax + 3; ++i)
            many.push_back({std::to_string(i), "SELECT " + std::to_string(i)});
        session_->setKeptQueries(many);
        QTRY_VERIFY_WITH_TIMEOUT(isAnswered(), kPatienceMs);
        QCOMPARE(last()->size(), kKeptQueriesMax);
    }

    void theyAreForgottenWithTheirTrace() {
        session_->setKeptQueries({kEndless});
        open(two_);
        session_->setKeptQueries({kFailures});
        QTRY_VERIFY_WITH_TIMEOUT(isAnswered(), kPatienceMs);
        QCOMPARE(last()->size(), std::size_t{1});
    }

    void aTraceThatGrowsIsAskedAgain() {
        const QString file = folder_.filePath(QStringLiteral("grows.clew"));
        auto request = tests::carouselRequest(file, 3);
        QSignalSpy opened{session_.get(), &Session::opened};
        session_->startRun(request, true);
        QTRY_VERIFY_WITH_TIMEOUT(!opened.isEmpty(), kPatienceMs);
        const KeptQuery all{"all", "SELECT position FROM event"};
        session_->setKeptQueries({all});
        QTRY_VERIFY_WITH_TIMEOUT(isAnswered(), kPatienceMs);
        session_->resumeRun();
        QTRY_VERIFY_WITH_TIMEOUT(
            session_->trace()->state == tracefmt::FileState::kClean && isAnswered() &&
                last()->front()->marks.size() == session_->trace()->lastPosition.value,
            kPatienceMs);
        QVERIFY(!last()->front()->moreRows);
    }
};

QTEST_GUILESS_MAIN(TestSessionQueryLanes)
#include "tst_session_query_lanes.moc"
