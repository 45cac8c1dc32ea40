#include "engine/kernel/rank_set.h"

#include <QTest>

#include <algorithm>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <vector>

using namespace ariadne;
using namespace ariadne::kernel;

namespace {

std::vector<Rank> ranks(std::initializer_list<std::uint32_t> values) {
    std::vector<Rank> out;
    for (const std::uint32_t value : values) out.push_back(Rank{value});
    return out;
}
void insertAll(RankSet& set, const std::vector<Rank>& members) {
    for (const Rank rank : members) set.insert(rank);
}
std::vector<Rank> copied(RankSet& set) {
    BumpList<Rank> out;
    set.copyTo(out);
    return {out.begin(), out.end()};
}
std::vector<Rank> drained(RankSet& set) {
    std::vector<Rank> out;
    set.drain([&](Rank rank) { out.push_back(rank); });
    return out;
}

}  // namespace

/// Ascending whatever the order of coming and going, on both sides of the change of form.
class TestRankSet : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aNewOneIsEmpty() {
        RankSet set;
        QVERIFY(set.empty());
        QVERIFY(copied(set).empty());
        QVERIFY(drained(set).empty());
    }

    void aFewComeBackAscending() {
        RankSet set;
        insertAll(set, ranks({7, 1, 400'000, 3}));
        QVERIFY(!set.empty());
        QVERIFY(copied(set) == ranks({1, 3, 7, 400'000}));
        QVERIFY(!set.empty());  // a copy leaves them in
        QVERIFY(drained(set) == ranks({1, 3, 7, 400'000}));
        QVERIFY(set.empty());
        QVERIFY(drained(set).empty());
    }

    /// The ninth changes how they are kept.
    void manyComeBackAscending() {
        RankSet set;
        const std::vector<Rank> members =
            ranks({9, 64, 63, 4'096, 0, 4'095, 262'144, 16'777'215, 1});
        insertAll(set, members);
        std::vector<Rank> sorted = members;
        std::sort(sorted.begin(), sorted.end());
        QVERIFY(copied(set) == sorted);
        QVERIFY(!set.empty());
        QVERIFY(drained(set) == sorted);
        QVERIFY(set.empty());
        QVERIFY(drained(set).empty());
    }

    /// What was there before them stays in front.
    void membersAreAppended() {
        BumpList<Rank> out;
        out.push(Rank{5});
        const auto all = [&] { return std::vector<Rank>(out.begin(), out.end()); };
        RankSet set;
        insertAll(set, ranks({2, 1}));
        set.copyTo(out);
        QVERIFY(all() == ranks({5, 1, 2}));
        for (std::uint32_t i = 3; i <= 10; ++i) set.insert({i});
        set.copyTo(out);
        QVERIFY(all() == ranks({5, 1, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
    }

    void whoLeavesIsGone_data() {
        QTest::addColumn<int>("count");
        QTest::newRow("few") << 8;
        QTest::newRow("many") << 9;
        QTest::newRow("a crowd") << 300;
    }
    void whoLeavesIsGone() {
        QFETCH(int, count);
        RankSet set;
        std::vector<Rank> members;
        for (int i = 0; i < count; ++i) {
            members.push_back({static_cast<std::uint32_t>(i * 61)});
            set.insert(members.back());
        }
        // First, last, one between, then all of them: empty is empty again.
        for (const std::size_t at : {members.size() - 1, std::size_t{0}, members.size() / 2 - 1}) {
            set.erase(members[at]);
            members.erase(members.begin() + static_cast<std::ptrdiff_t>(at));
            QVERIFY(copied(set) == members);
        }
        for (const Rank rank : members) {
            QVERIFY(!set.empty());
            set.erase(rank);
        }
        QVERIFY(set.empty());
        QVERIFY(copied(set).empty());
    }

    /// Emptied one by one from the larger form, it takes few and many again.
    void anEmptiedOneStartsOver() {
        RankSet set;
        for (std::uint32_t i = 0; i < 20; ++i) set.insert({i * 5'000});
        for (std::uint32_t i = 0; i < 20; ++i) set.erase({i * 5'000});
        QVERIFY(set.empty());
        insertAll(set, ranks({30'000, 2}));
        QVERIFY(copied(set) == ranks({2, 30'000}));
        for (std::uint32_t i = 10; i < 20; ++i) set.insert({i});
        QVERIFY(drained(set) == ranks({2, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 30'000}));
    }

    /// Members far apart, the ninth beyond all that was known, and some that come later still.
    void roomGrowsWithTheGreatest() {
        RankSet set;
        std::vector<Rank> members;
        for (std::uint32_t shift = 0; shift < 28; ++shift) {
            members.push_back({std::uint32_t{1} << shift});
            set.insert(members.back());
        }
        QVERIFY(drained(set) == members);
        // The room is kept, and clean.
        insertAll(set, members);
        QVERIFY(drained(set) == members);
    }

    void anyOrderOfComingAndGoing() {
        for (std::uint32_t seed = 1; seed <= 40; ++seed) {
            std::mt19937_64 random{seed};
            RankSet set;
            std::set<Rank> wanted;
            const std::uint32_t spread = std::uint32_t{1} << (seed % 20 + 2);
            for (int step = 0; step < 600; ++step) {
                const Rank rank{static_cast<std::uint32_t>(random() % spread)};
                if (wanted.contains(rank)) {
                    set.erase(rank);
                    wanted.erase(rank);
                } else {
                    set.insert(rank);
                    wanted.insert(rank);
                }
                if (random() % 97 == 0) {
                    QVERIFY2(drained(set) == std::vector<Rank>(wanted.begin(), wanted.end()),
                             std::to_string(seed).c_str());
                    wanted.clear();
                }
                QCOMPARE(set.empty(), wanted.empty());
            }
            QVERIFY2(copied(set) == std::vector<Rank>(wanted.begin(), wanted.end()),
                     std::to_string(seed).c_str());
        }
    }
};

QTEST_APPLESS_MAIN(TestRankSet)
#include "tst_rank_set.moc"
