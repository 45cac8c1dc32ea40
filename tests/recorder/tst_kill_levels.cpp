// Recordings of level inputs, in segments and into a black box, killed at counted points: nothing
// that was committed, or that the box was to keep, is lost. ARIADNE_KILLS=N: that many kills of
// each kind instead of some.
#include "engine/ariadne.h"
#include "engine/base/event_digest.h"
#include "engine/kernel/world.h"
#include "recorder/black_box.h"
#include "recorder/materialise.h"
#include "recorder/replay.h"
#include "recorder/segments.h"
#include "tests/recorder/support/killed_recording.h"
#include "tests/recorder/support/till.h"
#include "tests/support/must.h"
#include "tracefmt/format.h"
#include "tracefmt/inputs_codec.h"
#include "tracefmt/recover.h"
#include "tracefmt/segment_name.h"
#include "tracefmt/tail_format.h"

#include <QTest>

#include <map>

using namespace ariadne;
using namespace ariadne::test;
using tracefmt::Level;
using tracefmt::TraceReader;

namespace hall {

struct Args {};
BOOST_DESCRIBE_STRUCT(Args, (), ())
/// From outside.
struct Letter {
    std::uint32_t number = 0;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Letter, (), (number, text))
struct Ball {};
BOOST_DESCRIBE_STRUCT(Ball, (), ())

/// Is born, and gone.
struct Guest {
    void on(Context& cx, const Start&) { cx.stop(); }
};
BOOST_DESCRIBE_STRUCT(Guest, (), ())
ARIADNE_ACTOR(Guest, Start)

struct Hand;
struct Hands {
    std::vector<Ref<Hand>> all;
};
BOOST_DESCRIBE_STRUCT(Hands, (), (all))
/// Throws whatever it catches, for ever.
struct Hand {
    std::vector<Ref<Hand>> others;
    std::uint32_t caught = 0;
    void on(Context&, const Hands& m) { others = m.all; }
    void on(Context& cx, const Ball&) {
        if (++caught % 300 == 0) cx.spawn<Guest>("guest");
        cx.send(others[cx.random().below(others.size())], Ball{});
    }
};
BOOST_DESCRIBE_STRUCT(Hand, (), (others, caught))
ARIADNE_ACTOR(Hand, Hands, Ball)

struct Hall {
    std::uint64_t letters = 0;
    void on(Context& cx, const Args&) {
        std::vector<Ref<Hand>> hands;
        for (int i = 0; i < 4; ++i) hands.push_back(cx.spawn<Hand>("hand"));
        for (const Ref<Hand>& hand : hands) cx.send(hand, Hands{hands});
        for (const Ref<Hand>& hand : hands) cx.send(hand, Ball{});
    }
    void on(Context& cx, const Letter& m) {
        letters += m.number;
        if (m.number % 2 == 0) cx.spawn<Guest>("caller");
    }
};
BOOST_DESCRIBE_STRUCT(Hall, (), (letters))
ARIADNE_ACTOR(Hall, Args, Letter)
ARIADNE_PROGRAM("hall", "1.0", Hall, Args)

}  // namespace hall

