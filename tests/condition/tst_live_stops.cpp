// Breakpoints of a run that goes on stop where the search in its trace finds them, whenever they
// are set.
#include "recorder/condition/live_stops.h"
#include "tests/recorder/support/till.h"
#include "tests/support/must.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

using namespace ariadne;
using namespace ariadne::test;
using condition::Condition;
using condition::LiveStops;
using condition::Matcher;
using condition::StopHit;

namespace {

/// Of each round the first event and how many more.
using Rounds = std::map<std::uint64_t, std::pair<std::uint64_t, std::uint64_t>>;

constexpr const char* kConditions[] = {
    "kind = deliver",
    "kind = spawn",
    "actor = till/till*",
    "type = Buy and kind = deliver",
    "message.customer = 13",
    "kind = deliver and message.items.size > 3",
    "kind = timer_fire and message",
    "kind = drop and message",
    "text ~ 'sold'",
    "text ~ 'held by'",
    "text ~ 'leaked'",
    "text ~ '1'",
    "failure",
    "leak",
    "changed.sum",
    "changed.sum and state.sum > 3000 and not was.sum > 3000",
    "state.sum > was.sum",
    "changed.receipts and state.receipts.size = 2",
    "peer = till/till and state.served > 5 and not was.served > 30",
    "time > 5ms and kind = deliver",
};

/// Of a million messages.
constexpr const char* kFaults = "duplicate=50000,delay=50000:2ms";

class LiveStopsTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    int recorded_ = 0;

    recorder::RunRequest request(const std::string& program) {
        recorder::RunRequest out;
        out.program = program;
        if (out.program == "till") out.args = {{"customers", "120"}};
        out.file = folder_.path().toStdString() + "/" + std::to_string(++recorded_) + ".clew";
        out.mayShowRows = true;
        return out;
    }
    /// What the trace has from round `from` on; 0: with the rows in front of the first one.
    static Rounds foundIn(const std::filesystem::path& file, const std::string& text,
                          std::uint64_t from) {
        OpenedTrace trace = openTrace(file);
        Matcher matcher{must(Condition::parse(text)), *trace.history};
        QTest::qVerify(matcher.check().ok(), "check", "", __FILE__, __LINE__);
        (void)matcher.sought();
        Rounds out;
        for (Position at{1}; at <= trace.reader->lastPosition(); ++at.value) {
            const auto found = must(trace.history->rowAt(at));
            if (!must(matcher.matches(found.row, nullptr)) || found.row.round.value < from)
                continue;
            const auto [round, isFirst] =
                out.try_emplace(found.row.round.value, at.value, std::uint64_t{0});
            if (!isFirst) ++round->second.second;
        }
        return out;
    }
    static void show(recorder::ProgramRun& run, LiveStops& stops) {
        run.showRows([&](const EventRow& row) { stops.look(row); });
    }

private Q_SLOTS:
    void aRunStopsWhereItsTraceSays_data() {
        QTest::addColumn<std::string>("program");
        QTest::addColumn<std::string>("text");
        QTest::addColumn<int>("after");
        QTest::addColumn<std::string>("faults");
        QTest::addColumn<int>("policy");
        const auto policyOf = [](kernel::Policy policy) { return static_cast<int>(policy); };
        for (const char* program : {"till", "theatre"})
            for (const char* text : kConditions)
                for (const int after : {0, 3})
                    QTest::addRow("%s, %s, after %d", program, text, after)
                        << std::string{program} << std::string{text} << after << std::string{}
                        << policyOf(kernel::Policy::kRounds);
        // Messages that come twice or later, rounds of one turn.
        for (const char* text : kConditions) {
            QTest::addRow("till with faults, %s", text)
                << std::string{"till"} << std::string{text} << 3 << std::string{kFaults}
                << policyOf(kernel::Policy::kRounds);
            QTest::addRow("till at random, %s", text)
                << std::string{"till"} << std::string{text} << 3 << std::string{}
                << policyOf(kernel::Policy::kRandom);
            QTest::addRow("till at random with faults, %s", text)
                << std::string{"till"} << std::string{text} << 0 << std::string{kFaults}
                << policyOf(kernel::Policy::kRandom);
        }
    }
    void aRunStopsWhereItsTraceSays() {
        QFETCH(const std::string, program);
        QFETCH(const std::string, text);
        QFETCH(const int, after);
        QFETCH(const std::string, faults);
        QFETCH(const int, policy);
        recorder::RunRequest asked = request(program);
        asked.faults = must(kernel::parseFaults(faults));
        asked.policy = static_cast<kernel::Policy>(policy);
        auto run = must(recorder::ProgramRun::start(asked));
        if (after > 0) run->showRows(nullptr);
        for (int i = 0; i < after; ++i) QVERIFY(run->step());
        LiveStops stops{*run};
        stops.set({text});
        QVERIFY(stops.troubles().empty());
        show(*run, stops);
        Rounds live;
        const auto note = [&](std::uint64_t round) {
            if (const auto hit = stops.endRound()) {
                QCOMPARE(hit->conditions, std::vector<std::string>{text});
                live[round] = {hit->event.value, hit->others};
            }
        };
        note(run->world().round().value);
        for (bool goesOn = true; goesOn;) {
            goesOn = run->step();
            note(run->world().round().value);
        }
        must(run->finish(""));
        QVERIFY(stops.troubles().empty());
        const std::uint64_t from = after == 0 ? 0 : static_cast<std::uint64_t>(after) + 1;
        const Rounds wanted = foundIn(*asked.file, text, from);
        for (const auto& [round, events] : wanted)
            QVERIFY2(live.contains(round) && live.at(round) == events,
                     qPrintable(QStringLiteral("round %1: event %2 and %3 more, found %4 and %5")
                                    .arg(round)
                                    .arg(events.first)
                                    .arg(events.second)
                                    .arg(live[round].first)
                                    .arg(live[round].second)));
        QCOMPARE(live.size(), wanted.size());
    }

