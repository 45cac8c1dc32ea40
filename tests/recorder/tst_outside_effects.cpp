// Log, then act; and a wish that is asked for again is the same wish to whoever carries it out.
#include "engine/ariadne.h"
#include "recorder/outside.h"
#include "tests/recorder/support/till.h"
#include "tests/support/replayed.h"

#include <QTest>

#include <condition_variable>
#include <mutex>

using namespace ariadne;
using namespace ariadne::test;
using effect::EffectStatus;
using effect::FileWritten;
using recorder::Durability;

namespace {

/// A file in memory that remembers how much of it was synced, and takes `budget` bytes.
struct Disk {
    mutable std::mutex mutex;
    Bytes bytes;
    std::size_t synced = 0;
    int syncs = 0;
    std::size_t budget = ~std::size_t{0};

    Bytes content(Durability survives) const {
        const std::lock_guard lock{mutex};
        if (survives == Durability::kProcess) return bytes;
        return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(synced)};
    }
    int syncCount() const {
        const std::lock_guard lock{mutex};
        return syncs;
    }
};

class DiskFile final : public tracefmt::WriteFile {
public:
    explicit DiskFile(Disk& disk) : disk_(disk) {}
    absl::Status append(ByteView added) override {
        const std::lock_guard lock{disk_.mutex};
        if (disk_.bytes.size() + added.size() > disk_.budget)
            return absl::ResourceExhaustedError("the disk is full");
        disk_.bytes.insert(disk_.bytes.end(), added.begin(), added.end());
        return absl::OkStatus();
    }
    absl::Status sync() override {
        const std::lock_guard lock{disk_.mutex};
        disk_.synced = disk_.bytes.size();
        ++disk_.syncs;
        return absl::OkStatus();
    }
    absl::Status truncate(std::uint64_t size) override {
        const std::lock_guard lock{disk_.mutex};
        disk_.bytes.resize(static_cast<std::size_t>(size));
        return absl::OkStatus();
    }
    absl::Status close() override { return absl::OkStatus(); }

private:
    Disk& disk_;
};

OpenedTrace openTrace(Bytes bytes) {
    OpenedTrace out;
    auto reader = tracefmt::TraceReader::open(
        tracefmt::readFromMemory(std::make_shared<const Bytes>(std::move(bytes))));
    if (!reader.ok()) return out;
    out.reader = *std::move(reader);
    out.history = std::make_unique<recorder::History>(*out.reader);
    return out;
}

/// How often an event of that kind and `arg` of that cell stands in the trace.
int countOf(const OpenedTrace& trace, EventKind kind, CellKey cell, std::uint64_t arg) {
    int found = 0;
    for (Position at{1}; trace.reader && at <= trace.reader->lastPosition(); ++at.value) {
        const auto row = trace.history->rowAt(at);
        if (row.ok() && row->row.kind == kind && row->row.arg == arg &&
            trace.reader->births()[row->row.cell.value].key == cell)
            ++found;
    }
    return found;
}

/// How the effects of that cell went, in order: EffectStatus as numbers.
std::string answersTo(const OpenedTrace& trace, CellKey cell) {
    std::string out;
    for (Position at{1}; trace.reader && at <= trace.reader->lastPosition(); ++at.value) {
        const auto row = trace.history->rowAt(at);
        if (row.ok() && row->row.kind == EventKind::kEffectDone &&
            trace.reader->births()[row->row.cell.value].key == cell)
            out += (out.empty() ? "" : " ") + std::to_string(row->row.extra);
    }
    return out;
}

/// Says of each request whether its row could be read when it was begun.
class Witness : public effects::Handler {
public:
    Witness(const Disk& disk, Durability survives) : disk_(disk), survives_(survives) {}
    absl::StatusOr<Bytes> perform(const effect::Request& request, std::stop_token) override {
        const OpenedTrace trace = openTrace(disk_.content(survives_));
        const int rows = countOf(trace, EventKind::kEffect, {request.cellKey}, request.ordinal);
        const std::lock_guard lock{mutex_};
        ++calls_;
        if (rows == 0) ++unlogged_;
        return value::encoded(FileWritten{1});
    }
    int calls() const {
        const std::lock_guard lock{mutex_};
        return calls_;
    }
    int unlogged() const {
        const std::lock_guard lock{mutex_};
        return unlogged_;
    }

private:
    const Disk& disk_;
    const Durability survives_;
    mutable std::mutex mutex_;
    int calls_ = 0;
    int unlogged_ = 0;
};

