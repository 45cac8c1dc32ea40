// Recordings killed at counted points: every event that was committed is there afterwards.
// ARIADNE_KILLS=N: that many kills of each kind instead of some.
#include "engine/base/event_digest.h"
#include "engine/kernel/world.h"
#include "recorder/recorder.h"
#include "recorder/replay.h"
#include "tests/recorder/support/killed_recording.h"
#include "tests/recorder/support/till.h"
#include "tests/support/must.h"
#include "tracefmt/tail_format.h"

#include <QTest>

#include <map>

using namespace ariadne;
using namespace ariadne::test;

namespace {

/// One program with its arguments, and what a recording of it that nobody kills holds.
class Subject {
public:
    Subject(const QTemporaryDir& folder, const std::string& name, ArgumentTexts args)
        : whole_(recordProgram(folder, name + ".clew", "till", 4, std::move(args))),
          path_(whole_.parent_path() / (name + "-killed.clew")),
          program_(ProgramRegistry::find("till")),
          reader_(must(tracefmt::TraceReader::open(whole_))),
          meta_(reader_->meta()) {
        EventDigest digest;
        for (std::size_t i = 0; i < reader_->chunks().size(); ++i) {
            chunks_.push_back(must(reader_->chunk(i)));
            for (std::uint32_t row = 0; row < chunks_.back()->count(); ++row) {
                rows_.push_back(chunks_.back()->row(row));
                digest.add(rows_.back(), reader_->types().at(rows_.back().type).hash);
                digests_.push_back(digest);
            }
        }
    }

    std::uint64_t events() const { return rows_.size(); }
    const std::filesystem::path& path() const { return path_; }
    const std::filesystem::path& whole() const { return whole_; }

    /// Whether it was killed; else the plan reaches beyond its end.
    bool runAndKill(const Plan& plan, Shared& shared) const {
        return isKilled(shared, [&] { run(plan, shared); });
    }

    /// Empty: the killed trace holds a beginning of the run, with all that was committed.
    std::string problemAfter(std::uint64_t committed, bool replays) const {
        auto trace = tracefmt::TraceReader::open(path_);
        // Killed before there was a description of the run, there is no trace, and no event.
        if (!trace.ok()) return committed == 0 ? "" : trace.status().ToString();
        tracefmt::TraceReader& reader = **trace;
        const std::uint64_t last = reader.lastPosition().value;
        if (last < committed || last > events())
            return "committed " + std::to_string(committed) + ", found " + std::to_string(last);
        for (std::size_t i = 0; i < reader.chunks().size(); ++i) {
            const auto chunk = must(reader.chunk(i));
            for (std::uint32_t row = 0; row < chunk->count(); ++row)
                if (!same(chunk->row(row), rows_[chunk->first().value + row - 1]))
                    return "another event " + std::to_string(chunk->first().value + row);
        }
        const EventDigest digest = last == 0 ? EventDigest{} : digests_[last - 1];
        if (EventDigest(reader.stats().eventDigest, reader.stats().changeDigest) != digest)
            return "another digest at " + std::to_string(last);
        if (const absl::Status holds = reader.verify(nullptr, nullptr); !holds.ok())
            return holds.ToString();
        if (reader.births().size() > reader_->births().size() ||
            !std::equal(reader.births().begin(), reader.births().end(), reader_->births().begin()))
            return "other births";
        if (!replays || last == 0) return {};
        recorder::History history{reader};
        const auto replayed = recorder::replay(history, {});
        if (!replayed.ok()) return replayed.status().ToString();
        if (replayed->divergence) return replayed->divergence->what;
        return replayed->eventsCompared == last ? "" : "not all was replayed";
    }

private:
    static bool same(const EventRow& a, const EventRow& b) {
        return a.seq == b.seq && a.time == b.time && a.round == b.round && a.cause == b.cause &&
               a.arg == b.arg && a.extra == b.extra && a.cell == b.cell && a.peer == b.peer &&
               a.type == b.type && a.kind == b.kind && a.flags == b.flags &&
               sameBytes(a.payload, b.payload) && sameBytes(a.change, b.change);
    }

    /// In the child.
    void run(const Plan& plan, Shared& shared) const {
        auto file =
            std::make_unique<KilledFile>(must(tracefmt::createForWriting(path_)), plan, shared);
        const auto recorder = must(recorder::Recorder::create(std::move(file), meta_, path_));
        if (!recorder->tailStatus().ok()) qFatal("no tail");
        KilledSink sink{*recorder, plan, shared};
        {
            kernel::World world{must(recorder::worldOptionsOf(meta_)), &sink};
            if (!program_->start(world, *program_, meta_.args).ok()) qFatal("not started");
            for (std::uint64_t round = 1; world.step(); ++round) {
                shared.committed.store(world.position().value);
                plan.pass(Place::kRound, shared);
                if (round % 64 != 0 ||
                    (plan.place != Place::kFlush && plan.place != Place::kFlushed))
                    continue;
                plan.pass(Place::kFlush, shared);
                if (!recorder->flush().ok()) qFatal("not flushed");
                plan.pass(Place::kFlushed, shared);
            }
            shared.committed.store(world.position().value);
        }
        if (!recorder->finish().ok()) qFatal("not finished");
    }

