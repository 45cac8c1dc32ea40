// A machine that stops at any moment: what opens afterwards is a prefix of the run without holes,
// and at least all that was acknowledged to be on the disk.
#include "tests/faults/support/amount.h"
#include "tests/faults/support/crash_disk.h"
#include "tests/faults/support/scripts.h"
#include "tests/tracefmt/answers.h"

#include <QTest>

#include <set>

using namespace ariadne;
using namespace ariadne::faults;
using namespace ariadne::tracefmt;

namespace {

/// One trace as it was written, and what was promised of it meanwhile.
struct Written {
    std::string name;
    std::shared_ptr<DiskLog> log;
    /// A sync, the how manyth call it was, and what a reader of the file up to there answers.
    struct Promise {
        std::size_t calls = 0;
        std::size_t rows = 0;
        std::size_t images = 0;
        std::size_t gaps = 0;
        std::size_t notes = 0;
    };
    std::vector<Promise> promises;
    std::unique_ptr<TraceReader> whole;
    Answers truth;
    std::unique_ptr<TraceReader> intended;  ///< as it would be on a disk that is never full
    Answers intendedTruth;
    std::shared_ptr<Bytes> olderTrace;  ///< what the blocks of the disk held before
    std::unique_ptr<TraceReader> older;
    Answers olderTruth;
};

Bytes contentAfter(const DiskLog& log) {
    Bytes out;
    for (const DiskCall& call : log) {
        if (call.kind == DiskCall::Kind::kTruncate) out.resize(call.offset);
        if (call.kind == DiskCall::Kind::kWrite)
            out.insert(out.end(), call.bytes.begin(), call.bytes.end());
    }
    return out;
}

Written written(const Script& script, std::size_t refusedAppend = LoggingDisk::kNever) {
    Written out;
    out.name = script.name;
    if (refusedAppend != LoggingDisk::kNever)
        out.name += ", full at append " + std::to_string(refusedAppend);
    auto disk = std::make_unique<LoggingDisk>(refusedAppend);
    out.log = disk->log();
    const auto writer = valueOf(TraceWriter::create(std::move(disk), scriptMeta()));
    std::vector<std::size_t> syncs;
    Pen pen{*writer, [&] { syncs.push_back(out.log->size()); }};
    script.write(pen);
    (void)pen.finish();
    for (const std::size_t calls : syncs) {
        const DiskLog until(out.log->begin(),
                            out.log->begin() + static_cast<std::ptrdiff_t>(calls));
        const auto reader = readerOf(std::make_shared<Bytes>(contentAfter(until)));
        const Answers answers = answersOf(*reader);
        out.promises.push_back({calls, answers.rows.size(), answers.images.size(),
                                reader->gaps().size(), reader->notes().size()});
    }
    out.whole = readerOf(std::make_shared<Bytes>(contentAfter(*out.log)));
    out.truth = answersOf(*out.whole);
    out.intended = readerOf(wholeTrace(script));
    out.intendedTruth = answersOf(*out.intended);
    out.olderTrace = wholeTrace(script, 2);
    out.older = readerOf(out.olderTrace);
    out.olderTruth = answersOf(*out.older);
    return out;
}

/// What is wrong with what is left; empty: nothing.
std::string wrongWith(const Written& run, const Crash& crash, const Bytes& image) {
    Written::Promise promise;
    for (const Written::Promise& made : run.promises)
        if (made.calls <= crash.calls) promise = made;
    const auto opened = TraceReader::open(readFromMemory(std::make_shared<Bytes>(image)));
    if (!opened.ok()) {
        if (promise.calls != 0) return "does not open: " + opened.status().ToString();
        return isNamed(opened.status()) ? "" : "no name: " + opened.status().ToString();
    }
    TraceReader& reader = **opened;
    const Answers answers = answersOf(reader);
    if (!answers.whole) return "has a hole: " + reader.verify(nullptr, nullptr).ToString();
    // As long as nothing was acknowledged the file may still be what had the name before.
    if (promise.calls == 0 && isPrefix(reader, answers, *run.older, run.olderTruth)) return {};
    const bool asWritten = isPrefix(reader, answers, *run.whole, run.truth);
    // The older trace has the same rows: with its blocks behind half a chunk, which the writer gave
    // up, that chunk may be whole after all, and true.
    if (!asWritten && !isPrefix(reader, answers, *run.intended, run.intendedTruth))
        return "is no prefix";
    if (answers.rows.size() < promise.rows || answers.images.size() < promise.images ||
        reader.gaps().size() < promise.gaps || reader.notes().size() < promise.notes)
        return "has less than was acknowledged: " + std::to_string(answers.rows.size()) + " rows";
    if (asWritten && !reader.chunks().empty()) {
        const ChunkEntry& last = reader.chunks().back();
        const ChunkEntry& same = run.whole->chunks()[reader.chunks().size() - 1];
        if (last.eventDigest != same.eventDigest || last.changeDigest != same.changeDigest)
            return "has another digest";
    }
    if (reader.state() == FileState::kClean && answers.rows.size() != run.truth.rows.size())
        return "says that it is whole";
    if (reader.state() != FileState::kDamaged) {
        const absl::Status verified = reader.verify(nullptr, nullptr);
        if (!verified.ok()) return "does not verify: " + verified.ToString();
    }
    return {};
}

}  // namespace

class PowerLossTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsLeftIsAPrefixWithoutHoles() {
        std::vector<Written> runs;
        for (const Script& script : scripts()) runs.push_back(written(script));
        for (const std::size_t refused : {9u, 17u}) runs.push_back(written(scripts()[0], refused));
        const std::uint64_t images = amount("ARIADNE_CRASH_IMAGES", 20'000);
        const std::uint64_t seed = amount("ARIADNE_CRASH_SEED", 1);
        std::set<std::string> states;
        for (std::uint64_t n = 0; n < images; ++n) {
            std::mt19937_64 random(seed * 1'000'003 + n);
            const Written& run = runs[n % runs.size()];
            Crash crash;
            crash.calls = random() % (run.log->size() + 1);
            crash.blockBytes = random() % 2 == 0 ? 512 : 4096;
            crash.loss = static_cast<Loss>(random() % kLossCount);
            crash.fill = static_cast<Fill>(random() % kFillCount);
            const Bytes image = CrashImages{*run.log, *run.olderTrace}.image(crash, random);
            const std::string wrong = wrongWith(run, crash, image);
            if (!wrong.empty())
                QFAIL((run.name + ", ARIADNE_CRASH_SEED=" + std::to_string(seed) + ", image " +
                       std::to_string(n) + ", after call " + std::to_string(crash.calls) + " of " +
                       std::to_string(run.log->size()) + ", loss " +
                       std::to_string(static_cast<int>(crash.loss)) + ", fill " +
                       std::to_string(static_cast<int>(crash.fill)) + ": " + wrong)
                          .c_str());
            const auto reader = TraceReader::open(readFromMemory(std::make_shared<Bytes>(image)));
            states.insert(reader.ok() ? std::string{nameOf((*reader)->state())} : "refused");
        }
        // The images are of all sorts, or this shows little.
        QCOMPARE(states, (std::set<std::string>{"clean", "cut", "damaged", "refused"}));
        qInfo("%llu images of %zu runs", static_cast<unsigned long long>(images), runs.size());
    }

    void everyCallIsACrashPointOfItsOwn() {
        // Nothing torn: all that was called for, and nothing more.
        for (const Script& script : scripts()) {
            const Written run = written(script);
            for (std::size_t calls = 0; calls <= run.log->size(); ++calls) {
                const DiskLog made(run.log->begin(),
                                   run.log->begin() + static_cast<std::ptrdiff_t>(calls));
                const std::string wrong =
                    wrongWith(run, {calls, 512, Loss::kTail, Fill::kZeros}, contentAfter(made));
                QVERIFY2(wrong.empty(),
                         (run.name + " " + std::to_string(calls) + ": " + wrong).c_str());
            }
        }
    }
};

QTEST_GUILESS_MAIN(PowerLossTest)
#include "tst_power_loss.moc"
