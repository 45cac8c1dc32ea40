#include "recorder/program_library.h"
#include "recorder/replay.h"
#include "tests/recorder/support/till.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::test;
using recorder::ProgramRun;

class TstProgramRun : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::filesystem::path in(const char* name) {
        return std::filesystem::path{folder_.path().toStdString()} / name;
    }

private Q_SLOTS:
    void digestsAreTheSameRecordedOrNot() {
        auto recorded = ProgramRun::start({"till", {}, 6, kernel::Policy::kRounds, in("r.clew")});
        auto plain = ProgramRun::start({"till", {}, 6, kernel::Policy::kRounds, std::nullopt});
        while ((*recorded)->step()) {
        }
        while ((*plain)->step()) {
        }
        const auto a = (*recorded)->finish(""), b = (*plain)->finish("");
        QVERIFY(a.ok() && b.ok());
        QCOMPARE(a->events, b->events);
        QCOMPARE(a->changes, b->changes);
        QCOMPARE(a->state, b->state);
        QVERIFY((*recorded)->recorded().has_value() && !(*plain)->recorded().has_value());
    }

    void unknownProgramsListTheKnown() {
        const auto status =
            ProgramRun::start({"tiil", {}, 1, kernel::Policy::kRounds, in("x.clew")}).status();
        QCOMPARE(status.code(), absl::StatusCode::kNotFound);
        QVERIFY(status.message().find("till") != absl::string_view::npos);
        QVERIFY(!std::filesystem::exists(in("x.clew")));
    }

    void wrongArgumentsLeaveNoFile() {
        for (const ArgumentTexts& args :
             {ArgumentTexts{{"customer", "3"}}, ArgumentTexts{{"customers", "-3"}},
              ArgumentTexts{{"leak", "maybe"}}}) {
            const auto status =
                ProgramRun::start({"till", args, 1, kernel::Policy::kRounds, in("y.clew")})
                    .status();
            QCOMPARE(status.code(), absl::StatusCode::kInvalidArgument);
            QVERIFY(!std::filesystem::exists(in("y.clew")));
        }
    }

    void placesThatCannotBeWrittenAreRefusedBeforeTheRun() {
        writeFile(in("notes.txt"), asBytes("my notes"));
        const auto refused = [&](const std::filesystem::path& file) {
            return ProgramRun::start({"till", {}, 1, kernel::Policy::kRounds, file}).status();
        };
        QCOMPARE(refused(in("notes.txt")).code(), absl::StatusCode::kAlreadyExists);
        QVERIFY(fileBytes(in("notes.txt")).size() == 8);
        QVERIFY(!refused(in("notes.txt/below.clew")).ok());
        QVERIFY(!refused(in("no/such/folder.clew")).ok());
        QVERIFY(!refused(folder_.path().toStdString()).ok());
    }

    void aTraceMayBeReplacedButNotWhileItIsWritten() {
        recordTill(folder_, "again.clew", 1);
        auto run = ProgramRun::start({"till", {}, 2, kernel::Policy::kRounds, in("again.clew")});
        QVERIFY(run.ok());
        QVERIFY(
            !ProgramRun::start({"till", {}, 3, kernel::Policy::kRounds, in("again.clew")}).ok());
        QVERIFY((*run)->finish("").ok());
    }

    void metricsStandInTheTraceAndReplay() {
        // To its own end, and ended by hand behind a report, between two, and before the first.
        for (const int rounds : {100'000, 12, 9, 5, 2}) {
            recorder::RunRequest request{
                "till", {}, 4, kernel::Policy::kRounds, in("metrics.clew")};
            request.metricsEvery = 20;
            auto run = ProgramRun::start(request);
            QVERIFY(run.ok());
            for (int i = 0; i < rounds && (*run)->step(); ++i) {
            }
            QVERIFY((*run)->finish("by hand").ok());
            const kernel::Metrics metrics = (*run)->world().metrics();
            const OpenedTrace trace = openTrace(in("metrics.clew"));
            QCOMPARE(trace.reader->meta().metricsEvery, std::uint64_t{20});
            std::string turns;
            for (Position at{1}; at <= trace.reader->lastPosition(); ++at.value) {
                const auto row = trace.history->rowAt(at);
                QVERIFY(row.ok());
                if (row->row.kind == EventKind::kMetric && row->row.arg == 1)
                    turns = *trace.history->describe(row->row);
            }
            QVERIFY2(turns == "turns " + std::to_string(metrics.turns), turns.c_str());
            const auto replayed = recorder::replay(*trace.history, {});
            QVERIFY2(replayed.ok(), std::string{replayed.status().message()}.c_str());
            QVERIFY(!replayed->divergence);
            QCOMPARE(replayed->to, trace.reader->lastPosition());
        }
    }

    /// Nor does it matter whether rows are looked at, may be, or may not.
    void whatIsFlushedBetweenRoundsIsTheSameRecording() {
        recorder::RunRequest request{"till", {}, 6, kernel::Policy::kRounds, in("f.clew")};
        auto plain = ProgramRun::start(request);
        QVERIFY(plain.ok());
        while ((*plain)->step()) {
        }
        const auto expected = (*plain)->finish("");
        QVERIFY(expected.ok());
        request.mayShowRows = true;
        for (const bool looks : {false, true}) {
            auto run = ProgramRun::start(request);
            QVERIFY(run.ok());
            (*run)->showRows(nullptr);
            std::uint64_t seen = 0;
            for (std::uint64_t round = 0; (*run)->step(); ++round) {
                if (round % 3 == 0) QVERIFY((*run)->flush().ok());
                if (looks && round % 8 == 0)
                    (*run)->showRows([&](const EventRow& /*row*/) { ++seen; });
                if (looks && round % 8 == 4) (*run)->showRows(nullptr);
            }
            QCOMPARE(seen > 0, looks);
            const auto digests = (*run)->finish("");
            QVERIFY(digests.ok());
            QCOMPARE(digests->events, expected->events);
            QCOMPARE(digests->changes, expected->changes);
            QCOMPARE(digests->state, expected->state);
            QCOMPARE(openTrace(in("f.clew")).reader->lastPosition(), (*run)->world().position());
        }
    }

    void aFolderWithoutProgramsHoldsNone() {
        QVERIFY(recorder::loadPrograms(in("nowhere")).empty());
        writeFile(in("broken.so"), asBytes("not a library"));
        const auto problems = recorder::loadPrograms(folder_.path().toStdString());
        QCOMPARE(problems.size(), std::size_t{1});
        QVERIFY(problems[0].message().find("broken.so") != absl::string_view::npos);
    }
};

QTEST_GUILESS_MAIN(TstProgramRun)
#include "tst_program_run.moc"
