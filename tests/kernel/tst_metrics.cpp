// Metrics: what is counted, that it is told as events, that neither threads nor snapshots matter.
#include "engine/kernel/metrics.h"
#include "tests/kernel/support/crowd.h"
#include "tests/kernel/support/lab.h"
#include "tests/kernel/support/random_programs.h"

#include <map>

using namespace ariadne;
using namespace ariadne::tests;
using kernel::Histogram;
using kernel::Metric;
using kernel::Metrics;

namespace {

/// "turns 3; wait_events 2 values, mean 1.0: 1 x2", the rows from `begin` on that tell metrics.
std::string told(const RecordingSink& sink, std::size_t begin = 0) {
    std::string out;
    for (std::size_t i = begin; i < sink.rows().size(); ++i) {
        const EventRow& row = sink.rows()[i].row;
        if (row.kind != EventKind::kMetric) continue;
        const auto histogram = Histogram::decoded(row.payload);
        out += (out.empty() ? "" : "; ") + nameOf(static_cast<Metric>(row.arg)) + " " +
               (row.payload.empty() ? std::to_string(row.extra) : textOf(*histogram));
    }
    return out;
}

/// What the last report says, put together again.
Metrics lastReport(const RecordingSink& sink) {
    std::map<Metric, const EventRow*> last;
    std::size_t end = sink.rows().size();
    while (end > 0 && sink.rows()[end - 1].row.kind != EventKind::kMetric) --end;
    for (; end > 0 && sink.rows()[end - 1].row.kind == EventKind::kMetric; --end)
        last.emplace(static_cast<Metric>(sink.rows()[end - 1].row.arg), &sink.rows()[end - 1].row);
    Metrics out;
    kernel::forEachMetric(
        out,
        [&](Metric metric, std::uint64_t& value) {
            if (last.contains(metric)) value = last[metric]->extra;
        },
        [&](Metric metric, Histogram& histogram) {
            if (last.contains(metric)) histogram = *Histogram::decoded(last[metric]->payload);
        });
    return out;
}

/// What the rows of a whole run say; nothing about the sizes of mailboxes.
Metrics countedFrom(const RecordingSink& sink) {
    Metrics out;
    std::map<std::uint64_t, EventKind> kinds;
    for (const RecordedRow& kept : sink.rows()) {
        const EventRow& row = kept.row;
        kinds[row.seq.value] = row.kind;
        // Start messages come of births, copies of faults.
        const bool byTurn =
            kinds[row.cause.value] == EventKind::kDeliver && (row.flags & kFlagCopy) == 0;
        switch (row.kind) {
            case EventKind::kDeliver:
                ++out.turns;
                out.wait.add(row.seq.value - row.cause.value);
                break;
            case EventKind::kSend:
            case EventKind::kAsk:
            case EventKind::kReply:
            case EventKind::kForward: out.sends += byTurn ? 1u : 0u; break;
            case EventKind::kFail: ++out.failures; [[fallthrough]];
            case EventKind::kStop: ++out.cellsEnded; break;
            case EventKind::kSpawn: ++out.cellsBorn; break;
            case EventKind::kTimerFire: ++out.timersFired; break;
            case EventKind::kDrop: ++out.dropped[row.arg]; break;
            default: break;
        }
    }
    out.cellsAlive = out.cellsBorn - out.cellsEnded;
    return out;
}

kernel::WorldOptions measured(std::uint64_t every, std::uint64_t seed = 0) {
    kernel::WorldOptions options;
    options.seed = seed;
    options.metricsEvery = every;
    return options;
}

/// "lab" casts "b" and sends it three words; the second is one too many for its mailbox, the root
/// then stops.
void threeForTwo(Lab& lab) {
    lab.part("lab", [](Context& cx, Player&, const Say& m) {
        if (m.word != "start") return;
        const Ref<Player> b = cast(cx, "b", bounded(2, OnFull::kDropNewest));
        for (const char* word : {"one", "two", "three"}) cx.send(b, Say{word});
        cx.after(Duration{5}, Say{"enough"});
    });
}

struct Run {
    EventDigest digest;
    Metrics metrics;
    bool operator==(const Run&) const = default;
};

constexpr std::uint64_t kRounds = 60;

Run crowdRun(std::uint64_t seed, std::uint32_t threads) {
    RecordingSink sink;
    kernel::World world{measured(500, seed), &sink};
    world.useThreads({.count = threads, .inlineBelow = 0, .cellsPerPart = 3});
    begin(world, Crowd{.wildCount = 60, .fickleCount = 60, .wild = {}, .fickle = {}}, "crowd");
    while (world.round().value < kRounds && world.step()) {
    }
    world.end(Outcome::kUntil, "enough");
    return {sink.digest(), world.metrics()};
}

}  // namespace