namespace {

constexpr std::uint32_t kRounds = 17'000;
constexpr Plan kNever{Place::kEvent, ~std::uint64_t{0}};

/// What comes from outside before that round. In the middle of the run nothing does, for more
/// events than a chunk of inputs covers.
void letIn(kernel::World& world, std::uint32_t round) {
    if (round < 600 ? round % 3 != 0 : round < 11'000 || round % 40 != 0) return;
    world.setClock(VirtualTime{std::int64_t{round} * 1'000'000});
    const std::size_t bytes = round % 300 == 0 ? 100'000 : round % 7;
    world.tell(kernel::childKey(CellKey{}, 1),
               world.pool().make(hall::Letter{round, std::string(bytes, 'x')}));
}

/// How a recording is made.
struct Way {
    Level level = Level::kEvents;
    bool segments = false;
    std::uint32_t kept = 0;
    bool blackBox = false;  ///< the segments are its spool
};

/// What segments are segments of.
std::filesystem::path nameFor(const Way& way, const std::filesystem::path& path) {
    return way.blackBox ? tracefmt::boxPathOf(path) : path;
}

std::unique_ptr<recorder::Recorder> recorderOf(const Way& way, tracefmt::TraceMeta meta,
                                               const std::filesystem::path& path, const Plan& plan,
                                               Shared& shared) {
    meta.level = way.level;
    const auto made = [&](const std::filesystem::path& file) {
        return std::make_unique<KilledFile>(must(tracefmt::createForWriting(file)), plan, shared);
    };
    if (!way.segments) return must(recorder::Recorder::create(made(path), meta, path));
    meta.minViewMinor = tracefmt::kMidRunMinor;
    const std::filesystem::path name = nameFor(way, path);
    const auto create =
        [=](std::uint32_t number) -> absl::StatusOr<std::unique_ptr<tracefmt::WriteFile>> {
        return made(recorder::segmentPath(name, number));
    };
    const auto remove = [=](std::uint32_t number) {
        std::filesystem::remove(recorder::segmentPath(name, number));
    };
    auto segments = must(recorder::Segments::create(meta, {1, way.kept}, create, remove));
    auto tail = must(
        tracefmt::TailFile::create(name, segments->fileId(), {way.level == Level::kInputs, true}));
    segments->keepIn(*tail);
    if (way.blackBox) {
        auto named = must(tracefmt::createForWriting(path));
        auto box = std::make_unique<recorder::BlackBox>(
            std::move(named), meta, recorder::BlackBoxOptions{}, std::move(segments));
        return recorder::Recorder::create(std::move(box), meta, std::move(tail));
    }
    return recorder::Recorder::create(std::move(segments), meta, std::move(tail));
}

class Run {
public:
    explicit Run(const QTemporaryDir& folder)
        : folder_(folder.path().toStdString()), program_(ProgramRegistry::find("hall")) {
        recorder::RunRequest request;
        request.program = "hall";
        request.live = true;
        meta_ = must(recorder::ProgramRun::start(request))->meta();
        Shared unshared{};
        const auto path = folder_ / "whole.clew";
        record(*must(recorder::Recorder::create(path, levelled(Level::kEvents))), kNever, unshared);
        whole_ = must(TraceReader::open(path));
        EventDigest digest;
        for (std::size_t i = 0; i < whole_->chunks().size(); ++i) {
            chunks_.push_back(must(whole_->chunk(i)));
            for (std::uint32_t row = 0; row < chunks_.back()->count(); ++row) {
                rows_.push_back(chunks_.back()->row(row));
                digest.add(rows_.back(), whole_->types().at(rows_.back().type).hash);
                digests_.push_back(digest.events());
            }
        }
    }

    std::uint64_t events() const { return rows_.size(); }
    std::filesystem::path pathOf(const Way& way) const {
        return folder_ / (std::string(nameOf(way.level)) + (way.segments ? "-parts" : "") +
                          (way.blackBox ? "-box" : "") + std::to_string(way.kept) + ".clew");
    }
    std::vector<std::filesystem::path> filesOf(const Way& way) const {
        if (!way.segments) return {pathOf(way)};
        std::vector<std::filesystem::path> files;
        const std::filesystem::path name = nameFor(way, pathOf(way));
        for (const std::uint32_t number : tracefmt::segmentsOf(name))
            files.push_back(recorder::segmentPath(name, number));
        return files;
    }

    /// Whether it was killed; else the plan reaches beyond its end.
    bool runAndKill(const Way& way, const Plan& plan, Shared& shared) const {
        for (const std::filesystem::path& file : filesOf(way)) std::filesystem::remove(file);
        std::filesystem::remove(tracefmt::tailPathOf(nameFor(way, pathOf(way))));
        return isKilled(shared, [&] {
            const auto recorder = recorderOf(way, meta_, pathOf(way), plan, shared);
            if (!recorder->tailStatus().ok()) qFatal("no tail");
            record(*recorder, plan, shared);
        });
    }

    /// Empty: what is there holds all that was committed, and what it holds is the run.
    std::string problemAfter(const Way& way, std::uint64_t committed, bool runsAgain) const {
        Position reached;
        bool isFirst = true;
        for (const std::filesystem::path& file : filesOf(way)) {
            auto reader = TraceReader::open(file);
            // Killed before it had a description.
            if (!reader.ok() && (!isFirst || committed == 0)) continue;
            if (!reader.ok()) return reader.status().ToString();
            if (!(*reader)->tail().problem.empty()) return (*reader)->tail().problem;
            // Before it had what it begins at.
            const bool isEmpty = !isFirst && (*reader)->lastPosition().value == 0;
            if (isEmpty) continue;
            if (!(isFirst && way.kept != 0) && (*reader)->base() > reached)
                return "a segment begins at " + std::to_string((*reader)->base().value) +
                       ", the one before ends at " + std::to_string(reached.value);
            isFirst = false;
            reached = std::max(reached, (*reader)->lastPosition());
            std::string problem = problemOf(**reader, runsAgain);
            if (problem.empty() && runsAgain) problem = problemAgain(file, **reader);
            if (!problem.empty()) return file.filename().native() + ": " + problem;
        }
        if (reached.value < committed || reached.value > events())
            return "committed " + std::to_string(committed) + ", found " +
                   std::to_string(reached.value);
        return way.blackBox ? problemOfBox(way, reached, runsAgain) : std::string{};
    }

private:
    /// Its files are one trace, from where the oldest begins.
    std::string problemOfBox(const Way& way, Position reached, bool runsAgain) const {
        const std::filesystem::path file = pathOf(way);
        // Its end is written, or it is not wanted.
        if (!tracefmt::isLeftByBlackBox(file)) return "not left by a black box";
        const std::filesystem::path recovered = folder_ / "recovered.clew";
        const auto made = tracefmt::recoverFile(file, recovered, tracefmt::RecoverMode::kPrefix);
        if (absl::IsNotFound(made.status())) return reached.value == 0 ? "" : "nothing was found";
        if (!made.ok()) return made.status().ToString();
        const auto reader = must(TraceReader::open(recovered));
        if (reader->state() != tracefmt::FileState::kClean) return "recovered, and not whole";
        if (reader->lastPosition() != reached) return "ends at other events than its files";
        const std::vector<std::filesystem::path> files = filesOf(way);
        if (reader->base() != must(TraceReader::open(files.front()))->base())
            return "begins at " + std::to_string(reader->base().value);
        std::uint64_t counted = 0;
        for (const auto& [kind, count] : reader->stats().kindCounts) counted += count;
        if (counted != made->rows || counted != reached.value - reader->base().value)
            return "counts " + std::to_string(counted) + " events";
        return problemOf(*reader, runsAgain);
    }

    tracefmt::TraceMeta levelled(Level level) const {
        tracefmt::TraceMeta meta = meta_;
        meta.level = level;
        return meta;
    }

    void record(recorder::Recorder& recorder, const Plan& plan, Shared& shared) const {
        KilledSink sink{recorder, plan, shared};
        {
            kernel::World world{must(recorder::worldOptionsOf(meta_)), &sink};
            if (!program_->start(world, *program_, meta_.args).ok()) qFatal("not started");
            for (std::uint32_t round = 1; round <= kRounds; ++round) {
                letIn(world, round);
                if (!world.step()) qFatal("ended");
                shared.committed.store(world.position().value);
                plan.pass(Place::kRound, shared);
                if (round % 64 != 0 ||
                    (plan.place != Place::kFlush && plan.place != Place::kFlushed))
                    continue;
                plan.pass(Place::kFlush, shared);
                if (!recorder.flush().ok()) qFatal("not flushed");
                plan.pass(Place::kFlushed, shared);
            }
            world.end(Outcome::kUntil, "long enough");
            shared.committed.store(world.position().value);
        }
        if (!recorder.finish().ok()) qFatal("not finished");
    }

    static bool same(const EventRow& a, const EventRow& b) {
        return a.seq == b.seq && a.time == b.time && a.round == b.round && a.cause == b.cause &&
               a.arg == b.arg && a.extra == b.extra && a.cell == b.cell && a.peer == b.peer &&
               a.type == b.type && a.kind == b.kind && a.flags == b.flags &&
               sameBytes(a.payload, b.payload);
    }

    std::string problemOf(TraceReader& reader, bool runsAgain) const {
        const std::uint64_t last = reader.lastPosition().value;
        if (last > events()) return "ends at " + std::to_string(last);
        for (std::size_t i = 0; i < reader.chunks().size(); ++i) {
            const auto chunk = must(reader.chunk(i));
            for (std::uint32_t row = 0; row < chunk->count(); ++row)
                if (!same(chunk->row(row), rows_[chunk->first().value + row - 1]))
                    return "another event " + std::to_string(chunk->first().value + row);
        }
        if (const std::string problem = problemOfInputs(reader); !problem.empty()) return problem;
        if (reader.stats().eventDigest != (last == 0 ? 0 : digests_[last - 1]))
            return "another digest at " + std::to_string(last);
        if (const absl::Status holds = reader.verify(nullptr, nullptr); !holds.ok())
            return holds.ToString();
        if (reader.births().size() > whole_->births().size() ||
            !std::equal(reader.births().begin(), reader.births().end(), whole_->births().begin()))
            return "other births";
        if (!runsAgain || last == 0) return {};
        recorder::History history{reader};
        recorder::ReplayOptions options;
        if (reader.base().value != 0) options.fromSnapshot = 0;
        const auto replayed = recorder::replay(history, options);
        if (!replayed.ok()) return replayed.status().ToString();
        if (replayed->divergence) return replayed->divergence->what;
        return replayed->eventsCompared == last - reader.base().value ? "" : "not all was replayed";
    }

    /// Every row that came from outside, and no other.
    std::string problemOfInputs(TraceReader& reader) const {
        if (reader.meta().level != Level::kInputs) return {};
        std::uint64_t at = reader.base().value;
        for (std::size_t i = 0; i < reader.inputs().size(); ++i) {
            const auto inputs = must(reader.inputRows(i));
            for (const EventRow& row : inputs->rows()) {
                for (++at; at < row.seq.value; ++at)
                    if (isKept(rows_[at - 1])) return "no input " + std::to_string(at);
                if (!same(row, rows_[at - 1])) return "another input " + std::to_string(at);
            }
        }
        for (++at; at <= reader.lastPosition().value; ++at)
            if (isKept(rows_[at - 1])) return "no input " + std::to_string(at);
        return {};
    }
    static bool isKept(const EventRow& row) {
        return tracefmt::isKeptInput(row.kind, row.flags, row.round, false);
    }

    /// What is made of `file` holds as much, whole.
    std::string problemAgain(const std::filesystem::path& file, TraceReader& reader) const {
        const std::filesystem::path recovered = folder_ / "recovered.clew";
        const auto made = tracefmt::recoverFile(file, recovered, tracefmt::RecoverMode::kPrefix);
        if (!made.ok()) return made.status().ToString();
        if (made->lostBytes != 0 && reader.tail().events != 0) return "recovered with a loss";
        const auto again = must(TraceReader::open(recovered));
        if (again->state() != tracefmt::FileState::kClean) return "recovered, and not whole";
        if (again->lastPosition() != reader.lastPosition()) return "recovered something else";
        if (std::string problem = problemOf(*again, true); !problem.empty())
            return "recovered: " + problem;
        if (reader.meta().level != Level::kInputs || reader.lastPosition().value == 0) return {};
        const std::filesystem::path full = folder_ / "full.clew";
        const auto run = recorder::materialise(*again, full);
        if (!run.ok()) return run.status().ToString();
        if (run->divergence) return "materialised: " + run->divergence->what;
        return {};
    }

    std::filesystem::path folder_;
    const Program* program_;
    tracefmt::TraceMeta meta_;
    std::unique_ptr<TraceReader> whole_;
    std::vector<std::shared_ptr<const tracefmt::EventChunk>> chunks_;
    std::vector<EventRow> rows_;
    std::vector<std::uint64_t> digests_;  ///< of events, after each
};

}  // namespace

class TstKillLevels : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    Shared* shared_ = nullptr;
    std::unique_ptr<Run> run_;

