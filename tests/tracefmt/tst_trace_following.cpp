// A reader that follows a file while it is written: what it shows stays, and the end is told.
#include "tests/tracefmt/trace_fixture.h"
#include "tracefmt/file_watch.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <random>
#include <thread>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

/// A file of which somebody else decides how much is there.
struct Growing {
    Bytes bytes;
    bool beingWritten = true;
    bool failing = false;  ///< the next read is an I/O error
    absl::Status name;
};

class GrowingFile final : public ReadFile {
public:
    explicit GrowingFile(std::shared_ptr<Growing> shared) : shared_(std::move(shared)) {}
    absl::StatusOr<std::uint64_t> size() const override { return shared_->bytes.size(); }
    absl::Status readAt(std::uint64_t offset, std::span<std::byte> out) const override {
        if (shared_->failing) return absl::UnavailableError("input/output error");
        const Bytes& all = shared_->bytes;
        if (offset > all.size() || out.size() > all.size() - offset)
            return absl::DataLossError("the file ends");
        std::copy_n(all.begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin());
        return absl::OkStatus();
    }
    bool isBeingWritten() const override { return shared_->beingWritten; }
    absl::Status checkName() const override { return shared_->name; }

private:
    std::shared_ptr<Growing> shared_;
};

std::unique_ptr<TraceReader> follow(const std::shared_ptr<Growing>& file) {
    return valueOf(TraceReader::open(std::make_unique<GrowingFile>(file)));
}

Bytes firstOf(const Bytes& all, std::size_t bytes) {
    return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(bytes)};
}

/// A trace with everything in it: several indexes, snapshots in parts, incremental ones, long
/// payloads, notes, a gap.
std::shared_ptr<Bytes> richTrace() {
    auto disk = std::make_unique<MemoryDisk>();
    std::shared_ptr<Bytes> bytes = disk->bytes();
    const auto writer = writerTo(std::move(disk));
    check(writer->addTypes(someTypes()));
    check(writer->addBirths(someBirths()));
    std::uint64_t next = 1;
    const auto add = [&](std::uint32_t count) {
        const Rows rows = typicalRows(count, 3, next);
        check(writer->addEvents(rows.rows));
        next += count;
    };
    for (int i = 0; i < 300; ++i) add(3);
    check(writer->addSnapshot(someImage({next - 1}, someBirths(), writer->digest())));
    check(writer->addNote(someNote()));
    Rows rows = typicalRows(2, 3, next);
    const Bytes large(100'000, std::byte{7});
    rows.rows.back().payload = large;
    check(writer->addEvents(rows.rows));
    next += 2;
    check(writer->addGap({{next}, {next + 4}, GapCause::kPaused, "asked for"}));
    next += 5;
    for (int i = 0; i < 300; ++i) add(2);
    check(writer->addSnapshot(someImage({next - 1}, someBirths(), writer->digest())));
    check(writer->finish(someStats()));
    return bytes;
}

/// Everything that a reader says, as text that can be compared.
std::string shown(TraceReader& reader) {
    std::string out;
    const auto put = [&](auto... values) { ((out += std::to_string(values) + " "), ...); };
    for (std::size_t i = 0; i < reader.chunks().size(); ++i) {
        const ChunkEntry& entry = reader.chunks()[i];
        put(entry.offset, entry.storedBytes, entry.count, entry.first.value, entry.firstTime.value,
            entry.lastTime.value, entry.eventDigest, entry.changeDigest);
    }
    out += "\nsnapshots ";
    for (const SnapshotEntry& entry : reader.snapshots())
        put(entry.offset, entry.parts, entry.position.value, entry.stateDigest, entry.since.value,
            entry.depth);
    out += "\ntables ";
    for (const TypeDesc& type : reader.types().all()) out += type.name + " ";
    for (const CellBirth& birth : reader.births()) out += birth.path + " ";
    out += "\nothers ";
    for (const TraceGap& gap : reader.gaps()) put(gap.first.value, gap.last.value);
    for (const HostNote& note : reader.notes()) put(note.readableTo.value, note.round.value);
    const TraceStats& stats = reader.stats();
    put(stats.lastPosition.value, stats.lastRound.value, stats.lastTime.value, stats.eventDigest,
        stats.changeDigest, stats.failures, stats.stateDigest, reader.lastPosition().value);
    return out;
}

/// The same for a fresh reader of a file that ends there.
std::string shownOf(const Bytes& bytes) {
    auto file = std::make_shared<Growing>();
    file->bytes = bytes;
    return shown(*follow(file));
}

bool says(const absl::Status& status, const std::string& text) {
    return status.ToString().find(text) != std::string::npos;
}

}  // namespace

class TraceFollowingTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyLengthShowsWhatAFreshReaderShows() {
        const auto whole = smallTrace();
        const std::size_t start = chunksOf(whole)[1].offset;
        const auto file = std::make_shared<Growing>();
        file->bytes = firstOf(*whole, start);
        const auto reader = follow(file);
        std::uint64_t last = 0;
        for (std::size_t bytes = start; bytes < whole->size(); ++bytes) {
            file->bytes = firstOf(*whole, bytes);
            const std::string before = shown(*reader);
            const bool grew = valueOf(reader->refresh());
            QCOMPARE(reader->state(), FileState::kRecording);
            QVERIFY(reader->damage().empty());
            QCOMPARE(shown(*reader), shownOf(file->bytes));
            QVERIFY(grew || shown(*reader) == before);
            QVERIFY(reader->lastPosition().value >= last);
            last = reader->lastPosition().value;
        }
        file->bytes = *whole;
        QVERIFY(valueOf(reader->refresh()));
        QCOMPARE(reader->state(), FileState::kClean);
        QCOMPARE(shown(*reader), shown(*readerOf(whole)));
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
        QVERIFY(!valueOf(reader->refresh()));
    }

    void anyScheduleComesToTheSameEnd() {
        const auto whole = richTrace();
        const std::string expected = shown(*readerOf(whole));
        std::minstd_rand random(11);
        for (int schedule = 0; schedule < 40; ++schedule) {
            const auto file = std::make_shared<Growing>();
            std::size_t bytes = chunksOf(whole)[1].offset + random() % 2000;
            file->bytes = firstOf(*whole, bytes);
            const auto reader = follow(file);
            while (bytes < whole->size()) {
                bytes = std::min(whole->size(), bytes + random() % (1u << random() % 18));
                file->bytes = firstOf(*whole, bytes);
                const std::uint64_t last = reader->lastPosition().value;
                valueOf(reader->refresh());
                QVERIFY(reader->lastPosition().value >= last);
                if (bytes < whole->size()) QCOMPARE(reader->state(), FileState::kRecording);
            }
            QCOMPARE(reader->state(), FileState::kClean);
            QCOMPARE(shown(*reader), expected);
            QCOMPARE(reader->stats().outcomeText, someStats().outcomeText);
            for (std::size_t i = 0; i < reader->snapshots().size(); ++i)
                QVERIFY(reader->snapshot(i).ok());
            ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
        }
    }

    void chunksHandedOutStayWhatTheyAre() {
        const auto whole = richTrace();
        const auto file = std::make_shared<Growing>();
        file->bytes = firstOf(*whole, chunksOf(whole)[40].offset);
        const auto reader = follow(file);
        const auto chunk = valueOf(reader->chunk(3));
        const EventRow row = chunk->row(1);
        const std::string payload{asText(row.payload)};
        file->bytes = *whole;
        QVERIFY(valueOf(reader->refresh()));
        QCOMPARE(chunk->row(1).seq, row.seq);
        QCOMPARE(std::string(asText(row.payload)), payload);
        QCOMPARE(valueOf(reader->chunk(3)), chunk);
    }

    void whatIsWrittenHeaderLastIsNotThereBefore() {
        const auto whole = smallTrace();
        const std::vector<Chunk> chunks = chunksOf(whole);
        const auto events = std::find_if(chunks.begin(), chunks.end(), [](const Chunk& chunk) {
            return chunk.header.type == ChunkType::kEvents;
        });
        const auto file = std::make_shared<Growing>();
        file->bytes = firstOf(*whole, events->offset);
        const auto reader = follow(file);
        file->bytes = firstOf(*whole, events->end());
        std::fill_n(file->bytes.begin() + static_cast<std::ptrdiff_t>(events->offset), kFrameBytes,
                    std::byte{0});
        QVERIFY(!valueOf(reader->refresh()));
        QCOMPARE(reader->lastPosition().value, 0u);
        // Nor is one whose body has not all arrived.
        file->bytes = firstOf(*whole, events->end());
        file->bytes[events->end() - 9] ^= std::byte{0xFF};
        QVERIFY(!valueOf(reader->refresh()));
        QCOMPARE(reader->state(), FileState::kRecording);
        // And a fresh reader says the same.
        QCOMPARE(follow(file)->state(), FileState::kRecording);
        QVERIFY(follow(file)->damage().empty());
        file->bytes = firstOf(*whole, events->end());
        QVERIFY(valueOf(reader->refresh()));
        QCOMPARE(reader->lastPosition().value, 6u);
    }

    void aWriterThatDiedLeavesACut() {
        const auto whole = smallTrace();
        const std::size_t start = chunksOf(whole)[1].offset;
        for (std::size_t bytes = start; bytes < whole->size(); bytes += 7) {
            const auto file = std::make_shared<Growing>();
            file->bytes = firstOf(*whole, start);
            const auto reader = follow(file);
            file->bytes = firstOf(*whole, bytes);
            file->beingWritten = false;
            QVERIFY(valueOf(reader->refresh()));
            const auto fresh = follow(file);
            QCOMPARE(reader->state(), FileState::kCut);
            QCOMPARE(fresh->state(), FileState::kCut);
            QCOMPARE(reader->damage(), fresh->damage());
            QCOMPARE(shown(*reader), shown(*fresh));
            QVERIFY(!valueOf(reader->refresh()));
        }
    }

    void aTrailerCountsAlsoWhileTheLockIsHeldAndAfter() {
        for (const bool beingWritten : {true, false}) {
            const auto whole = smallTrace();
            const auto file = std::make_shared<Growing>();
            file->bytes = firstOf(*whole, chunksOf(whole)[1].offset);
            const auto reader = follow(file);
            file->bytes = *whole;
            file->beingWritten = beingWritten;
            QVERIFY(valueOf(reader->refresh()));
            QCOMPARE(reader->state(), FileState::kClean);
            QCOMPARE(reader->stats().stateDigest, someStats().stateDigest);
        }
    }

    void damageBehindWhichTheWriterWentOnIsDamage() {
        const auto whole = richTrace();
        const std::vector<Chunk> chunks = chunksOf(whole);
        const auto file = std::make_shared<Growing>();
        file->bytes = firstOf(*whole, chunks[20].offset);
        const auto reader = follow(file);
        const std::uint64_t last = reader->lastPosition().value;
        file->bytes = firstOf(*whole, chunks[30].offset);
        file->bytes[static_cast<std::size_t>(chunks[21].offset) + 80] ^= std::byte{1};
        QVERIFY(valueOf(reader->refresh()));
        QCOMPARE(reader->state(), FileState::kDamaged);
        QVERIFY(reader->damage().find(std::to_string(chunks[21].offset)) != std::string::npos);
        QCOMPARE(reader->lastPosition().value, last + 3);
    }

    void aChunkThatDoesNotFollowIsDamage() {
        const auto whole = richTrace();
        const std::vector<Chunk> chunks = chunksOf(whole);
        const auto file = std::make_shared<Growing>();
        file->bytes = firstOf(*whole, chunks[20].offset);
        const auto reader = follow(file);
        // Whole in itself, and not the next one.
        ChunkHeader header = chunks[20].header;
        header.sequence += 1;
        forgeChunk(file->bytes, chunks[20].offset, header, chunks[20].body);
        QVERIFY(valueOf(reader->refresh()));
        QCOMPARE(reader->state(), FileState::kDamaged);
        QVERIFY2(reader->damage().find("expected 20") != std::string::npos,
                 reader->damage().c_str());
    }

    void aFileThatWasCutBackIsAnError() {
        const auto whole = richTrace();
        const std::vector<Chunk> chunks = chunksOf(whole);
        for (const std::size_t left : {std::size_t{0}, std::size_t{64}, std::size_t{1000}}) {
            const auto file = std::make_shared<Growing>();
            file->bytes = firstOf(*whole, chunks[20].offset);
            const auto reader = follow(file);
            file->bytes.resize(left);
            const absl::Status status = reader->refresh().status();
            QCOMPARE(status.code(), absl::StatusCode::kDataLoss);
            QVERIFY2(says(status, "cut back to " + std::to_string(left)),
                     status.ToString().c_str());
        }
        // To the end of a chunk that was read, and to a torn one behind it: a full disk.
        const auto file = std::make_shared<Growing>();
        file->bytes = firstOf(*whole, chunks[20].offset + 100);
        const auto reader = follow(file);
        file->bytes.resize(chunks[20].offset);
        QVERIFY(!valueOf(reader->refresh()));
        file->bytes = firstOf(*whole, chunks[21].offset);
        QVERIFY(valueOf(reader->refresh()));
    }

    void aFileThatWasWrittenAnewIsAnError() {
        const auto whole = richTrace();
        const std::vector<Chunk> chunks = chunksOf(whole);
        // The same run in other chunks: equal id, and all checksums hold.
        auto disk = std::make_unique<MemoryDisk>();
        const std::shared_ptr<Bytes> other = disk->bytes();
        const auto writer = writerTo(std::move(disk));
        check(writer->addTypes(someTypes()));
        check(writer->addBirths(someBirths()));
        for (std::uint64_t next = 1; next < 600; next += 5)
            check(writer->addEvents(typicalRows(5, 3, next).rows));
        QCOMPARE(idOf(*other), idOf(*whole));
        const auto file = std::make_shared<Growing>();
        file->bytes = firstOf(*whole, chunks[20].offset);
        const auto reader = follow(file);
        const std::uint64_t last = reader->lastPosition().value;
        file->bytes = *other;
        const absl::Status status = reader->refresh().status();
        QCOMPARE(status.code(), absl::StatusCode::kDataLoss);
        QVERIFY2(says(status, "written anew"), status.ToString().c_str());
        QCOMPARE(reader->lastPosition().value, last);
    }

    void aReadErrorIsNoEnd() {
        const auto whole = richTrace();
        const std::vector<Chunk> chunks = chunksOf(whole);
        const auto file = std::make_shared<Growing>();
        file->bytes = firstOf(*whole, chunks[20].offset);
        const auto reader = follow(file);
        file->failing = true;
        QCOMPARE(reader->refresh().status().code(), absl::StatusCode::kUnavailable);
        file->failing = false;
        file->bytes = *whole;
        QVERIFY(valueOf(reader->refresh()));
        QCOMPARE(shown(*reader), shown(*readerOf(whole)));
    }

    void aNameThatLeadsElsewhereIsAnErrorUnlessTheEndIsThere() {
        const auto whole = smallTrace();
        const auto file = std::make_shared<Growing>();
        file->bytes = firstOf(*whole, chunksOf(whole)[1].offset);
        const auto reader = follow(file);
        file->name = absl::FailedPreconditionError("replaced");
        QCOMPARE(reader->refresh().status().code(), absl::StatusCode::kFailedPrecondition);
        file->bytes = *whole;
        QVERIFY(valueOf(reader->refresh()));
        QCOMPARE(reader->state(), FileState::kClean);
    }

    void filesOnDiskTellLockNameAndEnd() {
        QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath(QStringLiteral("a.clew")).toStdString();
        const std::filesystem::path other = folder.filePath(QStringLiteral("b.clew")).toStdString();
        auto writer = valueOf(TraceWriter::create(valueOf(createForWriting(path)), someMeta()));
        const auto reader = valueOf(TraceReader::open(path));
        QCOMPARE(reader->state(), FileState::kRecording);
        check(writer->addTypes(someTypes()));
        check(writer->addBirths(someBirths()));
        check(writer->addEvents(typicalRows(6).rows));
        QVERIFY(valueOf(reader->refresh()));
        QCOMPARE(reader->lastPosition().value, 6u);

        std::filesystem::rename(path, other);
        const absl::Status gone = reader->refresh().status();
        QCOMPARE(gone.code(), absl::StatusCode::kFailedPrecondition);
        QVERIFY2(says(gone, "removed or renamed"), gone.ToString().c_str());
        const auto second =
            valueOf(TraceWriter::create(valueOf(createForWriting(path)), someMeta()));
        const absl::Status replaced = reader->refresh().status();
        QVERIFY2(says(replaced, "replaced by another"), replaced.ToString().c_str());

        const auto again = valueOf(TraceReader::open(other));
        QCOMPARE(again->state(), FileState::kRecording);
        writer.reset();  // as a crash does
        QVERIFY(valueOf(again->refresh()));
        QCOMPARE(again->state(), FileState::kCut);
        QCOMPARE(again->lastPosition().value, 6u);
    }

    void whoWaitsIsToldOfWritesAndOfTheEnd() {
        QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath(QStringLiteral("w.clew")).toStdString();
        auto writer = valueOf(TraceWriter::create(valueOf(createForWriting(path)), someMeta()));
        FileWatch watch{path};
        if (!watch.isTold()) QSKIP("this system tells of no changes");
        // Who is not told waits longer than this test may take.
        constexpr std::chrono::hours kForEver{1};
        check(writer->addTypes(someTypes()));
        watch.wait(kForEver);
        std::jthread later{[&] { check(writer->addBirths(someBirths())); }};
        watch.wait(kForEver);
        later.join();
        writer.reset();
        watch.wait(kForEver);
        // A file that is not there wakes nobody.
        FileWatch none{path.string() + ".none"};
        QVERIFY(!none.isTold());
        none.wait(std::chrono::milliseconds{1});
    }

    void threeReadersFollowOneWriter() {
        QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath(QStringLiteral("f.clew")).toStdString();
        auto writer = valueOf(TraceWriter::create(valueOf(createForWriting(path)), someMeta()));
        struct Seen {
            std::vector<std::string> prefixes;  ///< entries of chunks, as they were first seen
            std::uint64_t events = 0;
            std::uint64_t rounds = 0;
            bool vanished = false;
            absl::Status status;
            FileState state = FileState::kRecording;
        };
        const auto entryText = [](const ChunkEntry& entry) {
            return std::to_string(entry.offset) + " " + std::to_string(entry.first.value) + " " +
                   std::to_string(entry.count) + " " + std::to_string(entry.eventDigest);
        };
        std::array<Seen, 3> all;
        std::vector<std::jthread> threads;
        for (Seen& seen : all)
            threads.emplace_back([&path, &seen, &entryText] {
                auto opened = TraceReader::open(path);
                seen.status = opened.status();
                if (!opened.ok()) return;
                TraceReader& reader = **opened;
                do {
                    const std::uint64_t last = reader.lastPosition().value;
                    const auto grew = reader.refresh();
                    seen.status = grew.status();
                    if (!grew.ok()) return;
                    ++seen.rounds;
                    seen.vanished |= reader.lastPosition().value < last;
                    for (std::size_t i = 0; i < seen.prefixes.size(); i += 97)
                        seen.vanished |= entryText(reader.chunks()[i]) != seen.prefixes[i];
                    for (std::size_t i = seen.prefixes.size(); i < reader.chunks().size(); ++i) {
                        seen.prefixes.push_back(entryText(reader.chunks()[i]));
                        const auto chunk = reader.chunk(i);
                        seen.status = chunk.status();
                        if (!chunk.ok()) return;
                        seen.events += (*chunk)->count();
                    }
                } while (reader.state() == FileState::kRecording);
                seen.state = reader.state();
            });
        check(writer->addTypes(someTypes()));
        check(writer->addBirths(someBirths()));
        std::uint64_t next = 1;
        for (int i = 0; i < 2000; ++i) {
            const std::uint32_t count = 1 + static_cast<std::uint32_t>(i) % 40;
            check(writer->addEvents(typicalRows(count, 3, next).rows));
            next += count;
            if (i % 100 == 99)
                check(writer->addSnapshot(someImage({next - 1}, someBirths(), writer->digest())));
        }
        check(writer->finish(someStats()));
        writer.reset();
        threads.clear();
        const auto reader = valueOf(TraceReader::open(path));
        QCOMPARE(reader->state(), FileState::kClean);
        for (const Seen& seen : all) {
            ARIADNE_VERIFY_OK(seen.status);
            QVERIFY(!seen.vanished);
            QCOMPARE(seen.state, FileState::kClean);
            QCOMPARE(seen.events, next - 1);
            QCOMPARE(seen.prefixes.size(), reader->chunks().size());
            for (std::size_t i = 0; i < seen.prefixes.size(); ++i)
                QCOMPARE(seen.prefixes[i], entryText(reader->chunks()[i]));
        }
    }
};

QTEST_GUILESS_MAIN(TraceFollowingTest)
#include "tst_trace_following.moc"
