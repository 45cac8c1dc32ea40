// What a tail keeps is read as if it had been written; what is wrong with one changes nothing.
#include "engine/base/row_mark.h"
#include "tests/support/file_size_limit.h"
#include "tests/tracefmt/trace_fixture.h"
#include "tracefmt/tail_file.h"
#include "tracefmt/tail_reader.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <functional>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

/// A slot and the batch that lives in it.
struct Block {
    explicit Block(TailSlot s) : slot(std::move(s)) { batch.liveIn(slot.room()); }
    void begin(std::uint64_t number, std::uint64_t first) {
        slot.begin(number, {first});
        batch.clear();
        batch.markRows(slot.seed(), slot.tag());
    }
    void add(std::span<const EventRow> rows) {
        for (const EventRow& row : rows) {
            for (const ByteView bytes : {row.payload, row.change})
                if (bytes.size() > kRowInlineBytesMax && !slot.addLongBytes(bytes))
                    batch.markNoMore();
            batch.add(row);
        }
        check(batch.status());
    }

    TailSlot slot;
    EventBatch batch;
};

/// A recording that ends nowhere: some rows in the file, more in the tail beside it.
class Killed {
public:
    explicit Killed(const std::string& name)
        : folder_(std::make_unique<QTemporaryDir>()),
          path_(std::filesystem::path{folder_->path().toStdString()} / name),
          writer_(valueOf(TraceWriter::create(valueOf(createForWriting(path_)), someMeta()))),
          tail_(valueOf(TailFile::create(path_, writer_->fileId()))) {}

    TraceWriter& writer() { return *writer_; }
    Block block(std::uint32_t index) { return Block{tail_->slot(index)}; }
    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path tailPath() const { return tailPathOf(path_); }
    /// The writer's lock is gone with it, as when its process ends.
    void die() { writer_.reset(); }
    std::unique_ptr<TraceReader> open() {
        die();
        return valueOf(TraceReader::open(path_));
    }

private:
    std::unique_ptr<QTemporaryDir> folder_;
    std::filesystem::path path_;
    std::unique_ptr<TraceWriter> writer_;
    std::unique_ptr<TailFile> tail_;
};

