// The end of a run in a fixed budget, on disk only when it went wrong.
#include "recorder/black_box.h"
#include "recorder/materialise.h"
#include "recorder/program_run.h"
#include "tests/recorder/support/till.h"
#include "tests/support/file_size_limit.h"
#include "tests/support/replayed.h"
#include "tracefmt/recover.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::test;
using recorder::BlackBoxOptions;
using recorder::ProgramRun;
using recorder::RunRequest;

class TstBlackBox : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::filesystem::path in(const std::string& name) {
        return std::filesystem::path{folder_.path().toStdString()} / name;
    }
    static RunRequest juggleInto(std::filesystem::path file, std::uint64_t bytesMax,
                                 std::function<bool(Outcome)> wanted, const char* throws) {
        RunRequest request{
            "juggle", {{"throws", throws}}, 4, kernel::Policy::kRounds, std::move(file)};
        request.blackBox = BlackBoxOptions{bytesMax, std::move(wanted)};
        return request;
    }
    static std::unique_ptr<ProgramRun> ran(const RunRequest& request) {
        auto run = ProgramRun::start(request);
        if (!run.ok()) return nullptr;
        while ((*run)->step()) {
        }
        return (*run)->finish("").ok() ? *std::move(run) : nullptr;
    }
    static bool always(Outcome) { return true; }
    std::vector<std::string> namesBeginningWith(const std::string& start) {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator{in("")})
            if (const std::string name = entry.path().filename(); name.starts_with(start))
                names.push_back(name);
        return names;
    }

