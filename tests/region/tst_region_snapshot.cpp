// A snapshot of regions that contradicts itself is answered, never obeyed.
#include "engine/value/encoding.h"
#include "tests/region/support/region_programs.h"

#include <random>

using namespace ariadne;
using namespace ariadne::tests;

namespace {

struct Taken {
    std::uint64_t seed = 0;
    WorldImage image;
    std::vector<CellBirth> births;
    TypeTable types;
};

kernel::WorldOptions optionsOf(std::uint64_t seed) {
    kernel::WorldOptions options{.seed = seed, .batch = 2, .limits = {}};
    options.limits.cellsMax = 1000;
    return options;
}

/// Of several programs, every few rounds one: what a single one lacks another has.
const std::vector<Taken>& taken() {
    static const std::vector<Taken> kTaken = [] {
        std::vector<Taken> out;
        for (std::uint64_t seed = 0; seed < 25; ++seed) {
            RecordingSink sink;
            kernel::World world{optionsOf(seed), &sink};
            begin(world, RegionProgram{.size = 6, .groups = seed % 2 == 1}.root());
            for (int round = 1; round <= 60 && world.step(); ++round)
                if (round % 6 == 0)
                    out.push_back({seed, world.image(), world.births(), world.types()});
        }
        return out;
    }();
    return kTaken;
}

/// Restores and, when that went well, runs on: whatever it was, the process must live.
absl::Status tryOut(const Taken& what) {
    kernel::WorldOptions options = optionsOf(what.seed);
    options.limits.eventsMax = what.image.position.value + 5'000;
    options.limits.cellsMax = 1300;
    kernel::World world{options};
    world.keepBirths();
    const absl::Status status = world.restore(what.image, what.births, what.types, cellTypesHere());
    if (status.ok()) {
        world.runUntil(kForever, 20);
        (void)world.image();
    }
    return status;
}

CareImage* firstCare(Taken& t, auto has) {
    for (CellImage& cell : t.image.cells)
        if (!cell.care.untouched() && has(cell.care.get())) return &cell.care.edit();
    return nullptr;
}
TimerImage* firstTimer(Taken& t, auto has) {
    for (TimerImage& timer : t.image.timers)
        if (has(timer)) return &timer;
    return nullptr;
}
bool isRegionCell(const Taken& t, const CellImage& cell) {
    return t.types.at(t.births[cell.rank.value].type).hash == value::typeInfo<Region>().hash;
}
/// Changes the first region that `edit` wants to, or the one of that rank.
bool editRegion(Taken& t, Rank which, auto edit) {
    for (CellImage& cell : t.image.cells) {
        if (!isRegionCell(t, cell) || (which != kOutside && cell.rank != which)) continue;
        const value::TypeInfo& type = value::typeInfo<Region>();
        void* storage = kernel::allocateState(type);
        if (!type.decodeInto(cell.state, storage)) {
            kernel::freeState(type, storage);
            return false;
        }
        const bool edited = edit(*static_cast<Region*>(storage));
        if (edited) {
            ByteWriter out;
            type.encode(storage, out);
            cell.state = out.take();
        }
        kernel::destroyState(type, storage);
        if (edited) return true;
    }
    return false;
}
bool editRegion(Taken& t, auto edit) {
    return editRegion(t, kOutside, edit);
}
bool anyCare(const CareImage&) {
    return true;
}

/// False: this snapshot lacks what it damages.
using Damage = bool (*)(Taken&);

}  // namespace

Q_DECLARE_METATYPE(Damage)

