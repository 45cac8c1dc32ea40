// What a recording does to survive, and what it says when it cannot.
#include "engine/kernel/world.h"
#include "recorder/recorder.h"
#include "tests/recorder/support/till.h"
#include "tests/support/file_size_limit.h"
#include "tests/support/must.h"
#include "tracefmt/tail_format.h"

#include <QTest>

#include <atomic>
#include <fstream>

using namespace ariadne;
using namespace ariadne::test;

namespace {

/// Counts what is asked of a file; from some sync on it refuses. Syncs elsewhere are held up while
/// `slow` is set.
class CountingFile final : public tracefmt::WriteFile {
public:
    struct Counts {
        std::atomic<int> syncs{0};
        std::atomic<int> refuseFrom{std::numeric_limits<int>::max()};
        bool elsewhere = false;  ///< can be synced there
        std::atomic<bool> slow{false};
    };
    class Elsewhere final : public tracefmt::FileSync {
    public:
        explicit Elsewhere(Counts& counts) : counts_(counts) {}
        absl::Status sync() override {
            ++counts_.syncs;
            counts_.slow.wait(true);
            if (counts_.syncs >= counts_.refuseFrom) return absl::UnavailableError("no answer");
            return absl::OkStatus();
        }

    private:
        Counts& counts_;
    };

    CountingFile(std::unique_ptr<tracefmt::WriteFile> file, Counts& counts)
        : file_(std::move(file)), counts_(counts) {}
    absl::Status append(ByteView bytes) override { return file_->append(bytes); }
    absl::Status sync() override {
        if (++counts_.syncs >= counts_.refuseFrom) return absl::UnavailableError("no answer");
        return file_->sync();
    }
    std::unique_ptr<tracefmt::FileSync> syncElsewhere() override {
        return counts_.elsewhere ? std::make_unique<Elsewhere>(counts_) : nullptr;
    }
    absl::Status truncate(std::uint64_t size) override { return file_->truncate(size); }
    absl::Status close() override { return file_->close(); }

private:
    std::unique_ptr<tracefmt::WriteFile> file_;
    Counts& counts_;
};

std::uint64_t tailBytes() {
    const tracefmt::TailShape shape;
    return shape.slotAt(shape.slots);
}

}  // namespace

class TstDurability : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    std::filesystem::path path(const std::string& name) const {
        return std::filesystem::path{folder_.path().toStdString()} / name;
    }
    recorder::RunRequest till(const std::string& name, ArgumentTexts args = {}) const {
        return {"till", std::move(args), 5, kernel::Policy::kRounds, path(name)};
    }
    /// Runs "till" into `recorder`, with `between` after each round.
    static Outcome runInto(recorder::Recorder& recorder, const std::function<void()>& between,
                           const ArgumentTexts& args = {}) {
        kernel::WorldOptions options;
        options.seed = 5;
        kernel::World world{options, &recorder};
        const Program* program = ProgramRegistry::find("till");
        if (!program->start(world, *program, args).ok()) return Outcome::kRunning;
        while (world.step()) between();
        return world.outcome();
    }

