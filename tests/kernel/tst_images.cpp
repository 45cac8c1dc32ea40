// What an image would hold is known without making it, and what changed since makes the next one.
#include "tests/kernel/support/follow_changes.h"
#include "tests/kernel/support/random_programs.h"

using namespace ariadne;
using namespace ariadne::tests;

namespace {

kernel::ImageSize counted(const WorldImage& image) {
    kernel::ImageSize size;
    size.births = image.births;
    for (const CellImage& cell : image.cells) {
        ++size.cells;
        size.messages += cell.control.size() + cell.mailbox.size() + cell.stash.size();
    }
    for (const TimerImage& timer : image.timers) size.messages += timer.message.type.value != 0;
    return size;
}

}  // namespace

class TestImages : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theSizeIsThatOfTheImageAfterEveryRoundOnAnyThreads() {
        std::uint64_t messages = 0;
        for (std::uint64_t seed = 0; seed < 10; ++seed)
            for (const std::uint32_t threads : {1u, 3u}) {
                kernel::WorldOptions options{.seed = seed, .limits = {}};
                if (seed % 3 == 1) options.policy = kernel::Policy::kRandom;
                kernel::World world{options};
                world.useThreads({.count = threads, .inlineBelow = 0});
                world.keepBirths();
                begin(world, wildRoot(), "wild");
                while (world.round().value < 200 && world.step()) {
                    const kernel::ImageSize size = world.imageSize();
                    const kernel::ImageSize wanted = counted(world.image());
                    QCOMPARE(size.births, wanted.births);
                    QCOMPARE(size.cells, wanted.cells);
                    QCOMPARE(size.messages, wanted.messages);
                    messages += size.messages;
                }
            }
        QVERIFY(messages > 1'000);
    }

    void changesOfWildProgramsLeadFromImageToImage() {
        Counted counted;
        for (std::uint64_t seed = 0; seed < 30; ++seed) {
            kernel::WorldOptions options{.seed = seed, .limits = {}};
            if (seed % 4 == 2) options.policy = kernel::Policy::kRandom;
            if (seed % 4 == 3) options.policy = kernel::Policy::kPct;
            if (seed % 2 == 1)
                options.faults = *kernel::parseFaults(
                    "crash=20000,drop=20000,delay=20000:200ms,duplicate=20000");
            kernel::World world{options};
            world.keepBirths();
            begin(world, wildRoot(), "wild");
            const std::string wrong = follow(world, 150, 1 + seed % 4, counted);
            QVERIFY2(wrong.empty(), ("seed " + std::to_string(seed) + ", " + wrong).c_str());
        }
        QVERIFY(counted.gone > 0);
    }
};
QTEST_GUILESS_MAIN(TestImages)
#include "tst_images.moc"
