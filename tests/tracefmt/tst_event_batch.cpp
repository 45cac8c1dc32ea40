#include "engine/base/event_batch.h"
#include "tests/tracefmt/trace_fixture.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

EventBatch batchOf(std::span<const EventRow> rows) {
    EventBatch batch;
    for (const EventRow& row : rows) batch.add(row);
    return batch;
}

Bytes joinedBytes(std::span<const EventRow> rows, ByteView EventRow::*blob) {
    Bytes out;
    for (const EventRow& row : rows)
        if ((row.*blob).size() <= kInlineBytesMax)
            out.insert(out.end(), (row.*blob).begin(), (row.*blob).end());
    return out;
}

bool sameFields(const CompactRow& a, const EventRow& b) {
    return a.time == b.time && a.round == b.round && a.cause == b.cause && a.arg == b.arg &&
           a.extra == b.extra && a.cell == b.cell && a.peer == b.peer && a.type == b.type &&
           a.kind == b.kind && a.flags == b.flags && a.payloadBytes == b.payload.size() &&
           a.changeBytes == b.change.size();
}

}  // namespace

class EventBatchTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rowsAndBytesOfAnyLengthAreKept() {
        Rows rows = typicalRows(5000, 7, 40);
        for (std::size_t i = 0; i < rows.rows.size(); ++i) {
            EventRow& row = rows.rows[i];
            row.extra = i * i;
            row.flags = static_cast<std::uint8_t>(i);
            row.payload = rows.keep(Bytes(i % 41, static_cast<std::byte>(i)));
            if (i % 3 == 0) row.change = rows.keep(Bytes(i % 19, static_cast<std::byte>(~i)));
        }
        const EventBatch batch = batchOf(rows.rows);
        ARIADNE_VERIFY_OK(batch.status());
        const EventSlice slice = batch.all();
        QCOMPARE(slice.first.value, std::uint64_t{40});
        QCOMPARE(slice.rows.size(), rows.rows.size());
        for (std::size_t i = 0; i < slice.rows.size(); ++i)
            QVERIFY(sameFields(slice.rows[i], rows.rows[i]));
        QVERIFY(sameBytes(slice.payloads, joinedBytes(rows.rows, &EventRow::payload)));
        QVERIFY(sameBytes(slice.changes, joinedBytes(rows.rows, &EventRow::change)));
        QCOMPARE(batch.bytes(), std::uint64_t{slice.payloads.size() + slice.changes.size()});
        QVERIFY(slice.longBlobs.empty());
    }

    void longBlobsStandApart() {
        Rows rows = typicalRows(4);
        rows.rows[1].payload = rows.keep(Bytes(kInlineBytesMax, std::byte{1}));
        rows.rows[2].payload = rows.keep(Bytes(kInlineBytesMax + 1, std::byte{2}));
        rows.rows[2].change = rows.keep(Bytes(kInlineBytesMax + 7, std::byte{3}));
        const EventBatch batch = batchOf(rows.rows);
        const EventSlice slice = batch.all();
        QVERIFY(sameBytes(slice.payloads, joinedBytes(rows.rows, &EventRow::payload)));
        QCOMPARE(slice.longBlobs.size(), std::size_t{2});
        QVERIFY(slice.longBlobs[0].row == 2 && slice.longBlobs[0].column == 0);
        QVERIFY(slice.longBlobs[1].row == 2 && slice.longBlobs[1].column == 1);
        QVERIFY(sameBytes(slice.longBlobs[0].bytes, rows.rows[2].payload));
        QVERIFY(sameBytes(slice.longBlobs[1].bytes, rows.rows[2].change));
    }

    void fromTheFirstRowOutOfOrderOnNothingIsTaken() {
        Rows rows = typicalRows(5);
        rows.rows[3].seq = {9};
        EventBatch batch = batchOf(rows.rows);
        QCOMPARE(batch.status().code(), absl::StatusCode::kInvalidArgument);
        QVERIFY(batch.status().message().find("position 9") != std::string::npos);
        QCOMPARE(batch.size(), std::size_t{3});

        batch.clear();
        ARIADNE_VERIFY_OK(batch.status());
        batch.add(rows.rows[3]);
        QCOMPARE(batch.size(), std::size_t{1});
        QCOMPARE(batch.all().first.value, std::uint64_t{9});
    }

    void rowsTooManyForOneChunkAreSpread() {
        // Rows of 60,000 bytes, and some long blobs among them, which move with their rows.
        Rows rows = typicalRows(400);
        for (std::size_t i = 0; i < rows.rows.size(); ++i) {
            const std::size_t size = i % 90 == 5 ? kInlineBytesMax + i : 60'000;
            rows.rows[i].payload = rows.keep(Bytes(size, static_cast<std::byte>(i)));
        }
        auto disk = std::make_unique<MemoryDisk>();
        const std::shared_ptr<Bytes> bytes = disk->bytes();
        const std::unique_ptr<TraceWriter> writer = writerTo(std::move(disk));
        ARIADNE_VERIFY_OK(writer->addTypes(someTypes()));
        ARIADNE_VERIFY_OK(writer->addBirths(someBirths()));
        ARIADNE_VERIFY_OK(writer->addEvents(batchOf(rows.rows)));
        ARIADNE_VERIFY_OK(writer->finish(someStats()));

        const std::unique_ptr<TraceReader> reader = readerOf(bytes);
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
        std::size_t chunks = 0;
        for (Position at{1}; at.value <= rows.rows.size(); ++chunks) {
            const auto chunk = valueOf(reader->chunkAt(at));
            for (std::uint32_t i = 0; i < chunk->count(); ++i, ++at.value)
                QVERIFY(sameRow(chunk->row(i), rows.rows[at.value - 1]));
        }
        QVERIFY(chunks > 1);
    }
};

QTEST_GUILESS_MAIN(EventBatchTest)
#include "tst_event_batch.moc"
