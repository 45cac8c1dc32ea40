#include "engine/kernel/round_executor.h"

#include <QTest>

#include <atomic>
#include <cstdint>
#include <vector>

using namespace ariadne::kernel;

namespace {

/// How often each part ran, and whether a thread without a number took one.
struct Job {
    explicit Job(std::uint32_t parts, std::uint32_t threadCount)
        : ran(parts), threads(threadCount) {}

    void runOn(RoundExecutor& executor, bool wake) {
        executor.run(
            static_cast<std::uint32_t>(ran.size()),
            [](void* self, std::uint32_t part, std::uint32_t thread) {
                Job& job = *static_cast<Job*>(self);
                if (thread >= job.threads) job.strangers = true;
                ++job.ran[part];
            },
            this, wake);
    }

    std::vector<std::atomic<int>> ran;
    std::uint32_t threads;
    std::atomic<bool> strangers{false};
};

}  // namespace

/// A job is done when run() returns, each part once, whoever did it.
class TestRoundExecutor : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyPartRunsOnce_data() {
        QTest::addColumn<unsigned>("threads");
        QTest::newRow("alone") << 1u;
        QTest::newRow("two") << 2u;
        QTest::newRow("more than cores") << 9u;
    }
    void everyPartRunsOnce() {
        QFETCH(unsigned, threads);
        RoundExecutor executor{threads};
        QCOMPARE(executor.threads(), threads);
        for (std::uint32_t round = 0; round < 300; ++round) {
            Job job{round % 40, threads};
            job.runOn(executor, round % 2 == 0);
            for (const std::atomic<int>& times : job.ran) QCOMPARE(times.load(), 1);
            QVERIFY(!job.strangers);
        }
    }

    void threadsThatNeverHadWorkEnd() {
        for (int i = 0; i < 20; ++i) RoundExecutor executor{4};
    }
};

QTEST_APPLESS_MAIN(TestRoundExecutor)
#include "tst_round_executor.moc"