/// Its first call ends when it is told to stop, after leave(); every other one is done at once.
class Interrupted : public effects::Handler {
public:
    absl::StatusOr<Bytes> perform(const effect::Request& request, std::stop_token stop) override {
        std::unique_lock lock{mutex_};
        seen_.push_back(request);
        if (++inside_ > 1) twiceInside_ = true;
        const bool first = seen_.size() == 1;
        changed_.notify_all();
        if (first) changed_.wait(lock, [&] { return left_ && stop.stop_requested(); });
        --inside_;
        if (first) return absl::CancelledError("stopped");
        return value::encoded(FileWritten{1});
    }
    void awaitBegun() {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [&] { return !seen_.empty(); });
    }
    /// The stop was requested before: by the exchange behind the turn that failed.
    void leave() {
        const std::lock_guard lock{mutex_};
        left_ = true;
        changed_.notify_all();
    }
    std::vector<effect::Request> seen() {
        const std::lock_guard lock{mutex_};
        return seen_;
    }
    bool twiceInside() {
        const std::lock_guard lock{mutex_};
        return twiceInside_;
    }

private:
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::vector<effect::Request> seen_;
    int inside_ = 0;
    bool twiceInside_ = false;
    bool left_ = false;
};

}  // namespace

namespace doers {

struct Args {
    std::uint32_t doers = 1;
    std::uint32_t files = 1;   ///< each of them writes, all at once
    std::uint32_t rounds = 1;  ///< as often
    std::uint32_t clocks = 0;  ///< each of them reads
    bool repeats = false;      ///< in a new life: goes on with the last wish
};
BOOST_DESCRIBE_STRUCT(Args, (), (doers, files, rounds, clocks, repeats))
struct Done {
    std::string problem;
};
BOOST_DESCRIBE_STRUCT(Done, (), (problem))
struct Trip {};
BOOST_DESCRIBE_STRUCT(Trip, (), ())
struct Again {};
BOOST_DESCRIBE_STRUCT(Again, (), ())
struct Lead;

struct Doer {
    Ref<Lead> lead;
    Args args;
    std::uint32_t round = 0;
    std::uint32_t open = 0;
    std::string problem;

    void on(Context& cx, const Start&) {
        if (args.repeats && cx.lastEffect() != 0) {
            cx.performAgain(cx.lastEffect(), file());
            open = 1;
            round = args.rounds;
            return;
        }
        ask(cx);
    }
    void on(Context& cx, const Trip&) { cx.fail("tripped"); }
    void on(Context& cx, const Again&) {
        cx.cancelEffect(cx.lastEffect());
        cx.performAgain(cx.lastEffect(), file());
        ++open;
    }
    void on(Context& cx, const FileWritten&) { answered(cx); }
    void on(Context& cx, const effect::WallTime&) { answered(cx); }
    void on(Context& cx, const EffectFailed& m) {
        problem = m.text;
        answered(cx);
    }

private:
    static effect::WriteFile file() { return {"a", {}, true}; }
    void ask(Context& cx) {
        ++round;
        open = args.files + args.clocks;
        for (std::uint32_t i = 0; i < args.files; ++i) cx.perform(file());
        for (std::uint32_t i = 0; i < args.clocks; ++i) cx.perform(effect::ReadClock{});
    }
    void answered(Context& cx);
};
BOOST_DESCRIBE_STRUCT(Doer, (), (lead, args, round, open, problem))

struct Lead {
    std::uint32_t busy = 0;
    std::string problem;
    void on(Context& cx, const Args& m);
    void on(Context& cx, const Done& m) {
        if (!m.problem.empty()) problem = m.problem;
        if (--busy == 0) cx.stop(problem);
    }
};
BOOST_DESCRIBE_STRUCT(Lead, (), (busy, problem))
ARIADNE_ACTOR(Lead, Args, Done)
ARIADNE_ACTOR(Doer, Start, Trip, Again, FileWritten, effect::WallTime, EffectFailed)

void Doer::answered(Context& cx) {
    if (--open != 0) return;
    if (round < args.rounds) return ask(cx);
    cx.send(lead, Done{problem});
}
void Lead::on(Context& cx, const Args& m) {
    busy = m.doers;
    const RegionRef region = cx.openRegion(
        "r",
        {.strategy = Strategy::kOneForOne, .grants = {{"file.write", "/"}, {"clock.read", ""}}});
    for (std::uint32_t i = 0; i < m.doers; ++i)
        cx.spawnIn<Doer>(region, "doer", Doer{cx.self<Lead>(), m, 0, 0, {}});
}
ARIADNE_PROGRAM("doers", "1.0", Lead, Args)

}  // namespace doers

