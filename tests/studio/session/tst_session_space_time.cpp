// Pictures of messages: the session's answers against SQL over the same file and the reader.
#include "engine/base/event_batch.h"
#include "recorder/failure_rows.h"
#include "recorder/history.h"
#include "studio/session/open_trace.h"
#include "studio/session/session.h"
#include "tests/studio/session/carousel.h"
#include "tracefmt/file_io.h"
#include "tracefmt/trace_writer.h"

#include <QSignalSpy>
#include <QTest>

#include <algorithm>
#include <random>
#include <set>

using namespace ariadne;
using namespace ariadne::studio;
using namespace ariadne::tests;

using Actors = SpaceTimeQuestion::Actors;

namespace {

constexpr int kPatienceMs = 60'000;
using Answer = std::shared_ptr<const SpaceTime>;

class Opened {
public:
    explicit Opened(const QString& path) {
        QSignalSpy opened{&session, &Session::opened};
        session.openTrace(path);
        if (opened.isEmpty()) opened.wait(kPatienceMs);
    }
    /// The last answer, when all was looked at.
    Answer ask(const SpaceTimeQuestion& question) {
        QSignalSpy ready{&session, &Session::spaceTimeReady};
        session.requestSpaceTime(question);
        for (;;) {
            if (ready.isEmpty() && !ready.wait(kPatienceMs)) return nullptr;
            const auto answer = ready.takeFirst().at(0).value<Answer>();
            if (answer->question == question && answer->complete) return answer;
        }
    }
    /// The first column, as positions.
    std::set<std::uint64_t> positions(const QString& sql) {
        QSignalSpy ready{&session, &Session::queryReady};
        session.requestQuery(sql);
        if (ready.isEmpty()) ready.wait(kPatienceMs);
        const auto answer = ready.last().at(0).value<std::shared_ptr<const QueryAnswer>>();
        if (!answer->error.empty() || answer->moreRows()) qFatal("%s", answer->error.c_str());
        std::set<std::uint64_t> out;
        for (std::size_t row = 0; row < answer->rows(); ++row)
            out.insert(std::stoull(answer->at(row, 0).text));
        return out;
    }
    Session session;
};

/// The kinds that have a line, by their names.
const std::set<std::string_view> kShown{
    "input",      "send",      "ask",         "reply",       "forward",
    "timer_fire", "down",      "ask_timeout", "undelivered", "cancel_request",
    "granted",    "finalize",  "link_down",   "effect_done", "region_closed",
    "deliver",    "drop",      "spawn",       "stop",        "fail",
    "restart",    "timer_set", "cancel",      "refuse",      "deadlock",
    "effect",     "fault",     "end"};

}  // namespace

class TestSessionSpaceTime : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString file_;
    std::optional<OpenTrace> direct_;

    EventRow rowAt(std::uint64_t position) { return direct_->history->rowAt({position})->row; }
    bool isShown(std::uint64_t position) { return kShown.contains(nameOf(rowAt(position).kind)); }

    /// The rows are those of `expected` that have a line, but for what is said to be left out.
    void compare(const SpaceTime& picture, const std::set<std::uint64_t>& expected) {
        std::set<std::uint64_t> shown, quiet;
        const std::uint64_t of = picture.question.of.value;
        for (const std::uint64_t position : expected)
            (isShown(position) || position == of ? shown : quiet).insert(position);
        shown.insert(of);
        const auto count = picture.rows.size() + picture.ofOthers;
        QCOMPARE(count + picture.leftOutBefore + picture.leftOutBehind, shown.size());
        QCOMPARE(picture.quiet, std::uint64_t{quiet.size()});
        // Those next to the event, in order.
        auto at = shown.begin();
        std::advance(at, picture.leftOutBefore);
        for (const SpaceTime::Row& row : picture.rows) {
            if (picture.ofOthers != 0) {
                QVERIFY(shown.contains(row.line.seq.value));
                continue;
            }
            QCOMPARE(row.line.seq.value, *at++);
        }
    }
    /// What became of each message, as the reader has it.
    void compareFates(const SpaceTime& picture) {
        for (const SpaceTime::Row& row : picture.rows) {
            std::uint64_t taken = 0;
            for (std::uint64_t p = row.line.seq.value + 1;
                 isEnqueue(row.line.kind) && taken == 0 && p <= direct_->last().value; ++p) {
                const EventRow other = rowAt(p);
                const bool takes =
                    other.kind == EventKind::kDeliver || other.kind == EventKind::kDrop;
                if (takes && other.cause == row.line.seq) taken = p;
            }
            if (row.takenAt.value != taken)
                QFAIL(qPrintable(QStringLiteral("event %1 is taken by %2, found %3")
                                     .arg(row.line.seq.value)
                                     .arg(taken)
                                     .arg(row.takenAt.value)));
        }
    }

