// Recordings whose snapshots hold what changed: everything is read as if they were whole.
#include "engine/kernel/world.h"
#include "recorder/recorder.h"
#include "tests/recorder/support/till.h"
#include "tests/support/image_changes.h"
#include "tests/support/must.h"
#include "tests/support/replayed.h"
#include "tracefmt/format.h"

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>
#include <map>

using namespace ariadne;
using namespace ariadne::test;

namespace {

/// Who tells what changed.
enum class Changes : std::uint8_t { kByTest, kByWorld };

/// Records a run with a snapshot after every `step` rounds, and hands over of each what the
/// recorder wants of it: told from two whole images, or as the World makes it.
class ChangesDriver final : public kernel::EventSink {
public:
    ChangesDriver(recorder::Recorder& to, std::uint64_t step, Changes changes)
        : to_(to), step_(step), changes_(changes) {}
    bool wantsChanges() const override { return to_.wantsChanges(); }
    void onTypes(std::span<const TypeDesc> types) override { to_.onTypes(types); }
    void onBirth(const CellBirth& birth) override { to_.onBirth(birth); }
    void onEvent(const EventRow& row) override { to_.onEvent(row); }
    EventBatch* const* batch() override { return to_.batch(); }
    void onBatchFull() override { to_.onBatchFull(); }
    bool wantsSnapshot(Position) override { return ++rounds_ % step_ == 0; }
    bool wantsWholeSnapshot() override {
        return changes_ == Changes::kByTest || to_.wantsWholeSnapshot();
    }
    void onSnapshot(WorldImage image) override {
        if (changes_ == Changes::kByWorld) {
            wholes.push_back(image.isWhole());
            to_.onSnapshot(std::move(image));
            return;
        }
        const bool whole = to_.wantsWholeSnapshot();
        to_.onSnapshot(whole ? image : changesBetween(images.back(), image));
        wholes.push_back(whole);
        images.push_back(std::move(image));
    }

    std::vector<WorldImage> images;  ///< whole; not kept of kByWorld
    std::vector<bool> wholes;

private:
    recorder::Recorder& to_;
    std::uint64_t step_;
    Changes changes_;
    std::uint64_t rounds_ = 0;
};

struct Recorded {
    std::filesystem::path file;
    std::vector<WorldImage> images;
    std::vector<bool> wholes;
};

/// What of two images is not the same; empty = nothing.
std::string difference(const WorldImage& a, const WorldImage& b) {
    if (a == b) return {};
    const std::string at = "at " + std::to_string(a.position.value) + ", ";
    if (a.cells.size() != b.cells.size()) return at + "other cells";
    for (std::size_t i = 0; i < a.cells.size(); ++i) {
        const CellImage& x = a.cells[i];
        const CellImage& y = b.cells[i];
        if (x == y) continue;
        const std::string cell = at + "cell " + std::to_string(x.rank.value) + ": ";
        if (x.rank != y.rank) return cell + "rank";
        if (!(x.state == y.state)) return cell + "state";
        if (x.lastTurn != y.lastTurn || x.turns != y.turns) return cell + "turns";
        if (!(x.control == y.control && x.mailbox == y.mailbox && x.stash == y.stash))
            return cell + "messages";
        if (!(x.pendingAsks == y.pendingAsks)) return cell + "asks";
        if (!(x.care == y.care)) return cell + "care";
        if (!(x.watchers == y.watchers)) return cell + "watchers";
        if (!(x.childNames == y.childNames) || x.children != y.children) return cell + "children";
        if (x.sends != y.sends) return cell + "sends";
        if (x.timers != y.timers) return cell + "timers";
        if (x.draws != y.draws) return cell + "draws";
        return cell + "something else";
    }
    return at + "something of the world";
}

}  // namespace

