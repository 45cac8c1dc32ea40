// Files that begin in the middle of a run, and snapshots that stand for missing rows.
#include "tests/tracefmt/trace_fixture.h"
#include "tracefmt/meta_codec.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

constexpr std::uint64_t kBase = 600;
const EventDigest kBefore{0xABCDEF, 0x123456};

TraceMeta midRunMeta() {
    TraceMeta meta = someMeta();
    meta.minViewMinor = kMidRunMinor;
    return meta;
}

struct Written {
    std::shared_ptr<Bytes> bytes;
    std::unique_ptr<TraceWriter> writer;
};

Written begun(const TraceMeta& meta = midRunMeta()) {
    auto disk = std::make_unique<MemoryDisk>();
    Written out{disk->bytes(), nullptr};
    out.writer = valueOf(TraceWriter::create(std::move(disk), meta));
    return out;
}

WorldImage baseImage(std::uint64_t at = kBase) {
    return someImage({at}, someBirths(), kBefore);
}

absl::Status beginAtBase(TraceWriter& writer) {
    return writer.beginAt(someTypes(), someBirths(), baseImage(), GapCause::kRetention, "why");
}

/// A base, 300 rows, a snapshot, 300 rows.
std::shared_ptr<Bytes> midRunTrace(bool finished = true) {
    Written trace = begun();
    check(beginAtBase(*trace.writer));
    check(trace.writer->addEvents(typicalRows(300, 3, kBase + 1).rows));
    check(
        trace.writer->addSnapshot(someImage({kBase + 300}, someBirths(), trace.writer->digest())));
    check(trace.writer->addEvents(typicalRows(300, 3, kBase + 301).rows));
    if (finished) check(trace.writer->finish(someStats()));
    return trace.bytes;
}

/// What the digest is behind rows that follow the base.
EventDigest digestBehindBase(std::initializer_list<Rows> added) {
    TypeTable types;
    for (const TypeDesc& type : someTypes()) types.add(type);
    EventDigest digest = kBefore;
    for (const Rows& rows : added)
        for (const EventRow& row : rows.rows) digest.add(row, types.at(row.type).hash);
    return digest;
}

void checkMidRun(TraceReader& reader) {
    QCOMPARE(reader.base(), (Position{kBase}));
    QCOMPARE(reader.lastPosition(), (Position{kBase + 600}));
    QCOMPARE(reader.gaps().size(), std::size_t{1});
    QCOMPARE(reader.gaps()[0], (TraceGap{{1}, {kBase}, GapCause::kRetention, "why"}));
    QCOMPARE(reader.snapshots().size(), std::size_t{2});
    QVERIFY(valueOf(reader.snapshot(0)) == baseImage());
    QCOMPARE(reader.births().size(), std::size_t{4});
    const EventDigest digest =
        digestBehindBase({typicalRows(300, 3, kBase + 1), typicalRows(300, 3, kBase + 301)});
    QCOMPARE(reader.stats().eventDigest, digest.events());
    QCOMPARE(reader.stats().changeDigest, digest.changes());
    std::uint64_t counted = 0;
    for (const auto& [kind, count] : reader.stats().kindCounts) counted += count;
    QCOMPARE(counted, std::uint64_t{600});
    QCOMPARE(valueOf(reader.chunkAt({kBase + 1}))->first(), (Position{kBase + 1}));
    QCOMPARE(reader.chunkAt({kBase}).status().code(), absl::StatusCode::kOutOfRange);
    ARIADNE_VERIFY_OK(reader.verify(nullptr, nullptr));
}

}  // namespace

class MidRunTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aTraceBeginsAtASnapshot() {
        const auto bytes = midRunTrace();
        const std::vector<Chunk> chunks = chunksOf(bytes);
        QCOMPARE(chunks[0].header.type, ChunkType::kMeta);
        QCOMPARE(chunks[1].header.type, ChunkType::kGaps);
        QCOMPARE(chunks[2].header.type, ChunkType::kTables);
        QCOMPARE(chunks[3].header.type, ChunkType::kSnapshot);
        const auto reader = readerOf(bytes);
        QCOMPARE(reader->state(), FileState::kClean);
        checkMidRun(*reader);
    }

    void itIsReadWithoutItsSummary() {
        const auto whole = midRunTrace();
        auto cut = std::make_shared<Bytes>(*whole);
        cut->resize(cut->size() - kFrameBytes);
        auto reader = readerOf(cut);
        QCOMPARE(reader->state(), FileState::kCut);
        checkMidRun(*reader);
        reader = readerOf(midRunTrace(false));
        QCOMPARE(reader->state(), FileState::kCut);
        checkMidRun(*reader);
    }

    /// More chunks than an index takes, so that the base is found in another part of the chain than
    /// the rows.
    void theIndexLeadsToTheBase() {
        Written trace = begun();
        check(beginAtBase(*trace.writer));
        constexpr std::uint64_t kChunks = 2 * kChunksPerIndex;
        for (std::uint64_t i = 0; i < kChunks; ++i)
            check(trace.writer->addEvents(typicalRows(2, 3, kBase + 1 + 2 * i).rows));
        for (const bool finished : {false, true}) {
            if (finished) check(trace.writer->finish(someStats()));
            const auto reader = readerOf(trace.bytes);
            QCOMPARE(reader->base(), (Position{kBase}));
            QCOMPARE(reader->lastPosition(), (Position{kBase + 2 * kChunks}));
            QCOMPARE(reader->stats().eventDigest, trace.writer->digest().events());
            ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
        }
    }

    void everyTruncationIsAPrefix() {
        const auto whole = midRunTrace();
        for (std::size_t size = kFrameBytes; size < whole->size(); size += 8) {
            const auto opened = TraceReader::open(readFromMemory(std::make_shared<Bytes>(
                whole->begin(), whole->begin() + static_cast<std::ptrdiff_t>(size))));
            if (!opened.ok()) continue;  // in META
            TraceReader& reader = **opened;
            ARIADNE_VERIFY_OK(reader.verify(nullptr, nullptr));
            // Rows are there only when what they go on from is.
            if (!reader.chunks().empty()) QCOMPARE(reader.base(), (Position{kBase}));
            if (reader.snapshots().empty()) QCOMPARE(reader.lastPosition(), (Position{0}));
        }
    }

    void aSnapshotStandsForAGapInTheMiddle() {
        Written trace = begun();
        check(trace.writer->addTypes(someTypes()));
        check(trace.writer->addBirths(someBirths()));
        check(trace.writer->addEvents(typicalRows(6).rows));
        check(trace.writer->addGap({{7}, {kBase}, GapCause::kDamaged, "hole"}));
        check(trace.writer->addSnapshot(baseImage()));
        const Rows behind = typicalRows(600, 3, kBase + 1);
        check(trace.writer->addEvents(behind.rows));
        const EventDigest digest = digestBehindBase({typicalRows(600, 3, kBase + 1)});
        QCOMPARE(trace.writer->digest(), digest);
        check(trace.writer->finish(someStats()));
        const auto reader = readerOf(trace.bytes);
        QCOMPARE(reader->state(), FileState::kClean);
        QCOMPARE(reader->base(), (Position{0}));
        QCOMPARE(reader->lastPosition(), (Position{kBase + 600}));
        QVERIFY(reader->gapAt({7}) && reader->gapAt({kBase}));
        QVERIFY(!reader->gapAt({6}) && !reader->gapAt({kBase + 1}));
        QCOMPARE(reader->stats().eventDigest, digest.events());
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
    }

    void onlyTheFirstCallBeginsElsewhere() {
        Written trace = begun();
        check(trace.writer->addTypes(someTypes()));
        QCOMPARE(beginAtBase(*trace.writer).code(), absl::StatusCode::kFailedPrecondition);
        trace = begun();
        ARIADNE_VERIFY_OK(beginAtBase(*trace.writer));
        QCOMPARE(beginAtBase(*trace.writer).code(), absl::StatusCode::kFailedPrecondition);
        QCOMPARE(trace.writer->addEvents(typicalRows(1, 3, kBase).rows).code(),
                 absl::StatusCode::kInvalidArgument);
    }

    void imagesThatCannotBeABaseAreRefusedAndHarmless() {
        Written trace = begun();
        const std::uint64_t before = trace.writer->bytesWritten();
        const auto refused = [&](const WorldImage& image, std::vector<CellBirth> births) {
            return trace.writer->beginAt(someTypes(), births, image, GapCause::kRetention, "")
                .code();
        };
        WorldImage since = baseImage();
        since.since = {3};
        QCOMPARE(refused(since, someBirths()), absl::StatusCode::kInvalidArgument);
        QCOMPARE(refused(baseImage(0), someBirths()), absl::StatusCode::kInvalidArgument);
        QCOMPARE(refused(baseImage(), someBirths(2)), absl::StatusCode::kInvalidArgument);
        WorldImage wrong = baseImage();
        ++wrong.stateDigest;
        QCOMPARE(refused(wrong, someBirths()), absl::StatusCode::kInvalidArgument);
        QCOMPARE(trace.writer->bytesWritten(), before);
        ARIADNE_VERIFY_OK(beginAtBase(*trace.writer));
    }

    void aFileThatOlderReadersOpenGetsNone() {
        TraceMeta meta = midRunMeta();
        meta.minViewMinor = kMidRunMinor - 1;
        Written trace = begun(meta);
        QCOMPARE(beginAtBase(*trace.writer).code(), absl::StatusCode::kInvalidArgument);
        // It can still be an ordinary one.
        ARIADNE_VERIFY_OK(writeSmallTrace(*trace.writer));
        QCOMPARE(readerOf(trace.bytes)->state(), FileState::kClean);
    }

    /// Only a gap of exactly the missing rows makes a snapshot stand for them.
    void aSnapshotThatNoGapAnnouncesIsDamage_data() {
        QTest::addColumn<quint64>("first");
        QTest::addColumn<quint64>("last");
        QTest::newRow("ends before") << quint64{1} << quint64{kBase - 1};
        QTest::newRow("ends behind") << quint64{1} << quint64{kBase + 1};
        QTest::newRow("begins later") << quint64{2} << quint64{kBase};
    }
    void aSnapshotThatNoGapAnnouncesIsDamage() {
        QFETCH(quint64, first);
        QFETCH(quint64, last);
        const auto whole = midRunTrace();
        const std::vector<Chunk> chunks = chunksOf(whole);
        auto forged = std::make_shared<Bytes>(*whole);
        ChunkHeader header = chunks[1].header;
        header.firstSeq = first;
        const TraceGap gap{{first}, {last}, GapCause::kRetention, "why"};
        forgeChunk(*forged, chunks[1].offset, header, valueOf(encodeGaps({&gap, 1})));
        // The index has its own list, so it must go.
        const auto index = std::find_if(chunks.begin(), chunks.end(), [](const Chunk& chunk) {
            return chunk.header.type == ChunkType::kIndex;
        });
        forged->resize(static_cast<std::size_t>(index->offset));
        const auto reader = readerOf(forged);
        QCOMPARE(reader->state(), FileState::kDamaged);
        QCOMPARE(reader->lastPosition(), (Position{0}));
        QVERIFY(reader->damage().find("SNAP") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(MidRunTest)
#include "tst_mid_run.moc"
