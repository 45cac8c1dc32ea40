// What must hold for every program, tried on programs made at random. A failure names its seed.
#include "tests/kernel/support/random_programs.h"

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
    std::vector<CellRef> all;
    std::map<Link, std::uint64_t> known;
    std::map<std::uint64_t, std::uint64_t> got;

    void on(Context& cx, const Start&);
    void on(Context& cx, const Meet& m) {
        all = m.all;
        all.push_back(cx.parent());
        write(cx, 7);
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
    void write(Context& cx, std::int64_t energy);
};
BOOST_DESCRIBE_STRUCT(Courier, (), (causal, all, known, got))
ARIADNE_ACTOR(Courier, Start, Meet, Letter)

void Courier::on(Context& cx, const Start&) {
    if (!all.empty()) return;  // a child
    for (int i = 0; i < 4; ++i)
        all.push_back(cx.spawn<Courier>("c", Courier{causal, {cx.self()}, {}, {}}));
    for (const CellRef& to : all) cx.send(Ref<Courier>{to}, Meet{all});
    all.push_back(cx.self());
}

void Courier::write(Context& cx, std::int64_t energy) {
    for (std::uint64_t n = energy > 0 ? cx.random().below(4) : 0; n > 0; --n) {
        const CellRef to = all[cx.random().below(all.size())];
        ++known[{cx.self().key.value, to.key.value}];
        cx.send(Ref<Courier>{to}, Letter{known, energy - 1});
    }
}

constexpr std::uint64_t kRoundsMax = 400;

struct RunResult {
    std::string verdict;
    EventDigest digest;
    std::uint64_t state = 0;
    std::uint64_t position = 0;
    std::int64_t time = 0;
    bool operator==(const RunResult&) const = default;
};

kernel::WorldOptions optionsOf(std::uint64_t seed) {
    kernel::WorldOptions options{.seed = seed, .limits = {}};
    options.policy = seed % 2 == 0 ? kernel::Policy::kRounds : kernel::Policy::kRandom;
    options.batch = static_cast<std::uint32_t>(1 + seed % 5);
    return options;
}

/// Runs on to a fixed round; what is left then is part of the result.
RunResult finish(kernel::World& world, const RecordingSink* sink) {
    // In steps, for a round may be spent on nothing but the quiescent end.
    while (world.round().value < kRoundsMax && world.step()) {
    }
    world.end(Outcome::kUntil, "long enough");
    return {verdictOf(world), sink == nullptr ? EventDigest{} : sink->digest(),
            world.image().stateDigest, world.position().value, world.now().value};
}

RunResult runWild(std::uint64_t seed) {
    RecordingSink sink;
    kernel::World world{optionsOf(seed), &sink};
    begin(world, wildRoot(), "wild");
    return finish(world, &sink);
}

