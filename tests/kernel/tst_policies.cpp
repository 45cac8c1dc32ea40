// What every policy promises: a run is a function of its options, goes on from any snapshot, and
// its recorded choices lead to it again.
#include "engine/kernel/pct_decisions.h"
#include "engine/kernel/replay_decisions.h"
#include "tests/kernel/support/random_programs.h"

#include <utility>

using namespace ariadne;
using namespace ariadne::tests;
using kernel::Policy;

namespace {

constexpr std::uint64_t kRoundsMax = 400;

kernel::WorldOptions optionsOf(Policy policy, std::uint64_t seed) {
    kernel::WorldOptions options{.seed = seed, .policy = policy, .limits = {}};
    options.pctDepth = static_cast<std::uint32_t>(1 + seed % 6);
    options.pctSteps = 150;
    return options;
}

struct RunResult {
    std::string verdict;
    EventDigest digest;
    WorldImage last;
    bool operator==(const RunResult&) const = default;
};

/// Runs on to a fixed round; what is left then is part of the result.
RunResult finish(kernel::World& world, const RecordingSink& sink) {
    while (world.round().value < kRoundsMax && world.step()) {
    }
    world.end(Outcome::kUntil, "long enough");
    return {verdictOf(world), sink.digest(), world.image()};
}

/// One whole run of a random program.
class WildRun {
public:
    WildRun(const kernel::WorldOptions& options, std::vector<kernel::Decision> decisions = {})
        : options_(options),
          replayed_(decisions),
          decisions_(std::move(decisions)),
          world_(options, &sink_, source(replayed_)) {
        begin(world_, wildRoot(), "wild");
    }

    kernel::World& world() { return world_; }
    RunResult result() { return finish(world_, sink_); }

    std::vector<kernel::Decision> decisions() const {
        std::vector<kernel::Decision> out;
        for (const RecordedRow& kept : sink_.rows())
            if (kept.row.kind == EventKind::kDecision)
                out.push_back({static_cast<std::uint32_t>(kept.row.arg),
                               static_cast<std::uint32_t>(kept.row.extra)});
        return out;
    }

    /// The end of another world that goes on from here.
    absl::StatusOr<RunResult> fromHere() {
        RecordingSink rest{sink_.digest()};
        kernel::ReplayDecisions replayed{decisions_};
        kernel::World restored{options_, &rest, source(replayed)};
        const absl::Status status =
            restored.restore(world_.image(), world_.births(), world_.types(), cellTypesHere());
        if (!status.ok()) return status;
        return finish(restored, rest);
    }

private:
    kernel::DecisionSource* source(kernel::ReplayDecisions& replayed) const {
        return options_.policy == Policy::kReplay ? &replayed : nullptr;
    }

    kernel::WorldOptions options_;
    RecordingSink sink_;
    kernel::ReplayDecisions replayed_;
    std::vector<kernel::Decision> decisions_;
    kernel::World world_;
};

/// Types are numbered by first use, which restored worlds do anew; the rest is the same.
bool sameEnd(const RunResult& a, const RunResult& b) {
    return a.verdict == b.verdict && a.digest == b.digest &&
           a.last.stateDigest == b.last.stateDigest && a.last.decisions == b.last.decisions &&
           a.last.decisionState == b.last.decisionState;
}

std::string where(Policy policy, std::uint64_t seed, std::uint64_t round = 0) {
    return std::string{nameOf(policy)} + ", seed " + std::to_string(seed) + ", round " +
           std::to_string(round);
}

/// The list that leads to the run `seed` of policy random.
std::vector<kernel::Decision> listFor(Policy policy, std::uint64_t seed) {
    if (policy != Policy::kReplay) return {};
    WildRun run{optionsOf(Policy::kRandom, seed)};
    run.result();
    return run.decisions();
}

/// Holds every question against what the world looks like when it is asked.
class Auditor final : public kernel::DecisionSource {
public:
    explicit Auditor(std::uint64_t seed) : chance_(seed) {}

