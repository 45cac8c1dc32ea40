// Each read that fails, however a trace is read: it is said, and never taken for damage, for an end
// or for something that is not there.
#include "engine/base/digest.h"
#include "engine/base/status_macros.h"
#include "tests/faults/support/scripts.h"
#include "tests/tracefmt/failing_file.h"
#include "tracefmt/cut.h"
#include "tracefmt/note_codec.h"
#include "tracefmt/recover.h"
#include "tracefmt/tail_file.h"
#include "tracefmt/tail_reader.h"
#include "tracefmt/trace_copy.h"

#include <QTest>

#include <functional>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

/// What was read, as text; an error where something was not.
using Deed = std::function<absl::StatusOr<std::string>(FailingCall&)>;

/// Empty, or what is wrong with how `deed` takes each failure: it says the error, or has come to
/// the same without what could not be read.
std::string wrongWith(const Deed& deed) {
    FailingCall none;
    const std::string truth = valueOf(deed(none));
    for (std::size_t nth = 1; nth <= none.calls; ++nth) {
        FailingCall call{nth, 0};
        const absl::StatusOr<std::string> found = deed(call);
        const std::string label = "call " + std::to_string(nth) + ": ";
        if (found.ok() && *found != truth) return label + "said " + *found + ", not " + truth;
        if (!found.ok() && found.status().message().find("input/output") == absl::string_view::npos)
            return label + found.status().ToString();
        if (!found.ok() && !absl::IsUnavailable(found.status()))
            return label + found.status().ToString();
    }
    return none.calls > 3 ? "" : "hardly anything was read";
}

void put(std::string& text, std::uint64_t number) {
    text += std::to_string(number) + " ";
}

absl::Status putChunk(const EventChunk& chunk, std::string& text) {
    EventDigest digest;
    for (std::uint32_t i = 0; i < chunk.count(); ++i) digest.add(chunk.row(i), 0);
    put(text, digest.events());
    put(text, digest.changes());
    return absl::OkStatus();
}

/// Everything there is, one thing after the other.
absl::Status putAll(TraceReader& reader, std::string& text) {
    for (std::size_t i = 0; i < reader.chunks().size(); ++i) {
        ARIADNE_ASSIGN_OR_RETURN(const auto chunk, reader.chunk(i));
        ARIADNE_RETURN_IF_ERROR(putChunk(*chunk, text));
        ARIADNE_ASSIGN_OR_RETURN(const auto marks, reader.digestMarks(i));
        put(text, marks.back().events);
    }
    for (std::size_t i = 0; i < reader.inputs().size(); ++i) {
        ARIADNE_ASSIGN_OR_RETURN(const auto rows, reader.inputRows(i));
        for (const EventRow& row : rows->rows()) put(text, row.seq.value + row.payload.size());
    }
    for (std::size_t i = 0; i < reader.snapshots().size(); ++i) {
        ARIADNE_ASSIGN_OR_RETURN(const WorldImage whole, reader.snapshot(i));
        ARIADNE_ASSIGN_OR_RETURN(const WorldImage written, reader.snapshotAsWritten(i));
        put(text, whole.stateDigest);
        put(text, written.cells.size());
    }
    put(text, reader.births().size());
    put(text, reader.notes().size());
    put(text, reader.gaps().size());
    put(text, reader.stats().eventDigest);
    // What is damaged does not verify anyway.
    return reader.state() == FileState::kDamaged ? absl::OkStatus()
                                                 : reader.verify(nullptr, nullptr);
}

/// What a reader says is wrong with the file because something could not be read is said.
absl::Status saidBy(const TraceReader& reader) {
    return reader.damage().find("input/output") == std::string::npos
               ? absl::OkStatus()
               : absl::UnavailableError(reader.damage());
}

Deed readingAll(const std::shared_ptr<const Bytes>& bytes, Reading how) {
    return [=](FailingCall& call) -> absl::StatusOr<std::string> {
        ReadOptions options;
        options.reading = how;
        ARIADNE_ASSIGN_OR_RETURN(
            const auto reader,
            TraceReader::open(std::make_unique<FailingReadFile>(bytes, call), options));
        ARIADNE_RETURN_IF_ERROR(saidBy(*reader));
        std::string text;
        ARIADNE_RETURN_IF_ERROR(putAll(*reader, text));
        put(text, reader->lostBytes());
        return text;
    };
}

