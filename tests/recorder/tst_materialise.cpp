// What a trace of inputs, or of events, leaves out is made again to the last byte.
#include "engine/ariadne.h"
#include "recorder/decisions.h"
#include "recorder/diff.h"
#include "recorder/materialise.h"
#include "tests/recorder/support/till.h"
#include "tests/support/replayed.h"

#include <QTest>

#include <limits>

using namespace ariadne;
using namespace ariadne::test;
using recorder::ProgramRun;
using recorder::RunRequest;
using tracefmt::Level;

namespace postbox {

struct Args {
    std::uint32_t letters = 1;
};
BOOST_DESCRIBE_STRUCT(Args, (), (letters))
struct Letter {
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Letter, (), (text))

struct Postbox {
    std::uint32_t missing = 0;
    std::string all{};
    void on(Context&, const Args& m) { missing = m.letters; }
    void on(Context& cx, const Letter& m) {
        all += m.text;
        cx.note("letter", missing);
        if (--missing == 0) cx.stop(all);
    }
};
BOOST_DESCRIBE_STRUCT(Postbox, (), (missing, all))
ARIADNE_ACTOR(Postbox, Args, Letter)
ARIADNE_PROGRAM("postbox", "1.0", Postbox, Args)

}  // namespace postbox

class TstMaterialise : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::filesystem::path in(const std::string& name) {
        return std::filesystem::path{folder_.path().toStdString()} / name;
    }
    /// Runs it to its end, or to round `rounds`.
    std::filesystem::path record(RunRequest request, Level level, const std::string& name,
                                 std::uint64_t rounds = ~0ull) {
        request.file = in(name);
        request.level = level;
        auto run = ProgramRun::start(request);
        if (!run.ok()) return {};
        (*run)->runUntil(VirtualTime{std::numeric_limits<std::int64_t>::max()}, rounds);
        return (*run)->finish("stopped by a person").ok() ? *request.file : "";
    }
    std::string madeEqual(const std::filesystem::path& small, const std::filesystem::path& full) {
        const OpenedTrace trace = openTrace(small);
        if (!trace.reader) return "the small trace does not open";
        const auto made = recorder::materialise(*trace.reader, in("made.clew"));
        if (!made.ok()) return made.status().ToString();
        if (made->divergence) return made->divergence->what;
        if (made->digestsCompared < 2) return "nothing was compared";
        return fileBytes(in("made.clew")) == fileBytes(full) ? "equal" : "other bytes";
    }

