// What becomes of a trace whose values are edited on the way into another one.
#include "tests/tracefmt/answers.h"
#include "tests/tracefmt/snapshot_chain.h"
#include "tracefmt/trace_copy.h"

#include <QTest>

#include <algorithm>
#include <functional>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

/// Every payload gets `added` at its end, every cell another state, every note another path.
class Appending final : public CopyEdits {
public:
    Appending(const TraceReader& from, std::string added)
        : types_(from.types().all().begin() + 1, from.types().all().end()),
          births_(from.births().begin() + 1, from.births().end()),
          all_(from.births()),
          added_(std::move(added)) {
        for (CellBirth& birth : births_) birth.path += "'";
    }

    std::span<const TypeDesc> types() const override { return types_; }
    std::span<const CellBirth> births() const override { return births_; }
    absl::Status edit(EventRow& row) override {
        if (row.seq == refused) return absl::AbortedError("not this row");
        room_.assign(row.payload.begin(), row.payload.end());
        const ByteView more = ariadne::asBytes(added_);
        room_.insert(room_.end(), more.begin(), more.end());
        row.payload = room_;
        if (row.seq == tooLong) {
            room_.resize(kRowBytesMax + 1);
            row.payload = room_;
        }
        said.push_back(row.seq.value);
        return absl::OkStatus();
    }
    absl::Status edit(WorldImage& image) override {
        if (image.position == refusedImage) return absl::AbortedError("not this image");
        for (CellImage& cell : image.cells) cell.state = Bytes(3, std::byte{9});
        image.stateDigest = image.isWhole() ? stateDigestOf(image, all_) : image.stateDigest;
        return absl::OkStatus();
    }
    void edit(HostNote& note) override { note.path = "somewhere"; }
    void missed() override { said.push_back(0); }

    /// Of the last type it copies, for names that are too long.
    TypeDesc& lastType() { return types_.back(); }
    CellBirth& lastBirth() { return births_.back(); }

    Position refused{~0ull};
    Position tooLong{~0ull};
    Position refusedImage{~0ull};
    std::vector<std::uint64_t> said;  ///< rows in their order; 0: some were missing

private:
    std::vector<TypeDesc> types_;
    std::vector<CellBirth> births_;
    std::vector<CellBirth> all_;
    std::string added_;
    Bytes room_;
};

struct Result {
    absl::Status said;
    std::shared_ptr<Bytes> bytes;
    Copied copied;
};

Result copyOf(TraceReader& from, Appending& edits, CopyRange range = {}) {
    auto disk = std::make_unique<MemoryDisk>();
    Result out{absl::OkStatus(), disk->bytes(), {}};
    TraceMeta meta = someMeta();
    meta.minViewMinor = kMidRunMinor;
    const auto writer = valueOf(TraceWriter::create(std::move(disk), meta));
    range.edits = &edits;
    const auto copied = copyTrace(from, *writer, range);
    out.said = copied.status();
    if (!copied.ok()) return out;
    out.copied = *copied;
    check(writer->finish(from.stats()));
    return out;
}

/// Digest of rows as they were edited.
EventDigest digestOf(TraceReader& reader) {
    EventDigest digest;
    for (std::size_t i = 0; i < reader.chunks().size(); ++i) {
        const auto chunk = valueOf(reader.chunk(i));
        for (std::uint32_t row = 0; row < chunk->count(); ++row)
            digest.add(chunk->row(row), reader.types().at(chunk->row(row).type).hash);
    }
    return digest;
}

}  // namespace

class TraceCopyTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsEditedIsInTheCopyWithDigestsOfItsOwn() {
        const auto from = readerOf(smallTrace());
        Appending edits{*from, " and more"};
        const Result result = copyOf(*from, edits);
        ARIADNE_VERIFY_OK(result.said);
        const auto reader = readerOf(result.bytes);
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
        QCOMPARE(reader->lastPosition(), from->lastPosition());
        for (const std::uint64_t at : {1u, 2u, 6u, 10u, 15u}) {
            EventRow expected = valueOf(from->chunkAt({at}))->rowAt({at});
            const std::string payload = std::string{asText(expected.payload)} + " and more";
            expected.payload = ariadne::asBytes(payload);
            QVERIFY(sameRow(valueOf(reader->chunkAt({at}))->rowAt({at}), expected));
        }
        QCOMPARE(reader->births()[2].path, from->births()[2].path + "'");
        QCOMPARE(reader->notes().front().path, std::string("somewhere"));
        QCOMPARE(reader->notes().front().readableTo, (Position{6}));
        QVERIFY(reader->gaps() == from->gaps());
        QVERIFY(valueOf(reader->snapshot(0)).cells[1].state == Bytes(3, std::byte{9}));
        QVERIFY(EventDigest(reader->stats().eventDigest, reader->stats().changeDigest) ==
                digestOf(*reader));
        QVERIFY(reader->stats().eventDigest != from->stats().eventDigest);
        // In the order of what is copied.
        QCOMPARE(edits.said,
                 (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6, 0, 10, 11, 12, 13, 14, 15}));
    }

    void aPartOfItIsEditedFromItsSnapshotOn() {
        const ChainTrace trace = chainTrace(4, [](std::size_t i) { return i == 2; });
        const auto from = readerOf(trace.bytes);
        Appending edits{*from, "!"};
        CopyRange range;
        range.snapshot = 2;
        range.last = {11};
        range.before = GapCause::kRedacted;
        range.note = "not to be seen";
        const Result result = copyOf(*from, edits, range);
        ARIADNE_VERIFY_OK(result.said);
        const auto reader = readerOf(result.bytes);
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
        QCOMPARE(reader->base(), (Position{9}));
        QCOMPARE(reader->lastPosition(), (Position{11}));
        const TraceGap before{{1}, {9}, GapCause::kRedacted, "not to be seen"};
        QVERIFY(reader->gaps() == std::vector{before});
        QVERIFY(valueOf(reader->snapshot(0)).cells[0].state == Bytes(3, std::byte{9}));
        QCOMPARE(result.copied.failures, trace.images[2].failures);
        QCOMPARE(edits.said, (std::vector<std::uint64_t>{10, 11}));
    }

    void rowsThatGrowAreSpreadOverMoreChunks() {
        auto disk = std::make_unique<MemoryDisk>();
        const auto bytes = disk->bytes();
        const auto writer = writerTo(std::move(disk));
        check(writer->addTypes(someTypes()));
        check(writer->addBirths(someBirths()));
        check(writer->addEvents(typicalRows(200).rows));
        check(writer->finish(someStats()));
        const auto from = readerOf(bytes);
        QCOMPARE(from->chunks().size(), std::size_t{1});
        Appending edits{*from, std::string(60'000, 'x')};
        const Result result = copyOf(*from, edits);
        ARIADNE_VERIFY_OK(result.said);
        const auto reader = readerOf(result.bytes);
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
        QVERIFY2(reader->chunks().size() == 3, std::to_string(reader->chunks().size()).c_str());
        QCOMPARE(reader->lastPosition(), (Position{200}));
        for (const std::uint64_t at : {1u, 71u, 72u, 200u}) {
            const auto chunk = valueOf(reader->chunkAt({at}));
            const std::size_t before = valueOf(from->chunkAt({at}))->rowAt({at}).payload.size();
            QCOMPARE(chunk->rowAt({at}).payload.size(), before + 60'000);
        }
    }

    void damagedPlacesAreNoReasonToBelieveOldDigests() {
        // As salvage leaves it: rows behind a hole that no snapshot stands for.
        TraceMeta meta = someMeta();
        meta.minViewMinor = kMidRunMinor;
        auto disk = std::make_unique<MemoryDisk>();
        const auto bytes = disk->bytes();
        const auto writer = valueOf(TraceWriter::create(std::move(disk), meta));
        check(writer->addTypes(someTypes()));
        check(writer->addBirths(someBirths()));
        check(writer->addEvents(typicalRows(4).rows));
        check(writer->addGap({{5}, {9}, GapCause::kDamaged, ""}));
        EventBatch behind;
        for (const EventRow& row : typicalRows(4, 3, 10).rows) behind.add(row);
        check(writer->addEventsBehindDamage(behind, {77, 88}));
        check(writer->finish(someStats()));
        const auto from = readerOf(bytes);
        QCOMPARE(valueOf(from->digestMarks(1)).back().events, std::uint64_t{77});
        Appending edits{*from, "!"};
        const Result result = copyOf(*from, edits);
        ARIADNE_VERIFY_OK(result.said);
        const auto reader = readerOf(result.bytes);
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
        QVERIFY(valueOf(reader->digestMarks(1)).back().events == digestOf(*reader).events());
    }

    void rowsThatGrowTooLongEndTheCopy() {
        const auto from = readerOf(smallTrace());
        Appending edits{*from, "!"};
        edits.tooLong = {4};
        const Result result = copyOf(*from, edits);
        QCOMPARE(result.said.code(), absl::StatusCode::kInvalidArgument);
        QVERIFY2(result.said.message().find("the row of position 4 has") != absl::string_view::npos,
                 result.said.ToString().c_str());
    }

    /// And those behind the last row are copied: they say that something is missing there.
    void gapsThatContradictTheRowsAreLeftOut() {
        auto disk = std::make_unique<MemoryDisk>();
        const auto bytes = disk->bytes();
        const auto writer = writerTo(std::move(disk));
        check(writer->addTypes(someTypes()));
        check(writer->addBirths(someBirths()));
        check(writer->addEvents(typicalRows(6).rows));
        check(writer->addGap({{2}, {3}, GapCause::kPaused, "nonsense"}));
        check(writer->addGap({{5}, {6}, GapCause::kPaused, "nonsense, too"}));
        check(writer->addEvents(typicalRows(6, 3, 7).rows));
        check(writer->addGap({{13}, {}, GapCause::kIoError, "the rest"}));
        check(writer->finish(someStats()));
        const auto from = readerOf(bytes);
        QCOMPARE(from->gaps().size(), std::size_t{3});
        Appending edits{*from, "!"};
        const Result result = copyOf(*from, edits);
        ARIADNE_VERIFY_OK(result.said);
        const auto reader = readerOf(result.bytes);
        QCOMPARE(reader->lastPosition(), (Position{12}));
        const TraceGap rest{{13}, {}, GapCause::kIoError, "the rest"};
        QVERIFY(reader->gaps() == std::vector{rest});
        QVERIFY(reader->gapAt({99}) && !reader->gapAt({12}));
    }

    void whoRefusesToEditEndsTheCopy() {
        const auto from = readerOf(smallTrace());
        Appending edits{*from, "!"};
        edits.refused = {11};
        QCOMPARE(copyOf(*from, edits).said.code(), absl::StatusCode::kAborted);
        edits.refused = {~0ull};
        edits.refusedImage = {6};
        QCOMPARE(copyOf(*from, edits).said.code(), absl::StatusCode::kAborted);
        CopyRange range;
        range.snapshot = 0;
        QCOMPARE(copyOf(*from, edits, range).said.code(), absl::StatusCode::kAborted);
    }

    /// What the new file may not have is no reason to leave it out and say nothing.
    void whatTheWriterRefusesEndsTheCopy() {
        const auto copied = [](TraceReader& from, TraceWriter& to, const CopyRange& range = {}) {
            return copyTrace(from, to, range).status().code();
        };
        const auto chain = readerOf(chainTrace().bytes);
        // Snapshots that are not whole, and one to begin at, in a file for readers of any minor.
        QCOMPARE(copied(*chain, *writerTo(std::make_unique<MemoryDisk>())),
                 absl::StatusCode::kInvalidArgument);
        CopyRange later;
        later.snapshot = 1;
        QCOMPARE(copied(*chain, *writerTo(std::make_unique<MemoryDisk>()), later),
                 absl::StatusCode::kInvalidArgument);
        // Inputs in a file of events.
        TraceMeta meta = someMeta();
        meta.level = Level::kInputs;
        auto disk = std::make_unique<MemoryDisk>();
        const auto bytes = disk->bytes();
        const auto writer = valueOf(TraceWriter::create(std::move(disk), meta));
        Rows rows = typicalRows(9);
        rows.rows[4].kind = EventKind::kInput;
        check(writer->addTypes(someTypes()));
        check(writer->addBirths(someBirths()));
        check(writer->addEvents(rows.rows));
        check(writer->finish(someStats()));
        QCOMPARE(copied(*readerOf(bytes), *writerTo(std::make_unique<MemoryDisk>())),
                 absl::StatusCode::kInvalidArgument);
        // One note more than a file may have.
        const auto full = writerTo(std::make_unique<MemoryDisk>());
        for (std::size_t i = 0; i < kHostNotesMax; ++i) check(full->addNote(someNote()));
        QCOMPARE(copied(*readerOf(smallTrace()), *full), absl::StatusCode::kOutOfRange);
        // Names that grew too long.
        const auto from = readerOf(smallTrace());
        for (const bool types : {true, false}) {
            Appending edits{*from, "!"};
            (types ? edits.lastType().name : edits.lastBirth().path).resize(kStringBytesMax + 1);
            QCOMPARE(copyOf(*from, edits).said.code(), absl::StatusCode::kInvalidArgument);
        }
    }

    /// Whoever goes on in a copy brings the tables that are new there, and they may be refused.
    void tablesThatComeLaterAreTakenOrRefused() {
        const auto types = someTypes();
        const auto births = someBirths();
        TraceMeta meta = someMeta();
        meta.level = Level::kInputs;
        meta.minViewMinor = kMidRunMinor;
        EventDigest digest;
        const auto written = [&](const std::function<void(TraceWriter&)>& write) {
            auto disk = std::make_unique<MemoryDisk>();
            const auto bytes = disk->bytes();
            const auto writer = valueOf(TraceWriter::create(std::move(disk), meta));
            write(*writer);
            digest = writer->digest();
            check(writer->finish(someStats()));
            return readerOf(bytes);
        };
        const auto first = written([&](TraceWriter& writer) {
            check(writer.addTypes(std::span{types}.first(2)));
            check(writer.addBirths(std::span{births}.first(2)));
            check(writer.addEvents(typicalRows(20).rows));
        });
        const auto second = written([&](TraceWriter& writer) {
            check(writer.beginAt(types, births, someImage({20}, births, digest),
                                 GapCause::kRetention, ""));
            check(writer.addEvents(typicalRows(20, 3, 21).rows));
        });
        for (const std::string which : {"", "a type name", "a cell path"}) {
            auto disk = std::make_unique<MemoryDisk>();
            const auto bytes = disk->bytes();
            const auto to = valueOf(TraceWriter::create(std::move(disk), meta));
            const Copied before = valueOf(copyTrace(*first, *to));
            QCOMPARE(before.types, std::size_t{3});
            QCOMPARE(before.births, std::size_t{3});
            CopyRange range;
            range.after = &before;
            Appending edits{*second, ""};
            if (!which.empty()) {
                range.edits = &edits;
                auto& name =
                    which == "a type name" ? edits.lastType().name : edits.lastBirth().path;
                name.resize(kStringBytesMax + 1);
            }
            const absl::Status copied = copyTrace(*second, *to, range).status();
            check(to->finish(second->stats()));
            const auto reader = readerOf(bytes);
            if (which.empty()) {
                ARIADNE_VERIFY_OK(copied);
                QVERIFY(std::ranges::equal(reader->types().all(), second->types().all()));
                QVERIFY(reader->births() == second->births());
                QCOMPARE(reader->lastPosition().value, 40u);
            } else {
                QCOMPARE(copied.code(), absl::StatusCode::kInvalidArgument);
                QVERIFY2(copied.message().find(which + " has 65537 bytes, the limit is 65536") !=
                             absl::string_view::npos,
                         copied.ToString().c_str());
                QCOMPARE(reader->lastPosition().value, 20u);
            }
        }
    }

    /// Those that end with the snapshot stand before it, also when they are of one event.
    void inputsUpToTheSnapshotAreNotCopiedWithIt() {
        TraceMeta meta = someMeta();
        meta.level = Level::kInputs;
        meta.minViewMinor = kMidRunMinor;
        auto disk = std::make_unique<MemoryDisk>();
        const auto bytes = disk->bytes();
        const auto writer = valueOf(TraceWriter::create(std::move(disk), meta));
        check(writer->addTypes(someTypes()));
        check(writer->addBirths(someBirths()));
        check(writer->addEvents(typicalRows(4).rows));
        check(writer->flush());
        check(writer->addEvents(typicalRows(1, 3, 5).rows));
        check(writer->addSnapshot(someImage({5}, someBirths(), writer->digest())));
        check(writer->addEvents(typicalRows(5, 3, 6).rows));
        check(writer->finish(someStats()));
        const auto from = readerOf(bytes);
        QCOMPARE(from->inputs().size(), std::size_t{3});
        QCOMPARE(from->inputs()[1].first, (Position{5}));
        auto copy = std::make_unique<MemoryDisk>();
        const auto made = copy->bytes();
        const auto to = valueOf(TraceWriter::create(std::move(copy), meta));
        CopyRange range;
        range.snapshot = 0;
        ARIADNE_VERIFY_OK(copyTrace(*from, *to, range).status());
        check(to->finish(from->stats()));
        const auto reader = readerOf(made);
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
        QCOMPARE(reader->base(), (Position{5}));
        QCOMPARE(reader->inputs().size(), std::size_t{1});
        QCOMPARE(reader->inputs()[0].first, (Position{6}));
        QCOMPARE(reader->lastPosition(), (Position{10}));
    }

    /// A whole copy has all births, those behind the last row as well.
    void whoIsBornBehindTheLastRowIsCopiedWithAllOfIt() {
        auto disk = std::make_unique<MemoryDisk>();
        const auto bytes = disk->bytes();
        const auto writer = writerTo(std::move(disk));
        std::vector<CellBirth> births = someBirths(5);
        births[4].bornAt = {99};
        check(writer->addTypes(someTypes()));
        check(writer->addBirths(births));
        check(writer->addEvents(typicalRows(9).rows));
        check(writer->finish(someStats()));
        const auto from = readerOf(bytes);
        for (const std::uint64_t last : {8u, 9u, 1'000u}) {
            auto copy = std::make_unique<MemoryDisk>();
            const auto made = copy->bytes();
            const auto to = writerTo(std::move(copy));
            CopyRange range;
            range.last = {last};
            check(copyTrace(*from, *to, range).status());
            check(to->finish(someStats()));
            QCOMPARE(readerOf(made)->births().size(), std::size_t{last == 8 ? 5u : 6u});
        }
    }
};

QTEST_GUILESS_MAIN(TraceCopyTest)
#include "tst_trace_copy.moc"
