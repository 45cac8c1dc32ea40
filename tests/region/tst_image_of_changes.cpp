// What changed since an image makes the next whole one of it.
#include "tests/kernel/support/follow_changes.h"
#include "tests/region/support/region_programs.h"

using namespace ariadne;
using namespace ariadne::tests;

namespace {

kernel::WorldOptions optionsOf(std::uint64_t seed) {
    kernel::WorldOptions options{.seed = seed, .limits = {}};
    options.batch = static_cast<std::uint32_t>(1 + seed % 5);
    options.limits.cellsMax = 3000;
    options.limits.eventsMax = 60'000;
    if (seed % 4 == 2) options.policy = kernel::Policy::kRandom;
    if (seed % 2 == 1)
        options.faults =
            *kernel::parseFaults("crash=20000,drop=20000,delay=20000:200ms,duplicate=20000");
    return options;
}

}  // namespace

class TestImageOfChanges : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void changesOfRegionProgramsLeadFromImageToImage() {
        Counted counted;
        for (std::uint64_t seed = 0; seed < 60; ++seed) {
            kernel::World world{optionsOf(seed)};
            world.useThreads({static_cast<std::uint32_t>(1 + seed % 3), 2, 1});
            world.keepBirths();
            begin(world, RegionProgram{.size = 8}.root());
            const std::string wrong = follow(world, 150, 1 + seed % 4, counted);
            QVERIFY2(wrong.empty(), ("seed " + std::to_string(seed) + ", " + wrong).c_str());
        }
        QVERIFY(counted.gone > 0);
        QVERIFY2(counted.changed * 3 < counted.all * 2,
                 (std::to_string(counted.changed) + " of " + std::to_string(counted.all)).c_str());
    }

    void aRestoredWorldTellsItsChangesToo() {
        for (std::uint64_t seed = 0; seed < 10; ++seed) {
            kernel::World world{optionsOf(seed)};
            world.keepBirths();
            begin(world, RegionProgram{.size = 8}.root());
            for (int n = 0; n < 20; ++n) world.step();
            kernel::World again{optionsOf(seed)};
            const absl::Status status =
                again.restore(world.image(), world.births(), world.types(), cellTypesHere());
            QVERIFY2(status.ok(), status.ToString().c_str());
            again.keepBirths();
            Counted counted;
            const std::string wrong = follow(again, 100, 2, counted);
            QVERIFY2(wrong.empty(), ("seed " + std::to_string(seed) + ", " + wrong).c_str());
        }
    }

    void withoutABaseItIsAWholeImage() {
        kernel::World world{optionsOf(0)};
        world.keepBirths();
        begin(world, RegionProgram{.size = 3}.root());
        world.step();
        QVERIFY(world.imageOfChanges() == world.image());
        // And nothing happened since.
        const WorldImage nothing = world.imageOfChanges();
        QVERIFY(nothing.cells.empty() && nothing.gone.empty());
        QCOMPARE(nothing.since, nothing.position);
    }
};
QTEST_GUILESS_MAIN(TestImageOfChanges)
#include "tst_image_of_changes.moc"
