// What an image would hold is known without making it.
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

class TestImageSize : public QObject {
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
};
QTEST_GUILESS_MAIN(TestImageSize)
#include "tst_image_size.moc"
