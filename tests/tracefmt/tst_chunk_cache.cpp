#include "tests/tracefmt/trace_fixture.h"
#include "tracefmt/chunk_cache.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

ChunkCache::Value someChunk() {
    const Rows rows = typicalRows(10);
    return valueOf(
        DecodedEvents::decode(valueOf(encodeEvents(rows.rows, {}, std::vector<EventDigest>(1))),
                              {1}, 10, [](std::uint64_t, std::uint64_t) -> absl::StatusOr<Bytes> {
                                  return absl::DataLossError("no blob");
                              }));
}

}  // namespace

class ChunkCacheTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void leastRecentlyUsedGoesFirst() {
        const ChunkCache::Value value = someChunk();
        ChunkCache cache(2 * value->memoryBytes());
        cache.insert(1, value);
        cache.insert(2, someChunk());
        QVERIFY(cache.find(1) == value);
        cache.insert(3, someChunk());
        QVERIFY(cache.find(1) != nullptr);
        QVERIFY(cache.find(2) == nullptr);
        QVERIFY(cache.find(3) != nullptr);
    }

    void budgetIsNeverExceeded() {
        const std::uint64_t each = someChunk()->memoryBytes();
        ChunkCache cache(3 * each + each / 2);
        for (std::size_t i = 0; i < 20; ++i) {
            cache.insert(i, someChunk());
            QVERIFY(cache.bytes() <= 3 * each + each / 2);
        }
        QCOMPARE(cache.bytes(), 3 * each);
    }

    void whatIsTooLargeIsNotKept() {
        ChunkCache cache(1);
        cache.insert(1, someChunk());
        QVERIFY(cache.find(1) == nullptr);
        QCOMPARE(cache.bytes(), 0u);
    }
};

QTEST_GUILESS_MAIN(ChunkCacheTest)
#include "tst_chunk_cache.moc"
