// A slab that was given back is the next one of its size.
#include "engine/base/slab.h"

#include <QtTest>

#include <atomic>
#include <cstdint>
#include <cstring>
#include <thread>
#include <utility>
#include <vector>

using namespace ariadne;

namespace {

constexpr std::size_t kKiB = 1024;
constexpr std::size_t kMiB = kKiB * kKiB;

bool isAligned(const void* memory, std::size_t to) {
    return reinterpret_cast<std::uintptr_t>(memory) % to == 0;
}

/// Fills the whole of what was asked for: a slab that is too small is found by the sanitizers.
void fill(const Slab& slab, std::size_t bytes) {
    std::memset(slab.get(), 0xA5, bytes);
}

}  // namespace

class TestUsedSlab : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aUsedSlabIsAlignedForItsSize() {
        QVERIFY(isAligned(takeUsedSlab(100).get(), 64));
        QVERIFY(isAligned(takeUsedSlab(3 * kMiB).get(), kLargePage));
    }

    void whatWasGivenBackServesTheNextOfAboutThatSize() {
        Slab first = takeUsedSlab(300 * kKiB);
        const std::byte* const memory = first.get();
        giveSlabBack(std::move(first), 300 * kKiB);

        const Slab much = takeUsedSlab(3000 * kKiB);
        QVERIFY(much.get() != memory);
        const Slab little = takeUsedSlab(40 * kKiB);
        QVERIFY(little.get() != memory);
        const Slab another = takeUsedSlab(310 * kKiB);  // 320 KiB, as the first one was
        QCOMPARE(another.get(), memory);
        fill(another, 310 * kKiB);
        const Slab third = takeUsedSlab(300 * kKiB);
        QVERIFY(third.get() != memory);
    }

    void everySizeGetsAtLeastWhatItAskedFor() {
        // Around every step of the classes, each time with what a smaller one gave back at hand.
        for (std::size_t power = 16 * kKiB; power <= 32 * kMiB; power *= 2) {
            for (const std::size_t bytes :
                 {power - 1, power, power + 1, power + power / 4, power + power / 4 + 1}) {
                Slab slab = takeUsedSlab(bytes);
                fill(slab, bytes);
                giveSlabBack(std::move(slab), bytes);
            }
        }
    }

    void noMoreIsKeptThanItSays() {
        // Six of 10 MiB come back; 32 MiB hold three of them, the last ones.
        constexpr std::size_t kBytes = 10 * kMiB;
        std::vector<Slab> slabs;
        std::vector<const std::byte*> memory;
        for (int i = 0; i < 6; ++i) {
            slabs.push_back(takeUsedSlab(kBytes));
            memory.push_back(slabs.back().get());
        }
        for (Slab& slab : slabs) giveSlabBack(std::move(slab), kBytes);
        slabs.clear();
        for (int i = 0; i < 3; ++i) {
            slabs.push_back(takeUsedSlab(kBytes));
            QCOMPARE(slabs.back().get(), memory[std::size_t(5 - i)]);
        }
    }

    void twoThreadsMayTakeAndGiveAtOnce() {
        std::atomic<int> strange = 0;
        const auto work = [&](std::byte mine) {
            for (int i = 0; i < 2000; ++i) {
                const std::size_t bytes = (std::size_t(32) + std::size_t(i) % 96) * kKiB;
                Slab slab = takeUsedSlab(bytes);
                slab.get()[0] = slab.get()[bytes - 1] = mine;
                std::this_thread::yield();
                if (slab.get()[0] != mine || slab.get()[bytes - 1] != mine) ++strange;
                giveSlabBack(std::move(slab), bytes);
            }
        };
        std::thread other{work, std::byte{1}};
        work(std::byte{2});
        other.join();
        QCOMPARE(strange.load(), 0);
    }
};

QTEST_APPLESS_MAIN(TestUsedSlab)
#include "tst_used_slab.moc"
