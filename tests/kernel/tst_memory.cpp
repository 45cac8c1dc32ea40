// What cells take is counted, limited, and the same everywhere.
#include "engine/ariadne.h"
#include "engine/value/encoded_footprint.h"
#include "tests/kernel/support/recording_sink.h"
#include "tests/support/root.h"

#include <memory_resource>

using namespace ariadne;
using namespace ariadne::tests;

namespace memory_lab {

enum class Do : std::uint8_t { kKeep, kDrop, kUse, kUseAndCatch, kStop, kFail };
BOOST_DESCRIBE_ENUM(Do, kKeep, kDrop, kUse, kUseAndCatch, kStop, kFail)

struct Order {
    Do what = Do::kKeep;
    std::uint64_t key = 0;
    std::uint64_t bytes = 0;
};
BOOST_DESCRIBE_STRUCT(Order, (), (what, key, bytes))

/// Keeps texts, or uses memory for the length of a turn.
struct Hoarder {
    OrderedMap<std::uint64_t, std::string> shelf;
    Text log;

    void on(Context& cx, const Order& m) {
        cx.log("order");
        if (m.what != Do::kDrop) cx.send(cx.self<Hoarder>(), Order{Do::kDrop, 999, 0});
        switch (m.what) {
            case Do::kKeep: shelf[m.key] = std::string(m.bytes, 'x'); break;
            case Do::kDrop: shelf.erase(m.key); break;
            case Do::kUse: {
                const std::pmr::vector<char> used(m.bytes, 'x', &cx.memory());
                break;
            }
            case Do::kUseAndCatch:
                try {
                    const std::pmr::vector<char> used(m.bytes, 'x', &cx.memory());
                } catch (const std::exception&) {
                }
                break;
            case Do::kStop:
                shelf[m.key] = std::string(m.bytes, 'x');
                cx.stop("enough");
                break;
            case Do::kFail: (void)cx.memory().allocate(m.bytes); cx.fail("as told");
        }
    }
};
BOOST_DESCRIBE_STRUCT(Hoarder, (), (shelf, log))
ARIADNE_ACTOR(Hoarder, Order)

/// Takes the same whatever it does.
struct Rock {
    std::uint64_t weight = 0;
    void on(Context&, const Order& m) { weight += m.bytes; }
};
BOOST_DESCRIBE_STRUCT(Rock, (), (weight))
ARIADNE_ACTOR(Rock, Order)

/// Gives orders as it was told, one per round, to one child.
struct Master {
    std::vector<Order> orders;
    std::uint64_t bytesMax = 0;
    bool ofRock = false;
    CellRef child;

    void on(Context& cx, const Start&) {
        const RegionRef region = cx.openRegion(
            "r",
            {.strategy = Strategy::kOneForOne, .intensity = 1000, .backoff = {}, .budget = {}});
        if (ofRock)
            child = cx.spawnIn<Rock>(region, "rock", {}, {}, {}, memory(bytesMax));
        else
            child = cx.spawnIn<Hoarder>(region, "hoarder", {}, {}, {}, memory(bytesMax));
        for (const Order& order : orders) {
            if (ofRock)
                cx.send(Ref<Rock>{child}, order);
            else
                cx.send(Ref<Hoarder>{child}, order);
        }
    }
};
BOOST_DESCRIBE_STRUCT(Master, (), (orders, bytesMax, ofRock, child))
ARIADNE_ACTOR(Master, Start)

/// Moves what it made in scratch memory to where it may stay, and the other way.
struct Mover {
    bool stayed = false;
    bool went = false;
    void on(Context& cx, const Order& m) {
        const std::pmr::vector<char> wanted(m.bytes, 'x', std::pmr::new_delete_resource());
        std::pmr::vector<char> scratch(wanted, &cx.memory());
        std::pmr::vector<char> heap(std::pmr::new_delete_resource());
        const char* before = scratch.data();
        heap = std::move(scratch);
        stayed = heap.data() != before && heap == wanted;
        std::pmr::vector<char> again(&cx.memory());
        before = heap.data();
        again = std::move(heap);
        went = again.data() != before && again == wanted;
    }
};
BOOST_DESCRIBE_STRUCT(Mover, (), (stayed, went))
ARIADNE_ACTOR(Mover, Order)

struct Tick {};
BOOST_DESCRIBE_STRUCT(Tick, (), ())

/// Hoarders at work, all over again, many of them beyond their means.
struct Market {
    std::uint64_t ticks = 0;
    Vector<CellRef> hoarders;

