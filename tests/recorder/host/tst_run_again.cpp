// A trace run again, here and in a process of its own: the same findings, and of a process that
// dies the reason.
#include "recorder/host/again.h"
#include "recorder/program_run.h"
#include "tests/support/must.h"
#include "tracefmt/trace_reader.h"

#include <QTemporaryDir>
#include <QTest>

#include <chrono>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

using namespace ariadne;
using namespace ariadne::host;
using ariadne::test::must;

class TstRunAgain : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    std::filesystem::path in(const std::string& name) {
        return std::filesystem::path{folder_.path().toStdString()} / name;
    }
    std::filesystem::path record(const std::string& name, const std::string& what,
                                 const std::string& turns, tracefmt::Level level) {
        recorder::RunRequest request;
        request.program = "mishap";
        request.args = {{"what", what}, {"turns", turns}};
        request.file = in(name);
        request.level = level;
        auto run = must(recorder::ProgramRun::start(request));
        while (run->step()) {
        }
        must(run->finish(""));
        return in(name);
    }
    static std::vector<std::string> command() {
        return {ARIADNE_COMMAND, "host", "--programs", TEST_PROGRAMS};
    }
    static std::string messageOf(const absl::Status& status) {
        return std::string{status.message()};
    }

private Q_SLOTS:
    void cleanup() {
        qunsetenv("MISHAP_AGAIN");
        qunsetenv("MISHAP_BEGUN");
    }

    void itFindsThereWhatItFindsHere() {
        const auto file = record("same.clew", "nothing", "5000", tracefmt::Level::kFull);
        const auto here = must(AgainHere{}.replay(file, {4000}, {}));
        std::uint64_t told = 0;
        AgainWatch watch;
        watch.progress = [&](Position from, Position to, Position reached) {
            QVERIFY(from <= reached && reached <= to);
            ++told;
        };
        const auto there = must(AgainElsewhere{command()}.replay(file, {4000}, watch));
        QCOMPARE(there.from, here.from);
        QCOMPARE(there.to, here.to);
        QCOMPARE(there.eventsCompared, here.eventsCompared);
        QVERIFY(there.eventsCompared > 0);
        QCOMPARE(there.digestsCompared, here.digestsCompared);
        QVERIFY(!there.divergence);
        QVERIFY(told > 0);
    }

    void aDivergenceComesOverWhole() {
        const auto file = record("other.clew", "again", "300", tracefmt::Level::kFull);
        qputenv("MISHAP_AGAIN", "more");
        const auto there = must(AgainElsewhere{command()}.replay(file, {1}, {}));
        QVERIFY(there.divergence.has_value());
        QVERIFY(!there.divergence->what.empty());
        QVERIFY(there.divergence->recorded.exists);
        QCOMPARE(there.divergence->recorded.cell, std::string("mishap"));
        QVERIFY(!there.divergence->fields.empty());
    }

    void whatWasLeftOutIsMadeThere() {
        const auto file = record("inputs.clew", "nothing", "3000", tracefmt::Level::kInputs);
        const auto made =
            must(AgainElsewhere{command()}.materialise(file, in("made.clew"), {}, {}));
        QVERIFY(!made.divergence);
        const auto reader = must(tracefmt::TraceReader::open(in("made.clew")));
        QCOMPARE(reader->state(), tracefmt::FileState::kClean);
        QCOMPARE(reader->lastPosition().value, made.recorded.events);
        QCOMPARE(reader->stats().stateDigest,
                 must(tracefmt::TraceReader::open(file))->stats().stateDigest);
    }

    void aStretchIsMadeFromTheSnapshotBeforeIt() {
        const auto file = record("parts.clew", "nothing", "30000", tracefmt::Level::kInputs);
        const auto whole = must(tracefmt::TraceReader::open(file));
        const Position last = whole->lastPosition();
        // There is one at the end, too.
        QVERIFY(whole->snapshots().size() > 1);
        const Position middle = whole->snapshots().front().position;
        QVERIFY(middle.value + 2000 < last.value);
        for (const recorder::Stretch stretch :
             {recorder::Stretch{{middle.value + 3}, {middle.value + 9}},
              recorder::Stretch{{middle.value + 1}, last},
              recorder::Stretch{{middle.value}, middle}, recorder::Stretch{{0}, {9}}}) {
            AgainHere here;
            const auto made = must(here.materialise(file, in("here.clew"), stretch, {}));
            QVERIFY(!made.divergence);
            const auto there =
                must(AgainElsewhere{command()}.materialise(file, in("there.clew"), stretch, {}));
            QVERIFY(!there.divergence);
            QCOMPARE(there.recorded.events, made.recorded.events);
            const auto part = must(tracefmt::TraceReader::open(in("there.clew")));
            QVERIFY(part->base() < stretch.from || stretch.from.value == 0);
            QCOMPARE(part->base().value == middle.value, stretch.from > middle);
            // The end of its round may come later.
            QVERIFY(part->lastPosition() >= std::min(stretch.to, last));
            QVERIFY(part->lastPosition().value < stretch.to.value + 1000 || stretch.to == last);
            QCOMPARE(must(tracefmt::TraceReader::open(in("here.clew")))->lastPosition(),
                     part->lastPosition());
        }
    }

    void aProcessThatDiesIsAnError() {
        const auto file = record("dies.clew", "again", "300", tracefmt::Level::kInputs);
        qputenv("MISHAP_AGAIN", "segv");
        const auto died = AgainElsewhere{command()}.replay(file, {1}, {});
        QCOMPARE(died.status().code(), absl::StatusCode::kAborted);
        QVERIFY2(
            messageOf(died.status()).find("signal 11, Segmentation fault") != std::string::npos,
            messageOf(died.status()).c_str());
        const auto made = AgainElsewhere{command()}.materialise(file, in("half.clew"), {}, {});
        QCOMPARE(made.status().code(), absl::StatusCode::kAborted);
    }

    void whoCallsItOffDoesNotWait() {
        const auto file = record("long.clew", "again", "300", tracefmt::Level::kInputs);
        qputenv("MISHAP_AGAIN", "spin");
        recorder::CancelFlag cancel{false};
        AgainWatch watch;
        watch.cancel = &cancel;
        // Once the program hangs, and not before.
        const auto begun = in("begun");
        qputenv("MISHAP_BEGUN", begun.c_str());
        std::jthread later{[&](const std::stop_token& over) {
            while (!std::filesystem::exists(begun) && !over.stop_requested())
                std::this_thread::sleep_for(std::chrono::milliseconds{1});
            cancel = true;
        }};
        const auto off = AgainElsewhere{command()}.replay(file, {1}, watch);
        QCOMPARE(off.status().code(), absl::StatusCode::kCancelled);
        QVERIFY(std::filesystem::exists(begun));
    }

    /// Without descriptors to talk to it with, say: the process is not to blame.
    void whatIsAmissHereIsNotTakenForADeadProcess() {
        const auto file = record("few.clew", "nothing", "300", tracefmt::Level::kFull);
        const int next = ::dup(0);
        ::close(next);
        rlimit limit{};
        QCOMPARE(::getrlimit(RLIMIT_NOFILE, &limit), 0);
        std::vector<std::string> roomy{"/bin/sh", "-c", "ulimit -S -n 256; exec \"$@\"", "sh"};
        for (const std::string& word : command()) roomy.push_back(word);
        int amiss = 0;
        bool ran = false;
        for (int more = 0; more < 20 && !ran; ++more) {
            const rlimit few{static_cast<rlim_t>(next + more), limit.rlim_max};
            QCOMPARE(::setrlimit(RLIMIT_NOFILE, &few), 0);
            const auto found = AgainElsewhere{roomy}.replay(file, {1}, {});
            QCOMPARE(::setrlimit(RLIMIT_NOFILE, &limit), 0);
            ran = found.ok();
            if (ran) continue;
            const std::string why = messageOf(found.status());
            QVERIFY2(why.find("ended by") == std::string::npos, why.c_str());
            amiss += found.status().code() == absl::StatusCode::kInternal ? 1 : 0;
        }
        QVERIFY(ran);
        QVERIFY(amiss > 0);
    }

    void errorsAreTheSame() {
        const auto here = AgainHere{}.replay(in("none.clew"), {1}, {});
        const auto there = AgainElsewhere{command()}.replay(in("none.clew"), {1}, {});
        QCOMPARE(there.status(), here.status());
        const auto nobody = AgainElsewhere{{"/nowhere/ariadne"}}.replay(in("none.clew"), {1}, {});
        QCOMPARE(nobody.status().code(), absl::StatusCode::kNotFound);
        const auto other = AgainElsewhere{{"/bin/false"}}.replay(in("none.clew"), {1}, {});
        QCOMPARE(other.status().code(), absl::StatusCode::kAborted);
    }
};

QTEST_GUILESS_MAIN(TstRunAgain)
#include "tst_run_again.moc"
