// What must hold for every program of regions, tried on programs made at random. A failure names
// its seed, the smallest program that still fails, and what was seen.
#include "tests/region/support/region_programs.h"
#include "tests/support/refute.h"
#include "tests/support/run_result.h"

#include <set>

using namespace ariadne;
using namespace ariadne::tests;

namespace {

RegionProgram programOf(std::uint64_t seed) {
    kernel::WorldOptions options{.seed = seed, .limits = {}};
    options.policy = seed % 3 == 2 ? kernel::Policy::kRandom : kernel::Policy::kRounds;
    options.batch = static_cast<std::uint32_t>(1 + seed % 5);
    options.limits.cellsMax = 3000;
    options.limits.eventsMax = 60'000;
    return {.options = options, .groups = seed % 4 >= 2};
}

RegionProgram faultyProgramOf(std::uint64_t seed) {
    RegionProgram program = programOf(seed);
    program.options.faults = manyFaults();
    return program;
}

/// `threads` 0: the calling thread without a pool.
RunResult runProgram(const RegionProgram& program, RecordingSink& sink, std::uint32_t threads = 0) {
    kernel::World world{program.options, &sink};
    if (threads != 0) world.useThreads({threads, 2, 1});
    begin(world, program.root());
    return finish(world, program.rounds, &sink);
}
RunResult runProgram(const RegionProgram& program, std::uint32_t threads = 0) {
    RecordingSink sink;
    return runProgram(program, sink, threads);
}

using Promise = std::pair<std::uint64_t, std::uint64_t>;  ///< rank of the maker, ordinal

Wrong promisesEndOnce(const RegionProgram& program) {
    RecordingSink sink;
    kernel::World world{program.options, &sink};
    begin(world, program.root());
    finish(world, program.rounds, &sink);
    std::set<Promise> open;
    std::set<Promise> made;
    std::uint64_t leaks = 0;
    for (const RecordedRow& kept : sink.rows()) {
        const EventRow& row = kept.row;
        const Promise promise{row.peer.value, row.arg};
        const std::string name = sink.pathOf(row.peer) + "#" + std::to_string(row.arg);
        if (row.kind == EventKind::kReserve) {
            if (!made.insert(promise).second) return name + " is made twice";
            open.insert(promise);
        }
        // An answer that is owed stands in nobody's ledger.
        if (row.kind != EventKind::kResolve || row.cell == kOutside) continue;
        if (open.erase(promise) == 0) return name + " is resolved twice, or was never made";
        if (row.extra == static_cast<std::uint64_t>(Resolution::kLeaked)) ++leaks;
    }
    if (leaks != world.leaks()) return "leaks are counted wrong";
    // What is open at the end stands in the ledger of a living region, and somebody lives for it.
    std::size_t listed = 0;
    for (const CellImage& cell : world.image().cells) {
        const TypeIndex type = sink.births()[cell.rank.value].type;
        if (sink.types().at(type).hash != value::typeInfo<Region>().hash) continue;
        void* storage = kernel::allocateState(value::typeInfo<Region>());
        if (!value::typeInfo<Region>().decodeInto(cell.state, storage)) return "no region";
        for (const auto& [id, entry] : static_cast<Region*>(storage)->obligations) {
            ++listed;
            bool holderLives = false;
            for (const CellImage& other : world.image().cells)
                holderLives =
                    holderLives || sink.births()[other.rank.value].key == entry.holders.back().key;
            if (!holderLives) return "an open promise is held by nobody";
        }
        kernel::destroyState(value::typeInfo<Region>(), storage);
    }
    if (listed != open.size()) return "ledgers and events disagree about what is open";
    return std::nullopt;
}

/// By the events alone: who was born below whom, and ended when.
Wrong closedMeansQuiet(const RegionProgram& program) {
    RecordingSink sink;
    runProgram(program, sink);
    std::vector<bool> lives;
    const auto below = [&](std::uint32_t cell, std::uint32_t region) {
        while (cell != 0 && cell != region) cell = sink.births()[cell].parent.value;
        return cell == region;
    };
    for (const RecordedRow& kept : sink.rows()) {
        const EventRow& row = kept.row;
        const std::uint32_t cell = row.cell.value;
        if (lives.size() < sink.births().size()) lives.resize(sink.births().size());
        switch (row.kind) {
            case EventKind::kSpawn:
            case EventKind::kRestart: lives[cell] = true; break;
            case EventKind::kStop:
            case EventKind::kFail: lives[cell] = false; break;
            case EventKind::kDeliver:
                if (!lives[cell]) return "a turn of " + sink.pathOf(row.cell) + " after its end";
                break;
            case EventKind::kRegion: {
                if (row.arg != static_cast<std::uint64_t>(RegionPhase::kClosed)) break;
                if (!lives[cell]) return sink.pathOf(row.cell) + " is closed twice";
                lives[cell] = false;
                for (std::uint32_t other = 1; other < lives.size(); ++other)
                    if (lives[other] && below(other, cell))
                        return sink.pathOf(row.cell) + " is closed while " +
                               sink.pathOf(Rank{other}) + " lives";
                break;
            }
            default: break;
        }
    }
    return std::nullopt;
}

Wrong phasesOnlyGoForward(const RegionProgram& program) {
    RecordingSink sink;
    runProgram(program, sink);
    std::map<std::uint32_t, std::uint64_t> phase;
    std::map<std::uint32_t, std::uint64_t> finalizers;
    for (const RecordedRow& kept : sink.rows()) {
        const std::uint32_t cell = kept.row.cell.value;
        if (kept.row.kind == EventKind::kFinalizer) ++finalizers[cell];
        if (kept.row.kind == EventKind::kFinalize && finalizers[cell]-- == 0)
            return "a finalizer runs twice";
        if (kept.row.kind != EventKind::kRegion) continue;
        if (kept.row.arg < phase[cell]) return sink.pathOf(kept.row.cell) + " opens again";
        phase[cell] = kept.row.arg;
        if (phase[cell] == 3 && finalizers[cell] != 0)
            return sink.pathOf(kept.row.cell) + " is closed before its finalizers ran";
    }
    return std::nullopt;
}

Wrong snapshotsGoOn(const RegionProgram& program) {
    const RunResult expected = runProgram(program);
    RecordingSink sink;
    kernel::World world{program.options, &sink};
    begin(world, program.root());
    std::uint64_t stride = 1;
    while (world.outcome() == Outcome::kRunning && world.round().value < program.rounds) {
        const WorldImage image = world.image();
        const std::string where = "round " + std::to_string(image.round.value) + ": ";
        RecordingSink rest{sink.digest()};
        kernel::World restored{program.options, &rest};
        const absl::Status status =
            restored.restore(image, world.births(), world.types(), cellTypesHere());
        if (!status.ok()) return where + status.ToString();
        if (restored.image().stateDigest != image.stateDigest) return where + "restored otherwise";
        const RunResult result = finish(restored, program.rounds, &rest);
        if (!(result == expected)) return where + *differing(result, expected);
        stride += 1 + stride / 3;
        for (std::uint64_t n = 0; n < stride && world.step(); ++n) {
        }
    }
    return std::nullopt;
}

/// The state that every region and actor has by its recorded changes is the one it has.
Wrong changesLeadToTheStates(const RegionProgram& program) {
    RecordingSink sink;
    kernel::World world{program.options, &sink};
    begin(world, program.root());
    finish(world, program.rounds, &sink);
    std::map<std::uint32_t, value::StateValue> states;
    for (const RecordedRow& kept : sink.rows()) {
        const std::uint32_t cell = kept.row.cell.value;
        if (kept.row.kind == EventKind::kSpawn || kept.row.kind == EventKind::kRestart) {
            auto state = value::StateValue::decode(sink.types(), kept.row.type, kept.payload);
            if (!state.ok()) return "a first state cannot be read";
            states[cell] = *std::move(state);
        } else if (!kept.change.empty()) {
            if (!states[cell].apply(sink.types(), kept.change).ok())
                return "a change of " + sink.pathOf(kept.row.cell) + " cannot be applied";
        }
    }
    for (const CellImage& cell : world.image().cells)
        if (states[cell.rank.value].encode() != cell.state)
            return sink.pathOf(cell.rank) + " has another state than its events say";
    return std::nullopt;
}

}  // namespace

