// Tails of level inputs and of segments: what the writer holds back counts, and whose a tail is.
#include "tests/support/file_size_limit.h"
#include "tests/tracefmt/trace_fixture.h"
#include "tracefmt/inputs_codec.h"
#include "tracefmt/segment_name.h"
#include "tracefmt/tail_carrier.h"
#include "tracefmt/tail_file.h"
#include "tracefmt/tail_reader.h"

#include <QTemporaryDir>
#include <QTest>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

TraceMeta metaOfInputs() {
    TraceMeta meta = someMeta();
    meta.level = Level::kInputs;
    meta.redaction = Redaction::kNone;
    return meta;
}

/// Of which every `every`-th came from outside, none with 0.
Rows rowsFromOutside(std::uint32_t count, std::uint64_t every, std::uint64_t first = 1) {
    Rows out = typicalRows(count, 3, first);
    for (EventRow& row : out.rows) {
        row.change = {};
        if (every != 0 && row.seq.value % every == 0) row.kind = EventKind::kInput;
    }
    return out;
}

std::span<const EventRow> part(const Rows& rows, std::size_t first, std::size_t last) {
    return std::span{rows.rows}.subspan(first - 1, last - first + 1);
}

EventDigest digestOf(std::span<const EventRow> rows) {
    TypeTable types;
    for (const TypeDesc& type : someTypes()) types.add(type);
    EventDigest digest;
    for (const EventRow& row : rows) digest.add(row, types.at(row.type).hash);
    return digest;
}

EventBatch batchOf(std::span<const EventRow> rows) {
    EventBatch batch;
    for (const EventRow& row : rows) batch.add(row);
    check(batch.status());
    return batch;
}

void put(TailSlot slot, std::uint64_t number, std::span<const EventRow> rows) {
    EventBatch batch;
    batch.liveIn(slot.room());
    slot.begin(number, rows.front().seq);
    batch.markRows(slot.seed(), slot.tag());
    for (const EventRow& row : rows) batch.add(row);
    check(batch.status());
}

/// A recording of level inputs that ends nowhere. Its writer knows types and births.
class Killed {
public:
    Killed()
        : path_(std::filesystem::path{folder_.path().toStdString()} / "a.clew"),
          writer_(valueOf(TraceWriter::create(valueOf(createForWriting(path_)), metaOfInputs()))),
          tail_(valueOf(TailFile::create(path_, writer_->fileId(), {.inputs = true}))) {
        check(writer_->addTypes(someTypes()));
        check(writer_->addBirths(someBirths()));
    }

    TraceWriter& writer() { return *writer_; }
    TailFile& tail() { return *tail_; }
    bool keep() { return tail_->keep(writer_->waiting()); }
    std::filesystem::path tailPath() const { return tailPathOf(path_); }
    std::unique_ptr<TraceReader> open() {
        writer_.reset();
        return valueOf(TraceReader::open(path_));
    }

private:
    QTemporaryDir folder_;
    std::filesystem::path path_;
    std::unique_ptr<TraceWriter> writer_;
    std::unique_ptr<TailFile> tail_;
};

/// Empty: the trace holds what is kept of `rows`, and all digests.
std::string problemOf(TraceReader& reader, std::span<const EventRow> rows) {
    if (reader.lastPosition().value != rows.size())
        return "ends at " + std::to_string(reader.lastPosition().value);
    if (reader.stats().eventDigest != digestOf(rows).events()) return "another digest";
    if (const absl::Status holds = reader.verify(nullptr, nullptr); !holds.ok())
        return holds.ToString();
    std::vector<EventRow> kept;
    for (const EventRow& row : rows)
        if (isKeptInput(row.kind, row.flags, row.round, false)) kept.push_back(row);
    std::size_t found = 0;
    for (std::size_t i = 0; i < reader.inputs().size(); ++i) {
        const auto inputs = valueOf(reader.inputRows(i));
        for (const EventRow& row : inputs->rows())
            if (found == kept.size() || !sameRow(row, kept[found++])) return "another input";
    }
    return found == kept.size() ? "" : "inputs are missing";
}
#define VERIFY_HOLDS(reader, rows)                              \
    do {                                                        \
        const std::string problem = problemOf(*(reader), rows); \
        QVERIFY2(problem.empty(), problem.c_str());             \
    } while (false)