    /// Somewhere each of them finds something, or the test above would say nothing.
    void theConditionsAreOfSomething() {
        for (const char* text : kConditions) {
            std::size_t found = 0;
            for (const char* program : {"till", "theatre"}) {
                const recorder::RunRequest asked = request(program);
                auto run = must(recorder::ProgramRun::start(asked));
                while (run->step()) {
                }
                must(run->finish(""));
                found += foundIn(*asked.file, text, 0).size();
            }
            QVERIFY2(found > 0, text);
        }
    }

    /// Or the rows with faults above would be the others once more.
    void theFaultsAreOfSomething() {
        recorder::RunRequest asked = request("till");
        asked.faults = must(kernel::parseFaults(kFaults));
        auto run = must(recorder::ProgramRun::start(asked));
        while (run->step()) {
        }
        must(run->finish(""));
        const OpenedTrace trace = openTrace(*asked.file);
        std::uint64_t duplicated = 0;
        std::uint64_t delayed = 0;
        for (Position at{1}; at <= trace.reader->lastPosition(); ++at.value) {
            const EventRow row = must(trace.history->rowAt(at)).row;
            if (row.kind != EventKind::kFault) continue;
            duplicated += row.arg == static_cast<std::uint64_t>(FaultKind::kDuplicate);
            delayed += row.arg == static_cast<std::uint64_t>(FaultKind::kDelay);
        }
        QVERIFY(duplicated > 0);
        QVERIFY(delayed > 0);
    }

