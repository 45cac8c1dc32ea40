// Traces made from the traces of samples: slices, and what is recovered of damaged ones.
#include "engine/kernel/world.h"
#include "recorder/diff.h"
#include "recorder/program_run.h"
#include "recorder/recorder.h"
#include "recorder/replay.h"
#include "tests/recorder/support/moment_difference.h"
#include "tests/recorder/support/often_snapped.h"
#include "tests/support/must.h"
#include "tracefmt/chunk_source.h"
#include "tracefmt/cut.h"
#include "tracefmt/format.h"
#include "tracefmt/recover.h"

#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <map>

using namespace ariadne;
using namespace ariadne::test;
using namespace ariadne::tracefmt;

namespace {

/// A file in memory that grows.
class GrowingFile final : public WriteFile {
public:
    explicit GrowingFile(std::shared_ptr<Bytes> bytes) : bytes_(std::move(bytes)) {}
    absl::Status append(ByteView added) override {
        bytes_->insert(bytes_->end(), added.begin(), added.end());
        return absl::OkStatus();
    }
    absl::Status sync() override { return absl::OkStatus(); }
    absl::Status truncate(std::uint64_t size) override {
        bytes_->resize(static_cast<std::size_t>(size));
        return absl::OkStatus();
    }
    absl::Status close() override { return absl::OkStatus(); }

private:
    std::shared_ptr<Bytes> bytes_;
};

using SharedBytes = std::shared_ptr<const Bytes>;

std::unique_ptr<TraceReader> opened(SharedBytes bytes, Reading reading = Reading::kByIndex) {
    ReadOptions options;
    options.reading = reading;
    return must(TraceReader::open(readFromMemory(std::move(bytes)), options));
}

struct Result {
    absl::StatusOr<Recovered> said;
    SharedBytes bytes;
};

Result recovered(const SharedBytes& damaged, RecoverMode mode) {
    ReadOptions options;
    options.reading = readingFor(mode);
    auto reader = TraceReader::open(readFromMemory(damaged), options);
    if (!reader.ok()) return {reader.status(), nullptr};
    auto bytes = std::make_shared<Bytes>();
    const RecoverOutput output{
        [&]() -> absl::StatusOr<std::unique_ptr<WriteFile>> {
            return std::make_unique<GrowingFile>(bytes);
        },
        [&]() -> absl::StatusOr<std::unique_ptr<ReadFile>> { return readFromMemory(bytes); }};
    const auto file = readFromMemory(damaged);
    return {recover(**reader, *file, mode, output), bytes};
}

SharedBytes slice(TraceReader& whole, Position first, Position last) {
    auto bytes = std::make_shared<Bytes>();
    must(cut(whole, first, last, std::make_unique<GrowingFile>(bytes)));
    return bytes;
}

bool sameRow(const EventRow& a, const EventRow& b) {
    return a.seq == b.seq && a.time == b.time && a.round == b.round && a.cause == b.cause &&
           a.arg == b.arg && a.extra == b.extra && a.cell == b.cell && a.peer == b.peer &&
           a.type == b.type && a.kind == b.kind && a.flags == b.flags &&
           sameBytes(a.payload, b.payload) && sameBytes(a.change, b.change);
}

/// Offsets at which chunks begin, and the end of the last.
std::vector<std::uint64_t> boundaries(const SharedBytes& trace) {
    const auto file = readFromMemory(trace);
    const FileId id = must(decodeFileHeader(*trace)).id;
    const ChunkSource source(*file, trace->size() - kFrameBytes, id);
    std::vector<std::uint64_t> out{kFrameBytes};
    while (out.back() < source.end()) out.push_back(must(source.chunkAt(out.back())).end());
    return out;
}

}  // namespace

