// Bytes of few, and lists that are mostly empty: what a snapshot keeps of a cell.
#include "engine/base/rare_list.h"
#include "engine/base/short_bytes.h"

#include <QTest>

#include <string>
#include <utility>
#include <vector>

using namespace ariadne;

namespace {

Bytes someBytes(std::size_t size) {
    Bytes out(size);
    for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::byte>(i * 7 + 1);
    return out;
}

bool equal(ByteView a, ByteView b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace

class TestShortBytes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void bytesAreKeptWhateverTheirNumber() {
        for (const std::size_t size : {0u, 1u, 19u, 20u, 21u, 64u, 70'000u}) {
            const Bytes wanted = someBytes(size);
            const ShortBytes kept{wanted};
            QCOMPARE(kept.size(), size);
            QCOMPARE(kept.empty(), size == 0);
            QVERIFY(equal(kept.view(), wanted));
        }
    }

    void copiesAreDeepAndMovesLeaveNothing() {
        for (const std::size_t size : {3u, 20u, 21u, 500u}) {
            const Bytes wanted = someBytes(size);
            ShortBytes first{wanted};
            ShortBytes copy = first;
            copy[0] = std::byte{0xEE};
            QVERIFY(equal(first.view(), wanted));
            QVERIFY(copy != first);
            ShortBytes moved = std::move(first);
            QVERIFY(equal(moved.view(), wanted));
            QVERIFY(first.empty());  // NOLINT(bugprone-use-after-move): that is the claim
            copy = std::move(moved);
            QVERIFY(equal(copy.view(), wanted));
        }
    }

    void anySizeReplacesAnyOther() {
        for (const std::size_t from : {0u, 20u, 21u, 300u})
            for (const std::size_t to : {0u, 20u, 21u, 300u}) {
                ShortBytes bytes{someBytes(from)};
                bytes = ShortBytes{someBytes(to)};
                QVERIFY(equal(bytes.view(), someBytes(to)));
                const ShortBytes& itself = bytes;
                bytes = itself;
                QVERIFY(equal(bytes.view(), someBytes(to)));
            }
    }

    void anEmptyListIsAPointerAndEqualsOneThatWasCleared() {
        QCOMPARE(sizeof(RareList<std::string>), sizeof(void*));
        RareList<std::string> list;
        QVERIFY(list.empty());
        QVERIFY(std::as_const(list).begin() == std::as_const(list).end());
        list.push_back("a");
        list.pop_back();
        QVERIFY(list == RareList<std::string>{});
        list.emplace_back("b");
        QVERIFY(list != RareList<std::string>{});
        list.clear();
        QVERIFY(list == RareList<std::string>{});
        QCOMPARE(list.all().size(), std::size_t{0});
    }

    void aListIsItsVector() {
        const std::vector<int> wanted{1, 2, 3};
        RareList<int> list = wanted;
        const RareList<int> copy = list;
        list.front() = 7;
        list.back() = 9;
        QCOMPARE(list.all(), (std::vector<int>{7, 2, 9}));
        QCOMPARE(copy.all(), wanted);
        list.assign(wanted.begin(), wanted.begin());
        QVERIFY(list.empty());
        const std::vector<int>& seen = copy;
        QCOMPARE(seen[2], 3);
    }
};
QTEST_GUILESS_MAIN(TestShortBytes)
#include "tst_short_bytes.moc"