    /// What is watched is the same run, to the last bit of its digests.
    void lookingChangesNothing() {
        auto plain = request("till");
        plain.mayShowRows = false;
        auto quiet = must(recorder::ProgramRun::start(plain));
        while (quiet->step()) {
        }
        const recorder::RunDigests expected = must(quiet->finish(""));

        auto run = must(recorder::ProgramRun::start(request("till")));
        LiveStops stops{*run};
        for (std::uint64_t i = 0; run->step(); ++i) {
            if (i % 3 == 0) stops.set({"message.customer = 13", "changed.sum"});
            if (i % 3 == 1) stops.set({});
            if (stops.empty())
                run->showRows(nullptr);
            else
                show(*run, stops);
            (void)stops.endRound();
        }
        const recorder::RunDigests digests = must(run->finish(""));
        QCOMPARE(digests.events, expected.events);
        QCOMPARE(digests.changes, expected.changes);
        QCOMPARE(digests.state, expected.state);
    }

    void severalHoldAtOneEvent() {
        auto run = must(recorder::ProgramRun::start(request("till")));
        LiveStops stops{*run};
        stops.set({"kind = fail", "kind = spawn", "position = 1"});
        show(*run, stops);
        const auto hit = stops.endRound();
        QVERIFY(hit.has_value());
        QCOMPARE(hit->event, Position{1});
        QCOMPARE(hit->conditions, (std::vector<std::string>{"kind = spawn", "position = 1"}));
        must(run->finish(""));
    }

    void whatCannotBeLookedForIsSaid() {
        auto events = request("till");
        events.level = tracefmt::Level::kEvents;
        auto run = must(recorder::ProgramRun::start(events));
        LiveStops stops{*run};
        stops.set({"balance > 3", "state.sum > 3", "kind = spawn"});
        QCOMPARE(stops.troubles().size(), std::size_t{2});
        QVERIFY(stops.troubles()[0].text.find("column 1") != std::string::npos);
        QVERIFY(stops.troubles()[1].text.find("choose to record all") != std::string::npos);
        QVERIFY(!stops.empty());
        std::vector<std::string> many(LiveStops::kStopsMax, "failure");
        many.emplace_back("leak");
        stops.set(many);
        QCOMPARE(stops.troubles().size(), std::size_t{1});
        QCOMPARE(stops.troubles()[0].condition, std::string("leak"));
        must(run->finish(""));
    }

    /// Of actors and of regions, each for itself; who needs neither goes on.
    void whatTakesTooManyBytesIsGivenUpAndSaid() {
        auto run = must(recorder::ProgramRun::start(request("theatre")));
        LiveStops stops{*run, 700};
        stops.set({"changed", "text ~ 'no such words'", "kind = deliver"});
        QVERIFY(stops.troubles().empty());
        show(*run, stops);
        std::uint64_t hits = 0;
        while (run->step()) {
            if (const auto hit = stops.endRound())
                hits += hit->conditions.back() == "kind = deliver";
        }
        must(run->finish(""));
        std::map<std::string, std::string> told;
        for (const auto& trouble : stops.troubles()) told[trouble.condition] = trouble.text;
        QCOMPARE(told.size(), std::size_t{2});
        QVERIFY2(told["changed"].find("of states of actors") != std::string::npos,
                 told["changed"].c_str());
        QVERIFY2(told["text ~ 'no such words'"].find("of states of regions") != std::string::npos,
                 told["text ~ 'no such words'"].c_str());
        QVERIFY(hits > 10);
    }

    /// A recording of inputs has all events while it is made.
    void aRunThatRecordsInputsIsStoppedToo() {
        auto inputs = request("till");
        inputs.level = tracefmt::Level::kInputs;
        auto run = must(recorder::ProgramRun::start(inputs));
        LiveStops stops{*run};
        stops.set({"kind = deliver and message.customer = 13"});
        show(*run, stops);
        std::optional<StopHit> hit;
        while (run->step() && !(hit = stops.endRound())) {
        }
        QVERIFY(hit.has_value());
        must(run->finish(""));
    }
};

}  // namespace

QTEST_GUILESS_MAIN(LiveStopsTest)
#include "tst_live_stops.moc"
