// How a round is spread over threads decides nothing: digests are equal at every snapshot.
#include "tests/kernel/support/crowd.h"
#include "tests/support/refute.h"

#include <array>
#include <set>

using namespace ariadne;
using namespace ariadne::tests;
using Threads = kernel::World::Threads;

namespace {

/// The run up to a snapshot, in digests.
struct Mark {
    std::uint64_t position = 0;
    EventDigest digest;
    std::uint64_t state = 0;
    bool operator==(const Mark&) const = default;
};

/// Folds what it is told, and takes a snapshot every few rounds.
class MarkingSink final : public kernel::EventSink {
public:
    explicit MarkingSink(std::uint64_t roundsPerMark, EventDigest from = {})
        : roundsPerMark_(roundsPerMark), digest_(from) {}

    void onTypes(std::span<const TypeDesc> types) override {
        for (const TypeDesc& type : types) types_.add(type);
    }
    void onBirth(const CellBirth&) override {}
    void onEvent(const EventRow& row) override {
        digest_.add(row, types_.at(row.type).hash);
        ++counts_[static_cast<std::size_t>(row.kind)];
        if (row.kind == EventKind::kFail) failures_.insert(static_cast<ExitReason>(row.arg));
    }
    bool wantsSnapshot(Position) override { return ++rounds_ % roundsPerMark_ == 0; }
    void onSnapshot(WorldImage image) override {
        marks_.push_back({image.position.value, digest_, image.stateDigest});
    }

    const std::vector<Mark>& marks() const { return marks_; }
    const EventDigest& digest() const { return digest_; }
    std::uint64_t count(EventKind kind) const { return counts_[static_cast<std::size_t>(kind)]; }
    const std::set<ExitReason>& failures() const { return failures_; }

private:
    std::uint64_t roundsPerMark_;
    std::uint64_t rounds_ = 0;
    TypeTable types_;
    EventDigest digest_;
    std::array<std::uint64_t, kEventKindCount> counts_{};
    std::set<ExitReason> failures_;
    std::vector<Mark> marks_;
};

struct RunResult {
    std::string verdict;
    std::vector<Mark> marks;  ///< the end is the last
    std::uint64_t turns = 0;
    std::uint64_t failures = 0;
    bool operator==(const RunResult&) const = default;
};

/// A random program and how long it runs.
struct Subject {
    std::uint64_t seed = 0;
    std::uint32_t crowd = 0;  ///< actors kept at work; 0: a few wild ones
    std::uint64_t rounds = 400;
    std::uint64_t roundsPerMark = 3;

    std::uint32_t talkative = 5;  ///< without a crowd
    std::uint64_t without = 0;    ///< likewise

