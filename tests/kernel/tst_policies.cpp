// What every policy promises: a run is a function of its options, goes on from any snapshot, and
// its recorded choices lead to it again.
#include "engine/kernel/pct_decisions.h"
#include "engine/kernel/replay_decisions.h"
#include "tests/kernel/support/random_programs.h"
#include "tests/support/refute.h"

#include <utility>

using namespace ariadne;
using namespace ariadne::tests;
using kernel::Policy;

namespace {

WildProgram programOf(Policy policy, std::uint64_t seed) {
    kernel::WorldOptions options{.seed = seed, .policy = policy, .limits = {}};
    options.pctDepth = static_cast<std::uint32_t>(1 + seed % 6);
    options.pctSteps = 150;
    return {.options = options};
}

struct RunResult {
    std::string verdict;
    EventDigest digest;
    WorldImage last;
    bool operator==(const RunResult&) const = default;
};

/// Runs on to a fixed round; what is left then is part of the result.
RunResult finish(kernel::World& world, std::uint64_t rounds, const RecordingSink& sink) {
    while (world.round().value < rounds && world.step()) {
    }
    world.end(Outcome::kUntil, "long enough");
    return {verdictOf(world), sink.digest(), world.image()};
}

/// One whole run of a random program.
class WildRun {
public:
    explicit WildRun(const WildProgram& program, std::vector<kernel::Decision> decisions = {})
        : program_(program),
          replayed_(decisions),
          decisions_(std::move(decisions)),
          world_(program.options, &sink_, source(replayed_)) {
        begin(world_, program.root(), "wild");
    }

    kernel::World& world() { return world_; }
    RunResult result() { return finish(world_, program_.rounds, sink_); }

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
        kernel::World restored{program_.options, &rest, source(replayed)};
        const absl::Status status =
            restored.restore(world_.image(), world_.births(), world_.types(), cellTypesHere());
        if (!status.ok()) return status;
        return finish(restored, program_.rounds, rest);
    }

private:
    kernel::DecisionSource* source(kernel::ReplayDecisions& replayed) const {
        return program_.options.policy == Policy::kReplay ? &replayed : nullptr;
    }

    WildProgram program_;
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

/// The list that leads to the run of policy random, for policy replay; else none.
std::vector<kernel::Decision> listFor(WildProgram program) {
    if (program.options.policy != Policy::kReplay) return {};
    program.options.policy = Policy::kRandom;
    WildRun run{program};
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
        const auto of = [&](std::uint64_t seed) {
            return programOf(static_cast<Policy>(policy), seed);
        };
        ARIADNE_HOLDS(10, of, [](const WildProgram& program) -> Wrong {
            const auto list = listFor(program);
            if (WildRun{program, list}.result() == WildRun{program, list}.result())
                return std::nullopt;
            return "two runs differ";
        });
    }

    void everySnapshotGoesOnAsTheOriginal_data() { allPolicies(); }
    void everySnapshotGoesOnAsTheOriginal() {
        QFETCH(int, policy);
        const auto p = static_cast<Policy>(policy);
        std::uint64_t remembered = 0;
        const auto of = [&](std::uint64_t seed) { return programOf(p, seed); };
        ARIADNE_HOLDS(12, of, [&](const WildProgram& program) -> Wrong {
            const auto list = listFor(program);
            const RunResult expected = WildRun{program, list}.result();
            WildRun run{program, list};
            std::uint64_t stride = 1;
            while (run.world().outcome() == Outcome::kRunning &&
                   run.world().round().value < program.rounds) {
                const auto rest = run.fromHere();
                const std::string here =
                    "from round " + std::to_string(run.world().round().value) + " ";
                if (!rest.ok()) return here + rest.status().ToString();
                if (!sameEnd(*rest, expected)) return here + "it goes on otherwise";
                remembered += run.world().image().decisionState.size();
                stride += 1 + stride / 4;
                for (std::uint64_t n = 0; n < stride && run.world().step(); ++n) {
                }
            }
            return std::nullopt;
        });
        QCOMPARE(remembered != 0, p == Policy::kPct);
    }