class TstIncrements : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    std::filesystem::path path(const std::string& name) const {
        return std::filesystem::path{folder_.path().toStdString()} / name;
    }

    /// `minor`: what the file asks of its readers; below kIncrementsMinor all snapshots are whole.
    Recorded record(const std::string& program, std::uint64_t seed, std::uint64_t step,
                    kernel::Policy policy = kernel::Policy::kRounds,
                    std::uint16_t minor = tracefmt::kIncrementsMinor,
                    Changes changes = Changes::kByTest) {
        // So many tills that a few rounds change a small part of them.
        const ArgumentTexts args = program == "till"
                                       ? ArgumentTexts{{"customers", "200"}, {"tills", "60"}}
                                       : ArgumentTexts{};
        // The description of the run is that of one recorded as usual.
        auto usual =
            must(recorder::ProgramRun::start({program, args, seed, policy, path("usual.clew")}));
        must(usual->finish("enough"));
        tracefmt::TraceMeta meta = must(tracefmt::TraceReader::open(path("usual.clew")))->meta();
        if (meta.minViewMinor != tracefmt::kIncrementsMinor) qFatal("the usual minor");
        meta.minViewMinor = minor;
        const std::string name = changes == Changes::kByTest ? "-test" : "-world";
        Recorded out{path(program + std::to_string(minor) + name + ".clew"), {}, {}};
        auto recorder = must(recorder::Recorder::create(out.file, meta));
        {
            ChangesDriver driver{*recorder, step, changes};
            kernel::World world{must(recorder::worldOptionsOf(meta)), &driver};
            const Program* started = must(recorder::programOf(meta));
            if (!started->start(world, *started, meta.args).ok()) qFatal("no start");
            while (world.step()) {
            }
            out.images = std::move(driver.images);
            out.wholes = std::move(driver.wholes);
        }
        must(recorder->finish());
        return out;
    }

    static void programs() {
        QTest::addColumn<QString>("program");
        QTest::addColumn<int>("policy");
        QTest::newRow("till, rounds") << "till" << 0;
        QTest::newRow("till, random") << "till" << 1;
        QTest::newRow("theatre, rounds") << "theatre" << 0;
        QTest::newRow("theatre, random") << "theatre" << 1;
    }

