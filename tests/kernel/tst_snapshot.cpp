// A snapshot that contradicts itself is answered, never obeyed.
#include "tests/kernel/support/random_programs.h"

#include <random>

using namespace ariadne;
using namespace ariadne::tests;

namespace {

/// A snapshot with everything in it: stashes, asks, timers, watchers, bounded mailboxes, the dead.
struct Taken {
    WorldImage image;
    std::vector<CellBirth> births;
    TypeTable types;
};

kernel::WorldOptions kOptions() {
    return inRounds(4, 2);
}

const Taken& taken() {
    static const Taken kTaken = [] {
        for (std::uint64_t seed = 0;; ++seed) {
            kernel::WorldOptions options = kOptions();
            options.seed = seed;
            RecordingSink sink;
            kernel::World world{options, &sink};
            begin(world, wildRoot(), "wild");
            for (int round = 0; round < 60 && world.step(); ++round) {
                const WorldImage image = world.image();
                bool stash = false, control = false, watchers = false, asks = false, mail = false;
                for (const CellImage& cell : image.cells) {
                    stash |= !cell.stash.empty();
                    control |= !cell.control.empty();
                    watchers |= !cell.watchers.empty();
                    asks |= !cell.pendingAsks.empty();
                    mail |= !cell.mailbox.empty();
                }
                if (stash && watchers && asks && mail && control && image.timers.size() > 2 &&
                    image.cells.size() > 3 && image.cells.size() < image.births)
                    return Taken{image, world.births(), world.types()};
            }
        }
    }();
    return kTaken;
}

/// Restores and, when that went well, runs on: whatever it was, the process must live.
absl::Status tryOut(const Taken& what, std::uint64_t rounds = 30) {
    kernel::WorldOptions options = kOptions();
    options.limits.eventsMax = what.image.position.value + 20'000;
    kernel::World world{options};
    world.keepBirths();
    const absl::Status status = world.restore(what.image, what.births, what.types, cellTypesHere());
    if (status.ok()) {
        world.runUntil(kForever, rounds);
        (void)world.image();
    }
    return status;
}

CellImage& cellWith(Taken& t, auto has) {
    for (CellImage& cell : t.image.cells)
        if (has(cell)) return cell;
    std::abort();
}

using Damage = void (*)(Taken&);

}  // namespace

Q_DECLARE_METATYPE(Damage)