private Q_SLOTS:
    void initTestCase() {
        file_ = folder_.filePath(QStringLiteral("one.clew"));
        record(carouselRequest(file_, 1));
        auto direct = OpenTrace::open(file_.toStdString(), 64 << 20);
        QVERIFY(direct.ok());
        direct_ = *std::move(direct);
    }

    void whatLedToAnEventAndWhatCameOfItIsWhatSqlSays() {
        Opened opened{file_};
        std::mt19937 random{5};
        std::vector<std::uint64_t> asked{1, 3, direct_->last().value};
        for (int i = 0; i < 12; ++i) asked.push_back(1 + random() % direct_->last().value);
        for (const std::uint64_t of : asked) {
            const auto causes =
                opened.positions(QStringLiteral("SELECT position FROM causes(%1)").arg(of));
            const auto effects =
                opened.positions(QStringLiteral("SELECT position FROM effects(%1)").arg(of));
            std::set<std::uint64_t> both = causes;
            both.insert(effects.begin(), effects.end());
            SpaceTimeQuestion question;
            question.of = {of};
            const std::pair<Actors, const std::set<std::uint64_t>*> all[] = {
                {Actors::kPast, &causes}, {Actors::kFuture, &effects}, {Actors::kBoth, &both}};
            for (const auto& [actors, expected] : all) {
                question.actors = actors;
                const Answer picture = opened.ask(question);
                QVERIFY(picture);
                QCOMPARE(picture->error, std::string{});
                compare(*picture, *expected);
            }
        }
    }

    void everyActorOfARowHasItsColumn() {
        Opened opened{file_};
        SpaceTimeQuestion question;
        question.of = {3};
        question.actors = Actors::kFuture;
        const Answer picture = opened.ask(question);
        QVERIFY(picture);
        QCOMPARE(picture->rows.size(), SpaceTime::kRowsMax + 1);
        const std::set<Rank> columns{picture->actors.begin(), picture->actors.end()};
        QCOMPARE(columns.size(), picture->actors.size());
        for (const SpaceTime::Row& row : picture->rows) {
            QVERIFY(columns.contains(row.line.cell));
            if (isEnqueue(row.line.kind)) QVERIFY(columns.contains(row.line.peer));
        }
        compareFates(*picture);
    }

    void allThatChosenActorsDidAroundAnEvent() {
        Opened opened{file_};
        std::mt19937 random{8};
        for (std::uint32_t i = 0; i < 8; ++i) {
            SpaceTimeQuestion question;
            question.of = {1 + random() % direct_->last().value};
            question.actors = Actors::kChosen;
            question.causalOnly = false;
            question.chosen = {{2 + i % 3}, {5}};
            if (i == 7) question.chosen = {kOutside, {1}};
            const Answer picture = opened.ask(question);
            QVERIFY(picture);
            QCOMPARE(picture->error, std::string{});
            QVERIFY(picture->actors == question.chosen);
            std::set<std::uint64_t> expected;
            const auto isChosen = [&](Rank rank) {
                return std::find(question.chosen.begin(), question.chosen.end(), rank) !=
                       question.chosen.end();
            };
            for (std::uint64_t p = 1; p <= direct_->last().value; ++p) {
                const EventRow row = rowAt(p);
                if (isChosen(row.cell) || (isEnqueue(row.kind) && isChosen(row.peer)))
                    expected.insert(p);
            }
            if (isChosen(rowAt(question.of.value).cell)) {
                compare(*picture, expected);
            } else {
                // The event itself has a row all the same.
                QVERIFY(picture->holds(question.of));
                expected.insert(question.of.value);
                compare(*picture, expected);
            }
            if (i < 2) compareFates(*picture);
        }
    }

    void ofChosenActorsOnlyWhatHasToDoWithTheEvent() {
        Opened opened{file_};
        const std::uint64_t of = direct_->last().value / 2;
        SpaceTimeQuestion question;
        question.of = {of};
        question.actors = Actors::kChosen;
        question.chosen = {{3}};
        const Answer picture = opened.ask(question);
        QVERIFY(picture);
        std::set<std::uint64_t> expected =
            opened.positions(QStringLiteral("SELECT position FROM causes(%1)").arg(of));
        expected.merge(
            opened.positions(QStringLiteral("SELECT position FROM effects(%1)").arg(of)));
        std::erase_if(expected, [&](std::uint64_t p) {
            const EventRow row = rowAt(p);
            const bool isMine = row.cell == Rank{3} || (isEnqueue(row.kind) && row.peer == Rank{3});
            return !isMine && p != of;
        });
        compare(*picture, expected);
    }

    void thoseOfThePastWithAllTheyDid() {
        Opened opened{file_};
        SpaceTimeQuestion question;
        question.of = {direct_->last().value / 3};
        question.actors = Actors::kPast;
        const std::vector<Rank> actors = opened.ask(question)->actors;
        question.causalOnly = false;
        const Answer picture = opened.ask(question);
        QVERIFY(picture);
        QVERIFY(picture->actors == actors);
        std::set<std::uint64_t> expected;
        for (std::uint64_t p = 1; p <= direct_->last().value; ++p) {
            const EventRow row = rowAt(p);
            const auto has = [&](Rank rank) {
                return std::find(actors.begin(), actors.end(), rank) != actors.end();
            };
            if (has(row.cell) || (isEnqueue(row.kind) && has(row.peer))) expected.insert(p);
        }
        compare(*picture, expected);
    }

    void moreActorsThanThereIsRoomForAreCounted() {
        auto request = carouselRequest(folder_.filePath(QStringLiteral("wide.clew")), 1, "2");
        request.args.emplace_back("riders", "90");
        request.args.emplace_back("tokens", "70");
        record(request);
        Opened opened{QString::fromStdString(request.file->string())};
        SpaceTimeQuestion question;
        question.of = {3};
        question.actors = Actors::kFuture;
        const Answer picture = opened.ask(question);
        QVERIFY(picture);
        QCOMPARE(picture->actors.size(), SpaceTimeQuestion::kActorsMax);
        QVERIFY(picture->ofOthers > 0);
        QCOMPARE(picture->rows.size() + picture->ofOthers, SpaceTime::kRowsMax + 1);
    }

    void theNewestQuestionWinsAndAForgottenOneIsNotAnswered() {
        Opened opened{file_};
        QSignalSpy ready{&opened.session, &Session::spaceTimeReady};
        SpaceTimeQuestion question;
        for (std::uint64_t of = 1; of <= 200; ++of) {
            question.of = {of};
            opened.session.requestSpaceTime(question);
        }
        const Answer last = opened.ask(question);
        QVERIFY(last);
        for (const auto& arguments : ready)
            QCOMPARE(arguments.at(0).value<Answer>()->question.of, Position{200});
        ready.clear();
        opened.session.requestSpaceTime(question);
        opened.session.forgetSpaceTime();
        // Whoever is asked behind it, by the same worker, has been answered when it would have
        // been.
        QSignalSpy effects{&opened.session, &Session::effectsReady};
        opened.session.requestEffects({3});
        const auto answered = [&] {
            return !effects.isEmpty() &&
                   effects.last()[0].value<std::shared_ptr<const EffectList>>()->complete;
        };
        QTRY_VERIFY_WITH_TIMEOUT(answered(), kPatienceMs);
        QCOMPARE(ready.size(), 0);
    }

    void aTraceOfInputsSaysWhyItCannotBeShown() {
        auto request = carouselRequest(folder_.filePath(QStringLiteral("inputs.clew")), 1);
        request.level = tracefmt::Level::kInputs;
        record(request);
        Opened opened{QString::fromStdString(request.file->string())};
        SpaceTimeQuestion question;
        question.of = {3};
        const Answer picture = opened.ask(question);
        QVERIFY(picture && picture->rows.empty());
        QVERIFY(picture->error.find("run its program again") != std::string::npos);
    }

    /// A file may name any rank; a picture of all that those actors did looks for them.
    void ranksThatNobodyHasDoNoHarm() {
        const QString path = folder_.filePath(QStringLiteral("ranks.clew"));
        tracefmt::TraceMeta meta;
        meta.programId = "nobody";
        const auto writer =
            *tracefmt::TraceWriter::create(*tracefmt::createForWriting(path.toStdString()), meta);
        QVERIFY(
            writer->addTypes(std::vector<TypeDesc>{{"Note", TypeKind::kStruct, 0, {}, 7}}).ok());
        EventBatch batch;
        for (std::uint32_t i = 0; i < 4; ++i) {
            EventRow row;
            row.seq = {i + 1};
            row.kind = EventKind::kSend;
            row.cell = {0xFFFF'FFFF - i % 2};
            row.peer = {0xFFFF'FFFE + i % 2};
            row.type = {1};
            row.cause = {i};
            batch.add(row);
        }
        QVERIFY(writer->addEvents(batch).ok());
        QVERIFY(writer->finish({}).ok());

        Opened opened(path);
        SpaceTimeQuestion question;
        question.of = {3};
        question.causalOnly = false;
        const Answer answer = opened.ask(question);
        QVERIFY(answer != nullptr);
        QCOMPARE(answer->rows.size(), std::size_t{4});
    }
};

QTEST_GUILESS_MAIN(TestSessionSpaceTime)
#include "tst_session_space_time.moc"
