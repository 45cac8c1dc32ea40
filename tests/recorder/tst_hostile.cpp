// Traces that no recorder writes: each is answered with an error, none with a crash.
#include "engine/base/event_digest.h"
#include "recorder/cell_tracker.h"
#include "recorder/diff.h"
#include "recorder/replay.h"
#include "tests/recorder/support/till.h"
#include "tracefmt/trace_writer.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::test;

namespace {

EventRow rowOf(EventKind kind, std::uint64_t seq, std::uint32_t cell, std::uint32_t peer,
               std::uint64_t cause = 0) {
    EventRow row;
    row.kind = kind;
    row.seq = {seq};
    row.cell = {cell};
    row.peer = {peer};
    row.cause = {cause};
    return row;
}

}  // namespace

class TstHostile : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    std::filesystem::path written(const std::string& name, const tracefmt::TraceMeta& meta,
                                  std::vector<CellBirth> births, std::vector<EventRow> rows,
                                  std::vector<TypeDesc> types = {}) {
        const auto path = std::filesystem::path{folder_.path().toStdString()} / name;
        auto writer = tracefmt::TraceWriter::create(*tracefmt::createForWriting(path), meta);
        const auto must = [](const absl::Status& status) {
            if (!status.ok()) qFatal("%s", status.ToString().c_str());
        };
        must(writer.status());
        must((*writer)->addTypes(types));
        must((*writer)->addBirths(births));
        must((*writer)->addEvents(rows));
        must((*writer)->finish({}));
        return path;
    }
    static tracefmt::TraceMeta meta() {
        tracefmt::TraceMeta out;
        out.programId = "till";
        out.programVersion = "1.0";
        out.policy = "rounds";
        out.batch = 16;
        out.level = tracefmt::Level::kFull;
        return out;
    }
    static CellBirth birth(std::uint32_t rank, const std::string& path, std::uint64_t bornAt,
                           TypeIndex type = {}) {
        return {{rank}, {rank - 1}, {0x1000 + rank}, type, path, {bornAt}};
    }

private Q_SLOTS:
    void ranksThatWereNeverBornAreDamage_data() {
        QTest::addColumn<quint32>("rank");
        for (const quint32 rank : {2u, 1000u, 0x7FFFFFFFu, 0xFFFFFFFEu, 0xFFFFFFFFu})
            QTest::addRow("%u", rank) << rank;
    }
    void ranksThatWereNeverBornAreDamage() {
        QFETCH(quint32, rank);
        for (const bool asPeer : {true, false}) {
            const EventRow row =
                asPeer ? rowOf(EventKind::kSend, 1, 1, rank) : rowOf(EventKind::kStop, 1, rank, 1);
            OpenedTrace trace =
                openTrace(written("rank.clew", meta(), {birth(1, "one", 1)}, {row}));
            const auto world = trace.history->worldAt({1});
            QCOMPARE(world.status().code(), absl::StatusCode::kDataLoss);
            QVERIFY(world.status().message().find("position 1") != std::string::npos);
            QVERIFY(trace.history->describe(row).status().code() != absl::StatusCode::kInternal);
        }
    }

    void fieldNamesThatMultiplyAreBounded() {
        // 60 structs inside each other, each with a long field name, and very many leaves inside.
        const auto typeOf = [](const char* name, TypeKind kind, std::uint64_t hash) {
            TypeDesc type;
            type.name = name;
            type.kind = kind;
            type.hash = hash;
            return type;
        };
        std::vector<TypeDesc> types{typeOf("bool", TypeKind::kBool, 1),
                                    typeOf("Leaves", TypeKind::kStruct, 2)};
        for (int i = 0; i < 20'000; ++i) types[1].fields.push_back({"f", {1}, 0});
        const std::string longName(60'000, 'x');
        for (std::uint32_t level = 0; level < 60; ++level) {
            types.push_back(typeOf("Level", TypeKind::kStruct, 3 + level));
            types.back().fields.push_back({longName, {2 + level}, 0});
        }
        const TypeIndex outer{static_cast<std::uint32_t>(types.size())};
        EventRow spawn = rowOf(EventKind::kSpawn, 1, 1, 0);
        spawn.type = outer;
        spawn.arg = 0x1001;
        OpenedTrace trace =
            openTrace(written("names.clew", meta(), {birth(1, "one", 1, outer)}, {spawn}, types));
        static_cast<void>(trace.history->cellAt({1}, {1}));
        std::size_t pathBytes = 0;
        for (const value::LeafDesc& leaf : value::leavesOf(trace.reader->types(), outer))
            pathBytes += leaf.path.size();
        QVERIFY(pathBytes <= 16u << 20);
    }

    void aFormatThatCannotBeReplayedHereIsRefused() {
        tracefmt::TraceMeta newer = meta();
        newer.minReplayMinor = 9;
        OpenedTrace trace = openTrace(
            written("newer.clew", newer, {birth(1, "one", 1)}, {rowOf(EventKind::kStop, 1, 1, 0)}));
        const auto result = recorder::replay(*trace.history, {});
        QCOMPARE(result.status().code(), absl::StatusCode::kFailedPrecondition);
        QVERIFY(result.status().message().find("1.9") != std::string::npos);
    }

    void runsThatDifferInANameOnlyAreDifferent() {
        const EventRow spawn = rowOf(EventKind::kSpawn, 1, 1, 0);
        OpenedTrace a = openTrace(written("a.clew", meta(), {birth(1, "one", 1)}, {spawn}));
        OpenedTrace b = openTrace(written("b.clew", meta(), {birth(1, "two", 1)}, {spawn}));
        const auto same = recorder::diff(*a.history, *a.history, {});
        QVERIFY(same.ok() && same->equal);
        const auto result = recorder::diff(*a.history, *b.history, {});
        QVERIFY(result.ok());
        QVERIFY(!result->equal && result->first);
        QCOMPARE(result->first->position, Position{1});
        QVERIFY2(result->first->what.find("one | two") != std::string::npos,
                 result->first->what.c_str());
    }

    void whatIsDroppedInATurnIsNotWhatItSetsAside() {
        // A turn sends to its own full mailbox, then stashes the message in hand.
        recorder::CellTracker tracker{{5}};
        const TypeTable types;
        const EventRow rows[] = {
            rowOf(EventKind::kSend, 1, 1, 5), rowOf(EventKind::kDeliver, 2, 5, 1, 1),
            rowOf(EventKind::kSend, 3, 5, 5, 2), rowOf(EventKind::kDrop, 4, 5, 5, 3),
            rowOf(EventKind::kStash, 5, 5, 0, 1)};
        for (const EventRow& row : rows) QVERIFY(tracker.apply(types, row).ok());
        QCOMPARE(tracker.stash().size(), std::size_t{1});
        QCOMPARE(tracker.stash().front().enqueuedAt, Position{1});
        QVERIFY(tracker.mailbox().empty());
    }
};

QTEST_GUILESS_MAIN(TstHostile)
#include "tst_hostile.moc"
