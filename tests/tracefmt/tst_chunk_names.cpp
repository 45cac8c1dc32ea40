// What an index says of the kinds and cells in a chunk: never less than there is, and found out
// when it is.
#include "tests/tracefmt/trace_fixture.h"
#include "tracefmt/chunk_names.h"

#include <QTest>

#include <set>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

Bytes namesOf(const std::set<std::uint32_t>& ranks, std::size_t bytesMax = ~std::size_t{0}) {
    NameCollector collector;
    for (const std::uint32_t rank : ranks) collector.add(EventKind::kSend, {rank}, {rank});
    ByteWriter out;
    collector.takeInto(out, bytesMax);
    return out.take();
}

bool mayHold(const ChunkNames& names, std::uint32_t rank) {
    const std::vector<Rank> cells{{rank}};
    return names.mayHold({~0ull, &cells});
}

std::set<std::uint32_t> someRanks(std::mt19937_64& random, std::uint32_t below, std::size_t count) {
    std::set<std::uint32_t> out;
    for (std::size_t i = 0; i < count; ++i)
        out.insert(static_cast<std::uint32_t>(random() % below));
    return out;
}

/// Chunk i has two rows of cell i + 1, every tenth a failure besides.
constexpr std::uint32_t kChunks = 150;
std::shared_ptr<Bytes> trace() {
    auto disk = std::make_unique<MemoryDisk>();
    const std::shared_ptr<Bytes> bytes = disk->bytes();
    const auto writer = writerTo(std::move(disk));
    check(writer->addTypes(someTypes()));
    check(writer->addBirths(someBirths(kChunks)));
    std::uint64_t seq = 0;
    for (std::uint32_t i = 0; i < kChunks; ++i) {
        std::vector<EventRow> rows(i % 10 == 9 ? 3 : 2);
        for (EventRow& row : rows) {
            row.seq = {++seq};
            row.kind = EventKind::kSend;
            row.cell = {i + 1};
            row.peer = {i + 1};
        }
        rows.back().kind = rows.size() == 3 ? EventKind::kFail : EventKind::kDeliver;
        check(writer->addEvents(rows));
    }
    check(writer->finish({}));
    return bytes;
}

IndexPart lastIndexOf(const std::shared_ptr<const Bytes>& file) {
    const std::vector<Chunk> chunks = chunksOf(file);
    return valueOf(decodeIndex(chunks[chunks.size() - 2].body));
}

/// Those that may have a row of cell `rank`.
std::vector<std::size_t> chunksWith(const TraceReader& reader, std::uint32_t rank) {
    const std::vector<Rank> cells{{rank}};
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < reader.chunks().size(); ++i)
        if (reader.mayHold(i, {~0ull, &cells})) out.push_back(i);
    return out;
}
/// What is tried in any case comes besides.
std::vector<std::size_t> withTried(std::set<std::size_t> expected) {
    for (std::size_t i = TraceReader::kNamesTriedEvery - 1; i < kChunks;
         i += TraceReader::kNamesTriedEvery)
        expected.insert(i);
    return {expected.begin(), expected.end()};
}

bool says(const absl::Status& status, const std::string& text) {
    return status.ToString().find(text) != std::string::npos;
}

}  // namespace

class ChunkNamesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void namesAreThoseOfTheRows() {
        std::mt19937_64 random(1);
        for (int round = 0; round < 40; ++round) {
            const auto below =
                static_cast<std::uint32_t>(1 + random() % (1u << (1 + random() % 15)));
            const std::set<std::uint32_t> ranks = someRanks(random, below, random() % 700);
            const Bytes bytes = namesOf(ranks);
            const ChunkNames names(bytes);
            QVERIFY(names.known());
            for (std::uint32_t rank = 0; rank < std::min(below + 3, 400u); ++rank)
                QCOMPARE(mayHold(names, rank), ranks.contains(rank));
        }
    }

    void whatIsShortHoldsMoreAndNeverLess() {
        std::mt19937_64 random(2);
        for (const std::size_t bytesMax : {0u, 10u, 100u, 400u}) {
            const std::set<std::uint32_t> ranks = someRanks(random, 200'000, 2'000);
            const Bytes bytes = namesOf(ranks, bytesMax);
            QVERIFY2(bytes.size() <= bytesMax + 8, std::to_string(bytes.size()).c_str());
            const ChunkNames names(bytes);
            for (const std::uint32_t rank : ranks) QVERIFY(mayHold(names, rank));
        }
    }

    void blocksAreOfTheShiftThatIsSaid() {
        std::mt19937_64 random(8);
        std::set<unsigned> seen;
        for (int round = 0; round < 60; ++round) {
            const std::set<std::uint32_t> ranks =
                someRanks(random, 1'000u << random() % 8, 1 + random() % 2'000);
            const std::size_t bytesMax = random() % 300;
            const Bytes bytes = namesOf(ranks, bytesMax);
            ByteReader in(bytes);
            (void)in.varint();  // kinds
            const unsigned shift = in.u8();
            std::set<std::uint32_t> blocks;
            for (const std::uint32_t rank : ranks) blocks.insert(rank >> shift);
            QCOMPARE(in.varint(), std::uint64_t{blocks.size()});
            QVERIFY(bytes.size() - in.offset() <= bytesMax);
            for (const std::uint32_t block : {0u, 1u, 7u, 100u, 5'000u})
                QCOMPARE(mayHold(ChunkNames(bytes), block << shift), blocks.contains(block));
            seen.insert(shift);
        }
        QVERIFY(seen.size() > 5);
    }

    void anyOfManyIsFound() {
        std::mt19937_64 random(6);
        for (int round = 0; round < 300; ++round) {
            const auto below = static_cast<std::uint32_t>(10 + random() % 3'000);
            const std::set<std::uint32_t> there = someRanks(random, below, random() % 20);
            const std::set<std::uint32_t> sought = someRanks(random, below, random() % 20);
            std::vector<Rank> cells;
            for (const std::uint32_t rank : sought) cells.push_back({rank});
            const bool common = std::ranges::any_of(
                sought, [&](std::uint32_t rank) { return there.contains(rank); });
            const Bytes bytes = namesOf(there);
            QCOMPARE(ChunkNames(bytes).mayHold({~0ull, &cells}), common);
        }
    }

    void oneCollectorServesManyChunks() {
        NameCollector collector;
        std::mt19937_64 random(3);
        for (int round = 0; round < 50; ++round) {
            const std::set<std::uint32_t> ranks = someRanks(random, 5'000, 50);
            for (const std::uint32_t rank : ranks) collector.add(EventKind::kAsk, {rank}, {rank});
            ByteWriter out;
            collector.takeInto(out, ~std::size_t{0});
            QVERIFY(sameBytes(out.view(), [&] {
                NameCollector fresh;
                for (const std::uint32_t rank : ranks) fresh.add(EventKind::kAsk, {rank}, {rank});
                ByteWriter again;
                fresh.takeInto(again, ~std::size_t{0});
                return again.take();
            }()));
        }
    }

    void ranksBeyondAllTablesAreNotTold() {
        const Bytes bytes = namesOf({1, 0xFFFF'FFFF});
        for (const std::uint32_t rank : {0u, 1u, 2u, 1'000'000u})
            QVERIFY(mayHold(ChunkNames(bytes), rank));
        QVERIFY(!ChunkNames(bytes).mayHold({kindBit(EventKind::kFail), nullptr}));
        // Told up to the highest.
        const Bytes told = namesOf({kTableEntriesMax | 63});
        QVERIFY(!mayHold(ChunkNames(told), 1));
        const Bytes beyond = namesOf({(kTableEntriesMax | 63) + 1});
        QVERIFY(mayHold(ChunkNames(beyond), 1));
    }

    void malformedNamesMayHoldEverything() {
        std::mt19937_64 random(4);
        const Bytes good = namesOf(someRanks(random, 9'000, 300), 200);
        // Without any distances they are whole again: the lowest blocks, all of them.
        constexpr std::size_t kBeforeDistances = 4;
        for (std::size_t size = 0; size < good.size(); ++size)
            if (size != kBeforeDistances)
                QVERIFY2(mayHold(ChunkNames(ByteView{good}.first(size)), 9'500),
                         std::to_string(size).c_str());
        for (int round = 0; round < 20'000; ++round) {
            Bytes bytes(random() % 40);
            for (std::byte& b : bytes) b = static_cast<std::byte>(random());
            (void)mayHold(ChunkNames(bytes), 100);
        }
    }

    /// Of every kind, with this shift and so many blocks that stand side by side.
    void namesAreKnownUpToTheirLimits_data() {
        QTest::addColumn<int>("shift");
        QTest::addColumn<quint64>("blocks");
        QTest::addColumn<int>("behind");
        QTest::addColumn<bool>("known");
        const quint64 most = 2 * kRowsPerChunkMax;
        QTest::newRow("the highest shift") << 31 << quint64{1} << 0 << true;
        QTest::newRow("a higher one") << 32 << quint64{1} << 0 << false;
        QTest::newRow("the most blocks") << 0 << most << 0 << true;
        QTest::newRow("more blocks") << 0 << most + 1 << 0 << false;
        QTest::newRow("blocks that 32 bits do not hold") << 0 << (quint64{1} << 32) << 0 << false;
        QTest::newRow("any cell") << 255 << quint64{0} << 0 << true;
        QTest::newRow("any cell, and more") << 255 << quint64{0} << 1 << false;
    }
    void namesAreKnownUpToTheirLimits() {
        QFETCH(int, shift);
        QFETCH(quint64, blocks);
        QFETCH(int, behind);
        QFETCH(bool, known);
        ByteWriter out;
        out.varint(kindBit(EventKind::kSend));
        out.u8(static_cast<std::uint8_t>(shift));
        if (shift != 255) out.varint(blocks);
        if (behind != 0) out.u8(0);
        const Bytes bytes = out.take();
        const ChunkNames names(bytes);
        QCOMPARE(names.known(), known);
        QCOMPARE(names.mayHold({kindBit(EventKind::kFail), nullptr}), !known);
        QVERIFY(names.mayHold({kindBit(EventKind::kSend), nullptr}));
        const bool all = !known || shift == 255;
        const std::vector<Rank> last{{static_cast<std::uint32_t>(blocks) - 1}};
        QVERIFY(names.mayHold({~0ull, &last}));
        const std::vector<Rank> next{{static_cast<std::uint32_t>(blocks)}};
        if (shift == 0) QCOMPARE(names.mayHold({~0ull, &next}), all);
    }

    /// Of chunks that nobody has told of, as of those that are said to be unknown.
    void whatATableWasNotToldIsNotKnown() {
        ChunkNamesTable table;
        const Bytes names = namesOf({3});
        table.set(0, names);
        table.addUnknown(1);
        for (const std::size_t index : {1u, 2u, 99u}) {
            QVERIFY(!table.at(index).known());
            QVERIFY(mayHold(table.at(index), 4));
        }
        QVERIFY(table.at(0).known());
        QVERIFY(mayHold(table.at(0), 3) && !mayHold(table.at(0), 4));
    }

    void moreThanTheBlocksThatAreAnnouncedIsMalformed() {
        Bytes bytes = namesOf({3, 9, 700});
        QVERIFY(!mayHold(ChunkNames(bytes), 701));
        bytes.push_back(std::byte{0});
        QVERIFY(mayHold(ChunkNames(bytes), 701));
    }

    /// Who holds them against rows has a byte for each block that may be there.
    void aBlockBehindAllRanksTakesNoMemory() {
        PackedColumnWriter column;
        const std::array<std::uint64_t, 1> far{0xFFFF'FFF0};
        column.addGroup(far);
        ByteWriter out;
        out.varint(~0ull);  // every kind
        out.u8(0);          // every rank by itself
        out.varint(1);
        out.raw(column.bytes());
        const Bytes bytes = out.take();
        const ChunkNames names(bytes);
        QVERIFY(names.known());
        QVERIFY(mayHold(names, 7));
        const Bytes rows = namesOf({7});
        std::vector<std::uint8_t> scratch;
        QVERIFY(!names.holdAll(ChunkNames(rows), scratch));
        QVERIFY2(scratch.size() <= 4 * std::size_t{kTableEntriesMax},
                 std::to_string(scratch.size()).c_str());
        // The highest that is told is no such block.
        const Bytes highest = namesOf({kTableEntriesMax | 63});
        QVERIFY(ChunkNames(highest).holdAll(ChunkNames(highest), scratch));
        QVERIFY(!mayHold(ChunkNames(highest), 7));
    }

    /// Neither holds the other's names against it.
    void namesThatAreNotKnownAgreeWithAll() {
        const Bytes bytes = namesOf({3, 9});
        // Every kind, and a column that says nothing: not known.
        ByteWriter out;
        out.varint(~0ull);
        out.u8(0);
        out.varint(~0ull);
        const Bytes wrong = out.take();
        const ChunkNames names(bytes);
        QVERIFY(names.known() && !ChunkNames(wrong).known());
        std::vector<std::uint8_t> scratch;
        for (const ChunkNames& unknown : {ChunkNames{}, ChunkNames(wrong)}) {
            QVERIFY(unknown.holdAll(names, scratch));
            QVERIFY(names.holdAll(unknown, scratch));
        }
        // Who may name any cell holds all, and is held by nobody who tells his.
        const Bytes any = namesOf({0xFFFF'FFFF});
        QVERIFY(ChunkNames(any).holdAll(names, scratch));
        QVERIFY(!names.holdAll(ChunkNames(any), scratch));
        QVERIFY(ChunkNames(any).holdAll(ChunkNames(any), scratch));
        const Bytes more = namesOf({3, 9, 10});
        QVERIFY(!names.holdAll(ChunkNames(more), scratch));
        QVERIFY(ChunkNames(more).holdAll(names, scratch));
        QVERIFY(std::ranges::count(scratch, 0) == std::ranges::ssize(scratch));
    }

    void aReaderKnowsWhereACellIs() {
        const std::shared_ptr<Bytes> file = trace();
        ReadOptions prefix;
        prefix.reading = Reading::kPrefix;
        const auto cut = std::make_shared<Bytes>(file->begin(), file->end() - 200);
        for (const auto& reader : {readerOf(file), readerOf(file, prefix), readerOf(cut)}) {
            QCOMPARE(reader->chunks().size(), std::size_t{kChunks});
            for (const std::uint32_t rank : {1u, 7u, 149u})
                QCOMPARE(chunksWith(*reader, rank), withTried({rank - 1}));
            QCOMPARE(chunksWith(*reader, kChunks + 1), withTried({}));
            std::size_t failing = 0;
            for (std::size_t i = 0; i < kChunks; ++i)
                failing += reader->mayHold(i, {kindBit(EventKind::kFail), nullptr}) ? 1u : 0u;
            QCOMPARE(failing, std::size_t{kChunks / 10 + kChunks / TraceReader::kNamesTriedEvery});
        }
    }

    void withoutNamesTheyAreLearned() {
        const std::shared_ptr<Bytes> file = trace();
        IndexPart part = lastIndexOf(file);
        QVERIFY(!part.names.empty());
        part.names.clear();
        const auto reader = readerOf(withIndex(file, part));
        QVERIFY(reader->state() == FileState::kClean);
        QCOMPARE(chunksWith(*reader, 7).size(), std::size_t{kChunks});
        std::shared_ptr<const EventChunk> chunk;
        for (std::size_t i = 0; i < kChunks; ++i)
            ARIADNE_VERIFY_OK(reader->scanChunk(i, ColumnSet::kCell, chunk));
        QCOMPARE(chunksWith(*reader, 7), withTried({6}));
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
    }

    void namesThatLeaveSomethingOutAreFound_data() {
        QTest::addColumn<bool>("aKind");
        QTest::newRow("a cell") << false;
        QTest::newRow("a kind") << true;
    }
    void namesThatLeaveSomethingOutAreFound() {
        QFETCH(bool, aKind);
        const std::shared_ptr<Bytes> file = trace();
        IndexPart part = lastIndexOf(file);
        part.names.clear();
        NameCollector collector;
        for (std::uint32_t i = 0; i < kChunks; ++i) {
            // Of chunk 9 one that is not there instead of what is, or no failure.
            const bool lies = i == 9;
            const Rank cell{lies && !aKind ? 1 : i + 1};
            collector.add(EventKind::kSend, cell, cell);
            collector.add(EventKind::kDeliver, cell, cell);
            if (!lies || !aKind) collector.add(EventKind::kFail, cell, cell);
            ByteWriter names;
            collector.takeInto(names, 100);
            ByteWriter sized;
            sized.sized(names.view());
            part.names.insert(part.names.end(), sized.view().begin(), sized.view().end());
        }
        const auto reader = readerOf(withIndex(file, part));
        QVERIFY2(reader->state() == FileState::kClean, reader->damage().c_str());
        // Whoever only skips it is led astray; whoever reads it is told.
        QVERIFY(!aKind || !reader->mayHold(9, {kindBit(EventKind::kFail), nullptr}));
        QVERIFY(reader->chunk(8).ok());
        const absl::Status whole = reader->chunk(9).status();
        QCOMPARE(whole.code(), absl::StatusCode::kDataLoss);
        QVERIFY2(says(whole, "leaves out"), whole.ToString().c_str());
        std::shared_ptr<const EventChunk> chunk;
        const absl::Status some = reader->scanChunk(9, ColumnSet::kCell, chunk);
        QVERIFY2(says(some, "leaves out"), some.ToString().c_str());
        QVERIFY(says(reader->verify(nullptr, nullptr), "index does not agree"));
        // Everything that is there is read without it.
        ReadOptions salvage;
        salvage.reading = Reading::kSalvage;
        const auto saved = readerOf(withIndex(file, part), salvage);
        QCOMPARE(saved->lastPosition(), readerOf(file)->lastPosition());
        QVERIFY(saved->chunk(9).ok());
    }

    void namesAreSmall() {
        auto disk = std::make_unique<MemoryDisk>();
        const std::shared_ptr<Bytes> bytes = disk->bytes();
        const auto writer = writerTo(std::move(disk));
        std::mt19937_64 random(5);
        Rows rows = typicalRows(8 * 4096, 1000);
        for (EventRow& row : rows.rows) {
            row.cell = {static_cast<std::uint32_t>(random() % 60'000)};
            row.peer = {static_cast<std::uint32_t>(random() % 60'000)};
        }
        for (std::size_t i = 0; i < 8; ++i)
            check(writer->addEvents(std::span{rows.rows}.subspan(i * 4096, 4096)));
        check(writer->finish({}));
        const std::size_t names = lastIndexOf(bytes).names.size();
        QVERIFY2(names * 60 < bytes->size(),
                 (std::to_string(names) + " of " + std::to_string(bytes->size())).c_str());
    }
};

QTEST_GUILESS_MAIN(ChunkNamesTest)
#include "tst_chunk_names.moc"
