// What must hold for every program, tried on programs made at random. A failure names its seed.
#include "tests/kernel/support/random_programs.h"
#include "tests/support/refute.h"
#include "tests/support/run_result.h"

#include <cstdlib>

using namespace ariadne;
using namespace ariadne::tests;

namespace {

struct Link {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    auto operator<=>(const Link&) const = default;
};
BOOST_DESCRIBE_STRUCT(Link, (), (from, to))

/// Carries how many messages each sent to each, as far as its sender knew, itself included.
struct Letter {
    std::map<Link, std::uint64_t> known;
    std::int64_t energy = 0;
};
BOOST_DESCRIBE_STRUCT(Letter, (), (known, energy))

struct Meet {
    std::vector<CellRef> all;
};
BOOST_DESCRIBE_STRUCT(Meet, (), (all))

/// Sends letters about and checks that none comes before one it depends on.
struct Courier {
    bool causal = true;
    std::uint32_t children = 4;
    std::int64_t energy = 7;  ///< of a courier's first letters
    std::vector<CellRef> all;
    std::map<Link, std::uint64_t> known;
    std::map<std::uint64_t, std::uint64_t> got;

    void on(Context& cx, const Start&);
    void on(Context& cx, const Meet& m) {
        all = m.all;
        all.push_back(cx.parent());
        write(cx, energy);
    }
    void on(Context& cx, const Letter& m) {
        const std::uint64_t me = cx.self().key.value, from = cx.sender().key.value;
        const std::uint64_t number = ++got[from];
        if (m.known.at({from, me}) != number) cx.fail("letter out of order");
        for (const auto& [link, count] : m.known) {
            if (causal && link.to == me && got[link.from] < count)
                cx.fail("letter before its cause");
            std::uint64_t& mine = known[link];
            mine = std::max(mine, count);
        }
        write(cx, m.energy);
    }
    void write(Context& cx, std::int64_t left);
};
BOOST_DESCRIBE_STRUCT(Courier, (), (causal, children, energy, all, known, got))
ARIADNE_ACTOR(Courier, Start, Meet, Letter)

void Courier::on(Context& cx, const Start&) {
    if (!all.empty()) return;  // a child
    for (std::uint32_t i = 0; i < children; ++i)
        all.push_back(
            cx.spawn<Courier>("c", Courier{causal, children, energy, {cx.self()}, {}, {}}));
    for (const CellRef& to : all) cx.send(Ref<Courier>{to}, Meet{all});
    all.push_back(cx.self());
}

void Courier::write(Context& cx, std::int64_t left) {
    for (std::uint64_t n = left > 0 ? cx.random().below(4) : 0; n > 0; --n) {
        const CellRef to = all[cx.random().below(all.size())];
        ++known[{cx.self().key.value, to.key.value}];
        cx.send(Ref<Courier>{to}, Letter{known, left - 1});
    }
}

/// Letters among so many, and how they are carried.
struct Post {
    kernel::WorldOptions options = {.limits = {}};
    bool causal = true;
    std::uint32_t children = 4;
    std::int64_t energy = 7;
    std::uint64_t rounds = 3000;

