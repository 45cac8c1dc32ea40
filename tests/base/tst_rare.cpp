#include "engine/base/rare.h"

#include <QTest>

#include <string>
#include <utility>
#include <vector>

using namespace ariadne;

namespace {
struct Care {
    int turns = 0;
    std::vector<std::string> names;
    bool operator==(const Care&) const = default;
};
}  // namespace

class TestRare : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void takesAPointersRoom() { QCOMPARE(sizeof(Rare<Care>), sizeof(void*)); }

    void readsAsADefaultUntilEdited() {
        Rare<Care> rare;
        QVERIFY(rare.untouched());
        QCOMPARE(rare->turns, 0);
        QVERIFY(rare.untouched());
        rare.edit().turns = 3;
        QVERIFY(!rare.untouched());
        QCOMPARE(rare->turns, 3);
    }

    void aDefaultTakesNoRoom() {
        QVERIFY(Rare<Care>{Care{}}.untouched());
        QVERIFY(!Rare<Care>(Care{1, {}}).untouched());
    }

    void copiesAreDeep() {
        Rare<Care> a{Care{1, {"x"}}};
        Rare<Care> b{a};
        b.edit().names.push_back("y");
        QCOMPARE(a->names.size(), std::size_t{1});
        a = b;
        QVERIFY(a == b);
        a.edit().turns = 9;
        QCOMPARE(b->turns, 1);
        Rare<Care>& same = a;
        a = same;
        QCOMPARE(a->turns, 9);
    }

    void moves() {
        Rare<Care> a{Care{1, {"x"}}};
        const Rare<Care> b{std::move(a)};
        QCOMPARE(b->names, (std::vector<std::string>{"x"}));
    }

    /// Edited back to what it was at first, it is equal to one that nobody touched.
    void equality() {
        Rare<Care> touched;
        touched.edit();
        QVERIFY(!touched.untouched());
        QVERIFY(touched == Rare<Care>{});
        QVERIFY(Rare<Care>{} == touched);
        touched.edit().turns = 1;
        QVERIFY(!(touched == Rare<Care>{}));
    }
};

QTEST_APPLESS_MAIN(TestRare)
#include "tst_rare.moc"
