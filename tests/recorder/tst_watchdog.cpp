// Turns that block until the watchdog has told of them: how long that takes decides nothing here.
#include "engine/ariadne.h"
#include "recorder/noted_turns.h"
#include "recorder/watchdog.h"
#include "tests/recorder/support/till.h"

#include <QTest>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <set>

using namespace ariadne;
using namespace ariadne::test;
using namespace std::chrono_literals;
using recorder::ProgramRun;
using recorder::RunRequest;
using recorder::StuckTurn;

namespace {

/// Where handlers wait for the test. No part of any state.
class Gate {
public:
    /// Until open() for that number, or openAll().
    void pass(std::uint32_t number) {
        std::unique_lock lock{mutex_};
        if (open_) return;
        inside_.insert(number);
        changed_.notify_all();
        changed_.wait(lock, [&] { return open_ || inside_.count(number) == 0; });
        inside_.erase(number);
    }
    void open(std::uint32_t number) {
        const std::lock_guard lock{mutex_};
        inside_.erase(number);
        changed_.notify_all();
    }
    void openAll() {
        const std::lock_guard lock{mutex_};
        open_ = true;
        changed_.notify_all();
    }
    void close() {
        const std::lock_guard lock{mutex_};
        open_ = false;
    }
    bool holds(std::uint32_t number) const {
        const std::lock_guard lock{mutex_};
        return inside_.count(number) != 0;
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::set<std::uint32_t> inside_;
    bool open_ = true;
};
Gate gate;

/// What the watchdog tells. The gate opens when that is a sleeper; on a slow machine others may be
/// told of as well.
class Told {
public:
    /// `whileStuck` is called before the gate opens.
    recorder::WatchdogOptions options(std::function<void(const StuckTurn&)> whileStuck = {}) {
        return {1ms, [this, whileStuck](const StuckTurn& turn) {
                    const std::lock_guard lock{mutex_};
                    all_.push_back(turn);
                    if (!isSleeper(turn)) return;
                    if (whileStuck) whileStuck(turn);
                    gate.openAll();
                }};
    }
    /// The first one that was stuck.
    std::optional<StuckTurn> sleeper() const {
        const std::lock_guard lock{mutex_};
        const auto at = std::find_if(all_.begin(), all_.end(), isSleeper);
        return at == all_.end() ? std::nullopt : std::optional{*at};
    }
    bool back(const StuckTurn& stuck) const {
        const std::lock_guard lock{mutex_};
        return std::count_if(all_.begin(), all_.end(), [&](const StuckTurn& turn) {
                   return turn.cameBack && turn.enqueuedAt == stuck.enqueuedAt &&
                          turn.ranFor >= stuck.ranFor && turn.tellings > stuck.tellings;
               }) == 1;
    }

private:
    static bool isSleeper(const StuckTurn& turn) {
        return !turn.cameBack && turn.path == "dormitory/sleeper";
    }

    mutable std::mutex mutex_;
    std::vector<StuckTurn> all_;
};

}  // namespace

namespace dormitory {

struct Args {
    std::uint32_t sleepers = 1;
};
BOOST_DESCRIBE_STRUCT(Args, (), (sleepers))
struct Ring {};
BOOST_DESCRIBE_STRUCT(Ring, (), ())
struct Doze {
    std::uint32_t times = 0;
};
BOOST_DESCRIBE_STRUCT(Doze, (), (times))

struct Sleeper {
    std::uint32_t number = 0;
    std::uint32_t dozed = 0;
    void on(Context&, const Doze& m) {
        dozed += m.times;
        if (number < 2) gate.pass(number);
    }
};
BOOST_DESCRIBE_STRUCT(Sleeper, (), (number, dozed))
ARIADNE_ACTOR(Sleeper, Doze)

/// Rings for ever.
struct Bell {
    std::vector<Ref<Sleeper>> sleepers;
    void on(Context& cx, const Args& m) {
        // Nobody sleeps at the first turn of a round: what is committed meanwhile would show.
        sleepers.push_back(cx.spawn<Sleeper>("early", {.number = 9}));
        for (std::uint32_t i = 0; i < m.sleepers; ++i)
            sleepers.push_back(cx.spawn<Sleeper>("sleeper", {.number = i}));
        cx.every(1ms, Ring{});
    }
    void on(Context& cx, const Ring&) {
        for (const Ref<Sleeper>& sleeper : sleepers) cx.send(sleeper, Doze{1});
    }
};
BOOST_DESCRIBE_STRUCT(Bell, (), (sleepers))
ARIADNE_ACTOR(Bell, Args, Ring)
ARIADNE_PROGRAM("dormitory", "1.0", Bell, Args)

}  // namespace dormitory

class TstWatchdog : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::filesystem::path in(const char* name) {
        return std::filesystem::path{folder_.path().toStdString()} / name;
    }
    static RunRequest dormitory(std::optional<std::filesystem::path> file) {
        return {"dormitory", {}, 1, kernel::Policy::kRounds, std::move(file)};
    }

private Q_SLOTS:
    void init() { gate.close(); }
    void cleanup() { gate.openAll(); }