    std::string text() const {
        return crowd == 0 ? wild().text()
                          : textOf(options()) + ", " + std::to_string(rounds) + " rounds, crowd " +
                                std::to_string(crowd);
    }
    std::vector<Subject> smaller() const {
        std::vector<Subject> out;
        const auto with = [&](const auto& change) {
            out.push_back(*this);
            change(out.back());
        };
        if (rounds > 1) with([](Subject& s) { s.rounds /= 2; });
        if (crowd > 1) with([](Subject& s) { s.crowd /= 2; });
        if (crowd != 0) return out;
        if (talkative > 1) with([](Subject& s) { --s.talkative; });
        for (int act = 0; act < kWildActs; ++act)
            if ((without >> act & 1) == 0)
                with([&](Subject& s) { s.without |= std::uint64_t{1} << act; });
        return out;
    }
    WildProgram wild() const {
        return {.options = options(), .rounds = rounds, .talkative = talkative, .without = without};
    }
    kernel::WorldOptions options() const {
        kernel::WorldOptions out{.seed = seed, .limits = {}};
        // In a crowd some hear from many: let them catch up, or virtual time does not move.
        out.batch = crowd == 0 ? static_cast<std::uint32_t>(1 + seed % 5) : 50;
        out.limits.outputsPerTurnMax = kOutputsMax;
        return out;
    }
    void begin(kernel::World& world) const {
        if (crowd == 0) return tests::begin(world, wild().root(), "wild");
        tests::begin(world,
                     Crowd{.wildCount = crowd / 2,
                           .fickleCount = crowd - crowd / 2,
                           .wild = {},
                           .fickle = {},
                           .roomy = seed % 2 == 1},
                     "crowd");
    }
};

constexpr std::uint32_t kCrowd = 800;

RunResult finish(kernel::World& world, const Subject& subject, const MarkingSink& sink) {
    while (world.round().value < subject.rounds && world.step()) {
    }
    world.end(Outcome::kUntil, "long enough");
    return {verdictOf(world), sink.marks(), world.deliveredCount(), world.failures()};
}

RunResult runWith(const Subject& subject, const Threads& threads, MarkingSink& sink) {
    kernel::World world{subject.options(), &sink};
    world.useThreads(threads);
    subject.begin(world);
    return finish(world, subject, sink);
}
RunResult runWith(const Subject& subject, const Threads& threads) {
    MarkingSink sink{subject.roundsPerMark};
    return runWith(subject, threads, sink);
}

std::vector<Threads> everyWay() {
    std::vector<Threads> out{{.count = 1}, {.count = 1, .inlineBelow = 0, .cellsPerPart = 1}};
    for (const std::uint32_t count : {2u, 3u, 8u})
        for (const std::uint32_t inlineBelow : {0u, 64u})
            for (const std::uint32_t cells : {1u, 3u, 7u, 64u, 10'000u, 0u})
                out.push_back({.count = count, .inlineBelow = inlineBelow, .cellsPerPart = cells});
    return out;
}

std::string textOf(const Threads& threads) {
    return std::to_string(threads.count) + " threads, parts of " +
           std::to_string(threads.cellsPerPart) + ", inline below " +
           std::to_string(threads.inlineBelow);
}

/// Nullopt when equal; else which of the two and between which snapshots they parted.
Wrong difference(const RunResult& expected, const RunResult& result, const std::string& where) {
    if (expected == result) return std::nullopt;
    for (std::size_t i = 0; i < std::min(expected.marks.size(), result.marks.size()); ++i)
        if (!(expected.marks[i] == result.marks[i]))
            return where + ": differs at snapshot " + std::to_string(i) + ", event " +
                   std::to_string(expected.marks[i].position) + " | " +
                   std::to_string(result.marks[i].position);
    return where + ": " + expected.verdict + " | " + result.verdict;
}

Wrong itIsTheSameInEveryWay(const Subject& subject, const RunResult& expected) {
    for (const Threads& threads : everyWay())
        if (Wrong found = difference(expected, runWith(subject, threads), textOf(threads)))
            return found;
    return std::nullopt;
}

}  // namespace

class TestParallel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void smallProgramsAreTheSameOnAnyThreads() {
        std::size_t marks = 0;
        const auto subjectOf = [](std::uint64_t seed) {
            return Subject{.seed = seed, .rounds = 150};
        };
        ARIADNE_HOLDS(20, subjectOf, [&](const Subject& subject) {
            const RunResult expected = runWith(subject, {});
            marks += expected.marks.size();
            return itIsTheSameInEveryWay(subject, expected);
        });
        QVERIFY(marks > 200);
    }

    void crowdsAreTheSameOnAnyThreads_data() {
        QTest::addColumn<unsigned>("seed");
        for (const unsigned seed : {3u, 4u}) QTest::addRow("seed %u", seed) << seed;
    }
    void crowdsAreTheSameOnAnyThreads() {
        QFETCH(unsigned, seed);
        const Subject subject{.seed = seed, .crowd = kCrowd, .rounds = 36};
        MarkingSink sink{subject.roundsPerMark};
        const RunResult expected = runWith(subject, {}, sink);
        // What happens in these rounds is what could go wrong.
        for (const EventKind kind : {EventKind::kSpawn, EventKind::kStash, EventKind::kUnstash,
                                     EventKind::kTimerFire, EventKind::kAsk})
            QVERIFY2(sink.count(kind) > 20, std::string{nameOf(kind)}.c_str());
        QCOMPARE(sink.failures().count(ExitReason::kThrew), std::size_t{1});
        QCOMPARE(sink.failures().count(ExitReason::kFailed), std::size_t{1});
        QCOMPARE(sink.failures().count(ExitReason::kLimit), std::size_t{1});
        QVERIFY(sink.count(EventKind::kStop) > 5);
        if (seed % 2 == 0) QVERIFY(sink.count(EventKind::kDrop) > 20);
        QVERIFY(expected.marks.size() >= 4);
        const std::uint64_t before = turnsElsewhere;
        ARIADNE_HOLDS(
            1, [&](std::uint64_t) { return subject; },
            [](const Subject& one) { return itIsTheSameInEveryWay(one, runWith(one, {})); });
        QVERIFY(turnsElsewhere - before > 100);
    }

    void withoutAnObserverItIsTheSame() {
        const Subject subject{.seed = 8, .crowd = kCrowd, .rounds = 12};
        const RunResult expected = runWith(subject, {});
        for (const std::uint32_t count : {1u, 2u, 3u, 8u}) {
            kernel::World world{subject.options()};
            world.keepBirths();
            world.useThreads({.count = count, .inlineBelow = 0, .cellsPerPart = 5});
            subject.begin(world);
            while (world.round().value < subject.rounds && world.step()) {
            }
            world.end(Outcome::kUntil, "long enough");
            QCOMPARE(world.position().value, expected.marks.back().position);
            QCOMPARE(world.image().stateDigest, expected.marks.back().state);
            QCOMPARE(world.deliveredCount(), expected.turns);
        }
    }

    void threadsMayChangeBetweenAnyTwoRounds() {
        const Subject subject{.seed = 9, .crowd = kCrowd, .rounds = 16};
        const RunResult expected = runWith(subject, {});
        const std::vector<Threads> ways = everyWay();
        MarkingSink sink{subject.roundsPerMark};
        kernel::World world{subject.options(), &sink};
        subject.begin(world);
        for (std::size_t i = 0; world.round().value < subject.rounds; ++i) {
            world.useThreads(ways[i * 7 % ways.size()]);
            if (!world.step()) break;
        }
        const Wrong found = difference(expected, finish(world, subject, sink), "changing threads");
        QVERIFY2(!found, found.value_or("").c_str());
    }

    void aSnapshotGoesOnWithOtherThreads() {
        const Subject subject{.seed = 2, .crowd = kCrowd, .rounds = 14};
        const RunResult expected = runWith(subject, {});
        MarkingSink sink{subject.roundsPerMark};
        kernel::World world{subject.options(), &sink};
        world.useThreads({.count = 8, .inlineBelow = 0, .cellsPerPart = 3});
        subject.begin(world);
        std::size_t restoredCount = 0;
        while (world.round().value + 1 < subject.rounds && world.step()) {
            if (world.round().value % 4 != 1) continue;
            ++restoredCount;
            MarkingSink rest{subject.roundsPerMark, sink.digest()};
            kernel::World restored{subject.options(), &rest};
            const absl::Status status =
                restored.restore(world.image(), world.births(), world.types(), cellTypesHere());
            QVERIFY2(status.ok(), status.ToString().c_str());
            restored.useThreads({.count = 3, .inlineBelow = 0, .cellsPerPart = 7});
            const RunResult result = finish(restored, subject, rest);
            QVERIFY2(result.marks.back() == expected.marks.back(),
                     ("from round " + std::to_string(world.round().value)).c_str());
        }
        QVERIFY(restoredCount >= 3);
    }

    void otherSeedsAreOtherRuns() {
        // Or the comparisons above would hold for anything.
        std::set<std::uint64_t> events, states;
        for (std::uint64_t seed = 0; seed < 5; ++seed) {
            const RunResult result = runWith({.seed = seed, .rounds = 60}, {.count = 3});
            events.insert(result.marks.back().digest.events());
            states.insert(result.marks.back().state);
        }
        QCOMPARE(events.size(), std::size_t{5});
        QCOMPARE(states.size(), std::size_t{5});
    }
};

QTEST_GUILESS_MAIN(TestParallel)
#include "tst_parallel.moc"
