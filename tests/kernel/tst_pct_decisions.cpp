// The priorities of policy pct, asked directly.
#include "engine/kernel/pct_decisions.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

using namespace ariadne;
using namespace ariadne::kernel;

namespace {

using Keys = std::vector<CellKey>;

CellKey chosenOf(PctDecisions& source, const Keys& who, std::uint64_t index,
                 CellKey receiver = {}) {
    Choice choice;
    choice.index = index;
    choice.kind = receiver.value == 0 ? ChoiceKind::kCell : ChoiceKind::kChannel;
    choice.receiver = receiver;
    choice.count = static_cast<std::uint32_t>(who.size());
    choice.who = who;
    return who[source.choose(choice).value()];
}

/// Behind every change point.
constexpr std::uint64_t kLate = 1'000'000;

Keys someKeys(std::uint64_t count) {
    Keys keys;
    for (std::uint64_t i = 1; i <= count; ++i) keys.push_back({i * 0x9E3779B97F4A7C15ull});
    return keys;
}

/// All of `who`, highest first, as `source` has it.
Keys ranking(PctDecisions& source, Keys who) {
    Keys out;
    while (who.size() > 1) {
        out.push_back(chosenOf(source, who, kLate));
        std::erase(who, out.back());
    }
    out.push_back(who.front());
    return out;
}

}  // namespace

