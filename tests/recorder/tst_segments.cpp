// A run in several files: each opens, verifies and replays alone, together they are the run.
#include "recorder/materialise.h"
#include "recorder/program_run.h"
#include "recorder/segments.h"
#include "tests/recorder/support/till.h"
#include "tests/support/replayed.h"
#include "tracefmt/tail_format.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::test;
using recorder::ProgramRun;
using recorder::RunRequest;
using tracefmt::Level;

class TstSegments : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::filesystem::path in(const std::string& name) {
        return std::filesystem::path{folder_.path().toStdString()} / name;
    }
    static RunRequest juggle(std::filesystem::path file, Level level) {
        RunRequest request{
            "juggle", {{"throws", "200000"}}, 4, kernel::Policy::kRounds, std::move(file)};
        request.level = level;
        return request;
    }
    static bool ran(const RunRequest& request) {
        auto run = ProgramRun::start(request);
        if (!run.ok()) return false;
        while ((*run)->step()) {
        }
        return (*run)->finish("").ok();
    }
    std::vector<std::filesystem::path> filesOf(const std::filesystem::path& name) {
        std::vector<std::filesystem::path> out;
        for (std::uint32_t n = 1; n < 100; ++n)
            if (const auto file = recorder::segmentPath(name, n); std::filesystem::exists(file))
                out.push_back(file);
        return out;
    }

