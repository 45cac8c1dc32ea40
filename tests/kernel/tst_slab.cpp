// Memory for arrays of many small things, and the list that writes into it.
#include "engine/base/slab.h"
#include "engine/kernel/bump_list.h"

#include <QTest>

#include <cstdint>
#include <cstring>

using namespace ariadne;
using namespace ariadne::kernel;

namespace {

std::uintptr_t addressOf(const void* p) {
    return reinterpret_cast<std::uintptr_t>(p);
}

struct Pair {
    std::uint64_t first;
    std::uint32_t second;
};

}  // namespace

class TestSlab : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aSlabIsAlignedForWhatItIs_data() {
        QTest::addColumn<qulonglong>("bytes");
        QTest::addColumn<qulonglong>("alignment");
        QTest::newRow("one byte") << 1ull << 64ull;
        QTest::newRow("no whole line") << 65ull << 64ull;
        QTest::newRow("just no large page") << qulonglong{kLargePage - 1} << 64ull;
        QTest::newRow("a large page") << qulonglong{kLargePage} << qulonglong{kLargePage};
        QTest::newRow("and a bit") << qulonglong{kLargePage + 1} << qulonglong{kLargePage};
    }
    void aSlabIsAlignedForWhatItIs() {
        QFETCH(qulonglong, bytes);
        QFETCH(qulonglong, alignment);
        const Slab slab = allocateSlab(bytes);
        QCOMPARE(addressOf(slab.get()) % alignment, std::uintptr_t{0});
        std::memset(slab.get(), 0x5A, bytes);  // all of it is there: a sanitizer looks on
        QVERIFY(slab.get()[bytes - 1] == std::byte{0x5A});
    }

    void aListKeepsWhatWasPushedThroughGrowth() {
        BumpList<Pair> list;
        QCOMPARE(list.size(), std::size_t{0});
        QVERIFY(list.begin() == list.end());
        for (std::uint32_t i = 0; i < 10'000; ++i) list.push() = {i * 3ull, i};
        QCOMPARE(list.size(), std::size_t{10'000});
        std::uint32_t at = 0;
        for (const Pair& pair : list) {
            QCOMPARE(pair.first, std::uint64_t{at} * 3);
            QCOMPARE(pair.second, at);
            ++at;
        }
        QCOMPARE(at, 10'000u);
        QCOMPARE(list[9'999].second, 9'999u);
    }

    void aListThatWasCutGoesOnThere() {
        BumpList<Pair> list;
        for (std::uint32_t i = 0; i < 100; ++i) list.push() = {i, i};
        const Pair* const before = list.begin();
        list.cutTo(3);
        QCOMPARE(list.size(), std::size_t{3});
        list.push() = {77, 7};
        QCOMPARE(list[2].first, std::uint64_t{2});
        QCOMPARE(list[3].first, std::uint64_t{77});
        QVERIFY(list.end() == list.begin() + 4);
        list.cutTo(0);
        for (std::uint32_t i = 0; i < 100; ++i) list.push() = {i, i};
        QVERIFY(list.begin() == before);  // its memory was kept
    }
};

QTEST_APPLESS_MAIN(TestSlab)
#include "tst_slab.moc"