class TestMadeTraces : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::map<std::string, SharedBytes> recorded_;

    std::filesystem::path path(const std::string& name) const {
        return std::filesystem::path{folder_.path().toStdString()} / name;
    }

    SharedBytes sample(const std::string& id) {
        SharedBytes& bytes = recorded_[id];
        if (bytes != nullptr) return bytes;
        // The description of the run is that of one recorded as usual.
        auto usual = must(
            recorder::ProgramRun::start({id, {}, 7, kernel::Policy::kRounds, path("usual.clew")}));
        must(usual->finish("enough"));
        const TraceMeta meta = must(TraceReader::open(path("usual.clew")))->meta();
        auto recorder = must(recorder::Recorder::create(path(id + ".clew"), meta));
        {
            OftenSnapped driver{*recorder, 5};
            kernel::World world{must(recorder::worldOptionsOf(meta)), &driver};
            const Program* program = must(recorder::programOf(meta));
            if (!program->start(world, *program, meta.args).ok()) qFatal("no start");
            while (world.position().value < 6000 && world.step()) {
            }
            if (world.outcome() == Outcome::kRunning) world.end(Outcome::kUntil, "enough");
        }
        must(recorder->finish());
        const auto file = must(openForReading(path(id + ".clew")));
        auto read = std::make_shared<Bytes>(static_cast<std::size_t>(must(file->size())));
        if (!file->readAt(0, *read).ok()) qFatal("cannot read");
        return bytes = read;
    }

    static void samples() {
        QTest::addColumn<std::string>("id");
        for (const char* id : {"lost_update", "dining", "kv_replica"})
            QTest::newRow(id) << std::string{id};
    }

    /// Holds `part` against the whole at some positions of it.
    void compareCells(TraceReader& whole, TraceReader& part) {
        recorder::History all{whole}, some{part};
        const Position base = part.base();
        const std::uint64_t rows = part.lastPosition().value - base.value;
        for (std::uint64_t i = 0; i <= 10; ++i) {
            const Position at{base.value + rows * i / 10};
            const auto world = must(all.worldAt(at));
            const auto there = some.worldAt(at);
            QVERIFY2(there.ok(), there.status().ToString().c_str());
            QCOMPARE(there->aliveCount, world.aliveCount);
            for (std::uint32_t rank = 1; rank < world.alive.size(); ++rank) {
                if (world.alive[rank] == 0) continue;
                const auto a = must(all.cellAt(at, {rank}));
                const auto b = some.cellAt(at, {rank});
                QVERIFY2(b.ok(), b.status().ToString().c_str());
                const std::string differs = difference(a, *b, base);
                QVERIFY2(differs.empty(), (all.pathOf({rank}) + ": " + differs).c_str());
            }
        }
    }

    /// All rows that `part` has are those of the whole.
    void compareRows(TraceReader& whole, TraceReader& part) {
        for (std::size_t i = 0; i < part.chunks().size(); ++i) {
            const auto chunk = must(part.chunk(i));
            for (Position at = chunk->first(); at <= chunk->last(); ++at.value) {
                const auto there = must(whole.chunkAt(at));
                QVERIFY(sameRow(chunk->rowAt(at), there->rowAt(at)));
            }
        }
    }

    /// What every recovery keeps to.
    void checkRecovered(TraceReader& whole, const Result& result, RecoverMode mode) {
        QVERIFY2(result.said.ok(), result.said.status().ToString().c_str());
        const auto reader = opened(result.bytes);
        QCOMPARE(reader->state(), FileState::kClean);
        const absl::Status verified = reader->verify(nullptr, nullptr);
        QVERIFY2(verified.ok(), verified.ToString().c_str());
        compareRows(whole, *reader);
        QCOMPARE(reader->lastPosition(), result.said->last);
        const bool holes = std::any_of(reader->gaps().begin(), reader->gaps().end(),
                                       [](const TraceGap& gap) { return gap.last.value != 0; });
        if (mode == RecoverMode::kPrefix) QVERIFY(!holes);
        const Result again = recovered(result.bytes, mode);
        QVERIFY(again.said.ok() && again.said->copied && again.said->lostBytes == 0);
        QVERIFY(*again.bytes == *result.bytes);
    }