namespace {

/// A recorded run of "doers" on `disk`, whose files `handler` writes.
class Host {
public:
    Host(Disk& disk, ArgumentTexts args, Durability durability,
         std::unique_ptr<effects::Handler> handler)
        : program_(*ProgramRegistry::find("doers")) {
        kernel::WorldOptions options;
        options.live = true;
        options.grants = {{"file.write", "/"}, {"clock.read", ""}};
        tracefmt::TraceMeta meta;
        meta.programId = program_.id;
        meta.programVersion = program_.version;
        meta.programAbi = program_.abi;
        meta.batch = options.batch;
        meta.live = true;
        for (const effect::Grant& grant : options.grants)
            meta.grants.emplace_back(grant.name, grant.scope);
        meta.args = *program_.normalise(args);
        recorder = *recorder::Recorder::create(std::make_unique<DiskFile>(disk), meta);
        world = std::make_unique<kernel::World>(options, recorder.get());
        recorder::OutsideOptions outsideOptions;
        outsideOptions.live = true;
        outsideOptions.run = 42;
        outsideOptions.log = [this, durability] {
            ++logged;
            return recorder->flush(durability);
        };
        effects::HandlerTable table;
        const bool added = table.add("file.write", std::move(handler)).ok() &&
                           table.add("clock.read", std::make_unique<Clock>()).ok();
        outside = std::make_unique<recorder::Outside>(outsideOptions, std::move(table));
        started = added && program_.start(*world, program_, meta.args).ok();
    }
    void step() {
        if (outside->exchange(*world)) world->step();
    }
    std::string runToEnd() {
        for (int i = 0; i < 100'000 && world->outcome() == Outcome::kRunning; ++i) step();
        const std::string verdict =
            std::string{nameOf(world->outcome())} + ": " + world->outcomeText();
        finished = recorder->finish().ok();
        return verdict;
    }
    /// Until the first effect of the first doer has begun; the doer's key.
    CellKey untilUnderWay(Interrupted& file) {
        while (world->metrics().effects == 0) step();
        step();  // hands it out
        file.awaitBegun();
        for (const CellBirth& birth : world->births())
            if (birth.path == "doers/r/doer") return birth.key;
        return {};
    }

    std::unique_ptr<recorder::Recorder> recorder;
    std::unique_ptr<kernel::World> world;
    std::unique_ptr<recorder::Outside> outside;
    int logged = 0;
    bool started = false;
    bool finished = false;

private:
    class Clock : public effects::Handler {
        absl::StatusOr<Bytes> perform(const effect::Request&, std::stop_token) override {
            return value::encoded(effect::WallTime{1});
        }
    };
    const Program& program_;
};

std::string replayed(const Disk& disk) {
    const OpenedTrace trace = openTrace(disk.content(Durability::kProcess));
    return trace.reader ? test::replayed(*trace.reader) : "no trace";
}

}  // namespace

class TstOutsideEffects : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nothingIsBegunBeforeItsTraceKnows_data() {
        QTest::addColumn<Durability>("survives");
        QTest::newRow("a killed process") << Durability::kProcess;
        QTest::newRow("a loss of power") << Durability::kMachine;
    }
    void nothingIsBegunBeforeItsTraceKnows() {
        QFETCH(const Durability, survives);
        Disk disk;
        auto handler = std::make_unique<Witness>(disk, survives);
        const Witness& witness = *handler;
        Host host{disk,
                  {{"doers", "5"}, {"files", "4"}, {"rounds", "3"}, {"clocks", "1"}},
                  survives,
                  std::move(handler)};
        QVERIFY(host.started);
        QCOMPARE(host.runToEnd(), std::string{"completed: "});
        QCOMPARE(witness.calls(), 5 * 4 * 3);
        QCOMPARE(witness.unlogged(), 0);
        QVERIFY(host.finished);
        QCOMPARE(replayed(disk), std::string{"identical"});
    }