private Q_SLOTS:
    void everySnapshotIsTheWorldAsItWas_data() { programs(); }
    void everySnapshotIsTheWorldAsItWas() {
        QFETCH(QString, program);
        QFETCH(int, policy);
        for (const std::uint64_t seed : {1ull, 2ull, 3ull}) {
            Recorded run = record(program.toStdString(), seed, policy == 0 ? 2 : 7,
                                  static_cast<kernel::Policy>(policy));
            const OpenedTrace trace = openTrace(run.file);
            QCOMPARE(trace.reader->snapshots().size(), run.images.size());
            const auto incremental = std::count(run.wholes.begin(), run.wholes.end(), false);
            QVERIFY2(incremental > 8, std::to_string(incremental).c_str());
            for (std::size_t i = 0; i < run.images.size(); ++i) {
                QCOMPARE(trace.reader->snapshots()[i].since.value == 0, bool(run.wholes[i]));
                const auto found = trace.reader->snapshot(i);
                QVERIFY2(found.ok(), found.status().ToString().c_str());
                // Which the recorder filled in.
                run.images[i].eventDigest = found->eventDigest;
                run.images[i].changeDigest = found->changeDigest;
                QVERIFY2(*found == run.images[i], std::to_string(seed).c_str());
            }
            const absl::Status verified = trace.reader->verify(nullptr, nullptr);
            QVERIFY2(verified.ok(), verified.ToString().c_str());
        }
    }

    void everySnapshotReplaysIdentically_data() { programs(); }
    void everySnapshotReplaysIdentically() {
        QFETCH(QString, program);
        QFETCH(int, policy);
        const Recorded run = record(program.toStdString(), 4, policy == 0 ? 3 : 17,
                                    static_cast<kernel::Policy>(policy));
        QCOMPARE(replayed(*openTrace(run.file).reader), std::string{"identical"});
    }

    void historyIsThatOfWholeSnapshots_data() { programs(); }
    void historyIsThatOfWholeSnapshots() {
        QFETCH(QString, program);
        QFETCH(int, policy);
        const auto chosen = static_cast<kernel::Policy>(policy);
        const std::uint64_t step = policy == 0 ? 3 : 17;
        const Recorded run = record(program.toStdString(), 5, step, chosen);
        const Recorded same = record(program.toStdString(), 5, step, chosen, 3);
        QVERIFY(std::count(same.wholes.begin(), same.wholes.end(), false) == 0);
        const OpenedTrace trace = openTrace(run.file);
        const OpenedTrace whole = openTrace(same.file);
        const Position last = trace.reader->lastPosition();
        QCOMPARE(whole.reader->lastPosition(), last);
        QRandomGenerator random{11};
        for (int i = 0; i < 150; ++i) {
            const Position at{1 + random.bounded(quint32(last.value))};
            const auto world = trace.history->worldAt(at);
            const auto wanted = whole.history->worldAt(at);
            QVERIFY2(world.ok() && wanted.ok(), world.status().ToString().c_str());
            QVERIFY(world->alive == wanted->alive && world->waiting == wanted->waiting);
            QVERIFY(world->restarts == wanted->restarts && world->phases == wanted->phases);
            QCOMPARE(world->time, wanted->time);
            for (std::uint32_t rank = 1; rank < trace.reader->births().size(); ++rank) {
                const auto cell = trace.history->cellAt(at, {rank});
                const auto truth = whole.history->cellAt(at, {rank});
                QVERIFY2(cell.ok() && truth.ok(), cell.status().ToString().c_str());
                QCOMPARE(cell->alive, truth->alive);
                QCOMPARE(cell->turns, truth->turns);
                QCOMPARE(cell->lastTurn, truth->lastTurn);
                QCOMPARE(cell->behaviour, truth->behaviour);
                QCOMPARE(cell->waitingCount, truth->waitingCount);
                QCOMPARE(cell->endedAt, truth->endedAt);
                QVERIFY(cell->changed == truth->changed);
                QVERIFY(cell->state.encode() == truth->state.encode());
            }
        }
    }

    void whatTheWorldSaysChangedReadsTheSame_data() { programs(); }
    void whatTheWorldSaysChangedReadsTheSame() {
        QFETCH(QString, program);
        QFETCH(int, policy);
        const auto chosen = static_cast<kernel::Policy>(policy);
        const std::uint64_t step = policy == 0 ? 2 : 7;
        for (const std::uint64_t seed : {6ull, 7ull}) {
            const Recorded test = record(program.toStdString(), seed, step, chosen);
            const Recorded world = record(program.toStdString(), seed, step, chosen,
                                          tracefmt::kIncrementsMinor, Changes::kByWorld);
            QVERIFY(std::count(world.wholes.begin(), world.wholes.end(), false) > 8);
            const OpenedTrace a = openTrace(test.file);
            const OpenedTrace b = openTrace(world.file);
            QCOMPARE(b.reader->snapshots().size(), a.reader->snapshots().size());
            for (std::size_t i = 0; i < a.reader->snapshots().size(); ++i) {
                const auto found = b.reader->snapshot(i);
                QVERIFY2(found.ok(), found.status().ToString().c_str());
                const std::string wrong = difference(*found, *a.reader->snapshot(i));
                QVERIFY2(wrong.empty(), (std::to_string(seed) + ": " + wrong).c_str());
            }
            QVERIFY(b.reader->verify(nullptr, nullptr).ok());
        }
    }

    void sameRunTwiceGivesTheSameBytes() {
        const Bytes first = fileBytes(record("till", 9, 3).file);
        QVERIFY(first == fileBytes(record("till", 9, 3).file));
        QVERIFY(first.size() <
                fileBytes(record("till", 9, 3, kernel::Policy::kRounds, 3).file).size());
    }

    void noMoreThanSevenFollowEachOther() {
        const Recorded run = record("till", 1, 1, kernel::Policy::kRandom);
        QVERIFY(run.wholes.size() > 50 && run.wholes.front());
        std::uint32_t inARow = 0;
        std::uint32_t most = 0;
        for (const bool whole : run.wholes) {
            inARow = whole ? 0 : inARow + 1;
            most = std::max(most, inARow);
        }
        QCOMPARE(most, 7u);
    }
};

QTEST_GUILESS_MAIN(TstIncrements)
#include "tst_increments.moc"
