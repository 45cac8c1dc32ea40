#include "studio/session/row_hits.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;

class TestRowHits : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void noneIsEmpty() {
        const RowHits none;
        QCOMPARE(none.size(), 0u);
        QCOMPARE(none.rowFrom({1}), 0u);
    }

    void hitsAreFoundAcrossBlocks() {
        RowHitsBuilder builder;
        constexpr std::uint64_t kCount = 200'000;
        for (std::uint64_t i = 0; i < kCount; ++i) builder.add({3 * i + 1});
        const RowHits hits = builder.hits();
        QCOMPARE(hits.size(), kCount);
        for (const std::uint64_t row : {0ull, 65'535ull, 65'536ull, 131'072ull, 199'999ull}) {
            QCOMPARE(hits.at(row).value, 3 * row + 1);
            QCOMPARE(hits.rowFrom({3 * row + 1}), row);
            QCOMPARE(hits.rowFrom({3 * row + 2}), row + 1);
        }
    }

    void whatWasHandedOutStaysAsItIs() {
        RowHitsBuilder builder;
        builder.add({5});
        const RowHits before = builder.hits();
        builder.add({6});
        QCOMPARE(before.size(), 1u);
        QCOMPARE(builder.hits().size(), 2u);
    }
};

QTEST_GUILESS_MAIN(TestRowHits)
#include "tst_row_hits.moc"
