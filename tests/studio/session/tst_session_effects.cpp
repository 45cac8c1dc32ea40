// What came of an event: the session's answers against SQL over the same file and the reader.
#include "recorder/history.h"
#include "studio/session/open_trace.h"
#include "studio/session/session.h"
#include "tests/studio/session/carousel.h"

#include <QSignalSpy>
#include <QTest>

#include <algorithm>
#include <map>
#include <random>

using namespace ariadne;
using namespace ariadne::studio;
using namespace ariadne::tests;

namespace {

constexpr int kPatienceMs = 60'000;
using Answer = std::shared_ptr<const EffectList>;

class Opened {
public:
    explicit Opened(const QString& path) {
        QSignalSpy opened{&session, &Session::opened};
        session.openTrace(path);
        if (opened.isEmpty()) opened.wait(kPatienceMs);
    }
    /// The last answer, when all was looked at.
    Answer effectsOf(Position position) {
        QSignalSpy ready{&session, &Session::effectsReady};
        session.requestEffects(position);
        Answer last;
        while (!last || !last->complete) {
            if (ready.isEmpty() && !ready.wait(kPatienceMs)) return nullptr;
            const auto answer = ready.takeFirst().at(0).value<Answer>();
            if (answer->of == position) last = answer;
        }
        return last;
    }
    /// Position and how many more it led to, of each row one step away, as SQL has them.
    std::map<std::uint64_t, std::uint64_t> askSql(Position position) {
        QSignalSpy ready{&session, &Session::queryReady};
        session.requestQuery(
            QStringLiteral("SELECT near.position, count(far.position) FROM effects(%1) AS near "
                           "LEFT JOIN event AS far ON far.cause = near.position "
                           "WHERE near.depth = 1 GROUP BY near.position")
                .arg(position.value));
        if (ready.isEmpty()) ready.wait(kPatienceMs);
        const auto answer = ready.last().at(0).value<std::shared_ptr<const QueryAnswer>>();
        if (!answer->error.empty()) qFatal("%s", answer->error.c_str());
        std::map<std::uint64_t, std::uint64_t> out;
        for (std::size_t row = 0; row < answer->rows(); ++row)
            out[std::stoull(answer->at(row, 0).text)] = std::stoull(answer->at(row, 1).text);
        return out;
    }
    Session session;
};

}  // namespace

class TestSessionEffects : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString file_;

private Q_SLOTS:
    void initTestCase() {
        file_ = folder_.filePath(QStringLiteral("one.clew"));
        record(carouselRequest(file_, 1));
    }

    void theyAreWhatSqlSaysTheyAre() {
        Opened opened{file_};
        auto direct = OpenTrace::open(file_.toStdString(), 64 << 20);
        QVERIFY(direct.ok());
        std::mt19937 random{11};
        std::vector<Position> asked{{1}, {3}, direct->last()};
        for (int i = 0; i < 20; ++i) asked.push_back({1 + random() % direct->last().value});
        for (const Position position : asked) {
            const Answer answer = opened.effectsOf(position);
            QVERIFY(answer);
            QCOMPARE(answer->error, std::string{});
            QCOMPARE(answer->lookedTo, direct->last());
            QCOMPARE(answer->event.seq, position);
            QCOMPARE(answer->event.text,
                     *direct->history->describe(direct->history->rowAt(position)->row));
            const auto expected = opened.askSql(position);
            QCOMPARE(answer->total, std::uint64_t{expected.size()});
            QCOMPARE(answer->effects.size(), expected.size());
            auto at = expected.begin();
            for (const EffectList::Effect& effect : answer->effects) {
                QCOMPARE(effect.line.seq.value, at->first);
                QCOMPARE(effect.line.cause, position);
                QCOMPARE(effect.effects, at->second);
                ++at;
            }
        }
    }

    void whatIsNotShownIsCounted() {
        auto request = carouselRequest(folder_.filePath(QStringLiteral("wide.clew")), 1, "3");
        request.args.emplace_back("riders", "150");
        request.args.emplace_back("tokens", "120");
        record(request);
        Opened opened{QString::fromStdString(request.file->string())};
        // The root's turn: births, links and tokens.
        const Answer answer = opened.effectsOf({3});
        QVERIFY(answer);
        const auto expected = opened.askSql({3});
        QVERIFY(expected.size() > EffectList::kShownMax);
        QCOMPARE(answer->total, std::uint64_t{expected.size()});
        QCOMPARE(answer->effects.size(), EffectList::kShownMax);
        auto direct = OpenTrace::open(request.file->string(), 64 << 20);
        std::map<EventKind, std::uint64_t> kinds;
        std::size_t index = 0;
        for (const auto& [position, effects] : expected) {
            if (index < EffectList::kShownMax)
                QCOMPARE(answer->effects[index].line.seq.value, position);
            else
                ++kinds[direct->history->rowAt({position})->row.kind];
            ++index;
        }
        QCOMPARE(
            (std::map<EventKind, std::uint64_t>{answer->leftOut.begin(), answer->leftOut.end()}),
            kinds);
        QVERIFY(std::is_sorted(answer->leftOut.begin(), answer->leftOut.end(),
                               [](const auto& a, const auto& b) { return a.second > b.second; }));
    }

    void severalAreAnsweredAndNoneAfterTheyAreForgotten() {
        Opened opened{file_};
        QSignalSpy ready{&opened.session, &Session::effectsReady};
        const std::uint64_t last = opened.session.trace()->lastPosition.value;
        for (std::uint64_t i = 1; i <= 50; ++i) opened.session.requestEffects({i * last / 60});
        opened.session.forgetEffects();
        opened.session.requestEffects({3});
        opened.session.requestEffects({5});
        std::map<std::uint64_t, bool> complete;
        const auto taken = [&] {
            while (!ready.isEmpty()) {
                const auto answer = ready.takeFirst().at(0).value<Answer>();
                complete[answer->of.value] = answer->complete;
            }
            return complete.size() == 2 && complete[3] && complete[5];
        };
        QTRY_VERIFY_WITH_TIMEOUT(taken(), kPatienceMs);
    }

    void aTraceOfInputsSaysWhyItCannotTell() {
        auto request = carouselRequest(folder_.filePath(QStringLiteral("inputs.clew")), 1);
        request.level = tracefmt::Level::kInputs;
        record(request);
        Opened opened{QString::fromStdString(request.file->string())};
        const Answer answer = opened.effectsOf({3});
        QVERIFY(answer);
        QCOMPARE(answer->total, 0u);
        QVERIFY(answer->error.find("run its program again") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestSessionEffects)
#include "tst_session_effects.moc"
