// Messages that wait only so long.
#include "tests/kernel/support/lab.h"

using namespace ariadne;
using namespace ariadne::tests;

namespace {

RegionOptions patient(Duration backoff) {
    RegionOptions options;
    options.strategy = Strategy::kOneForOne;
    options.intensity = 1'000'000;
    options.backoff = {backoff, 1, backoff, false};
    return options;
}

Ref<Player> castIn(Context& cx, const RegionRef& region, const std::string& part,
                   std::vector<Ref<Player>> known = {}, kernel::MailboxOptions mailbox = {}) {
    return cx.spawnIn<Player>(region, part, as("worker", std::move(known)),
                              {.restart = RestartPolicy::kTransient}, mailbox);
}

/// Casts "r/a", whose restarts take 10 s, and fails it at once; then the root does `later` at 1 s.
void whileItRests(Lab& lab, const std::function<void(Context& cx, const Ref<Player>& a)>& later,
                  kernel::MailboxOptions mailbox = {}) {
    lab.part("lab", [later, mailbox](Context& cx, Player& me, const Say& m) {
        if (m.word == "start") {
            me.known.push_back(castIn(cx, cx.openRegion("r", patient(10s)), "a", {}, mailbox));
            cx.send(me.known[0], Say{"fail"});
            cx.after(1s, Say{"now"});
        }
        if (m.word == "now") later(cx, me.known[0]);
    });
    lab.part("worker", [](Context& cx, Player&, const Say& m) {
        if (m.word == "fail") cx.fail("as told");
    });
}

constexpr std::int64_t kSecondNs = 1'000'000'000;

/// A crowd in which many rest and most messages expire.
void hasty(Lab& lab) {
    lab.part("lab", [](Context& cx, Player& me, const Say& m) {
        if (m.word != "start") return;
        const RegionRef region = cx.openRegion("r", patient(Duration{15}));
        for (int i = 0; i < 8; ++i) me.known.push_back(castIn(cx, region, "w", me.known));
        for (const Ref<Player>& worker : me.known) cx.send(worker, Say{"go", 12});
    });
    lab.part("worker", [](Context& cx, Player& me, const Say& m) {
        if (m.word == "fail") cx.fail("as told");
        if (m.word != "go" || m.n == 0) return;
        cx.after(Duration{static_cast<std::int64_t>(1 + cx.random().below(20))},
                 Say{"go", m.n - 1});
        for (const Ref<Player>& other : me.known) {
            const Duration life{static_cast<std::int64_t>(1 + cx.random().below(25))};
            cx.send(other, Say{"hurry"}, expiresIn(life));
        }
        if (cx.random().oneIn(5)) cx.send(cx.self<Player>(), Say{"fail"}, expiresIn(Duration{9}));
    });
}

kernel::WorldOptions hastyOptions(kernel::Policy policy, std::uint64_t seed) {
    kernel::WorldOptions options{.seed = seed, .policy = policy, .batch = 2, .limits = {}};
    options.faults = *kernel::parseFaults("delay=60000:30ns,duplicate=60000,drop=20000");
    return options;
}

std::size_t expiredIn(const RecordingSink& sink) {
    return static_cast<std::size_t>(
        std::count_if(sink.rows().begin(), sink.rows().end(), [](const RecordedRow& kept) {
            return kept.row.kind == EventKind::kDrop &&
                   kept.row.arg == static_cast<std::uint64_t>(DropReason::kExpired);
        }));
}

}  // namespace

