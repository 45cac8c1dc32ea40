// Obligations in somebody's hands, by holder and in pixels.
#include "studio/models/hold_spans.h"

#include <QTest>

#include <algorithm>
#include <cmath>

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
    const HoldLane* const lane = index.of(rank);
    if (lane == nullptr) return {};
    std::vector<Hold> out = lane->well.holds;
    out.insert(out.end(), lane->leaked.holds.begin(), lane->leaked.holds.end());
    return out;
}

std::vector<HoldSpan> holdSpans(const std::vector<Hold>& holds, PositionRange visible,
                                int widthPx) {
    std::vector<Hold> well, leaked;
    for (const Hold& hold : holds) (hold.leaked ? leaked : well).push_back(hold);
    return studio::holdSpans({HoldList{well}, HoldList{leaked}}, visible, widthPx);
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
        QCOMPARE(heldBy(index, 3), (std::vector<Hold>{{20, 30, false, 0}, {1, 40, true, 2}}));
        list.all[0].name.isAnswer = true;
        QCOMPARE(heldBy(HoldIndex{list, 5}, 2), (std::vector<Hold>{{5, Hold::kOpen, false, 1}}));
        for (const std::uint32_t nobody : {0u, 1u, 4u, 5u, 77u})
            QVERIFY(index.of(nobody) == nullptr);
        QVERIFY(HoldIndex{}.of(0) == nullptr);
        QVERIFY(HoldIndex({}, 3).of(2) == nullptr);
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
    void spansAreThoseOfAllHoldsOneByOne() {
        // Those that a walk over every hold finds, however they lie over one another.
        std::uint32_t seed = 1;
        const auto random = [&seed](std::uint32_t below) {
            seed = seed * 1664525 + 1013904223;
            return static_cast<std::uint64_t>(seed >> 8U) % below;
        };
        for (int round = 0; round < 200; ++round) {
            std::vector<Hold> holds;
            for (int i = 0; i < 60; ++i) {
                const std::uint64_t begin = 1 + random(10'000);
                const std::uint64_t end = random(20) == 0 ? Hold::kOpen : begin + random(300);
                holds.push_back({begin, end, false, 0});
            }
            const PositionRange visible{1 + random(5000), 5001 + random(5000)};
            constexpr int kWidth = 400;
            std::vector<bool> held(kWidth);
            for (const Hold& hold : holds) {
                if (hold.begin >= visible.end || hold.end < visible.begin) continue;
                const double from = std::max(centreOf(hold.begin, visible, kWidth), 0.0);
                const double to =
                    hold.end < visible.end ? centreOf(hold.end, visible, kWidth) : kWidth;
                const int x0 = std::min(static_cast<int>(from), kWidth - 1);
                const int x1 = std::clamp(static_cast<int>(std::ceil(to)), x0 + 1, kWidth);
                for (int x = x0; x < x1; ++x) held[static_cast<std::size_t>(x)] = true;
            }
            std::vector<bool> told(kWidth);
            int before = -1;
            for (const HoldSpan& span : holdSpans(holds, visible, kWidth)) {
                QVERIFY(span.x0 > before);
                before = span.x1;
                for (int x = span.x0; x < span.x1; ++x) told[static_cast<std::size_t>(x)] = true;
            }
            QVERIFY(told == held);
        }
    }
    void ofTooManyHandsTheFirstAndTheLastAreKept() {
        ObligationStory story;
        for (std::uint64_t i = 0; i < 1000; ++i)
            story.passTo({Rank{static_cast<std::uint32_t>(i % 5 + 1)}, {10 + i}});
        story.resolvedAt = {5000};
        QCOMPARE(story.hands.size(), ObligationStory::kHandsMax);
        QCOMPARE(story.handsLeftOut, 1000 - ObligationStory::kHandsMax);
        QCOMPARE(story.hands.back().since.value, 1009u);
        // The one before them gave it away when the first of them got it.
        const std::size_t before = story.hands.size() - 2;
        QCOMPARE(story.endOf(before).value, story.hands[before].since.value + 1);
        QCOMPARE(story.endOf(0).value, 11u);
        QCOMPARE(story.endOf(before + 1).value, 5000u);
    }
    void whatIsResolvedAtOnceIsSeen() {
        QCOMPARE(holdSpans(std::vector<Hold>{{10, 10, false, 0}}, {0, 1000}, 100),
                 (std::vector<HoldSpan>{{1, 2, false, true}}));
    }
};

QTEST_GUILESS_MAIN(TestHoldSpans)
#include "tst_hold_spans.moc"