    static std::uint64_t kills(std::uint64_t usually) {
        bool given = false;
        const int kills = qEnvironmentVariableIntValue("ARIADNE_KILLS", &given);
        return given ? static_cast<std::uint64_t>(kills) : usually;
    }

private Q_SLOTS:
    void initTestCase() {
        shared_ = sharedMemory();
        run_ = std::make_unique<Run>(folder_);
        QVERIFY(run_->events() > 2 * tracefmt::kEventsPerInputs);
    }

    void nothingCommittedIsLost_data() {
        QTest::addColumn<int>("level");
        QTest::addColumn<bool>("segments");
        QTest::addColumn<quint32>("kept");
        QTest::addColumn<bool>("blackBox");
        QTest::addColumn<int>("place");
        QTest::addColumn<quint64>("kills");   // usually
        QTest::addColumn<quint64>("stride");  // between two counts, for the usual number of kills
        const auto row = [](const char* name, const Way& way, Place place, quint64 kills,
                            quint64 stride) {
            QTest::newRow(name) << static_cast<int>(way.level) << way.segments << way.kept
                                << way.blackBox << static_cast<int>(place) << kills << stride;
        };
        const Way inputs{Level::kInputs};
        row("inputs: each of the first events", inputs, Place::kEvent, 40, 1);
        row("inputs: events here and there", inputs, Place::kEvent, 40, 3331);
        row("inputs: between rounds", inputs, Place::kRound, 40, 397);
        row("inputs: full blocks", inputs, Place::kBlock, 30, 1);
        row("inputs: new blocks", inputs, Place::kNextBlock, 30, 1);
        row("inputs: before a flush", inputs, Place::kFlush, 15, 17);
        row("inputs: after a flush", inputs, Place::kFlushed, 15, 17);
        row("inputs: before writes", inputs, Place::kWrite, 40, 1);
        row("inputs: within writes", inputs, Place::kHalfWrite, 40, 1);
        row("inputs: after writes", inputs, Place::kWritten, 40, 1);
        row("inputs: at the last sync", inputs, Place::kSync, 1, 1);
        row("inputs: at the close", inputs, Place::kClose, 1, 1);
        const Way parts{Level::kEvents, true};
        row("segments: events here and there", parts, Place::kEvent, 20, 6661);
        row("segments: between rounds", parts, Place::kRound, 30, 531);
        row("segments: full blocks", parts, Place::kBlock, 30, 1);
        row("segments: before writes", parts, Place::kWrite, 60, 1);
        row("segments: within writes", parts, Place::kHalfWrite, 60, 1);
        row("segments: after writes", parts, Place::kWritten, 60, 1);
        row("segments: at syncs", parts, Place::kSync, 20, 1);
        row("segments: at closes", parts, Place::kClose, 10, 1);
        const Way small{Level::kInputs, true, 2};
        row("segments of inputs: events here and there", small, Place::kEvent, 20, 6661);
        row("segments of inputs: between rounds", small, Place::kRound, 30, 531);
        row("segments of inputs: full blocks", small, Place::kBlock, 30, 1);
        row("segments of inputs: before writes", small, Place::kWrite, 60, 2);
        row("segments of inputs: within writes", small, Place::kHalfWrite, 60, 2);
        row("segments of inputs: after writes", small, Place::kWritten, 60, 2);
        row("segments of inputs: at syncs", small, Place::kSync, 20, 1);
        row("segments of inputs: at closes", small, Place::kClose, 10, 1);
        const Way box{Level::kInputs, true, 2, true};
        row("black box: events here and there", box, Place::kEvent, 20, 6661);
        row("black box: between rounds", box, Place::kRound, 30, 531);
        row("black box: full blocks", box, Place::kBlock, 30, 1);
        row("black box: before writes", box, Place::kWrite, 60, 2);
        row("black box: within writes", box, Place::kHalfWrite, 60, 2);
        row("black box: after writes", box, Place::kWritten, 60, 2);
        row("black box: at closes", box, Place::kClose, 3, 1);
    }
    void nothingCommittedIsLost() {
        QFETCH(const int, level);
        QFETCH(const bool, segments);
        QFETCH(const quint32, kept);
        QFETCH(const bool, blackBox);
        QFETCH(const int, place);
        QFETCH(const quint64, kills);
        QFETCH(const quint64, stride);
        const Way way{static_cast<Level>(level), segments, kept, blackBox};
        const std::uint64_t count = TstKillLevels::kills(kills);
        // More kills come closer together, over the same part of the run.
        const std::uint64_t step =
            std::max<std::uint64_t>(1, kills * stride / std::max(count, std::uint64_t{1}));
        std::uint64_t killed = 0;
        std::uint64_t fromTail = 0;
        for (std::uint64_t i = 0; i < count; ++i) {
            const Plan plan{static_cast<Place>(place), 1 + i * step};
            if (!run_->runAndKill(way, plan, *shared_)) break;  // the run is shorter
            ++killed;
            const std::string problem = run_->problemAfter(way, shared_->committed, i % 8 == 0);
            QVERIFY2(problem.empty(),
                     ("count " + std::to_string(plan.at) + ": " + problem).c_str());
            for (const std::filesystem::path& file : run_->filesOf(way))
                if (const auto trace = TraceReader::open(file); trace.ok())
                    fromTail += (*trace)->tail().events;
        }
        qInfo("%llu kills, %llu events out of tails", static_cast<unsigned long long>(killed),
              static_cast<unsigned long long>(fromTail));
        QVERIFY(killed > 0);
    }

    void whoIsNotKilledLeavesNoTail() {
        for (const Way& way : {Way{Level::kInputs}, Way{Level::kEvents, true},
                               Way{Level::kInputs, true, 2}, Way{Level::kInputs, true, 2, true}}) {
            QVERIFY(!run_->runAndKill(way, kNever, *shared_));
            QVERIFY(
                !std::filesystem::exists(tracefmt::tailPathOf(nameFor(way, run_->pathOf(way)))));
            QCOMPARE(run_->filesOf(way).empty(), way.blackBox);
            for (const std::filesystem::path& file : run_->filesOf(way))
                QVERIFY(must(TraceReader::open(file))->state() == tracefmt::FileState::kClean);
        }
    }
};

QTEST_GUILESS_MAIN(TstKillLevels)
#include "tst_kill_levels.moc"