    void on(Context& cx, const Start&) {
        const RegionRef region =
            cx.openRegion("r", {.strategy = Strategy::kOneForOne,
                                .intensity = 1'000'000,
                                .backoff = {.base = Duration{2}, .cap = Duration{9}},
                                .budget = {}});
        for (std::uint64_t i = 0; i < 90; ++i)
            hoarders.push_back(cx.spawnIn<Hoarder>(region, "h", {}, {}, {},
                                                   memory(i % 3 == 0 ? 0 : 300 + 20 * i)));
        cx.every(Duration{3}, Tick{});
    }
    void on(Context& cx, const Tick&) {
        ++ticks;
        for (const CellRef& hoarder : hoarders) {
            Order order;
            order.what = static_cast<Do>(cx.random().below(8) < 6 ? 0 : 1 + cx.random().below(3));
            order.key = cx.random().below(20);
            order.bytes = cx.random().below(200);
            cx.send(Ref<Hoarder>{hoarder}, order);
        }
    }
};
BOOST_DESCRIBE_STRUCT(Market, (), (ticks, hoarders))
ARIADNE_ACTOR(Market, Start, Tick)

}  // namespace memory_lab

namespace {

using namespace memory_lab;

constexpr std::uint64_t kHoarder = 24 + 24;             ///< an empty one
constexpr std::uint64_t kEntry = 32 + 8 + 24;           ///< on its shelf, without the text
constexpr std::uint64_t kAll = ~std::uint64_t{0} >> 1;  ///< more than anybody needs

/// A master and its child, run to the end.
struct Lab {
    explicit Lab(Master master, std::uint64_t cellBytesMax = 0)
        : world({.limits = {.cellBytesMax = cellBytesMax}}, &sink) {
        begin(world, std::move(master));
        world.runUntil(kForever, 10'000);
    }
    std::string failures() const { return sink.lines({EventKind::kFail}); }
    std::uint64_t childBytes() const {
        return world.footprintOf(kernel::childKey(kernel::childKey({}, 1), 1))->state;
    }

    RecordingSink sink;
    kernel::World world;
};

Master ordering(std::vector<Order> orders, std::uint64_t bytesMax = 0) {
    return {.orders = std::move(orders), .bytesMax = bytesMax, .ofRock = false, .child = {}};
}
std::string holding(std::string_view limit, std::uint64_t most, std::uint64_t found) {
    const bool own = limit == "memory";
    return "fail r/hoarder limit: limit " + std::string{limit} + " (" + std::to_string(most) +
           ") reached: memory_lab::Hoarder (cell 3) holds " + std::to_string(found) +
           " bytes after this turn; keep less, or " +
           (own ? "spawn it with more memory()" : "raise the limit");
}

/// Of a market: digests and figures at the end of every so many rounds.
struct Mark {
    std::uint64_t position = 0;
    std::uint64_t failures = 0;
    std::uint64_t state = 0;
    std::vector<std::uint64_t> bytes;
    bool operator==(const Mark&) const = default;
};

Mark markOf(kernel::World& world) {
    const WorldImage image = world.image();
    Mark out{image.position.value, image.failures, image.stateDigest, {}};
    for (const CellImage& cell : image.cells) {
        const auto footprint = world.footprintOf(world.births()[cell.rank.value].key);
        out.bytes.push_back(footprint->state);
        out.bytes.push_back(footprint->waiting);
    }
    return out;
}

constexpr std::uint64_t kMarketRounds = 400;
constexpr std::uint64_t kRoundsPerMark = 20;

kernel::WorldOptions marketOptions() {
    return {.seed = 11, .batch = 3, .limits = {.cellBytesMax = 1200}};
}

std::vector<Mark> marksOf(kernel::World& world) {
    std::vector<Mark> out;
    while (world.round().value < kMarketRounds && world.step())
        if (world.round().value % kRoundsPerMark == 0) out.push_back(markOf(world));
    return out;
}

}  // namespace

class TestMemory : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aTurnThatLeavesTooMuchFailsByName() {
        const std::uint64_t most = kHoarder + 2 * kEntry + 30;
        Lab lab{ordering({{Do::kKeep, 1, 20}, {Do::kKeep, 2, 10}, {Do::kKeep, 3, 0}}, most)};
        // The second fills it to the last byte, the third is one entry too much.
        QCOMPARE(lab.failures(), holding("memory", most, most + kEntry));
        // What it asked for is undone, but for its log line: of what three orders would have sent
        // two came.
        QCOMPARE(lab.sink.count(EventKind::kLog), std::size_t{3 + 2});
        std::size_t sentByItself = 0;
        for (const RecordedRow& kept : lab.sink.rows())
            sentByItself += kept.row.kind == EventKind::kSend && kept.row.cell == kept.row.peer;
        QCOMPARE(sentByItself, std::size_t{2});
    }

