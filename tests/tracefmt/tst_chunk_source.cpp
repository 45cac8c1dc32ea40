// Chunks and blobs by offset: what is there, and what each wrong offset or length is told.
#include "tests/tracefmt/body_edit.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

constexpr absl::StatusCode kDataLoss = absl::StatusCode::kDataLoss;

/// A payload of two PAYL chunks, then the rows it belongs to.
std::shared_ptr<Bytes> traceWithBlob(std::size_t bytes) {
    Rows rows = typicalRows(3);
    rows.rows[1].payload = rows.keep(Bytes(bytes, std::byte{6}));
    auto disk = std::make_unique<MemoryDisk>();
    const auto out = disk->bytes();
    const auto writer = writerTo(std::move(disk));
    check(writer->addEvents(rows.rows));
    check(writer->finish(someStats()));
    return out;
}

}  // namespace

class ChunkSourceTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void blobsAreWhatTheirLengthSays() {
        const std::size_t bytes = kPayloadPartBytesMax + 1000;
        const auto trace = traceWithBlob(bytes);
        const std::vector<Chunk> chunks = chunksOf(trace);
        QVERIFY(chunks[1].header.type == ChunkType::kPayload &&
                chunks[2].header.type == ChunkType::kPayload);
        const auto file = readFromMemory(trace);
        const ChunkSource source(*file, trace->size(), idOf(*trace));
        const std::uint64_t at = chunks[1].offset;
        const std::uint64_t before = chunks[3].offset;
        QVERIFY(valueOf(source.blobAt(at, bytes, before)) == Bytes(bytes, std::byte{6}));
        QCOMPARE(valueOf(source.blobAt(chunks[2].offset, 1000, before)).size(), std::size_t{1000});
        QVERIFY(valueOf(source.blobAt(at, 0, before)).empty());
        const std::string has = "the blob at offset " + std::to_string(at) + " has ";
        ARIADNE_VERIFY_SAYS(
            source.blobAt(at, bytes + 1, before).status(), kDataLoss,
            has + std::to_string(bytes) + " bytes, expected " + std::to_string(bytes + 1));
        ARIADNE_VERIFY_SAYS(
            source.blobAt(at, bytes - 1, before).status(), kDataLoss,
            has + std::to_string(bytes) + " bytes, expected " + std::to_string(bytes - 1));
        ARIADNE_VERIFY_SAYS(source.blobAt(at, bytes, chunks[2].offset).status(), kDataLoss,
                            has + std::to_string(kPayloadPartBytesMax));
        ARIADNE_VERIFY_SAYS(source.blobAt(before, 5, trace->size()).status(), kDataLoss,
                            "found a EVNT chunk at offset");
        // One of no bytes would be looked at for ever.
        auto forged = std::make_shared<Bytes>(*trace);
        forgeChunk(*forged, at, chunks[1].header, {});
        const auto other = readFromMemory(forged);
        const ChunkSource lying(*other, forged->size(), idOf(*forged));
        QCOMPARE(lying.blobAt(at, 5, before).status().code(), kDataLoss);
    }

    void aChunkIsReadWhateverLengthIsExpected() {
        const auto trace = smallTrace();
        const auto file = readFromMemory(trace);
        const ChunkSource source(*file, trace->size(), idOf(*trace));
        Bytes room;
        for (const Chunk& chunk : chunksOf(trace)) {
            const std::uint64_t bytes = chunk.header.totalBytes();
            for (const std::uint64_t likely : {bytes, std::uint64_t{0}, std::uint64_t{kFrameBytes},
                                               bytes - 8, bytes + 8, std::uint64_t{1} << 40}) {
                const auto header = source.storedAt(chunk.offset, likely, room);
                ARIADNE_VERIFY_OK(header.status());
                QCOMPARE(header->sequence, chunk.header.sequence);
                QVERIFY(sameBytes(ByteView{room}.first(static_cast<std::size_t>(bytes)),
                                  ByteView{*trace}.subspan(static_cast<std::size_t>(chunk.offset),
                                                           static_cast<std::size_t>(bytes))));
            }
        }
        ARIADNE_VERIFY_SAYS(source.storedAt(68, 200, room).status(), kDataLoss,
                            "offset 68 is no multiple of 8");
        for (const std::uint64_t offset : {trace->size() + 0, trace->size() + 800})
            QCOMPARE(
                source.storedAt(offset / 8 * 8, 64, room).status().code(),
                offset / 8 * 8 + 64 > trace->size() ? absl::StatusCode::kOutOfRange : kDataLoss);
        // Zeros are a chunk that was not written yet.
        const auto zeros = readFromMemory(std::make_shared<Bytes>(Bytes(200)));
        const ChunkSource empty(*zeros, 200, {1, 2});
        QCOMPARE(empty.storedAt(64, 100, room).status().code(), absl::StatusCode::kOutOfRange);
    }
};

QTEST_GUILESS_MAIN(ChunkSourceTest)
#include "tst_chunk_source.moc"