std::shared_ptr<Bytes> inputsTrace() {
    TraceMeta meta = someMeta();
    meta.level = Level::kInputs;
    auto disk = std::make_unique<MemoryDisk>();
    const auto bytes = disk->bytes();
    const auto writer = valueOf(TraceWriter::create(std::move(disk), meta));
    check(writer->addTypes(someTypes()));
    check(writer->addBirths(someBirths()));
    for (std::uint64_t first = 1; first < 200; first += 40) {
        Rows rows = typicalRows(40, 3, first);
        rows.rows[7].kind = EventKind::kInput;
        rows.rows[7].payload = rows.keep(Bytes(first == 1 ? 70'000 : 9, std::byte{4}));
        check(writer->addEvents(rows.rows));
    }
    check(writer->finish(someStats()));
    return bytes;
}

std::shared_ptr<Bytes> shortened(const std::shared_ptr<const Bytes>& bytes, std::size_t by) {
    return std::make_shared<Bytes>(bytes->begin(), bytes->end() - static_cast<std::ptrdiff_t>(by));
}

/// With one byte of its second chunk of rows flipped.
std::shared_ptr<Bytes> damaged(const std::shared_ptr<const Bytes>& bytes) {
    auto out = std::make_shared<Bytes>(*bytes);
    const auto reader = readerOf(bytes);
    (*out)[static_cast<std::size_t>(reader->chunks()[1].offset) + kFrameBytes + 5] ^= std::byte{1};
    return out;
}

/// With a chunk in front of its second one of rows that holds a whole chunk, and is none itself:
/// what stands in it is not looked for.
std::shared_ptr<Bytes> withinAnother() {
    const auto trace = smallTrace();
    const std::vector<Chunk> chunks = chunksOf(trace);
    const Chunk& gaps = *std::find_if(chunks.begin(), chunks.end(), [](const Chunk& chunk) {
        return chunk.header.type == ChunkType::kGaps;
    });
    HostNote note = someNote();
    note.readableTo = {6};
    ChunkHeader inner = gaps.header;
    inner.type = ChunkType::kNotes;
    const Bytes body =
        valueOf(sealChunk(inner, valueOf(encodeNotes(std::vector{note})), idOf(*trace).low));
    ChunkHeader outer = gaps.header;
    outer.codec = Codec::kRaw;
    outer.storedBytes = outer.rawBytes = static_cast<std::uint32_t>(body.size());
    outer.hash = hashBytes(body, idOf(*trace).low + outer.sequence);
    const Frame frame = encodeChunkHeader(outer);
    auto out = std::make_shared<Bytes>(trace->begin(),
                                       trace->begin() + static_cast<std::ptrdiff_t>(gaps.offset));
    out->insert(out->end(), frame.begin(), frame.end());
    out->insert(out->end(), body.begin(), body.end());
    out->insert(out->end(), trace->begin() + static_cast<std::ptrdiff_t>(gaps.end()), trace->end());
    return out;
}

}  // namespace

class FailingReadsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readingAll_data() {
        QTest::addColumn<int>("which");
        QTest::addColumn<int>("how");
        const char* const names[] = {"whole",      "cut",     "inputs",
                                     "long bytes", "damaged", "within another"};
        for (int which = 0; which < 6; ++which)
            for (const Reading how : {Reading::kByIndex, Reading::kPrefix, Reading::kSalvage}) {
                // By its index damage is met in the middle, and by no other read.
                if (which >= 4 && how == Reading::kByIndex) continue;
                QTest::addRow("%s, %d", names[which], static_cast<int>(how))
                    << which << static_cast<int>(how);
            }
    }
    void readingAll() {
        QFETCH(int, which);
        QFETCH(int, how);
        const auto everything = faults::wholeTrace(faults::scripts()[0]);
        std::shared_ptr<const Bytes> bytes;
        switch (which) {
            case 0: bytes = everything; break;
            case 1: bytes = shortened(everything, 200); break;
            case 2: bytes = inputsTrace(); break;
            case 3: bytes = faults::wholeTrace(faults::scripts()[2]); break;
            case 4: bytes = damaged(everything); break;
            case 5: bytes = withinAnother(); break;
        }
        const std::string wrong = wrongWith(::readingAll(bytes, static_cast<Reading>(how)));
        QVERIFY2(wrong.empty(), wrong.c_str());
    }

    /// Behind an index that is early enough: the last chunks are walked back to it.
    void cutBehindAnIndex() {
        const auto whole = faults::wholeTrace(faults::scripts()[3]);
        const auto bytes = shortened(whole, 1000);
        const Deed deed = [&](FailingCall& call) -> absl::StatusOr<std::string> {
            ReadOptions options;
            options.cutBytesChecked = 0;
            ARIADNE_ASSIGN_OR_RETURN(
                const auto reader,
                TraceReader::open(std::make_unique<FailingReadFile>(bytes, call), options));
            ARIADNE_RETURN_IF_ERROR(saidBy(*reader));
            std::string text;
            put(text, reader->chunks().size());
            put(text, reader->stats().eventDigest);
            put(text, reader->births().size());
            return text;
        };
        const std::string wrong = wrongWith(deed);
        QVERIFY2(wrong.empty(), wrong.c_str());
    }

    void someColumnsAndSingleRows() {
        const auto bytes = faults::wholeTrace(faults::scripts()[2]);
        const Deed deed = [&](FailingCall& call) -> absl::StatusOr<std::string> {
            ReadOptions options;
            options.cacheBytes = 0;
            ARIADNE_ASSIGN_OR_RETURN(
                const auto reader,
                TraceReader::open(std::make_unique<FailingReadFile>(bytes, call), options));
            ARIADNE_RETURN_IF_ERROR(saidBy(*reader));
            std::string text;
            std::shared_ptr<const EventChunk> chunk;
            for (const ColumnSet wanted : {ColumnSet::kTime, ColumnSet::kCell, ColumnSet::kAll})
                for (std::size_t i = 0; i < reader->chunks().size(); ++i) {
                    ARIADNE_RETURN_IF_ERROR(reader->scanChunk(i, wanted, chunk));
                    ARIADNE_RETURN_IF_ERROR(putChunk(*chunk, text));
                }
            for (const std::uint64_t at : {1u, 11u, 12u, 9u, 30u, 31u}) {
                ARIADNE_ASSIGN_OR_RETURN(const auto whole, reader->chunkAt({at}));
                put(text, whole->rowAt({at}).payload.size());
            }
            return text;
        };
        const std::string wrong = wrongWith(deed);
        QVERIFY2(wrong.empty(), wrong.c_str());
    }

    void recovering_data() {
        QTest::addColumn<int>("damage");
        QTest::newRow("whole") << 0;
        QTest::newRow("damaged") << 1;
    }
    void recovering() {
        QFETCH(int, damage);
        const auto whole = faults::wholeTrace(faults::scripts()[0]);
        const auto bytes = damage == 0 ? whole : damaged(whole);
        const Deed deed = [&](FailingCall& call) -> absl::StatusOr<std::string> {
            ReadOptions options;
            options.reading = readingFor(RecoverMode::kSalvage);
            ARIADNE_ASSIGN_OR_RETURN(
                const auto reader,
                TraceReader::open(std::make_unique<FailingReadFile>(bytes, call), options));
            const FailingReadFile file{bytes, call};
            auto disk = std::make_unique<MemoryDisk>();
            const auto written = disk->bytes();
            const RecoverOutput output{[&]() -> absl::StatusOr<std::unique_ptr<WriteFile>> {
                                           if (call.isDue()) return ioError();
                                           return std::move(disk);
                                       },
                                       [&]() -> absl::StatusOr<std::unique_ptr<ReadFile>> {
                                           if (call.isDue()) return ioError();
                                           return readFromMemory(written);
                                       }};
            const auto said = recover(*reader, file, RecoverMode::kSalvage, output);
            if (!said.ok()) return said.status();
            return std::to_string(said->rows) + " rows to " + std::to_string(said->last.value) +
                   ", " + std::to_string(written->size()) + " bytes";
        };
        const std::string wrong = wrongWith(deed);
        QVERIFY2(wrong.empty(), wrong.c_str());
    }

    void cutting() {
        const auto bytes = chainTrace().bytes;
        const Deed deed = [&](FailingCall& call) -> absl::StatusOr<std::string> {
            ARIADNE_ASSIGN_OR_RETURN(
                const auto reader,
                TraceReader::open(std::make_unique<FailingReadFile>(bytes, call)));
            ARIADNE_RETURN_IF_ERROR(saidBy(*reader));
            auto disk = std::make_unique<MemoryDisk>();
            const auto written = disk->bytes();
            ARIADNE_RETURN_IF_ERROR(cut(*reader, {8}, {14}, std::move(disk)).status());
            return std::string{asText(*written)};
        };
        const std::string wrong = wrongWith(deed);
        QVERIFY2(wrong.empty(), wrong.c_str());
    }

    void copyingInputs() {
        const auto bytes = inputsTrace();
        const Deed deed = [&](FailingCall& call) -> absl::StatusOr<std::string> {
            ARIADNE_ASSIGN_OR_RETURN(
                const auto reader,
                TraceReader::open(std::make_unique<FailingReadFile>(bytes, call)));
            ARIADNE_RETURN_IF_ERROR(saidBy(*reader));
            auto disk = std::make_unique<MemoryDisk>();
            const auto written = disk->bytes();
            const auto writer = valueOf(TraceWriter::create(std::move(disk), reader->meta()));
            ARIADNE_RETURN_IF_ERROR(copyTrace(*reader, *writer).status());
            check(writer->finish(reader->stats()));
            return std::string{asText(*written)};
        };
        const std::string wrong = wrongWith(deed);
        QVERIFY2(wrong.empty(), wrong.c_str());
    }

    /// A reader that met an error while it followed a file goes on as if nothing had been.
    void following() {
        const auto whole = smallTrace();
        const std::vector<Chunk> chunks = chunksOf(whole);
        for (std::size_t nth = 1;; ++nth) {
            FailingCall call;
            const auto bytes = std::make_shared<Bytes>(
                whole->begin(), whole->begin() + static_cast<std::ptrdiff_t>(chunks[2].offset));
            auto file = std::make_unique<FailingReadFile>(bytes, call);
            FailingReadFile& open = *file;
            open.beingWritten = true;
            const auto reader = valueOf(TraceReader::open(std::move(file)));
            *bytes = Bytes(whole->begin(),
                           whole->begin() + static_cast<std::ptrdiff_t>(chunks[6].offset + 30));
            call = {nth, 0};
            const auto grew = reader->refresh();
            if (call.calls < nth) break;
            QVERIFY2(!grew.ok() || reader->lastPosition().value == 6, std::to_string(nth).c_str());
            if (!grew.ok()) QCOMPARE(grew.status().code(), absl::StatusCode::kUnavailable);
            QCOMPARE(reader->state(), FileState::kRecording);
            QVERIFY(reader->refresh().ok());
            QCOMPARE(reader->lastPosition().value, 6u);
            *bytes = *whole;
            QVERIFY(valueOf(reader->refresh()));
            QCOMPARE(reader->state(), FileState::kClean);
            ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
        }
    }

    void tails_data() {
        QTest::addColumn<bool>("named");
        QTest::newRow("of the trace it was begun for") << false;
        QTest::newRow("of one that it names") << true;
    }
    void tails() {
        QFETCH(bool, named);
        TailHeader header{{5, 77}, {2, 16, 4096, 4096, 4096}};
        if (named) header.version = kTailVersionOfMore;
        const FileId id = named ? FileId{8, 9} : header.id;
        std::vector<CompactRow> lines(static_cast<std::size_t>(header.shape.slotAt(2)) /
                                      sizeof(CompactRow));
        auto* const memory = reinterpret_cast<std::byte*>(lines.data());
        const Frame frame = encodeTailHeader(header);
        std::copy(frame.begin(), frame.end(), memory);
        const TailName name{id.low, id.high, tailNameCheck(header.id, id), 0};
        if (named) std::memcpy(memory + tailNameAt(1), &name, sizeof name);
        for (const std::uint32_t index : {0u, 1u}) {
            TailSlot slot{memory + header.shape.slotAt(index), -1, header, index};
            EventBatch batch;
            batch.liveIn(slot.room());
            slot.begin(index + 1, {5 * index + 1});
            batch.clear();
            batch.markRows(slot.seed(), slot.tag());
            if (index == 0) QVERIFY(slot.addTypes(1, someTypes()));
            for (const EventRow& row : typicalRows(5, 3, 5 * index + 1).rows) batch.add(row);
            check(batch.status());
        }
        const auto bytes =
            std::make_shared<Bytes>(memory, memory + sizeof(CompactRow) * lines.size());
        const Deed deed = [&](FailingCall& call) -> absl::StatusOr<std::string> {
            const FailingReadFile tail{bytes, call};
            ARIADNE_ASSIGN_OR_RETURN(const Bytes chunks,
                                     chunksOfTail(tail, id, {}, {}, {}, 1 << 20));
            return std::string{asText(chunks)};
        };
        const std::string wrong = wrongWith(deed);
        QVERIFY2(wrong.empty(), wrong.c_str());
    }
};

QTEST_GUILESS_MAIN(FailingReadsTest)
#include "tst_failing_reads.moc"