private Q_SLOTS:
    void theTailLiesBesideTheFileUntilTheEnd() {
        auto run = must(recorder::ProgramRun::start(till("a.clew")));
        QVERIFY(run->tailStatus().ok());
        QVERIFY(std::filesystem::exists(path("a.clew-tail")));
        while (run->step()) {
        }
        must(run->finish(""));
        QVERIFY(!std::filesystem::exists(path("a.clew-tail")));
    }

    void withoutFinishTheTailHasWhatTheFileHasNot() {
        std::uint64_t committed = 0;
        {
            auto run = must(recorder::ProgramRun::start(till("b.clew")));
            for (int i = 0; i < 20; ++i) run->step();
            committed = run->world().position().value;
        }
        const auto trace = must(tracefmt::TraceReader::open(path("b.clew")));
        QVERIFY(trace->state() == tracefmt::FileState::kCut);
        QCOMPARE(trace->lastPosition().value, committed);
        QCOMPARE(trace->tail().events, committed);
    }

    void aRunWithoutATailIsTheSameAndSaysWhy_data() {
        QTest::addColumn<bool>("limited");
        QTest::newRow("another file has its name") << false;
        QTest::newRow("files may not be as long") << true;
    }
    void aRunWithoutATailIsTheSameAndSaysWhy() {
        QFETCH(const bool, limited);
        const auto usual = recordTill(folder_, "usual.clew", 5);
        std::filesystem::remove(path("c.clew-tail"));
        std::optional<FileSizeLimit> limit;
        if (limited)
            limit.emplace(tailBytes() - 1);
        else
            std::ofstream(path("c.clew-tail")) << "do not lose me";
        auto run = must(recorder::ProgramRun::start(till("c.clew")));
        const std::string why = run->tailStatus().ToString();
        QVERIFY2(why.find(limited ? "RLIMIT_FSIZE" : "is no tail") != std::string::npos,
                 why.c_str());
        while (run->step()) {
        }
        must(run->finish(""));
        QVERIFY(fileBytes(path("c.clew")) == fileBytes(usual));
        QCOMPARE(std::filesystem::exists(path("c.clew-tail")), !limited);
    }

    void whatIsKeptOnTheDiskIsSyncedByTheClockAndIsTheSame_data() {
        QTest::addColumn<bool>("elsewhere");
        QTest::newRow("by the thread that writes") << false;
        QTest::newRow("by another one") << true;
    }
    void whatIsKeptOnTheDiskIsSyncedByTheClockAndIsTheSame() {
        CountingFile::Counts counts;
        QFETCH(const bool, elsewhere);
        counts.elsewhere = elsewhere;
        const tracefmt::TraceMeta meta;
        auto recorder = must(recorder::Recorder::create(
            std::make_unique<CountingFile>(must(tracefmt::createForWriting(path("e.clew"))),
                                           counts),
            meta, path("e.clew")));
        recorder->keepOnDisk();
        QTRY_VERIFY_WITH_TIMEOUT(counts.syncs >= 1, 30'000);
        const int before = counts.syncs;
        QCOMPARE(runInto(*recorder, [] {}), Outcome::kCompleted);
        QVERIFY(recorder->flush().ok());
        QTRY_VERIFY_WITH_TIMEOUT(counts.syncs > before, 30'000);
        must(recorder->finish());

        auto plain = must(recorder::Recorder::create(path("plain.clew"), meta));
        QCOMPARE(runInto(*plain, [] {}), Outcome::kCompleted);
        QVERIFY(plain->flush().ok());
        must(plain->finish());
        QVERIFY(fileBytes(path("plain.clew")) == fileBytes(path("e.clew")));
    }

    void theRunGoesOnWhileTheDiskTakesItsTime() {
        CountingFile::Counts counts;
        counts.elsewhere = true;
        counts.slow = true;
        auto recorder = must(recorder::Recorder::create(
            std::make_unique<CountingFile>(must(tracefmt::createForWriting(path("g.clew"))),
                                           counts),
            tracefmt::TraceMeta{}, path("g.clew")));
        recorder->keepOnDisk();
        QTRY_VERIFY_WITH_TIMEOUT(counts.syncs == 1, 30'000);
        // More than all blocks of a recorder hold.
        QCOMPARE(runInto(*recorder, [] {}, {{"customers", "6000"}}), Outcome::kCompleted);
        QVERIFY(recorder->flush().ok());
        QVERIFY(recorder->writtenTo().value > 12 * tracefmt::kRowsPerChunk);
        QCOMPARE(counts.syncs.load(), 1);
        counts.slow = false;
        counts.slow.notify_all();
        QVERIFY(recorder->flush(recorder::Durability::kMachine).ok());
        const auto result = must(recorder->finish());
        const auto trace = must(tracefmt::TraceReader::open(path("g.clew")));
        QVERIFY(trace->state() == tracefmt::FileState::kClean);
        QCOMPARE(trace->lastPosition().value, result.events);
    }

    void aSyncThatFailsIsNotTriedAgain_data() {
        QTest::addColumn<bool>("steady");
        QTest::addColumn<bool>("elsewhere");
        QTest::newRow("before an effect") << false << false;
        QTest::newRow("by the clock") << true << false;
        QTest::newRow("by the clock, elsewhere") << true << true;
    }
    void aSyncThatFailsIsNotTriedAgain() {
        QFETCH(const bool, steady);
        QFETCH(const bool, elsewhere);
        CountingFile::Counts counts;
        counts.elsewhere = elsewhere;
        counts.refuseFrom = 1;
        auto recorder = must(recorder::Recorder::create(
            std::make_unique<CountingFile>(must(tracefmt::createForWriting(path("f.clew"))),
                                           counts),
            tracefmt::TraceMeta{}));
        if (steady) {
            recorder->keepOnDisk();
            QTRY_VERIFY_WITH_TIMEOUT(!recorder->status().ok(), 30'000);
        } else {
            QVERIFY(!recorder->flush(recorder::Durability::kMachine).ok());
        }
        QCOMPARE(runInto(*recorder, [] {}), Outcome::kCompleted);
        const std::string why = recorder->finish().status().ToString();
        QVERIFY2(why.find("no answer") != std::string::npos, why.c_str());
        QCOMPARE(counts.syncs.load(), 1);
        recorder.reset();
        const auto trace = must(tracefmt::TraceReader::open(path("f.clew")));
        // What of it is on the disk is not known, so nothing says that all of it is.
        QVERIFY(trace->state() == tracefmt::FileState::kCut);
        QCOMPARE(trace->gaps().size(), std::size_t{1});
        QVERIFY(trace->gaps()[0].cause == tracefmt::GapCause::kIoError);
        QCOMPARE(trace->gaps()[0].first.value, 1u);
    }
};

QTEST_GUILESS_MAIN(TstDurability)
#include "tst_durability.moc"