    void aTurnIsToldWhileItIsStuckAndWhenItIsBack() {
        Told told;
        RunRequest request = dormitory(in("stuck.clew"));
        request.watchdog = told.options();
        auto run = ProgramRun::start(request);
        QVERIFY(run.ok());
        for (int i = 0; i < 2; ++i) (*run)->step();  // until the first bell
        QVERIFY((*run)->flush().ok());
        const Position flushed = (*run)->world().position();
        QVERIFY(flushed.value > 0);
        while (!told.sleeper()) (*run)->step();
        QVERIFY((*run)->finish("enough").ok());

        const StuckTurn first = *told.sleeper();
        QVERIFY(first.tellings == 1 && first.ranFor >= 1ms && first.thread == 0);
        QVERIFY(first.noted && first.readableTo);
        QVERIFY(*first.readableTo >= flushed && *first.readableTo >= first.enqueuedAt);
        QVERIFY(told.back(first));
    }

    void whatIsToldStandsInTheTrace() {
        Told told;
        RunRequest request = dormitory(in("where.clew"));
        request.watchdog = told.options();
        auto run = ProgramRun::start(request);
        QVERIFY(run.ok());
        while (!told.sleeper()) (*run)->step();
        QVERIFY((*run)->finish("enough").ok());
        const StuckTurn first = *told.sleeper();
        QVERIFY(first.noted && *first.readableTo >= first.enqueuedAt);
        QCOMPARE(first.type, std::string{"dormitory::Sleeper"});
        QCOMPARE(first.message, std::string{"dormitory::Doze"});
        const OpenedTrace trace = openTrace(in("where.clew"));
        const auto sent = trace.history->rowAt(first.enqueuedAt);
        QVERIFY(sent.ok() && sent->row.kind == EventKind::kSend);
        QCOMPARE(trace.reader->births().at(sent->row.peer.value).path, first.path);
        for (Position at = first.enqueuedAt;; ++at.value) {
            const auto row = trace.history->rowAt(at);
            QVERIFY(row.ok());
            if (row->row.kind != EventKind::kDeliver || row->row.cause != first.enqueuedAt)
                continue;
            QCOMPARE(row->row.round.value, first.round.value);
            break;
        }
    }

    void whileItIsStuckTheFileNamesIt_data() {
        QTest::addColumn<kernel::Policy>("policy");
        QTest::addColumn<unsigned>("threads");
        QTest::newRow("rounds") << kernel::Policy::kRounds << 1u;
        QTest::newRow("rounds on three threads") << kernel::Policy::kRounds << 3u;
        QTest::newRow("one message at a time") << kernel::Policy::kRandom << 1u;
    }
    void whileItIsStuckTheFileNamesIt() {
        QFETCH(kernel::Policy, policy);
        QFETCH(unsigned, threads);
        const auto file = in("named.clew");
        // A copy, as whoever kills the process has it.
        const auto killed = in("killed.clew");
        Told told;
        RunRequest request = dormitory(file);
        request.policy = policy;
        request.threads = {.count = threads, .inlineBelow = 1};
        request.watchdog = told.options([&](const StuckTurn& turn) {
            if (turn.tellings > 1) return;
            std::filesystem::copy_file(file, killed,
                                       std::filesystem::copy_options::overwrite_existing);
        });
        auto run = ProgramRun::start(request);
        QVERIFY(run.ok());
        while (!told.sleeper()) (*run)->step();
        QVERIFY((*run)->finish("enough").ok());

        const StuckTurn first = *told.sleeper();
        const OpenedTrace cut = openTrace(killed);
        QVERIFY(cut.reader->state() == tracefmt::FileState::kCut);
        QVERIFY(cut.reader->verify(nullptr, nullptr).ok());
        const tracefmt::HostNote note = cut.reader->notes().back();
        tracefmt::HostNote expected = noteOf(first);
        expected.readableTo = *first.readableTo;
        QVERIFY(note == expected);
        QCOMPARE(note.kind, tracefmt::HostNoteKind::kStuckTurn);
        QCOMPARE(note.path, cut.reader->births().at(note.cell.value).path);
        QCOMPARE(note.readableTo, cut.reader->lastPosition());
        const auto turns = recorder::notedTurns(*cut.reader);
        QVERIFY(!turns.back().cameBack);
        const auto sent = cut.history->rowAt(note.enqueuedAt);
        QVERIFY(sent.ok() && sent->row.peer == note.cell);

        // All that was committed was in it: what comes next is the commit of that very round.
        const OpenedTrace whole = openTrace(file);
        QVERIFY(whole.reader->state() == tracefmt::FileState::kClean);
        QVERIFY(whole.reader->verify(nullptr, nullptr).ok());
        const auto next = whole.history->rowAt({note.readableTo.value + 1});
        QVERIFY(next.ok() && next->row.kind == EventKind::kDeliver);
        QCOMPARE(next->row.round, note.round);
        const auto all = recorder::notedTurns(*whole.reader);
        QVERIFY(
            std::all_of(all.begin(), all.end(), [](const auto& turn) { return turn.cameBack; }));
    }

