// Files that end in something else than a trailer: what is before it is read, whatever stands
// there.
#include "tests/tracefmt/answers.h"
#include "tests/tracefmt/body_edit.h"
#include "tests/tracefmt/failing_file.h"
#include "tests/tracefmt/snapshot_chain.h"
#include "tracefmt/meta_codec.h"
#include "tracefmt/note_codec.h"

#include <QTest>

#include <functional>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

constexpr absl::StatusCode kDataLoss = absl::StatusCode::kDataLoss;

/// The small trace up to its summary.
std::shared_ptr<Bytes> unfinished() {
    const auto trace = smallTrace();
    const std::vector<Chunk> chunks = chunksOf(trace);
    return std::make_shared<Bytes>(
        trace->begin(),
        trace->begin() + static_cast<std::ptrdiff_t>(chunks[chunks.size() - 2].offset));
}

/// A header that holds, of a chunk of 16 MiB that does not.
Frame lie(std::uint64_t sequence) {
    ChunkHeader header;
    header.type = ChunkType::kEvents;
    header.codec = Codec::kLz4;
    header.sequence = sequence;
    header.storedBytes = kStoredBytesMax;
    header.rawBytes = kRawBytesMax;
    header.hash = 1;
    return encodeChunkHeader(header);
}

/// What is said of the small trace when the chunk of that type is another one.
std::string damageWith(ChunkType type, const std::function<void(Chunk&)>& edit) {
    auto trace = smallTrace();
    const std::vector<Chunk> chunks = chunksOf(trace);
    Chunk chunk = *std::find_if(chunks.begin(), chunks.end(),
                                [&](const Chunk& one) { return one.header.type == type; });
    trace->resize(static_cast<std::size_t>(chunk.offset));
    edit(chunk);
    forgeChunk(*trace, chunk.offset, chunk.header, chunk.body);
    return readerOf(trace)->damage();
}

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

class UncleanEndsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsPreallocatedIsLookedPast_data() {
        QTest::addColumn<int>("zeros");
        QTest::newRow("some blocks") << 300'000;
        QTest::newRow("more than is searched") << 33 * 1024 * 1024;
    }
    void whatIsPreallocatedIsLookedPast() {
        QFETCH(int, zeros);
        const auto bytes = unfinished();
        const auto truth = readerOf(bytes);
        auto longer = std::make_shared<Bytes>(*bytes);
        longer->resize(longer->size() + static_cast<std::size_t>(zeros));
        const auto reader = readerOf(longer);
        QCOMPARE(reader->state(), FileState::kCut);
        QVERIFY(holds(reader->damage(),
                      "nothing was committed at offset " + std::to_string(bytes->size())));
        QCOMPARE(reader->lastPosition().value, 15u);
        QVERIFY(startsAlike(answersOf(*reader).rows, answersOf(*truth).rows));
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
    }

    /// Each may cost the reading of 16 MiB, and there are many of them.
    void headersThatLieCostNoMoreThanAFewOfThem() {
        const auto bytes = unfinished();
        auto forged = std::make_shared<Bytes>(*bytes);
        for (std::uint64_t i = 0; i < 40; ++i) {
            const Frame frame = lie(100 + i);
            forged->insert(forged->end(), frame.begin(), frame.end());
        }
        forged->resize(forged->size() + kStoredBytesMax);
        for (const Reading how : {Reading::kByIndex, Reading::kSalvage}) {
            ReadOptions options;
            options.reading = how;
            const auto reader = readerOf(forged, options);
            QCOMPARE(reader->state(), FileState::kDamaged);
            QCOMPARE(reader->lastPosition().value, 15u);
            QVERIFY2(holds(reader->damage(), "offset " + std::to_string(bytes->size())),
                     reader->damage().c_str());
        }
    }

    void chunksThatDoNotFitEndTheReading() {
        QVERIFY(holds(damageWith(ChunkType::kSnapshot,
                                 [](Chunk& chunk) {
                                     chunk.body = edited<schema::SnapshotPart>(
                                         chunk.body, [](schema::SnapshotPart::Builder b) {
                                             b.setPart(1);
                                             b.setParts(2);
                                         });
                                 }),
                      "found part 1 of 2 of a snapshot, expected part 0"));
        QVERIFY(holds(damageWith(ChunkType::kSnapshot,
                                 [](Chunk& chunk) {
                                     chunk.body = edited<schema::SnapshotPart>(
                                         chunk.body, [](schema::SnapshotPart::Builder b) {
                                             b.setEventDigest(b.getEventDigest() + 1);
                                         });
                                 }),
                      "which are not those of the events before it"));
        QVERIFY(holds(damageWith(ChunkType::kGaps,
                                 [](Chunk& chunk) {
                                     chunk.body =
                                         valueOf(encodeGaps(std::vector<TraceGap>(kGapsMax)));
                                 }),
                      "found 65537 gaps, the limit is 65536"));
        QVERIFY(holds(damageWith(ChunkType::kNotes, [](Chunk& chunk) { chunk.body = Bytes(24); }),
                      "malformed message"));
        // One that says nothing is none that is wrong.
        QVERIFY(holds(damageWith(ChunkType::kGaps,
                                 [](Chunk& chunk) { chunk.body = valueOf(encodeGaps({})); }),
                      "without a trailer"));
    }

    void inputsThatDoNotFollowEndTheReading() {
        TraceMeta meta = someMeta();
        meta.level = Level::kInputs;
        auto disk = std::make_unique<MemoryDisk>();
        const auto trace = disk->bytes();
        const auto writer = valueOf(TraceWriter::create(std::move(disk), meta));
        check(writer->addTypes(someTypes()));
        check(writer->addBirths(someBirths()));
        for (std::uint64_t first = 1; first < 120; first += 40) {
            Rows rows = typicalRows(40, 3, first);
            rows.rows[7].kind = EventKind::kInput;
            check(writer->addEvents(rows.rows));
        }
        check(writer->finish(someStats()));
        const auto reader = readerOf(trace);
        QCOMPARE(reader->inputs().size(), std::size_t{3});
        const std::vector<Chunk> chunks = chunksOf(trace);
        // What the index says of one in the middle, nothing else depends on.
        IndexPart part = valueOf(decodeIndex(chunks[chunks.size() - 2].body));
        ++part.inputs[1].changeDigest;
        const auto lying = readerOf(withIndex(trace, part));
        QCOMPARE(lying->state(), FileState::kClean);
        ARIADNE_VERIFY_SAYS(lying->inputRows(1).status(), kDataLoss,
                            "the index does not agree with the INPT chunk at offset");
        ARIADNE_VERIFY_OK(lying->inputRows(2).status());
        const auto second = std::find_if(chunks.begin(), chunks.end(), [](const Chunk& chunk) {
            return chunk.header.type == ChunkType::kInputs && chunk.header.firstSeq == 41;
        });
        auto forged = std::make_shared<Bytes>(
            trace->begin(), trace->begin() + static_cast<std::ptrdiff_t>(second->offset));
        ChunkHeader header = second->header;
        header.firstSeq = 42;
        forgeChunk(*forged, second->offset, header, second->body);
        const auto cut = readerOf(forged);
        QCOMPARE(cut->lastPosition().value, 40u);
        QVERIFY2(holds(cut->damage(), "INPT chunk"), cut->damage().c_str());
    }

    void whatIsThereNoMoreIsDamage() {
        const auto trace = smallTrace();
        const auto reader = readerOf(trace);
        const std::uint64_t at = reader->chunks()[1].offset;
        std::fill_n(trace->begin() + static_cast<std::ptrdiff_t>(at), kFrameBytes, std::byte{0});
        ARIADNE_VERIFY_SAYS(reader->verify(nullptr, nullptr), kDataLoss,
                            "nothing was committed at offset " + std::to_string(at));
        QCOMPARE(reader->chunk(1).status().code(), kDataLoss);
        QCOMPARE(reader->digestMarks(1).status().code(), kDataLoss);
        ARIADNE_VERIFY_OK(reader->chunk(0).status());
    }

    void whatThereIsNoneOfIsSaid() {
        const auto reader = readerOf(smallTrace());
        QCOMPARE(reader->snapshotAsWritten(1).status().code(), absl::StatusCode::kOutOfRange);
        QCOMPARE(reader->digestMarks(2).status().code(), absl::StatusCode::kOutOfRange);
        QCOMPARE(reader->inputRows(0).status().code(), absl::StatusCode::kOutOfRange);
        const auto chunk = valueOf(reader->chunk(1));
        QVERIFY(chunk->contains({10}) && chunk->contains({15}));
        QVERIFY(!chunk->contains({9}) && !chunk->contains({16}));
    }

    /// A gap in front, of rows that are there all the same, is no beginning.
    void aBaseHasNoRowsBeforeIt() {
        auto disk = std::make_unique<MemoryDisk>();
        const auto bytes = disk->bytes();
        const auto writer = writerTo(std::move(disk));
        check(writer->addBirths(someBirths()));
        check(writer->addEvents(typicalRows(6).rows));
        check(writer->addSnapshot(someImage({6}, someBirths(), writer->digest())));
        check(writer->addGap({{1}, {6}, GapCause::kPaused, "nonsense"}));
        check(writer->finish(someStats()));
        QCOMPARE(readerOf(bytes)->base(), (Position{0}));
    }

    /// Who reads everything needs the memory for it: less is no damage.
    void readingAllNeedsMemory() {
        ReadOptions options;
        options.decodeBytesMax = 100;
        options.reading = Reading::kPrefix;
        ARIADNE_VERIFY_SAYS(TraceReader::open(readFromMemory(smallTrace()), options).status(),
                            absl::StatusCode::kResourceExhausted, "decodeBytesMax");
        options.reading = Reading::kSalvage;
        QCOMPARE(readerOf(smallTrace(), options)->state(), FileState::kDamaged);
    }

    void aHeaderThatIsBeingWrittenIsNoDamage() {
        const auto whole = smallTrace();
        const std::vector<Chunk> chunks = chunksOf(whole);
        const auto at = static_cast<std::ptrdiff_t>(chunks[4].offset);
        for (const bool tooMuchBehind : {false, true}) {
            FailingCall none;
            const auto bytes = std::make_shared<Bytes>(whole->begin(), whole->begin() + at);
            auto file = std::make_unique<FailingReadFile>(bytes, none);
            file->beingWritten = true;
            const auto reader = valueOf(TraceReader::open(std::move(file)));
            const std::uint64_t last = reader->lastPosition().value;
            // Some of its header is there, and is none.
            bytes->insert(bytes->end(), kFrameBytes, std::byte{0x55});
            if (tooMuchBehind) bytes->resize(bytes->size() + kStoredBytesMax + 1);
            (void)valueOf(reader->refresh());
            QCOMPARE(reader->lastPosition().value, last);
            // A writer that has gone on behind it has written it whole.
            QCOMPARE(reader->state(), tooMuchBehind ? FileState::kDamaged : FileState::kRecording);
            if (tooMuchBehind) continue;
            *bytes = *whole;
            QVERIFY(valueOf(reader->refresh()));
            QCOMPARE(reader->state(), FileState::kClean);
        }
    }

    void aTrailerThatLiesToWhoFollowsIsDamage() {
        const auto whole = smallTrace();
        const std::vector<Chunk> chunks = chunksOf(whole);
        Frame frame;
        std::memcpy(frame.data(), whole->data() + whole->size() - kFrameBytes, kFrameBytes);
        Trailer trailer = *decodeTrailer(frame, whole->size());
        for (const bool changes : {false, true}) {
            FailingCall none;
            const auto bytes = std::make_shared<Bytes>(
                whole->begin(), whole->begin() + static_cast<std::ptrdiff_t>(chunks[4].offset));
            auto file = std::make_unique<FailingReadFile>(bytes, none);
            file->beingWritten = true;
            const auto reader = valueOf(TraceReader::open(std::move(file)));
            Trailer lying = trailer;
            ++(changes ? lying.changeDigest : lying.eventDigest);
            bytes->assign(whole->begin(), whole->end() - kFrameBytes);
            const Frame end = encodeTrailer(lying);
            bytes->insert(bytes->end(), end.begin(), end.end());
            QVERIFY(valueOf(reader->refresh()));
            QCOMPARE(reader->state(), FileState::kDamaged);
            QCOMPARE(reader->damage(), std::string("the trailer does not agree with the events"));
            QCOMPARE(reader->lastPosition().value, 15u);
        }
    }
};

QTEST_GUILESS_MAIN(UncleanEndsTest)
#include "tst_unclean_ends.moc"
