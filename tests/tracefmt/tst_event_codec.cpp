#include "tests/tracefmt/trace_fixture.h"
#include "tracefmt/event_codec.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

absl::StatusOr<Bytes> noBlob(std::uint64_t, std::uint64_t) {
    return absl::DataLossError("no blob");
}

std::vector<EventDigest> marksFor(std::size_t rows) {
    std::vector<EventDigest> marks;
    for (std::size_t i = 0; i < (rows + kDigestEvery - 1) / kDigestEvery; ++i)
        marks.emplace_back(i, ~i);
    return marks;
}

std::string difference(const std::vector<EventRow>& rows) {
    const Bytes raw = valueOf(encodeEvents(rows, {}, marksFor(rows.size())));
    const auto decoded = DecodedEvents::decode(raw, rows.front().seq,
                                               static_cast<std::uint32_t>(rows.size()), noBlob);
    if (!decoded.ok()) return decoded.status().ToString();
    if ((*decoded)->count() != rows.size()) return "count";
    for (std::uint32_t i = 0; i < rows.size(); ++i)
        if (!sameRow((*decoded)->row(i), rows[i])) return "row " + std::to_string(i);
    const std::vector<EventDigest> marks = marksFor(rows.size());
    return std::ranges::equal((*decoded)->marks(), marks) ? "" : "marks";
}

/// Rows that mean nothing: every field any value, often an extreme one.
Rows randomRows(std::mt19937_64& random) {
    const auto any = [&]() -> std::uint64_t {
        switch (random() % 6) {
            case 0: return 0;
            case 1: return random() % 4;
            case 2: return ~std::uint64_t{0} - random() % 3;
            case 3: return (1ull << 63) - 2 + random() % 4;
            case 4: return random() % 5000;
            default: return random();
        }
    };
    Rows out;
    std::uint64_t first = any();
    if (first == 0 || first > ~std::uint64_t{0} - 1000) first = 1;
    const std::size_t count = 1 + random() % 300;
    for (std::size_t i = 0; i < count; ++i) {
        EventRow row;
        row.seq = {first + i};
        row.time = {static_cast<std::int64_t>(any())};
        row.round = {any()};
        row.cause = {random() % 3 == 0 ? first + i - random() % 20 : any()};
        row.arg = any();
        row.extra = any();
        row.cell = {static_cast<std::uint32_t>(any())};
        row.peer = {static_cast<std::uint32_t>(any())};
        row.type = {static_cast<std::uint32_t>(any())};
        row.kind =
            static_cast<EventKind>(random() % 4 == 0 ? random() % 256 : random() % kEventKindCount);
        row.flags = static_cast<std::uint8_t>(any());
        if (random() % 2 == 0)
            row.payload = out.keep(Bytes(random() % 50, static_cast<std::byte>(i)));
        if (random() % 3 == 0)
            row.change = out.keep(Bytes(random() % 50, static_cast<std::byte>(~i)));
        out.rows.push_back(row);
    }
    return out;
}

}  // namespace

class EventCodecTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rowsOfAnyValuesComeBack() {
        for (std::uint64_t seed = 0; seed < 300; ++seed) {
            std::mt19937_64 random(seed);
            const std::string found = difference(randomRows(random).rows);
            QVERIFY2(found.empty(), ("seed " + std::to_string(seed) + ": " + found).c_str());
        }
    }

    void causesBeforeInAndAfterTheChunkComeBack() {
        // The code of "no cause" is taken from another cause: all of them near every prediction.
        for (const std::uint64_t first : {1ull, 2ull, 100ull}) {
            for (std::uint64_t cause = 0; cause < 110; ++cause) {
                Rows out = typicalRows(6, 3, first);
                for (EventRow& row : out.rows) row.cause = {cause};
                QCOMPARE(difference(out.rows), std::string());
            }
        }
    }

    void fullAndOddCountsComeBack() {
        for (const std::uint32_t count : {1u, 63u, 64u, 65u, 255u, 256u, 257u, 4096u})
            QCOMPARE(difference(typicalRows(count).rows), std::string());
        QCOMPARE(difference(typicalRows(kRowsPerChunkMax, 100).rows), std::string());
    }

    void predictableRowsCostLittle() {
        const Rows rows = typicalRows(4096, 100);
        std::size_t blobs = 0;
        for (const EventRow& row : rows.rows) blobs += row.payload.size() + row.change.size();
        const Bytes raw = valueOf(encodeEvents(rows.rows, {}, marksFor(rows.rows.size())));
        QVERIFY2(raw.size() - blobs < 4 * rows.rows.size(),
                 std::to_string(raw.size() - blobs).c_str());
    }

    void wrongCountsAreRefused() {
        const Rows rows = typicalRows(100);
        const Bytes raw = valueOf(encodeEvents(rows.rows, {}, marksFor(100)));
        for (const std::uint32_t count : {0u, 1u, 99u, 101u, 128u, 129u, 65536u, 65537u})
            QVERIFY(!DecodedEvents::decode(raw, {1}, count, noBlob).ok());
        QVERIFY(!DecodedEvents::decode(raw, {0}, 100, noBlob).ok());
        QVERIFY(!DecodedEvents::decode(raw, {~std::uint64_t{0} - 50}, 100, noBlob).ok());
    }

    void flippedBitsNeverLeadAstray() {
        const Rows rows = typicalRows(70);
        Bytes raw = valueOf(encodeEvents(rows.rows, {}, marksFor(70)));
        for (std::size_t bit = 0; bit < raw.size() * 8; ++bit) {
            raw[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
            (void)DecodedEvents::decode(raw, {1}, 70, noBlob);
            raw[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
        }
    }
};

QTEST_GUILESS_MAIN(EventCodecTest)
#include "tst_event_codec.moc"