    std::filesystem::path whole_;
    std::filesystem::path path_;
    const Program* program_;
    std::unique_ptr<tracefmt::TraceReader> reader_;
    tracefmt::TraceMeta meta_;
    std::vector<std::shared_ptr<const tracefmt::EventChunk>> chunks_;
    std::vector<EventRow> rows_;
    std::vector<EventDigest> digests_;  ///< after each
};

}  // namespace

class TstKill : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    Shared* shared_ = nullptr;
    std::map<std::string, std::unique_ptr<Subject>> subjects_;

    /// "long": a run of many blocks; "large": one of messages that stand apart.
    const Subject& subject(const std::string& name) {
        std::unique_ptr<Subject>& found = subjects_[name];
        if (found == nullptr) {
            const ArgumentTexts args = name == "long"
                                           ? ArgumentTexts{{"customers", "6000"}}
                                           : ArgumentTexts{{"tills", "12"}, {"noteBytes", "90000"}};
            found = std::make_unique<Subject>(folder_, name, args);
        }
        return *found;
    }

    static std::uint64_t kills(std::uint64_t usually) {
        bool given = false;
        const int kills = qEnvironmentVariableIntValue("ARIADNE_KILLS", &given);
        return given ? static_cast<std::uint64_t>(kills) : usually;
    }

private Q_SLOTS:
    void initTestCase() { shared_ = sharedMemory(); }

    void nothingCommittedIsLost_data() {
        QTest::addColumn<QString>("program");
        QTest::addColumn<int>("place");
        QTest::addColumn<quint64>("kills");   // usually
        QTest::addColumn<quint64>("stride");  // between two counts, for the usual number of kills
        const auto row = [](const char* name, const char* program, Place place, quint64 kills,
                            quint64 stride) {
            QTest::newRow(name) << QString::fromLatin1(program) << static_cast<int>(place) << kills
                                << stride;
        };
        row("each of the first events", "long", Place::kEvent, 60, 1);
        row("events here and there", "long", Place::kEvent, 40, 1009);
        row("events with long payloads", "large", Place::kEvent, 60, 7);
        row("between rounds", "long", Place::kRound, 40, 101);
        row("between rounds with long payloads", "large", Place::kRound, 20, 3);
        row("full blocks", "long", Place::kBlock, 20, 1);
        row("new blocks", "long", Place::kNextBlock, 20, 1);
        row("before a flush", "long", Place::kFlush, 15, 5);
        row("after a flush", "long", Place::kFlushed, 15, 5);
        row("before writes", "long", Place::kWrite, 60, 1);
        row("within writes", "long", Place::kHalfWrite, 60, 1);
        row("after writes", "long", Place::kWritten, 60, 1);
        row("within writes of long payloads", "large", Place::kHalfWrite, 30, 1);
        row("at the last sync", "long", Place::kSync, 1, 1);
        row("at the close", "long", Place::kClose, 1, 1);
    }
    void nothingCommittedIsLost() {
        QFETCH(const QString, program);
        QFETCH(const int, place);
        QFETCH(const quint64, kills);
        QFETCH(const quint64, stride);
        const Subject& run = subject(program.toStdString());
        const std::uint64_t count = TstKill::kills(kills);
        // More kills come closer together, over the same part of the run.
        const std::uint64_t step =
            std::max<std::uint64_t>(1, kills * stride / std::max(count, std::uint64_t{1}));
        std::uint64_t killed = 0;
        std::uint64_t fromTail = 0;
        for (std::uint64_t i = 0; i < count; ++i) {
            const Plan plan{static_cast<Place>(place), 1 + i * step};
            if (!run.runAndKill(plan, *shared_)) break;  // the run is shorter
            ++killed;
            const std::string problem = run.problemAfter(shared_->committed, i % 8 == 0);
            QVERIFY2(problem.empty(),
                     ("count " + std::to_string(plan.at) + ": " + problem).c_str());
            if (const auto trace = tracefmt::TraceReader::open(run.path()); trace.ok())
                fromTail += (*trace)->tail().events;
        }
        qInfo("%llu kills, %llu events out of tails", static_cast<unsigned long long>(killed),
              static_cast<unsigned long long>(fromTail));
        QVERIFY(killed > 0);
    }

    void whoIsNotKilledLeavesNoTailAndEqualBytes() {
        const Subject& run = subject("long");
        QVERIFY(!run.runAndKill({Place::kEvent, ~std::uint64_t{0}}, *shared_));
        QVERIFY(!std::filesystem::exists(tracefmt::tailPathOf(run.path())));
        QVERIFY(fileBytes(run.path()) == fileBytes(run.whole()));
    }
};

QTEST_GUILESS_MAIN(TstKill)
#include "tst_kill.moc"
