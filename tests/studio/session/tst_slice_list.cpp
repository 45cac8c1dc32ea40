// A list of slices against a plain vector of the same, at every length around its blocks.
#include "studio/session/slice_list.h"

#include <QTest>

#include <algorithm>
#include <span>
#include <vector>

using namespace ariadne::studio;

namespace {

constexpr std::size_t kLongest = 2 * SliceList::kBlock + 3;

Slice sliceAt(std::size_t index) {
    return {10 * index, 1 + index % 7, index % 5 == 0 ? SliceKind::kChanged : SliceKind::kTurn};
}

}  // namespace

class TestSliceList : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void holdsWhatWasAdded() {
        SliceList list;
        std::vector<Slice> plain;
        for (std::size_t i = 0; i <= kLongest; ++i) {
            QCOMPARE(list.size(), plain.size());
            QCOMPARE(list.empty(), plain.empty());
            std::vector<Slice> looped;
            for (const Slice& slice : list) looped.push_back(slice);
            QVERIFY(looped == plain);
            if (!plain.empty()) QVERIFY(list.front() == plain.front());
            if (!plain.empty()) QVERIFY(list.back() == plain.back());
            QVERIFY(list == SliceList{std::span<const Slice>{plain}});
            list.add(sliceAt(i));
            plain.push_back(sliceAt(i));
            QVERIFY(list[i] == plain[i]);
        }
    }

    void runsAreAllOfAStretchInOrder() {
        SliceList list;
        for (std::size_t i = 0; i < kLongest; ++i) list.add(sliceAt(i));
        constexpr std::size_t kEdges[] = {0,   1,   SliceList::kBlock - 1, SliceList::kBlock,
                                          300, 511, 2 * SliceList::kBlock, kLongest};
        for (const std::size_t first : kEdges)
            for (const std::size_t last : kEdges) {
                std::size_t next = first;
                list.eachRun(first, last, [&](std::span<const Slice> run) {
                    QVERIFY(!run.empty());
                    for (const Slice& slice : run) QVERIFY(slice == sliceAt(next++));
                });
                QCOMPARE(next, std::max(first, last));
            }
    }

    void theFirstThatDoesNotHoldIsFound() {
        for (const std::size_t length : {std::size_t{0}, std::size_t{5}, kLongest}) {
            SliceList list;
            for (std::size_t i = 0; i < length; ++i) list.add(sliceAt(i));
            for (std::size_t wanted = 0; wanted <= length; ++wanted) {
                const auto before = [&](const Slice& slice) { return slice.begin < 10 * wanted; };
                QCOMPARE(list.firstNot(before), wanted);
                QCOMPARE(list.firstNot(before, wanted / 2), wanted);
            }
        }
    }

    /// Who shows a lane has a copy of it, and the turn at its end goes on meanwhile.
    void aCopyStaysWhatItWas() {
        for (std::size_t length = 1; length <= kLongest; ++length) {
            SliceList list;
            for (std::size_t i = 0; i < length; ++i) list.add(sliceAt(i));
            const SliceList copy = list;
            list.last().kind = SliceKind::kFailed;
            list.add(sliceAt(length));
            list.last().kind = SliceKind::kFailed;
            QCOMPARE(copy.size(), length);
            QVERIFY(copy.back() == sliceAt(length - 1));
            QVERIFY(!(copy == list));
            QVERIFY(list[length - 1].kind == SliceKind::kFailed);
        }
    }

    /// It is copied again and again while a trace is read.
    void aCopySharesAllButTheLastFew() {
        SliceList list;
        for (std::size_t i = 0; i < kLongest; ++i) list.add(sliceAt(i));
        const SliceList copy = list;
        QCOMPARE(&copy[0], &list[0]);
        QCOMPARE(&copy[2 * SliceList::kBlock - 1], &list[2 * SliceList::kBlock - 1]);
        QVERIFY(&copy[2 * SliceList::kBlock] != &list[2 * SliceList::kBlock]);
    }
};

QTEST_GUILESS_MAIN(TestSliceList)
#include "tst_slice_list.moc"