private Q_SLOTS:
    void namesKeepTheirEnding() {
        QCOMPARE(recorder::segmentPath("a/b.c.clew", 7), std::filesystem::path{"a/b.c.0007.clew"});
        QCOMPARE(recorder::segmentPath("b", 12345), std::filesystem::path{"b.12345"});
    }

    void eachOpensAloneAndTogetherTheyAreTheRun() {
        for (const Level level : {Level::kFull, Level::kEvents, Level::kInputs}) {
            RunRequest request = juggle(in("whole.clew"), level);
            QVERIFY(ran(request));
            const OpenedTrace whole = openTrace(in("whole.clew"));
            const std::uint64_t size = whole.reader->fileBytes();
            const std::string name = "cut" + std::to_string(static_cast<int>(level)) + ".clew";
            request.file = in(name);
            request.segments = recorder::SegmentOptions{size / 6, 0};
            QVERIFY(ran(request));
            const std::vector<std::filesystem::path> files = filesOf(in(name));
            QVERIFY2(files.size() >= 2, std::to_string(files.size()).c_str());
            Position reached;
            for (std::size_t i = 0; i < files.size(); ++i) {
                const OpenedTrace part = openTrace(files[i]);
                QVERIFY(part.reader);
                QCOMPARE(part.reader->state(), tracefmt::FileState::kClean);
                QCOMPARE(part.reader->meta().segment, static_cast<std::uint32_t>(i + 1));
                QVERIFY(part.reader->verify(nullptr, nullptr).ok());
                QCOMPARE(part.reader->base(), reached);
                reached = part.reader->lastPosition();
                recorder::ReplayOptions options;
                if (i != 0) options.fromSnapshot = 0;
                const auto replayed = recorder::replay(*part.history, options);
                QVERIFY2(replayed.ok(), replayed.status().ToString().c_str());
                QVERIFY(!replayed->divergence);
                QCOMPARE(replayed->eventsCompared, reached.value - part.reader->base().value);
            }
            QCOMPARE(reached, whole.reader->lastPosition());
            const OpenedTrace last = openTrace(files.back());
            QCOMPARE(last.reader->stats().eventDigest, whole.reader->stats().eventDigest);
            QCOMPARE(last.reader->stats().changeDigest, whole.reader->stats().changeDigest);
            QCOMPARE(last.reader->stats().stateDigest, whole.reader->stats().stateDigest);
            QCOMPARE(last.reader->stats().outcomeText, whole.reader->stats().outcomeText);
            // The same run gives the same files.
            const Bytes first = fileBytes(files[1]);
            QVERIFY(ran(request));
            QCOMPARE(fileBytes(files[1]), first);
        }
    }

    void statesInALaterOneAreThoseOfTheRun() {
        RunRequest request = juggle(in("whole.clew"), Level::kFull);
        QVERIFY(ran(request));
        OpenedTrace whole = openTrace(in("whole.clew"));
        request.file = in("part.clew");
        request.segments = recorder::SegmentOptions{whole.reader->fileBytes() / 4, 0};
        QVERIFY(ran(request));
        OpenedTrace part = openTrace(recorder::segmentPath(in("part.clew"), 2));
        const std::uint64_t base = part.reader->base().value;
        const std::uint64_t last = part.reader->lastPosition().value;
        for (std::uint64_t at = base + 1; at <= last; at += (last - base) / 40 + 1) {
            const auto expected = whole.history->worldAt({at});
            const auto found = part.history->worldAt({at});
            QVERIFY(expected.ok() && found.ok());
            QCOMPARE(found->alive, expected->alive);
            QCOMPARE(found->waiting, expected->waiting);
            for (Rank rank{1}; rank.value < expected->alive.size(); ++rank.value) {
                if (expected->alive[rank.value] == 0) continue;
                const auto a = whole.history->cellAt({at}, rank);
                const auto b = part.history->cellAt({at}, rank);
                QVERIFY2(b.ok(), b.status().ToString().c_str());
                QCOMPARE(b->state.encode(), a->state.encode());
                QCOMPARE(b->waitingCount, a->waitingCount);
            }
        }
        QVERIFY(!part.history->worldAt({base / 2}).ok());
    }

    void inputsBecomeFullFromWhereTheyBegin() {
        RunRequest request = juggle(in("whole.clew"), Level::kFull);
        QVERIFY(ran(request));
        const OpenedTrace whole = openTrace(in("whole.clew"));
        request.level = Level::kInputs;
        request.file = in("small.clew");
        request.segments = recorder::SegmentOptions{1, 0};
        QVERIFY(ran(request));
        const OpenedTrace part = openTrace(recorder::segmentPath(in("small.clew"), 2));
        QVERIFY(part.reader->base().value != 0);
        const auto made = recorder::materialise(*part.reader, in("made.clew"));
        QVERIFY2(made.ok(), made.status().ToString().c_str());
        QVERIFY2(!made->divergence, made->divergence ? made->divergence->what.c_str() : "");
        OpenedTrace full = openTrace(in("made.clew"));
        QCOMPARE(full.reader->base(), part.reader->base());
        QVERIFY(full.reader->verify(nullptr, nullptr).ok());
        QVERIFY(full.reader->lastPosition() >= part.reader->lastPosition());
        for (std::uint64_t at = full.reader->base().value + 1;
             at <= part.reader->lastPosition().value; at += 997)
            QCOMPARE(*full.history->describe(full.history->rowAt({at})->row),
                     *whole.history->describe(whole.history->rowAt({at})->row));
    }

    void aRangeOfATraceIsMadeFromASnapshot() {
        RunRequest request = juggle(in("small.clew"), Level::kInputs);
        QVERIFY(ran(request));
        const OpenedTrace small = openTrace(in("small.clew"));
        QVERIFY(small.reader->snapshots().size() >= 2);
        recorder::MaterialiseOptions options;
        options.fromSnapshot = 0;
        options.to = {small.reader->snapshots()[0].position.value + 5000};
        const auto made = recorder::materialise(*small.reader, in("range.clew"), options);
        QVERIFY2(made.ok(), made.status().ToString().c_str());
        QVERIFY(!made->divergence);
        const OpenedTrace range = openTrace(in("range.clew"));
        QCOMPARE(range.reader->base(), small.reader->snapshots()[0].position);
        QVERIFY(range.reader->lastPosition() >= options.to);
        QVERIFY(range.reader->lastPosition() < small.reader->lastPosition());
        QVERIFY(range.history->cellAt(options.to, Rank{1}).ok());
    }

    void theOldestGo() {
        RunRequest request = juggle(in("kept.clew"), Level::kFull);
        request.segments = recorder::SegmentOptions{1, 2};
        QVERIFY(ran(request));
        QVERIFY(!std::filesystem::exists(recorder::segmentPath(in("kept.clew"), 1)));
        const auto files = filesOf(in("kept.clew"));
        QCOMPARE(files.size(), std::size_t{2});
        QVERIFY(openTrace(files[0]).reader->base().value != 0);
    }

    void aFileThatCannotBeMadeEndsTheRecordingOnly() {
        RunRequest request = juggle(in("blocked.clew"), Level::kFull);
        request.segments = recorder::SegmentOptions{1, 0};
        writeFile(recorder::segmentPath(in("blocked.clew"), 2), ariadne::asBytes("no trace"));
        auto run = ProgramRun::start(request);
        QVERIFY(run.ok());
        while ((*run)->step()) {
        }
        QCOMPARE((*run)->world().outcome(), Outcome::kCompleted);
        QCOMPARE((*run)->finish("").status().code(), absl::StatusCode::kAlreadyExists);
        const OpenedTrace first = openTrace(recorder::segmentPath(in("blocked.clew"), 1));
        QCOMPARE(first.reader->state(), tracefmt::FileState::kClean);
        // And says that the rest is missing.
        QCOMPARE(first.reader->gaps().size(), std::size_t{1});
        QCOMPARE(first.reader->gaps()[0].first.value, first.reader->lastPosition().value + 1);
        QCOMPARE(first.reader->gaps()[0].last, Position{});
        QCOMPARE(fileBytes(recorder::segmentPath(in("blocked.clew"), 2)).size(), std::size_t{8});
    }

    void anotherRecorderOfThatNameIsRefused() {
        RunRequest request = juggle(in("twice.clew"), Level::kInputs);
        request.segments = recorder::SegmentOptions{1, 0};
        auto run = ProgramRun::start(request);
        QVERIFY(run.ok() && (*run)->tailStatus().ok());
        while (!std::filesystem::exists(recorder::segmentPath(in("twice.clew"), 3)))
            QVERIFY((*run)->step());
        // The first file is whole by now; what is kept of the others is not another's to take.
        QCOMPARE(ProgramRun::start(request).status().code(), absl::StatusCode::kAlreadyExists);
        while ((*run)->step()) {
        }
        QVERIFY((*run)->finish("").ok());
        QVERIFY(!std::filesystem::exists(tracefmt::tailPathOf(in("twice.clew"))));
    }
};

QTEST_APPLESS_MAIN(TstSegments)
#include "tst_segments.moc"