    void theEffectsOfARoundAreLoggedAtOnce() {
        Disk disk;
        Host host{disk,
                  {{"doers", "9"}, {"files", "3"}},
                  Durability::kMachine,
                  std::make_unique<Witness>(disk, Durability::kMachine)};
        QVERIFY(host.started);
        QCOMPARE(host.runToEnd(), std::string{"completed: "});
        QCOMPARE(host.logged, 1);
        QCOMPARE(disk.syncCount(), 3);  // and when the file is sealed, around the trailer
    }

    void readingTheClockIsLoggedWhenItSuits() {
        Disk disk;
        Host host{disk,
                  {{"files", "0"}, {"clocks", "3"}},
                  Durability::kProcess,
                  std::make_unique<Witness>(disk, Durability::kProcess)};
        QVERIFY(host.started);
        QCOMPARE(host.runToEnd(), std::string{"completed: "});
        QCOMPARE(host.logged, 0);
    }

    void whatCannotBeLoggedIsNotBegun() {
        Disk disk;
        auto handler = std::make_unique<Witness>(disk, Durability::kProcess);
        const Witness& witness = *handler;
        Host host{
            disk, {{"rounds", "2"}, {"clocks", "1"}}, Durability::kProcess, std::move(handler)};
        QVERIFY(host.started);
        disk.budget = disk.content(Durability::kProcess).size();
        const std::string verdict = host.runToEnd();
        QVERIFY2(verdict.starts_with("completed: not begun, as its trace would not know of it: "),
                 verdict.c_str());
        QVERIFY2(verdict.find("the disk is full") != std::string::npos, verdict.c_str());
        QCOMPARE(witness.calls(), 0);
        QVERIFY(!host.finished);
    }

    void aNewLifeGoesOnWithTheWishOfTheOldOne() {
        Disk disk;
        auto handler = std::make_unique<Interrupted>();
        Interrupted& file = *handler;
        Host host{disk, {{"repeats", "true"}}, Durability::kProcess, std::move(handler)};
        QVERIFY(host.started);
        const CellKey doer = host.untilUnderWay(file);
        const auto port = host.outside->openPort("doers/r/doer", {}, {});
        QVERIFY(port.post(doers::Trip{}).ok());
        while (host.world->metrics().effects < 2) host.step();
        host.step();  // the old call is told to stop, the new one waits for it
        QCOMPARE(file.seen().size(), std::size_t{1});
        file.leave();
        QCOMPARE(host.runToEnd(), std::string{"completed: "});

        const std::vector<effect::Request> seen = file.seen();
        QCOMPARE(seen.size(), std::size_t{2});
        QVERIFY(!file.twiceInside());
        QVERIFY(seen[0] == seen[1]);
        QCOMPARE(seen[0].run, std::uint64_t{42});
        QCOMPARE(seen[0].ordinal, std::uint64_t{1});
        const OpenedTrace trace = openTrace(disk.content(Durability::kProcess));
        QCOMPARE(countOf(trace, EventKind::kEffect, doer, 1), 2);
        QCOMPARE(answersTo(trace, doer), std::string{"0"});
        QCOMPARE(replayed(disk), std::string{"identical"});
    }

    void whoCallsOffAndAsksAgainInOneTurnIsServed() {
        Disk disk;
        auto handler = std::make_unique<Interrupted>();
        Interrupted& file = *handler;
        Host host{disk, {}, Durability::kProcess, std::move(handler)};
        QVERIFY(host.started);
        const CellKey doer = host.untilUnderWay(file);
        QVERIFY(host.outside->openPort({}, doer, {}).post(doers::Again{}).ok());
        while (host.world->metrics().effects < 2) host.step();
        host.step();  // the call is told to stop, and wanted once more
        file.leave();
        QCOMPARE(host.runToEnd(), std::string{"completed: no longer wanted"});
        QCOMPARE(file.seen().size(), std::size_t{2});
        QVERIFY(!file.twiceInside());
        const OpenedTrace trace = openTrace(disk.content(Durability::kProcess));
        QCOMPARE(answersTo(trace, doer), std::string{"3 0"});
        QCOMPARE(replayed(disk), std::string{"identical"});
    }
};

QTEST_GUILESS_MAIN(TstOutsideEffects)
#include "tst_outside_effects.moc"