class TestSnapshot : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theUndamagedOneIsRestored() { QVERIFY(tryOut(taken()).ok()); }

    void aWorldNobodyWatchesCanBeTakenToo() {
        parts().clear();
        parts()["lab"] = [](Context& cx, Player& me, const Say& m) {
            if (m.word == "start") cx.ask(cast(cx, "a"), Say{"?"}, within(1s));
            if (m.word != "start" && ++me.count < 20) cx.after(1ms, Say{"again"});
            if (me.count == 3) cx.spawn<Player>("b", as("b"));
            if (me.count == 20) cx.stop("done");
        };
        parts()["a"] = [](Context& cx, Player&, const Say& m) {
            if (m.word == "?") cx.reply(Say{"answer"}), cx.stop("a is done");
        };
        kernel::World world{inRounds(4, 2)};
        world.keepBirths();
        begin(world, as("lab"));
        world.runUntil(kForever, 8);
        QCOMPARE(world.outcome(), Outcome::kRunning);
        kernel::World restored{inRounds(4, 2)};
        restored.keepBirths();
        const absl::Status status =
            restored.restore(world.image(), world.births(), world.types(), cellTypesHere());
        QVERIFY2(status.ok(), status.ToString().c_str());
        world.runUntil(kForever, 1000);
        restored.runUntil(kForever, 1000);
        QCOMPARE(verdictOf(restored), std::string{"completed: done"});
        QCOMPARE(restored.position(), world.position());
        QCOMPARE(restored.image().stateDigest, world.image().stateDigest);
    }

    void contradictionsAreNamed_data() {
        QTest::addColumn<Damage>("damage");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, Damage damage, const char* says) {
            QTest::newRow(name) << damage << QString::fromUtf8(says);
        };
        row(
            "more births than listed", [](Taken& t) { t.image.births = 100'000; },
            "counts more births");
        row(
            "fewer births than cells", [](Taken& t) { t.image.births = 1; }, "was never born");
        row(
            "a parent younger than its child", [](Taken& t) { t.births[2].parent = {5}; },
            "birth 2");
        row(
            "two roots", [](Taken& t) { t.births[2].parent = kOutside; }, "birth 2");
        row(
            "no root", [](Taken& t) { t.births[1].parent = {1}; }, "birth 1");
        row(
            "two cells of one key", [](Taken& t) { t.births[2].key = t.births[1].key; }, "birth 2");
        row(
            "a cell that is nobody", [](Taken& t) { t.births[2].key = {}; }, "birth 2");
        row(
            "a rank out of place", [](Taken& t) { t.births[2].rank = {3}; }, "birth 2");
        row(
            "a cell twice", [](Taken& t) { t.image.cells.push_back(t.image.cells.back()); },
            "order of birth");
        row(
            "cells out of order", [](Taken& t) { std::swap(t.image.cells[1], t.image.cells[2]); },
            "order of birth");
        row(
            "the outside as a cell", [](Taken& t) { t.image.cells[0].rank = kOutside; },
            "order of birth");
        row(
            "a cell that was never born", [](Taken& t) { t.image.cells.back().rank = {9999}; },
            "never born");
        row(
            "children without their parent",
            [](Taken& t) { t.image.cells.erase(t.image.cells.begin()); }, "outlives its parent");
        row(
            "a behaviour there is not", [](Taken& t) { t.image.cells[0].behaviour = 7; },
            "behaviour");
        row(
            "a mailbox policy there is not",
            [](Taken& t) { t.image.cells[0].onFull = static_cast<OnFull>(9); }, "mailbox policy");
        row(
            "a state cut off", [](Taken& t) { t.image.cells[0].state.pop_back(); },
            "state that is no");
        row(
            "a message cut off",
            [](Taken& t) {
                cellWith(t, [](auto& c) { return !c.stash.empty(); }).stash[0].payload.clear();
            },
            "a waiting message is no");
        row(
            "a message from a cell that was never born",
            [](Taken& t) {
                cellWith(t, [](auto& c) { return !c.mailbox.empty(); }).mailbox[0].sender = {
                    77'777};
            },
            "never born");
        row(
            "an ask of a cell that was never born",
            [](Taken& t) {
                cellWith(t, [](auto& c) { return !c.mailbox.empty(); }).mailbox[0].asker = {77'777};
            },
            "never born");
        row(
            "a watcher that was never born",
            [](Taken& t) { t.image.cells[0].watchers = {{77'777}}; }, "never born");
        row(
            "an ask without its timeout",
            [](Taken& t) {
                std::erase_if(t.image.timers,
                              [](const TimerImage& timer) { return timer.askId != 0; });
            },
            "an ask without its timeout");
        row(
            "an ask that was never sent",
            [](Taken& t) {
                t.image.cells[0].pendingAsks.push_back({1'000'000, Position{1}, Rank{1}, false});
            },
            "never sent");
        row(
            "ordinals about to wrap", [](Taken& t) { t.image.cells[0].timers = ~std::uint64_t{0}; },
            "further than any run");
        row(
            "an ask twice",
            [](Taken& t) {
                auto& asks =
                    cellWith(t, [](auto& c) { return !c.pendingAsks.empty(); }).pendingAsks;
                asks.push_back(asks[0]);
            },
            "asks out of order");
        row(
            "a timeout without its ask",
            [](Taken& t) {
                for (CellImage& cell : t.image.cells) cell.pendingAsks.clear();
            },
            "a timeout without its ask");
        row(
            "a timer of the dead", [](Taken& t) { t.image.timers[0].owner = {77'777}; },
            "does not live");
        row(
            "a timer twice", [](Taken& t) { t.image.timers.push_back(t.image.timers[0]); },
            "or twice");
        row(
            "two timers of one number",
            [](Taken& t) {
                TimerImage timer = t.image.timers[0];
                timer.askId = 0;
                timer.deadline.value += 1'000'000;
                t.image.timers.push_back(timer);
            },
            "two timers of one number");
        row(
            "a timer that was never set", [](Taken& t) { t.image.timers[0].ordinal = 1'000'000; },
            "never set");
        row(
            "a period before now", [](Taken& t) { t.image.timers[0].periodNs = -5; }, "never set");
        row(
            "before time began", [](Taken& t) { t.image.time = {-1}; }, "beginning of time");
    }
    void contradictionsAreNamed() {
        QFETCH(const Damage, damage);
        QFETCH(const QString, says);
        Taken damaged = taken();
        damage(damaged);
        const absl::Status status = tryOut(damaged);
        QVERIFY2(status.code() == absl::StatusCode::kDataLoss, status.ToString().c_str());
        QVERIFY2(status.message().find(says.toStdString()) != std::string::npos,
                 status.ToString().c_str());
    }

    void typesTheProgramLacksAreNamed() {
        Taken other = taken();
        TypeTable types;
        for (std::uint32_t i = 1; i < other.types.size(); ++i) {
            TypeDesc desc = other.types.at({i});
            if (desc.name == "ariadne::tests::Wild") desc.hash = 1;
            types.add(desc);
        }
        other.types = types;
        QCOMPARE(tryOut(other).code(), absl::StatusCode::kFailedPrecondition);
        QVERIFY(tryOut(other).message().find("an actor of type ariadne::tests::Wild") !=
                std::string::npos);
        other.types = TypeTable{};
        QCOMPARE(tryOut(other).code(), absl::StatusCode::kFailedPrecondition);
    }

    void messagesTheProgramLacksAreNamed() {
        Taken other = taken();
        TypeTable types;
        for (std::uint32_t i = 1; i < other.types.size(); ++i) {
            TypeDesc desc = other.types.at({i});
            if (desc.name == "ariadne::tests::Poke") desc.hash = 1;
            types.add(desc);
        }
        other.types = types;
        QCOMPARE(tryOut(other).code(), absl::StatusCode::kFailedPrecondition);
        QVERIFY(tryOut(other).message().find("a message of type ariadne::tests::Poke") !=
                std::string::npos);
    }

    void randomDamageIsRefusedOrLivedWith() {
        for (std::uint64_t seed = 1; seed <= 1500; ++seed) {
            std::mt19937_64 random{seed};
            Taken damaged = taken();
            for (std::uint64_t n = 1 + random() % 3; n > 0; --n) damageOnce(damaged, random);
            // Whatever it says, it returns.
            (void)tryOut(damaged, 20);
        }
    }

    void aRestoredWorldMayBeWatchedLater() {
        kernel::World world{kOptions()};
        QVERIFY(world.restore(taken().image, taken().births, taken().types, cellTypesHere()).ok());
        world.keepBirths();
        world.runUntil(kForever, 50);
        QCOMPARE(world.births().size(), std::size_t{world.image().births} + 1);
    }

private:
    static std::uint64_t odd(std::mt19937_64& random) {
        constexpr std::uint64_t kOdd[] = {0,
                                          1,
                                          2,
                                          3,
                                          7,
                                          100,
                                          0x7FFFFFFF,
                                          0xFFFFFFFF,
                                          0x7FFFFFFFFFFFFFFF,
                                          0x8000000000000000,
                                          ~std::uint64_t{0}};
        return kOdd[random() % std::size(kOdd)];
    }
    static void damageMessage(MessageImage& m, std::mt19937_64& random) {
        const std::uint64_t v = odd(random);
        switch (random() % 7) {
            case 0: m.kind = static_cast<EventKind>(v % 30); break;
            case 1: m.sender = {static_cast<std::uint32_t>(v % 9)}; break;
            case 2: m.asker = {static_cast<std::uint32_t>(v % 9)}; break;
            case 3: m.askId = v; break;
            case 4: m.answers = v; break;
            case 5: m.type = {static_cast<std::uint32_t>(v % 25)}; break;
            default:
                if (!m.payload.empty())
                    m.payload[random() % m.payload.size()] = static_cast<std::byte>(v);
        }
    }
    static void damageOnce(Taken& t, std::mt19937_64& random) {
        const std::uint64_t v = odd(random);
        CellImage& cell = t.image.cells[random() % t.image.cells.size()];
        TimerImage& timer = t.image.timers[random() % t.image.timers.size()];
        switch (random() % 24) {
            case 0: cell.behaviour = static_cast<std::uint32_t>(v % 3); break;
            case 1: cell.sends = v; break;
            case 2: cell.timers = v; break;
            case 3: cell.children = v; break;
            case 4: cell.draws = v; break;
            case 5: cell.mailboxCapacity = static_cast<std::uint32_t>(v % 4); break;
            case 6: cell.onFull = static_cast<OnFull>(v % 4); break;
            case 7:
                if (!cell.state.empty())
                    cell.state[random() % cell.state.size()] = static_cast<std::byte>(v);
                break;
            case 8:
                for (auto* lane : {&cell.control, &cell.mailbox, &cell.stash})
                    if (!lane->empty()) damageMessage(lane->front(), random);
                break;
            case 9: cell.watchers.push_back({static_cast<std::uint32_t>(v % 12)}); break;
            case 10: cell.pendingAsks.clear(); break;
            case 11: cell.pendingAsks.push_back({v, Position{v}, Rank{}, (v & 1) != 0}); break;
            case 12: cell.childNames.emplace_back("w", static_cast<std::uint32_t>(v)); break;
            case 13: cell.turns = v; break;
            case 14: timer.deadline.value = static_cast<std::int64_t>(v); break;
            case 15: timer.ordinal = v; break;
            case 16: timer.periodNs = static_cast<std::int64_t>(v); break;
            case 17: timer.askId = v; break;
            case 18: damageMessage(timer.message, random); break;
            case 19: timer.owner = {static_cast<std::uint32_t>(v % 12)}; break;
            case 20: t.image.time.value = static_cast<std::int64_t>(v); break;
            case 21: t.image.roundsAtThisTime = v; break;
            case 22: t.image.births = static_cast<std::uint32_t>(v % 12); break;
            default:
                t.births[1 + random() % (t.births.size() - 1)].parent = {
                    static_cast<std::uint32_t>(v % 9)};
        }
    }
};

QTEST_GUILESS_MAIN(TestSnapshot)
#include "tst_snapshot.moc"
