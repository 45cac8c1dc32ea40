// Numbers in a file that ask for too much are refused by name, before memory is taken for them.
#include "tests/tracefmt/trace_fixture.h"
#include "tracefmt/capnp_message.h"
#include "tracefmt/event_codec.h"
#include "tracefmt/index_codec.h"
#include "tracefmt/meta_codec.h"
#include "tracefmt/snapshot_codec.h"
#include "tracefmt/table_codec.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

Bytes words(std::initializer_list<std::uint64_t> values) {
    ByteWriter out;
    for (const std::uint64_t value : values) out.fixed64(value);
    return out.take();
}

absl::Status visitNothing(capnp::MessageReader&) {
    return absl::OkStatus();
}

}  // namespace

class TraceLimitsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void onlyOneSegmentOfTheRightLengthIsRead() {
        ARIADNE_VERIFY_OK(readMessage(words({1ull << 32, 0}), visitNothing));
        for (const Bytes& raw :
             {words({}), words({1ull << 32}), words({1ull << 32 | 1, 0}), words({2ull << 32, 0}),
              words({0xFFFFFFFFull, 0}), words({0, 0}), Bytes(17)})
            QCOMPARE(readMessage(raw, visitNothing).code(), absl::StatusCode::kDataLoss);
    }

    void listsThatClaimMoreThanTheirBytesAreRefused() {
        // A list pointer to 2^29-1 structs without any words: free to store, endless to visit.
        const std::uint64_t structPointer =
            0x0002'0002'0000'0000;  // Tables: 2 data, 2 pointer words
        const std::uint64_t listPointer = 1 | (1ull << 2) | (7ull << 32);  // composite, 0 words
        const std::uint64_t tag = (0x1FFFFFFFull << 2);
        const Bytes raw = words({7ull << 32, structPointer, 0, 0, listPointer, 0, tag, 0});
        const auto tables = decodeTables(raw);
        QCOMPARE(tables.status().code(), absl::StatusCode::kDataLoss);
    }

    void randomMessagesNeverLeadAstray() {
        const auto trace = smallTrace();
        std::mt19937_64 random(1);
        for (const Chunk& chunk : chunksOf(trace)) {
            for (int round = 0; round < 3000; ++round) {
                Bytes body = chunk.body;
                for (std::size_t i = 0; i < 1 + random() % 4; ++i)
                    body[8 + random() % (body.size() - 8)] = static_cast<std::byte>(random());
                (void)decodeMeta(body);
                (void)decodeTables(body);
                (void)decodeIndex(body);
                (void)decodeStats(body);
                (void)decodeGaps(body);
                SnapshotAssembler assembler{512u << 20};
                (void)assembler.add(body,
                                    [](std::uint64_t, std::uint64_t) -> absl::StatusOr<Bytes> {
                                        return absl::DataLossError("no blob");
                                    });
            }
        }
    }

    void tablesBeyondTheBudgetAreNamed() {
        ReadOptions options;
        options.decodeBytesMax = 100;
        const auto reader = readerOf(smallTrace(), options);
        QVERIFY(reader->state() == FileState::kDamaged);
        QVERIFY2(reader->damage().find("decodeBytesMax") != std::string::npos,
                 reader->damage().c_str());
    }

    void snapshotsBeyondTheBudgetAreNamed() {
        ReadOptions options;
        options.decodeBytesMax = 1000;
        const auto reader = readerOf(smallTrace(), options);
        QVERIFY(reader->state() == FileState::kClean);
        const absl::Status status = reader->snapshot(0).status();
        QCOMPARE(status.code(), absl::StatusCode::kResourceExhausted);
        QVERIFY(status.ToString().find("decodeBytesMax") != std::string::npos);
    }

    void blobsThatAreNotThereAreNotAllocatedFor() {
        const auto trace = smallTrace();
        const std::unique_ptr<ReadFile> file = readFromMemory(trace);
        const ChunkSource source(*file, trace->size(), idOf(*trace));
        QVERIFY(!source.blobAt(64, 200ull << 20, trace->size()).ok());
        QVERIFY(!source.blobAt(1ull << 62, 10, 1ull << 63).ok());
        QVERIFY(!source.blobAt(65, 10, trace->size()).ok());
    }

    void blobsBeyondTheLimitAreNamed() {
        Rows rows = typicalRows(2);
        const std::vector<LargeBlob> large{{0, 0, 64, kBlobBytesMax + 1}};
        const Bytes raw = valueOf(encodeEvents(rows.rows, large, std::vector<EventDigest>(1)));
        const auto decoded = DecodedEvents::decode(raw, {1}, 2, [](std::uint64_t, std::uint64_t) {
            return absl::StatusOr<Bytes>(Bytes());
        });
        QCOMPARE(decoded.status().code(), absl::StatusCode::kResourceExhausted);
    }
};

QTEST_GUILESS_MAIN(TraceLimitsTest)
#include "tst_trace_limits.moc"
