// What recover() makes of every damage there can be in a small trace.
#include "tests/tracefmt/snapshot_chain.h"
#include "tracefmt/recover.h"

#include <QTemporaryDir>
#include <QTest>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

struct Result {
    absl::StatusOr<Recovered> said;
    std::shared_ptr<Bytes> bytes;
};

Result recovered(const std::shared_ptr<const Bytes>& damaged, RecoverMode mode) {
    ReadOptions options;
    options.reading = readingFor(mode);
    auto reader = TraceReader::open(readFromMemory(damaged), options);
    if (!reader.ok()) return {reader.status(), nullptr};
    auto disk = std::make_unique<MemoryDisk>();
    Result out{absl::UnknownError(""), disk->bytes()};
    const RecoverOutput output{
        [&]() -> absl::StatusOr<std::unique_ptr<WriteFile>> { return std::move(disk); },
        [&]() -> absl::StatusOr<std::unique_ptr<ReadFile>> { return readFromMemory(out.bytes); }};
    const auto file = readFromMemory(damaged);
    out.said = recover(**reader, *file, mode, output);
    return out;
}

/// Empty, or what is wrong with what was recovered.
std::string fault(const Result& result, RecoverMode mode) {
    if (!result.said.ok()) return result.said.status().ToString();
    const auto reader = TraceReader::open(readFromMemory(result.bytes));
    if (!reader.ok()) return reader.status().ToString();
    if ((*reader)->state() != FileState::kClean) return (*reader)->damage();
    const absl::Status verified = (*reader)->verify(nullptr, nullptr);
    if (!verified.ok()) return verified.ToString();
    const Result again = recovered(result.bytes, mode);
    if (!again.said.ok()) return again.said.status().ToString();
    return *again.bytes == *result.bytes && again.said->lostBytes == 0 ? "" : "changes once more";
}

constexpr RecoverMode kModes[] = {RecoverMode::kPrefix, RecoverMode::kSalvage};

}  // namespace

class RecoverTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyTruncation() {
        const std::shared_ptr<const Bytes> whole = smallTrace();
        const std::size_t begin = static_cast<std::size_t>(chunksOf(whole)[0].end());
        for (std::size_t size = begin; size < whole->size(); ++size) {
            const auto cut = std::make_shared<const Bytes>(
                whole->begin(), whole->begin() + static_cast<std::ptrdiff_t>(size));
            for (const RecoverMode mode : kModes) {
                const std::string wrong = fault(recovered(cut, mode), mode);
                QVERIFY2(wrong.empty(), (std::to_string(size) + ": " + wrong).c_str());
            }
        }
    }

    void everyFlippedBit() {
        const std::shared_ptr<const Bytes> whole = smallTrace();
        const std::size_t begin = static_cast<std::size_t>(chunksOf(whole)[0].end());
        for (std::size_t bit = begin * 8; bit < whole->size() * 8; bit += 3) {
            auto damaged = std::make_shared<Bytes>(*whole);
            (*damaged)[bit / 8] ^= static_cast<std::byte>(1u << bit % 8);
            for (const RecoverMode mode : kModes) {
                const Result result = recovered(damaged, mode);
                const std::string wrong = fault(result, mode);
                QVERIFY2(wrong.empty(), (std::to_string(bit) + ": " + wrong).c_str());
                QVERIFY(result.said->lostBytes != 0);
            }
        }
    }

    void anyTwoChunksMayBeGone() {
        const std::shared_ptr<const Bytes> whole = chainTrace(5).bytes;
        const std::vector<Chunk> chunks = chunksOf(whole);
        for (std::size_t a = 1; a < chunks.size(); ++a)
            for (std::size_t b = a; b < chunks.size(); ++b) {
                auto damaged = std::make_shared<Bytes>(*whole);
                for (const std::size_t hit : {a, b})
                    (*damaged)[static_cast<std::size_t>(chunks[hit].offset) + 20] = std::byte{0xFF};
                for (const RecoverMode mode : kModes) {
                    const std::string wrong = fault(recovered(damaged, mode), mode);
                    QVERIFY2(wrong.empty(),
                             (std::to_string(a) + ", " + std::to_string(b) + ": " + wrong).c_str());
                }
            }
    }

    /// Somebody who repairs every hash writes nonsense: an answer, and never one that does not
    /// hold.
    void bodiesThatLie() {
        const std::shared_ptr<const Bytes> whole = chainTrace(5).bytes;
        const std::vector<Chunk> chunks = chunksOf(whole);
        std::mt19937 random{5};
        for (int i = 0; i < 3000; ++i) {
            auto forged = std::make_shared<Bytes>(*whole);
            const Chunk& chunk = chunks[1 + random() % (chunks.size() - 1)];
            ChunkHeader header = chunk.header;
            header.codec = Codec::kRaw;
            Bytes body = chunk.body;
            for (std::size_t n = random() % 3; n > 0; --n)
                body[random() % body.size()] =
                    static_cast<std::byte>(random() % 4 == 0 ? 0xFF : random());
            const Bytes sealed = valueOf(sealChunk(header, body, idOf(*forged).low));
            if (sealed.size() > chunk.header.totalBytes()) continue;
            std::copy(sealed.begin(), sealed.end(),
                      forged->begin() + static_cast<std::ptrdiff_t>(chunk.offset));
            for (const RecoverMode mode : kModes) {
                const Result result = recovered(forged, mode);
                if (!result.said.ok()) continue;
                const std::string wrong = fault(result, mode);
                QVERIFY2(wrong.empty(), (std::to_string(i) + ": " + wrong).c_str());
            }
        }
    }

    void tracesOfInputsAsWell() {
        TraceMeta meta = someMeta();
        meta.level = Level::kInputs;
        meta.minViewMinor = kInputsMinor;
        auto disk = std::make_unique<MemoryDisk>();
        const std::shared_ptr<const Bytes> whole = disk->bytes();
        const auto writer = valueOf(TraceWriter::create(std::move(disk), meta));
        check(writer->addTypes(someTypes()));
        check(writer->addBirths(someBirths()));
        for (std::uint64_t first = 1; first < 400; first += 40) {
            Rows rows = typicalRows(40, 3, first);
            rows.rows[7].kind = EventKind::kClock;
            rows.rows[19].kind = EventKind::kInput;
            check(writer->addEvents(rows.rows));
        }
        check(writer->finish(someStats()));
        const auto original = readerOf(whole);
        QVERIFY(original->inputs().size() >= 10);
        const std::size_t begin = static_cast<std::size_t>(chunksOf(whole)[0].end());
        for (std::size_t size = begin; size < whole->size(); size += 4) {
            const auto cut = std::make_shared<const Bytes>(
                whole->begin(), whole->begin() + static_cast<std::ptrdiff_t>(size));
            for (const RecoverMode mode : kModes) {
                const Result result = recovered(cut, mode);
                const std::string wrong = fault(result, mode);
                QVERIFY2(wrong.empty(), (std::to_string(size) + ": " + wrong).c_str());
                const auto reader = readerOf(result.bytes);
                for (std::size_t i = 0; i < reader->inputs().size(); ++i) {
                    const auto found = valueOf(reader->inputRows(i));
                    const auto expected = valueOf(original->inputRows(i));
                    QVERIFY(std::ranges::equal(found->rows(), expected->rows(), sameRow));
                    QCOMPARE(found->last(), expected->last());
                }
            }
        }
    }

    void zerosBehindTheEndAreNoLoss() {
        const std::shared_ptr<const Bytes> whole = smallTrace();
        const std::vector<Chunk> chunks = chunksOf(whole);
        auto cut = std::make_shared<Bytes>(
            whole->begin(), whole->begin() + static_cast<std::ptrdiff_t>(chunks[4].offset));
        cut->resize(cut->size() + 1'000'000);
        for (const RecoverMode mode : kModes) {
            const Result result = recovered(cut, mode);
            QVERIFY(fault(result, mode).empty());
            QCOMPARE(result.said->lostBytes, std::uint64_t{0});
            const auto reader = readerOf(result.bytes);
            QVERIFY(reader->stats().outcomeText.starts_with("recovered: "));
            QCOMPARE(reader->meta().origin.made, TraceOrigin::Made::kRecovered);
            QVERIFY(reader->gaps().empty());
        }
    }

    void aTornEndIsNamed() {
        const std::shared_ptr<const Bytes> whole = chainTrace(3).bytes;
        const std::vector<Chunk> chunks = chunksOf(whole);
        const auto last = std::find_if(chunks.rbegin(), chunks.rend(), [](const Chunk& chunk) {
            return chunk.header.type == ChunkType::kEvents;
        });
        const auto torn = std::make_shared<const Bytes>(
            whole->begin(), whole->begin() + static_cast<std::ptrdiff_t>(last->offset + 70));
        const Result result = recovered(torn, RecoverMode::kPrefix);
        QVERIFY(fault(result, RecoverMode::kPrefix).empty());
        QVERIFY(result.said->lostBytes != 0);
        const auto reader = readerOf(result.bytes);
        QCOMPARE(reader->gaps().size(), std::size_t{1});
        QCOMPARE(reader->gaps()[0].first.value, reader->lastPosition().value + 1);
        QCOMPARE(reader->gaps()[0].last, (Position{0}));
        QCOMPARE(reader->gaps()[0].cause, GapCause::kDamaged);
    }

    void filesByName() {
        const QTemporaryDir folder;
        const auto path = [&](const char* name) {
            return std::filesystem::path{folder.path().toStdString()} / name;
        };
        auto writing =
            valueOf(TraceWriter::create(valueOf(createForWriting(path("a.clew"))), someMeta()));
        check(writing->addTypes(someTypes()));
        check(writing->addBirths(someBirths()));
        check(writing->addEvents(typicalRows(9).rows));
        const auto said = [&](const char* from, const char* to) {
            return recoverFile(path(from), path(to), RecoverMode::kPrefix).status().code();
        };
        QCOMPARE(said("a.clew", "b.clew"), absl::StatusCode::kFailedPrecondition);
        QVERIFY(!std::filesystem::exists(path("b.clew")));
        writing.reset();  // as a crash would
        QCOMPARE(said("a.clew", "b.clew"), absl::StatusCode::kOk);
        QCOMPARE(valueOf(TraceReader::open(path("b.clew")))->lastPosition(), (Position{9}));
        QCOMPARE(said("a.clew", "a.clew"), absl::StatusCode::kInvalidArgument);
        QCOMPARE(said("c.clew", "b.clew"), absl::StatusCode::kNotFound);
        QCOMPARE(said("a.clew", "no/b.clew"), absl::StatusCode::kNotFound);
    }

    void aFullDiskIsAFailure() {
        const std::shared_ptr<const Bytes> whole = smallTrace();
        const auto cut = std::make_shared<const Bytes>(whole->begin(), whole->end() - 64);
        for (const auto& input : {std::shared_ptr<const Bytes>{whole}, cut}) {
            ReadOptions options;
            options.reading = Reading::kPrefix;
            const auto reader = readerOf(input, options);
            const auto file = readFromMemory(input);
            for (std::uint64_t room = 0; room < whole->size() - 64; room += 100) {
                auto disk = std::make_unique<MemoryDisk>(room);
                const auto bytes = disk->bytes();
                const RecoverOutput output{
                    [&]() -> absl::StatusOr<std::unique_ptr<WriteFile>> { return std::move(disk); },
                    [&]() -> absl::StatusOr<std::unique_ptr<ReadFile>> {
                        return readFromMemory(bytes);
                    }};
                QCOMPARE(recover(*reader, *file, RecoverMode::kPrefix, output).status().code(),
                         absl::StatusCode::kResourceExhausted);
            }
        }
    }

    void rowsBehindDamageNeedThatGap() {
        TraceMeta meta = someMeta();
        meta.minViewMinor = kMidRunMinor;
        auto disk = std::make_unique<MemoryDisk>();
        const auto bytes = disk->bytes();
        const auto writer = valueOf(TraceWriter::create(std::move(disk), meta));
        const auto batch = [](std::uint32_t count, std::uint64_t first) {
            EventBatch out;
            for (const EventRow& row : typicalRows(count, 3, first).rows) out.add(row);
            return out;
        };
        check(writer->addTypes(someTypes()));
        check(writer->addBirths(someBirths()));
        check(writer->addEvents(typicalRows(4).rows));
        QCOMPARE(writer->addEventsBehindDamage(batch(4, 5), {1, 2}).code(),
                 absl::StatusCode::kInvalidArgument);
        check(writer->addGap({{5}, {9}, GapCause::kPaused, ""}));
        QCOMPARE(writer->addEventsBehindDamage(batch(4, 10), {1, 2}).code(),
                 absl::StatusCode::kInvalidArgument);
        check(writer->addGap({{10}, {19}, GapCause::kDamaged, ""}));
        ARIADNE_VERIFY_OK(writer->addEventsBehindDamage(batch(300, 20), {1, 2}));
        check(writer->finish(someStats()));
        const auto reader = readerOf(bytes);
        const auto marks = valueOf(reader->digestMarks(1));
        QCOMPARE(marks[0].position, (Position{20 + kDigestEvery - 1}));
        QCOMPARE(marks[0].events, std::uint64_t{1});
        QVERIFY(marks[1].events != 1);
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
    }
};

QTEST_GUILESS_MAIN(RecoverTest)
#include "tst_recover.moc"