    void recordedChoicesLeadToTheSameRun() {
        std::uint64_t choices = 0;
        for (const Policy policy : {Policy::kRandom, Policy::kPct}) {
            const auto of = [&](std::uint64_t seed) { return programOf(policy, seed); };
            ARIADNE_HOLDS(20, of, [&](const WildProgram& program) -> Wrong {
                WildRun original{program};
                const RunResult expected = original.result();
                choices += original.decisions().size();
                WildProgram replayed = program;
                replayed.options.policy = Policy::kReplay;
                const RunResult result = WildRun{replayed, original.decisions()}.result();
                if (result.verdict != expected.verdict) return result.verdict;
                if (!(result.digest == expected.digest)) return "events or changes differ";
                if (!(result.last.cells == expected.last.cells)) return "cells differ";
                if (!(result.last.timers == expected.last.timers)) return "timers differ";
                return std::nullopt;
            });
        }
        QVERIFY(choices > 5000);
    }

    void choicesOfferAllThereIsInOrder() {
        std::uint64_t cells = 0, channels = 0;
        const auto of = [](std::uint64_t seed) { return programOf(Policy::kRandom, seed); };
        ARIADNE_HOLDS(12, of, [&](const WildProgram& program) -> Wrong {
            RecordingSink sink;
            Auditor auditor{program.options.seed};
            kernel::World world{program.options, &sink, &auditor};
            auditor.world = &world;
            begin(world, program.root(), "wild");
            const RunResult result = finish(world, program.rounds, sink);
            cells += auditor.cells;
            channels += auditor.channels;
            if (auditor.wrong != 0) return "a choice does not offer what there is";
            if (!(result.digest == WildRun{program}.result().digest))
                return "being looked at changes the run";
            return std::nullopt;
        });
        QVERIFY(cells > 1000);
        QVERIFY(channels > 100);
    }

    void depthAndStepsMakeAnotherRun() {
        std::set<std::uint64_t> digests;
        for (std::uint32_t depth = 1; depth <= 8; ++depth) {
            WildProgram program = programOf(Policy::kPct, 3);
            program.options.pctDepth = depth;
            digests.insert(WildRun{program}.result().digest.events());
        }
        // A change point may be without effect, all of them are not.
        QVERIFY(digests.size() > 3);
    }

    void aListThatEndsEndsTheRun() {
        WildRun original{programOf(Policy::kRandom, 5)};
        original.result();
        std::vector<kernel::Decision> list = original.decisions();
        QVERIFY(list.size() > 12);
        list.resize(10);
        WildRun run{programOf(Policy::kReplay, 5), list};
        const RunResult result = run.result();
        QCOMPARE(run.world().outcome(), Outcome::kUndecided);
        QVERIFY2(
            result.verdict.starts_with("undecided: decisions exhausted: choice 10 is between "),
            result.verdict.c_str());
        QCOMPARE(run.decisions().size(), std::size_t{10});
        QVERIFY(!run.world().step());
    }

    void aListThatDoesNotFitEndsTheRun() {
        WildRun original{programOf(Policy::kRandom, 5)};
        original.result();
        std::vector<kernel::Decision> list = original.decisions();
        const std::uint32_t there = list[7].alternatives;
        list[7] = {0, there + 3};
        WildRun run{programOf(Policy::kReplay, 5), list};
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
        kernel::World world{programOf(Policy::kReplay, 5).options, &sink};
        begin(world, wildRoot(), "wild");
        finish(world, 400, sink);
        QCOMPARE(world.outcome(), Outcome::kUndecided);
        QCOMPARE(sink.count(EventKind::kDecision), std::size_t{0});
    }

    void aSnapshotOfAnotherPolicyIsRefused() {
        for (std::uint64_t seed = 1; seed < 6; ++seed) {  // seed 0 has no change point
            WildRun run{programOf(Policy::kPct, seed)};
            while (run.world().image().decisionState.empty() && run.world().step()) {
            }
            if (run.world().image().decisionState.empty()) continue;
            kernel::World other{programOf(Policy::kRandom, seed).options};
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
