// Ends of files that are whole and lie: trailers, indexes, and the first chunk.
#include "engine/base/digest.h"
#include "tests/tracefmt/answers.h"
#include "tests/tracefmt/body_edit.h"
#include "tests/tracefmt/snapshot_chain.h"
#include "tracefmt/meta_codec.h"

#include <QTest>

#include <functional>
#include <sys/resource.h>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

Trailer trailerOf(const Bytes& trace) {
    Frame frame;
    std::memcpy(frame.data(), trace.data() + trace.size() - kFrameBytes, kFrameBytes);
    return *decodeTrailer(frame, trace.size());
}

void append(Bytes& to, ByteView bytes) {
    to.insert(to.end(), bytes.begin(), bytes.end());
}

/// The trace with another trailer.
std::shared_ptr<Bytes> withTrailer(const Bytes& trace, const std::function<void(Trailer&)>& edit) {
    auto out = std::make_shared<Bytes>(trace.begin(), trace.end() - kFrameBytes);
    Trailer trailer = trailerOf(trace);
    edit(trailer);
    append(*out, encodeTrailer(trailer));
    return out;
}

/// A chunk that is stored as it is, and that nobody knows.
Bytes unknownChunk(const Chunk& before, ByteView body, FileId id) {
    ChunkHeader header;
    header.type = static_cast<ChunkType>(fourcc("ENVI"));
    header.critical = false;
    header.sequence = before.header.sequence + 1;
    header.storedBytes = header.rawBytes = static_cast<std::uint32_t>(body.size());
    header.previousBytes = before.header.totalBytes();
    header.hash = hashBytes(body, id.low + header.sequence);
    const Frame frame = encodeChunkHeader(header);
    Bytes out(frame.begin(), frame.end());
    append(out, body);
    return out;
}

/// What it says of rows, snapshots and the rest is what `truth` says.
bool saysAll(TraceReader& reader, TraceReader& truth) {
    const Answers found = answersOf(reader);
    const Answers expected = answersOf(truth);
    return found.whole && std::ranges::equal(found.rows, expected.rows, sameRow) &&
           found.images == expected.images && reader.gaps() == truth.gaps() &&
           reader.notes() == truth.notes() && reader.stats() == truth.stats();
}

long memoryPeakKiB() {
    struct ::rusage usage {};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

}  // namespace

class HostileSummaryTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aTrailerThatLiesIsNotBelieved_data() {
        QTest::addColumn<int>("lie");
        QTest::addColumn<std::string>("verified");
        QTest::newRow("tables in the header") << 0 << std::string{};
        QTest::newRow("tables at an odd place") << 1 << std::string{};
        QTest::newRow("index where tables are") << 2 << std::string{};
        QTest::newRow("no index") << 3 << std::string{};
        QTest::newRow("statistics where the index is") << 4 << std::string{};
        QTest::newRow("index behind the end") << 5 << std::string{};
        QTest::newRow("another digest") << 6 << std::string{"the trailer does not agree"};
        QTest::newRow("another digest of changes")
            << 7 << std::string{"the trailer does not agree"};
        QTest::newRow("another number of chunks") << 8 << std::string{"the trailer says 12"};
    }
    void aTrailerThatLiesIsNotBelieved() {
        QFETCH(int, lie);
        QFETCH(std::string, verified);
        const auto trace = smallTrace();
        const auto truth = readerOf(trace);
        const auto forged = withTrailer(*trace, [&](Trailer& trailer) {
            switch (lie) {
                case 0: trailer.tablesAt = 8; break;
                case 1: trailer.tablesAt += 4; break;
                case 2: trailer.indexAt = trailer.tablesAt; break;
                case 3: trailer.indexAt = 0; break;
                case 4: trailer.statsAt = trailer.indexAt; break;
                case 5: trailer.indexAt = ~7ull; break;
                case 6: ++trailer.eventDigest; break;
                case 7: ++trailer.changeDigest; break;
                case 8: ++trailer.chunkCount; break;
            }
        });
        const auto reader = readerOf(forged);
        QVERIFY2(reader->state() == FileState::kClean, reader->damage().c_str());
        QVERIFY(saysAll(*reader, *truth));
        QVERIFY(std::ranges::equal(reader->types().all(), truth->types().all()));
        const absl::Status status = reader->verify(nullptr, nullptr);
        QCOMPARE(status.ok(), verified.empty());
        QVERIFY2(says(status, verified), status.ToString().c_str());
        // Who believes nothing says that something is wrong, and reads all the same.
        ReadOptions prefix;
        prefix.reading = Reading::kPrefix;
        const auto careful = readerOf(forged, prefix);
        QCOMPARE(careful->state(), FileState::kDamaged);
        QCOMPARE(careful->damage(),
                 std::string("the summary does not agree with the chunks before it"));
        QVERIFY(saysAll(*careful, *truth));
    }

    void tablesThatATrailerLeavesOutAreMissedByVerify() {
        const auto trace = smallTrace();
        const auto reader = readerOf(
            withTrailer(*trace, [](Trailer& trailer) { trailer.tablesAt = trailer.indexAt; }));
        ARIADNE_VERIFY_SAYS(reader->verify(nullptr, nullptr), absl::StatusCode::kDataLoss,
                            "tables and index do not agree with the chunks they stand for");
    }

    void whatStandsBehindTheStatisticsIsPassedOver() {
        const auto trace = smallTrace();
        const auto truth = readerOf(trace);
        auto longer = std::make_shared<Bytes>(trace->begin(), trace->end() - kFrameBytes);
        append(*longer,
               unknownChunk(chunksOf(trace).back(), Bytes(24, std::byte{7}), idOf(*trace)));
        Trailer trailer = trailerOf(*trace);
        ++trailer.chunkCount;
        trailer.fileBytes = longer->size() + kFrameBytes;
        append(*longer, encodeTrailer(trailer));
        const auto reader = readerOf(longer);
        QVERIFY2(reader->state() == FileState::kClean, reader->damage().c_str());
        QVERIFY(saysAll(*reader, *truth));
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
    }

    void anIndexInsideAnotherChunkIsNotBelieved() {
        const auto trace = smallTrace();
        const auto truth = readerOf(trace);
        const std::vector<Chunk> chunks = chunksOf(trace);
        const Chunk& index = chunks[chunks.size() - 2];
        const Chunk& before = chunks[chunks.size() - 3];
        const ByteView sealed =
            ByteView{*trace}.subspan(static_cast<std::size_t>(index.offset),
                                     static_cast<std::size_t>(index.header.totalBytes()));
        auto forged = std::make_shared<Bytes>(
            trace->begin(), trace->begin() + static_cast<std::ptrdiff_t>(index.offset));
        append(*forged, unknownChunk(before, sealed, idOf(*trace)));
        Trailer trailer = trailerOf(*trace);
        trailer.tablesAt = index.offset;
        trailer.indexAt = index.offset + kFrameBytes;
        trailer.statsAt = forged->size();
        ChunkHeader header = chunks.back().header;
        header.previousBytes = sealed.size() + kFrameBytes;
        append(*forged, valueOf(sealChunk(header, chunks.back().body, idOf(*trace).low)));
        trailer.fileBytes = forged->size() + kFrameBytes;
        append(*forged, encodeTrailer(trailer));
        const auto reader = readerOf(forged);
        QVERIFY2(reader->state() == FileState::kClean, reader->damage().c_str());
        QVERIFY(saysAll(*reader, *truth));
        QVERIFY(std::ranges::equal(reader->types().all(), truth->types().all()));
    }

    void theFirstChunkIsTheMeta() {
        const auto trace = smallTrace();
        const std::vector<Chunk> chunks = chunksOf(trace);
        const auto statusWith = [&](ChunkHeader header, ByteView body) {
            Bytes forged = *trace;
            forgeChunk(forged, kFrameBytes, header, body);
            return TraceReader::open(readFromMemory(std::make_shared<Bytes>(forged))).status();
        };
        ChunkHeader header = chunks[0].header;
        header.sequence = 1;
        ARIADNE_VERIFY_SAYS(statusWith(header, chunks[0].body), absl::StatusCode::kDataLoss,
                            "the META chunk has number 1, expected 0");
        header = chunks[1].header;
        header.sequence = 0;
        ARIADNE_VERIFY_SAYS(statusWith(header, chunks[1].body), absl::StatusCode::kDataLoss,
                            "found a TABL chunk at offset 64, expected META; use another copy");
        ARIADNE_VERIFY_SAYS(statusWith(chunks[0].header, Bytes(24)), absl::StatusCode::kDataLoss,
                            "the META chunk at offset 64: malformed message");
    }

    void aSecondMetaEndsTheReading() {
        const ChainTrace chain = chainTrace(2);
        const auto forged = sealedAgain(
            chain.bytes,
            [&](Chunk& chunk) {
                if (chunk.header.sequence != 4) return;
                chunk.header.type = ChunkType::kMeta;
                chunk.body = valueOf(encodeMeta(someMeta()));
            },
            [](IndexPart& part) { part.totals.lastPosition = {1}; });
        const auto reader = readerOf(forged);
        QCOMPARE(reader->state(), FileState::kDamaged);
        QVERIFY2(reader->damage().find("only the first chunk may be META") != std::string::npos,
                 reader->damage().c_str());
    }

    void snapshotsOfTooManyPartsEndTheReading() {
        const ChainTrace chain = chainTrace(2);
        auto forged = sealedAgain(
            chain.bytes,
            [&](Chunk& chunk) {
                if (chunk.header.type != ChunkType::kSnapshot) return;
                chunk.body = edited<schema::SnapshotPart>(
                    chunk.body,
                    [](schema::SnapshotPart::Builder b) { b.setParts(kSnapshotPartsMax + 1); });
            },
            [](IndexPart& part) { part.snapshots[0].parts = kSnapshotPartsMax + 1; });
        const auto reader = readerOf(forged);
        QCOMPARE(reader->state(), FileState::kDamaged);
        QVERIFY2(reader->damage().find("a snapshot of 4097 parts, the limit is 4096") !=
                     std::string::npos,
                 reader->damage().c_str());
        QCOMPARE(reader->lastPosition().value, 3u);
    }

    void chunksThatDoNotFollowEndTheReading() {
        const auto trace = smallTrace();
        const std::vector<Chunk> chunks = chunksOf(trace);
        const Chunk& gaps = *std::find_if(chunks.begin(), chunks.end(), [](const Chunk& c) {
            return c.header.type == ChunkType::kGaps;
        });
        const auto damageWith = [&](ChunkHeader header) {
            auto forged = std::make_shared<Bytes>(
                trace->begin(), trace->begin() + static_cast<std::ptrdiff_t>(gaps.offset));
            forgeChunk(*forged, gaps.offset, header, gaps.body);
            const auto reader = readerOf(forged);
            return reader->lastPosition().value == 6 ? reader->damage() : std::string{};
        };
        ChunkHeader header = gaps.header;
        header.sequence += 2;
        QVERIFY(damageWith(header).find("has number 9, expected 7") != std::string::npos);
        header = gaps.header;
        header.previousBytes += 8;
        const std::string said = damageWith(header);
        QVERIFY2(said.find("follows one of " + std::to_string(header.previousBytes) +
                           " bytes, expected " + std::to_string(gaps.header.previousBytes)) !=
                     std::string::npos,
                 said.c_str());
    }

    /// Of a long index not every entry is held against its chunk at opening.
    void entriesThatLieAreMetWhenTheyAreRead() {
        auto disk = std::make_unique<MemoryDisk>();
        const auto trace = disk->bytes();
        const auto writer = writerTo(std::move(disk));
        for (std::uint64_t i = 1; i <= 2'100; ++i)
            check(writer->addEvents(typicalRows(1, 3, i).rows));
        check(writer->finish(someStats()));
        const std::vector<Chunk> chunks = chunksOf(trace);
        const IndexPart part = valueOf(decodeIndex(chunks[chunks.size() - 2].body));
        const std::size_t first = 2'100 - part.chunks.size();  // in all, of those in the last part
        const std::size_t odd = first % 2 == 0 ? 3 : 2;        // in this part
        const std::function<void(ChunkEntry&)> lies[] = {
            [](ChunkEntry& entry) { entry.storedBytes -= 8; },
            [](ChunkEntry& entry) { entry.storedBytes = kFrameBytes; },
            [](ChunkEntry& entry) { entry.offset += 8, entry.storedBytes -= 8; },
            [](ChunkEntry& entry) { entry.offset += 4, entry.storedBytes -= 8; },
        };
        for (const auto& lie : lies) {
            IndexPart lying = part;
            lie(lying.chunks[odd]);
            const auto reader = readerOf(withIndex(trace, lying));
            QVERIFY2(reader->state() == FileState::kClean, reader->damage().c_str());
            const absl::Status status = reader->chunk(first + odd).status();
            QCOMPARE(status.code(), absl::StatusCode::kDataLoss);
            QVERIFY2(
                says(status, "EVNT chunk at offset " + std::to_string(lying.chunks[odd].offset)),
                status.ToString().c_str());
            // Where a chunk is, it is read as long as it says itself, and then it is another one.
            if (lying.chunks[odd].offset == part.chunks[odd].offset)
                QVERIFY2(says(status, "the index does not agree"), status.ToString().c_str());
            QVERIFY(reader->chunk(first + odd - 1).ok() && reader->chunk(first + odd + 1).ok());
            ARIADNE_VERIFY_SAYS(reader->verify(nullptr, nullptr), absl::StatusCode::kDataLoss,
                                "the index does not agree");
        }
    }

    /// Each of them is short in the file, and what it says is not.
    void aChainOfHugeIndexesIsNotHeldInMemory() {
        const auto trace = smallTrace();
        const auto truth = readerOf(trace);
        const FileId id = idOf(*trace);
        std::vector<Chunk> chunks = chunksOf(trace);
        auto forged = std::make_shared<Bytes>(
            trace->begin(),
            trace->begin() + static_cast<std::ptrdiff_t>(chunks[chunks.size() - 2].offset));
        Trailer trailer = trailerOf(*trace);
        ChunkHeader header = chunks[chunks.size() - 2].header;
        std::uint64_t last = 0;
        IndexPart part;
        part.names.resize(30u << 20);
        Bytes body = valueOf(encodeIndex(part));
        for (int i = 0; i < 32; ++i) {
            // Behind framing and root pointer: where the index before it stands.
            storeLittleEndian(body.data() + 16, last);
            last = forged->size();
            const Bytes sealed = valueOf(sealChunk(header, body, id.low));
            append(*forged, sealed);
            ++header.sequence;
            header.previousBytes = sealed.size();
        }
        trailer.indexAt = last;
        trailer.statsAt = forged->size();
        ChunkHeader stats = chunks.back().header;
        stats.sequence = header.sequence;
        stats.previousBytes = header.previousBytes;
        append(*forged, valueOf(sealChunk(stats, chunks.back().body, id.low)));
        trailer.chunkCount += 31;
        trailer.fileBytes = forged->size() + kFrameBytes;
        append(*forged, encodeTrailer(trailer));
        QVERIFY(forged->size() < (8u << 20));
        ReadOptions options;
        options.decodeBytesMax = 64u << 20;
        const long before = memoryPeakKiB();
        const auto reader = readerOf(forged, options);
        // All of them are 960 MiB; a sanitizer gives some of what was freed back later.
        QVERIFY2(memoryPeakKiB() - before < 640 * 1024,
                 std::to_string(memoryPeakKiB() - before).c_str());
        QVERIFY2(reader->state() == FileState::kClean, reader->damage().c_str());
        QVERIFY(saysAll(*reader, *truth));
    }
};

QTEST_GUILESS_MAIN(HostileSummaryTest)
#include "tst_hostile_summary.moc"
