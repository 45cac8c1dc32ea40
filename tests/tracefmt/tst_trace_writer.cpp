// What a TraceWriter refuses, and what it leaves behind when the disk does.
#include "tests/tracefmt/trace_fixture.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

std::unique_ptr<TraceWriter> writer() {
    return writerTo(std::make_unique<MemoryDisk>());
}

}  // namespace

class TraceWriterTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rowsOutOfOrderAreRefusedAndHarmless() {
        const auto w = writer();
        const std::uint64_t before = w->bytesWritten();
        QCOMPARE(w->addEvents(typicalRows(2, 3, 2).rows).code(),
                 absl::StatusCode::kInvalidArgument);
        Rows rows = typicalRows(3);
        rows.rows[1].seq = {3};
        QCOMPARE(w->addEvents(rows.rows).code(), absl::StatusCode::kInvalidArgument);
        QCOMPARE(w->bytesWritten(), before);
        ARIADNE_VERIFY_OK(w->addEvents(typicalRows(3).rows));
        ARIADNE_VERIFY_OK(w->addEvents(std::span<const EventRow>{}));
        ARIADNE_VERIFY_OK(w->addEvents(typicalRows(3, 3, 4).rows));
    }

    void birthsOutOfRankAreRefused() {
        const auto w = writer();
        std::vector<CellBirth> births = someBirths(2);
        births[1].rank = {3};
        QCOMPARE(w->addBirths(births).code(), absl::StatusCode::kInvalidArgument);
        ARIADNE_VERIFY_OK(w->addBirths(someBirths(2)));
        QCOMPARE(w->addBirths(someBirths(2)).code(), absl::StatusCode::kInvalidArgument);
    }

    void snapshotsThatCannotBeTrueAreRefused() {
        const auto w = writer();
        check(w->addEvents(typicalRows(4).rows));
        QCOMPARE(w->addSnapshot(someImage({4}, someBirths())).code(),
                 absl::StatusCode::kInvalidArgument);
        check(w->addBirths(someBirths()));
        QCOMPARE(w->addSnapshot(someImage({3}, someBirths())).code(),
                 absl::StatusCode::kInvalidArgument);
        WorldImage image = someImage({4}, someBirths());
        ++image.stateDigest;
        QCOMPARE(w->addSnapshot(image).code(), absl::StatusCode::kInvalidArgument);
        std::swap(image.cells[0], image.cells[1]);
        QCOMPARE(w->addSnapshot(image).code(), absl::StatusCode::kInvalidArgument);
        ARIADNE_VERIFY_OK(w->addSnapshot(someImage({4}, someBirths())));
    }

    void textsBeyondTheLimitAreRefused() {
        const auto w = writer();
        TypeDesc type;
        type.name.assign(kStringBytesMax + 1, 'x');
        QCOMPARE(w->addTypes({&type, 1}).code(), absl::StatusCode::kInvalidArgument);
        type.name.pop_back();
        ARIADNE_VERIFY_OK(w->addTypes({&type, 1}));
        TraceMeta meta;
        meta.programId.assign(kStringBytesMax + 1, 'x');
        QCOMPARE(TraceWriter::create(std::make_unique<MemoryDisk>(), meta).status().code(),
                 absl::StatusCode::kInvalidArgument);
    }

    void finishIsCalledOnce() {
        const auto w = writer();
        ARIADNE_VERIFY_OK(w->finish({}));
        QVERIFY(!w->finish({}).ok());
        QVERIFY(!w->addEvents(typicalRows(1).rows).ok());
    }

    void aDiskTooSmallForTheHeaderIsLeftEmpty() {
        auto disk = std::make_unique<MemoryDisk>(100);
        const auto bytes = disk->bytes();
        QCOMPARE(TraceWriter::create(std::move(disk), someMeta()).status().code(),
                 absl::StatusCode::kResourceExhausted);
        QVERIFY(bytes->empty());
    }

    void aDiskFullAnywhereLeavesWholeChunks() {
        const std::shared_ptr<const Bytes> whole = smallTrace();
        const auto full = readerOf(whole);
        const std::size_t metaEnd = static_cast<std::size_t>(chunksOf(whole)[0].end());
        for (std::size_t room = metaEnd; room < whole->size(); ++room) {
            auto disk = std::make_unique<MemoryDisk>(room);
            const auto bytes = disk->bytes();
            const auto w = writerTo(std::move(disk));
            QCOMPARE(writeSmallTrace(*w).code(), absl::StatusCode::kResourceExhausted);
            QVERIFY(bytes->size() <= room);
            QCOMPARE(w->bytesWritten(), bytes->size());
            const auto reader = readerOf(bytes);
            // A summary may fit where a large chunk did not; then the file is whole and says what
            // it lost.
            if (reader->state() == FileState::kClean) {
                QVERIFY(reader->gaps().back().cause == GapCause::kDiskFull);
            } else {
                QVERIFY(reader->state() == FileState::kCut);
                QVERIFY2(reader->damage().find("without a trailer") != std::string::npos,
                         reader->damage().c_str());
            }
            QVERIFY(reader->lastPosition() <= full->lastPosition());
            ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
        }
    }

    void aReserveSealsTheFileAndTellsTheLoss() {
        const std::shared_ptr<const Bytes> whole = smallTrace();
        const std::vector<Chunk> chunks = chunksOf(whole);
        for (std::size_t room = static_cast<std::size_t>(chunks[0].end()); room < whole->size();
             room += 8) {
            auto disk = std::make_unique<MemoryDisk>(room, 10'000);
            const auto bytes = disk->bytes();
            const auto w = writerTo(std::move(disk));
            const absl::Status status = writeSmallTrace(*w);
            QCOMPARE(status.code(), absl::StatusCode::kResourceExhausted);
            const auto reader = readerOf(bytes);
            ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
            if (room >= chunks.back().offset) continue;  // only the summary was missing
            if (reader->state() == FileState::kCut) {
                // finish() itself met the full disk: every row is there.
                QCOMPARE(reader->lastPosition().value, 15u);
                continue;
            }
            QVERIFY(reader->state() == FileState::kClean);
            const TraceGap& gap = reader->gaps().back();
            QVERIFY(gap.cause == GapCause::kDiskFull);
            QCOMPARE(gap.last.value, 0u);
            QVERIFY(gap.first > reader->lastPosition());
            QVERIFY(gap.note.find("disk full") != std::string::npos);
        }
    }

    void theFirstErrorIsTheOneThatStays() {
        auto disk = std::make_unique<MemoryDisk>(600);
        const auto w = writerTo(std::move(disk));
        absl::Status first;
        for (std::uint64_t at = 1; first.ok(); at += 50)
            first = w->addEvents(typicalRows(50, 3, at).rows);
        QCOMPARE(first.code(), absl::StatusCode::kResourceExhausted);
        QVERIFY(std::string(first.message()).find("offset") != std::string::npos);
        QVERIFY(w->addTypes(someTypes()) == first);
        QVERIFY(w->addGap({}) == first);
        QVERIFY(w->finish({}) == first);
    }
};

QTEST_GUILESS_MAIN(TraceWriterTest)
#include "tst_trace_writer.moc"