    bool wantsWho() const override { return true; }
    absl::StatusOr<std::uint32_t> choose(const kernel::Choice& choice) override {
        std::vector<CellKey> expected;
        const WorldImage image = world->image();
        for (const CellImage& cell : image.cells) {
            if (choice.kind == kernel::ChoiceKind::kCell) {
                if (!cell.control.empty() || !cell.mailbox.empty())
                    expected.push_back(keyOf(cell.rank));
            } else if (keyOf(cell.rank) == choice.receiver) {
                for (const MessageImage& m : cell.mailbox)
                    if (std::find(expected.begin(), expected.end(), keyOf(m.sender)) ==
                        expected.end())
                        expected.push_back(keyOf(m.sender));
            }
        }
        ++(choice.kind == kernel::ChoiceKind::kCell ? cells : channels);
        if (!std::equal(expected.begin(), expected.end(), choice.who.begin(), choice.who.end()) ||
            choice.count != expected.size())
            ++wrong;
        return chance_.choose(choice);
    }

    kernel::World* world = nullptr;
    std::uint64_t cells = 0;
    std::uint64_t channels = 0;
    std::uint64_t wrong = 0;

private:
    CellKey keyOf(Rank rank) const { return world->births()[rank.value].key; }

    kernel::RandomDecisions chance_;
};

}  // namespace

class TestPolicies : public QObject {
    Q_OBJECT
    void allPolicies() {
        QTest::addColumn<int>("policy");
        for (int i = 0; i < 4; ++i)
            QTest::addRow("%s", std::string{nameOf(static_cast<Policy>(i))}.c_str()) << i;
    }

private Q_SLOTS:
    void everyPolicyIsKnownByItsName() {
        for (const Policy policy :
             {Policy::kRounds, Policy::kRandom, Policy::kPct, Policy::kReplay})
            QVERIFY(kernel::policyNamed(nameOf(policy)) == policy);
        QVERIFY(!kernel::policyNamed("fifo"));
        QVERIFY(!kernel::policyNamed(""));
    }

    void theSameOptionsGiveTheSameRun_data() { allPolicies(); }
    void theSameOptionsGiveTheSameRun() {
        QFETCH(int, policy);
        const auto p = static_cast<Policy>(policy);
        for (std::uint64_t seed = 0; seed < 10; ++seed) {
            const auto list = listFor(p, seed);
            QVERIFY2((WildRun{optionsOf(p, seed), list}.result() ==
                      WildRun{optionsOf(p, seed), list}.result()),
                     where(p, seed).c_str());
        }
    }

    void everySnapshotGoesOnAsTheOriginal_data() { allPolicies(); }
    void everySnapshotGoesOnAsTheOriginal() {
        QFETCH(int, policy);
        const auto p = static_cast<Policy>(policy);
        std::uint64_t remembered = 0;
        for (std::uint64_t seed = 0; seed < 12; ++seed) {
            const auto list = listFor(p, seed);
            const RunResult expected = WildRun{optionsOf(p, seed), list}.result();
            WildRun run{optionsOf(p, seed), list};
            std::uint64_t stride = 1;
            while (run.world().outcome() == Outcome::kRunning &&
                   run.world().round().value < kRoundsMax) {
                const auto rest = run.fromHere();
                const std::string here = where(p, seed, run.world().round().value);
                QVERIFY2(rest.ok(), (here + rest.status().ToString()).c_str());
                QVERIFY2(sameEnd(*rest, expected), here.c_str());
                remembered += run.world().image().decisionState.size();
                stride += 1 + stride / 4;
                for (std::uint64_t n = 0; n < stride && run.world().step(); ++n) {
                }
            }
        }
        QCOMPARE(remembered != 0, p == Policy::kPct);
    }

    void recordedChoicesLeadToTheSameRun() {
        std::uint64_t choices = 0;
        for (const Policy policy : {Policy::kRandom, Policy::kPct}) {
            for (std::uint64_t seed = 0; seed < 20; ++seed) {
                WildRun original{optionsOf(policy, seed)};
                const RunResult expected = original.result();
                choices += original.decisions().size();
                WildRun again{optionsOf(Policy::kReplay, seed), original.decisions()};
                const RunResult result = again.result();
                QVERIFY2(result.verdict == expected.verdict, result.verdict.c_str());
                QVERIFY2(result.digest == expected.digest, where(policy, seed).c_str());
                QVERIFY(result.last.cells == expected.last.cells);
                QVERIFY(result.last.timers == expected.last.timers);
            }
        }
        QVERIFY(choices > 5000);
    }

