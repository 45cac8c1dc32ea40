// Messages from other threads: in order, none lost, recorded; and what becomes of the others.
#include "engine/ariadne.h"
#include "recorder/outside.h"
#include "tests/recorder/support/till.h"
#include "tests/support/replayed.h"

#include <QTest>

#include <array>
#include <atomic>
#include <thread>

using namespace ariadne;
using namespace ariadne::test;
using namespace std::chrono_literals;
using recorder::Port;
using recorder::ProgramRun;
using recorder::RunRequest;

namespace letterbox {

struct Args {
    std::uint32_t letters = 1;
};
BOOST_DESCRIBE_STRUCT(Args, (), (letters))
struct Letter {
    std::uint32_t writer = 0;
    std::uint32_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Letter, (), (writer, number))
/// Nobody accepts it.
struct Parcel {
    std::string content;
};
BOOST_DESCRIBE_STRUCT(Parcel, (), (content))

/// Is gone at once.
struct Guest {
    void on(Context& cx, const Start&) { cx.stop(); }
};
BOOST_DESCRIBE_STRUCT(Guest, (), ())
ARIADNE_ACTOR(Guest, Start)

/// Ends when all letters are there; fails when one writer's come in another order than from 1 on.
struct Box {
    std::uint32_t missing = 0;
    OrderedMap<std::uint32_t, std::uint32_t> last{};
    void on(Context& cx, const Args& m) {
        missing = m.letters;
        cx.spawn<Guest>("guest");
    }
    void on(Context& cx, const Letter& m) {
        const auto before = last.find(m.writer);
        const std::uint32_t expected = before == last.end() ? 1 : before->second + 1;
        if (m.number != expected) cx.fail("letter " + std::to_string(m.number));
        last.insert_or_assign(m.writer, m.number);
        if (--missing == 0) cx.stop("all are here");
    }
};
BOOST_DESCRIBE_STRUCT(Box, (), (missing, last))
ARIADNE_ACTOR(Box, Args, Letter)
ARIADNE_PROGRAM("letterbox", "1.0", Box, Args)

}  // namespace letterbox

using letterbox::Letter;
using letterbox::Parcel;

class TstPort : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::filesystem::path in(const char* name) {
        return std::filesystem::path{folder_.path().toStdString()} / name;
    }
    static RunRequest letters(std::uint32_t count, std::optional<std::filesystem::path> file = {}) {
        RunRequest request{"letterbox",
                           {{"letters", std::to_string(count)}},
                           1,
                           kernel::Policy::kRounds,
                           std::move(file)};
        request.live = true;
        return request;
    }
    static std::unique_ptr<ProgramRun> started(const RunRequest& request) {
        auto run = ProgramRun::start(request);
        return run.ok() ? *std::move(run) : nullptr;
    }
    /// "completed: all are here"; stops after far more steps than any of these runs needs.
    static std::string runToEnd(ProgramRun& run) {
        for (int i = 0; i < 100'000 && run.step(); ++i) {
        }
        const std::string verdict =
            std::string{nameOf(run.world().outcome())} + ": " + run.world().outcomeText();
        return run.finish("too long").ok() ? verdict : "recording failed";
    }
    static std::vector<EventRow> rowsOf(const OpenedTrace& trace, EventKind kind) {
        std::vector<EventRow> rows;
        for (Position at{1}; at <= trace.reader->lastPosition(); ++at.value)
            if (const auto row = trace.history->rowAt(at); row.ok() && row->row.kind == kind)
                rows.push_back(row->row);
        return rows;
    }