/// A tail of inputs in memory, small enough to be damaged everywhere: 20 events were counted, nine
/// rows follow.
class SmallTail {
public:
    SmallTail() : lines_(static_cast<std::size_t>(bytes_ / sizeof(CompactRow))) {
        const Frame frame = encodeTailHeader(header_);
        std::copy(frame.begin(), frame.end(), memory());
        const auto writer = writerOfInputs();
        check(writer->addTypes(someTypes()));
        check(writer->addBirths(someBirths()));
        check(writer->addEvents(batchOf(part(rows_, 1, 20))));
        TailCarrier carrier{slot(2), slot(3)};
        check(carrier.keep(writer->waiting()) ? absl::OkStatus() : absl::AbortedError(""));
        put(slot(0), 7, part(rows_, 21, 25));
        put(slot(1), 8, part(rows_, 26, 29));
    }

    Bytes bytes() const {
        const std::byte* begin = reinterpret_cast<const std::byte*>(lines_.data());
        return {begin, begin + bytes_};
    }
    /// Events that are offered; fails the test when they are not those of the run.
    std::size_t offered(Bytes bytes) const {
        const auto file = readFromMemory(std::make_shared<Bytes>(std::move(bytes)));
        const auto chunks = chunksOfTail(*file, header_.id, metaOfInputs(), {}, {}, 1 << 20);
        if (!chunks.ok()) return 0;
        const auto whole = extended(readFromMemory(std::make_shared<Bytes>(Bytes(kFrameBytes))),
                                    kFrameBytes, *chunks);
        const ChunkSource source(*whole, kFrameBytes + chunks->size(), header_.id);
        TraceContents contents;
        TraceScan scan(source, contents, TraceScan::Depth::kVerify, 1 << 20);
        if (!scan.run({}, [](Position) { return true; }).ok()) return ~std::size_t{0};
        const std::uint64_t last = contents.totals.lastPosition().value;
        if (last > rows_.rows.size()) return ~std::size_t{0};
        if (last != 0 && contents.totals.digest() != digestOf(part(rows_, 1, last)))
            return ~std::size_t{0};
        return static_cast<std::size_t>(last);
    }

private:
    std::byte* memory() { return reinterpret_cast<std::byte*>(lines_.data()); }
    TailSlot slot(std::uint32_t index) {
        return {memory() + header_.shape.slotAt(index), -1, header_, index};
    }
    static std::unique_ptr<TraceWriter> writerOfInputs() {
        return valueOf(TraceWriter::create(std::make_unique<MemoryDisk>(), metaOfInputs()));
    }

    Rows rows_ = [] {
        Rows rows = rowsFromOutside(29, 0);
        rows.rows[23].kind = rows.rows[27].kind = EventKind::kInput;
        return rows;
    }();
    TailHeader header_{
        {0x1234'5678'9ABC'DEF0, 77}, {4, 16, 4096, 4096, 4096}, kTailVersionOfMore, 2};
    std::uint64_t bytes_ = header_.shape.slotAt(header_.shape.slots);
    std::vector<CompactRow> lines_;  ///< for their alignment
};

}  // namespace

class TailInputsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatTheWriterHoldsBackCounts() {
        const Rows rows = rowsFromOutside(320, 310);
        Killed killed;
        check(killed.writer().addEvents(batchOf(part(rows, 1, 300))));
        QVERIFY(killed.keep());
        put(killed.tail().slot(0), 2, part(rows, 301, 320));
        const auto reader = killed.open();
        QVERIFY(reader->state() == FileState::kCut);
        QCOMPARE(reader->tail().events, std::uint64_t{320});
        VERIFY_HOLDS(reader, rows.rows);
        QVERIFY(std::ranges::equal(std::span{reader->births()}.subspan(1), someBirths()));
    }

    void whatIsInTheFileCountsOnce_data() {
        QTest::addColumn<bool>("tables");
        QTest::newRow("events alone") << false;
        QTest::newRow("and tables") << true;
    }
    void whatIsInTheFileCountsOnce() {
        QFETCH(const bool, tables);
        const Rows rows = rowsFromOutside(320, 310);
        Killed killed;
        put(killed.tail().slot(0), 1, part(rows, 1, 300));
        check(killed.writer().addEvents(batchOf(part(rows, 1, 300))));
        QVERIFY(killed.keep());
        check(tables ? killed.writer().writeWaiting() : killed.writer().flush());
        put(killed.tail().slot(1), 2, part(rows, 301, 320));
        const auto reader = killed.open();
        QCOMPARE(reader->tail().events, std::uint64_t{20});
        VERIFY_HOLDS(reader, rows.rows);
    }