    void whoIsRestartedBeginsWithNothingAndIsLimitedAgain() {
        const std::uint64_t most = kHoarder + kEntry + 30;
        Lab lab{ordering({{Do::kKeep, 1, 30},
                          {Do::kKeep, 2, 1},
                          {Do::kKeep, 3, 30},
                          {Do::kKeep, 4, 2},
                          {Do::kKeep, 5, 7}},
                         most)};
        QCOMPARE(lab.failures(), holding("memory", most, most + kEntry + 1) + "\n" +
                                     holding("memory", most, most + kEntry + 2));
        QCOMPARE(lab.sink.count(EventKind::kRestart), std::size_t{2});
        QCOMPARE(lab.childBytes(), kHoarder + kEntry + 7);
    }

    /// Or a container would keep what is gone after the turn.
    void scratchMemoryIsNoOtherMemory() {
        kernel::World world{{.limits = {}}};
        const kernel::CellType& type = cellTypeOf<Mover>();
        void* storage = new (kernel::allocateState(*type.state)) Mover;
        world.start(type, storage, "mover", world.pool().make(Order{Do::kKeep, 0, 100}));
        world.runUntil({1}, 10);
        QVERIFY(static_cast<const Mover*>(storage)->stayed);
        QVERIFY(static_cast<const Mover*>(storage)->went);
    }

    void theLowerOfTwoLimitsHolds() {
        const std::vector<Order> orders{{Do::kKeep, 1, 500}};
        const std::uint64_t found = kHoarder + kEntry + 500;
        QCOMPARE(Lab(ordering(orders), found).failures(), std::string{});
        QCOMPARE(Lab(ordering(orders), 400).failures(), holding("cellBytesMax", 400, found));
        QCOMPARE(Lab(ordering(orders, kAll), 400).failures(), holding("cellBytesMax", 400, found));
        QCOMPARE(Lab(ordering(orders, 300), 400).failures(), holding("memory", 300, found));
        QCOMPARE(Lab(ordering(orders, 400), kAll).failures(), holding("memory", 400, found));
        QCOMPARE(Lab(ordering(orders)).failures(), std::string{});
    }

    void aStateOfFixedSizeIsTooLargeAtOnceOrNever() {
        Master master = ordering({{Do::kKeep, 1, 9}}, 8);
        master.ofRock = true;
        QCOMPARE(Lab(master).failures(), std::string{});
        master.bytesMax = 7;
        QCOMPARE(Lab(master).failures(),
                 std::string{"fail r/rock limit: limit memory (7) reached: memory_lab::Rock (cell "
                             "3) holds 8 bytes after this turn; keep less, or spawn it with more "
                             "memory()"});
    }

    void whoStopsIsNotMeasured() {
        Lab lab{ordering({{Do::kStop, 1, 5000}}, 100)};
        QCOMPARE(lab.failures(), std::string{});
        QCOMPARE(lab.sink.lines({EventKind::kStop}), std::string{"stop r/hoarder stopped: enough"});
    }

    void scratchCountsWithTheStateWhileTheTurnRuns_data() {
        QTest::addColumn<bool>("caught");
        QTest::newRow("not caught") << false;
        QTest::newRow("caught") << true;
    }
    void scratchCountsWithTheStateWhileTheTurnRuns() {
        QFETCH(const bool, caught);
        const Do use = caught ? Do::kUseAndCatch : Do::kUse;
        const std::uint64_t most = kHoarder + kEntry + 1000;
        // Each turn has all that the state leaves: what the turn before used is back.
        Lab fits{ordering({{use, 0, most - kHoarder},
                           {use, 0, most - kHoarder},
                           {Do::kKeep, 1, 600},
                           {use, 0, 400}},
                          most)};
        QCOMPARE(fits.failures(), std::string{});
        Lab lab{ordering({{Do::kKeep, 1, 600}, {use, 0, 401}, {use, 0, most - kHoarder}}, most)};
        QCOMPARE(lab.failures(),
                 std::string{"fail r/hoarder limit: limit memory (1112) reached: "
                             "memory_lab::Hoarder (cell 3) asks for 401 bytes of scratch memory, "
                             "and of the 400 besides its state fewer are left; use less in one "
                             "turn, or spawn it with more memory()"});
    }

