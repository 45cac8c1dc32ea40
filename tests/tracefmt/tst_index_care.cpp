// How far an index is believed: what opening reads besides shows it, for a file is read without an
// index that lies, and says the same.
#include "tests/tracefmt/answers.h"
#include "tests/tracefmt/body_edit.h"
#include "tests/tracefmt/failing_file.h"
#include "tests/tracefmt/snapshot_chain.h"
#include "tracefmt/meta_codec.h"

#include <QTest>

#include <functional>
#include <random>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

/// A reader, and how many calls it took to open it.
struct Opened {
    std::unique_ptr<FailingCall> calls;
    std::unique_ptr<TraceReader> reader;
    std::size_t taken = 0;
};

Opened opened(const std::shared_ptr<const Bytes>& bytes, const ReadOptions& options = {},
              bool beingWritten = false) {
    Opened out{std::make_unique<FailingCall>(), nullptr, 0};
    auto file = std::make_unique<FailingReadFile>(bytes, *out.calls);
    file->beingWritten = beingWritten;
    out.reader = valueOf(TraceReader::open(std::move(file), options));
    out.taken = out.calls->calls;
    return out;
}

std::size_t callsToOpen(const std::shared_ptr<const Bytes>& bytes,
                        const ReadOptions& options = {}) {
    return opened(bytes, options).taken;
}

using Write = std::function<void(TraceWriter&)>;

std::shared_ptr<Bytes> written(const Write& write, Level level = Level::kEvents) {
    TraceMeta meta = someMeta();
    meta.level = level;
    meta.minViewMinor = kMidRunMinor;
    auto disk = std::make_unique<MemoryDisk>();
    const auto bytes = disk->bytes();
    const auto writer = valueOf(TraceWriter::create(std::move(disk), meta));
    write(*writer);
    check(writer->finish(someStats()));
    return bytes;
}

void addTables(TraceWriter& writer) {
    check(writer.addTypes(someTypes()));
    check(writer.addBirths(someBirths()));
}

/// `count` chunks of one row each, from position `first` on.
void addChunks(TraceWriter& writer, std::uint32_t count, std::uint64_t first = 1) {
    for (std::uint64_t i = 0; i < count; ++i)
        check(writer.addEvents(typicalRows(1, 3, first + i).rows));
}

void addNotes(TraceWriter& writer, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) check(writer.addNote(someNote()));
}

/// Everything an index can list, but inputs.
std::shared_ptr<Bytes> everything() {
    return written([](TraceWriter& writer) {
        addTables(writer);
        addChunks(writer, 30);
        check(writer.addSnapshot(someImage({30}, someBirths(), writer.digest())));
        check(writer.addNote(someNote()));
        check(writer.addGap({{31}, {40}, GapCause::kPaused, "asked for"}));
        addChunks(writer, 30, 41);
    });
}

/// Rows of level inputs, in chunks of which each covers 40 events.
std::shared_ptr<Bytes> inputs() {
    return written(
        [](TraceWriter& writer) {
            addTables(writer);
            for (std::uint64_t first = 1; first < 1'200; first += 40) {
                Rows rows = typicalRows(40, 3, first);
                rows.rows[7].kind = EventKind::kInput;
                check(writer.addEvents(rows.rows));
                check(writer.flush());
            }
        },
        Level::kInputs);
}

Trailer trailerOf(const Bytes& trace) {
    Frame frame;
    std::memcpy(frame.data(), trace.data() + trace.size() - kFrameBytes, kFrameBytes);
    return *decodeTrailer(frame, trace.size());
}

std::shared_ptr<Bytes> withTrailer(const Bytes& trace, const std::function<void(Trailer&)>& edit) {
    auto out = std::make_shared<Bytes>(trace);
    Trailer trailer = trailerOf(trace);
    edit(trailer);
    const Frame frame = encodeTrailer(trailer);
    std::memcpy(out->data() + out->size() - kFrameBytes, frame.data(), kFrameBytes);
    return out;
}

/// What opening costs when no index is found.
std::size_t callsWithout(const std::shared_ptr<const Bytes>& trace) {
    return callsToOpen(
        withTrailer(*trace, [](Trailer& trailer) { trailer.indexAt = trailer.statsAt; }));
}