    void whatFollowsIsAddedForLong() {
        constexpr std::uint32_t kBlocks = 1000;
        constexpr std::uint32_t kEach = 20;
        const Rows rows = rowsFromOutside(kBlocks * kEach + 5, 0);
        Killed killed;
        std::vector<CellBirth> births = someBirths(3 + kBlocks / 2);
        for (std::uint32_t i = 0; i < kBlocks; ++i) {
            if (i % 2 == 0) check(killed.writer().addBirths({&births[3 + i / 2], 1}));
            check(killed.writer().addEvents(batchOf(part(rows, i * kEach + 1, (i + 1) * kEach))));
            QVERIFY(killed.keep());
        }
        put(killed.tail().slot(3), kBlocks + 1, part(rows, kBlocks * kEach + 1, rows.rows.size()));
        // Counts that are outdated are not piled up: nothing stands behind the slots.
        const auto bytes = std::filesystem::file_size(killed.tailPath());
        QVERIFY2(bytes < 12'000'000, std::to_string(bytes).c_str());
        const auto reader = killed.open();
        VERIFY_HOLDS(reader, rows.rows);
    }

    void birthsComeWithTheRowThatNeedsThem() {
        Rows rows = rowsFromOutside(30, 0);
        rows.rows[28].kind = EventKind::kInput;
        rows.rows[28].peer = {200};
        Killed killed;
        const std::vector<CellBirth> births = someBirths(200);
        check(killed.writer().addBirths(std::span{births}.subspan(3)));
        check(killed.writer().addEvents(batchOf(part(rows, 1, 20))));
        QVERIFY(killed.keep());
        put(killed.tail().slot(0), 2, part(rows, 21, 30));
        const auto reader = killed.open();
        VERIFY_HOLDS(reader, rows.rows);
        QVERIFY(std::ranges::equal(std::span{reader->births()}.subspan(1), births));
    }

    void withoutRoomWhatWasKeptStaysAndTheFileTakesTheRest() {
        const Rows rows = rowsFromOutside(60, 0);
        Killed killed;
        check(killed.writer().addEvents(batchOf(part(rows, 1, 20))));
        QVERIFY(killed.keep());
        put(killed.tail().slot(1), 2, part(rows, 21, 40));
        check(killed.writer().addEvents(batchOf(part(rows, 21, 40))));
        std::vector<CellBirth> births = someBirths(2000);
        for (CellBirth& birth : births)
            if (birth.rank.value > 3) birth.path.resize(4000, 'x');
        check(killed.writer().addBirths(std::span{births}.subspan(3)));
        {
            const test::FileSizeLimit limit{std::filesystem::file_size(killed.tailPath())};
            QVERIFY(!killed.keep());
        }
        const auto copy = killed.tailPath().string() + "-then";
        std::filesystem::copy_file(killed.tailPath(), copy);
        check(killed.writer().writeWaiting());
        QVERIFY(killed.writer().waiting().empty());
        QVERIFY(killed.keep());
        put(killed.tail().slot(1), 3, part(rows, 41, 60));
        const auto reader = killed.open();
        VERIFY_HOLDS(reader, rows.rows);
        QCOMPARE(reader->tail().events, std::uint64_t{20});
        // Before the file had them, the tail did.
        const auto blocks = valueOf(readTail(*valueOf(openForReading(copy)),
                                             {reader->id()[0], reader->id()[1]}, {1}, 64 << 20));
        QCOMPARE(blocks.size(), std::size_t{2});
        QCOMPARE(blocks[0].counted->totals.lastPosition, Position{20});
        QCOMPARE(blocks[1].rows.size(), std::size_t{20});
    }

    void everyBitFlippedGivesAPrefix() {
        const SmallTail tail;
        const Bytes whole = tail.bytes();
        QCOMPARE(tail.offered(whole), std::size_t{29});
        std::array<std::size_t, 30> found{};
        for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
            if (whole[bit / 8] == std::byte{0} && bit % 8 != bit / 8 % 8) continue;
            Bytes bytes = whole;
            bytes[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
            const std::size_t events = tail.offered(std::move(bytes));
            QVERIFY2(events <= 29, qPrintable(QString::number(bit)));
            ++found[events];
        }
        // Nothing of what was counted, or all of it; of the rows any first ones.
        for (std::size_t events = 0; events <= 29; ++events)
            QCOMPARE(found[events] != 0, events == 0 || events >= 20);
    }