class TestRegionSnapshot : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void undamagedOnesAreRestored() {
        QVERIFY(taken().size() > 100);
        for (const Taken& one : taken()) {
            const absl::Status status = tryOut(one);
            QVERIFY2(status.ok(), status.ToString().c_str());
        }
    }

    void contradictionsAreNamed_data() {
        QTest::addColumn<Damage>("damage");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, Damage damage, const char* says) {
            QTest::newRow(name) << damage << QString::fromUtf8(says);
        };
        static constexpr const char* kNoSuchCare = "looked after in a way that does not exist";
        static constexpr Rank kUnborn{77'777};
        row(
            "a restart policy there is not",
            [](Taken& t) {
                CareImage* care = firstCare(t, anyCare);
                return care != nullptr && (care->restart = 3) == 3;
            },
            kNoSuchCare);
        row(
            "a reason to be cancelled there is not",
            [](Taken& t) {
                CareImage* care = firstCare(t, anyCare);
                return care != nullptr && (care->cancelled = 99) == 99;
            },
            kNoSuchCare);
        row(
            "time to clean up below zero",
            [](Taken& t) {
                CareImage* care = firstCare(t, anyCare);
                if (care != nullptr) care->shutdown = Duration{-1};
                return care != nullptr;
            },
            kNoSuchCare);
        row(
            "kernel timers about to wrap",
            [](Taken& t) {
                CareImage* care = firstCare(t, anyCare);
                if (care != nullptr) care->kernelTimers = ~std::uint64_t{0};
                return care != nullptr;
            },
            kNoSuchCare);
        row(
            "regions about to wrap",
            [](Taken& t) {
                CareImage* care = firstCare(t, anyCare);
                if (care != nullptr) care->regionsOpened = ~std::uint64_t{0};
                return care != nullptr;
            },
            kNoSuchCare);
        row(
            "obligations about to wrap",
            [](Taken& t) {
                CareImage* care = firstCare(t, anyCare);
                if (care != nullptr) care->obligationsMade = ~std::uint64_t{0};
                return care != nullptr;
            },
            kNoSuchCare);
        row(
            "a first state cut off",
            [](Taken& t) {
                CareImage* care = firstCare(t, [](auto& c) { return c.firstState.size() > 2; });
                if (care != nullptr) care->firstState.pop_back();
                return care != nullptr;
            },
            "has a first state that is none of its type");
        row(
            "a link with somebody who was never born",
            [](Taken& t) {
                CareImage* care = firstCare(t, [](auto& c) { return !c.links.empty(); });
                if (care != nullptr) care->links.back() = kUnborn;
                return care != nullptr;
            },
            "is linked with a cell that was never born");
        row(
            "a link with the outside",
            [](Taken& t) {
                CareImage* care = firstCare(t, anyCare);
                if (care != nullptr) care->links.push_back(kOutside);
                return care != nullptr;
            },
            "is linked with a cell that was never born");
        row(
            "an answer owed to somebody who was never born",
            [](Taken& t) {
                CareImage* care = firstCare(t, anyCare);
                if (care != nullptr) care->owed.emplace_back(kUnborn, 1);
                return care != nullptr;
            },
            "owes an answer to a cell that was never born");
        row(
            "a permit for somebody who was never born",
            [](Taken& t) {
                CareImage* care = firstCare(t, [](auto& c) { return !c.permitQueue.empty(); });
                if (care != nullptr) care->permitQueue.front().first = kUnborn;
                return care != nullptr;
            },
            "has a permit queue with a cell that was never born");
        row(
            "somebody parked who was never born",
            [](Taken& t) {
                CareImage* care = firstCare(t, [](auto& c) { return !c.parkedHere.empty(); });
                if (care != nullptr) care->parkedHere.front() = kUnborn;
                return care != nullptr;
            },
            "parks a cell that was never born");
        row(
            "an effect whose answer there is not",
            [](Taken& t) {
                CareImage* care = firstCare(t, anyCare);
                if (care == nullptr) return false;
                care->effectsMade = 1;
                care->effects.push_back({"clock.read", {}, {}, 1, Duration{1}, Position{1}, 7});
                return true;
            },
            "waits for an effect that it cannot have asked for");
        row(
            "an effect that was never asked for",
            [](Taken& t) {
                CareImage* care = firstCare(t, anyCare);
                if (care == nullptr) return false;
                care->effects.push_back({"clock.read",
                                         {},
                                         {},
                                         care->effectsMade + 1,
                                         Duration{1},
                                         Position{1},
                                         value::typeInfo<Chime>().hash});
                return true;
            },
            "waits for an effect that it cannot have asked for");
        row(
            "a stranger in a group that is restarted",
            [](Taken& t) {
                return editRegion(t, [](Region& region) {
                    if (region.restarting.empty()) return false;
                    region.restarting.push_back({{CellKey{77}}, MemberPart::kRests, true});
                    return true;
                });
            },
            "restarts a group with somebody in it who is not below it");
        row(
            "a group that is restarted in a region that closes",
            [](Taken& t) {
                return editRegion(t, [](Region& region) {
                    if (region.restarting.empty()) return false;
                    region.phase = RegionPhase::kClosing;
                    return true;
                });
            },
            "restarts a group and is not open");
        row(
            "a child lost",
            [](Taken& t) {
                return editRegion(t, [](Region& region) { return ++region.children > 0; });
            },
            "has lost or found children or finalizers");
        row(
            "a finalizer lost",
            [](Taken& t) {
                return editRegion(t, [](Region& region) { return (region.finalizers += 2) > 0; });
            },
            "has lost or found children or finalizers");
        row(
            "a finalizer found",
            [](Taken& t) {
                return editRegion(t, [](Region& region) {
                    // One may be on its way and counted, so two less than counted is one too few.
                    if (region.finalizers < 2) return false;
                    region.finalizers = 0;
                    return true;
                });
            },
            "has lost or found children or finalizers");
        row(
            "an obligation of nobody",
            [](Taken& t) {
                return editRegion(t, [](Region& region) {
                    if (region.obligations.empty()) return false;
                    const Obligation id = region.obligations.begin()->first;
                    region.obligations.update(id, [](LedgerEntry& e) { e.holders.clear(); });
                    return true;
                });
            },
            "an obligation that nobody holds");
        row(
            "the region of the run is an actor",
            [](Taken& t) {
                if (t.image.rootLedger != kOutside) return false;
                t.image.rootLedger = {1};
                return true;
            },
            "the region of the whole run is none");
        row(
            "the region of the run was never born",
            [](Taken& t) {
                if (t.image.rootLedger != kOutside) return false;
                t.image.rootLedger = kUnborn;
                return true;
            },
            "the region of the whole run is none");
        row(
            "a timer for a use there is not",
            [](Taken& t) {
                TimerImage* timer =
                    firstTimer(t, [](auto& x) { return x.use != TimerUse::kMessage; });
                if (timer != nullptr) timer->use = static_cast<TimerUse>(7);
                return timer != nullptr;
            },
            "a timer for an unknown use");
        row(
            "a lease of somebody who was never born",
            [](Taken& t) {
                TimerImage* timer =
                    firstTimer(t, [](auto& x) { return x.use == TimerUse::kLease; });
                if (timer != nullptr) timer->maker = kUnborn;
                return timer != nullptr;
            },
            "a timer for an unknown use");
        row(
            "a deadline of an actor",
            [](Taken& t) {
                TimerImage* timer =
                    firstTimer(t, [](auto& x) { return x.use == TimerUse::kResume; });
                if (timer != nullptr) timer->use = TimerUse::kDeadline;
                return timer != nullptr;
            },
            "a region's timer of a cell that is none");
        row(
            "a kernel's timer that brings a message",
            [](Taken& t) {
                TimerImage* timer =
                    firstTimer(t, [](auto& x) { return x.use != TimerUse::kMessage; });
                if (timer != nullptr) timer->use = TimerUse::kMessage;
                return timer != nullptr;
            },
            "a timer that its cell never set");
        row(
            "a late message that is none",
            [](Taken& t) {
                TimerImage* timer =
                    firstTimer(t, [](auto& x) { return x.use == TimerUse::kCleanup; });
                if (timer == nullptr) return false;
                timer->use = TimerUse::kDelayed;
                timer->message.sender = kUnborn;
                return true;
            },
            "a message of a cell that was never born");
    }
    void contradictionsAreNamed() {
        QFETCH(const Damage, damage);
        QFETCH(const QString, says);
        for (const Taken& whole : taken()) {
            Taken damaged = whole;
            if (!damage(damaged)) continue;
            const absl::Status status = tryOut(damaged);
            QVERIFY2(status.code() == absl::StatusCode::kDataLoss, status.ToString().c_str());
            QVERIFY2(status.message().find(says.toStdString()) != std::string::npos,
                     status.ToString().c_str());
            return;
        }
        QFAIL("no snapshot has what is to be damaged: take more of them");
    }

    /// Nobody can close it in a run, and a run that goes on without it could keep no promise.
    void aRegionOfTheRunThatClosesEndsTheRun() {
        std::size_t ended = 0;
        for (const Taken& whole : taken()) {
            if (whole.image.rootLedger == kOutside) continue;
            Taken damaged = whole;
            const Rank ledger = damaged.image.rootLedger;
            QVERIFY(editRegion(damaged, ledger, [](Region& region) {
                region.phase = RegionPhase::kClosing;
                return true;
            }));
            kernel::World world{optionsOf(whole.seed)};
            const absl::Status status =
                world.restore(damaged.image, damaged.births, damaged.types, cellTypesHere());
            QVERIFY2(status.ok(), status.ToString().c_str());
            world.runUntil(kForever, 200);
            if (world.outcome() != Outcome::kLimit) continue;
            ++ended;
            const std::string text =
                "two cells have one key: a new ariadne::Region '(run)' and "
                "cell " +
                std::to_string(ledger.value) + "; spawn in another order";
            QCOMPARE(world.outcomeText(), text);
        }
        QVERIFY(ended > 0);
    }

    void randomDamageIsRefusedOrLivedWith() {
        for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
            std::mt19937_64 random{seed};
            Taken damaged = taken()[random() % taken().size()];
            for (std::uint64_t n = 1 + random() % 3; n > 0; --n) damageOnce(damaged, random);
            // Whatever it says, it returns.
            (void)tryOut(damaged);
        }
    }