private Q_SLOTS:
    void nothingIsWrittenWhenTheRunWentWell() {
        const auto run = ran(juggleInto(in("well.clew"), 1 << 20, {}, "50000"));
        QVERIFY(run);
        QCOMPARE(run->world().outcome(), Outcome::kCompleted);
        QCOMPARE(run->recorded()->fileBytes, std::uint64_t{0});
        QVERIFY(!std::filesystem::exists(in("well.clew")));
        QVERIFY(namesBeginningWith("well").empty());
    }

    void whatADeadOneLeftIsInTheBoxUntilTheNextRun() {
        const RunRequest request = juggleInto(in("dead.clew"), 1 << 20, {}, "400000");
        std::uint64_t reached = 0;
        {
            // As if the process died: without an end.
            const auto run = ProgramRun::start(request);
            QVERIFY(run.ok() && (*run)->tailStatus().ok());
            (*run)->runUntil(VirtualTime{1'000'000'000}, 30'000);
            reached = (*run)->world().position().value;
        }
        QVERIFY(tracefmt::isLeftByBlackBox(in("dead.clew")));
        const auto made = tracefmt::recoverFile(in("dead.clew"), in("recovered.clew"),
                                                tracefmt::RecoverMode::kPrefix);
        QVERIFY2(made.ok(), made.status().ToString().c_str());
        QCOMPARE(made->last.value, reached);
        QCOMPARE(made->lostBytes, std::uint64_t{0});
        const OpenedTrace trace = openTrace(in("recovered.clew"));
        QCOMPARE(trace.reader->state(), tracefmt::FileState::kClean);
        QCOMPARE(trace.reader->meta().segment, std::uint32_t{0});
        QCOMPARE(replayed(*trace.reader), std::string{"identical"});
        QVERIFY(ran(juggleInto(in("dead.clew"), 1 << 20, {}, "50")));
        QVERIFY(namesBeginningWith("dead").empty());
    }

    void whileTheRunGoesOnItsBoxIsNotRecovered() {
        const auto run = ProgramRun::start(juggleInto(in("alive.clew"), 1 << 20, {}, "400000"));
        QVERIFY(run.ok());
        (*run)->runUntil(VirtualTime{1'000'000'000}, 3'000);
        const auto made = tracefmt::recoverFile(in("alive.clew"), in("early.clew"),
                                                tracefmt::RecoverMode::kPrefix);
        QCOMPARE(made.status().code(), absl::StatusCode::kFailedPrecondition);
        QVERIFY(!std::filesystem::exists(in("early.clew")));
        QVERIFY((*run)->finish("").ok());
    }

    void aBoxThatCannotBeMadeIsSaidAndTheRestWorks() {
        std::filesystem::create_directories(in("no.0001.clew-box/in the way"));
        const auto run = ran(juggleInto(in("no.clew"), 1 << 20, always, "50000"));
        QVERIFY(run);
        QVERIFY(!run->tailStatus().ok());
        QCOMPARE(replayed(*openTrace(in("no.clew")).reader), std::string{"identical"});
    }

    /// The run goes on, and what it ends with is written when there is room again; but a kill would
    /// have lost it, which nobody could know.
    void aFullDiskIsToldWhileTheRunGoesOn_data() {
        QTest::addColumn<bool>("killed");
        QTest::newRow("ends") << false;
        QTest::newRow("is killed") << true;
    }
    void aFullDiskIsToldWhileTheRunGoesOn() {
        QFETCH(const bool, killed);
        auto run = ProgramRun::start(juggleInto(in("full.clew"), 1 << 20, always, "400000"));
        QVERIFY(run.ok());
        (*run)->runUntil(VirtualTime{1'000'000'000}, 3'000);
        QVERIFY((*run)->flush().ok());
        QVERIFY2((*run)->spoolStatus().ok(), (*run)->spoolStatus().ToString().c_str());
        const std::uint64_t before = (*run)->world().position().value;
        {
            const FileSizeLimit limit{
                std::filesystem::file_size(tracefmt::segmentPath(in("full.clew-box"), 1))};
            while ((*run)->spoolStatus().ok() && (*run)->step()) QVERIFY((*run)->flush().ok());
        }
        const absl::Status spool = (*run)->spoolStatus();
        QCOMPARE(spool.code(), absl::StatusCode::kResourceExhausted);
        QVERIFY((*run)->recordingStatus().ok());
        const std::string said{spool.message()};
        const std::string start = "nothing behind event ";
        QVERIFY2(said.starts_with(start), said.c_str());
        const std::uint64_t last = std::stoull(said.substr(start.size()));
        QVERIFY2(last >= before && last <= (*run)->world().position().value, said.c_str());
        while ((*run)->step()) {
        }
        if (killed) {
            *run = nullptr;
            const auto made = tracefmt::recoverFile(in("full.clew"), in("found.clew"),
                                                    tracefmt::RecoverMode::kPrefix);
            QVERIFY2(made.ok(), made.status().ToString().c_str());
            QVERIFY2(made->last.value >= before && made->last.value <= last,
                     std::to_string(made->last.value).c_str());
            return;
        }
        QVERIFY((*run)->finish("").ok());
        QCOMPARE((*run)->spoolStatus(), spool);
        QCOMPARE(replayed(*openTrace(in("full.clew")).reader), std::string{"identical"});
    }

    void aShortRunIsKeptFromItsBeginning() {
        const auto run = ran(juggleInto(in("short.clew"), 1 << 20, always, "50000"));
        QVERIFY(run);
        const OpenedTrace trace = openTrace(in("short.clew"));
        QCOMPARE(trace.reader->base(), Position{});
        QCOMPARE(trace.reader->lastPosition().value, run->recorded()->events);
        QCOMPARE(replayed(*trace.reader), std::string{"identical"});
    }

    void theEndOfALongRunIsKeptInItsBudget() {
        RunRequest plain{
            "juggle", {{"throws", "400000"}}, 4, kernel::Policy::kRounds, in("plain.clew")};
        plain.level = tracefmt::Level::kFull;
        QVERIFY(ran(plain));
        OpenedTrace whole = openTrace(in("plain.clew"));

        const auto run = ran(juggleInto(in("long.clew"), 16 * 1024, always, "400000"));
        QVERIFY(run);
        const OpenedTrace trace = openTrace(in("long.clew"));
        QVERIFY(trace.reader);
        QVERIFY(trace.reader->base().value > whole.reader->lastPosition().value / 4);
        QCOMPARE(trace.reader->lastPosition(), whole.reader->lastPosition());
        QCOMPARE(trace.reader->stats().eventDigest, whole.reader->stats().eventDigest);
        QCOMPARE(trace.reader->stats().stateDigest, whole.reader->stats().stateDigest);
        QVERIFY(trace.reader->verify(nullptr, nullptr).ok());
        QVERIFY(trace.reader->fileBytes() < 64 * 1024);

        recorder::ReplayOptions options;
        options.fromSnapshot = 0;
        const auto again = recorder::replay(*trace.history, options);
        QVERIFY2(again.ok(), again.status().ToString().c_str());
        QVERIFY(!again->divergence);

        const auto made = recorder::materialise(*trace.reader, in("made.clew"));
        QVERIFY2(made.ok(), made.status().ToString().c_str());
        QVERIFY(!made->divergence);
        OpenedTrace full = openTrace(in("made.clew"));
        const Position end = full.reader->lastPosition();
        QCOMPARE(end, whole.reader->lastPosition());
        QCOMPARE(*full.history->describe(full.history->rowAt(end)->row),
                 *whole.history->describe(whole.history->rowAt(end)->row));
    }

    void aNameThatCannotBeWrittenIsRefusedBeforeTheRun() {
        writeFile(in("text"), ariadne::asBytes("no trace"));
        QCOMPARE(ProgramRun::start(juggleInto(in("text"), 1 << 20, always, "50")).status().code(),
                 absl::StatusCode::kAlreadyExists);
        QCOMPARE(
            ProgramRun::start(juggleInto(in("no/folder"), 1 << 20, always, "50")).status().code(),
            absl::StatusCode::kNotFound);
    }

    void whatIsWantedIsAskedWithTheOutcome() {
        std::vector<Outcome> asked;
        auto run = ProgramRun::start(juggleInto(
            in("hand.clew"), 1 << 20,
            [&asked](Outcome outcome) {
                asked.push_back(outcome);
                return true;
            },
            "50000"));
        QVERIFY(run.ok());
        (*run)->runUntil(VirtualTime{1}, 40);
        QVERIFY((*run)->finish("stopped by a signal").ok());
        QCOMPARE(asked, std::vector<Outcome>{Outcome::kUntil});
        const OpenedTrace trace = openTrace(in("hand.clew"));
        QCOMPARE(trace.reader->stats().outcomeText, std::string{"stopped by a signal"});
        QCOMPARE(replayed(*trace.reader), std::string{"identical"});
    }
};

QTEST_APPLESS_MAIN(TstBlackBox)
#include "tst_black_box.moc"