class TestPctDecisions : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void withoutChangePointsThereIsOneOrder() {
        for (std::uint64_t seed = 0; seed < 50; ++seed) {
            PctDecisions source{seed, 1, 10};
            const Keys order = ranking(source, someKeys(8));
            for (std::size_t a = 0; a < order.size(); ++a)
                for (std::size_t b = a + 1; b < order.size(); ++b) {
                    QVERIFY(chosenOf(source, {order[a], order[b]}, b) == order[a]);
                    QVERIFY(chosenOf(source, {order[b], order[a]}, a) == order[a]);
                }
            QVERIFY(source.state().empty());
        }
    }

    void everybodyIsFirstAboutEquallyOften() {
        std::map<CellKey, int> first;
        for (std::uint64_t seed = 0; seed < 2000; ++seed) {
            PctDecisions source{seed, 1, 1};
            ++first[chosenOf(source, someKeys(5), 0)];
        }
        QCOMPARE(first.size(), std::size_t{5});
        // 400 expected; six standard deviations are 107.
        for (const auto& [key, times] : first) QVERIFY(times > 293 && times < 507);
    }

    void changePointsSpreadOverTheSteps() {
        std::map<std::uint64_t, int> hits;
        for (std::uint64_t seed = 0; seed < 2000; ++seed) {
            const PctDecisions source{seed, 3, 10};
            QCOMPARE(source.changePoints().size(), std::size_t{2});
            for (const std::uint64_t at : source.changePoints()) ++hits[at];
        }
        QCOMPARE(hits.size(), std::size_t{10});
        QCOMPARE(hits.rbegin()->first, std::uint64_t{9});
        for (const auto& [at, times] : hits) QVERIFY(times > 286 && times < 514);
    }

    void atAChangePointWhoWouldGoFallsBelowAll() {
        for (std::uint64_t seed = 0; seed < 50; ++seed) {
            PctDecisions untouched{seed, 1, 1};
            const Keys before = ranking(untouched, someKeys(6));
            PctDecisions source{seed, 2, 7};
            const std::uint64_t at = source.changePoints().front();
            for (std::uint64_t i = 0; i < at; ++i)
                QVERIFY(chosenOf(source, someKeys(6), i) == before[0]);
            QVERIFY(chosenOf(source, someKeys(6), at) == before[1]);
            Keys expected{before.begin() + 1, before.end()};
            expected.push_back(before[0]);
            QVERIFY(ranking(source, someKeys(6)) == expected);
        }
    }

    void ofTheFallenTheNumberOfTheChangePointDecides() {
        std::set<bool> laterIsLower;
        for (std::uint64_t seed = 0; seed < 50; ++seed) {
            PctDecisions untouched{seed, 1, 1};
            const Keys before = ranking(untouched, someKeys(4));
            PctDecisions source{seed, 3, 20};
            const std::uint64_t first = source.changePoints()[0];
            const std::uint64_t second = source.changePoints()[1];
            if (first == second) continue;
            for (std::uint64_t i = 0; i < 20; ++i) (void)chosenOf(source, someKeys(4), i);
            // Point 1 gives priority 1, the lowest, whenever it comes.
            const bool firstFellFirst = first < second;
            laterIsLower.insert(!firstFellFirst);
            const Keys after = ranking(source, someKeys(4));
            QVERIFY(after[3] == (firstFellFirst ? before[0] : before[1]));
            QVERIFY(after[2] == (firstFellFirst ? before[1] : before[0]));
        }
        QCOMPARE(laterIsLower.size(), std::size_t{2});
    }

    void channelsHavePrioritiesOfTheirOwn() {
        // Over the seeds the order of two senders is another one for another receiver.
        int differ = 0;
        const Keys senders{{0}, {0x1234}};
        for (std::uint64_t seed = 0; seed < 200; ++seed) {
            PctDecisions source{seed, 1, 1};
            const CellKey x = chosenOf(source, senders, 0, {7});
            QVERIFY(x == chosenOf(source, senders, 5, {7}));
            differ += x == chosenOf(source, senders, 0, {8}) ? 0 : 1;
        }
        QVERIFY(differ > 60 && differ < 140);
    }

    void whatFellSurvivesInTheState() {
        for (std::uint64_t seed = 0; seed < 50; ++seed) {
            PctDecisions source{seed, 6, 40};
            for (std::uint64_t i = 0; i < 40; ++i) {
                PctDecisions other{seed, 6, 40};
                QVERIFY(other.restore(source.state()).ok());
                QVERIFY(other.state() == source.state());
                for (std::uint64_t j = i; j < 40; ++j) (void)chosenOf(other, someKeys(5), j);
                PctDecisions whole{seed, 6, 40};
                for (std::uint64_t j = 0; j < 40; ++j) (void)chosenOf(whole, someKeys(5), j);
                QVERIFY(other.state() == whole.state());
                QVERIFY(ranking(other, someKeys(5)) == ranking(whole, someKeys(5)));
                (void)chosenOf(source, someKeys(5), i);
            }
            QVERIFY(!source.state().empty());
        }
    }

    void wordsThatAreNoStateAreRefused() {
        const std::vector<std::vector<std::uint64_t>> wrong{
            {1}, {1, 0}, {1, 3}, {1, ~0ull}, {1, 1, 1, 2}, {1, 1, 2, 1}, {1, 1, 2}};
        for (const auto& words : wrong) {
            PctDecisions source{1, 3, 10};
            QCOMPARE(source.restore(words).code(), absl::StatusCode::kDataLoss);
            QVERIFY(source.state().empty());
        }
        RandomDecisions random{1};
        QCOMPARE(random.restore(std::vector<std::uint64_t>{1, 1}).code(),
                 absl::StatusCode::kDataLoss);
        QVERIFY(random.restore({}).ok());
    }

    // On every machine, with every compiler: these numbers are obeyed, not refreshed.
    void choicesAreTheSameForEver() {
        PctDecisions source{42, 4, 12};
        std::uint64_t digest = 0;
        for (std::uint64_t i = 0; i < 12; ++i) {
            digest = mixWord(digest, chosenOf(source, someKeys(7), i).value);
            digest = mixWord(digest, chosenOf(source, someKeys(7), i, {9}).value);
        }
        for (const std::uint64_t word : source.state()) digest = mixWord(digest, word);
        QCOMPARE(digest, std::uint64_t{12761832842078291043ull});
    }
};

QTEST_GUILESS_MAIN(TestPctDecisions)
#include "tst_pct_decisions.moc"
