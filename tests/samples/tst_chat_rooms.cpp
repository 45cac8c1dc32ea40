// Everybody hears all that is said in the room from joining on; a hundred thousand at once.
#include "tests/samples/run_sample.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::tests;

class TestChatRooms : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // Each room checks it for each of its members, and fails otherwise.
    void everybodyHearsAll() {
        for (std::uint64_t seed = 1; seed <= 10; ++seed) {
            const SampleRun inStep = runSample("chat_rooms", inRounds(seed), small_);
            QVERIFY2(inStep.completed(), inStep.verdict.c_str());
            const SampleRun inDisorder = runSample("chat_rooms", inAnyOrder(seed), small_);
            QVERIFY2(inDisorder.completed(), inDisorder.verdict.c_str());
        }
    }

    void roomsOfUnequalSizeHoldAllMembers() {
        const SampleRun run =
            runSample("chat_rooms", inRounds(1), {{"members", "23"}, {"rooms", "7"}});
        QVERIFY2(run.verdict.starts_with("completed: 23 members in 7 rooms: "),
                 run.verdict.c_str());
        std::size_t members = 0;
        for (const std::string& path : run.seen.paths())
            if (path.find("/member") != std::string::npos) ++members;
        QCOMPARE(members, std::size_t{23});
    }

    void moreRoomsThanMembersAreRefused() {
        const SampleRun run =
            runSample("chat_rooms", inRounds(1), {{"members", "2"}, {"rooms", "3"}});
        QVERIFY2(run.verdict.starts_with("failed: 3 rooms for 2 members, expected"),
                 run.verdict.c_str());
    }

    void aHundredThousandAreThereAtOnce() {
        const Program* program = ProgramRegistry::find("chat_rooms");
        QVERIFY(program != nullptr);
        kernel::World world{inRounds(1)};
        QVERIFY(program->start(world, *program, {}).ok());
        world.runUntil(VirtualTime{1}, kRoundsMax);
        QCOMPARE(world.aliveCount(), std::uint32_t{101'001});
        world.runUntil(kNever, kRoundsMax);
        QVERIFY2(verdictOf(world).starts_with("completed: 100000 members in 1000 rooms: "),
                 verdictOf(world).c_str());
        QVERIFY2(world.position().value < 4'000'000,
                 std::to_string(world.position().value).c_str());
        const std::string text = world.outcomeText();
        QVERIFY2(sentencesOf("chat_rooms/README.md").find("*" + text + "*") != std::string::npos,
                 text.c_str());
    }

private:
    const ArgumentTexts small_{{"members", "500"}, {"rooms", "10"}};
};

QTEST_GUILESS_MAIN(TestChatRooms)
#include "tst_chat_rooms.moc"
