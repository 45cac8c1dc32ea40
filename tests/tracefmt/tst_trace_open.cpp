// What opening says: of things that are no trace, of newer ones, of indexes that lie.
#include "tests/tracefmt/trace_fixture.h"
#include "tracefmt/index_codec.h"
#include "tracefmt/meta_codec.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

absl::Status statusOf(const Bytes& file) {
    return TraceReader::open(readFromMemory(std::make_shared<Bytes>(file))).status();
}
absl::Status statusOf(std::string_view text) {
    const ByteView bytes = ariadne::asBytes(text);
    return statusOf(Bytes(bytes.begin(), bytes.end()));
}
bool says(const absl::Status& status, const std::string& text) {
    return status.ToString().find(text) != std::string::npos;
}

Bytes withFrameField16(Bytes file, std::size_t offset, std::uint16_t value) {
    Frame frame;
    std::memcpy(frame.data(), file.data(), frame.size());
    setFieldAt(frame, offset, value);
    sealFrame(frame);
    std::memcpy(file.data(), frame.data(), frame.size());
    return file;
}

const Chunk& chunkOf(const std::vector<Chunk>& chunks, ChunkType type) {
    return *std::find_if(chunks.begin(), chunks.end(),
                         [&](const Chunk& c) { return c.header.type == type; });
}

}  // namespace

class TraceOpenTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsNoTraceIsSaid() {
        QCOMPARE(statusOf("").code(), absl::StatusCode::kInvalidArgument);
        QVERIFY(says(statusOf(""), "empty"));
        const absl::Status text = statusOf("#include <QtTest>\nint main() { return 0; }\n");
        QCOMPARE(text.code(), absl::StatusCode::kInvalidArgument);
        QVERIFY2(says(text, "text (\"#include <QtTest>\\nint"), text.ToString().c_str());
        QVERIFY(says(statusOf("\x1f\x8b abcdefgh"), "gzip"));
        QVERIFY(says(statusOf(std::string(100, '\0')), "zeros"));
        QVERIFY(says(statusOf("\x7f"
                              "ELF\x02\x01"),
                     "ELF"));
        QVERIFY(says(statusOf("\x01\x02\xff\xfe"), "bytes 0102fffe"));
    }

    void textModeDamageIsSaid() {
        const absl::Status status = statusOf(
            "\x89"
            "CLEW\n\x1a and so on");
        QCOMPARE(status.code(), absl::StatusCode::kDataLoss);
        QVERIFY(says(status, "binary mode"));
    }

    void headersCutShortAreSaid() {
        Bytes file = *smallTrace();
        file.resize(40);
        QCOMPARE(statusOf(file).code(), absl::StatusCode::kDataLoss);
        QVERIFY(says(statusOf(file), "found 40 bytes of 64"));
        file = *smallTrace();
        file.resize(100);
        QVERIFY(says(statusOf(file), "description of the run"));
    }

    void newerFormatsAreNamed() {
        const absl::Status major = statusOf(withFrameField16(*smallTrace(), 8, kFormatMajor + 1));
        QCOMPARE(major.code(), absl::StatusCode::kFailedPrecondition);
        const std::string found = "format 2." + std::to_string(kFormatMinor);
        QVERIFY2(says(major, found + ", this Ariadne reads 1.x"), major.ToString().c_str());

        const auto trace = smallTrace();
        const ChunkHeader header = chunksOf(trace)[0].header;
        TraceMeta meta = someMeta();
        meta.minViewMinor = kFormatMinor + 1;
        forgeChunk(*trace, kFrameBytes, header, valueOf(encodeMeta(meta)));
        const absl::Status minor = statusOf(*trace);
        QCOMPARE(minor.code(), absl::StatusCode::kFailedPrecondition);
        const std::string needed = "needs a reader of format 1." + std::to_string(kFormatMinor + 1);
        QVERIFY2(says(minor, needed), minor.ToString().c_str());

        // A newer minor alone, and one that only replay would mind, are opened.
        QVERIFY(statusOf(withFrameField16(*smallTrace(), 10, 9)).ok());
        meta.minViewMinor = 0;
        meta.minReplayMinor = kFormatMinor + 1;
        forgeChunk(*trace, kFrameBytes, header, valueOf(encodeMeta(meta)));
        QCOMPARE(readerOf(trace)->meta().minReplayMinor, meta.minReplayMinor);
    }

    void unknownChunksStopOnlyWhenCritical() {
        for (const bool critical : {true, false}) {
            auto trace = smallTrace();
            const std::vector<Chunk> chunks = chunksOf(trace);
            const Chunk& gaps = chunkOf(chunks, ChunkType::kGaps);
            trace->resize(static_cast<std::size_t>(gaps.offset));
            ChunkHeader header = gaps.header;
            header.type = static_cast<ChunkType>(fourcc("ENVI"));
            header.critical = critical;
            forgeChunk(*trace, gaps.offset, header, Bytes(16));
            const auto reader = readerOf(trace);
            QCOMPARE(reader->lastPosition().value, 6u);
            QVERIFY(reader->state() == (critical ? FileState::kDamaged : FileState::kCut));
            if (critical) QVERIFY(reader->damage().find("ENVI") != std::string::npos);
        }
    }

    void anIndexThatLiesIsBuiltAgain_data() {
        QTest::addColumn<int>("lie");
        QTest::newRow("offset into a payload") << 0;
        QTest::newRow("offset beyond 2^63") << 1;
        QTest::newRow("wrong count") << 2;
        QTest::newRow("wrong first") << 3;
        QTest::newRow("overlapping") << 4;
        QTest::newRow("points to itself") << 5;
        QTest::newRow("previous is no index") << 6;
        QTest::newRow("snapshot elsewhere") << 7;
        QTest::newRow("nothing in it") << 8;
        QTest::newRow("wrong totals") << 9;
        QTest::newRow("no gap") << 10;
        QTest::newRow("a note behind rows that are not there") << 11;
        QTest::newRow("notes that go back") << 12;
        QTest::newRow("names of fewer chunks") << 13;
        QTest::newRow("names of more chunks") << 14;
        QTest::newRow("a chunk shorter than its header") << 15;
        QTest::newRow("a chunk of no rows") << 16;
        QTest::newRow("a snapshot of no parts") << 17;
        QTest::newRow("a snapshot of too many parts") << 18;
        QTest::newRow("a snapshot behind the end") << 19;
        QTest::newRow("a snapshot of rows that are not there") << 20;
        QTest::newRow("a snapshot of another position") << 21;
        QTest::newRow("inputs where events are") << 22;
        QTest::newRow("inputs in the header") << 23;
        QTest::newRow("more entries than the file has room for") << 24;
        QTest::newRow("full tables elsewhere") << 25;
    }
    void anIndexThatLiesIsBuiltAgain() {
        QFETCH(int, lie);
        const auto trace = smallTrace();
        const auto truth = readerOf(trace);
        const std::vector<Chunk> chunks = chunksOf(trace);
        const Chunk& index = chunkOf(chunks, ChunkType::kIndex);
        IndexPart part = valueOf(decodeIndex(index.body));
        switch (lie) {
            case 0: part.chunks[1].offset += 64; break;
            case 1: part.chunks[1].offset = 1ull << 63; break;
            case 2: part.chunks[1].count += 1; break;
            case 3: part.chunks[0].first = {2}; break;
            case 4: part.chunks[1].offset = part.chunks[0].offset; break;
            case 5: part.previousAt = index.offset; break;
            case 6: part.previousAt = 64; break;
            case 7: part.snapshots[0].offset = part.chunks[0].offset; break;
            case 8: part = {}; break;
            case 9: part.totals.lastPosition = {99}; break;
            case 10: part.gaps.clear(); break;
            case 11: part.notes[0].readableTo = {16}; break;
            case 12:
                part.notes.push_back(part.notes[0]);
                part.notes.back().readableTo = {5};
                break;
            case 13: part.names.resize(1 + static_cast<std::size_t>(part.names[0])); break;
            case 14: part.names.push_back(std::byte{0}); break;
            case 15: part.chunks[0].storedBytes = 8; break;
            case 16: part.chunks[1].count = 0; break;
            case 17: part.snapshots[0].parts = 0; break;
            case 18: part.snapshots[0].parts = kSnapshotPartsMax + 1; break;
            case 19: part.snapshots[0].offset = trace->size(); break;
            case 20: part.snapshots[0].position = {99}; break;
            case 21: part.snapshots[0].position = {5}; break;
            case 22:
            case 23:
                part.inputs.push_back(part.chunks[1]);
                part.inputs[0].first = {16};
                if (lie == 23) part.inputs[0].offset = 8;
                break;
            case 24: part.tables.assign(1000, 64); break;
            case 25: part.fullTablesAt += 8; break;
        }
        const auto reader = readerOf(withIndex(trace, part));
        QVERIFY2(reader->state() == FileState::kClean, reader->damage().c_str());
        QCOMPARE(reader->chunks().size(), truth->chunks().size());
        for (std::size_t i = 0; i < truth->chunks().size(); ++i) {
            QCOMPARE(reader->chunks()[i].offset, truth->chunks()[i].offset);
            QVERIFY(reader->chunk(i).ok());
        }
        QVERIFY(valueOf(reader->snapshot(0)) == valueOf(truth->snapshot(0)));
        QVERIFY(reader->gaps() == truth->gaps());
        QVERIFY(reader->notes() == truth->notes());
        QVERIFY(reader->stats() == truth->stats());
        QVERIFY(says(reader->verify(nullptr, nullptr), "index does not agree"));
    }

    void pathsThatLeadNowhereAreSaid() {
        QTemporaryDir folder;
        const std::filesystem::path root = folder.path().toStdString();
        QCOMPARE(TraceReader::open(root / "absent.clew").status().code(),
                 absl::StatusCode::kNotFound);
        const absl::Status directory = TraceReader::open(root).status();
        QCOMPARE(directory.code(), absl::StatusCode::kInvalidArgument);
        QVERIFY(says(directory, "a folder"));
        QCOMPARE(TraceReader::open("/dev/zero").status().code(),
                 absl::StatusCode::kInvalidArgument);
    }

    void aFileBeingWrittenIsRecording() {
        QTemporaryDir folder;
        const std::filesystem::path path =
            std::filesystem::path(folder.path().toStdString()) / "run.clew";
        const auto writer =
            valueOf(TraceWriter::create(valueOf(createForWriting(path)), someMeta()));
        check(writer->addEvents(typicalRows(5).rows));
        {
            const auto reader = valueOf(TraceReader::open(path));
            QVERIFY(reader->state() == FileState::kRecording);
            QCOMPARE(reader->lastPosition().value, 5u);
        }
        check(writer->finish({}));
        QVERIFY(valueOf(TraceReader::open(path))->state() == FileState::kClean);
    }
};

QTEST_GUILESS_MAIN(TraceOpenTest)
#include "tst_trace_open.moc"