private Q_SLOTS:
    void everySliceSaysWhatTheWholeDoes_data() { samples(); }
    void everySliceSaysWhatTheWholeDoes() {
        QFETCH(std::string, id);
        const auto whole = opened(sample(id));
        QVERIFY(whole->snapshots().size() >= 4);
        const std::uint64_t last = whole->lastPosition().value;
        const auto& snapshots = whole->snapshots();
        for (std::size_t i = 0; i < snapshots.size(); i += snapshots.size() / 4 + 1) {
            const Position first{snapshots[i].position.value + 1};
            for (const Position end :
                 {Position{std::min(first.value + 40, last)}, Position{last}}) {
                if (first > end) continue;
                const auto part = opened(slice(*whole, first, end));
                QCOMPARE(part->state(), FileState::kClean);
                QCOMPARE(part->base(), snapshots[i].position);
                QCOMPARE(part->lastPosition(), end);
                const absl::Status verified = part->verify(nullptr, nullptr);
                QVERIFY2(verified.ok(), verified.ToString().c_str());
                compareRows(*whole, *part);
                compareCells(*whole, *part);
                recorder::History history{*part};
                for (std::size_t from = 0; from < part->snapshots().size(); ++from) {
                    recorder::ReplayOptions options;
                    options.fromSnapshot = from;
                    const auto result = recorder::replay(history, options);
                    QVERIFY2(result.ok(), result.status().ToString().c_str());
                    QVERIFY(!result->divergence);
                    QCOMPARE(result->to, end);
                }
            }
        }
    }

    void aSliceThatNoSnapshotPrecedesBeginsWhereTheRunDoes() {
        const auto whole = opened(sample("dining"));
        const auto part = opened(slice(*whole, {2}, {20}));
        QCOMPARE(part->base(), (Position{0}));
        QCOMPARE(part->lastPosition(), (Position{20}));
        compareCells(*whole, *part);
        recorder::History history{*part};
        const auto result = must(recorder::replay(history, {}));
        QVERIFY(!result.divergence);
        QCOMPARE(result.eventsCompared, std::uint64_t{20});
    }

    void aSliceOfASliceIsOneOfTheWhole() {
        const auto whole = opened(sample("dining"));
        const auto& snapshots = whole->snapshots();
        const Position from{snapshots[1].position.value + 1};
        const Position to{snapshots[3].position.value + 3};
        const auto outer = opened(slice(*whole, from, {to.value + 50}));
        const auto inner = opened(slice(*outer, from, to));
        const auto direct = opened(slice(*whole, from, to));
        QCOMPARE(inner->stats().eventDigest, direct->stats().eventDigest);
        QCOMPARE(inner->base(), direct->base());
        compareCells(*whole, *inner);
    }

    void aSliceNamesItsParentAndIsAnotherFile() {
        const auto whole = opened(sample("dining"));
        const Position from{whole->snapshots()[1].position.value + 1};
        const SharedBytes bytes = slice(*whole, from, {from.value + 9});
        QVERIFY(*slice(*whole, from, {from.value + 9}) == *bytes);
        const auto part = opened(bytes);
        QCOMPARE(part->meta().origin.made, TraceOrigin::Made::kCut);
        QVERIFY(part->meta().origin.parent == whole->id());
        QCOMPARE(part->meta().origin.first, from);
        QVERIFY(part->id() != whole->id());
        QVERIFY(opened(slice(*whole, from, {from.value + 8}))->id() != part->id());
        // Nothing of what comes later is in it.
        for (const CellBirth& birth : part->births()) QVERIFY(birth.bornAt <= part->lastPosition());
        QCOMPARE(part->stats().outcome, static_cast<std::uint8_t>(Outcome::kRunning));
    }

    void partsThatAreNotThereAreRefused() {
        const auto whole = opened(sample("dining"));
        const auto refused = [&](TraceReader& from, std::uint64_t first, std::uint64_t last) {
            return cut(from, {first}, {last},
                       std::make_unique<GrowingFile>(std::make_shared<Bytes>()))
                .status()
                .code();
        };
        const std::uint64_t end = whole->lastPosition().value;
        QCOMPARE(refused(*whole, 0, 5), absl::StatusCode::kInvalidArgument);
        QCOMPARE(refused(*whole, 6, 5), absl::StatusCode::kInvalidArgument);
        QCOMPARE(refused(*whole, 5, end + 1), absl::StatusCode::kInvalidArgument);
        const Position base = whole->snapshots()[1].position;
        const auto part = opened(slice(*whole, {base.value + 1}, {end}));
        QCOMPARE(refused(*part, base.value, end), absl::StatusCode::kInvalidArgument);
        QCOMPARE(refused(*part, base.value + 1, end), absl::StatusCode::kOk);
    }

    void everyTruncationIsRecovered_data() { samples(); }
    void everyTruncationIsRecovered() {
        QFETCH(std::string, id);
        const SharedBytes bytes = sample(id);
        const auto whole = opened(bytes);
        const std::vector<std::uint64_t> ends = boundaries(bytes);
        std::vector<std::uint64_t> lengths(ends.begin() + 1, ends.end());
        for (const std::uint64_t end : ends)
            for (const std::uint64_t more : {8u, 60u}) lengths.push_back(end + more);
        const std::uint64_t step = bytes->size() / 60 + 1;
        for (std::uint64_t at = ends[1]; at <= bytes->size(); at += step) lengths.push_back(at);
        for (const std::uint64_t length : lengths) {
            if (length > bytes->size() || length < ends[1]) continue;
            const auto part = std::make_shared<const Bytes>(
                bytes->begin(), bytes->begin() + static_cast<std::ptrdiff_t>(length));
            const bool between = std::binary_search(ends.begin(), ends.end(), length);
            const bool lossless = between || length == bytes->size();
            for (const RecoverMode mode : {RecoverMode::kPrefix, RecoverMode::kSalvage}) {
                const Result result = recovered(part, mode);
                checkRecovered(*whole, result, mode);
                if (QTest::currentTestFailed()) return;
                QCOMPARE(result.said->lostBytes == 0, lossless);
                // What is lost is in the chunk that was torn.
                const auto torn = std::prev(std::upper_bound(ends.begin(), ends.end(), length));
                QVERIFY(result.said->lostBytes <= length - *torn);
            }
            const Result strict = recovered(part, RecoverMode::kStrict);
            QCOMPARE(strict.said.ok(), length == bytes->size());
        }
    }

    void everyFlippedBitIsRecoveredFrom_data() { samples(); }
    void everyFlippedBitIsRecoveredFrom() {
        QFETCH(std::string, id);
        const SharedBytes bytes = sample(id);
        const auto whole = opened(bytes);
        const std::uint64_t begin = boundaries(bytes)[1];
        QRandomGenerator random{4711};
        std::uint64_t salvagedMore = 0;
        for (int i = 0; i < 120; ++i) {
            auto damaged = std::make_shared<Bytes>(*bytes);
            const std::size_t at =
                static_cast<std::size_t>(begin + random.generate64() % (bytes->size() - begin));
            (*damaged)[at] ^= static_cast<std::byte>(1u << random.bounded(8));
            std::uint64_t rows[2] = {};
            for (const RecoverMode mode : {RecoverMode::kPrefix, RecoverMode::kSalvage}) {
                const Result result = recovered(damaged, mode);
                checkRecovered(*whole, result, mode);
                if (QTest::currentTestFailed()) return;
                QVERIFY(result.said->lostBytes != 0);
                QVERIFY(!result.said->damage.empty());
                rows[mode == RecoverMode::kSalvage] = result.said->rows;
            }
            QVERIFY(rows[1] >= rows[0]);
            salvagedMore += rows[1] - rows[0];
            QCOMPARE(recovered(damaged, RecoverMode::kStrict).said.status().code(),
                     absl::StatusCode::kFailedPrecondition);
        }
        QVERIFY(salvagedMore > 0);
    }

    /// The rows of one chunk are gone: what is behind them is there, and no replay goes across.
    void salvageLeavesAHoleThatReplayDoesNotCross() {
        const SharedBytes bytes = sample("dining");
        const auto whole = opened(bytes);
        const std::size_t hit = whole->chunks().size() / 2;
        const ChunkEntry lost = whole->chunks()[hit];
        auto damaged = std::make_shared<Bytes>(*bytes);
        (*damaged)[static_cast<std::size_t>(lost.offset + kFrameBytes)] ^= std::byte{1};
        const Result result = recovered(damaged, RecoverMode::kSalvage);
        checkRecovered(*whole, result, RecoverMode::kSalvage);
        if (QTest::currentTestFailed()) return;
        const auto part = opened(result.bytes);
        QCOMPARE(part->lastPosition(), whole->lastPosition());
        QCOMPARE(part->stats().eventDigest, whole->stats().eventDigest);
        QCOMPARE(part->stats().outcome, whole->stats().outcome);
        QCOMPARE(part->gaps().size(), std::size_t{1});
        const TraceGap gap = part->gaps()[0];
        QCOMPARE(gap.cause, GapCause::kDamaged);
        QCOMPARE(gap.first, lost.first);
        QVERIFY(gap.last.value >= lost.first.value + lost.count - 1);
        QCOMPARE(result.said->rows,
                 whole->lastPosition().value - (gap.last.value + 1 - gap.first.value));
        recorder::History history{*part};
        const auto across = recorder::replay(history, {});
        QCOMPARE(across.status().code(), absl::StatusCode::kFailedPrecondition);
        QVERIFY2(across.status().message().find("damaged") != absl::string_view::npos,
                 across.status().ToString().c_str());
        recorder::ReplayOptions before;
        before.to = {gap.first.value - 1};
        QVERIFY(!must(recorder::replay(history, before)).divergence);
        recorder::ReplayOptions behind;
        const auto& snapshots = part->snapshots();
        const auto next = std::find_if(snapshots.begin(), snapshots.end(),
                                       [&](const auto& s) { return s.position >= gap.last; });
        QVERIFY(next != snapshots.end());
        behind.fromSnapshot = static_cast<std::size_t>(next - snapshots.begin());
        QVERIFY(!must(recorder::replay(history, behind)).divergence);
        // And states behind the hole are those of the run.
        recorder::History all{*whole};
        for (std::uint32_t rank = 1; rank < whole->births().size(); ++rank) {
            const auto a = must(all.cellAt(whole->lastPosition(), {rank}));
            if (!a.alive) continue;
            const auto b = history.cellAt(whole->lastPosition(), {rank});
            QVERIFY2(b.ok(), b.status().ToString().c_str());
            QVERIFY(a.state.encode() == b->state.encode());
        }
    }

    void severalHolesAreEachNamed() {
        const SharedBytes bytes = sample("kv_replica");
        const auto whole = opened(bytes);
        auto damaged = std::make_shared<Bytes>(*bytes);
        for (const std::size_t of : {4u, 2u}) {
            const ChunkEntry& lost = whole->chunks()[whole->chunks().size() / of];
            (*damaged)[static_cast<std::size_t>(lost.offset + kFrameBytes)] ^= std::byte{1};
        }
        const Result result = recovered(damaged, RecoverMode::kSalvage);
        checkRecovered(*whole, result, RecoverMode::kSalvage);
        if (QTest::currentTestFailed()) return;
        QCOMPARE(opened(result.bytes)->gaps().size(), std::size_t{2});
    }

    void aWholeTraceIsCopied() {
        const SharedBytes bytes = sample("dining");
        for (const RecoverMode mode :
             {RecoverMode::kStrict, RecoverMode::kPrefix, RecoverMode::kSalvage}) {
            const Result result = recovered(bytes, mode);
            QVERIFY(result.said.ok() && result.said->copied);
            QVERIFY(*result.bytes == *bytes);
        }
    }
};

QTEST_GUILESS_MAIN(TestMadeTraces)
#include "tst_made_traces.moc"
