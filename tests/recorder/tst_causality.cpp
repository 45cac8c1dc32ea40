// What an event led to, against following each event's causes by themselves.
#include "recorder/causality.h"

#include <QTest>

#include <algorithm>
#include <optional>
#include <random>
#include <vector>

using namespace ariadne;
using namespace ariadne::recorder;

namespace {

/// Cause by position - 1; of some events one that is not before them.
std::vector<std::uint64_t> causesOfRun(std::uint64_t seed, std::size_t count) {
    std::mt19937_64 random{seed};
    std::vector<std::uint64_t> causes;
    for (std::uint64_t at = 1; at <= count; ++at) {
        const std::uint64_t near = at - std::min(at, 1 + random() % 9);
        const std::uint64_t any = random() % (at + 3);
        causes.push_back(random() % 4 == 0 ? any : near);
    }
    return causes;
}

/// Steps back from `at` to `event`, or nothing.
std::optional<std::uint32_t> stepsTo(const std::vector<std::uint64_t>& causes, std::uint64_t event,
                                     std::uint64_t at) {
    std::uint32_t steps = 0;
    for (; at > event; ++steps) {
        const std::uint64_t cause = causes[at - 1];
        at = cause < at ? cause : 0;
    }
    return at == event ? std::optional{steps} : std::nullopt;
}

}  // namespace

class TestCausality : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aCauseStandsBeforeWhatItLedTo() {
        QCOMPARE(causeOf({5}, {4}), Position{4});
        QCOMPARE(causeOf({5}, {5}), Position{0});
        QCOMPARE(causeOf({5}, {9}), Position{0});
        QCOMPARE(causeOf({5}, {0}), Position{0});
    }

    void whatAnEventLedToIsWhatLeadsBackToIt() {
        for (std::uint64_t seed = 1; seed <= 40; ++seed) {
            const auto causes = causesOfRun(seed, 400);
            const std::uint64_t event = 1 + seed * 7 % 300;
            for (const std::uint32_t depthMax : {1u, 2u, 5u, UINT32_MAX}) {
                Consequences consequences{{event}, depthMax};
                for (std::uint64_t at = event; at <= causes.size(); ++at) {
                    auto expected = stepsTo(causes, event, at);
                    if (expected && *expected > depthMax) expected.reset();
                    const auto told = consequences.depthOf({at}, {causes[at - 1]});
                    if (told != expected)
                        QFAIL(qPrintable(QStringLiteral("seed %1, event %2, depth %3, at %4")
                                             .arg(seed)
                                             .arg(event)
                                             .arg(depthMax)
                                             .arg(at)));
                }
                QVERIFY(!consequences.overflowed());
            }
        }
    }

    void theEventItselfMayBeMissing() {
        Consequences consequences{{10}};
        QCOMPARE(consequences.depthOf({12}, {10}), std::optional<std::uint32_t>{1});
        QCOMPARE(consequences.depthOf({13}, {11}), std::optional<std::uint32_t>{});
        QCOMPARE(consequences.depthOf({14}, {12}), std::optional<std::uint32_t>{2});
    }
};

QTEST_GUILESS_MAIN(TestCausality)
#include "tst_causality.moc"
