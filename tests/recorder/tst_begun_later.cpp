// A trace that begins in the middle of a run tells of the rest what the whole one does.
#include "engine/base/event_digest.h"
#include "engine/kernel/world.h"
#include "recorder/diff.h"
#include "recorder/query/session.h"
#include "recorder/recorder.h"
#include "recorder/replay.h"
#include "tests/recorder/support/moment_difference.h"
#include "tests/recorder/support/till.h"
#include "tests/support/must.h"
#include "tests/support/replayed.h"
#include "tracefmt/format.h"
#include "tracefmt/trace_writer.h"

#include <QTest>

#include <algorithm>
#include <map>

using namespace ariadne;
using namespace ariadne::test;

namespace {

/// Records a run without snapshots and keeps the images of it after every round.
class ImageKeeper final : public kernel::EventSink {
public:
    explicit ImageKeeper(recorder::Recorder& to) : to_(to) {}
    bool wantsChanges() const override { return to_.wantsChanges(); }
    void onTypes(std::span<const TypeDesc> types) override { to_.onTypes(types); }
    void onBirth(const CellBirth& birth) override { to_.onBirth(birth); }
    void onEvent(const EventRow& row) override { to_.onEvent(row); }
    EventBatch* const* batch() override { return to_.batch(); }
    void onBatchFull() override { to_.onBatchFull(); }
    bool wantsSnapshot(Position) override { return true; }
    void onSnapshot(WorldImage image) override { images[image.position] = std::move(image); }
    std::map<Position, WorldImage> images;

private:
    recorder::Recorder& to_;
};

/// The rest of `whole` behind `image`, as a trace of its own.
void beginLater(OpenedTrace& whole, WorldImage image, const std::filesystem::path& to) {
    tracefmt::TraceReader& reader = *whole.reader;
    EventDigest digest;
    for (Position at{1}; at <= image.position; ++at.value) {
        const auto row = must(whole.history->rowAt(at));
        digest.add(row.row, reader.types().at(row.row.type).hash);
    }
    image.eventDigest = digest.events();
    image.changeDigest = digest.changes();
    tracefmt::TraceMeta meta = reader.meta();
    meta.minViewMinor = tracefmt::kMidRunMinor;
    auto writer = must(tracefmt::TraceWriter::create(must(tracefmt::createForWriting(to)), meta));
    const auto begun =
        writer->beginAt(reader.types().all().subspan(1), std::span{reader.births()}.subspan(1),
                        image, tracefmt::GapCause::kRetention, "cut by the test");
    if (!begun.ok()) qFatal("%s", begun.ToString().c_str());
    for (std::size_t i = 0; i < reader.chunks().size(); ++i) {
        const auto chunk = must(reader.chunk(i));
        std::vector<EventRow> rows;
        for (Position at = chunk->first(); at <= chunk->last(); ++at.value)
            if (at > image.position) rows.push_back(chunk->rowAt(at));
        if (!writer->addEvents(rows).ok()) qFatal("rows");
    }
    if (!writer->finish(reader.stats()).ok()) qFatal("finish");
}

std::vector<std::string> texts(query::Session& session, std::string_view sql) {
    struct Rows final : query::RowSink {
        void columns(std::span<const std::string>) override {}
        bool row(std::span<const query::Value> values) override {
            std::string line;
            for (const query::Value& value : values) {
                if (const auto* text = std::get_if<std::string_view>(&value)) line += *text;
                if (const auto* number = std::get_if<std::int64_t>(&value))
                    line += std::to_string(*number);
                line += "|";
            }
            lines.push_back(line);
            return true;
        }
        std::vector<std::string> lines;
    } rows;
    const auto answered = session.run(sql, {}, rows);
    if (!answered.ok()) rows.lines.push_back(answered.status().ToString());
    return rows.lines;
}

}  // namespace