    void scratchHasNoBoundWithoutALimit() {
        Lab lab{ordering({{Do::kUse, 0, 1 << 20},
                          {Do::kUse, 0, 5 << 20},
                          {Do::kFail, 0, 100},
                          {Do::kUse, 0, 3},
                          {Do::kKeep, 1, 1}})};
        QCOMPARE(lab.failures(), std::string{"fail r/hoarder failed: as told"});
        QCOMPARE(lab.childBytes(), kHoarder + kEntry + 1);
    }

    void aFootprintIsOfWhatIsThere() {
        Lab lab{ordering({{Do::kKeep, 1, 10}, {Do::kKeep, 2, 20}})};
        const CellKey root = kernel::childKey({}, 1);
        const auto footprint = lab.world.footprintOf(kernel::childKey(root, 1));
        QVERIFY(footprint.has_value());
        QCOMPARE(footprint->state, kHoarder + 2 * kEntry + 30);
        QCOMPARE(footprint->waiting, std::uint64_t{0});
        QVERIFY(footprint->engine > 100 && footprint->engine < 2048);
        QVERIFY(!lab.world.footprintOf({12345}).has_value());

        RecordingSink sink;
        kernel::World waiting{{.limits = {}}, &sink};
        begin(waiting, ordering({{Do::kKeep, 1, 10}, {Do::kKeep, 2, 20}}));
        waiting.step();
        // Two orders of 8 + 8 + 8 bytes wait; the child takes no Start.
        QCOMPARE(waiting.footprintOf(kernel::childKey(root, 1))->waiting,
                 std::uint64_t{2 * (64 + 24)});
    }

    void theSameFiguresOnAnyThreadsAndAfterAnyRestore() {
        RecordingSink sink;
        kernel::World first{marketOptions(), &sink};
        begin(first, Market{});
        std::vector<WorldImage> images;
        std::vector<Mark> marks;
        while (first.round().value < kMarketRounds && first.step()) {
            if (first.round().value % kRoundsPerMark != 0) continue;
            marks.push_back(markOf(first));
            images.push_back(first.image());
        }
        QVERIFY(marks.size() == kMarketRounds / kRoundsPerMark);
        QVERIFY2(first.failures() > 100, std::to_string(first.failures()).c_str());
        const std::string failures = sink.lines({EventKind::kFail});
        for (const char* said : {"limit memory (", "limit cellBytesMax (", "scratch memory"})
            QVERIFY2(failures.find(said) != std::string::npos, said);
        // The encoding says the same as the account.
        for (const CellImage& cell : images.back().cells) {
            const CellBirth& birth = first.births()[cell.rank.value];
            QCOMPARE(value::encodedFootprint(first.types(), birth.type, cell.state),
                     std::optional{first.footprintOf(birth.key)->state});
        }
        for (const std::uint32_t threads : {1u, 2u, 3u, 8u}) {
            kernel::World world{marketOptions()};
            world.keepBirths();
            world.useThreads({.count = threads, .inlineBelow = 0, .cellsPerPart = 5});
            begin(world, Market{});
            QVERIFY2(marksOf(world) == marks, std::to_string(threads).c_str());
        }
        for (std::size_t i = 0; i < images.size(); i += 3) {
            kernel::World world{marketOptions()};
            world.keepBirths();
            const absl::Status restored =
                world.restore(images[i], first.births(), first.types(), cellTypesHere());
            QVERIFY2(restored.ok(), restored.ToString().c_str());
            QVERIFY(markOf(world) == marks[i]);
            const std::vector<Mark> later = marksOf(world);
            QVERIFY2(std::equal(later.begin(), later.end(),
                                marks.begin() + static_cast<std::ptrdiff_t>(i) + 1, marks.end()),
                     std::to_string(i).c_str());
        }
    }
};

QTEST_GUILESS_MAIN(TestMemory)
#include "tst_memory.moc"
