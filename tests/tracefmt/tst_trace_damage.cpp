// Every truncation and every flipped bit of a small trace: a named error, a prefix, or no harm.
#include "tests/tracefmt/answers.h"
#include "tests/tracefmt/snapshot_chain.h"
#include "tests/tracefmt/trace_fixture.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::tracefmt;

class TraceDamageTest : public QObject {
    Q_OBJECT

private:
    /// Calls `check` with every truncation, or every flipped bit, of the trace.
    void damagedBy(Bytes (*damage)(const Bytes&, std::size_t), std::size_t cases, bool mayEndClean,
                   const std::shared_ptr<const Bytes>& trace) {
        const auto whole = readerOf(trace);
        const Answers truth = answersOf(*whole);
        for (std::size_t i = 0; i < cases; ++i) {
            const std::string wrong = wrongWithDamaged(std::make_shared<Bytes>(damage(*trace, i)),
                                                       *whole, truth, mayEndClean);
            QVERIFY2(wrong.empty(), ("case " + std::to_string(i) + ": " + wrong).c_str());
        }
    }

private Q_SLOTS:
    void everyTruncationOpensToAPrefix() {
        for (const std::shared_ptr<Bytes>& trace : {smallTrace(), chainTrace(3).bytes})
            damagedBy(
                [](const Bytes& whole, std::size_t size) {
                    return Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
                },
                trace->size(), false, trace);
    }

    void truncationsFallBackToTheLastWholeChain() {
        const ChainTrace trace = chainTrace(4, [](std::size_t i) { return i == 2; });
        const std::vector<Chunk> chunks = chunksOf(trace.bytes);
        for (std::size_t size = static_cast<std::size_t>(chunks[0].end());
             size < trace.bytes->size(); size += 8) {
            std::size_t complete = 0;
            for (const Chunk& chunk : chunks)
                if ((chunk.header.type == ChunkType::kSnapshot ||
                     chunk.header.type == ChunkType::kIncrement) &&
                    chunk.end() <= size)
                    ++complete;
            auto cut = std::make_shared<Bytes>(*trace.bytes);
            cut->resize(size);
            const auto reader = readerOf(cut);
            QCOMPARE(reader->snapshots().size(), complete);
            for (std::size_t i = 0; i < complete; ++i)
                QVERIFY(valueOf(reader->snapshot(i)) == trace.images[i]);
        }
    }

    void truncationsLoseOnlyWhatIsCutOff() {
        const std::shared_ptr<const Bytes> trace = smallTrace();
        std::vector<Chunk> chunks = chunksOf(trace);
        for (std::size_t size = static_cast<std::size_t>(chunks[0].end()); size < trace->size();
             ++size) {
            std::uint64_t last = 0;
            for (const Chunk& chunk : chunks)
                if (chunk.header.type == ChunkType::kEvents && chunk.end() <= size)
                    last = chunk.header.firstSeq + chunk.header.count - 1;
            auto cut = std::make_shared<Bytes>(*trace);
            cut->resize(size);
            const auto reader = readerOf(cut);
            QVERIFY(reader->state() == FileState::kCut);
            QCOMPARE(reader->lastPosition().value, last);
            const auto noted = [&](const Chunk& chunk) {
                return chunk.header.type == ChunkType::kNotes && chunk.end() <= size;
            };
            QCOMPARE(static_cast<std::ptrdiff_t>(reader->notes().size()),
                     std::count_if(chunks.begin(), chunks.end(), noted));
            ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
        }
    }