private:
    static std::uint64_t odd(std::mt19937_64& random) {
        constexpr std::uint64_t kOdd[] = {
            0, 1, 2, 3, 7, 100, 0x7FFFFFFF, 0xFFFFFFFF, 0x7FFFFFFFFFFFFFFF, ~std::uint64_t{0}};
        return kOdd[random() % std::size(kOdd)];
    }
    static void damageCare(Taken& t, CareImage& care, std::mt19937_64& random) {
        const std::uint64_t v = odd(random);
        const auto time = static_cast<std::int64_t>(v);
        const Rank rank{static_cast<std::uint32_t>(random() % (t.births.size() + 1))};
        switch (random() % 15) {
            case 0: care.restart = static_cast<std::uint8_t>(v); break;
            case 1: care.shutdown = Duration{time}; break;
            case 2: care.firstState.clear(); break;
            case 3: care.incarnation = static_cast<std::uint32_t>(v); break;
            case 4: care.restartsInARow = static_cast<std::uint32_t>(v); break;
            case 5: care.livesSince.value = time; break;
            case 6: care.childOrdinal = v; break;
            case 7: care.maskedTurns = static_cast<std::uint32_t>(v); break;
            case 8: care.cancelled = static_cast<std::uint8_t>(v % 9); break;
            case 9: care.cancelUntil.value = time; break;
            case 10: care.kernelTimers = v; break;
            case 11: care.links.push_back(rank); break;
            case 12: care.owed.emplace_back(rank, v); break;
            case 13: care.permitQueue.emplace_back(rank, v); break;
            default: care.parkedHere.push_back(rank);
        }
    }
    static void damageOnce(Taken& t, std::mt19937_64& random) {
        const std::uint64_t v = odd(random);
        CellImage& cell = t.image.cells[random() % t.image.cells.size()];
        switch (random() % 5) {
            case 0: damageCare(t, cell.care.edit(), random); return;
            case 1:
                if (!t.image.timers.empty()) {
                    TimerImage& timer = t.image.timers[random() % t.image.timers.size()];
                    switch (random() % 4) {
                        case 0: timer.use = static_cast<TimerUse>(v % 8); break;
                        case 1: timer.askId = v; break;
                        case 2: timer.deadline.value = static_cast<std::int64_t>(v); break;
                        default: timer.maker = {static_cast<std::uint32_t>(v % 12)};
                    }
                }
                return;
            case 2:
                (void)editRegion(t, [&](Region& region) {
                    if (random() % 3 != 0) return false;
                    damageRegion(region, random);
                    return true;
                });
                return;
            case 3:
                if (!cell.state.empty())
                    cell.state[random() % cell.state.size()] = static_cast<std::byte>(v);
                return;
            default: t.image.leaks = v;
        }
    }
    static void damageRegion(Region& region, std::mt19937_64& random) {
        const std::uint64_t v = odd(random);
        const auto time = static_cast<std::int64_t>(v);
        switch (random() % 12) {
            case 0: region.phase = static_cast<RegionPhase>(v % 4); break;
            case 1: region.verdict = static_cast<Verdict>(v % 4); break;
            case 2: region.worstChild = v; break;
            case 3: region.cancel = static_cast<CancelReason>(v % 8); break;
            case 4: region.cleanupUntil.value = time; break;
            case 5: region.strategy = static_cast<Strategy>(v % 4); break;
            case 6: region.intensity = static_cast<std::uint32_t>(v); break;
            case 7: region.within = Duration{time}; break;
            case 8: region.backoff.base = Duration{time}; break;
            case 9: region.recentRestarts.push_back({time}); break;
            case 10: region.left.turns = v; break;
            default:
                if (region.obligations.empty()) return;
                const Obligation id = region.obligations.begin()->first;
                region.obligations.update(id, [&](LedgerEntry& entry) {
                    switch (v % 4) {
                        case 0: entry.kind = static_cast<ObligationKind>(v % 5); break;
                        case 1: entry.granted = !entry.granted; break;
                        case 2: entry.target = {{v}}; break;
                        default: entry.holders.push_back({{v}});
                    }
                });
        }
    }
};

QTEST_GUILESS_MAIN(TestRegionSnapshot)
#include "tst_region_snapshot.moc"