class TestExpiry : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatWaitsTooLongIsADeadLetter() {
        Lab lab;
        whileItRests(lab, [](Context& cx, const Ref<Player>& a) {
            cx.send(a, Say{"brief"}, expiresIn(2s));
            cx.send(a, Say{"lasting"});
            cx.send(a, Say{"patient"}, expiresIn(20s));
        });
        lab.run();
        QCOMPARE(lab.heardBy("r/a"), std::string{"Start; fail; Start; lasting; patient"});
        QCOMPARE(lab.timeOf("drop r/a Say expired"), 3 * kSecondNs);
        // What was read leaves no timer behind that time would have to wait for.
        QCOMPARE(lab.world().now(), (VirtualTime{10 * kSecondNs}));
        QCOMPARE(lab.sink.find("send lab -> r/a Say{word: \"brief\", n: 0}")->extra,
                 static_cast<std::uint64_t>(2 * kSecondNs));
        QCOMPARE(lab.world().metrics().dropped[static_cast<int>(DropReason::kExpired)],
                 std::uint64_t{1});
    }

    void atItsDeadlineItIsTooLate() {
        // The receiver rests until 10 s; what was sent at 1 s expires at that very time.
        for (const auto& [life, heard] : std::vector<std::pair<Duration, std::string>>{
                 {9s, "Start; fail; Start"}, {9s + 1ns, "Start; fail; Start; word"}}) {
            Lab lab;
            whileItRests(lab, [life = life](Context& cx, const Ref<Player>& a) {
                cx.send(a, Say{"word"}, expiresIn(life));
            });
            lab.run();
            QCOMPARE(lab.heardBy("r/a"), heard);
        }
    }

    void aRestartKeepsTheTimeLeft() {
        Lab lab{inRounds(0, 1)};
        lab.part("lab", [](Context& cx, Player&, const Say& m) {
            if (m.word != "start") return;
            const auto a = castIn(cx, cx.openRegion("r", patient(10s)), "a");
            cx.send(a, Say{"fail"});
            cx.send(a, Say{"brief"}, expiresIn(2s));
            cx.send(a, Say{"patient"}, expiresIn(20s));
        });
        lab.part("worker", [](Context& cx, Player&, const Say& m) {
            if (m.word == "fail") cx.fail("as told");
        });
        lab.run();
        QCOMPARE(lab.heardBy("r/a"), std::string{"Start; fail; Start; patient"});
        QCOMPARE(lab.timeOf("drop r/a Say expired"), 2 * kSecondNs);
        QCOMPARE(lab.world().now(), (VirtualTime{10 * kSecondNs}));
    }

    void itMakesRoomForWhoWaits() {
        // Behind the Start of the new life there is room for two; the third parks its sender.
        Lab lab;
        whileItRests(
            lab,
            [](Context& cx, const Ref<Player>& a) {
                cx.send(a, Say{"brief"}, expiresIn(2s));
                cx.send(a, Say{"brief"}, expiresIn(2s));
                cx.spawn<Player>("sender", as("sender", {a}));
            },
            bounded(3, OnFull::kPark));
        lab.part("sender", [](Context& cx, Player& me, const Say& m) {
            if (m.word != "start") return;
            cx.send(me.known[0], Say{"more"});
            cx.send(cx.self<Player>(), Say{"on"});
        });
        lab.run();
        QCOMPARE(lab.sink.count(EventKind::kPark), std::size_t{1});
        QCOMPARE(lab.timeOf("deliver sender Say{word: \"on\", n: 0}"), 3 * kSecondNs);
        QCOMPARE(lab.heardBy("r/a"), std::string{"Start; fail; Start; more"});
    }

    void whoeverDropsItTakesItsTimerAlong() {
        Lab lab;
        lab.part("lab", [](Context& cx, Player&, const Say& m) {
            if (m.word != "start") return;
            const auto full = cast(cx, "full", bounded(1, OnFull::kDropNewest));
            cx.send(full, Say{"too much"}, expiresIn(1s));
            const auto oldest = cast(cx, "oldest", bounded(2, OnFull::kDropOldest));
            cx.send(oldest, Say{"old"}, expiresIn(1s));
            cx.send(oldest, Say{"new"}, expiresIn(1s));
            const auto ends = cast(cx, "ends");
            cx.send(ends, Say{"read"}, expiresIn(1s));
            cx.send(ends, Say{"unread"}, expiresIn(1s));
            cx.send(Ref<Player>{}, Say{"nobody"}, expiresIn(1s));
        });
        lab.part("ends", [](Context& cx, Player&, const Say& m) {
            if (m.word == "read") cx.stop();
        });
        lab.run();
        QCOMPARE(lab.lines({EventKind::kDrop}), std::string{"drop full Say mailbox_full\n"
                                                            "drop oldest Say displaced\n"
                                                            "drop outside Say no_such_cell\n"
                                                            "drop ends Say receiver_ended"});
        QCOMPARE(lab.world().now(), VirtualTime{});
    }

    void stashingTakesIt() {
        Lab lab;
        lab.part("lab", [](Context& cx, Player&, const Say& m) {
            if (m.word == "start") cx.send(cx.self<Player>(), Say{"kept"}, expiresIn(1s));
            if (m.word == "kept" && cx.now() == VirtualTime{}) {
                cx.stash();
                cx.after(5s, Say{"open"});
            }
            if (m.word == "open") cx.unstashAll();
        });
        lab.run();
        QCOMPARE(lab.heardBy("lab"), std::string{"Start; kept; open; kept"});
    }

    void aLifeThatIsNotPositiveFailsTheTurn() {
        Lab lab;
        lab.part("lab", [](Context& cx, Player&, const Say& m) {
            if (m.word == "start") cx.send(cx.self<Player>(), Say{"x"}, expiresIn(Duration{0}));
        });
        QVERIFY(lab.run().find("expires in 0 ns: a message may wait for a positive time") !=
                std::string::npos);
    }

    void whatComesLateOrTwiceExpiresAsWell() {
        {
            Lab lab{[] {
                kernel::WorldOptions options;
                options.faults = *kernel::parseFaults("delay=0:50ms,delay@lab:1");
                return options;
            }()};
            lab.part("lab", [](Context& cx, Player&, const Say& m) {
                if (m.word == "start") cx.send(cx.self<Player>(), Say{"x"}, expiresIn(Duration{1}));
            });
            lab.run();
            QCOMPARE(lab.heardBy("lab"), std::string{"Start"});
            QCOMPARE(lab.timeOf("drop lab Say expired"), std::int64_t{1});
            QCOMPARE(lab.world().now(), (VirtualTime{1}));
        }
        Lab lab{[] {
            kernel::WorldOptions options;
            // Its first sends are the Start of "a" and "fail".
            options.faults = *kernel::parseFaults("duplicate@lab:3,duplicate@lab:2");
            return options;
        }()};
        whileItRests(lab, [](Context& cx, const Ref<Player>& a) {
            cx.send(a, Say{"brief"}, expiresIn(2s));
        });
        lab.run();
        QVERIFY2(expiredIn(lab.sink) == 2, lab.lines().c_str());
    }

    void aLiveClockExpiresWhatWaits() {
        for (const kernel::Policy policy : {kernel::Policy::kRounds, kernel::Policy::kRandom}) {
            parts().clear();
            parts()["lab"] = [](Context& cx, Player&, const Say& m) {
                if (m.word != "start") return;
                for (const char* word : {"one", "two", "three"})
                    cx.send(cx.self<Player>(), Say{word}, expiresIn(Duration{100}));
            };
            RecordingSink sink;
            kernel::World world{
                {.seed = 1, .policy = policy, .batch = 1, .limits = {}, .live = true}, &sink};
            begin(world, as("lab"));
            for (int round = 1; round < 6; ++round) {
                world.setClock(VirtualTime{40 * round});
                world.step();
            }
            // Sent at 40; one is read at 80, one at 120, the last expires at 140.
            QCOMPARE(sink.count(EventKind::kDeliver), std::size_t{3});
            QCOMPARE(sink.lines({EventKind::kDrop}), std::string{"drop lab Say expired"});
            QVERIFY(!world.nextDeadline());
        }
    }

    void neitherThreadsNorSnapshotsMatter() {
        for (std::uint64_t seed = 0; seed < 4; ++seed) {
            for (const auto policy : {kernel::Policy::kRounds, kernel::Policy::kRandom}) {
                const kernel::WorldOptions options = hastyOptions(policy, seed);
                Lab lab{options};
                hasty(lab);
                lab.sink.snapshotEveryRound = true;
                lab.run(400);
                lab.world().end(Outcome::kUntil, "enough");
                QVERIFY(expiredIn(lab.sink) > 5);
                for (const std::uint32_t threads : {2u, 3u, 8u}) {
                    RecordingSink sink;
                    kernel::World world{options, &sink};
                    world.useThreads({.count = threads, .inlineBelow = 0, .cellsPerPart = 1});
                    begin(world, as("lab"));
                    world.runUntil(kForever, 400);
                    world.end(Outcome::kUntil, "enough");
                    QVERIFY(sink.digest() == lab.sink.digest());
                }
                for (std::size_t i = 0; i + 1 < lab.sink.snapshots.size(); i += 3) {
                    const WorldImage& image = lab.sink.snapshots[i];
                    RecordingSink rest{lab.sink.digest()};
                    kernel::World world{options, &rest};
                    const absl::Status restored =
                        world.restore(image, lab.sink.births(), lab.sink.types(), cellTypesHere());
                    QVERIFY2(restored.ok(), std::string{restored.message()}.c_str());
                    QCOMPARE(world.image().stateDigest, image.stateDigest);
                    world.runUntil(kForever, 400 - image.round.value);
                    world.end(Outcome::kUntil, "enough");
                    QCOMPARE(world.position().value, lab.world().position().value);
                    QCOMPARE(world.image().stateDigest, lab.world().image().stateDigest);
                }
            }
        }
    }

    void aSnapshotWhoseTimerHasNoMessageIsRefused() {
        Lab lab;
        whileItRests(lab, [](Context& cx, const Ref<Player>& a) {
            cx.send(a, Say{"brief"}, expiresIn(2s));
        });
        lab.sink.snapshotEveryRound = true;
        lab.run();
        const auto expiry = [](const TimerImage& timer) { return timer.use == TimerUse::kExpiry; };
        int refused = 0;
        for (WorldImage image : lab.sink.snapshots) {
            const auto at = std::find_if(image.timers.begin(), image.timers.end(), expiry);
            if (at == image.timers.end()) continue;
            ++at->setAt.value;
            kernel::World world{{.limits = {}}};
            const absl::Status restored =
                world.restore(image, lab.sink.births(), lab.sink.types(), cellTypesHere());
            QVERIFY(absl::IsDataLoss(restored));
            QVERIFY(restored.message().find("expires") != absl::string_view::npos);
            ++refused;
        }
        QVERIFY(refused > 0);
    }
};

QTEST_GUILESS_MAIN(TestExpiry)
#include "tst_expiry.moc"