class TstBegunLater : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    std::filesystem::path path(const std::string& name) const {
        return std::filesystem::path{folder_.path().toStdString()} / name;
    }

    struct Both {
        OpenedTrace whole;
        OpenedTrace rest;
        Position base;
        std::vector<Position> rounds;  ///< ends of rounds behind the base
    };
    /// Begun behind `share` of the rounds of the run.
    Both begun(const std::string& program, kernel::Policy policy, double share) {
        // The description of the run is that of one recorded as usual.
        const tracefmt::TraceMeta meta =
            openTrace(recordProgram(folder_, "usual.clew", program, 11, {}, policy)).reader->meta();
        auto recorder = must(recorder::Recorder::create(path("whole.clew"), meta));
        ImageKeeper keeper{*recorder};
        {
            kernel::World world{must(recorder::worldOptionsOf(meta)), &keeper};
            const Program* found = must(recorder::programOf(meta));
            if (!found->start(world, *found, meta.args).ok()) qFatal("no start");
            while (world.step()) {
            }
        }
        must(recorder->finish());
        Both out;
        out.whole = openTrace(path("whole.clew"));
        const auto at = std::next(
            keeper.images.begin(),
            static_cast<std::ptrdiff_t>(share * static_cast<double>(keeper.images.size())));
        out.base = at->first;
        beginLater(out.whole, at->second, path("rest.clew"));
        out.rest = openTrace(path("rest.clew"));
        for (auto round = at; round != keeper.images.end(); ++round)
            out.rounds.push_back(round->first);
        return out;
    }

    static void cases() {
        QTest::addColumn<QString>("program");
        QTest::addColumn<int>("policy");
        QTest::addColumn<double>("share");
        for (const char* program : {"till", "theatre"})
            for (const int policy : {0, 1})
                for (const double share : {0.1, 0.5, 0.9})
                    QTest::addRow("%s, policy %d, from %.1f", program, policy, share)
                        << QString::fromLatin1(program) << policy << share;
    }
    Both fetched() {
        QFETCH(QString, program);
        QFETCH(int, policy);
        QFETCH(double, share);
        return begun(program.toStdString(), static_cast<kernel::Policy>(policy), share);
    }

