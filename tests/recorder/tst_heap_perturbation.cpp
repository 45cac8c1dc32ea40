// What the heap looks like while it is perturbed.
#include "recorder/heap_perturbation.h"

#include <QTest>

#include <cstdlib>
#include <set>
#include <vector>

using ariadne::recorder::HeapPerturbation;

namespace {

/// Larger than what a thread keeps for itself.
constexpr std::size_t kBytes = 5000;

/// What stands in the middle of a block that nobody has written to. The allocator keeps its own
/// books at both ends of a freed block.
std::set<int> bytesOfAFreshBlock() {
    auto* block = static_cast<volatile unsigned char*>(std::malloc(kBytes));
    std::set<int> bytes;
    for (std::size_t i = 0; i < kBytes; ++i) bytes.insert(block[i]);
    std::free(const_cast<unsigned char*>(block));
    return bytes;
}

constexpr bool sanitized() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return true;
#else
    return false;
#endif
}

}  // namespace

class TestHeapPerturbation : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void freshMemoryHoldsTheByteEverywhere() {
        if (sanitized()) QSKIP("the sanitizer has an allocator of its own");
        for (const std::uint8_t byte : std::vector<std::uint8_t>{0x00, 0xa5, 0xff, 0x01}) {
            const HeapPerturbation heap{{.poison = byte}};
            QCOMPARE(bytesOfAFreshBlock(), std::set<int>{byte});
        }
    }

    void itEndsWithTheObject() {
        if (sanitized()) QSKIP("the sanitizer has an allocator of its own");
        { const HeapPerturbation heap{{.poison = 0xa5}}; }
        // Volatile, or nobody would write what is freed at once.
        auto* block = static_cast<volatile unsigned char*>(std::malloc(kBytes));
        for (std::size_t i = 0; i < kBytes; ++i) block[i] = 0x11;
        std::free(const_cast<unsigned char*>(block));
        QVERIFY(bytesOfAFreshBlock().count(0x11) == 1);
    }

    void aShiftingHeapHandsOutOtherPlaces() {
        if (sanitized()) QSKIP("the sanitizer has an allocator of its own");
        // Without it, a block that was just freed comes back at once.
        const auto places = [](HeapPerturbation& heap) {
            std::set<void*> out;
            for (int i = 0; i < 1000; ++i) {
                heap.betweenRounds();
                void* block = std::malloc(1500);
                out.insert(block);
                std::free(block);
            }
            return out.size();
        };
        HeapPerturbation still{{}};
        const std::size_t few = places(still);
        HeapPerturbation shifting{{.poison = {}, .shifting = true}};
        const std::size_t many = places(shifting);
        QVERIFY2(many > few,
                 qPrintable(QString::number(few) + QLatin1String{" and "} + QString::number(many)));
    }
};

QTEST_GUILESS_MAIN(TestHeapPerturbation)
#include "tst_heap_perturbation.moc"