std::vector<Chunk> indexesOf(const std::shared_ptr<const Bytes>& trace) {
    std::vector<Chunk> out;
    for (Chunk& chunk : chunksOf(trace))
        if (chunk.header.type == ChunkType::kIndex) out.push_back(std::move(chunk));
    return out;
}

IndexPart lastIndexOf(const std::shared_ptr<const Bytes>& trace) {
    return valueOf(decodeIndex(indexesOf(trace).back().body));
}

std::shared_ptr<Bytes> firstOf(const Bytes& bytes, std::uint64_t count) {
    return std::make_shared<Bytes>(bytes.begin(),
                                   bytes.begin() + static_cast<std::ptrdiff_t>(count));
}

}  // namespace

class IndexCareTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void byTheIndexNoBodyOfRowsIsRead_data() {
        QTest::addColumn<int>("which");
        QTest::newRow("rows, snapshots, notes, gaps") << 0;
        QTest::newRow("inputs") << 1;
        QTest::newRow("nothing but notes") << 2;
        QTest::newRow("nothing but a snapshot") << 3;
        QTest::newRow("two indexes") << 4;
        QTest::newRow("begun at a snapshot") << 5;
        QTest::newRow("nothing but gaps") << 6;
    }
    void byTheIndexNoBodyOfRowsIsRead() {
        QFETCH(int, which);
        const auto trace = [&]() -> std::shared_ptr<Bytes> {
            switch (which) {
                case 0: return everything();
                case 1: return inputs();
                case 2:
                    return written([](TraceWriter& writer) {
                        addTables(writer);
                        for (int i = 0; i < 40; ++i) {
                            HostNote note = someNote();
                            note.round = {static_cast<std::uint64_t>(i)};
                            check(writer.addNote(note));
                            check(writer.flush());
                        }
                    });
                case 3:
                    return written([](TraceWriter& writer) {
                        addTables(writer);
                        check(writer.addSnapshot(someImage({0}, someBirths(), writer.digest())));
                    });
                case 4:
                    return written([](TraceWriter& writer) {
                        addTables(writer);
                        addChunks(writer, 300);
                    });
                case 6:
                    return written([](TraceWriter& writer) {
                        for (std::uint64_t first = 1; first < 100; first += 5)
                            check(writer.addGap({{first}, {first + 4}, GapCause::kPaused, ""}));
                    });
                default:
                    return written([](TraceWriter& writer) {
                        check(writer.beginAt(someTypes(), someBirths(),
                                             someImage({600}, someBirths(), {1, 2}),
                                             GapCause::kRetention, "why"));
                        addChunks(writer, 30, 601);
                    });
            }
        }();
        QVERIFY2(
            callsToOpen(trace) < callsWithout(trace),
            (std::to_string(callsToOpen(trace)) + " and " + std::to_string(callsWithout(trace)))
                .c_str());
        ARIADNE_VERIFY_OK(readerOf(trace)->verify(nullptr, nullptr));
    }

    /// What an index lists must have room in the file, whatever it is that there is too much of.
    void anIndexLongerThanTheFileIsNotBelieved_data() {
        QTest::addColumn<int>("list");
        const char* const names[] = {"chunks", "inputs", "snapshots", "tables", "gaps", "notes"};
        for (int list = 0; list < 6; ++list) QTest::newRow(names[list]) << list;
    }
    void anIndexLongerThanTheFileIsNotBelieved() {
        QFETCH(int, list);
        const auto trace = everything();
        IndexPart part = lastIndexOf(trace);
        // As many as there is room for; a file has more chunks than entries.
        const std::size_t used = part.chunks.size() + part.snapshots.size() + part.tables.size() +
                                 part.gaps.size() + part.notes.size();
        const std::size_t most = trace->size() / kFrameBytes;
        QVERIFY(used < most);
        switch (list) {
            case 0: part.chunks.resize(2 * most, part.chunks.back()); break;
            case 1: part.inputs.resize(2 * most, part.chunks.back()); break;
            case 2: part.snapshots.resize(2 * most, part.snapshots.back()); break;
            case 3: part.tables.resize(2 * most, 64); break;
            case 4: part.gaps.resize(2 * most, part.gaps.back()); break;
            case 5: part.notes.resize(2 * most, part.notes.back()); break;
        }
        const auto forged = opened(withIndex(trace, part));
        QVERIFY2(forged.taken > callsToOpen(trace), std::to_string(forged.taken).c_str());
        const auto truth = readerOf(trace);
        QCOMPARE(forged.reader->state(), FileState::kClean);
        QVERIFY(forged.reader->gaps() == truth->gaps());
        QVERIFY(forged.reader->notes() == truth->notes());
    }

    void asManyEntriesAsThereIsRoomForAreTaken() {
        const auto trace = everything();
        IndexPart part = lastIndexOf(trace);
        const auto used = [&] {
            return part.chunks.size() + part.snapshots.size() + part.tables.size() +
                   part.gaps.size() + part.notes.size();
        };
        // Longer by words that are all the same: the file grows by less than one entry for each.
        std::shared_ptr<Bytes> full;
        for (std::size_t room = trace->size() / kFrameBytes;; room = full->size() / kFrameBytes) {
            if (full && used() >= room) break;
            part.tables.resize(part.tables.size() + (room - used()), 64);
            full = withIndex(trace, part);
        }
        QCOMPARE(used(), full->size() / kFrameBytes);
        const std::size_t believed = callsToOpen(full);
        part.tables.push_back(64);
        const auto more = withIndex(trace, part);
        QCOMPARE(more->size() / kFrameBytes, full->size() / kFrameBytes);
        QVERIFY2(callsToOpen(more) > believed, std::to_string(believed).c_str());
    }

    void whatTheIndexNeedsOfMemoryIsAllowedToTheLastByte() {
        const auto trace = written([](TraceWriter& writer) { addChunks(writer, 60); });
        const std::size_t bytes = indexesOf(trace).back().body.size();
        ReadOptions options;
        options.decodeBytesMax = bytes;
        QCOMPARE(callsToOpen(trace, options), callsToOpen(trace));
        options.decodeBytesMax = bytes - 1;
        QVERIFY(callsToOpen(trace, options) > callsToOpen(trace));
    }

    /// Of a long index not every entry is held against its chunk at opening; what cannot be is seen
    /// all the same.
    void whatCannotBeIsSeenInEveryEntry() {
        constexpr std::uint32_t kChunks = 2'100;
        const auto trace = written([](TraceWriter& writer) { addChunks(writer, kChunks); });
        const IndexPart part = lastIndexOf(trace);
        const std::size_t first = kChunks - part.chunks.size();  // of all, in the last part
        const std::size_t odd = first % 2 == 0 ? 3 : 2;          // in this part
        const std::uint64_t end = indexesOf(trace).back().offset;
        const std::function<void(IndexPart&)> lies[] = {
            [&](IndexPart& one) { one.chunks[odd].offset = one.chunks[odd - 1].offset; },
            [&](IndexPart& one) { one.chunks[odd].storedBytes = kFrameBytes - 8; },
            [&](IndexPart& one) { one.chunks[odd].storedBytes += 8; },
            [&](IndexPart& one) { one.chunks[odd].offset = trace->size() + 64; },
            [&](IndexPart& one) {
                one.chunks.back().storedBytes = static_cast<std::uint32_t>(trace->size());
            },
            [&](IndexPart& one) {
                one.chunks.back().offset = end + 4096;
                one.chunks.back().storedBytes = ~0u;
            },
        };
        for (const auto& lie : lies) {
            IndexPart lying = part;
            lie(lying);
            const auto reader = readerOf(withIndex(trace, lying));
            QVERIFY2(reader->state() == FileState::kClean, reader->damage().c_str());
            ARIADNE_VERIFY_OK(reader->chunk(first + odd).status());
            ARIADNE_VERIFY_OK(reader->chunk(kChunks - 1).status());
        }
    }

    void entriesOfInputsThatLieAreNotBelieved() {
        const auto trace = inputs();
        const auto truth = readerOf(trace);
        IndexPart part = lastIndexOf(trace);
        part.inputs[5].storedBytes -= 8;
        const auto reader = readerOf(withIndex(trace, part));
        QVERIFY2(reader->state() == FileState::kClean, reader->damage().c_str());
        QVERIFY(reader->inputs() == truth->inputs());
        ARIADNE_VERIFY_OK(reader->inputRows(5).status());
    }

    /// A chunk that says itself where it is does not hear it again.
    void aChunkIsNamedOnce() {
        const auto trace = everything();
        auto damaged = std::make_shared<Bytes>(*trace);
        const auto truth = readerOf(trace);
        const std::uint64_t at = truth->chunks()[1].offset;
        (*damaged)[static_cast<std::size_t>(at) + kFrameBytes + 3] ^= std::byte{1};
        const auto reader = readerOf(damaged);
        QCOMPARE(reader->chunk(1).status().message(),
                 absl::StrCat("the EVNT chunk at offset ", at, " does not match its checksum"));
    }

    /// One that stands before them agrees with the file in all that has to do with rows.
    void notesBehindTheIndexThatATrailerNamesAreMissedByVerify() {
        const auto trace = written([](TraceWriter& writer) {
            addTables(writer);
            // META and two of tables stand in front.
            addChunks(writer, kChunksPerIndex - 3);
            check(writer.addNote(someNote()));
        });
        const std::vector<Chunk> chunks = chunksOf(trace);
        const std::uint64_t at = indexesOf(trace).front().offset;
        QCOMPARE(chunks[kChunksPerIndex].offset, at);
        QCOMPARE(chunks[kChunksPerIndex + 1].header.type, ChunkType::kNotes);
        const auto reader = readerOf(withTrailer(*trace, [&](Trailer& trailer) {
            trailer.indexAt = at;
            trailer.tablesAt = chunks[1].offset;
        }));
        QCOMPARE(reader->state(), FileState::kClean);
        QVERIFY(reader->notes().empty());
        ARIADNE_VERIFY_SAYS(reader->verify(nullptr, nullptr), absl::StatusCode::kDataLoss,
                            "tables and index do not agree with the chunks they stand for");
    }

    void gapsOfAllIndexesTogetherHaveALimit() {
        const auto trace = everything();
        const FileId id = idOf(*trace);
        const Chunk index = indexesOf(trace).back();
        const Chunk stats = chunksOf(trace).back();
        IndexPart part = valueOf(decodeIndex(index.body));
        auto forged = firstOf(*trace, index.offset);
        // So long that there is room for so many entries.
        ChunkHeader header;
        header.type = static_cast<ChunkType>(fourcc("ENVI"));
        header.critical = false;
        header.sequence = index.header.sequence;
        header.previousBytes = index.header.previousBytes;
        std::minstd_rand random{3};
        Bytes filling(8u << 20);
        for (std::byte& byte : filling) byte = static_cast<std::byte>(random() >> 8);
        const auto add = [&](ChunkHeader next, ByteView body) {
            const Bytes sealed = valueOf(sealChunk(next, body, id.low));
            forged->insert(forged->end(), sealed.begin(), sealed.end());
            header.sequence = next.sequence + 1;
            header.previousBytes = sealed.size();
        };
        add(header, filling);
        part.gaps.insert(part.gaps.end(), 40'000, part.gaps.back());
        std::uint64_t last = 0;
        for (int i = 0; i < 2; ++i) {
            part.previousAt = last;
            last = forged->size();
            ChunkHeader next = index.header;
            next.sequence = header.sequence;
            next.previousBytes = header.previousBytes;
            add(next, valueOf(encodeIndex(part)));
            const IndexPart only = std::exchange(part, {});
            part.gaps = only.gaps;
            part.totals = only.totals;
            part.fullTablesAt = only.fullTablesAt;
        }
        Trailer trailer = trailerOf(*trace);
        trailer.indexAt = last;
        trailer.statsAt = forged->size();
        ChunkHeader end = stats.header;
        end.sequence = header.sequence;
        end.previousBytes = header.previousBytes;
        add(end, stats.body);
        trailer.chunkCount += 2;
        trailer.fileBytes = forged->size() + kFrameBytes;
        const Frame frame = encodeTrailer(trailer);
        forged->insert(forged->end(), frame.begin(), frame.end());
        const auto reader = readerOf(forged);
        QVERIFY2(reader->state() == FileState::kClean, reader->damage().c_str());
        QCOMPARE(reader->gaps().size(), std::size_t{1});
    }

    /// From its end to the last index that stands early enough before it.
    void aCutFileIsReadFromTheIndexThatIsEarlyEnough() {
        constexpr std::uint32_t kChunks = 900;
        const auto whole = written([](TraceWriter& writer) {
            addTables(writer);
            addChunks(writer, kChunks);
        });
        const std::vector<Chunk> indexes = indexesOf(whole);
        QVERIFY(indexes.size() >= 4);
        const std::uint64_t end = readerOf(whole)->chunks()[kChunks - 1].offset;
        const auto cut = firstOf(*whole, end);
        const auto truth = readerOf(firstOf(*whole, end));
        std::size_t before = 0;
        for (std::size_t i = indexes.size() - 2; i-- > 0;) {
            ReadOptions options;
            options.cutBytesChecked = end - indexes[i + 1].offset + 1;
            const auto further = opened(cut, options);
            options.cutBytesChecked = end - indexes[i].offset;
            const auto exactly = opened(cut, options);
            // Both begin at the same one.
            QCOMPARE(exactly.taken, further.taken);
            QVERIFY(exactly.taken > before);
            before = exactly.taken;
            for (const auto& reader : {exactly.reader.get(), further.reader.get()}) {
                QCOMPARE(reader->state(), FileState::kCut);
                QCOMPARE(reader->chunks().size(), std::size_t{kChunks - 1});
                QVERIFY(reader->births() == truth->births());
                QVERIFY(reader->stats() == truth->stats());
            }
        }
        // Who records has lost nothing: the last index will do.
        const auto recording = opened(cut, {}, true);
        ReadOptions none;
        none.cutBytesChecked = 0;
        QVERIFY(recording.taken <= opened(cut, none).taken + 4);
        QVERIFY(recording.taken < opened(cut, {}).taken);
        QCOMPARE(recording.reader->state(), FileState::kRecording);
        QCOMPARE(recording.reader->chunks().size(), std::size_t{kChunks - 1});
    }

    /// What stands far before its end costs nothing.
    void ofALongCutFileOnlyTheEndIsSearched() {
        const auto whole = written([](TraceWriter& writer) {
            std::minstd_rand random{7};
            Rows rows = typicalRows(4);
            for (EventRow& row : rows.rows) {
                Bytes noise(9u << 20);
                for (std::byte& byte : noise) byte = static_cast<std::byte>(random() >> 8);
                row.payload = rows.keep(std::move(noise));
            }
            check(writer.addEvents(rows.rows));
            addNotes(writer, 300);
        });
        const std::uint64_t end = indexesOf(whole).back().offset;
        QVERIFY(end > kTailSearchBytesMax);
        ReadOptions options;
        options.cutBytesChecked = 0;
        const auto cut = opened(firstOf(*whole, end), options);
        QCOMPARE(cut.reader->state(), FileState::kCut);
        QCOMPARE(cut.reader->notes().size(), std::size_t{300});
        // Without an index each chunk is read, with two calls.
        QVERIFY2(cut.taken < 300, std::to_string(cut.taken).c_str());
    }

    /// Who goes back from the end passes over what has a header and nothing else.
    void aChunkWithoutABodyIsPassedOver() {
        const auto whole = written([](TraceWriter& writer) { addNotes(writer, 300); });
        const std::vector<Chunk> chunks = chunksOf(whole);
        const Chunk& last = chunks[290];
        QCOMPARE(last.header.type, ChunkType::kNotes);
        ChunkHeader empty = last.header;
        empty.type = static_cast<ChunkType>(fourcc("ENVI"));
        empty.critical = false;
        ChunkHeader behind = last.header;
        ++behind.sequence;
        behind.previousBytes = kFrameBytes;
        auto cut = firstOf(*whole, last.offset);
        forgeChunk(*cut, last.offset, empty, {});
        QCOMPARE(cut->size(), last.offset + kFrameBytes);
        forgeChunk(*cut, cut->size(), behind, last.body);
        ReadOptions options;
        options.cutBytesChecked = 0;
        const auto reader = opened(cut, options);
        QCOMPARE(reader.reader->state(), FileState::kCut);
        // META and the index are no notes.
        QCOMPARE(reader.reader->notes().size(), std::size_t{289});
        QVERIFY2(reader.taken < 290, std::to_string(reader.taken).c_str());
    }

    /// As long as the index says, which then needs no look at the header before.
    void aChunkOfRowsIsReadWithOneCall() {
        const auto trace = everything();
        const auto lastRows = readerOf(trace)->chunks().back();
        // The last one ends where the file does.
        const auto cut = firstOf(*trace, lastRows.offset + lastRows.storedBytes);
        for (const auto& bytes : {trace, cut}) {
            Opened whole = opened(bytes);
            std::shared_ptr<const EventChunk> chunk;
            for (std::size_t i = 0; i < whole.reader->chunks().size(); ++i) {
                const std::size_t before = whole.calls->calls;
                ARIADNE_VERIFY_OK(whole.reader->scanChunk(i, ColumnSet::kAll, chunk));
                QCOMPARE(whole.calls->calls, before + 1);
            }
        }
    }

    /// Only what is not zero counts, up to the last byte of it.
    void lostBytesEndWithTheLastThatIsNotZero_data() {
        QTest::addColumn<quint64>("lost");
        for (const quint64 lost : {1u, 5u, 64u, 1'048'575u, 1'048'576u, 1'048'577u, 2'500'000u})
            QTest::addRow("%llu", static_cast<unsigned long long>(lost)) << lost;
    }
    void lostBytesEndWithTheLastThatIsNotZero() {
        QFETCH(quint64, lost);
        const auto trace = everything();
        const std::uint64_t end = indexesOf(trace).back().offset;
        auto cut = firstOf(*trace, end);
        cut->resize(static_cast<std::size_t>(end + lost), std::byte{0});
        cut->back() = std::byte{1};
        ReadOptions options;
        options.reading = Reading::kPrefix;
        for (const std::size_t zeros : {0u, 1u, 3'000'000u}) {
            cut->resize(static_cast<std::size_t>(end + lost) + zeros);
            QCOMPARE(readerOf(cut, options)->lostBytes(), lost);
        }
    }

    void aSnapshotNeedsNoMoreThanItTakes() {
        const auto trace = written([](TraceWriter& writer) {
            addTables(writer);
            addChunks(writer, 3);
            check(writer.addSnapshot(someImage({3}, someBirths(), writer.digest())));
        });
        std::size_t bytes = 0;
        for (const Chunk& chunk : chunksOf(trace))
            if (chunk.header.type == ChunkType::kSnapshot) bytes = chunk.body.size();
        ReadOptions options;
        options.decodeBytesMax = bytes;
        ARIADNE_VERIFY_OK(readerOf(trace, options)->snapshot(0).status());
        options.decodeBytesMax = bytes - 1;
        ARIADNE_VERIFY_SAYS(readerOf(trace, options)->snapshot(0).status(),
                            absl::StatusCode::kResourceExhausted, "the snapshot at offset");
    }

    /// Somebody who repairs checksums ends the run otherwise.
    void statisticsThatLieAreMetByVerify() {
        const auto forged = sealedAgain(chainTrace(2).bytes, [](Chunk& chunk) {
            if (chunk.header.type != ChunkType::kStats) return;
            TraceStats stats = valueOf(decodeStats(chunk.body));
            ++stats.lastRound.value;
            chunk.body = valueOf(encodeStats(stats));
        });
        const auto reader = readerOf(forged);
        QVERIFY2(reader->state() == FileState::kClean, reader->damage().c_str());
        ARIADNE_VERIFY_SAYS(reader->verify(nullptr, nullptr), absl::StatusCode::kDataLoss,
                            "the statistics do not agree with the events before them");
        ReadOptions prefix;
        prefix.reading = Reading::kPrefix;
        QCOMPARE(readerOf(forged, prefix)->state(), FileState::kDamaged);
    }

    /// What is before it is read, as if the file ended there.
    void partsOfTheSummaryThatAreMalformedEndTheReading_data() {
        QTest::addColumn<std::uint32_t>("type");
        for (const ChunkType type : {ChunkType::kTables, ChunkType::kIndex, ChunkType::kStats})
            QTest::newRow(nameOf(type).c_str()) << static_cast<std::uint32_t>(type);
    }
    void partsOfTheSummaryThatAreMalformedEndTheReading() {
        QFETCH(std::uint32_t, type);
        const auto trace = chainTrace(2).bytes;
        const std::uint64_t tablesAt = trailerOf(*trace).tablesAt;
        std::uint64_t rows = 0;
        const auto forged = sealedAgain(
            trace,
            [&](Chunk& chunk) {
                rows += chunk.header.type == ChunkType::kEvents ? chunk.header.count : 0;
                if (static_cast<std::uint32_t>(chunk.header.type) != type) return;
                if (chunk.header.type == ChunkType::kStats) {
                    TraceStats stats = valueOf(decodeStats(chunk.body));
                    stats.outcomeText = longText();
                    chunk.body = valueOf(encodeStats(stats));
                } else if (chunk.offset == tablesAt) {
                    chunk.body = Bytes(24);
                }
            },
            [&](IndexPart& part) {
                if (type != static_cast<std::uint32_t>(ChunkType::kIndex)) return;
                part.notes.push_back(someNote());
                part.notes.back().path = longText();
            });
        const auto reader = readerOf(forged);
        QCOMPARE(reader->state(), FileState::kDamaged);
        const std::string place =
            "the " + nameOf(static_cast<ChunkType>(type)) + " chunk at offset ";
        QVERIFY2(reader->damage().starts_with(place), reader->damage().c_str());
        QCOMPARE(reader->lastPosition().value, rows);
    }

    void aStateThatTheIndexLiesAboutIsMetWhenItIsRead() {
        const auto trace = everything();
        IndexPart part = lastIndexOf(trace);
        part.snapshots[0].stateDigest ^= 1;
        const auto reader = readerOf(withIndex(trace, part));
        QCOMPARE(reader->state(), FileState::kClean);
        ARIADNE_VERIFY_SAYS(reader->snapshot(0).status(), absl::StatusCode::kDataLoss,
                            "the index does not agree with the snapshot at offset");
    }

    void aSnapshotThatIsMalformedIsNamedWhenItIsRead() {
        const auto forged = sealedAgain(everything(), [](Chunk& chunk) {
            if (chunk.header.type != ChunkType::kSnapshot) return;
            chunk.body = edited<schema::SnapshotPart>(
                chunk.body, [](schema::SnapshotPart::Builder b) { b.getMessages()[0].setLane(7); });
        });
        const auto reader = readerOf(forged);
        QCOMPARE(reader->state(), FileState::kClean);
        ARIADNE_VERIFY_SAYS(reader->snapshot(0).status(), absl::StatusCode::kDataLoss,
                            "the SNAP chunk at offset " +
                                std::to_string(reader->snapshots()[0].offset) + ": unknown lane 7");
    }

    /// Whoever goes back from the end of a cut file goes by what each chunk says of the one before.
    void lengthsThatLeadElsewhereAreNotFollowed() {
        const auto trace = smallTrace();
        const std::vector<Chunk> chunks = chunksOf(trace);
        const Chunk& last = *std::find_if(chunks.begin(), chunks.end(), [](const Chunk& chunk) {
            return chunk.header.type == ChunkType::kEvents && chunk.header.firstSeq == 10;
        });
        for (const std::uint64_t before : {std::uint64_t{0}, std::uint64_t{kFrameBytes - 8},
                                           last.offset, last.offset - 64, std::uint64_t{1} << 34}) {
            auto cut = firstOf(*trace, last.offset);
            ChunkHeader header = last.header;
            header.previousBytes = before;
            forgeChunk(*cut, last.offset, header, last.body);
            const auto reader = readerOf(cut);
            QCOMPARE(reader->state(), FileState::kDamaged);
            QCOMPARE(reader->lastPosition().value, 6u);
            QVERIFY2(reader->damage().find("follows one of " + std::to_string(before) + " bytes") !=
                         std::string::npos,
                     reader->damage().c_str());
        }
    }

    /// A trailer with no statistics in front of it, for who opens the file and for who follows it.
    void aTrailerAloneIsNoEnd() {
        const auto trace = everything();
        Trailer trailer = trailerOf(*trace);
        const auto rows = firstOf(*trace, indexesOf(trace).back().offset);
        auto ended = std::make_shared<Bytes>(*rows);
        trailer.fileBytes = ended->size() + kFrameBytes;
        const Frame frame = encodeTrailer(trailer);
        ended->insert(ended->end(), frame.begin(), frame.end());
        const auto reader = readerOf(ended);
        QCOMPARE(reader->lastPosition().value, 70u);
        QCOMPARE(reader->verify(nullptr, nullptr).code(), absl::StatusCode::kDataLoss);
        auto growing = std::make_shared<Bytes>(*rows);
        const auto following = opened(growing, {}, true);
        QCOMPARE(following.reader->state(), FileState::kRecording);
        *growing = *ended;
        QVERIFY(valueOf(following.reader->refresh()));
        QCOMPARE(following.reader->state(), FileState::kDamaged);
        QCOMPARE(following.reader->damage(),
                 std::string("the trailer does not agree with the events"));
    }

    /// Who reads everything sees the file as it was then.
    void whoReadsAllOfItDoesNotFollow() {
        const auto trace = everything();
        auto growing = firstOf(*trace, indexesOf(trace).back().offset);
        ReadOptions options;
        options.reading = Reading::kPrefix;
        const auto whole = opened(growing, options, true);
        QCOMPARE(whole.reader->state(), FileState::kRecording);
        QVERIFY(whole.reader->damage().empty());
        *growing = *trace;
        QVERIFY(!valueOf(whole.reader->refresh()));
        QCOMPARE(whole.reader->state(), FileState::kRecording);
    }

    /// Rows, or what stands for them, before the end of the gap: then the run begins in the file.
    void aBaseIsWhereTheFileBeginsAndNowhereElse_data() {
        QTest::addColumn<int>("lie");
        QTest::newRow("a gap that begins later") << 0;
        QTest::newRow("a gap that ends elsewhere") << 1;
        QTest::newRow("rows in the gap") << 2;
        QTest::newRow("inputs in the gap") << 3;
        QTest::newRow("no gap") << 4;
        QTest::newRow("no snapshot") << 5;
    }
    void aBaseIsWhereTheFileBeginsAndNowhereElse() {
        QFETCH(int, lie);
        const auto trace = written(
            [&](TraceWriter& writer) {
                addTables(writer);
                if (lie == 0) check(writer.addEvents(typicalRows(1).rows));
                if (lie == 2) check(writer.addEvents(typicalRows(6).rows));
                if (lie == 3) {
                    check(writer.addEvents(typicalRows(6).rows));
                    check(writer.flush());
                }
                const std::uint64_t first = lie == 0 ? 2 : 1;
                if (lie != 4) check(writer.addGap({{first}, {6}, GapCause::kPaused, ""}));
                if (lie == 4) check(writer.addEvents(typicalRows(6).rows));
                if (lie == 1) check(writer.addEvents(typicalRows(2, 3, 7).rows));
                if (lie != 5)
                    check(writer.addSnapshot(
                        someImage({lie == 1 ? 8ull : 6ull}, someBirths(), writer.digest())));
            },
            lie == 3 ? Level::kInputs : Level::kEvents);
        const auto reader = readerOf(trace);
        QVERIFY2(reader->state() == FileState::kClean, reader->damage().c_str());
        QCOMPARE(reader->gaps().empty(), lie == 4);
        QCOMPARE(reader->snapshots().empty(), lie == 5);
        QCOMPARE(reader->base(), (Position{0}));
    }
};

QTEST_GUILESS_MAIN(IndexCareTest)
#include "tst_index_care.moc"
