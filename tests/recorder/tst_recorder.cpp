#include "engine/base/event_digest.h"
#include "tests/recorder/support/till.h"
#include "tests/support/must.h"
#include "tracefmt/format.h"

#include <QTest>

#include <atomic>
#include <thread>

using namespace ariadne;
using namespace ariadne::test;

namespace {

/// Accepts `budget` bytes, then refuses like a full disk.
class SmallDisk final : public tracefmt::WriteFile {
public:
    explicit SmallDisk(std::size_t budget, std::shared_ptr<Bytes> disk)
        : budget_(budget), disk_(std::move(disk)) {}
    absl::Status append(ByteView bytes) override {
        if (disk_->size() + bytes.size() > budget_) {
            const ByteView fits = bytes.first(budget_ - std::min(budget_, disk_->size()));
            disk_->insert(disk_->end(), fits.begin(), fits.end());
            return absl::ResourceExhaustedError("disk full");
        }
        disk_->insert(disk_->end(), bytes.begin(), bytes.end());
        return absl::OkStatus();
    }
    absl::Status sync() override { return absl::OkStatus(); }
    absl::Status truncate(std::uint64_t size) override {
        disk_->resize(static_cast<std::size_t>(size));
        return absl::OkStatus();
    }
    absl::Status close() override { return absl::OkStatus(); }

private:
    std::size_t budget_;
    std::shared_ptr<Bytes> disk_;
};

}  // namespace

class TstRecorder : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