    std::string text() const {
        return textOf(options) + ", " + std::to_string(rounds) + " rounds, " +
               std::to_string(children) + " children, energy " + std::to_string(energy);
    }
    std::vector<Post> smaller() const {
        std::vector<Post> out;
        const auto with = [&](const auto& change) {
            out.push_back(*this);
            change(out.back());
        };
        if (rounds > 1) with([](Post& p) { p.rounds /= 2; });
        if (children > 1) with([](Post& p) { --p.children; });
        if (energy > 1) with([](Post& p) { --p.energy; });
        for (const kernel::WorldOptions& less : tests::smaller(options))
            with([&](Post& p) { p.options = less; });
        return out;
    }
};

Wrong lettersComeInOrder(const Post& post, std::uint64_t& delivered) {
    kernel::World world{post.options};
    begin(world, Courier{post.causal, post.children, post.energy, {}, {}, {}});
    world.runUntil(kForever, post.rounds);
    delivered += world.deliveredCount();
    if (world.failures() == 0) return std::nullopt;
    return post.causal ? "a letter comes before its cause" : "a letter is out of order";
}

WildProgram programOf(std::uint64_t seed) {
    kernel::WorldOptions options{.seed = seed, .limits = {}};
    options.policy = seed % 2 == 0 ? kernel::Policy::kRounds : kernel::Policy::kRandom;
    options.batch = static_cast<std::uint32_t>(1 + seed % 5);
    return {.options = options};
}

WildProgram faultyProgramOf(std::uint64_t seed) {
    WildProgram program = programOf(seed);
    program.options.faults = manyFaults();
    return program;
}

RunResult runWild(const WildProgram& program, RecordingSink& sink) {
    kernel::World world{program.options, &sink};
    begin(world, program.root(), "wild");
    return finish(world, program.rounds, &sink);
}
RunResult runWild(const WildProgram& program) {
    RecordingSink sink;
    return runWild(program, sink);
}

/// Type indices number first uses, which differ between worlds; the rest must be equal.
WorldImage withoutTypeNumbers(WorldImage image, const TypeTable& types) {
    const auto name = [&](MessageImage& message) {
        message.type.value = static_cast<std::uint32_t>(types.at(message.type).hash);
    };
    for (CellImage& cell : image.cells)
        for (auto* lane : {&cell.control, &cell.mailbox, &cell.stash})
            for (MessageImage& message : *lane) name(message);
    for (TimerImage& timer : image.timers) name(timer.message);
    return image;
}

}  // namespace