class TestMetrics : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void bucketsArePowersOfTwo() {
        Histogram histogram;
        for (const std::uint64_t value : {0ull, 1ull, 2ull, 3ull, 4ull, 7ull, 8ull, ~0ull})
            histogram.add(value);
        QCOMPARE(histogram.counts[0], std::uint64_t{1});
        QCOMPARE(histogram.counts[1], std::uint64_t{1});
        QCOMPARE(histogram.counts[2], std::uint64_t{2});
        QCOMPARE(histogram.counts[3], std::uint64_t{2});
        QCOMPARE(histogram.counts[4], std::uint64_t{1});
        QCOMPARE(histogram.counts[64], std::uint64_t{1});
        for (std::size_t b = 0; b < Histogram::kBuckets; ++b) {
            Histogram ends;
            ends.add(Histogram::lowestOf(b));
            ends.add(Histogram::highestOf(b));
            QCOMPARE(ends.counts[b], std::uint64_t{2});
        }
    }

    void aHistogramReadsBackAsItWas() {
        Histogram histogram;
        for (const std::uint64_t value : {0ull, 5ull, 5ull, 900ull}) histogram.add(value);
        ByteWriter out;
        histogram.encode(out);
        QVERIFY(Histogram::decoded(out.view()) == histogram);
        QVERIFY(!Histogram::decoded(out.view().first(out.size() - 1)) ||
                Histogram::decoded(out.view().first(out.size() - 1)) != histogram);
        ByteWriter tooLong;
        for (std::size_t i = 0; i < Histogram::kBuckets + 2; ++i) tooLong.varint(1);
        QVERIFY(!Histogram::decoded(tooLong.view()));
        QVERIFY(!Histogram::decoded({}));
    }

    void histogramsAreTextsForPeople() {
        Histogram histogram;
        QCOMPARE(textOf(histogram), std::string{"0 values"});
        for (const std::uint64_t value : {0ull, 2ull, 3ull}) histogram.add(value);
        QCOMPARE(textOf(histogram), std::string{"3 values, mean 1.6: 0 x1, 2-3 x2"});
    }

    void everyMetricHasItsOwnNameAndNumber() {
        std::set<std::string> names;
        std::uint64_t last = 0;
        const auto see = [&](Metric metric) {
            QVERIFY(static_cast<std::uint64_t>(metric) > last);
            last = static_cast<std::uint64_t>(metric);
            QVERIFY(names.insert(nameOf(metric)).second);
        };
        const Metrics none;
        kernel::forEachMetric(
            none, [&](Metric metric, std::uint64_t) { see(metric); },
            [&](Metric metric, const Histogram&) { see(metric); });
        QVERIFY(!names.contains("unknown"));
        QCOMPARE(nameOf(Metric{255}), std::string{"unknown"});
        QCOMPARE(static_cast<int>(Metric::kWait), 13);
        QCOMPARE(static_cast<int>(Metric::kRecovery), 14);
        QCOMPARE(nameOf(kernel::droppedFor(3)), std::string{"dropped_mailbox_full"});
    }

    void aSmallProgramHasTheseFigures() {
        Lab lab{measured(1'000'000)};
        threeForTwo(lab);
        lab.run();
        // Turns: Start of both, "one", "enough". The Start of "b" and "one" fill its mailbox, "two"
        // and "three" are dropped.
        const Metrics metrics = lab.world().metrics();
        QCOMPARE(metrics.turns, std::uint64_t{4});
        QCOMPARE(metrics.sends, std::uint64_t{3});
        QCOMPARE(metrics.cellsBorn, std::uint64_t{2});
        QCOMPARE(metrics.cellsAlive, std::uint64_t{2});
        QCOMPARE(metrics.cellsEnded, std::uint64_t{0});
        QCOMPARE(metrics.timersFired, std::uint64_t{1});
        QCOMPARE(metrics.dropped[static_cast<int>(DropReason::kMailboxFull)], std::uint64_t{2});
        // The root finds 1, "b" finds 2, the root finds 1.
        QCOMPARE(textOf(metrics.mailboxSize), std::string{"3 values, mean 1.3: 1 x2, 2-3 x1"});
        QCOMPARE(textOf(metrics.wait), textOf(countedFrom(lab.sink).wait));
        // Told once, in front of the end.
        QCOMPARE(told(lab.sink),
                 "turns 4; sends 3; cells_born 2; cells_alive 2; timers_fired 1; mailbox_size 3 "
                 "values, mean 1.3: 1 x2, 2-3 x1; wait_events " +
                     textOf(metrics.wait) + "; dropped_mailbox_full 2");
        QVERIFY(lab.sink.rows().back().row.kind == EventKind::kEnd);
        QVERIFY(lastReport(lab.sink) == metrics);
    }

    void countersAreThereWithoutReports() {
        Lab lab;
        threeForTwo(lab);
        lab.run();
        const Metrics metrics = lab.world().metrics();
        QCOMPARE(metrics.turns, std::uint64_t{4});
        QCOMPARE(metrics.dropped[static_cast<int>(DropReason::kMailboxFull)], std::uint64_t{2});
        QCOMPARE(metrics.mailboxSize.count() + metrics.wait.count(), std::uint64_t{0});
        QCOMPARE(lab.sink.count(EventKind::kMetric), std::size_t{0});
    }

    void reportsChangeNothingElse() {
        const auto without = [](std::uint64_t every) {
            Lab lab{measured(every)};
            threeForTwo(lab);
            lab.run();
            std::string out;
            for (const RecordedRow& kept : lab.sink.rows())
                if (kept.row.kind != EventKind::kMetric) out += kept.line + "\n";
            return out;
        };
        QCOMPARE(without(1), without(0));
    }

    void aReportComesAfterTheRoundThatIsDue() {
        // The root alone, one turn in each round.
        Lab lab{measured(3)};
        lab.part("lab", [](Context& cx, Player&, const Say& m) {
            if (m.n == 8) return cx.stop();
            cx.send(cx.self<Player>(), Say{"again", m.n + 1});
        });
        lab.run();
        std::string turns;
        for (const RecordedRow& kept : lab.sink.rows())
            if (kept.row.kind == EventKind::kMetric &&
                kept.row.arg == static_cast<std::uint64_t>(Metric::kTurns))
                turns += std::to_string(kept.row.extra) + "@" +
                         std::to_string(kept.row.round.value) + " ";
        QCOMPARE(turns, std::string{"3@3 6@6 9@9 "});
        QCOMPARE(lab.sink.lines({EventKind::kEnd}), std::string{"end completed"});
    }

    void figuresAreThoseOfTheRows() {
        for (std::uint64_t seed = 0; seed < 12; ++seed) {
            kernel::WorldOptions options = measured(100, seed);
            options.faults = *kernel::parseFaults("crash=2000,drop=9000,delay=9000,duplicate=9000");
            if (seed % 3 == 1) options.policy = kernel::Policy::kRandom;
            RecordingSink sink;
            kernel::World world{options, &sink};
            begin(world, wildRoot(), "wild");
            world.runUntil(kForever, 300);
            world.end(Outcome::kUntil, "enough");
            Metrics metrics = world.metrics();
            QVERIFY(lastReport(sink) == metrics);
            QVERIFY(metrics.turns > 100);
            QCOMPARE(metrics.wait.count(), metrics.turns);
            QVERIFY(metrics.mailboxSize.count() != 0);
            QVERIFY(metrics.mailboxSize.sum >= metrics.turns);
            metrics.mailboxSize = {};
            const Metrics expected = countedFrom(sink);
            QCOMPARE(wordsOf(metrics), wordsOf(expected));
            QVERIFY2(metrics == expected, std::to_string(seed).c_str());
        }
    }

    /// "b" lives in a region that restarts it; it fails at "fail", three times.
    static void failingThrice(Lab& lab, Duration backoff) {
        lab.part("lab", [backoff](Context& cx, Player& me, const Say& m) {
            if (m.word == "start") {
                RegionOptions options{.strategy = Strategy::kOneForOne, .intensity = 10};
                options.backoff.base = options.backoff.cap = backoff;
                me.known = {cx.spawnIn<Player>(cx.openRegion("r", options), "b", as("b"))};
                cx.send(me.known[0], Say{"fail"});
            }
            if (m.word == "tick" && m.n < 9) cx.after(1ms, Say{"tick", m.n + 1});
            if (m.word == "tick" && m.n % 3 == 2) cx.send(me.known[0], Say{"fail"});
            if (m.word == "start") cx.after(1ms, Say{"tick", 1});
        });
        lab.part("b", [](Context& cx, Player&, const Say& m) {
            if (m.word == "fail") cx.fail("no");
        });
    }

    void recoveryIsCountedInRounds() {
        Lab lab{measured(1'000'000)};
        failingThrice(lab, 0ns);
        lab.run();
        const Metrics metrics = lab.world().metrics();
        QCOMPARE(metrics.restarts, metrics.recovery.count());
        QVERIFY(metrics.restarts >= 3);
        // Its Start is there in the round after the failure.
        QCOMPARE(metrics.recovery.sum, metrics.restarts);
        QVERIFY(told(lab.sink).find("; recovery_rounds " + textOf(metrics.recovery)) !=
                std::string::npos);
        QVERIFY(lastReport(lab.sink) == metrics);
    }

    void aBackoffIsPartOfTheRecoveryAndSnapshotsKeepItsBeginning() {
        Lab lab{measured(7)};
        lab.sink.snapshotEveryRound = true;
        failingThrice(lab, 2ms);
        lab.run();
        const Metrics metrics = lab.world().metrics();
        QCOMPARE(metrics.restarts, metrics.recovery.count());
        QVERIFY(metrics.recovery.sum > metrics.restarts);
        std::size_t resting = 0;
        for (std::size_t i = 0; i + 1 < lab.sink.snapshots.size(); ++i) {
            const WorldImage& image = lab.sink.snapshots[i];
            for (const CellImage& cell : image.cells) resting += cell.care->failedIn != Round{};
            RecordingSink rest;
            kernel::World again{measured(7), &rest};
            const absl::Status restored =
                again.restore(image, lab.sink.births(), lab.sink.types(), cellTypesHere());
            QVERIFY2(restored.ok(), std::string{restored.message()}.c_str());
            again.runUntil(kForever, 10'000);
            QVERIFY(again.metrics() == metrics);
            QCOMPARE(told(rest), told(lab.sink, image.position.value));
        }
        QVERIFY(resting > 3);
    }

    void threadsDoNotMatter() {
        for (std::uint64_t seed = 0; seed < 3; ++seed) {
            const Run one = crowdRun(seed, 1);
            QVERIFY(one.metrics.turns > 1000);
            for (const std::uint32_t threads : {2u, 3u, 8u})
                QVERIFY(crowdRun(seed, threads) == one);
        }
    }

    void everySnapshotGoesOnWithTheSameReports() {
        for (const kernel::Policy policy : {kernel::Policy::kRounds, kernel::Policy::kRandom}) {
            kernel::WorldOptions options = measured(37, 5);
            options.policy = policy;
            RecordingSink sink;
            sink.snapshotEveryRound = true;
            kernel::World world{options, &sink};
            begin(world, wildRoot(), "wild");
            world.runUntil(kForever, 120);
            world.end(Outcome::kUntil, "enough");
            const Metrics metrics = world.metrics();
            QVERIFY(sink.count(EventKind::kMetric) > 10);
            for (std::size_t i = 0; i + 1 < sink.snapshots.size(); i += 5) {
                const WorldImage& image = sink.snapshots[i];
                RecordingSink rest;
                kernel::World again{options, &rest};
                const absl::Status restored =
                    again.restore(image, sink.births(), sink.types(), cellTypesHere());
                QVERIFY2(restored.ok(), std::string{restored.message()}.c_str());
                again.runUntil(kForever, 120 - image.round.value);
                again.end(Outcome::kUntil, "enough");
                QVERIFY(again.metrics() == metrics);
                // Positions count rows from 1.
                QCOMPARE(told(rest), told(sink, image.position.value));
                QCOMPARE(again.position().value, world.position().value);
            }
        }
    }

    void wrongWordsOfASnapshotAreAnswered() {
        for (const std::vector<std::uint64_t>& words :
             {std::vector<std::uint64_t>{256}, {256 * 99, 1}, {256 * 3, 1}, {256 * 12 + 66, 1}}) {
            Metrics out;
            const absl::Status restored = kernel::restoreMetrics(words, out);
            QVERIFY(absl::IsDataLoss(restored));
        }
    }
};

QTEST_GUILESS_MAIN(TestMetrics)
#include "tst_metrics.moc"