private Q_SLOTS:
    void sameRunTwiceGivesTheSameBytes() {
        for (const kernel::Policy policy : {kernel::Policy::kRounds, kernel::Policy::kRandom}) {
            const auto a = recordTill(folder_, "a.clew", 7, {}, policy);
            const auto b = recordTill(folder_, "b.clew", 7, {}, policy);
            QVERIFY(fileBytes(a).size() > 1000);
            QVERIFY(fileBytes(a) == fileBytes(b));
            QVERIFY(fileBytes(recordTill(folder_, "c.clew", 8, {}, policy)) != fileBytes(a));
        }
    }

    void theFileSaysItsOwnDigest() {
        const auto file = recordTill(folder_, "digest.clew", 3);
        OpenedTrace trace = openTrace(file);
        QCOMPARE(trace.reader->state(), tracefmt::FileState::kClean);
        QVERIFY(trace.reader->verify(nullptr, nullptr).ok());
        EventDigest digest;
        for (Position p{1}; p <= trace.reader->lastPosition(); ++p.value) {
            const auto row = trace.history->rowAt(p);
            QVERIFY(row.ok());
            digest.add(row->row, trace.reader->types().at(row->row.type).hash);
        }
        QCOMPARE(digest.events(), trace.reader->stats().eventDigest);
        QCOMPARE(digest.changes(), trace.reader->stats().changeDigest);
        QCOMPARE(trace.reader->stats().failures, std::uint64_t{1});
    }

    void behindTheFailureThereIsASnapshot() {
        OpenedTrace trace = openTrace(recordTill(folder_, "failure.clew", 3));
        Round failed{0};
        Position roundEnds{0};
        for (Position p{1}; p <= trace.reader->lastPosition(); ++p.value) {
            const auto row = trace.history->rowAt(p);
            QVERIFY(row.ok());
            if (row->row.kind == EventKind::kFail) failed = row->row.round;
            if (failed.value != 0 && row->row.round == failed) roundEnds = p;
        }
        QVERIFY(roundEnds.value != 0 && roundEnds < trace.reader->lastPosition());
        // And one at the end; by their number alone these few events would have no other.
        QCOMPARE(trace.reader->snapshots().size(), std::size_t{2});
        QCOMPARE(trace.reader->snapshots()[0].position, roundEnds);
    }

    void flushingChangesNoEventAndNoDigest() {
        const auto plain = openTrace(recordTill(folder_, "plain.clew", 5));
        const auto file = std::filesystem::path{folder_.path().toStdString()} / "flushed.clew";
        auto run = recorder::ProgramRun::start({"till", {}, 5, kernel::Policy::kRounds, file});
        QVERIFY(run.ok());
        do {
            QVERIFY((*run)->flush().ok());
            auto growing = tracefmt::TraceReader::open(file);
            QVERIFY2(growing.ok(), growing.status().ToString().c_str());
            QCOMPARE((*growing)->state(), tracefmt::FileState::kRecording);
            QCOMPARE((*growing)->lastPosition(), (*run)->world().position());
        } while ((*run)->step());
        const auto digests = (*run)->finish("");
        QVERIFY(digests.ok());
        QCOMPARE(digests->events, plain.reader->stats().eventDigest);
        QCOMPARE(digests->changes, plain.reader->stats().changeDigest);
        QCOMPARE(digests->state, plain.reader->stats().stateDigest);
    }

    void withoutFinishTheFileIsCutNotClean() {
        const auto file = std::filesystem::path{folder_.path().toStdString()} / "crash.clew";
        {
            auto run = recorder::ProgramRun::start({"till", {}, 5, kernel::Policy::kRounds, file});
            QVERIFY(run.ok());
            for (int i = 0; i < 20; ++i) (*run)->step();
            QVERIFY((*run)->flush().ok());
        }
        const auto trace = openTrace(file);
        QCOMPARE(trace.reader->state(), tracefmt::FileState::kCut);
        QVERIFY(!trace.reader->damage().empty());
        QVERIFY(trace.reader->lastPosition().value > 0);
    }

    void aFullDiskNeverStopsTheRunAndNeverLooksWhole() {
        int sealed = 0;
        bool fits = false;
        for (std::size_t budget = 300; !fits; budget += 397) {
            auto disk = std::make_shared<Bytes>();
            tracefmt::TraceMeta meta;
            meta.programId = "till";
            meta.batch = 16;
            auto made = recorder::Recorder::create(std::make_unique<SmallDisk>(budget, disk), meta);
            if (!made.ok()) {
                QCOMPARE(made.status().code(), absl::StatusCode::kResourceExhausted);
                continue;
            }
            kernel::WorldOptions options;
            options.seed = 5;
            kernel::World world{options, made->get()};
            const Program* program = ProgramRegistry::find("till");
            QVERIFY(program->start(world, *program, {}).ok());
            while (world.step()) {
            }
            QCOMPARE(world.outcome(), Outcome::kCompleted);
            fits = (*made)->finish().ok();
            made->reset();
            if (fits) break;
            auto reader = tracefmt::TraceReader::open(tracefmt::readFromMemory(disk));
            if (!reader.ok()) continue;
            if ((*reader)->state() == tracefmt::FileState::kClean) {
                ++sealed;
                QVERIFY2(!(*reader)->gaps().empty(), "a sealed file says what it lost");
            } else
                QCOMPARE((*reader)->state(), tracefmt::FileState::kCut);
            QVERIFY((*reader)->lastPosition() <= world.position());
        }
        QVERIFY2(sealed > 0, "some file could still be sealed");
    }

    void notesFromAnotherThreadChangeNoEventAndNoDigest() {
        const auto plain = openTrace(recordTill(folder_, "plain.clew", 5));
        const auto path = std::filesystem::path{folder_.path().toStdString()} / "noted.clew";
        auto made = recorder::Recorder::create(path, plain.reader->meta());
        QVERIFY(made.ok());
        recorder::Recorder& recorder = **made;
        recorder.letOthersNote();
        kernel::WorldOptions options;
        options.seed = 5;
        kernel::World world{options, &recorder};
        const Program* program = ProgramRegistry::find("till");
        QVERIFY(program->start(world, *program, plain.reader->meta().args).ok());
        std::atomic<std::uint64_t> noted{0};
        std::atomic<bool> refused{false};
        {
            std::jthread other([&](const std::stop_token& stop) {
                tracefmt::HostNote note;
                note.kind = tracefmt::HostNoteKind::kStillStuck;
                Position last;
                while (!stop.stop_requested()) {
                    note.ranForNs = noted;
                    const auto behind = recorder.note(note);
                    ++noted;
                    if (!behind.ok() && absl::IsOutOfRange(behind.status())) continue;
                    if (!behind.ok() || *behind < last) refused = true;
                    if (behind.ok()) last = *behind;
                }
            });
            while (world.step()) {
            }
            // However fast the run was.
            while (noted == 0) std::this_thread::yield();
        }
        QVERIFY(!refused);
        const auto result = recorder.finish();
        QVERIFY(result.ok());
        QCOMPARE(recorder.note({}).status().code(), absl::StatusCode::kFailedPrecondition);
        const OpenedTrace trace = openTrace(path);
        QVERIFY(trace.reader->verify(nullptr, nullptr).ok());
        QVERIFY(trace.reader->stats() == plain.reader->stats());
        QVERIFY(trace.reader->births() == plain.reader->births());
        QCOMPARE(trace.reader->notes().size(),
                 std::min(noted.load(), std::uint64_t{tracefmt::kHostNotesMax}));
        for (std::size_t i = 0; i < trace.reader->notes().size(); ++i)
            QCOMPARE(trace.reader->notes()[i].ranForNs, i);
    }

    void betweenRoundsANoteFindsAllThatWasCommitted() {
        const auto path = std::filesystem::path{folder_.path().toStdString()} / "between.clew";
        for (const bool shared : {true, false}) {
            tracefmt::TraceMeta meta;
            meta.programId = "till";
            auto made = recorder::Recorder::create(path, meta);
            QVERIFY(made.ok());
            if (shared) (*made)->letOthersNote();
            kernel::World world{{.seed = 5, .limits = {}}, made->get()};
            const Program* program = ProgramRegistry::find("till");
            QVERIFY(program->start(world, *program, {}).ok());
            for (int i = 0; i < 20; ++i) {
                QVERIFY(world.step());
                const auto behind = (*made)->note({});
                QVERIFY(behind.ok());
                QCOMPARE(behind->value, shared ? world.position().value : 0);
            }
            QVERIFY((*made)->flush().ok());
            QCOMPARE(openTrace(path).reader->notes().size(), std::size_t{20});
        }
    }

    void aFullDiskTakesNoNoteAndSaysSo() {
        auto disk = std::make_shared<Bytes>();
        tracefmt::TraceMeta meta;
        meta.programId = "till";
        auto made = recorder::Recorder::create(std::make_unique<SmallDisk>(700, disk), meta);
        QVERIFY(made.ok());
        (*made)->letOthersNote();
        absl::Status status;
        for (int i = 0; i < 10 && status.ok(); ++i) status = (*made)->note({}).status();
        QCOMPARE(status.code(), absl::StatusCode::kResourceExhausted);
        QCOMPARE((*made)->status().code(), absl::StatusCode::kResourceExhausted);
        QCOMPARE((*made)->note({}).status().code(), absl::StatusCode::kResourceExhausted);
    }

    void fullBlocksReachTheFileThoughNobodyAsks() {
        const std::filesystem::path folder{folder_.path().toStdString()};
        // A block that no tail keeps is written by itself; others wait, but never four.
        for (const bool tail : {false, true}) {
            const std::filesystem::path path = folder / (tail ? "tail.clew" : "bare.clew");
            tracefmt::TraceMeta meta;
            meta.programId = "till";
            auto made = recorder::Recorder::create(must(tracefmt::createForWriting(path)), meta,
                                                   tail ? path : std::filesystem::path{});
            QVERIFY(made.ok() && (*made)->tailStatus().ok());
            kernel::World world{{.seed = 5, .limits = {}}, made->get()};
            const Program* program = ProgramRegistry::find("till");
            QVERIFY(program->start(world, *program, {{"customers", "4000"}}).ok());
            const std::uint64_t blocks = tail ? 8 : 1;
            const std::uint64_t waiting = tail ? 3 : 0;
            while (world.position().value < blocks * tracefmt::kRowsPerChunk) QVERIFY(world.step());
            QTRY_VERIFY((*made)->writtenTo().value >= (blocks - waiting) * tracefmt::kRowsPerChunk);
        }
    }

    void longPlainFieldsThatDoNotChangeNeedNoDigest() {
        const auto trace = openTrace(recordTill(folder_, "long.clew", 5, {{"noteBytes", "9000"}}));
        QVERIFY(trace.reader->stats().digestOnlyFields.empty());
    }

    void aMessageBeyondTheLimitEndsTheRecordingAndTheFileSaysSo() {
        const auto path = std::filesystem::path{folder_.path().toStdString()} / "limit.clew";
        tracefmt::TraceMeta meta;
        meta.programId = "till";
        meta.limits.messageBytesMax = 20;  // the arguments fit, some shopping does not
        auto made = recorder::Recorder::create(path, meta);
        QVERIFY(made.ok());
        kernel::World world{{.seed = 5, .limits = {}}, made->get()};
        const Program* program = ProgramRegistry::find("till");
        QVERIFY(program->start(world, *program, {}).ok());
        while (world.step()) {
        }
        const auto result = (*made)->finish();
        QCOMPARE(result.status().code(), absl::StatusCode::kResourceExhausted);
        QVERIFY(result.status().message().find("messageBytesMax") != std::string::npos);
        const OpenedTrace trace = openTrace(path);
        QVERIFY(trace.reader->lastPosition() < world.position());
        QCOMPARE(trace.reader->gaps().size(), std::size_t{1});
        QCOMPARE(trace.reader->gaps()[0].first.value, trace.reader->lastPosition().value + 1);
    }
};

QTEST_GUILESS_MAIN(TstRecorder)
#include "tst_recorder.moc"