class TestRandomPrograms : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyChannelKeepsItsOrder() {
        std::uint64_t delivered = 0;
        const auto postOf = [](std::uint64_t seed) {
            return Post{.options = programOf(seed).options, .causal = false};
        };
        ARIADNE_HOLDS(20, postOf,
                      [&](const Post& post) { return lettersComeInOrder(post, delivered); });
        QVERIFY(delivered > 1000);
    }

    void inRoundsNoMessageComesBeforeItsCause() {
        std::uint64_t delivered = 0;
        const auto postOf = [](std::uint64_t seed) {
            return Post{.options = inRounds(seed, static_cast<std::uint32_t>(1 + seed % 7))};
        };
        ARIADNE_HOLDS(30, postOf,
                      [&](const Post& post) { return lettersComeInOrder(post, delivered); });
    }

    void theCausalityCheckCanFail() {
        // In the random policy channels overtake each other: some seed must show it, and three who
        // write to each other are enough.
        std::uint64_t delivered = 0;
        const auto postOf = [](std::uint64_t seed) { return Post{.options = inAnyOrder(seed)}; };
        const std::string wrong = refute(
            20, postOf, [&](const Post& post) { return lettersComeInOrder(post, delivered); });
        QVERIFY2(wrong.starts_with("seed ") &&
                     wrong.find(", 2 children, energy ") != std::string::npos &&
                     wrong.ends_with(": a letter comes before its cause"),
                 wrong.c_str());
    }

    void wildProgramsReachEveryKindOfEvent() {
        std::set<EventKind> seen;
        std::size_t alive = 0;
        for (std::uint64_t seed = 0; seed < 24; ++seed) {
            RecordingSink sink;
            const WildProgram program = programOf(seed);
            kernel::World world{program.options, &sink};
            begin(world, program.root(), "wild");
            finish(world, program.rounds, &sink);
            alive += world.aliveCount();
            for (const RecordedRow& kept : sink.rows()) seen.insert(kept.row.kind);
        }
        // The kinds of regions: tests/region/tst_region_programs.cpp.
        for (unsigned kind = 1; kind < static_cast<unsigned>(EventKind::kRegion); ++kind)
            QVERIFY2(seen.contains(static_cast<EventKind>(kind)),
                     std::string{nameOf(static_cast<EventKind>(kind))}.c_str());
        QVERIFY(alive > 50);
    }

    void theSameSeedGivesTheSameRun() {
        ARIADNE_HOLDS(16, programOf, [](const WildProgram& program) {
            return differing(runWild(program), runWild(program));
        });
    }

    void anotherSeedGivesAnotherRun() {
        std::set<std::uint64_t> digests;
        for (std::uint64_t seed = 0; seed < 16; ++seed)
            digests.insert(runWild(programOf(seed)).digest.events());
        QCOMPARE(digests.size(), std::size_t{16});
    }

    void addressesDoNotMatter() {
        // The second run finds a heap in another shape, and full of another byte.
        ARIADNE_HOLDS(8, programOf, [](const WildProgram& program) {
            const RunResult expected = runWild(program);
            std::vector<std::unique_ptr<char[]>> holes;
            for (std::size_t i = 0; i < 3000; ++i) {
                holes.push_back(std::make_unique<char[]>(16 + i % 700));
                std::fill_n(holes.back().get(), 16 + i % 700, '\xA5');
            }
            for (std::size_t i = 0; i < holes.size(); i += 2) holes[i].reset();
            return differing(runWild(program), expected);
        });
    }

    void whoWatchesChangesNothing() {
        ARIADNE_HOLDS(16, programOf, [](const WildProgram& program) {
            const RunResult watched = runWild(program);
            kernel::World world{program.options};
            world.keepBirths();
            begin(world, program.root(), "wild");
            RunResult alone = finish(world, program.rounds, nullptr);
            alone.digest = watched.digest;
            return differing(alone, watched);
        });
    }

    void takingSnapshotsChangesNothing() {
        ARIADNE_HOLDS(6, programOf, [](const WildProgram& program) -> Wrong {
            RecordingSink sink;
            sink.snapshotEveryRound = true;
            const RunResult result = runWild(program, sink);
            if (sink.snapshots.empty()) return "no snapshot was taken";
            return differing(result, runWild(program));
        });
    }

    // At a few rounds of large programs; at every round of small ones: tst_laws.
    void snapshotsGoOnAsTheOriginal() {
        ARIADNE_HOLDS(20, programOf, [](const WildProgram& program) -> Wrong {
            const RunResult expected = runWild(program);
            RecordingSink sink;
            kernel::World world{program.options, &sink};
            begin(world, program.root(), "wild");
            std::uint64_t stride = 1;
            while (world.outcome() == Outcome::kRunning && world.round().value < program.rounds) {
                const WorldImage image = world.image();
                RecordingSink rest{sink.digest()};
                kernel::World restored{program.options, &rest};
                const absl::Status status =
                    restored.restore(image, world.births(), world.types(), cellTypesHere());
                const std::string where = "from round " + std::to_string(image.round.value) + ": ";
                if (!status.ok()) return where + status.ToString();
                if (!(withoutTypeNumbers(restored.image(), restored.types()) ==
                      withoutTypeNumbers(image, world.types())))
                    return where + "its image is another";
                const RunResult result = finish(restored, program.rounds, &rest);
                if (!(result == expected)) return where + *differing(result, expected);
                stride += 1 + stride / 4;
                for (std::uint64_t n = 0; n < stride && world.step(); ++n) {
                }
            }
            return std::nullopt;
        });
    }

    void everyRecordedChangeLeadsToTheNextState() {
        const auto changesLead = [](const WildProgram& program) -> Wrong {
            RecordingSink sink;
            kernel::World world{program.options, &sink};
            begin(world, program.root(), "wild");
            finish(world, program.rounds, &sink);
            std::map<std::uint32_t, value::StateValue> states;
            for (const RecordedRow& kept : sink.rows()) {
                const std::uint32_t cell = kept.row.cell.value;
                if (kept.row.kind == EventKind::kSpawn)
                    states[cell] =
                        *value::StateValue::decode(sink.types(), kept.row.type, kept.payload);
                if (kept.row.kind == EventKind::kDeliver &&
                    !states[cell].apply(sink.types(), kept.change).ok())
                    return "a change cannot be applied: " + kept.line;
            }
            for (const CellImage& cell : world.image().cells)
                if (states[cell.rank.value].encode() != cell.state)
                    return sink.pathOf(cell.rank) + " has another state than its changes say";
            return std::nullopt;
        };
        ARIADNE_HOLDS(8, programOf, changesLead);
        ARIADNE_HOLDS(8, faultyProgramOf, changesLead);
    }
};

QTEST_GUILESS_MAIN(TestRandomPrograms)
#include "tst_random_programs.moc"
