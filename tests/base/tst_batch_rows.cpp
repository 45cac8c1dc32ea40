// Which rows a batch takes, which it refuses, and where their bytes are kept.
#include "engine/base/event_batch.h"

#include <QTest>

#include <algorithm>
#include <cstdint>
#include <string>

using namespace ariadne;

namespace {

EventRow rowAt(std::uint64_t seq, ByteView payload = {}, ByteView change = {}) {
    EventRow row;
    row.seq = {seq};
    row.arg = seq * 3;
    row.payload = payload;
    row.change = change;
    return row;
}

}  // namespace

class TestBatchRows : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void roomGrowsAndWhatWasThereStays() {
        EventBatch batch;
        for (std::uint64_t seq = 1; seq <= 20'000; ++seq) batch.add(rowAt(seq));
        QVERIFY(batch.status().ok());
        QCOMPARE(batch.size(), std::size_t{20'000});
        const EventSlice slice = batch.all();
        for (std::size_t i = 0; i < slice.rows.size(); ++i)
            QCOMPARE(slice.rows[i].arg, (i + 1) * 3);
    }

    void aGapIsRefusedByPositionAndSoIsWhatFollows() {
        EventBatch batch;
        batch.add(rowAt(5));
        batch.add(rowAt(7));
        QCOMPARE(std::string{batch.status().message()},
                 std::string{"found the row of position 7, expected 6"});
        batch.add(rowAt(6));
        QCOMPARE(batch.size(), std::size_t{1});
        QVERIFY(batch.roomFor({6}) == nullptr);
        batch.clear();
        QVERIFY(batch.status().ok() && batch.empty());
        batch.add(rowAt(6));
        QCOMPARE(batch.all().first.value, std::uint64_t{6});
    }

    void bytesWithoutEndAreRefused() {
        // Nobody reads them: a row is refused by how long it says it is.
        const Bytes some(1);
        const ByteView endless{some.data(), kRowBytesMax + 1};
        EventBatch batch;
        batch.add(rowAt(1));
        batch.add(rowAt(2, endless));
        QCOMPARE(std::string{batch.status().message()},
                 "the row of position 2 has " + std::to_string(kRowBytesMax + 1) +
                     " bytes, the limit is " + std::to_string(kRowBytesMax));
        QCOMPARE(batch.size(), std::size_t{1});
        QCOMPARE(batch.bytes(), std::uint64_t{0});
    }

    void longBytesStandApartAndShortOnesInARow() {
        const Bytes longest(kRowInlineBytesMax, std::byte{1});
        const Bytes longer(kRowInlineBytesMax + 1, std::byte{2});
        EventBatch batch;
        batch.add(rowAt(1, longest, longer));
        batch.add(rowAt(2, longer, longest));
        QVERIFY(batch.status().ok());
        const EventSlice slice = batch.all();
        QCOMPARE(slice.payloads.size(), longest.size());
        QCOMPARE(slice.changes.size(), longest.size());
        QCOMPARE(slice.longBlobs.size(), std::size_t{2});
        QVERIFY(slice.longBlobs[0].row == 0 && slice.longBlobs[0].column == 1);
        QVERIFY(slice.longBlobs[1].row == 1 && slice.longBlobs[1].column == 0);
        for (const LongBlob& blob : slice.longBlobs)
            QVERIFY(std::equal(blob.bytes.begin(), blob.bytes.end(), longer.begin(), longer.end()));
        QCOMPARE(batch.bytes(), std::uint64_t{2 * (longest.size() + longer.size())});
    }
};

QTEST_APPLESS_MAIN(TestBatchRows)
#include "tst_batch_rows.moc"
