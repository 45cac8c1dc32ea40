// Runs that somebody looks on at, in this process and in one of their own: the same answers, and
// of a process that dies the reason, and all that was committed.
#include "recorder/history.h"
#include "recorder/host/child_run.h"
#include "recorder/host/live_run.h"
#include "recorder/replay.h"
#include "tests/support/must.h"
#include "tracefmt/trace_reader.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <map>
#include <mutex>
#include <optional>
#include <sys/wait.h>

using namespace ariadne;
using namespace ariadne::host;
using namespace std::chrono_literals;
using ariadne::test::must;
using Phase = RunStatus::Phase;
using tracefmt::FileState;
using tracefmt::TraceReader;
using Conditions = std::vector<std::string>;

namespace {

/// Far longer than anything here takes.
constexpr auto kPatience = 60s;

/// What a host told, for a test that waits.
class Heard {
public:
    RunHost::Answers answers() {
        RunHost::Answers out;
        out.status = [this](const RunStatus& status) {
            change([&] { statuses_.push_back(status); });
        };
        out.began = [this] { change([&] { ++began_; }); };
        out.grown = [this](bool settled) { change([&] { settled_ += settled ? 1 : 0; }); };
        return out;
    }

    /// Whether a status of `phase` comes, `count` in all.
    bool hears(Phase phase, int count = 1) {
        return waitsFor([&] {
            return std::count_if(statuses_.begin(), statuses_.end(), [&](const RunStatus& status) {
                       return status.phase == phase;
                   }) >= count;
        });
    }
    bool hearsOfMoreThan(std::uint64_t rounds) {
        return waitsFor([&] { return !statuses_.empty() && statuses_.back().rounds > rounds; });
    }
    bool hearsOfStuck() {
        return waitsFor([&] { return !statuses_.empty() && !statuses_.back().stuck.empty(); });
    }
    bool hearsSettled(int count) {
        return waitsFor([&] { return settled_ >= count; });
    }
    RunStatus last() {
        const std::lock_guard lock{mutex_};
        return statuses_.empty() ? RunStatus{} : statuses_.back();
    }
    int began() {
        const std::lock_guard lock{mutex_};
        return began_;
    }

private:
    template <class What>
    void change(What what) {
        const std::lock_guard lock{mutex_};
        what();
        changed_.notify_all();
    }
    template <class Condition>
    bool waitsFor(Condition holds) {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, kPatience, holds);
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<RunStatus> statuses_;
    int began_ = 0;
    int settled_ = 0;
};

/// Of the advice "gdb -p PROCESS"; 0: there is none.
pid_t processNamedIn(const std::string& advice) {
    const std::string before = "gdb -p ";
    const std::size_t at = advice.find(before);
    return at == std::string::npos ? 0 : std::atoi(advice.c_str() + at + before.size());
}

bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// An actor that failed and was restarted in a round in which it had no turn before, and the first
/// one that it had then.
struct Revival {
    Rank cell;
    std::uint64_t round = 0;
    Position turn;
};

std::optional<Revival> revivalIn(const std::filesystem::path& file) {
    const auto reader = must(TraceReader::open(file));
    recorder::History history{*reader};
    std::map<Rank, std::uint64_t> turns;  // round of the last one
    std::map<Rank, std::uint64_t> fails;
    std::map<Rank, std::uint64_t> revived;
    for (Position at{1}; at <= reader->lastPosition(); ++at.value) {
        const EventRow row = must(history.rowAt(at)).row;
        const std::uint64_t round = row.round.value;
        if (row.kind == EventKind::kDeliver) {
            if (revived.contains(row.cell)) return Revival{row.cell, revived[row.cell], at};
            turns[row.cell] = round;
        }
        if (row.kind == EventKind::kStop || row.kind == EventKind::kFail) revived.erase(row.cell);
        if (row.kind == EventKind::kFail && turns[row.cell] != round) fails[row.cell] = round;
        if (row.kind == EventKind::kRestart && fails[row.cell] == round && round > 1)
            revived[row.cell] = round;
    }
    return std::nullopt;
}

}  // namespace

