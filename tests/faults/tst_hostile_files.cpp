// Traces changed by somebody who repairs every checksum: answers or named errors, from the reader
// and from SQL over it. The same changes as the fuzzers make, without what those learn on the way.
#include "tests/faults/support/amount.h"
#include "tests/faults/support/corpus.h"
#include "tests/fuzz/support/read_everything.h"
#include "tests/fuzz/support/trace_mutator.h"
#include "tests/query/support/asked.h"

#include <QTest>

#include <array>

using namespace ariadne;
using namespace ariadne::faults;

namespace {

constexpr std::array kQuestions{"SELECT * FROM event",          "SELECT * FROM message",
                                "SELECT * FROM actor",          "SELECT * FROM region",
                                "SELECT * FROM obligation",     "SELECT * FROM failure",
                                "SELECT * FROM state_write",    "SELECT * FROM snapshot",
                                "SELECT * FROM effect",         "SELECT * FROM state_at(40, '*')",
                                "SELECT * FROM causes(40)",     "SELECT * FROM effects(3)",
                                "SELECT * FROM lane_mipmap(9)", "SELECT * FROM stuck_turn"};

/// The wrong of an answer to SQL; empty: answered, or a named error.
std::string askAbout(const Bytes& file, std::uint64_t which) {
    auto reader = tracefmt::TraceReader::open(
        tracefmt::readFromMemory(std::make_shared<Bytes>(file)), fuzz::hostileOptions());
    if (!reader.ok()) return {};
    test::AskedTrace trace{*std::move(reader)};
    query::Budget budget;
    budget.rows = 3000;
    const test::Asked asked = trace(kQuestions[which % kQuestions.size()], budget);
    return asked.answered.ok() || !asked.error().empty() ? "" : "an error without words";
}

}  // namespace

class HostileFilesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void changedAndRepaired_data() {
        QTest::addColumn<int>("focus");
        for (const char* name : {"any", "frames", "meta", "tables", "events", "snapshots", "index"})
            QTest::newRow(name) << static_cast<int>(*fuzz::focusOf(name));
    }
    void changedAndRepaired() {
        QFETCH(int, focus);
        const std::vector<NamedTrace> seeds = corpus(ARIADNE_GOLDEN);
        const std::uint64_t files = amount("ARIADNE_HOSTILE_FILES", 1'500);
        const std::uint64_t seed = amount("ARIADNE_HOSTILE_SEED", 1);
        std::size_t opened = 0;
        for (std::uint64_t n = 0; n < files; ++n) {
            fuzz::Random random((seed * 7 + static_cast<std::uint64_t>(focus)) * 1'000'003 + n);
            const NamedTrace& from = seeds[n % seeds.size()];
            Bytes file = *from.bytes;
            for (std::uint64_t steps = 1 + random() % 3; steps > 0; --steps)
                file = fuzz::mutated(file, static_cast<fuzz::Focus>(focus), random,
                                     [&](Bytes& body) { fuzz::changeSomeBytes(body, random); });
            const std::string label = from.name + ", ARIADNE_HOSTILE_SEED=" + std::to_string(seed) +
                                      ", file " + std::to_string(n) + ": ";
            const std::string wrong = fuzz::readEverything(file);
            QVERIFY2(wrong.empty(), (label + wrong).c_str());
            if (n % 8 == 0) {
                const std::string refused = askAbout(file, n / 8);
                QVERIFY2(refused.empty(), (label + refused).c_str());
            }
            opened +=
                tracefmt::TraceReader::open(tracefmt::readFromMemory(std::make_shared<Bytes>(file)))
                    .ok();
        }
        // Most get past the checksums, or this shows little.
        if (static_cast<fuzz::Focus>(focus) != fuzz::Focus::kMeta) QVERIFY(opened > files / 2);
    }
};

QTEST_GUILESS_MAIN(HostileFilesTest)
#include "tst_hostile_files.moc"
