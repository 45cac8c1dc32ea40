// Every bit that flips and every length a file is cut to: noticed, and nothing that was not there.
#include "tests/faults/support/amount.h"
#include "tests/faults/support/corpus.h"
#include "tests/tracefmt/answers.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::faults;
using namespace ariadne::tracefmt;

namespace {

/// Of one trace in every run; all of them with ARIADNE_ALL_FLIPS=1. Small traces have every bit and
/// every length tried in every run by tst_trace_damage.
constexpr std::size_t kFlipsUsual = 4'000;
constexpr std::size_t kLengthsUsual = 500;

/// From one case to the next.
std::size_t strideOf(std::size_t cases, std::size_t usual) {
    if (amount("ARIADNE_ALL_FLIPS", 0) != 0 || cases <= usual) return 1;
    const std::size_t stride = cases / usual + 1;
    return stride % 2 == 0 ? stride + 1 : stride;  // odd: all bits of a byte get their turn
}

}  // namespace

class BitFlipsTest : public QObject {
    Q_OBJECT

private:
    std::vector<NamedTrace> corpus_;

    void addRows() {
        QTest::addColumn<int>("which");
        for (std::size_t i = 0; i < corpus_.size(); ++i)
            QTest::newRow(corpus_[i].name.c_str()) << static_cast<int>(i);
    }
    const Bytes& bytesOf(int which) const {
        return *corpus_[static_cast<std::size_t>(which)].bytes;
    }

private Q_SLOTS:
    void initTestCase() {
        corpus_ = corpus(ARIADNE_GOLDEN);
        QVERIFY2(corpus_.size() > scripts().size(), ARIADNE_GOLDEN " has no traces");
    }

    void everyFlippedBitIsSeen_data() { addRows(); }
    void everyFlippedBitIsSeen() {
        QFETCH(int, which);
        const Bytes& trace = bytesOf(which);
        const auto whole = readerOf(corpus_[static_cast<std::size_t>(which)].bytes);
        const Answers truth = answersOf(*whole);
        QVERIFY(truth.whole);
        const auto damaged = std::make_shared<Bytes>(trace);
        const std::size_t stride = strideOf(trace.size() * 8, kFlipsUsual);
        std::size_t tried = 0;
        for (std::size_t bit = 0; bit < trace.size() * 8; bit += stride) {
            const auto flip = static_cast<std::byte>(1u << (bit % 8));
            (*damaged)[bit / 8] ^= flip;
            const std::string wrong = wrongWithDamaged(damaged, *whole, truth, true);
            QVERIFY2(wrong.empty(), ("bit " + std::to_string(bit) + ": " + wrong).c_str());
            (*damaged)[bit / 8] ^= flip;
            ++tried;
        }
        qInfo("%zu of %zu bits", tried, trace.size() * 8);
    }

    void everyLengthOpensToAPrefix_data() { addRows(); }
    void everyLengthOpensToAPrefix() {
        QFETCH(int, which);
        const Bytes& trace = bytesOf(which);
        const auto whole = readerOf(corpus_[static_cast<std::size_t>(which)].bytes);
        const Answers truth = answersOf(*whole);
        const std::size_t stride = strideOf(trace.size(), kLengthsUsual);
        auto cut = std::make_shared<Bytes>(trace);
        std::uint64_t rows = whole->lastPosition().value;
        for (std::size_t less = 1; less <= trace.size(); less += stride) {
            cut->resize(trace.size() - less);
            const std::string wrong = wrongWithDamaged(cut, *whole, truth, false);
            QVERIFY2(wrong.empty(),
                     ("length " + std::to_string(cut->size()) + ": " + wrong).c_str());
            const auto reader = TraceReader::open(readFromMemory(cut));
            const auto left = reader.ok() ? (*reader)->lastPosition().value : 0;
            QVERIFY2(left <= rows, "a shorter file has more rows");
            rows = left;
        }
        QCOMPARE(rows, std::uint64_t{0});
    }
};

QTEST_GUILESS_MAIN(BitFlipsTest)
#include "tst_bit_flips.moc"
