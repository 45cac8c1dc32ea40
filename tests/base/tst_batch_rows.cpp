// Which rows a batch takes, which it refuses, and where their bytes are kept.
#include "engine/base/event_batch.h"
#include "engine/base/row_mark.h"

#include <QTest>

#include <algorithm>
#include <cstdint>
#include <cstring>
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

struct Room {
    std::vector<CompactRow> rows = std::vector<CompactRow>(8);
    Bytes payloads = Bytes(1000);
    Bytes changes = Bytes(1000);
    std::vector<std::uint64_t> marks = std::vector<std::uint64_t>(8);

    BatchRoom get() { return {rows, payloads, changes, marks}; }
};

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
        QVERIFY(!batch.hasRoomFor({6}));
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

    void inARoomEachRowGetsItsMark() {
        Room room;
        EventBatch batch;
        batch.liveIn(room.get());
        batch.add(rowAt(1));  // nobody asked for marks yet
        QCOMPARE(room.marks[0], std::uint64_t{0});
        batch.clear();
        batch.markRows(99, 7);
        const Bytes payload(13, std::byte{5});
        const Bytes change(9, std::byte{6});
        batch.add(rowAt(1, payload, change));
        batch.add(rowAt(2, change));
        QVERIFY(batch.all().rows.data() == room.rows.data());
        QVERIFY(batch.all().payloads.data() == room.payloads.data());
        QCOMPARE(room.marks[0], rowMark(99, 7, room.rows[0], &room.payloads[13], &room.changes[9]));
        QCOMPARE(room.marks[1], rowMark(99, 7, room.rows[1], &room.payloads[22], &room.changes[9]));
        QCOMPARE(tagOf(room.marks[1]), 7u);
        QCOMPARE(room.marks[0], rowMarkByTables(99, 7, wordsOf(room.rows[0]), &room.payloads[13],
                                                &room.changes[9]));
        batch.markNoMore();
        batch.add(rowAt(3));
        QCOMPARE(room.marks[2], std::uint64_t{0});
        QCOMPARE(batch.size(), std::size_t{3});
    }

    void aMarkIsTheCrcThatTheFormatSays() {
        const std::uint64_t seed = 0x0123'4567'89AB'CDEF;
        for (std::size_t payload : {0u, 1u, 7u, 8u, 9u, 16u, 23u}) {
            Room room;
            EventBatch batch;
            batch.liveIn(room.get());
            batch.markRows(seed, 0xFFFF'FFFF);
            for (std::size_t i = 0; i < 2; ++i)  // what stands before and behind is not its own
                batch.add(
                    rowAt(i + 1, Bytes(payload, std::byte{0xA5}), Bytes(5 * i, std::byte{3})));
            Bytes all(sizeof(CompactRow));
            std::memcpy(all.data(), &room.rows[1], all.size());
            all[61] = all[63] = std::byte{0};
            const auto append = [&](std::size_t size, std::byte value) {
                all.insert(all.end(), size, value);
                all.resize((all.size() + 7) / 8 * 8);
            };
            append(payload, std::byte{0xA5});
            append(5, std::byte{3});
            std::uint32_t crc = 0x89AB'CDEF ^ 0x0123'4567;
            for (const std::byte byte : all) {
                crc ^= static_cast<std::uint32_t>(byte);
                for (int bit = 0; bit < 8; ++bit)
                    crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F6'3B78 : 0);
            }
            QCOMPARE(room.marks[1], std::uint64_t{crc} << 32 | 0xFFFF'FFFF);
        }
    }

    void aRowWithoutPlaceInItsRoomIsKeptAndNotMarked() {
        Room room;
        EventBatch batch;
        batch.liveIn(room.get());
        batch.markRows(99, 7);
        const Bytes much(room.payloads.size() + 1, std::byte{5});
        for (std::uint64_t seq = 1; seq <= room.rows.size() + 1; ++seq) batch.add(rowAt(seq));
        batch.add(rowAt(room.rows.size() + 2, much));
        const EventSlice slice = batch.all();
        QCOMPARE(slice.rows.size(), room.rows.size() + 2);
        QCOMPARE(slice.rows.back().payloadBytes, much.size());
        QVERIFY(std::equal(much.begin(), much.end(), slice.payloads.begin()));
        batch.clear();  // and back
        batch.markRows(100, 8);
        batch.add(rowAt(1, much));
        QCOMPARE(tagOf(room.marks[0]), 7u);
        batch.add(rowAt(2));
        QCOMPARE(tagOf(room.marks[1]), 7u);
        QCOMPARE(batch.all().payloads.size(), much.size());
    }

    void aMarkTellsEveryBitOfItsRow() {
        Room room;
        EventBatch batch;
        batch.liveIn(room.get());
        batch.markRows(99, 7);
        batch.add(rowAt(1, Bytes(13, std::byte{5}), Bytes(3, std::byte{6})));
        const auto mark = [&] {
            return rowMark(99, 7, room.rows[0], &room.payloads[13], &room.changes[3]);
        };
        const std::uint64_t right = mark();
        QCOMPARE(right, room.marks[0]);
        const auto flip = [&](std::byte* bytes, std::size_t size, bool isRow) {
            for (std::size_t bit = 0; bit < 8 * size; ++bit) {
                const bool unused = isRow && (bit / 8 == 61 || bit / 8 == 63);
                const std::byte flipped = static_cast<std::byte>(1u << (bit % 8));
                bytes[bit / 8] ^= flipped;
                // Sizes say where the bytes are; those that reach too far are refused before.
                const bool isSize =
                    isRow && ((bit / 8 >= 48 && bit / 8 < 52) || (bit / 8 >= 56 && bit / 8 < 60));
                if (!isSize) QCOMPARE(mark() == right, unused);
                bytes[bit / 8] ^= flipped;
            }
        };
        flip(reinterpret_cast<std::byte*>(room.rows.data()), sizeof(CompactRow), true);
        flip(room.payloads.data(), 13, false);
        flip(room.changes.data(), 3, false);
        // What stands behind them is not theirs.
        room.payloads[13] ^= std::byte{1};
        room.changes[3] ^= std::byte{1};
        QCOMPARE(mark(), right);
    }
};

QTEST_APPLESS_MAIN(TestBatchRows)
#include "tst_batch_rows.moc"