    void runsThatAreNotRecordedAreWatchedToo() {
        for (const bool unobserved : {false, true}) {
            gate.close();
            Told told;
            RunRequest request = dormitory({});
            request.unobserved = unobserved;
            request.watchdog = told.options();
            auto run = ProgramRun::start(request);
            QVERIFY(run.ok());
            while (!told.sleeper()) (*run)->step();
            QVERIFY((*run)->finish("enough").ok());
            QVERIFY(!told.sleeper()->readableTo && !told.sleeper()->noted);
        }
    }

    void severalAtOnceAreToldEach() {
        // Both threads must take one of the two sleepers in one round. When they do not, whoever
        // came alone is let go, and the next round tries again.
        std::mutex mutex;
        std::set<std::string> told;
        std::set<std::uint32_t> threads;
        std::atomic<bool> both = false;
        const std::set<std::string> wanted{"dormitory/sleeper", "dormitory/sleeper#2"};
        RunRequest request = dormitory({});
        request.args = {{"sleepers", "700"}};  // so many that threads are woken for them
        request.threads = {.count = 2, .inlineBelow = 1, .cellsPerPart = 1};
        request.watchdog = {1ms, [&](const StuckTurn& turn) {
                                const std::lock_guard lock{mutex};
                                if (both || turn.cameBack || wanted.count(turn.path) == 0) return;
                                if (!gate.holds(0) || !gate.holds(1)) {
                                    told.clear();
                                    threads.clear();
                                    gate.open(0);
                                    gate.open(1);
                                    return;
                                }
                                told.insert(turn.path);
                                threads.insert(turn.thread);
                                if (told.size() < 2) return;
                                both = true;
                                gate.openAll();
                            }};
        auto run = ProgramRun::start(request);
        QVERIFY2(run.ok(), std::string{run.status().message()}.c_str());
        while (!both) (*run)->step();
        QVERIFY((*run)->finish("enough").ok());
        QVERIFY(told == wanted);
        QVERIFY((threads == std::set<std::uint32_t>{0, 1}));
    }

    void theTraceIsTheSameWithAndWithout() {
        gate.openAll();
        const auto record = [&](const char* name, const char* program,
                                std::chrono::nanoseconds limit, std::uint32_t threads,
                                kernel::Policy policy) {
            RunRequest request{program, {}, 3, policy, in(name)};
            request.threads = {.count = threads, .inlineBelow = 1};
            request.watchdog = {limit, [&](const StuckTurn&) { gate.openAll(); }};
            auto run = ProgramRun::start(request);
            for (int i = 0; i < 2000 && (*run)->step(); ++i) {
            }
            return (*run)->finish("enough").ok();
        };
        using kernel::Policy;
        for (const char* program : {"till", "theatre", "dormitory"}) {
            for (const Policy policy : {Policy::kRandom, Policy::kRounds}) {
                QVERIFY(record("plain.clew", program, 0s, 1, policy));
                QVERIFY(record("watched.clew", program, 1h, 1, policy));
                QVERIFY(fileBytes(in("plain.clew")) == fileBytes(in("watched.clew")));
            }
            QVERIFY(record("threads.clew", program, 1h, 3, Policy::kRounds));
            QVERIFY(fileBytes(in("plain.clew")) == fileBytes(in("threads.clew")));
        }
        // One that really was stuck has its notes besides, and shorter chunks before them.
        gate.close();
        QVERIFY(record("stuck.clew", "dormitory", 1ms, 1, Policy::kRounds));
        const OpenedTrace plain = openTrace(in("plain.clew"));
        const OpenedTrace stuck = openTrace(in("stuck.clew"));
        QVERIFY(plain.reader->notes().empty() && !stuck.reader->notes().empty());
        QVERIFY(plain.reader->meta() == stuck.reader->meta());
        QVERIFY(plain.reader->stats() == stuck.reader->stats());
        QVERIFY(plain.reader->births() == stuck.reader->births());
        QVERIFY(std::ranges::equal(plain.reader->types().all(), stuck.reader->types().all()));
        QCOMPARE(plain.reader->snapshots().size(), stuck.reader->snapshots().size());
        for (std::size_t i = 0; i < plain.reader->snapshots().size(); ++i)
            QVERIFY(*plain.reader->snapshot(i) == *stuck.reader->snapshot(i));
        QVERIFY(stuck.reader->verify(nullptr, nullptr).ok());
    }