private Q_SLOTS:
    void everyCellIsTheSame_data() { cases(); }
    void everyCellIsTheSame() {
        Both both = fetched();
        QCOMPARE(both.rest.reader->base(), both.base);
        for (const Position at : both.rounds) {
            const auto world = must(both.whole.history->worldAt(at));
            const auto rest = both.rest.history->worldAt(at);
            QVERIFY2(rest.ok(), rest.status().ToString().c_str());
            QCOMPARE(rest->aliveCount, world.aliveCount);
            QCOMPARE(rest->time, world.time);
            QCOMPARE(rest->round, world.round);
            for (const CellBirth& birth : both.whole.reader->births()) {
                if (birth.rank == kOutside || birth.bornAt > at) continue;
                const auto a = must(both.whole.history->cellAt(at, birth.rank));
                const auto b = both.rest.history->cellAt(at, birth.rank);
                QVERIFY2(b.ok(), b.status().ToString().c_str());
                const bool endedBefore = !a.alive && a.endedAt <= both.base;
                QCOMPARE(b->born, !endedBefore);
                if (endedBefore) continue;
                const std::string differs = difference(a, *b, both.base);
                QVERIFY2(differs.empty(), (birth.path + ": " + differs).c_str());
            }
        }
    }

    /// What a message says that was sent before is known from the snapshot.
    void everyLineIsTheSame_data() { cases(); }
    void everyLineIsTheSame() {
        Both both = fetched();
        int fromBefore = 0;
        for (Position at{both.base.value + 1}; at <= both.whole.reader->lastPosition();
             ++at.value) {
            const auto a = must(both.whole.history->rowAt(at));
            const auto b = must(both.rest.history->rowAt(at));
            // These say what a ledger was, which may be known no more.
            if (a.row.kind == EventKind::kResolve || a.row.kind == EventKind::kTransfer) continue;
            const auto text = both.rest.history->describe(b.row);
            QVERIFY2(text.ok(), text.status().ToString().c_str());
            QCOMPARE(*text, must(both.whole.history->describe(a.row)));
            fromBefore += a.row.kind == EventKind::kDeliver && a.row.cause <= both.base;
        }
        QFETCH(double, share);
        QVERIFY(fromBefore > 0 || share > 0.5);
    }

    void whatLiesBeforeIsRefusedAndSaysWhereItBegins() {
        Both both = begun("till", kernel::Policy::kRounds, 0.5);
        const std::string base = std::to_string(both.base.value);
        for (const auto& status : {both.rest.history->worldAt({both.base.value - 1}).status(),
                                   both.rest.history->cellAt({both.base.value - 1}, {1}).status(),
                                   both.rest.history->rowAt(both.base).status()}) {
            QCOMPARE(status.code(), absl::StatusCode::kOutOfRange);
            QVERIFY2(status.message().find("gap from 1 to " + base) != absl::string_view::npos,
                     status.ToString().c_str());
        }
        const auto refused = both.rest.history->worldAt({both.base.value - 1}).status();
        QVERIFY2(refused.message().find("from " + base + " on") != absl::string_view::npos,
                 refused.ToString().c_str());
        const auto first = both.rest.history->previousOf({1}, both.rounds.back());
        QVERIFY(first.ok());
        const auto before = both.rest.history->previousOf({1}, {both.base.value + 1});
        QVERIFY2(before.ok() && !before->has_value(), before.status().ToString().c_str());
    }

    void itReplaysFromItsSnapshotOnly_data() { cases(); }
    void itReplaysFromItsSnapshotOnly() {
        Both both = fetched();
        const auto beginning = recorder::replay(*both.rest.history, {});
        QCOMPARE(beginning.status().code(), absl::StatusCode::kFailedPrecondition);
        QVERIFY2(beginning.status().message().find("from snapshot 0, which stands at " +
                                                   std::to_string(both.base.value)) !=
                     absl::string_view::npos,
                 beginning.status().ToString().c_str());
        recorder::ReplayOptions options;
        options.fromSnapshot = 0;
        const auto result = recorder::replay(*both.rest.history, options);
        QVERIFY2(result.ok(), result.status().ToString().c_str());
        QVERIFY2(!result->divergence, result->divergence ? result->divergence->what.c_str() : "");
        QCOMPARE(result->eventsCompared, both.rest.reader->lastPosition().value - both.base.value);
    }

    void itIsComparedFromWhereItBegins() {
        Both both = begun("till", kernel::Policy::kRandom, 0.5);
        auto result = must(recorder::diff(*both.whole.history, *both.rest.history));
        QVERIFY(result.equal);
        QCOMPARE(result.from, both.base);
        OpenedTrace other =
            openTrace(recordTill(folder_, "other.clew", 12, {}, kernel::Policy::kRandom));
        result = must(recorder::diff(*both.rest.history, *other.history));
        QVERIFY(!result.equal);
        QVERIFY(result.first && result.first->position > both.base);
    }

    void sqlSaysWhatIsThere() {
        Both both = begun("till", kernel::Policy::kRounds, 0.5);
        auto whole = must(query::Session::open(*both.whole.reader));
        auto rest = must(query::Session::open(*both.rest.reader));
        const std::string behind = std::to_string(both.base.value);
        const std::string middle = std::to_string(both.rounds[both.rounds.size() / 4].value);
        const std::string last = std::to_string(both.whole.reader->lastPosition().value);
        for (const std::string& sql :
             {"SELECT position, kind, actor, text FROM event WHERE position > " + behind,
              "SELECT path, turns, ended_at, end_reason FROM actor WHERE ended_at > " + behind,
              "SELECT * FROM state_at(" + middle + ")",
              "SELECT position, actor, text FROM failure WHERE position > " + behind}) {
            const auto expected = texts(*whole, sql);
            QVERIFY2(!expected.empty() || sql.find("failure") != std::string::npos, sql.c_str());
            QVERIFY2(texts(*rest, sql) == expected, sql.c_str());
        }
        // The chain of causes ends where the trace begins.
        const auto causes = texts(*rest, "SELECT position FROM causes(" + last + ")");
        QVERIFY(!causes.empty());
        QVERIFY2(causes.back().find("OUT_OF_RANGE") == std::string::npos, causes.back().c_str());
    }
};

QTEST_GUILESS_MAIN(TstBegunLater)
#include "tst_begun_later.moc"