private Q_SLOTS:
    void cleanup() { setLeakedCounter(0); }

    void inputsAndEventsBecomeWhatFullWouldHaveBeen() {
        const OpenedTrace chosen = openTrace(
            recordTill(folder_, "chosen.clew", 3, {{"customers", "50"}}, kernel::Policy::kRandom));
        for (const auto& [program, args] :
             {std::pair<std::string, ArgumentTexts>{"till", {{"customers", "3000"}}},
              std::pair<std::string, ArgumentTexts>{"theatre", {{"evenings", "40"}}}})
            for (const kernel::Policy policy : {kernel::Policy::kRounds, kernel::Policy::kRandom,
                                                kernel::Policy::kPct, kernel::Policy::kReplay}) {
                RunRequest request{program, args, 5, policy, {}};
                if (policy == kernel::Policy::kReplay) {
                    if (program != "till") continue;
                    request.decisions = recorder::decisionsIn(*chosen.reader).list;
                    QVERIFY(!request.decisions.empty());
                }
                const auto full = record(request, Level::kFull, "full.clew");
                const auto events = record(request, Level::kEvents, "events.clew");
                const auto inputs = record(request, Level::kInputs, "inputs.clew");
                const std::string where = program + ", " + std::string{nameOf(policy)};
                const std::string viaEvents = madeEqual(events, full);
                QVERIFY2(viaEvents == "equal", (where + ": " + viaEvents).c_str());
                const std::string viaInputs = madeEqual(inputs, full);
                QVERIFY2(viaInputs == "equal", (where + ": " + viaInputs).c_str());
                QVERIFY(std::filesystem::file_size(inputs) < std::filesystem::file_size(events));
                const std::string again = replayed(*openTrace(inputs).reader);
                QVERIFY2(again == "identical", (where + ": " + again).c_str());
            }
    }

    void aRunEndedByHandEndsThere() {
        for (const std::uint64_t metricsEvery : {std::uint64_t{0}, std::uint64_t{10}}) {
            RunRequest request{"till", {{"customers", "200"}}, 4, kernel::Policy::kRounds, {}};
            request.metricsEvery = metricsEvery;
            const auto full = record(request, Level::kFull, "full.clew", 60);
            const auto inputs = record(request, Level::kInputs, "inputs.clew", 60);
            QCOMPARE(madeEqual(inputs, full), std::string{"equal"});
            QCOMPARE(replayed(*openTrace(inputs).reader), std::string{"identical"});
        }
    }

    void whatCameFromOutsideComesAgain() {
        constexpr std::uint32_t kLetters = 300;
        RunRequest request{"postbox",
                           {{"letters", std::to_string(kLetters)}},
                           1,
                           kernel::Policy::kRounds,
                           in("live.clew")};
        request.live = true;
        request.level = Level::kInputs;
        auto run = ProgramRun::start(request);
        QVERIFY(run.ok());
        const auto port = (*run)->openPort("postbox", {.messagesMax = kLetters});
        QVERIFY(port.ok());
        for (std::uint32_t i = 0; i < kLetters; ++i) {
            QVERIFY(port->post(postbox::Letter{std::to_string(i) + ","}).ok());
            if (i % 7 == 0) (*run)->step();
        }
        for (int i = 0; i < 100'000 && (*run)->step(); ++i) {
        }
        const std::string end = (*run)->world().outcomeText();
        QVERIFY(end.ends_with("299,"));
        QVERIFY((*run)->finish("too long").ok());

        const OpenedTrace trace = openTrace(in("live.clew"));
        QCOMPARE(trace.reader->stats().outcomeText, end);
        QCOMPARE(replayed(*trace.reader), std::string{"identical"});
        const auto made = recorder::materialise(*trace.reader, in("made.clew"));
        QVERIFY2(made.ok(), made.status().ToString().c_str());
        QVERIFY(!made->divergence);
        OpenedTrace full = openTrace(in("made.clew"));
        QCOMPARE(full.reader->stats(), [&] {
            tracefmt::TraceStats stats = trace.reader->stats();
            stats.changeDigest = full.reader->stats().changeDigest;
            return stats;
        }());
        QCOMPARE(replayed(*full.reader), std::string{"identical"});
    }

    void anotherProgramIsFoundOut() {
        const RunRequest request{
            "till", {{"customers", "100"}, {"leak", "true"}}, 4, kernel::Policy::kRounds, {}};
        const auto inputs = record(request, Level::kInputs, "leak.clew");
        setLeakedCounter(1);  // another process, another counter
        OpenedTrace trace = openTrace(inputs);
        const auto made = recorder::materialise(*trace.reader, in("made.clew"));
        QVERIFY2(made.ok(), made.status().ToString().c_str());
        QVERIFY(made->divergence);
        QVERIFY(made->divergence->what.find("--record full") != std::string::npos);
        const auto again = recorder::replay(*trace.history, {});
        QVERIFY(again.ok() && again->divergence);
        QCOMPARE(again->divergence->position, made->divergence->position);
    }

    void aCutTraceIsMadeWholeAsFarAsItGoes() {
        const RunRequest request{"theatre", {{"evenings", "60"}}, 2, kernel::Policy::kRounds, {}};
        const auto full = record(request, Level::kFull, "full.clew");
        const auto inputs = record(request, Level::kInputs, "inputs.clew");
        Bytes bytes = fileBytes(inputs);
        OpenedTrace whole = openTrace(full);
        std::size_t made = 0;
        for (std::size_t size = bytes.size() - 1; size > bytes.size() / 2; size -= size / 20) {
            writeFile(in("cut.clew"), ByteView{bytes}.first(size));
            const OpenedTrace cut = openTrace(in("cut.clew"));
            QCOMPARE(cut.reader->state(), tracefmt::FileState::kCut);
            const auto result = recorder::materialise(*cut.reader, in("made.clew"));
            QVERIFY2(result.ok(), result.status().ToString().c_str());
            QVERIFY(!result->divergence);
            OpenedTrace again = openTrace(in("made.clew"));
            QVERIFY(again.reader->lastPosition() >= cut.reader->lastPosition());
            recorder::DiffOptions options;
            options.counts = false;
            const auto diff = recorder::diff(*again.history, *whole.history, options);
            QVERIFY(diff.ok());
            QVERIFY(!diff->first ||
                    diff->first->position.value == again.reader->lastPosition().value + 1);
            ++made;
        }
        QVERIFY(made > 5);
    }

    void whatWasNotFinishedLeavesNothingBehind() {
        const RunRequest request{"till", {{"customers", "3000"}}, 4, kernel::Policy::kRounds, {}};
        const OpenedTrace trace = openTrace(record(request, Level::kInputs, "inputs.clew"));
        const recorder::CancelFlag cancel{true};
        recorder::MaterialiseOptions options;
        options.cancel = &cancel;
        const auto made = recorder::materialise(*trace.reader, in("unfinished.clew"), options);
        QCOMPARE(made.status().code(), absl::StatusCode::kCancelled);
        QVERIFY(!std::filesystem::exists(in("unfinished.clew")));
        QVERIFY(!std::filesystem::exists(in("unfinished.clew-tail")));
    }

    void digestsAloneTellWhetherTwoAreEqual() {
        const RunRequest request{"till", {{"customers", "80"}}, 7, kernel::Policy::kRounds, {}};
        RunRequest other = request;
        other.seed = 8;
        const OpenedTrace a = openTrace(record(request, Level::kInputs, "a.clew"));
        const OpenedTrace full = openTrace(record(request, Level::kFull, "b.clew"));
        const OpenedTrace c = openTrace(record(other, Level::kInputs, "c.clew"));
        QVERIFY(recorder::diff(*a.history, *full.history)->equal);
        QVERIFY(recorder::diff(*a.history, *a.history)->equal);
        const auto apart = recorder::diff(*a.history, *c.history);
        QVERIFY(apart.ok() && !apart->equal && apart->first);
        QVERIFY(apart->first->what.find("materialise") != std::string::npos);
    }

    void levelsGoUpOnly() {
        const RunRequest request{"till", {}, 7, kernel::Policy::kRounds, {}};
        const OpenedTrace full = openTrace(record(request, Level::kFull, "full.clew"));
        recorder::MaterialiseOptions options;
        options.level = Level::kEvents;
        QCOMPARE(recorder::materialise(*full.reader, in("made.clew"), options).status().code(),
                 absl::StatusCode::kInvalidArgument);
        const OpenedTrace inputs = openTrace(record(request, Level::kInputs, "inputs.clew"));
        QVERIFY(recorder::materialise(*inputs.reader, in("made.clew"), options).ok());
        QCOMPARE(fileBytes(in("made.clew")), fileBytes(record(request, Level::kEvents, "e.clew")));
        QCOMPARE(inputs.history->cellAt({10}, Rank{1}).status().code(),
                 absl::StatusCode::kFailedPrecondition);
        QCOMPARE(recorder::decisionsIn(*inputs.reader).list.size(), std::size_t{0});
    }
};

QTEST_APPLESS_MAIN(TstMaterialise)
#include "tst_materialise.moc"