    void everyTruncationGivesAPrefix() {
        const SmallTail tail;
        const Bytes whole = tail.bytes();
        for (std::size_t size = 0; size < whole.size(); size += 7)
            QVERIFY(tail.offered(Bytes{whole.begin(),
                                       whole.begin() + static_cast<std::ptrdiff_t>(size)}) <= 29);
    }

    void segmentsAreFoundByTheirNames() {
        for (const char* name : {"a/b.c.clew", "b", "x.clew"})
            for (const std::uint32_t number : {1u, 7u, 9999u, 12345u}) {
                const std::filesystem::path path = segmentPath(name, number);
                QCOMPARE(nameOfSegments(path, number), std::filesystem::path{name});
                QCOMPARE(nameOfSegments(path, number + 1), path);
                QCOMPARE(tailPathOf(path, number), tailPathOf(name));
                QVERIFY(tailPathOf(path) != tailPathOf(name));
            }
    }

    void oneTailServesTheSegmentsItNames() {
        const Rows rows = typicalRows(30);
        const QTemporaryDir folder;
        const auto name = std::filesystem::path{folder.path().toStdString()} / "a.clew";
        std::unique_ptr<TailFile> tail;
        std::vector<EventDigest> digests(1);
        for (std::uint32_t number = 1; number <= 4; ++number) {
            TraceMeta meta = someMeta();
            meta.minViewMinor = kMidRunMinor;
            meta.segment = number;
            const auto path = segmentPath(name, number);
            const auto writer = valueOf(TraceWriter::create(valueOf(createForWriting(path)), meta));
            if (number == 1)
                tail = valueOf(TailFile::create(name, writer->fileId(), {.segments = true}));
            else if (number != 4)
                tail->addSegment(number, writer->fileId());
            if (number == 1) {
                check(writer->addTypes(someTypes()));
                check(writer->addBirths(someBirths()));
                check(writer->addEvents(part(rows, 1, 10)));
            } else {
                const Position at{10 * (number - 1)};
                check(
                    writer->beginAt(someTypes(), someBirths(),
                                    someImage(at, someBirths(), digestOf(part(rows, 1, at.value))),
                                    GapCause::kRetention, "before"));
            }
        }
        put(tail->slot(0), 3, part(rows, 8, 19));
        put(tail->slot(1), 4, part(rows, 20, 25));
        const auto opened = [&](std::uint32_t number) {
            return valueOf(TraceReader::open(segmentPath(name, number)));
        };
        QCOMPARE(opened(1)->lastPosition().value, 25u);
        QCOMPARE(opened(1)->tail().events, 15u);
        QCOMPARE(opened(2)->lastPosition().value, 25u);
        QCOMPARE(opened(2)->tail().events, 15u);
        QCOMPARE(opened(2)->stats().eventDigest, digestOf(part(rows, 1, 25)).events());
        QCOMPARE(opened(3)->lastPosition().value, 25u);
        ARIADNE_VERIFY_OK(opened(3)->verify(nullptr, nullptr));
        // It was never named.
        QCOMPARE(opened(4)->lastPosition().value, 30u);
        QVERIFY(opened(4)->tail().problem.find("another trace") != std::string::npos);
    }

    void aTailInUseIsNotTakenAway() {
        const QTemporaryDir folder;
        const auto path = std::filesystem::path{folder.path().toStdString()} / "a.clew";
        auto tail = valueOf(TailFile::create(path, {1, 2}, {.segments = true}));
        for (const absl::Status& status :
             {checkTailUnused(path), TailFile::create(path, {1, 2}).status()}) {
            QCOMPARE(status.code(), absl::StatusCode::kAlreadyExists);
            QVERIFY(status.message().find("another recorder") != std::string::npos);
        }
        QVERIFY(std::filesystem::exists(tailPathOf(path)));
        tail.reset();
        check(checkTailUnused(path));
        QVERIFY(TailFile::create(path, {1, 2}).ok());
    }
};

QTEST_GUILESS_MAIN(TailInputsTest)
#include "tst_tail_inputs.moc"
