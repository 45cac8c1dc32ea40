// Obligations in somebody's hands, by holder and in pixels.
#include "studio/models/hold_spans.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

ObligationStory story(std::vector<ObligationStory::Hand> hands, std::uint64_t resolvedAt,
                      std::optional<Resolution> resolution = std::nullopt) {
    ObligationStory out;
    out.hands = std::move(hands);
    out.resolvedAt = {resolvedAt};
    out.resolution = resolution;
    return out;
}

std::vector<Hold> heldBy(const HoldIndex& index, std::uint32_t rank) {
    const auto holds = index.of(rank);
    return {holds.begin(), holds.end()};
}

}  // namespace

class TestHoldSpans : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void eachHandHoldsUntilTheNextOne() {
        ObligationList list;
        list.all = {story({{{2}, {10}}, {{3}, {20}}}, 30), story({{{2}, {5}}}, 0),
                    story({{{3}, {0}}}, 40, Resolution::kLeaked), story({}, 9),
                    story({{{0}, {3}}, {{77}, {4}}}, 9)};
        const HoldIndex index{list, 5};
        QCOMPARE(heldBy(index, 2),
                 (std::vector<Hold>{{5, Hold::kOpen, false, 1}, {10, 20, false, 0}}));
        QCOMPARE(heldBy(index, 3), (std::vector<Hold>{{1, 40, true, 2}, {20, 30, false, 0}}));
        list.all[0].name.isAnswer = true;
        QCOMPARE(heldBy(HoldIndex{list, 5}, 2), (std::vector<Hold>{{5, Hold::kOpen, false, 1}}));
        for (const std::uint32_t nobody : {0u, 1u, 4u, 5u, 77u}) QVERIFY(index.of(nobody).empty());
        QVERIFY(HoldIndex{}.of(0).empty());
        QVERIFY(HoldIndex({}, 3).of(2).empty());
    }
    void aHoldGoesFromEventToEvent() {
        const std::vector<Hold> holds{{10, 30, false, 0}, {50, Hold::kOpen, false, 0}};
        QCOMPARE(holdSpans(holds, {0, 100}, 1000),
                 (std::vector<HoldSpan>{{105, 305, false, true}, {505, 1000, false, false}}));
        // It goes on behind the view, or went on before it.
        QCOMPARE(holdSpans(holds, {20, 25}, 1000),
                 (std::vector<HoldSpan>{{0, 1000, false, false}}));
        QCOMPARE(holdSpans(holds, {31, 49}, 1000), std::vector<HoldSpan>{});
        QCOMPARE(holdSpans(holds, {0, 10}, 1000), std::vector<HoldSpan>{});
    }
    void whatTouchesIsOneAndWhatLeaksIsApart() {
        const std::vector<Hold> holds{
            {10, 30, false, 0}, {15, 20, false, 0}, {18, 25, true, 0}, {28, 60, false, 0}};
        QCOMPARE(holdSpans(holds, {0, 100}, 1000),
                 (std::vector<HoldSpan>{{105, 605, false, true}, {185, 255, true, true}}));
    }
    void aHundredThousandAreAsManyAsThereArePixels() {
        std::vector<Hold> holds;
        for (std::uint64_t i = 0; i < 100'000; ++i) holds.push_back({i * 10, i * 10 + 2, false, 0});
        QVERIFY(holdSpans(holds, {0, 1'000'000}, 500).size() <= 500);
        QCOMPARE(holdSpans(holds, {0, 1'000'000}, 500).front().x0, 0);
        QVERIFY(holdSpans(holds, {0, 1'000'000}, 0).empty());
        QVERIFY(holdSpans(holds, {}, 500).empty());
    }
    void whatIsResolvedAtOnceIsSeen() {
        QCOMPARE(holdSpans(std::vector<Hold>{{10, 10, false, 0}}, {0, 1000}, 100),
                 (std::vector<HoldSpan>{{1, 2, false, true}}));
    }
};

QTEST_GUILESS_MAIN(TestHoldSpans)
#include "tst_hold_spans.moc"