    void everyFlippedBitIsSeen() {
        for (const std::shared_ptr<Bytes>& trace : {smallTrace(), chainTrace(3).bytes}) {
            QVERIFY2(trace->size() < 12'288, std::to_string(trace->size()).c_str());
            damagedBy(
                [](const Bytes& whole, std::size_t bit) {
                    Bytes flipped = whole;
                    flipped[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
                    return flipped;
                },
                trace->size() * 8, true, trace);
        }
    }

    void aFlippedBitInAnyByteOfACutFileIsSeen() {
        const std::shared_ptr<const Bytes> trace = smallTrace();
        auto cut = std::make_shared<Bytes>(*trace);
        cut->resize(cut->size() - kFrameBytes);
        const auto whole = readerOf(cut);
        const Answers truth = answersOf(*whole);
        for (std::size_t bit = 0; bit < cut->size() * 8; bit += 7) {
            auto flipped = std::make_shared<Bytes>(*cut);
            (*flipped)[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
            const auto opened = TraceReader::open(readFromMemory(flipped));
            if (!opened.ok()) continue;
            const Answers answers = answersOf(**opened);
            const bool less = (*opened)->fileBytes() != cut->size() ||
                              (*opened)->state() == FileState::kDamaged ||
                              (*opened)->damage() != whole->damage();
            QVERIFY2(isPrefix(**opened, answers, *whole, truth), std::to_string(bit).c_str());
            QVERIFY2(less || !(*opened)->verify(nullptr, nullptr).ok(),
                     std::to_string(bit).c_str());
        }
    }

    void aChunkOfAnotherFileDoesNotFit() {
        const std::shared_ptr<const Bytes> trace = smallTrace();
        TraceMeta otherMeta = someMeta();
        --otherMeta.seed;
        auto disk = std::make_unique<MemoryDisk>();
        const auto other = disk->bytes();
        check(writeSmallTrace(*valueOf(TraceWriter::create(std::move(disk), otherMeta))));
        QCOMPARE(other->size(), trace->size());
        for (const Chunk& chunk : chunksOf(trace)) {
            auto spliced = std::make_shared<Bytes>(*trace);
            std::copy(other->begin() + static_cast<std::ptrdiff_t>(chunk.offset),
                      other->begin() + static_cast<std::ptrdiff_t>(chunk.end()),
                      spliced->begin() + static_cast<std::ptrdiff_t>(chunk.offset));
            const auto reader = TraceReader::open(readFromMemory(spliced));
            QVERIFY(!reader.ok() || (*reader)->state() != FileState::kClean ||
                    !(*reader)->verify(nullptr, nullptr).ok());
        }
    }

    void zerosAtTheEndAreNotYetWritten() {
        const std::shared_ptr<const Bytes> trace = smallTrace();
        const std::vector<Chunk> chunks = chunksOf(trace);
        for (const Chunk& chunk : chunks) {
            if (chunk.header.sequence == 0) continue;
            auto zeroed = std::make_shared<Bytes>(*trace);
            std::fill(zeroed->begin() + static_cast<std::ptrdiff_t>(chunk.offset), zeroed->end(),
                      std::byte{0});
            const auto reader = readerOf(zeroed);
            QVERIFY(reader->state() == FileState::kCut);
            QVERIFY(reader->damage().find(std::to_string(chunk.offset)) != std::string::npos);
        }
    }

    void damageNamesItsOffset() {
        const std::shared_ptr<const Bytes> trace = smallTrace();
        for (const Chunk& chunk : chunksOf(trace)) {
            if (chunk.header.sequence == 0) continue;
            auto damaged = std::make_shared<Bytes>(*trace);
            (*damaged)[static_cast<std::size_t>(chunk.offset) + kFrameBytes + 1] ^= std::byte{1};
            const auto reader = readerOf(damaged);
            const absl::Status verified = reader->verify(nullptr, nullptr);
            QCOMPARE(verified.code(), absl::StatusCode::kDataLoss);
            QVERIFY2(verified.ToString().find("offset " + std::to_string(chunk.offset)) !=
                         std::string::npos,
                     verified.ToString().c_str());
        }
    }

    void bodiesOfRandomBytesWithRightChecksumsAreRefused_data() {
        QTest::addColumn<bool>("chain");
        QTest::newRow("whole snapshot") << false;
        QTest::newRow("chain of snapshots") << true;
    }
    void bodiesOfRandomBytesWithRightChecksumsAreRefused() {
        // What a checksum cannot stop: somebody who repairs it.
        QFETCH(bool, chain);
        const std::shared_ptr<const Bytes> trace = chain ? chainTrace(3).bytes : smallTrace();
        std::mt19937_64 random(1);
        for (const Chunk& chunk : chunksOf(trace)) {
            for (int round = 0; round < 400; ++round) {
                Bytes body = chunk.body;
                const std::size_t changes = 1 + random() % 3;
                for (std::size_t i = 0; i < changes; ++i)
                    body[random() % body.size()] = static_cast<std::byte>(random());
                ChunkHeader header = chunk.header;
                auto forged = std::make_shared<Bytes>(*trace);
                const Bytes sealed = valueOf(sealChunk(header, body, idOf(*trace).low));
                if (sealed.size() == chunk.header.totalBytes()) {
                    forgeChunk(*forged, chunk.offset, chunk.header, body);
                } else {
                    // Another length: the file ends with the forged chunk.
                    forged->resize(static_cast<std::size_t>(chunk.offset));
                    forged->insert(forged->end(), sealed.begin(), sealed.end());
                }
                const auto reader = TraceReader::open(readFromMemory(forged));
                if (!reader.ok()) continue;
                (void)answersOf(**reader);
                (void)(*reader)->verify(nullptr, nullptr);
            }
        }
    }
};

QTEST_GUILESS_MAIN(TraceDamageTest)
#include "tst_trace_damage.moc"