class TstRunHosts : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    std::filesystem::path in(const std::string& name) {
        return std::filesystem::path{folder_.path().toStdString()} / name;
    }
    recorder::RunRequest request(const std::string& what, const std::string& turns,
                                 const std::filesystem::path& file) {
        recorder::RunRequest out;
        out.program = "mishap";
        out.args = {{"what", what}, {"turns", turns}};
        out.seed = 7;
        out.file = file;
        return out;
    }
    static std::vector<std::string> command() {
        return {ARIADNE_COMMAND, "host", "--programs", TEST_PROGRAMS};
    }
    static std::unique_ptr<RunHost> hostOf(bool elsewhere) {
        if (elsewhere) return std::make_unique<ChildRun>(command());
        return std::make_unique<LiveRun>();
    }
    static void here_data() {
        QTest::addColumn<bool>("elsewhere");
        QTest::newRow("in this process") << false;
        QTest::newRow("in one of its own") << true;
    }

private Q_SLOTS:
    void aRunEndsAndIsWhole_data() { here_data(); }
    void aRunEndsAndIsWhole() {
        QFETCH(const bool, elsewhere);
        const auto plain = in("plain.clew");
        {
            auto run = must(recorder::ProgramRun::start(request("nothing", "500", plain)));
            while (run->step()) {
            }
            must(run->finish(""));
        }
        Heard heard;
        const auto host = hostOf(elsewhere);
        const auto file = in("whole.clew");
        host->start(request("nothing", "500", file), false, heard.answers());
        QVERIFY(heard.hears(Phase::kEnded));
        QVERIFY(heard.hearsSettled(1));
        QCOMPARE(heard.began(), 1);
        QCOMPARE(heard.last().outcome, Outcome::kCompleted);
        QCOMPARE(heard.last().text, std::string("counted"));
        QCOMPARE(heard.last().program, std::string("mishap"));
        QCOMPARE(heard.last().file, file.string());
        const auto reader = must(TraceReader::open(file));
        QCOMPARE(reader->state(), FileState::kClean);
        QCOMPARE(reader->lastPosition().value, heard.last().events);
        QCOMPARE(reader->stats().eventDigest, must(TraceReader::open(plain))->stats().eventDigest);
    }

    void itPausesStepsAndStops_data() { here_data(); }
    void itPausesStepsAndStops() {
        QFETCH(const bool, elsewhere);
        Heard heard;
        const auto host = hostOf(elsewhere);
        const auto file = in("stepped.clew");
        host->start(request("nothing", "1000000000", file), true, heard.answers());
        QVERIFY(heard.hears(Phase::kPaused));
        QCOMPARE(heard.last().rounds, std::uint64_t{0});
        host->step(5);
        QVERIFY(heard.hears(Phase::kPaused, 2));
        QCOMPARE(heard.last().rounds, std::uint64_t{5});
        host->resume();
        QVERIFY(heard.hearsOfMoreThan(5));
        host->pause();
        QVERIFY(heard.hears(Phase::kPaused, 3));
        const RunStatus paused = heard.last();
        QVERIFY(paused.rounds > 5);
        // What a pause tells of can be read.
        QVERIFY(heard.hearsSettled(3));
        const auto reader = must(TraceReader::open(file));
        QCOMPARE(reader->state(), FileState::kRecording);
        QCOMPARE(reader->lastPosition().value, paused.events);
        host->stop();
        QVERIFY(heard.hears(Phase::kEnded));
        QVERIFY(heard.hearsSettled(4));
        QCOMPARE(must(TraceReader::open(file))->state(), FileState::kClean);
    }

    /// Whoever counts to 300 is delivered its 300th Next, the 301st message, in round 301.
    void itPausesAtABreakpoint_data() { here_data(); }
    void itPausesAtABreakpoint() {
        QFETCH(const bool, elsewhere);
        Heard heard;
        const auto host = hostOf(elsewhere);
        const auto file = in("stopped.clew");
        host->setStops({"state.counted = 300", "kind = fail", "nonsense ="});
        host->start(request("nothing", "1000000000", file), false, heard.answers());
        QVERIFY(heard.hears(Phase::kPaused));
        const RunStatus paused = heard.last();
        QCOMPARE(paused.pause, RunStatus::Pause::kStop);
        QCOMPARE(paused.stop.conditions, Conditions{"state.counted = 300"});
        QCOMPARE(paused.troubles.size(), std::size_t{1});
        QCOMPARE(paused.troubles[0].condition, std::string("nonsense ="));
        // Exactly there: what was committed ends with its round, and can be read.
        QVERIFY(heard.hearsSettled(1));
        const auto reader = must(TraceReader::open(file));
        QCOMPARE(reader->lastPosition().value, paused.events);
        recorder::History history{*reader};
        const EventRow row = must(history.rowAt(paused.stop.event)).row;
        QCOMPARE(row.kind, EventKind::kDeliver);
        QCOMPARE(row.round.value, paused.rounds);
        const auto cell = must(history.cellAt(paused.stop.event, row.cell));
        QVERIFY(says(value::showLine(reader->types(), cell.stateType, cell.state.encode()),
                     "counted: 300"));

        // It goes on, and stops at what is set meanwhile, though it runs.
        host->resume();
        QVERIFY(heard.hearsOfMoreThan(paused.rounds + 1000));
        host->setStops({"kind = deliver"});
        QVERIFY(heard.hears(Phase::kPaused, 2));
        QCOMPARE(heard.last().stop.conditions, Conditions{"kind = deliver"});
        QVERIFY(heard.last().troubles.empty());
        // Once for each round, and no more without them.
        const std::uint64_t rounds = heard.last().rounds;
        host->resume();
        QVERIFY(heard.hears(Phase::kPaused, 3));
        QCOMPARE(heard.last().rounds, rounds + 1);
        host->setStops({});
        host->resume();
        QVERIFY(heard.hearsOfMoreThan(rounds + 1000));
    }

    /// The last round is no exception: what fulfilled it can be looked at before all is over.
    void aBreakpointInTheFirstRowsAndInTheLastRound_data() { here_data(); }
    void aBreakpointInTheFirstRowsAndInTheLastRound() {
        QFETCH(const bool, elsewhere);
        Heard heard;
        const auto host = hostOf(elsewhere);
        const auto file = in("ends.clew");
        host->setStops({"position = 1", "kind = end"});
        host->start(request("nothing", "10", file), false, heard.answers());
        QVERIFY(heard.hears(Phase::kPaused));
        QCOMPARE(heard.last().stop.event, Position{1});
        QCOMPARE(heard.last().rounds, std::uint64_t{0});
        host->resume();
        QVERIFY(heard.hears(Phase::kPaused, 2));
        QCOMPARE(heard.last().stop.conditions, Conditions{"kind = end"});
        QVERIFY(heard.hearsSettled(2));
        QCOMPARE(must(TraceReader::open(file))->state(), FileState::kRecording);
        host->resume();
        QVERIFY(heard.hears(Phase::kEnded));
        QVERIFY(heard.hearsSettled(3));
        QCOMPARE(must(TraceReader::open(file))->state(), FileState::kClean);
    }

    void itRunsToTheNextTurnOfAnActor_data() { here_data(); }
    void itRunsToTheNextTurnOfAnActor() {
        QFETCH(const bool, elsewhere);
        Heard heard;
        const auto host = hostOf(elsewhere);
        const auto file = in("turns.clew");
        host->start(request("nothing", "3", file), true, heard.answers());
        QVERIFY(heard.hears(Phase::kPaused));
        std::vector<std::uint64_t> turns;
        for (int i = 0; i < 3; ++i) {
            host->stepTurnOf(Rank{1});
            QVERIFY(heard.hears(Phase::kPaused, 2 + i));
            QCOMPARE(heard.last().pause, RunStatus::Pause::kTurn);
            turns.push_back(heard.last().turn.value);
        }
        const auto reader = must(TraceReader::open(file));
        recorder::History history{*reader};
        for (const std::uint64_t turn : turns)
            QCOMPARE(must(history.rowAt({turn})).row.kind, EventKind::kDeliver);
        QVERIFY(turns[0] < turns[1] && turns[1] < turns[2]);
        // In its last one it ends, which is a turn of it as well; then the run is over.
        host->stepTurnOf(Rank{1});
        QVERIFY(heard.hears(Phase::kPaused, 5));
        host->resume();
        QVERIFY(heard.hears(Phase::kEnded));
    }

    /// An actor that has ended before, that is not born, and nobody.
    void whoHasNoOtherTurnIsNotWaitedFor_data() { here_data(); }
    void whoHasNoOtherTurnIsNotWaitedFor() {
        QFETCH(const bool, elsewhere);
        Heard heard;
        const auto host = hostOf(elsewhere);
        host->setStops({"kind = stop"});
        host->start(request("nothing", "3", in("gone.clew")), false, heard.answers());
        QVERIFY(heard.hears(Phase::kPaused));
        QCOMPARE(heard.last().pause, RunStatus::Pause::kStop);
        int pauses = 1;
        for (const Rank actor : {Rank{1}, Rank{99}, kOutside}) {
            host->stepTurnOf(actor);
            QVERIFY(heard.hears(Phase::kPaused, ++pauses));
            QCOMPARE(heard.last().pause, RunStatus::Pause::kEnded);
            QCOMPARE(heard.last().turn, Position{0});
        }
        host->resume();
        QVERIFY(heard.hears(Phase::kEnded));
    }

    /// It failed without a turn, as somebody else did, and lived again in the same round.
    void whoLivesAgainHasNotEnded() {
        recorder::RunRequest asked;
        asked.program = "theatre";
        asked.file = in("theatre.clew");
        std::optional<Revival> revived;
        for (asked.seed = 1; asked.seed < 200; ++asked.seed) {
            auto run = must(recorder::ProgramRun::start(asked));
            while (run->step()) {
            }
            must(run->finish(""));
            if ((revived = revivalIn(*asked.file))) break;
        }
        QVERIFY(revived.has_value());
        Heard heard;
        LiveRun host;
        host.start(asked, true, heard.answers());
        host.step(revived->round - 1);
        QVERIFY(heard.hears(Phase::kPaused, 2));
        host.stepTurnOf(revived->cell);
        QVERIFY(heard.hears(Phase::kPaused, 3));
        QCOMPARE(heard.last().pause, RunStatus::Pause::kTurn);
        QCOMPARE(heard.last().turn, revived->turn);
    }

    void aRunThatWaitsForItsProcessIsToldThatAnotherTookItsPlace() {
        Heard first;
        Heard second;
        Heard third;
        ChildRun host{command()};
        host.start(request("nothing", "1000000000", in("a.clew")), false, first.answers());
        host.start(request("nothing", "10", in("b.clew")), false, second.answers());
        host.start(request("nothing", "10", in("c.clew")), false, third.answers());
        QVERIFY(second.hears(Phase::kFailedToStart));
        QVERIFY2(says(second.last().text, "replaced by another run"), second.last().text.c_str());
        QCOMPARE(QString::fromStdString(second.last().file),
                 QString::fromStdString(in("b.clew").string()));
        QVERIFY(third.hears(Phase::kEnded));
        QVERIFY(first.hears(Phase::kEnded));
    }

    void grantsGoAlong_data() { here_data(); }
    void grantsGoAlong() {
        QFETCH(const bool, elsewhere);
        Heard heard;
        const auto host = hostOf(elsewhere);
        const auto file = in("granted.clew");
        auto asked = request("nothing", "10", file);
        asked.grants = {{"file_read", "/nowhere"}, {"command", "ls"}};
        host->start(asked, false, heard.answers());
        QVERIFY(heard.hears(Phase::kEnded));
        QVERIFY(heard.hearsSettled(1));
        const auto reader = must(TraceReader::open(file));
        const auto& grants = reader->meta().grants;
        QCOMPARE(grants.size(), std::size_t{2});
        QCOMPARE(grants[1].first, std::string("command"));
        QCOMPARE(grants[1].second, std::string("ls"));
    }

    void anotherRunEndsTheOneBefore_data() { here_data(); }
    void anotherRunEndsTheOneBefore() {
        QFETCH(const bool, elsewhere);
        Heard first;
        Heard second;
        const auto host = hostOf(elsewhere);
        // Of the same name: the first has let go of it by then.
        host->start(request("nothing", "1000000000", in("same.clew")), false, first.answers());
        QVERIFY(first.hears(Phase::kRunning));
        host->start(request("nothing", "10", in("same.clew")), false, second.answers());
        QVERIFY(first.hears(Phase::kEnded));
        QVERIFY(second.hears(Phase::kEnded));
        QVERIFY(second.hearsSettled(1));
        const auto reader = must(TraceReader::open(in("same.clew")));
        QCOMPARE(reader->lastPosition().value, second.last().events);
    }

    void whatIsAskedBehindAStartIsOfThatRun_data() { here_data(); }
    void whatIsAskedBehindAStartIsOfThatRun() {
        QFETCH(const bool, elsewhere);
        Heard first;
        Heard second;
        const auto host = hostOf(elsewhere);
        host->start(request("nothing", "1000000000", in("one.clew")), false, first.answers());
        QVERIFY(first.hears(Phase::kRunning));
        host->start(request("nothing", "1000000000", in("two.clew")), true, second.answers());
        host->step(3);
        host->stop();
        QVERIFY(first.hears(Phase::kEnded));
        QVERIFY(second.hears(Phase::kEnded));
        QVERIFY(second.last().rounds <= 3);
    }

    void whatCannotBeStartedIsSaid_data() { here_data(); }
    void whatCannotBeStartedIsSaid() {
        QFETCH(const bool, elsewhere);
        Heard heard;
        const auto host = hostOf(elsewhere);
        auto unknown = request("nothing", "1", in("unknown.clew"));
        unknown.program = "no_such_program";
        host->start(unknown, false, heard.answers());
        QVERIFY(heard.hears(Phase::kFailedToStart));
        QVERIFY2(says(heard.last().text, "no_such_program"), heard.last().text.c_str());
        // And one that can, afterwards.
        host->start(request("nothing", "10", in("known.clew")), false, heard.answers());
        QVERIFY(heard.hears(Phase::kEnded));
    }

    void destroyingItSealsTheFile_data() { here_data(); }
    void destroyingItSealsTheFile() {
        QFETCH(const bool, elsewhere);
        Heard heard;
        auto host = hostOf(elsewhere);
        host->start(request("nothing", "1000000000", in("closed.clew")), false, heard.answers());
        QVERIFY(heard.hears(Phase::kRunning));
        host.reset();
        QCOMPARE(must(TraceReader::open(in("closed.clew")))->state(), FileState::kClean);
    }

    void aProcessThatDiesLosesNothing_data() {
        QTest::addColumn<std::string>("what");
        QTest::addColumn<std::string>("said");
        QTest::newRow("segmentation fault")
            << std::string{"segv"} << std::string{"signal 11, Segmentation fault"};
        QTest::newRow("abort") << std::string{"abort"} << std::string{"signal 6, Aborted"};
        QTest::newRow("exit") << std::string{"exit"} << std::string{"status 3"};
    }
    void aProcessThatDiesLosesNothing() {
        QFETCH(const std::string, what);
        QFETCH(const std::string, said);
        Heard heard;
        ChildRun host{command()};
        const auto file = in(what + ".clew");
        host.start(request(what, "4000", file), false, heard.answers());
        QVERIFY(heard.hears(Phase::kCrashed));
        QVERIFY2(says(heard.last().text, said), heard.last().text.c_str());
        QVERIFY(heard.hearsSettled(1));
        // All turns before the last are there, and the program goes through them again.
        const auto reader = must(TraceReader::open(file));
        QCOMPARE(reader->state(), FileState::kCut);
        recorder::History history{*reader};
        std::uint64_t delivered = 0;
        for (Position at{1}; at <= reader->lastPosition(); ++at.value)
            if (must(history.rowAt(at)).row.kind == EventKind::kDeliver) ++delivered;
        QCOMPARE(delivered, std::uint64_t{4000});
        // And the next run has a process again.
        host.start(request("nothing", "10", in("after.clew")), false, heard.answers());
        QVERIFY(heard.hears(Phase::kEnded));
    }

    void aProcessThatDiesAtOnceIsToldOfAsWell() {
        Heard heard;
        ChildRun host{command()};
        const auto file = in("at-once.clew");
        host.start(request("segv", "1", file), false, heard.answers());
        QVERIFY(heard.hears(Phase::kCrashed));
        QVERIFY2(says(heard.last().text, "signal 11"), heard.last().text.c_str());
        // Whatever of it came through, what is there can be opened.
        QVERIFY(heard.hearsSettled(1));
        QCOMPARE(heard.began(), 1);
        QCOMPARE(must(TraceReader::open(file))->state(), FileState::kCut);
    }

    void aTurnThatNeverEndsIsToldOfAndStoppedByForce() {
        Heard heard;
        ChildRun host{command()};
        const auto file = in("spin.clew");
        auto spinning = request("spin", "300", file);
        spinning.watchdog.limit = 100ms;
        host.start(spinning, false, heard.answers());
        QVERIFY(heard.hearsOfStuck());
        QVERIFY2(says(heard.last().stuck, "Counter"), heard.last().stuck.c_str());
        host.stop();
        QVERIFY(heard.hears(Phase::kCrashed));
        QVERIFY2(says(heard.last().text, "did not come to an end"), heard.last().text.c_str());
        QVERIFY(heard.last().stuck.empty());
        QCOMPARE(must(TraceReader::open(file))->state(), FileState::kCut);
    }

    void aProcessThatCannotSealInTimeIsLeftToItself() {
        Heard heard;
        auto host = std::make_unique<ChildRun>(command());
        auto spinning = request("spin", "300", in("left.clew"));
        spinning.watchdog.limit = 100ms;
        host->start(spinning, false, heard.answers());
        QVERIFY(heard.hearsOfStuck());
        host.reset();
        // It still has the file: no longer ours, and not killed by us.
        QCOMPARE(must(TraceReader::open(in("left.clew")))->state(), FileState::kRecording);
        const pid_t process = processNamedIn(heard.last().stuck);
        QVERIFY(process > 0);
        QCOMPARE(::kill(process, SIGKILL), 0);
    }

    /// Stopped in the middle, and while it ends by itself already.
    void aProcessThatDoesNotEndWhileItSealsIsKilled_data() {
        QTest::addColumn<std::string>("turns");
        QTest::newRow("stopped") << std::string{"1000000000"};
        QTest::newRow("ending") << std::string{"300"};
    }
    void aProcessThatDoesNotEndWhileItSealsIsKilled() {
        QFETCH(const std::string, turns);
        Heard heard;
        // A turn would be waited for longer than anything here takes.
        ChildRun host{command(), {2 * kPatience, 1ms}};
        const auto file = in("linger" + turns + ".clew");
        host.start(request("linger", turns, file), false, heard.answers());
        QVERIFY(heard.hears(turns == "300" ? Phase::kEnded : Phase::kRunning));
        host.stop();
        QVERIFY(heard.hears(Phase::kCrashed));
        QVERIFY2(says(heard.last().text, "within 1 ms of beginning to seal its file"),
                 heard.last().text.c_str());
        QVERIFY(heard.hearsSettled(1));
        // What was told to be the end was sealed.
        if (turns == "300") QCOMPARE(must(TraceReader::open(file))->state(), FileState::kClean);
    }

    void aHostThatCannotSealInTimeEndsItself() {
        Heard heard;
        auto host = std::make_unique<ChildRun>(std::vector<std::string>{HASTY_HOST},
                                               ChildRun::Patience{1ms, 1ms});
        auto spinning = request("spin", "300", in("hasty.clew"));
        spinning.watchdog.limit = 100ms;
        host->start(spinning, false, heard.answers());
        QVERIFY(heard.hearsOfStuck());
        const pid_t process = processNamedIn(heard.last().stuck);
        QVERIFY(process > 0);
        // Left to itself by us, it would be in that turn for ever.
        host.reset();
        int status = 0;
        if (::waitpid(process, &status, 0) == process)
            QVERIFY(WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM);
        else
            QCOMPARE(errno, ECHILD);  // so quick that the host above has seen its end
        QCOMPARE(must(TraceReader::open(in("hasty.clew")))->state(), FileState::kCut);
    }

    void whatOnlyThisProcessCanDoIsRefused() {
        Heard heard;
        ChildRun host{command()};
        auto asked = request("nothing", "10", in("refused.clew"));
        asked.decisions.push_back({});
        host.start(asked, false, heard.answers());
        QVERIFY(heard.hears(Phase::kFailedToStart));
        QVERIFY2(says(heard.last().text, "recorded decisions"), heard.last().text.c_str());
    }

    void aCommandThatIsNotThereIsSaid() {
        Heard heard;
        ChildRun host{{"/nowhere/ariadne", "host"}};
        host.start(request("nothing", "10", in("nowhere.clew")), false, heard.answers());
        QVERIFY(heard.hears(Phase::kFailedToStart));
        QVERIFY2(says(heard.last().text, "/nowhere/ariadne"), heard.last().text.c_str());
    }

    void aCommandThatIsAnotherOneIsACrash() {
        Heard heard;
        ChildRun host{{"/bin/false"}};
        host.start(request("nothing", "10", in("false.clew")), false, heard.answers());
        QVERIFY(heard.hears(Phase::kCrashed));
        QVERIFY2(says(heard.last().text, "status 1 before the run began"),
                 heard.last().text.c_str());
        QCOMPARE(heard.began(), 0);
    }
};

QTEST_GUILESS_MAIN(TstRunHosts)
#include "tst_run_hosts.moc"