    void choicesOfferAllThereIsInOrder() {
        std::uint64_t cells = 0, channels = 0;
        for (std::uint64_t seed = 0; seed < 12; ++seed) {
            RecordingSink sink;
            Auditor auditor{seed};
            kernel::World world{optionsOf(Policy::kRandom, seed), &sink, &auditor};
            auditor.world = &world;
            begin(world, wildRoot(), "wild");
            const RunResult result = finish(world, sink);
            QVERIFY2(auditor.wrong == 0, where(Policy::kRandom, seed).c_str());
            // Being looked at changes nothing.
            QVERIFY(result.digest == (WildRun{optionsOf(Policy::kRandom, seed)}.result().digest));
            cells += auditor.cells;
            channels += auditor.channels;
        }
        QVERIFY(cells > 1000);
        QVERIFY(channels > 100);
    }

    void depthAndStepsMakeAnotherRun() {
        std::set<std::uint64_t> digests;
        for (std::uint32_t depth = 1; depth <= 8; ++depth) {
            kernel::WorldOptions options = optionsOf(Policy::kPct, 3);
            options.pctDepth = depth;
            digests.insert(WildRun{options}.result().digest.events());
        }
        // A change point may be without effect, all of them are not.
        QVERIFY(digests.size() > 3);
    }

    void aListThatEndsEndsTheRun() {
        WildRun original{optionsOf(Policy::kRandom, 5)};
        original.result();
        std::vector<kernel::Decision> list = original.decisions();
        QVERIFY(list.size() > 12);
        list.resize(10);
        WildRun run{optionsOf(Policy::kReplay, 5), list};
        const RunResult result = run.result();
        QCOMPARE(run.world().outcome(), Outcome::kUndecided);
        QVERIFY2(
            result.verdict.starts_with("undecided: decisions exhausted: choice 10 is between "),
            result.verdict.c_str());
        QCOMPARE(run.decisions().size(), std::size_t{10});
        QVERIFY(!run.world().step());
    }

    void aListThatDoesNotFitEndsTheRun() {
        WildRun original{optionsOf(Policy::kRandom, 5)};
        original.result();
        std::vector<kernel::Decision> list = original.decisions();
        const std::uint32_t there = list[7].alternatives;
        list[7] = {0, there + 3};
        WildRun run{optionsOf(Policy::kReplay, 5), list};
        const std::string expected =
            "undecided: decisions do not fit: choice 7 was recorded as 0 "
            "of " +
            std::to_string(there + 3) + ", now there are " + std::to_string(there) + " ";
        const std::string verdict = run.result().verdict;
        QVERIFY2(verdict.starts_with(expected), verdict.c_str());
        QCOMPARE(run.decisions().size(), std::size_t{7});
    }

    void withoutAListTheFirstChoiceEndsTheRun() {
        RecordingSink sink;
        kernel::World world{optionsOf(Policy::kReplay, 5), &sink};
        begin(world, wildRoot(), "wild");
        finish(world, sink);
        QCOMPARE(world.outcome(), Outcome::kUndecided);
        QCOMPARE(sink.count(EventKind::kDecision), std::size_t{0});
    }

    void aSnapshotOfAnotherPolicyIsRefused() {
        for (std::uint64_t seed = 1; seed < 6; ++seed) {  // seed 0 has no change point
            WildRun run{optionsOf(Policy::kPct, seed)};
            while (run.world().image().decisionState.empty() && run.world().step()) {
            }
            if (run.world().image().decisionState.empty()) continue;
            kernel::World other{optionsOf(Policy::kRandom, seed)};
            const absl::Status status = other.restore(run.world().image(), run.world().births(),
                                                      run.world().types(), cellTypesHere());
            QCOMPARE(status.code(), absl::StatusCode::kDataLoss);
            return;
        }
        QFAIL("no seed had a change point");
    }
};

QTEST_GUILESS_MAIN(TestPolicies)
#include "tst_policies.moc"