bool holds(TraceReader& reader, std::span<const EventRow> rows) {
    if (reader.lastPosition().value != rows.size()) return false;
    for (const EventRow& row : rows)
        if (!sameRow(valueOf(reader.chunkAt(row.seq))->rowAt(row.seq), row)) return false;
    return true;
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

/// A tail in memory, small enough to be damaged everywhere.
class SmallTail {
public:
    SmallTail() : lines_(bytesOf(header_) / sizeof(CompactRow)) {
        const Frame frame = encodeTailHeader(header_);
        std::copy(frame.begin(), frame.end(), memory());
        Block first{slot(0)};
        first.begin(7, 1);
        check(first.slot.addTypes(1, someTypes()) ? absl::OkStatus() : absl::AbortedError(""));
        for (const CellBirth& birth : someBirths()) first.slot.addBirth(birth);
        first.add(part(rows_, 1, 5));
        Block second{slot(1)};
        second.begin(8, 6);
        for (const CellBirth& birth : someBirths(4))
            if (birth.rank.value == 4) second.slot.addBirth(birth);
        second.add(part(rows_, 6, 9));
    }

    Bytes bytes() const {
        const std::byte* begin = reinterpret_cast<const std::byte*>(lines_.data());
        return {begin, begin + sizeof(CompactRow) * lines_.size()};
    }
    const Rows& rows() const { return rows_; }
    FileId id() const { return header_.id; }

    /// How many rows of `bytes` are offered. Fails the test when one of them never was.
    std::size_t offered(Bytes bytes) const {
        const auto file = readFromMemory(std::make_shared<Bytes>(std::move(bytes)));
        const auto blocks = readTail(*file, id(), {1}, 1 << 20);
        if (!blocks.ok()) return 0;
        std::size_t count = 0;
        for (const TailBlock& block : *blocks) {
            const EventSlice slice = block.rows.all();
            for (std::size_t i = 0; i < slice.rows.size(); ++i, ++count)
                if (slice.first.value + i != count + 1 ||
                    slice.rows[i].arg != rows_.rows[count].arg)
                    return ~std::size_t{0};
            if (!tablesHold(block)) return ~std::size_t{0};
        }
        // As chunks: the rows with everything in them.
        Bytes chunks;
        const auto made = chunksOfTail(*file, id(), {}, {}, {}, 1 << 20);
        if (!made.ok()) return ~std::size_t{0};
        return digestHolds(*made, count) ? count : ~std::size_t{0};
    }

private:
    static std::size_t bytesOf(const TailHeader& header) {
        return static_cast<std::size_t>(header.shape.slotAt(header.shape.slots));
    }
    std::byte* memory() { return reinterpret_cast<std::byte*>(lines_.data()); }
    TailSlot slot(std::uint32_t index) {
        return {memory() + header_.shape.slotAt(index), -1, header_, index};
    }
    static bool tablesHold(const TailBlock& block) {
        for (const TablesPart& types : block.types)
            if (types.types != someTypes()) return false;
        const std::vector<CellBirth> births = someBirths(4);
        for (const CellBirth& birth : block.births)
            if (birth.rank.value == 0 || birth.rank.value > 4 ||
                !(birth == births[birth.rank.value - 1]))
                return false;
        return true;
    }
    bool digestHolds(const Bytes& chunks, std::size_t count) const {
        const auto file = extended(readFromMemory(std::make_shared<Bytes>(Bytes(kFrameBytes))),
                                   kFrameBytes, chunks);
        const ChunkSource source(*file, kFrameBytes + chunks.size(), id());
        TraceContents contents;
        TraceScan scan(source, contents, TraceScan::Depth::kVerify, 1 << 20);
        return scan.run({}, [](Position) { return true; }).ok() &&
               contents.totals.lastPosition().value == count &&
               contents.totals.digest() == digestOf(part(rows_, 1, count));
    }

    Rows rows_ = typicalRows(9);
    TailHeader header_{{0x1234'5678'9ABC'DEF0, 77}, {2, 16, 4096, 4096, 4096}};
    std::vector<CompactRow> lines_;  ///< for their alignment
};

}  // namespace

class TailTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsMarkedCountsAsAppended() {
        const Rows rows = typicalRows(300);
        Killed killed{"a.clew"};
        check(killed.writer().addTypes(someTypes()));
        check(killed.writer().addBirths(someBirths()));
        check(killed.writer().addEvents(part(rows, 1, 6)));
        Block block = killed.block(3);
        block.begin(5, 7);
        block.add(part(rows, 7, 300));
        const auto reader = killed.open();
        QVERIFY(reader->state() == FileState::kCut);
        QCOMPARE(reader->tail().events, 294u);
        QVERIFY(reader->tail().problem.empty());
        QVERIFY(holds(*reader, rows.rows));
        QCOMPARE(reader->stats().eventDigest, digestOf(rows.rows).events());
        QCOMPARE(reader->stats().changeDigest, digestOf(rows.rows).changes());
        QVERIFY(reader->fileBytes() < 4096);
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
    }

    void whoFollowedItSeesItWhenTheWriterIsGone() {
        const Rows rows = typicalRows(300);
        Killed killed{"a.clew"};
        check(killed.writer().addTypes(someTypes()));
        check(killed.writer().addBirths(someBirths()));
        check(killed.writer().addEvents(part(rows, 1, 6)));
        Block block = killed.block(3);
        block.begin(5, 7);
        block.add(part(rows, 7, 300));
        const auto reader = valueOf(TraceReader::open(killed.path()));
        QVERIFY(reader->state() == FileState::kRecording);
        QCOMPARE(reader->lastPosition(), Position{6});
        const auto before = valueOf(reader->chunkAt({6}));
        killed.die();
        QVERIFY(valueOf(reader->refresh()));
        QVERIFY(reader->state() == FileState::kCut);
        QCOMPARE(reader->tail().events, 294u);
        QVERIFY(holds(*reader, rows.rows));
        QVERIFY(sameRow(before->rowAt({6}), rows.rows[5]));
        QCOMPARE(reader->stats().eventDigest, digestOf(rows.rows).events());
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
        QVERIFY(!valueOf(reader->refresh()));
        QVERIFY(holds(*reader, rows.rows));
    }

    void tablesComeWithTheirRows() {
        const Rows rows = typicalRows(8);
        Killed killed{"a.clew"};
        Block first = killed.block(0);
        first.begin(1, 1);
        QVERIFY(first.slot.addTypes(1, someTypes()));
        for (const CellBirth& birth : someBirths(2)) QVERIFY(first.slot.addBirth(birth));
        first.add(part(rows, 1, 4));
        Block second = killed.block(1);
        second.begin(2, 5);
        QVERIFY(second.slot.addBirth(someBirths(3).back()));
        second.add(part(rows, 5, 8));
        const auto reader = killed.open();
        QVERIFY(holds(*reader, rows.rows));
        QVERIFY(std::ranges::equal(reader->types().all().subspan(1), someTypes()));
        const std::vector<CellBirth> births = someBirths(3);
        QVERIFY(std::ranges::equal(std::span{reader->births()}.subspan(1), births));
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
    }

    void whatIsInTheFileAlreadyIsLeftOut_data() {
        QTest::addColumn<int>("written");
        for (const int written : {0, 1, 3, 4, 5, 7, 8}) QTest::addRow("%d", written) << written;
    }
    void whatIsInTheFileAlreadyIsLeftOut() {
        QFETCH(const int, written);
        const auto inFile = static_cast<std::size_t>(written);
        const Rows rows = typicalRows(8);
        Killed killed{"a.clew"};
        Block blocks[] = {killed.block(0), killed.block(1)};
        for (std::size_t i = 0; i < 2; ++i) {
            blocks[i].begin(i + 1, 4 * i + 1);
            if (i == 0) QVERIFY(blocks[i].slot.addTypes(1, someTypes()));
            for (std::size_t rank = 2 * i; rank < 2 * i + 2; ++rank)
                QVERIFY(blocks[i].slot.addBirth(someBirths(4)[rank]));
            blocks[i].add(part(rows, 4 * i + 1, 4 * i + 4));
        }
        check(killed.writer().addTypes(someTypes()));
        check(killed.writer().addBirths(someBirths(written <= 4 ? 2 : 4)));
        if (inFile != 0) check(killed.writer().addEvents(part(rows, 1, inFile)));
        const auto reader = killed.open();
        QCOMPARE(reader->tail().events, 8 - inFile);
        QVERIFY(holds(*reader, rows.rows));
        QCOMPARE(reader->births().size(), std::size_t{5});
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
    }

    /// Right behind the rows nothing else can stand; a gap that rows follow is over.
    void whatTheFileSaysIsMissingIsNotTaken_data() {
        QTest::addColumn<bool>("over");
        QTest::newRow("behind the last row") << false;
        QTest::newRow("before it") << true;
    }
    void whatTheFileSaysIsMissingIsNotTaken() {
        QFETCH(const bool, over);
        const Rows rows = typicalRows(15);
        Killed killed{"a.clew"};
        check(killed.writer().addTypes(someTypes()));
        check(killed.writer().addBirths(someBirths()));
        check(killed.writer().addEvents(part(rows, 1, 6)));
        check(killed.writer().addGap({{7}, {8}, GapCause::kPaused, "asked for"}));
        if (over) check(killed.writer().addEvents(part(rows, 9, 12)));
        const std::size_t next = over ? 13 : 7;
        Block block = killed.block(0);
        block.begin(1, next);
        block.add(part(rows, next, 15));
        const auto reader = killed.open();
        QCOMPARE(reader->tail().events, over ? 3u : 0u);
        QCOMPARE(reader->lastPosition().value, over ? 15u : 6u);
        QCOMPARE(reader->gaps().size(), std::size_t{1});
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
    }

    void whatDoesNotFollowIsNotTaken() {
        const Rows rows = typicalRows(9);
        Killed killed{"a.clew"};
        check(killed.writer().addEvents(part(rows, 1, 2)));
        Block behind = killed.block(0);
        behind.begin(1, 4);  // 3 is missing
        behind.add(part(rows, 4, 9));
        const auto reader = killed.open();
        QCOMPARE(reader->lastPosition().value, 2u);
        QCOMPARE(reader->tail().events, 0u);
    }

    void aRetiredSlotIsEmptyAndUsedAgain() {
        const Rows rows = typicalRows(12);
        Killed killed{"a.clew"};
        check(killed.writer().addTypes(someTypes()));
        Block block = killed.block(0);
        block.begin(1, 1);
        block.add(part(rows, 1, 8));
        check(killed.writer().addEvents(block.batch));
        block.slot.retire();
        block.begin(2, 9);  // eight marks of the first block stand behind those of this one
        block.add(part(rows, 9, 11));
        const auto reader = killed.open();
        QCOMPARE(reader->tail().events, 3u);
        QVERIFY(holds(*reader, part(rows, 1, 11)));
    }

    void longBytesAndManyBirthsGoBehindTheSlots() {
        Rows rows = typicalRows(8);
        rows.rows[3].payload = rows.keep(Bytes(300'000, std::byte{3}));
        rows.rows[4].payload = rows.keep(Bytes(kRowInlineBytesMax, std::byte{4}));
        rows.rows[5].payload = rows.keep(Bytes(kRowInlineBytesMax + 1, std::byte{5}));
        rows.rows[5].change = rows.keep(Bytes(2'000'000, std::byte{6}));
        std::vector<CellBirth> births = someBirths(200);
        for (CellBirth& birth : births) birth.path.resize(4000, 'x');
        Killed killed{"a.clew"};
        Block block = killed.block(2);
        for (const std::uint64_t number : {1u, 2u}) {  // a slot is used again
            block.begin(number, 1);
            QVERIFY(block.slot.addTypes(1, someTypes()));
            for (const CellBirth& birth : births) QVERIFY(block.slot.addBirth(birth));
            block.add(rows.rows);
            if (number == 1) block.slot.retire();
        }
        const auto reader = killed.open();
        QVERIFY(holds(*reader, rows.rows));
        QVERIFY(std::ranges::equal(std::span{reader->births()}.subspan(1), births));
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
    }

    void whatFindsNoRoomEndsTheBlockAndSaysSo() {
        Rows rows = typicalRows(9);
        for (const std::size_t i : {2u, 4u, 6u})
            rows.rows[i].payload = rows.keep(Bytes(150'000, std::byte{3}));
        Killed killed{"a.clew"};
        const TailShape shape;
        const test::FileSizeLimit limit{shape.slotAt(shape.slots)};
        Block block = killed.block(0);
        block.begin(1, 1);
        block.add(rows.rows);
        QVERIFY(!block.slot.addLongBytes(rows.rows[2].payload));
        QVERIFY(holds(*killed.open(), part(rows, 1, 6)));
        block.begin(2, 1);  // there is room again
        block.add(part(rows, 1, 4));
        QVERIFY(holds(*killed.open(), part(rows, 1, 4)));
    }

    void aTailOfAnotherTraceIsNotTaken() {
        const Rows rows = typicalRows(3);
        Killed killed{"a.clew"};
        TraceMeta other = someMeta();
        other.seed = 1;
        const auto otherPath = killed.path().parent_path() / "b.clew";
        auto writer = valueOf(TraceWriter::create(valueOf(createForWriting(otherPath)), other));
        Block block = killed.block(0);
        block.begin(1, 1);
        block.add(rows.rows);
        std::filesystem::copy_file(killed.tailPath(), tailPathOf(otherPath));
        writer.reset();
        const auto reader = valueOf(TraceReader::open(otherPath));
        QCOMPARE(reader->lastPosition().value, 0u);
        QVERIFY2(reader->tail().problem.find("another trace") != std::string::npos,
                 reader->tail().problem.c_str());
    }

    void aCleanFileLooksAtNoTail() {
        const Rows rows = typicalRows(6);
        Killed killed{"a.clew"};
        check(killed.writer().addEvents(part(rows, 1, 3)));
        Block block = killed.block(0);
        block.begin(1, 4);
        block.add(part(rows, 4, 6));
        check(killed.writer().finish(someStats()));
        const auto reader = killed.open();
        QVERIFY(reader->state() == FileState::kClean);
        QCOMPARE(reader->lastPosition().value, 3u);
        QCOMPARE(reader->tail().events, 0u);
        QVERIFY(reader->tail().problem.empty());
    }

    void whileTheWriterLivesItsTailIsLeftAlone() {
        Killed killed{"a.clew"};
        Block block = killed.block(0);
        block.begin(1, 1);
        block.add(typicalRows(3).rows);
        const auto reader = valueOf(TraceReader::open(killed.path()));
        QVERIFY(reader->state() == FileState::kRecording);
        QCOMPARE(reader->lastPosition().value, 0u);
    }

    void aNewRecordingTakesAnOldTailAway() {
        Killed killed{"a.clew"};
        Block block = killed.block(0);
        block.begin(1, 1);
        block.add(typicalRows(3).rows);
        QCOMPARE(killed.open()->lastPosition().value, 3u);
        const auto writer =
            valueOf(TraceWriter::create(valueOf(createForWriting(killed.path())), someMeta()));
        QVERIFY(!std::filesystem::exists(killed.tailPath()));
    }

    void whatIsNoTailIsNeitherReplacedNorRemoved() {
        const QTemporaryDir folder;
        const auto path = std::filesystem::path{folder.path().toStdString()} / "a.clew";
        std::ofstream(tailPathOf(path)) << "do not lose me";
        check(removeTailOf(path));
        const absl::Status status = TailFile::create(path, {1, 2}).status();
        QCOMPARE(status.code(), absl::StatusCode::kAlreadyExists);
        QCOMPARE(std::filesystem::file_size(tailPathOf(path)), std::uintmax_t{14});
        std::filesystem::remove(tailPathOf(path));
        std::filesystem::create_symlink("elsewhere", tailPathOf(path));
        QVERIFY(!TailFile::create(path, {1, 2}).ok());
    }

    void whatCannotBeReadAsATailIsSaid() {
        Killed killed{"a.clew"};
        check(killed.writer().addEvents(typicalRows(3).rows));
        std::filesystem::remove(killed.tailPath());
        std::filesystem::create_directory(killed.tailPath());
        const auto reader = killed.open();
        QVERIFY(reader->state() == FileState::kCut);
        QCOMPARE(reader->lastPosition().value, 3u);
        QVERIFY2(reader->tail().problem.find("found a folder") != std::string::npos,
                 reader->tail().problem.c_str());
        // Nor does a folder hinder the next recording, but for its tail.
        QVERIFY(createForWriting(killed.path()).ok());
        QCOMPARE(TailFile::create(killed.path(), {1, 2}).status().code(),
                 absl::StatusCode::kUnavailable);
        QVERIFY(std::filesystem::is_directory(killed.tailPath()));
    }

    void filesThatMayNotBeSoLongAreSaid() {
        const QTemporaryDir folder;
        const auto path = std::filesystem::path{folder.path().toStdString()} / "a.clew";
        const test::FileSizeLimit limit{1'000'000};
        const absl::Status status = TailFile::create(path, {1, 2}).status();
        QCOMPARE(status.code(), absl::StatusCode::kUnimplemented);
        QVERIFY2(status.ToString().find("RLIMIT_FSIZE") != std::string::npos,
                 status.ToString().c_str());
        QVERIFY(!std::filesystem::exists(tailPathOf(path)));
    }

    void aTailGoesWhenItIsNotWantedAnyMore() {
        const QTemporaryDir folder;
        const auto path = std::filesystem::path{folder.path().toStdString()} / "a.clew";
        const auto tail = valueOf(TailFile::create(path, {1, 2}));
        QCOMPARE(tail->slots(), TailShape{}.slots);
        ARIADNE_VERIFY_OK(tail->sync());
        QVERIFY(std::filesystem::exists(tailPathOf(path)));
        tail->remove();
        QVERIFY(!std::filesystem::exists(tailPathOf(path)));
    }

    void aFolderThatIsGoneIsAnError() {
        QVERIFY(!TailFile::create("/nowhere/a.clew", {1, 2}).ok());
    }

    /// Of bytes that are 0, one bit each: most of them are room that nobody looks at.
    void everyBitFlippedGivesAPrefix() {
        const SmallTail tail;
        const Bytes whole = tail.bytes();
        QCOMPARE(tail.offered(whole), std::size_t{9});
        std::array<std::size_t, 10> found{};
        for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
            if (whole[bit / 8] == std::byte{0} && bit % 8 != bit / 8 % 8) continue;
            Bytes bytes = whole;
            bytes[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
            const std::size_t rows = tail.offered(std::move(bytes));
            QVERIFY2(rows <= 9, qPrintable(QString::number(bit)));
            ++found[rows];
        }
        // Flips are found in every place that matters, and those elsewhere change nothing.
        QVERIFY(std::ranges::all_of(found, [](std::size_t n) { return n > 0; }));
    }

    void everyTruncationGivesAPrefix() {
        const SmallTail tail;
        const Bytes whole = tail.bytes();
        for (std::size_t size = 0; size < whole.size(); ++size)
            QVERIFY(tail.offered(Bytes{whole.begin(),
                                       whole.begin() + static_cast<std::ptrdiff_t>(size)}) <= 9);
    }

    void aDamagedTailLeavesTheFileAsItIs() {
        const Rows rows = typicalRows(20);
        Killed killed{"a.clew"};
        check(killed.writer().addTypes(someTypes()));
        check(killed.writer().addEvents(part(rows, 1, 6)));
        Block block = killed.block(0);
        block.begin(1, 7);
        block.add(part(rows, 7, 20));
        QCOMPARE(killed.open()->lastPosition().value, 20u);
        std::fstream tail(killed.tailPath(), std::ios::in | std::ios::out | std::ios::binary);
        const TailShape shape;
        const std::vector<std::uint64_t> places{0,
                                                8,
                                                16,
                                                33,
                                                60,
                                                shape.slotAt(0),
                                                shape.slotAt(0) + 8,
                                                shape.slotAt(0) + 16,
                                                shape.slotAt(0) + kFrameBytes,
                                                shape.slotAt(0) + shape.rowsAt() + 64 * 3 + 7,
                                                shape.slotAt(0) + shape.payloadsAt() + 5};
        for (const std::uint64_t at : places) {
            char byte;
            tail.seekg(static_cast<std::streamoff>(at)).get(byte);
            tail.seekp(static_cast<std::streamoff>(at)).put(static_cast<char>(byte ^ 4)).flush();
            const auto reader = killed.open();
            QVERIFY(reader->state() == FileState::kCut);
            QVERIFY(reader->lastPosition().value >= 6 && reader->lastPosition().value < 20);
            ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
            tail.seekp(static_cast<std::streamoff>(at)).put(byte).flush();
        }
        QCOMPARE(killed.open()->lastPosition().value, 20u);
    }

    void whatNeedsTooMuchMemoryIsNotTaken() {
        Rows rows = typicalRows(2);
        rows.rows[1].payload = rows.keep(Bytes(3'000'000, std::byte{1}));
        Killed killed{"a.clew"};
        Block block = killed.block(0);
        block.begin(1, 1);
        block.add(rows.rows);
        QCOMPARE(killed.open()->lastPosition().value, 2u);
        ReadOptions options;
        options.decodeBytesMax = 1 << 20;
        const auto reader = valueOf(TraceReader::open(killed.path(), options));
        QCOMPARE(reader->lastPosition().value, 0u);
        QVERIFY2(reader->tail().problem.find("limit is 1048576") != std::string::npos,
                 reader->tail().problem.c_str());
    }

    void aMessageTooLongForTheRoomMovesNothingForLong() {
        // As the engine does it: it encodes a message where payloads stand, finds it too long, and
        // adds it the longer way.
        Rows rows = typicalRows(6);
        rows.rows[3].payload = rows.keep(Bytes(500'000, std::byte{9}));
        Killed killed{"a.clew"};
        Block block = killed.block(0);
        block.begin(1, 1);
        block.add(part(rows, 1, 3));
        const std::size_t before = block.batch.payloads().size();
        block.batch.payloads().raw(rows.rows[3].payload);
        block.batch.payloads().truncate(before);
        block.add(part(rows, 4, 6));
        QVERIFY(holds(*killed.open(), rows.rows));
    }

    void moreRowsThanThereIsRoomForAreKeptElsewhereUnmarked() {
        const TailShape shape;
        const Rows rows = typicalRows(shape.rows + 10);
        Killed killed{"a.clew"};
        Block block = killed.block(0);
        block.begin(1, 1);
        block.add(rows.rows);
        QCOMPARE(block.batch.size(), rows.rows.size());
        QVERIFY(holds(*killed.open(), part(rows, 1, shape.rows)));
        block.begin(2, 1);  // and home again
        block.add(part(rows, 1, 7));
        QVERIFY(holds(*killed.open(), part(rows, 1, 7)));
    }
};

QTEST_GUILESS_MAIN(TailTest)
#include "tst_tail.moc"