    void whoIsNotAskedToLookDoesNot() {
        QVERIFY(!recorder::WatchdogOptions{}.on());
        QVERIFY(!(recorder::WatchdogOptions{10s, nullptr}.on()));
        QVERIFY(!(recorder::WatchdogOptions{0s, [](const StuckTurn&) {}}.on()));
        QVERIFY(!(recorder::WatchdogOptions{-1s, [](const StuckTurn&) {}}.on()));
        QVERIFY((recorder::WatchdogOptions{1ns, [](const StuckTurn&) {}}.on()));
    }

    void theTextSaysWhatWhereHowLongAndWhatNext() {
        StuckTurn turn;
        turn.path = "shop/till#2";
        turn.type = "shop::Till";
        turn.message = "shop::Buy";
        turn.round = Round{45};
        turn.enqueuedAt = Position{123};
        turn.thread = 3;
        turn.ranFor = 10'042ms;
        turn.readableTo = Position{4096};
        const auto lines = linesOf(turn, 1234);
        QCOMPARE(lines.size(), std::size_t{3});
        QCOMPARE(
            lines[0],
            std::string{"a turn has not come back for 10s: shop/till#2 (Till) is handling Buy, "
                        "put into its mailbox by event 123, in round 45 on thread 3"});
        QCOMPARE(lines[1], std::string{"the trace can be read up to event 4096 meanwhile"});
        QVERIFY(lines[2].find("gdb -p 1234 ") != std::string::npos);
        QVERIFY(lines[2].find("look for shop::Till") != std::string::npos);
        QVERIFY(lines[2].find("effect") != std::string::npos);
        turn.noted = true;
        QCOMPARE(linesOf(turn, 1)[1],
                 std::string{"the trace holds all events up to 4096 and a note of this turn, "
                             "whatever becomes of the run"});
        turn.noted = false;
        turn.readableTo = Position{0};
        QVERIFY(linesOf(turn, 1)[1].find("no event of the trace can be read yet") == 0);
        turn.readableTo.reset();
        QCOMPARE(linesOf(turn, 1).size(), std::size_t{2});
        turn.tellings = 2;
        QCOMPARE(linesOf(turn, 1).size(), std::size_t{1});
        turn.cameBack = true;
        turn.ranFor = 250ms;
        QCOMPARE(linesOf(turn, 1),
                 std::vector<std::string>{"a turn came back after 250ms: shop/till#2 (Till) has "
                                          "handled its Buy of event 123, and the run goes on"});
    }

    void aFindingAsANote() {
        StuckTurn turn;
        turn.cell = Rank{7};
        turn.path = "shop/till#2";
        turn.type = "shop::Till";
        turn.message = "shop::Buy";
        turn.round = Round{45};
        turn.enqueuedAt = Position{123};
        turn.thread = 3;
        turn.ranFor = 10'042ms;
        using tracefmt::HostNoteKind;
        tracefmt::HostNote note{HostNoteKind::kStuckTurn,
                                {},
                                {45},
                                3,
                                {7},
                                "shop/till#2",
                                "shop::Till",
                                "shop::Buy",
                                {123},
                                10'042'000'000};
        QVERIFY(noteOf(turn) == note);
        turn.tellings = 2;
        note.kind = HostNoteKind::kStillStuck;
        QVERIFY(noteOf(turn) == note);
        turn.cameBack = true;
        note.kind = HostNoteKind::kCameBack;
        QVERIFY(noteOf(turn) == note);
    }
};

QTEST_GUILESS_MAIN(TstWatchdog)
#include "tst_watchdog.moc"