std::string seedText(std::uint64_t seed) {
    return "seed " + std::to_string(seed);
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
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
            kernel::World world{optionsOf(seed)};
            begin(world, Courier{false, {}, {}, {}});
            world.runUntil(kForever, 3000);
            QVERIFY2(world.failures() == 0, seedText(seed).c_str());
            delivered += world.deliveredCount();
        }
        QVERIFY(delivered > 1000);
    }

    void inRoundsNoMessageComesBeforeItsCause() {
        for (std::uint64_t seed = 0; seed < 30; ++seed) {
            kernel::World world{inRounds(seed, static_cast<std::uint32_t>(1 + seed % 7))};
            begin(world, Courier{});
            world.runUntil(kForever, 3000);
            QVERIFY2(world.failures() == 0, seedText(seed).c_str());
        }
    }

    void theCausalityCheckCanFail() {
        // In the random policy channels overtake each other: some seed must show it.
        std::uint64_t failures = 0;
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
            kernel::World world{inAnyOrder(seed)};
            begin(world, Courier{});
            world.runUntil(kForever, 3000);
            failures += world.failures();
        }
        QVERIFY(failures > 0);
    }

    void wildProgramsReachEveryKindOfEvent() {
        std::set<EventKind> seen;
        std::size_t alive = 0;
        for (std::uint64_t seed = 0; seed < 24; ++seed) {
            RecordingSink sink;
            kernel::World world{optionsOf(seed), &sink};
            begin(world, wildRoot(), "wild");
            finish(world, &sink);
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
        for (std::uint64_t seed = 0; seed < 16; ++seed)
            QVERIFY2(runWild(seed) == runWild(seed), seedText(seed).c_str());
    }

    void anotherSeedGivesAnotherRun() {
        std::set<std::uint64_t> digests;
        for (std::uint64_t seed = 0; seed < 16; ++seed)
            digests.insert(runWild(seed).digest.events());
        QCOMPARE(digests.size(), std::size_t{16});
    }

    void addressesDoNotMatter() {
        // The second run finds a heap in another shape, and full of another byte.
        for (std::uint64_t seed = 0; seed < 8; ++seed) {
            const RunResult expected = runWild(seed);
            std::vector<std::unique_ptr<char[]>> holes;
            for (std::size_t i = 0; i < 3000; ++i) {
                holes.push_back(std::make_unique<char[]>(16 + i % 700));
                std::fill_n(holes.back().get(), 16 + i % 700, '\xA5');
            }
            for (std::size_t i = 0; i < holes.size(); i += 2) holes[i].reset();
            QVERIFY2(runWild(seed) == expected, seedText(seed).c_str());
        }
    }

    void whoWatchesChangesNothing() {
        for (std::uint64_t seed = 0; seed < 16; ++seed) {
            const RunResult watched = runWild(seed);
            kernel::World world{optionsOf(seed)};
            world.keepBirths();
            begin(world, wildRoot(), "wild");
            RunResult alone = finish(world, nullptr);
            alone.digest = watched.digest;
            QVERIFY2(alone == watched, seedText(seed).c_str());
        }
    }

    void takingSnapshotsChangesNothing() {
        for (std::uint64_t seed = 0; seed < 6; ++seed) {
            RecordingSink sink;
            sink.snapshotEveryRound = true;
            kernel::World world{optionsOf(seed), &sink};
            begin(world, wildRoot(), "wild");
            QVERIFY2(finish(world, &sink) == runWild(seed), seedText(seed).c_str());
            QVERIFY(sink.snapshots.size() > 3);
        }
    }

    void everySnapshotGoesOnAsTheOriginal() {
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
            const RunResult expected = runWild(seed);
            RecordingSink sink;
            kernel::World world{optionsOf(seed), &sink};
            begin(world, wildRoot(), "wild");
            std::uint64_t stride = 1;
            while (world.outcome() == Outcome::kRunning && world.round().value < kRoundsMax) {
                const WorldImage image = world.image();
                RecordingSink rest{sink.digest()};
                kernel::World restored{optionsOf(seed), &rest};
                const absl::Status status =
                    restored.restore(image, world.births(), world.types(), cellTypesHere());
                const std::string where = seedText(seed) + ", round " +
                                          std::to_string(image.round.value) + " " +
                                          status.ToString();
                QVERIFY2(status.ok(), where.c_str());
                QVERIFY2(withoutTypeNumbers(restored.image(), restored.types()) ==
                             withoutTypeNumbers(image, world.types()),
                         where.c_str());
                const RunResult result = finish(restored, &rest);
                QVERIFY2(result == expected, (where + ": " + result.verdict).c_str());
                stride += 1 + stride / 4;
                for (std::uint64_t n = 0; n < stride && world.step(); ++n) {
                }
            }
        }
    }

    void everyRecordedChangeLeadsToTheNextState() {
        for (std::uint64_t seed = 0; seed < 8; ++seed) {
            RecordingSink sink;
            kernel::World world{optionsOf(seed), &sink};
            begin(world, wildRoot(), "wild");
            finish(world, &sink);
            std::map<std::uint32_t, value::StateValue> states;
            for (const RecordedRow& kept : sink.rows()) {
                const std::uint32_t cell = kept.row.cell.value;
                if (kept.row.kind == EventKind::kSpawn)
                    states[cell] =
                        *value::StateValue::decode(sink.types(), kept.row.type, kept.payload);
                if (kept.row.kind == EventKind::kDeliver)
                    QVERIFY2(states[cell].apply(sink.types(), kept.change).ok(),
                             seedText(seed).c_str());
            }
            for (const CellImage& cell : world.image().cells)
                QVERIFY2(states[cell.rank.value].encode() == cell.state, seedText(seed).c_str());
        }
    }
};

QTEST_GUILESS_MAIN(TestRandomPrograms)
#include "tst_random_programs.moc"
