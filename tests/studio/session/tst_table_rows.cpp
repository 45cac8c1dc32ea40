#include "studio/session/table_rows.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

/// The position of every row, by asking for one after the other.
std::vector<std::uint64_t> positionsOf(const TableRows& rows) {
    std::vector<std::uint64_t> out;
    for (std::uint64_t row = 0; row < rows.size(); ++row) out.push_back(rows.at(row).value);
    return out;
}

tracefmt::TraceGap gap(std::uint64_t first, std::uint64_t last) {
    return {{first}, {last}, tracefmt::GapCause::kDiskFull, {}};
}

RowHits hits(std::initializer_list<std::uint64_t> positions) {
    RowHitsBuilder builder;
    for (const std::uint64_t position : positions) builder.add({position});
    return builder.hits();
}

using Positions = std::vector<std::uint64_t>;

}  // namespace

class TestTableRows : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void withoutGapsARowIsAPosition() {
        const TableRows rows{{}, Position{4}};
        QVERIFY(rows.isPlain());
        QCOMPARE(positionsOf(rows), (Positions{1, 2, 3, 4}));
        QCOMPARE(rows.rowOf({3}), 2u);
        QCOMPARE((TableRows{{}, Position{0}}.size()), 0u);
        QCOMPARE(TableRows{}.size(), 0u);
    }
    void aGapIsOneRow_data() {
        QTest::addColumn<Positions>("gaps");  // first, last, first, last ...
        QTest::addColumn<Positions>("expected");
        QTest::newRow("in front") << Positions{1, 5} << Positions{1, 6, 7, 8, 9, 10};
        QTest::newRow("in the middle") << Positions{3, 5} << Positions{1, 2, 3, 6, 7, 8, 9, 10};
        QTest::newRow("at the end") << Positions{8, 0} << Positions{1, 2, 3, 4, 5, 6, 7, 8};
        QTest::newRow("two") << Positions{1, 3, 6, 9} << Positions{1, 4, 5, 6, 10};
        QTest::newRow("side by side") << Positions{2, 4, 5, 8} << Positions{1, 2, 5, 9, 10};
        QTest::newRow("of one event")
            << Positions{4, 4} << Positions{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
        QTest::newRow("all") << Positions{1, 10} << Positions{1};
        // A file may say anything.
        QTest::newRow("one in another") << Positions{2, 8, 4, 5} << Positions{1, 2, 9, 10};
        QTest::newRow("overlapping") << Positions{4, 8, 2, 5} << Positions{1, 2, 6, 9, 10};
        QTest::newRow("beyond the end") << Positions{7, 4711} << Positions{1, 2, 3, 4, 5, 6, 7};
        QTest::newRow("behind the end")
            << Positions{11, 20} << Positions{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
        QTest::newRow("backwards") << Positions{5, 3} << Positions{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    }
    void aGapIsOneRow() {
        QFETCH(Positions, gaps);
        QFETCH(Positions, expected);
        std::vector<tracefmt::TraceGap> all;
        for (std::size_t i = 0; i < gaps.size(); i += 2) all.push_back(gap(gaps[i], gaps[i + 1]));
        const TableRows rows{all, Position{10}};
        QCOMPARE(positionsOf(rows), expected);
        // Every position has the row of the last one at or before it.
        for (std::uint64_t position = 1; position <= 10; ++position) {
            const auto behind = std::upper_bound(expected.begin(), expected.end(), position);
            QCOMPARE(rows.rowOf({position}),
                     static_cast<std::uint64_t>(behind - expected.begin() - 1));
        }
    }
    void ofAFilterWhatWasFoundHasRows() {
        const TableRows rows{hits({3, 7, 8}), false};
        QVERIFY(!rows.isPlain());
        QCOMPARE(positionsOf(rows), (Positions{3, 7, 8}));
        QCOMPARE(rows.rowOf({1}), 0u);
        QCOMPARE(rows.rowOf({4}), 1u);
        QCOMPARE(rows.rowOf({9}), 3u);
    }
    void ofAWholeTableWhatLiesBetweenSharesTheRowBefore() {
        const TableRows rows{hits({1, 7, 8}), true};
        QCOMPARE(rows.rowOf({1}), 0u);
        QCOMPARE(rows.rowOf({4}), 0u);
        QCOMPARE(rows.rowOf({7}), 1u);
        QCOMPARE(rows.rowOf({9}), 2u);
    }
};

QTEST_GUILESS_MAIN(TestTableRows)
#include "tst_table_rows.moc"