class TestRegionPrograms : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theProgramsReachEveryKindOfEventOfRegions() {
        std::set<EventKind> seen;
        std::set<std::string> ends;
        std::set<std::uint64_t> resolutions, phases, refusals;
        for (std::uint64_t seed = 0; seed < 60; ++seed) {
            RecordingSink sink;
            const RunResult result = runProgram(programOf(seed), sink);
            ends.insert(result.verdict.substr(0, result.verdict.find(':')));
            for (const RecordedRow& kept : sink.rows()) {
                seen.insert(kept.row.kind);
                if (kept.row.kind == EventKind::kResolve) resolutions.insert(kept.row.extra);
                if (kept.row.kind == EventKind::kRegion) phases.insert(kept.row.arg);
                if (kept.row.kind == EventKind::kRefuse) refusals.insert(kept.row.arg);
            }
        }
        for (unsigned kind = static_cast<unsigned>(EventKind::kRegion);
             kind <= static_cast<unsigned>(EventKind::kSpend); ++kind)
            if (static_cast<EventKind>(kind) != EventKind::kDeadlock)
                QVERIFY2(seen.contains(static_cast<EventKind>(kind)),
                         std::string{nameOf(static_cast<EventKind>(kind))}.c_str());
        QCOMPARE(resolutions.size(), std::size_t{4});
        QCOMPARE(phases.size(), std::size_t{4});
        QVERIFY(refusals.size() >= 6);
        QVERIFY(ends.size() > 1);
    }

    void theSameSeedGivesTheSameRun() {
        ARIADNE_HOLDS(60, programOf, [](const RegionProgram& program) -> Wrong {
            return differing(runProgram(program), runProgram(program));
        });
    }

    void threadsDoNotMatter() {
        const auto onAny = [](const RegionProgram& program) -> Wrong {
            const RunResult alone = runProgram(program);
            for (const std::uint32_t threads : {1u, 2u, 3u, 8u})
                if (const RunResult many = runProgram(program, threads); !(many == alone))
                    return std::to_string(threads) + " threads: " + *differing(many, alone);
            return std::nullopt;
        };
        ARIADNE_HOLDS(100, programOf, onAny);
        ARIADNE_HOLDS(20, faultyProgramOf, onAny);
    }

    void whoWatchesChangesNothing() {
        ARIADNE_HOLDS(40, programOf, [](const RegionProgram& program) -> Wrong {
            const RunResult watched = runProgram(program);
            kernel::World world{program.options};
            world.keepBirths();
            begin(world, program.root());
            RunResult alone = finish(world, program.rounds, nullptr);
            alone.digest = watched.digest;
            return differing(alone, watched);
        });
    }

    void everySnapshotGoesOnAsTheOriginal() {
        ARIADNE_HOLDS(40, programOf, snapshotsGoOn);
        ARIADNE_HOLDS(20, faultyProgramOf, snapshotsGoOn);
    }
    void everyPromiseEndsExactlyOnce() {
        ARIADNE_HOLDS(120, programOf, promisesEndOnce);
        ARIADNE_HOLDS(60, faultyProgramOf, promisesEndOnce);
    }
    void closedMeansThatNobodyBelowLives() {
        ARIADNE_HOLDS(120, programOf, closedMeansQuiet);
        ARIADNE_HOLDS(60, faultyProgramOf, closedMeansQuiet);
    }
    void phasesGoForwardAndFinalizersRunOnce() {
        ARIADNE_HOLDS(120, programOf, phasesOnlyGoForward);
        ARIADNE_HOLDS(60, faultyProgramOf, phasesOnlyGoForward);
    }
    void everyRecordedChangeLeadsToTheNextState() {
        ARIADNE_HOLDS(60, programOf, changesLeadToTheStates);
        ARIADNE_HOLDS(30, faultyProgramOf, changesLeadToTheStates);
    }

    void aPropertyThatDoesNotHoldIsRefutedBySmallProgram() {
        // Otherwise the tests above could say nothing.
        const std::string wrong = refute(1, programOf, [](const RegionProgram& program) -> Wrong {
            if (runProgram(program).position < 10) return std::nullopt;
            return "more than ten events";
        });
        std::string smallest = "seed 0, rounds, batch 1, 1 rounds, size 1";
        for (int act = 0; act < kCitizenActs; ++act) smallest += ", without " + std::to_string(act);
        QCOMPARE(wrong, smallest + ": more than ten events");
    }

    void onlyWhatBreaksALawIsLeft() {
        const std::string wrong = refute(20, programOf, [](const RegionProgram& program) -> Wrong {
            RecordingSink sink;
            runProgram(program, sink);
            if (sink.count(EventKind::kLink) == 0) return std::nullopt;
            return "somebody links";
        });
        QVERIFY2(!wrong.empty() && wrong.find(", without 12") != std::string::npos &&
                     wrong.find(", without 13") == std::string::npos &&
                     wrong.find(", without 14") != std::string::npos,
                 wrong.c_str());
    }
};

QTEST_GUILESS_MAIN(TestRegionPrograms)
#include "tst_region_programs.moc"
