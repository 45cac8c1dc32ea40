#include "engine/kernel/key_index.h"

#include <QTest>

#include <cstdint>
#include <memory>
#include <vector>

using namespace ariadne;
using namespace ariadne::kernel;

/// From cell key to rank, through many growths and with keys that share what a slot keeps of them.
class TestKeyIndex : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        cells_ = std::make_unique<CellStore>();
        index_ = std::make_unique<KeyIndex>(*cells_);
    }

    void empty() { QVERIFY(index_->find({1}) == kOutside); }

    void everyKeyIsFoundAgain() {
        std::vector<CellKey> keys;
        for (std::uint64_t i = 1; i <= 100'000; ++i) keys.push_back(childKey({7}, i));
        for (const CellKey key : keys) QVERIFY(add(key));
        for (std::size_t i = 0; i < keys.size(); ++i)
            QCOMPARE(index_->find(keys[i]).value, static_cast<std::uint32_t>(i + 1));
        for (std::uint64_t i = 1; i <= 1'000; ++i)
            QVERIFY(index_->find(childKey({8}, i)) == kOutside);
    }

    void aKeyIsGivenOnce() {
        QVERIFY(add({42}));
        QVERIFY(!index_->insert({42}, Rank{cells_->size()}));
        QCOMPARE(index_->find({42}).value, 1u);
    }

    /// All belong at one place, the last one of the table, and go on at its front.
    void keysOfOneUpperHalf() {
        for (std::uint64_t i = 1; i <= 300; ++i) QVERIFY(add({0xFFFFFFFF'00000000 + i}));
        for (std::uint64_t i = 1; i <= 300; ++i)
            QCOMPARE(index_->find({0xFFFFFFFF'00000000 + i}).value, static_cast<std::uint32_t>(i));
        QVERIFY(index_->find({0xFFFFFFFF'00000000 + 301}) == kOutside);
    }

    void smallKeys() {
        for (std::uint64_t i = 1; i <= 300; ++i) QVERIFY(add({i}));
        for (std::uint64_t i = 1; i <= 300; ++i)
            QCOMPARE(index_->find({i}).value, static_cast<std::uint32_t>(i));
    }

private:
    bool add(CellKey key) {
        Cell& cell = cells_->add();
        cell.key = key;
        return index_->insert(key, cell.rank);
    }

    std::unique_ptr<CellStore> cells_;
    std::unique_ptr<KeyIndex> index_;
};

QTEST_APPLESS_MAIN(TestKeyIndex)
#include "tst_key_index.moc"
