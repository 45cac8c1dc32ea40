#include "engine/base/ids.h"

#include <QTest>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <sstream>
#include <string>
#include <type_traits>

using namespace ariadne;

static_assert(!std::equality_comparable_with<Position, Round>);
static_assert(!std::is_convertible_v<Position, Round>);
static_assert(!std::is_convertible_v<Position, std::uint64_t>);
static_assert(std::is_trivially_copyable_v<CellKey> && sizeof(CellKey) == 8);
static_assert(sizeof(Rank) == 4);

class TestIds : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void idsAreOrderedByTheirNumber() {
        QVERIFY(Position{1} < Position{2});
        QVERIFY(Position{2} == Position{2});
        QVERIFY(Rank{} == kOutside);
    }

    void idsPrintAsTheirNumber() {
        std::ostringstream out;
        out << Position{17} << ' ' << Rank{3} << ' ' << VirtualTime{-1};
        QCOMPARE(out.str(), std::string{"17 3 -1"});
    }

    void timeAndDurationAddUp() {
        const VirtualTime start{1'000};
        const VirtualTime end = start + std::chrono::microseconds{2};
        QCOMPARE(end.value, std::int64_t{3'000});
        QVERIFY(end - start == Duration{2'000});
    }
};

QTEST_GUILESS_MAIN(TestIds)
#include "tst_ids.moc"