private Q_SLOTS:
    void whatThreadsPostArrivesInTheirOrderAndReplays() {
        constexpr std::uint32_t kWriters = 4, kEach = 1000;
        auto run = started(letters(kWriters * kEach, in("letters.clew")));
        QVERIFY(run);
        const auto port = run->openPort("letterbox", {.messagesMax = 100});
        QVERIFY(port.ok());
        std::atomic<bool> refusedOddly = false;
        const auto writes = [&, port = *port](std::uint32_t writer) {
            for (std::uint32_t number = 1; number <= kEach && !refusedOddly;) {
                const absl::Status posted = port.post(Letter{writer, number});
                if (posted.ok())
                    ++number;
                else if (absl::IsResourceExhausted(posted))
                    std::this_thread::yield();
                else
                    refusedOddly = true;
            }
        };
        std::string verdict;
        {
            std::array<std::jthread, kWriters> writers;
            for (std::uint32_t i = 0; i < kWriters; ++i) writers[i] = std::jthread{writes, i};
            verdict = runToEnd(*run);
        }
        QVERIFY(!refusedOddly);
        QCOMPARE(verdict, std::string{"completed: all are here"});
        const OpenedTrace trace = openTrace(in("letters.clew"));
        QCOMPARE(rowsOf(trace, EventKind::kInput).size(), std::size_t{kWriters * kEach + 1});
        QVERIFY(rowsOf(trace, EventKind::kDrop).empty());
        QCOMPARE(replayed(*trace.reader), std::string{"identical"});
    }

    void whatNobodyTakesIsADeadLetterThatSaysWhy() {
        auto run = started(letters(1, in("dead.clew")));
        QVERIFY(run);
        // Until the guest was born and is gone.
        for (int i = 0; i < 1000 && run->world().births().size() < 3; ++i) run->step();
        for (int i = 0; i < 1000 && run->world().aliveCount() > 1; ++i) run->step();
        QVERIFY(run->openPort("letterbox/nobody")->post(Letter{1, 1}).ok());
        QVERIFY(run->openPort("letterbox/nobody")->post(Parcel{"tea"}).ok());
        QVERIFY(run->openPort(CellKey{4711})->post(Letter{1, 1}).ok());
        QVERIFY(run->openPort("letterbox/guest")->post(Letter{1, 1}).ok());
        QVERIFY(run->openPort("letterbox")->post(Parcel{"tea"}).ok());
        QVERIFY(run->openPort("letterbox")->post(Letter{1, 1}).ok());
        QCOMPARE(runToEnd(*run), std::string{"completed: all are here"});
        const OpenedTrace trace = openTrace(in("dead.clew"));
        std::string reasons;
        for (const EventRow& row : rowsOf(trace, EventKind::kDrop))
            reasons += std::string{nameOf(static_cast<DropReason>(row.arg))} + " ";
        QCOMPARE(reasons, std::string{"no_such_cell no_such_cell no_such_cell receiver_ended "
                                      "unhandled "});
        QCOMPARE(replayed(*trace.reader), std::string{"identical"});
    }

    void aPathMayBeBornLater() {
        auto run = started(letters(2));
        QVERIFY(run);
        const auto port = run->openPort("letterbox/guest");
        QVERIFY(port.ok() && port->post(Letter{1, 1}).ok());
        for (int i = 0; i < 1000 && run->world().births().size() < 3; ++i) run->step();
        QVERIFY(port->post(Letter{1, 1}).ok());
        run->step();
        const auto dropped = run->world().metrics().dropped;
        QCOMPARE(dropped[static_cast<std::size_t>(DropReason::kNoSuchCell)], std::uint64_t{1});
        QCOMPARE(dropped[static_cast<std::size_t>(DropReason::kNoSuchCell)] +
                     dropped[static_cast<std::size_t>(DropReason::kReceiverEnded)] +
                     dropped[static_cast<std::size_t>(DropReason::kUnhandled)],
                 std::uint64_t{2});
    }

    void aFullPortRefusesByName() {
        auto run = started(letters(9));
        QVERIFY(run);
        const auto port = run->openPort("letterbox", {.messagesMax = 2});
        const auto other = run->openPort("letterbox", {.messagesMax = 1});
        QVERIFY(port.ok() && other.ok());
        QVERIFY(port->post(Letter{1, 1}).ok() && port->post(Letter{1, 2}).ok());
        const absl::Status full = port->post(Letter{1, 3});
        QCOMPARE(full.code(), absl::StatusCode::kResourceExhausted);
        QVERIFY(full.message().find("limit messagesMax (2) reached") != absl::string_view::npos);
        QVERIFY(full.message().find("'letterbox'") != absl::string_view::npos);
        QVERIFY(other->post(Letter{1, 3}).ok());  // each has a bound of its own
        QCOMPARE(port->waiting(), std::size_t{2});
        run->step();
        QCOMPARE(port->waiting(), std::size_t{0});
        QVERIFY(port->post(Letter{1, 4}).ok());
    }

    void aMessageNoTraceCanHoldIsRefusedAndTheRunGoesOn() {
        RunRequest request = letters(1, in("long.clew"));
        request.limits.messageBytesMax = 40;
        auto run = started(request);
        QVERIFY(run);
        const auto port = run->openPort("letterbox");
        QVERIFY(port.ok());
        const auto parcelOf = [](std::size_t bytes) {  // when encoded: a length goes first
            return Parcel{std::string(bytes - 1, 'x')};
        };
        const absl::Status refused = port->post(parcelOf(41));
        QCOMPARE(refused.code(), absl::StatusCode::kInvalidArgument);
        QCOMPARE(std::string{refused.message()},
                 std::string{"limit messageBytesMax (40) reached: the message Parcel for "
                             "'letterbox' has 41 bytes; post it in parts, or start the run with a "
                             "higher limit"});
        QCOMPARE(port->waiting(), std::size_t{0});
        QVERIFY(port->post(parcelOf(40)).ok());
        QVERIFY(port->post(Letter{1, 1}).ok());
        QCOMPARE(runToEnd(*run), std::string{"completed: all are here"});
        const OpenedTrace trace = openTrace(in("long.clew"));
        QCOMPARE(rowsOf(trace, EventKind::kInput).size(), std::size_t{3});  // the arguments too
        QVERIFY(trace.reader->gaps().empty());
        QCOMPARE(replayed(*trace.reader), std::string{"identical"});
    }

    void aRunNobodyObservesHasPortsToo() {
        RunRequest request = letters(2);
        request.unobserved = true;
        auto run = started(request);
        QVERIFY(run);
        QVERIFY(run->openPort("letterbox")->post(Letter{1, 1}).ok());
        QVERIFY(run->openPort(run->world().births()[1].key)->post(Letter{1, 2}).ok());
        QCOMPARE(runToEnd(*run), std::string{"completed: all are here"});
    }

    void whatHasNoPortSaysSo() {
        RunRequest lab = letters(1);
        lab.live = false;
        auto run = started(lab);
        QVERIFY(run);
        const absl::Status notLive = run->openPort("letterbox").status();
        QCOMPARE(notLive.code(), absl::StatusCode::kFailedPrecondition);
        QVERIFY(notLive.message().find("not live") != absl::string_view::npos);
        auto live = started(letters(1));
        QVERIFY(live);
        QCOMPARE(live->openPort("letterbox", {.messagesMax = 0}).status().code(),
                 absl::StatusCode::kInvalidArgument);
    }

    void aRunThatHasEndedTakesNothing() {
        auto run = started(letters(1));
        QVERIFY(run);
        const auto port = run->openPort("letterbox");
        QVERIFY(port.ok() && port->post(Letter{1, 1}).ok());
        for (int i = 0; i < 1000 && run->step(); ++i) {
        }
        const auto refused = [&] {
            const absl::Status status = port->post(Letter{1, 2});
            return absl::IsFailedPrecondition(status) &&
                   status.message().find("has ended") != absl::string_view::npos;
        };
        QVERIFY(refused());
        QVERIFY(run->finish("").ok());
        QVERIFY(refused());
        run.reset();
        QVERIFY(refused());
        QCOMPARE(port->waiting(), std::size_t{0});
    }

    void postingWakesARunThatWaits() {
        kernel::World world{{.limits = {}, .live = true}};
        world.keepBirths();
        const Program* program = ProgramRegistry::find("letterbox");
        QVERIFY(program != nullptr && program->start(world, *program, {}).ok());
        while (!world.waitsForOutside()) world.step();
        recorder::OutsideOptions options;
        options.live = true;
        options.patience = 24h;  // were it not woken this test would not end
        recorder::Outside outside{options};
        const Port port = outside.openPort("letterbox", {}, {});
        const std::jthread writer{[&] { port.post(Letter{1, 1}).IgnoreError(); }};
        for (int i = 0; i < 1000 && world.outcome() == Outcome::kRunning; ++i)
            if (outside.exchange(world)) world.step();
        QCOMPARE(world.outcome(), Outcome::kCompleted);
    }
};

QTEST_GUILESS_MAIN(TstPort)
#include "tst_port.moc"
