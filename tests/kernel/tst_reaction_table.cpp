#include "engine/kernel/reaction_table.h"

#include <QTest>

#include <cstdint>
#include <vector>

using namespace ariadne;
using namespace ariadne::kernel;

namespace {

template <int kNumber>
void handle(void*, Turn&, const void*) {}

Handler numbered(std::size_t i) {
    constexpr Handler kHandlers[] = {handle<0>, handle<1>, handle<2>, handle<3>, handle<4>};
    return kHandlers[i % 5];
}
/// Hashes as types have them: of 64 bits, without order.
std::uint64_t hashOf(std::size_t i) {
    return mixWord(0xA11ADAE, i);
}

}  // namespace

/// What a table of reactions gives is what a search through the lists would.
class TestReactionTable : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyTypeHasItsOwnHandler_data() {
        QTest::addColumn<int>("types");
        QTest::addColumn<int>("behaviours");
        for (const int types : {0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 40, 100, 300})
            for (const int behaviours : {1, 2, 3})
                QTest::addRow("%d types, %d behaviours", types, behaviours) << types << behaviours;
    }
    void everyTypeHasItsOwnHandler() {
        QFETCH(int, types);
        QFETCH(int, behaviours);
        std::vector<std::uint64_t> hashes;
        for (int i = 0; i < types; ++i) hashes.push_back(hashOf(static_cast<std::size_t>(i)));
        std::vector<Handler> handlers;
        // Every third has none.
        for (std::size_t i = 0; i < hashes.size() * static_cast<std::size_t>(behaviours); ++i)
            handlers.push_back(i % 3 == 2 ? nullptr : numbered(i));
        ReactionTable table;
        table.build(hashes, handlers, static_cast<std::size_t>(behaviours));
        for (std::uint32_t b = 0; b < static_cast<std::uint32_t>(behaviours); ++b) {
            for (std::size_t i = 0; i < hashes.size(); ++i)
                QVERIFY(table.find(hashes[i], b, numbered(4)) == handlers[b * hashes.size() + i]);
            for (std::size_t i = 1'000; i < 1'100; ++i)
                QVERIFY(table.find(hashOf(i), b, numbered(4)) == numbered(4));
        }
    }

    /// Neighbouring numbers, and such as differ in few bits, find places too.
    void hashesMayBeAlike() {
        std::vector<std::uint64_t> hashes;
        std::vector<Handler> handlers;
        for (std::size_t i = 0; i < 64; ++i) {
            hashes.push_back(std::uint64_t{1} << i);
            hashes.push_back(~std::uint64_t{0} - i);
        }
        for (std::size_t i = 0; i < hashes.size(); ++i) handlers.push_back(numbered(i));
        ReactionTable table;
        table.build(hashes, handlers, 1);
        for (std::size_t i = 0; i < hashes.size(); ++i)
            QVERIFY(table.find(hashes[i], 0, nullptr) == numbered(i));
    }

    void theFirstOfTwoCounts() {
        ReactionTable table;
        table.build({hashOf(1), hashOf(2), hashOf(1)}, {numbered(1), numbered(2), numbered(3)}, 1);
        QVERIFY(table.find(hashOf(1), 0, nullptr) == numbered(1));
        QVERIFY(table.find(hashOf(2), 0, nullptr) == numbered(2));
    }
};

QTEST_GUILESS_MAIN(TestReactionTable)
#include "tst_reaction_table.moc"
