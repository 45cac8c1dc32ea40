// Tails that are whole by their hashes and lie, and small ones in memory: what they offer.
#include "tests/tracefmt/failing_file.h"
#include "tests/tracefmt/trace_fixture.h"
#include "tracefmt/tail_file.h"
#include "tracefmt/tail_reader.h"

#include <QTest>

#include <functional>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

/// Room of three slots. Records may be longer than a path, and are never longer than a slot's room.
class MemoryTail {
public:
    TailHeader header{{0x1234'5678'9ABC'DEF0, 77}, {3, 16, 4096, 4096, 128u << 10}};

    MemoryTail() : MemoryTail(4096) {}
    /// With so much room for payloads and for changes.
    explicit MemoryTail(std::uint32_t areaBytes) {
        header.shape.payloadBytes = header.shape.changeBytes = areaBytes;
        lines_.resize(static_cast<std::size_t>(header.shape.slotAt(3)) / sizeof(CompactRow));
        seal();
    }

    void seal() {
        const Frame frame = encodeTailHeader(header);
        std::copy(frame.begin(), frame.end(), memory());
    }
    /// Five rows in each slot but for the one of that index.
    void fill(std::uint32_t butFor = 3) {
        for (std::uint32_t index = 0; index < 3; ++index)
            if (index != butFor) add(index, typicalRows(5, 3, 5 * index + 1));
    }
    /// What is long of the rows is kept with them when `withLong`.
    void add(std::uint32_t index, const Rows& rows, bool withLong = true) {
        TailSlot slot{memory() + header.shape.slotAt(index), -1, header, index};
        EventBatch batch;
        batch.liveIn(slot.room());
        slot.begin(index + 1, rows.rows.front().seq);
        batch.clear();
        batch.markRows(slot.seed(), slot.tag());
        for (const EventRow& row : rows.rows) {
            for (const ByteView bytes : {row.payload, row.change})
                if (withLong && bytes.size() > kRowInlineBytesMax)
                    check(slot.addLongBytes(bytes) ? absl::OkStatus() : absl::AbortedError("full"));
            batch.add(row);
        }
        check(batch.status());
    }
    /// The first words of a slot.
    void putHead(std::uint32_t index, std::uint64_t number, std::uint64_t first) {
        std::byte* const slot = memory() + header.shape.slotAt(index);
        storeLittleEndian(slot, number);
        storeLittleEndian(slot + 8, first);
    }
    /// One record, with the hash that such a one has, among the records of a slot.
    void putRecord(std::uint32_t index, TailRecord kind, ByteView bytes,
                   std::int64_t sizeSaid = -1) {
        const std::uint64_t seed = tailSeed(header.id, index + 1, 5 * index + 1);
        TailRecordHead head{kind, static_cast<std::uint32_t>(bytes.size()), 0};
        head.hash = recordHash(seed, kind, 0, bytes);
        std::byte* const slot = memory() + header.shape.slotAt(index);
        std::byte* const records = slot + header.shape.recordsAt();
        std::memcpy(records, &head, sizeof head);
        std::copy(bytes.begin(), bytes.end(), records + sizeof head);
        const auto size = sizeSaid < 0
                              ? static_cast<std::uint32_t>(sizeof head + alignedUp(bytes.size()))
                              : static_cast<std::uint32_t>(sizeSaid);
        storeLittleEndian(slot + 16, recordsWord(seed, size));
    }
    Bytes bytes() const {
        const auto* const begin = reinterpret_cast<const std::byte*>(lines_.data());
        return {begin, begin + sizeof(CompactRow) * lines_.size()};
    }
    absl::StatusOr<std::vector<TailBlock>> read(std::uint64_t bytesMax = 1 << 20) const {
        return readAs(header.id, bytesMax);
    }
    /// For the trace of that id.
    absl::StatusOr<std::vector<TailBlock>> readAs(FileId id,
                                                  std::uint64_t bytesMax = 1 << 20) const {
        const auto file = readFromMemory(std::make_shared<Bytes>(bytes()));
        return readTail(*file, id, {1}, bytesMax);
    }
    /// How many rows are offered.
    std::size_t offered() const {
        std::size_t rows = 0;
        for (const TailBlock& block : valueOf(read())) rows += block.rows.size();
        return rows;
    }
    std::byte* memory() { return reinterpret_cast<std::byte*>(lines_.data()); }

private:
    std::vector<CompactRow> lines_;  ///< for their alignment
};

bool says(const absl::Status& status, const std::string& text) {
    return status.ToString().find(text) != std::string::npos;
}

Bytes birthOf(std::size_t bytes) {
    return Bytes(bytes);
}

}  // namespace

class TailRecordsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aRecordThatLiesEndsWhatIsTaken_data() {
        QTest::addColumn<int>("lie");
        QTest::newRow("a kind nobody knows") << 0;
        QTest::newRow("a birth too short") << 1;
        QTest::newRow("a birth with too long a path") << 2;
        QTest::newRow("types that are no message") << 3;
        QTest::newRow("longer than there is") << 4;
        QTest::newRow("only half a head") << 5;
        QTest::newRow("longer than the file") << 6;
        QTest::newRow("longer than its room, and nothing behind it") << 7;
        QTest::newRow("another hash") << 8;
    }
    void aRecordThatLiesEndsWhatIsTaken() {
        QFETCH(int, lie);
        MemoryTail tail;
        tail.fill();
        QCOMPARE(tail.offered(), std::size_t{15});
        switch (lie) {
            case 0: tail.putRecord(1, static_cast<TailRecord>(9), Bytes(8)); break;
            case 1: tail.putRecord(1, TailRecord::kBirth, birthOf(sizeof(TailBirth) - 1)); break;
            case 2:
                tail.putRecord(1, TailRecord::kBirth,
                               birthOf(sizeof(TailBirth) + kStringBytesMax + 1));
                break;
            case 3: tail.putRecord(1, TailRecord::kTypes, Bytes(24)); break;
            case 4: tail.putRecord(1, TailRecord::kLongBytes, Bytes(24), 32); break;
            case 5: tail.putRecord(1, TailRecord::kLongBytes, Bytes(24), 8); break;
            case 6: tail.putRecord(1, TailRecord::kLongBytes, Bytes(24), 0x7FFF'FFFF); break;
            case 7:
                tail.putRecord(1, TailRecord::kLongBytes, Bytes(24),
                               tail.header.shape.recordBytes + 64);
                break;
            case 8:
                tail.putRecord(1, TailRecord::kLongBytes, Bytes(24));
                tail.memory()[tail.header.shape.slotAt(1) + tail.header.shape.recordsAt() + 20] =
                    std::byte{1};
                break;
        }
        // Nothing of that block, and nothing that would stand behind a hole.
        QCOMPARE(tail.offered(), std::size_t{5});
    }

    void whatARecordMaySayIsTaken() {
        MemoryTail tail;
        tail.fill();
        tail.putRecord(1, TailRecord::kBirth, birthOf(sizeof(TailBirth) + kStringBytesMax));
        QCOMPARE(tail.offered(), std::size_t{15});
        QCOMPARE(valueOf(tail.read())[1].births[0].path.size(), std::size_t{kStringBytesMax});
    }

    void whatSaysLeastIsTakenAsWell() {
        MemoryTail tail;
        tail.fill();
        tail.putRecord(1, TailRecord::kBirth, birthOf(sizeof(TailBirth)));
        QCOMPARE(tail.offered(), std::size_t{15});
        QVERIFY(valueOf(tail.read())[1].births[0].path.empty());
        tail.putRecord(1, TailRecord::kLongBytes, {});
        QCOMPARE(tail.offered(), std::size_t{15});
    }

    /// Whatever number it would have among the others.
    void slotsThatHoldNothingArePassedOver() {
        for (const auto& [number, first] :
             {std::pair{0u, 1u}, std::pair{1u, 0u}, std::pair{0u, 0u}}) {
            MemoryTail tail;
            tail.fill(2);
            tail.putHead(2, number, first);
            QCOMPARE(tail.offered(), std::size_t{10});
        }
        // One that is no carrier has no number of one.
        MemoryTail tail;
        tail.fill(2);
        tail.putHead(2, kCarrierBit | 3, 11);
        QCOMPARE(tail.offered(), std::size_t{10});
    }

    void asMuchAsThereIsRoomForIsRead() {
        constexpr auto kMost = static_cast<std::uint32_t>(kRowInlineBytesMax);
        for (const bool change : {false, true})
            for (const std::uint32_t each : {kMost, kMost / 2, kMost / 16}) {
                MemoryTail tail{kMost};
                Rows rows = typicalRows(kMost / each);
                for (EventRow& row : rows.rows) {
                    row.payload = row.change = {};
                    (change ? row.change : row.payload) = rows.keep(Bytes(each, std::byte{6}));
                }
                tail.add(0, rows);
                QCOMPARE(tail.offered(), rows.rows.size());
                const EventSlice read = valueOf(tail.read())[0].rows.all();
                QCOMPARE((change ? read.changes : read.payloads).size(), std::size_t{kMost});
            }
    }

    /// A later segment has its name in the header, with a hash that says whose name it is.
    void aTailIsThatOfWhomItNames() {
        const FileId later{5, 6};
        const auto foundWith = [&](const TailName& name, std::uint32_t at,
                                   std::uint16_t version = kTailVersionOfMore) {
            MemoryTail tail;
            tail.header.version = version;
            tail.seal();
            tail.fill();
            std::memcpy(tail.memory() + tailNameAt(at), &name, sizeof name);
            const auto blocks = tail.readAs(later);
            if (blocks.ok()) return blocks->size() == 3;
            check(absl::IsNotFound(blocks.status()) ? absl::OkStatus() : blocks.status());
            return false;
        };
        const FileId first = MemoryTail{}.header.id;
        const TailName good{later.low, later.high, tailNameCheck(first, later), 0};
        for (const std::uint32_t at : {0u, 1u}) {
            QVERIFY(foundWith(good, at));
            TailName name = good;
            ++name.low;
            QVERIFY(!foundWith(name, at));
            name = good;
            ++name.high;
            QVERIFY(!foundWith(name, at));
            name = good;
            ++name.check;
            QVERIFY(!foundWith(name, at));
            name = {later.low, later.high + 1, tailNameCheck(first, {later.low, later.high + 1}),
                    0};
            QVERIFY(!foundWith(name, at));
            QVERIFY(!foundWith(good, at, kTailVersion));
        }
        // The trace it was begun for needs no name.
        MemoryTail tail;
        tail.header.version = kTailVersionOfMore;
        tail.seal();
        tail.fill();
        QCOMPARE(tail.offered(), std::size_t{15});
    }

    void memoryIsAllowedToTheLastByte() {
        MemoryTail tail;
        tail.fill();
        std::uint64_t needed = 0;
        for (const TailBlock& block : valueOf(tail.read()))
            needed += sizeof(CompactRow) * block.rows.size() + block.rows.bytes();
        ARIADNE_VERIFY_OK(tail.read(needed).status());
        absl::Status status = tail.read(needed - 1).status();
        QCOMPARE(status.code(), absl::StatusCode::kResourceExhausted);
        QVERIFY2(says(status, "its blocks need " + std::to_string(needed)),
                 status.ToString().c_str());
        // Records are asked for before they are read.
        MemoryTail records;
        records.putHead(0, 1, 1);
        records.putRecord(0, TailRecord::kBirth, birthOf(sizeof(TailBirth) + 96));
        constexpr std::uint64_t kRecord = sizeof(TailRecordHead) + sizeof(TailBirth) + 96;
        ARIADNE_VERIFY_OK(records.read(kRecord).status());
        status = records.read(kRecord - 1).status();
        QVERIFY2(says(status, "a block needs 144 bytes more, the limit is 143"),
                 status.ToString().c_str());
        records.putHead(1, 2, 1);
        const std::uint64_t seed = tailSeed(records.header.id, 2, 1);
        storeLittleEndian(records.memory() + records.header.shape.slotAt(1) + 16,
                          recordsWord(seed, 40));
        status = records.read(kRecord + 39).status();
        QVERIFY2(says(status, "a block needs 40 bytes more, the limit is 39"),
                 status.ToString().c_str());
    }

    /// What would leave a hole in the tables is not told, nor are its rows.
    void tablesThatDoNotFollowEndWhatIsTold() {
        const auto types = someTypes();
        const Bytes later = valueOf(encodeTables({false, 9, types, 1, {}}));
        const Bytes none = valueOf(encodeTables({false, 9, {}, 1, {}}));
        TailBirth birth;
        birth.rank = 9;
        const ByteView stranger{reinterpret_cast<const std::byte*>(&birth), sizeof birth};
        const auto toldWith = [](TailRecord kind, ByteView bytes) {
            MemoryTail tail;
            tail.fill();
            if (!bytes.empty()) tail.putRecord(1, kind, bytes);
            const auto file = readFromMemory(std::make_shared<Bytes>(tail.bytes()));
            const Bytes chunks = valueOf(chunksOfTail(*file, tail.header.id, {}, {}, {}, 1 << 20));
            const auto all = extended(readFromMemory(std::make_shared<Bytes>(Bytes(kFrameBytes))),
                                      kFrameBytes, chunks);
            const ChunkSource source(*all, kFrameBytes + chunks.size(), tail.header.id);
            TraceContents contents;
            TraceScan scan(source, contents, TraceScan::Depth::kVerify, 1 << 20);
            check(scan.run({}, [](Position) { return true; }));
            return contents.totals.lastPosition().value;
        };
        QCOMPARE(toldWith(TailRecord::kTypes, {}), std::uint64_t{15});
        QCOMPARE(toldWith(TailRecord::kTypes, later), std::uint64_t{5});
        QCOMPARE(toldWith(TailRecord::kTypes, none), std::uint64_t{15});
        QCOMPARE(toldWith(TailRecord::kBirth, stranger), std::uint64_t{5});
    }

    /// Of tables that the file has already only what is new is told.
    void whatTheFileKnowsAlreadyIsNotToldAgain() {
        const auto types = someTypes();
        for (const std::size_t told : {1u, 2u, 3u}) {
            MemoryTail tail;
            tail.fill();
            tail.putRecord(0, TailRecord::kTypes,
                           valueOf(encodeTables({false, 1, std::span{types}.first(told), 1, {}})));
            const auto file = readFromMemory(std::make_shared<Bytes>(tail.bytes()));
            TraceContents contents;
            check(
                contents.addTables({false, 1, {types.begin(), types.begin() + 2}, 1, {}}, 1 << 20));
            const Bytes chunks =
                valueOf(chunksOfTail(*file, tail.header.id, {}, {}, contents, 1 << 20));
            const auto all = extended(readFromMemory(std::make_shared<Bytes>(Bytes(kFrameBytes))),
                                      kFrameBytes, chunks);
            const ChunkSource source(*all, kFrameBytes + chunks.size(), tail.header.id);
            TraceScan scan(source, contents, TraceScan::Depth::kCollect, 1 << 20);
            check(scan.run({}, [](Position) { return true; }));
            QCOMPARE(contents.totals.lastPosition().value, std::uint64_t{15});
            QCOMPARE(contents.types.size(), told == 3 ? 4u : 3u);
        }
    }

    /// Of level inputs nothing but the tables says what the rows were: without those they are none.
    void rowsThatNameWhatNoTableHasAreNotTold() {
        MemoryTail tail;
        tail.fill();
        const auto file = readFromMemory(std::make_shared<Bytes>(tail.bytes()));
        TraceMeta meta;
        meta.level = Level::kInputs;
        const auto types = someTypes();
        const auto births = someBirths();
        const auto toldWith = [&](std::size_t typesKnown, std::size_t birthsKnown) {
            TablesPart known;
            known.types.assign(types.begin(),
                               types.begin() + static_cast<std::ptrdiff_t>(typesKnown));
            known.births.assign(births.begin(),
                                births.begin() + static_cast<std::ptrdiff_t>(birthsKnown));
            TraceContents contents;
            check(contents.addTables(known, 1 << 20));
            const Bytes chunks =
                valueOf(chunksOfTail(*file, tail.header.id, meta, {}, contents, 1 << 20));
            const auto all = extended(readFromMemory(std::make_shared<Bytes>(Bytes(kFrameBytes))),
                                      kFrameBytes, chunks);
            const ChunkSource source(*all, kFrameBytes + chunks.size(), tail.header.id);
            TraceScan scan(source, contents, TraceScan::Depth::kCollect, 1 << 20);
            check(scan.run({}, [](Position) { return true; }));
            return contents.totals.lastPosition().value;
        };
        QCOMPARE(toldWith(3, 3), std::uint64_t{15});
        QCOMPARE(toldWith(2, 3), std::uint64_t{15});
        QCOMPARE(toldWith(1, 3), std::uint64_t{0});  // a type is missing,
        QCOMPARE(toldWith(3, 1), std::uint64_t{0});  // a peer,
        QCOMPARE(toldWith(3, 0), std::uint64_t{0});  // a cell
    }

    void longBytesThatAreNotThereEndTheRows() {
        for (const bool change : {false, true}) {
            Rows rows = typicalRows(5);
            (change ? rows.rows[2].change : rows.rows[2].payload) =
                rows.keep(Bytes(kRowInlineBytesMax + 1, std::byte{1}));
            MemoryTail tail;
            tail.add(0, rows);
            QCOMPARE(tail.offered(), std::size_t{5});
            tail.add(0, rows, false);
            QCOMPARE(tail.offered(), std::size_t{2});
            // Nor do others take their place.
            tail.putRecord(0, TailRecord::kLongBytes, Bytes(kRowInlineBytesMax + 2));
            QCOMPARE(tail.offered(), std::size_t{2});
        }
    }

    void headersBeyondTheLimitsAreRefused() {
        const std::function<void(TailShape&)> edits[] = {
            [](TailShape& shape) { shape.slots = kTailSlotsMax + 1; },
            [](TailShape& shape) { shape.rows = kTailRowsMax + 1; },
            [](TailShape& shape) { shape.payloadBytes += 8; },
            [](TailShape& shape) { shape.changeBytes = kTailAreaBytesMax + kTailPage; },
            [](TailShape& shape) { shape.recordBytes = ~0u; },
        };
        for (const auto& edit : edits) {
            MemoryTail tail;
            tail.fill();
            edit(tail.header.shape);
            tail.seal();
            const absl::Status status = tail.read().status();
            QCOMPARE(status.code(), absl::StatusCode::kDataLoss);
            QVERIFY2(says(status, "its header is damaged, or of a newer Ariadne"),
                     status.ToString().c_str());
        }
        MemoryTail tail;
        tail.fill();
        Frame frame = encodeTailHeader(tail.header);
        setFieldAt(frame, 8, std::uint16_t{kTailVersionOfMore + 1});
        sealFrame(frame);
        std::copy(frame.begin(), frame.end(), tail.memory());
        QCOMPARE(tail.read().status().code(), absl::StatusCode::kDataLoss);
        tail.seal();
        const auto file = readFromMemory(std::make_shared<Bytes>(tail.bytes()));
        QCOMPARE(readTail(*file, {1, 2}, {1}, 1 << 20).status().code(),
                 absl::StatusCode::kNotFound);
    }

    void headersAtTheLimitsAreTaken() {
        TailHeader header{{1, 2}, {}, kTailVersionOfMore, kTailSlotsMax};
        header.shape.slots = kTailSlotsMax;
        header.shape.rows = kTailRowsMax;
        header.shape.payloadBytes = header.shape.changeBytes = header.shape.recordBytes =
            kTailAreaBytesMax;
        const auto found = decodeTailHeader(encodeTailHeader(header));
        QVERIFY(found);
        QVERIFY(found->id == header.id && found->shape == header.shape);
        QCOMPARE(found->carriers, kTailSlotsMax);
        // More of them than there are slots.
        --header.shape.slots;
        QVERIFY(!decodeTailHeader(encodeTailHeader(header)));
        // The first version knows none.
        header.version = kTailVersion;
        QCOMPARE(decodeTailHeader(encodeTailHeader(header))->carriers, 0u);
    }

    /// With too little memory nothing is offered: half of it would seem to be all.
    void withTooLittleMemoryItIsSaid() {
        MemoryTail tail;
        tail.fill();
        const auto file = readFromMemory(std::make_shared<Bytes>(tail.bytes()));
        const Bytes all = valueOf(chunksOfTail(*file, tail.header.id, {}, {}, {}, 1 << 20));
        QVERIFY(!all.empty());
        std::size_t refused = 0;
        for (std::uint64_t bytesMax = 0; bytesMax < 3'000; bytesMax += 16) {
            const auto chunks = chunksOfTail(*file, tail.header.id, {}, {}, {}, bytesMax);
            if (chunks.ok()) {
                QVERIFY2(*chunks == all, std::to_string(bytesMax).c_str());
                continue;
            }
            QCOMPARE(chunks.status().code(), absl::StatusCode::kResourceExhausted);
            ++refused;
        }
        QVERIFY(refused > 10 && refused < 180);
        // One row alone is longer as a chunk than in the tail.
        MemoryTail small;
        small.add(0, typicalRows(1));
        const auto one = readFromMemory(std::make_shared<Bytes>(small.bytes()));
        const absl::Status status = chunksOfTail(*one, small.header.id, {}, {}, {}, 100).status();
        QCOMPARE(status.code(), absl::StatusCode::kResourceExhausted);
        QVERIFY2(says(status, "the tail needs more memory than the 100 bytes"),
                 status.ToString().c_str());
    }

    void aFileAndItsTailAreReadAsOne() {
        const auto first = std::make_shared<Bytes>(Bytes(100, std::byte{1}));
        const auto file = extended(readFromMemory(first), 80, Bytes(40, std::byte{2}));
        QCOMPARE(valueOf(file->size()), std::uint64_t{120});
        QVERIFY(!file->isBeingWritten());
        Bytes across(20);
        check(file->readAt(70, across));
        QCOMPARE(across, [] {
            Bytes expected(10, std::byte{1});
            expected.resize(20, std::byte{2});
            return expected;
        }());
        check(file->readAt(100, across));
        QCOMPARE(across, Bytes(20, std::byte{2}));
        for (const std::uint64_t offset : {70u, 101u, 121u}) {
            Bytes tooMuch(offset == 70 ? 51 : 20);
            const absl::Status status = file->readAt(offset, tooMuch);
            QCOMPARE(status.code(), absl::StatusCode::kDataLoss);
            QVERIFY2(says(status, "the file and its tail end at 120"), status.ToString().c_str());
        }
        FailingCall call{1, 0};
        const auto failing =
            extended(std::make_unique<FailingReadFile>(first, call), 80, Bytes(40));
        QCOMPARE(failing->readAt(70, across).code(), absl::StatusCode::kUnavailable);
    }

    void aSlotOfNoFileKeepsNothing() {
        TailSlot none;
        QVERIFY(!none.isThere());
        none.begin(1, {1});
        QVERIFY(none.addTypes(1, someTypes()));
        QVERIFY(none.addBirth(someBirths(1)[0]));
        QVERIFY(none.addLongBytes(Bytes(100'000)));
        none.retire();
        QVERIFY(!none.isThere());
    }
};

QTEST_GUILESS_MAIN(TailRecordsTest)
#include "tst_tail_records.moc"
