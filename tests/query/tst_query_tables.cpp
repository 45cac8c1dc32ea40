// Every table against the reader and the history, on runs with everything in them.
#include "recorder/recorder.h"
#include "recorder/region_view.h"
#include "recorder/value_json.h"
#include "tests/query/support/asked.h"
#include "tests/recorder/support/till.h"

#include <QTemporaryDir>

#include <algorithm>
#include <filesystem>

using namespace ariadne;
using namespace ariadne::test;

class TestQueryTables : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::unique_ptr<AskedTrace> till_;
    std::unique_ptr<AskedTrace> theatre_;

    /// Row and its chunk, of every event.
    static std::vector<recorder::History::Row> rowsOf(AskedTrace& trace) {
        std::vector<recorder::History::Row> out;
        for (std::size_t i = 0; i < trace.reader.chunks().size(); ++i) {
            const auto chunk = *trace.reader.chunk(i);
            for (std::uint32_t at = 0; at < chunk->count(); ++at)
                out.push_back({chunk, chunk->row(at)});
        }
        return out;
    }
    static std::string pathOrNull(AskedTrace& trace, Rank rank) {
        return rank == kOutside ? "NULL" : trace.reader.births()[rank.value].path;
    }
    static std::string positionOrNull(Position position) {
        return position.value == 0 ? "NULL" : std::to_string(position.value);
    }

private Q_SLOTS:
    void initTestCase() {
        till_ = std::make_unique<AskedTrace>(openTrace(recordTill(folder_, "till.clew", 2)).reader);
        theatre_ = std::make_unique<AskedTrace>(
            openTrace(recordProgram(folder_, "theatre.clew", "theatre", 3)).reader);
    }

    void events() {
        for (AskedTrace* trace : {till_.get(), theatre_.get()}) {
            recorder::History history{trace->reader};
            const Asked asked = (*trace)(
                "SELECT position, time_ns, round, kind, actor, peer, cause, text, flags, "
                "payload_bytes, change_bytes FROM event");
            QVERIFY2(asked.answered.ok(), asked.error().c_str());
            const auto rows = rowsOf(*trace);
            QCOMPARE(asked.rows.all.size(), rows.size());
            for (std::size_t i = 0; i < rows.size(); ++i) {
                const EventRow& row = rows[i].row;
                const std::vector<std::string> expected{
                    std::to_string(row.seq.value),    std::to_string(row.time.value),
                    std::to_string(row.round.value),  std::string{nameOf(row.kind)},
                    pathOrNull(*trace, row.cell),     pathOrNull(*trace, row.peer),
                    positionOrNull(row.cause),        *history.describe(row),
                    std::to_string(row.flags),        std::to_string(row.payload.size()),
                    std::to_string(row.change.size())};
                if (asked.rows.all[i] != expected)
                    QFAIL(("event " + std::to_string(i + 1)).c_str());
            }
        }
    }

    void messagesAndTheirFates() {
        for (AskedTrace* trace : {till_.get(), theatre_.get()}) {
            std::map<std::uint64_t, EventRow> taken;
            const auto rows = rowsOf(*trace);
            for (const auto& [chunk, row] : rows)
                if (row.kind == EventKind::kDeliver || row.kind == EventKind::kDrop)
                    taken.try_emplace(row.cause.value, row);
            const Asked asked = (*trace)(
                "SELECT position, sender, receiver, outcome, taken_at, wait_ns FROM message");
            QVERIFY2(asked.answered.ok(), asked.error().c_str());
            std::size_t at = 0;
            for (const auto& [chunk, row] : rows) {
                if (!isEnqueue(row.kind)) continue;
                const auto& line = asked.rows.all.at(at++);
                QCOMPARE(line[0], std::to_string(row.seq.value));
                QCOMPARE(line[1], pathOrNull(*trace, row.cell));
                QCOMPARE(line[2], pathOrNull(*trace, row.peer));
                const auto found = taken.find(row.seq.value);
                if (found == taken.end()) {
                    QCOMPARE(line[3] + line[4] + line[5], std::string{"waitingNULLNULL"});
                    continue;
                }
                const EventRow& fate = found->second;
                QCOMPARE(line[3],
                         std::string{fate.kind == EventKind::kDrop ? "dropped" : "delivered"});
                QCOMPARE(line[4], std::to_string(fate.seq.value));
                QCOMPARE(line[5], std::to_string((fate.time - row.time).count()));
            }
            QCOMPARE(at, asked.rows.all.size());
        }
    }

    /// The short names of the studio's first question are no other values.
    void whoseMailboxAndHowLongHaveShortNames() {
        for (AskedTrace* trace : {till_.get(), theatre_.get()}) {
            const Asked other = (*trace)(
                "SELECT count(*) FROM message WHERE actor IS NOT receiver OR wait IS NOT "
                "wait_events");
            QVERIFY2(other.answered.ok(), other.error().c_str());
            QCOMPARE(other.rows.all[0][0], std::string{"0"});
            const Asked waits = (*trace)("SELECT count(*) FROM message WHERE wait > 0");
            QVERIFY(waits.rows.all[0][0] != "0");
            const std::string path = (*trace)("SELECT actor FROM message LIMIT 1").rows.all[0][0];
            QCOMPARE(
                (*trace)("SELECT count(*) FROM message WHERE actor = '" + path + "'").lines(),
                (*trace)("SELECT count(*) FROM message WHERE receiver = '" + path + "'").lines());
        }
    }

    void fatesDoNotDependOnWhoAsksFirst() {
        const Asked forward = (*till_)("SELECT taken_at FROM message ORDER BY position");
        const Asked backward = (*till_)("SELECT taken_at FROM message ORDER BY position DESC");
        auto lines = backward.lines();
        std::reverse(lines.begin(), lines.end());
        QCOMPARE(lines, forward.lines());
    }

    void actorsAndTheirEnds() {
        recorder::History history{theatre_->reader};
        const recorder::WorldMoment last = *history.worldAt(theatre_->reader.lastPosition());
        const Asked asked =
            (*theatre_)("SELECT rank, path, born_at, alive, restarts, turns FROM actor");
        QVERIFY2(asked.answered.ok(), asked.error().c_str());
        QCOMPARE(asked.rows.all.size(), theatre_->reader.births().size() - 1);
        for (const auto& row : asked.rows.all) {
            const std::size_t rank = std::stoull(row[0]);
            const CellBirth& birth = theatre_->reader.births()[rank];
            QCOMPARE(row[1], birth.path);
            QCOMPARE(row[2], std::to_string(birth.bornAt.value));
            QCOMPARE(row[3], std::string{last.alive[rank] != 0 ? "1" : "0"});
            const auto cell = *history.cellAt(theatre_->reader.lastPosition(),
                                              {static_cast<std::uint32_t>(rank)});
            QCOMPARE(row[5], std::to_string(cell.turns));
        }
        QCOMPARE((*theatre_)("SELECT sum(restarts) FROM actor").one(),
                 (*theatre_)("SELECT count(*) FROM event WHERE kind = 'restart'").one());
        QCOMPARE((*theatre_)("SELECT rank FROM actor WHERE path = 'theatre'").one(),
                 std::string{"1"});
    }

    void regions() {
        recorder::History history{theatre_->reader};
        const Asked asked = (*theatre_)("SELECT rank, path, phase, restarts, started FROM region");
        QVERIFY2(asked.answered.ok(), asked.error().c_str());
        QVERIFY(!asked.rows.all.empty());
        QCOMPARE(std::to_string(asked.rows.all.size()),
                 (*theatre_)("SELECT sum(is_region) FROM actor").one());
        for (const auto& row : asked.rows.all) {
            const auto cell = *history.cellAt(theatre_->reader.lastPosition(),
                                              {static_cast<std::uint32_t>(std::stoul(row[0]))});
            const auto region =
                recorder::regionFrom(theatre_->reader.types(), cell.stateType, cell.state);
            QVERIFY(region.has_value());
            QCOMPARE(row[3], std::to_string(region->restarts));
            QCOMPARE(row[4], std::to_string(region->started));
        }
    }

    void obligations() {
        std::map<std::string, std::size_t> expected;
        for (const auto& [chunk, row] : rowsOf(*theatre_)) {
            if (row.kind == EventKind::kReserve) ++expected["made"];
            if (row.kind == EventKind::kResolve) ++expected["resolved"];
            if (row.kind == EventKind::kResolve && row.extra == 2) ++expected["leaked"];
        }
        QVERIFY(expected["made"] > 0 && expected["leaked"] > 0);
        QCOMPARE((*theatre_)("SELECT count(made_at) FROM obligation").one(),
                 std::to_string(expected["made"]));
        QCOMPARE((*theatre_)("SELECT count(resolved_at) FROM obligation").one(),
                 std::to_string(expected["resolved"]));
        QCOMPARE((*theatre_)("SELECT count(*) FROM obligation WHERE resolution = 'leaked'").one(),
                 std::to_string(expected["leaked"]));
        recorder::History history{theatre_->reader};
        const Asked asked = (*theatre_)(
            "SELECT resolved_at, name, json_array_length(holders), region, maker, ordinal FROM "
            "obligation WHERE resolved_at IS NOT NULL AND region IS NOT NULL");
        QVERIFY2(asked.answered.ok() && !asked.rows.all.empty(), asked.error().c_str());
        for (const auto& row : asked.rows.all) {
            const EventRow resolved = (*history.rowAt({std::stoull(row[0])})).row;
            const auto entry = history.obligationAt({resolved.seq.value - 1}, resolved.cell,
                                                    resolved.peer, resolved.arg);
            QCOMPARE(row[1], entry ? entry->name : "NULL");
            QCOMPARE(row[2], entry ? std::to_string(entry->holders.size()) : "NULL");
        }
    }

    void statesBeforeAndAfterEachWrite() {
        for (AskedTrace* trace : {till_.get(), theatre_.get()}) {
            recorder::History history{trace->reader};
            const Asked asked =
                (*trace)("SELECT position, actor, field, old, new FROM state_write");
            QVERIFY2(asked.answered.ok(), asked.error().c_str());
            std::size_t expected = 0;
            for (const auto& [chunk, row] : rowsOf(*trace))
                expected += value::changedLeaves(row.change).size();
            QCOMPARE(asked.rows.all.size(), expected);
            // Looked up one by one, from behind, it is the same.
            Asked back = (*trace)(
                "SELECT position, actor, field, old, new FROM state_write ORDER BY position DESC "
                "LIMIT 300");
            QVERIFY2(back.answered.ok(), back.error().c_str());
            auto all = asked.lines();
            auto last = back.lines();
            std::sort(all.begin(), all.end());
            for (const std::string& line : last)
                QVERIFY2(std::binary_search(all.begin(), all.end(), line), line.c_str());
            // And from the middle.
            const std::string middle = std::to_string(trace->reader.lastPosition().value / 2);
            for (const std::string& line :
                 (*trace)("SELECT position, actor, field, old, new FROM state_write WHERE position "
                          "> " +
                          middle)
                     .lines())
                QVERIFY2(std::binary_search(all.begin(), all.end(), line), line.c_str());
        }
    }

    void statesAtAPosition() {
        recorder::History history{theatre_->reader};
        const std::uint64_t last = theatre_->reader.lastPosition().value;
        for (const std::uint64_t at :
             {std::uint64_t{0}, std::uint64_t{1}, last / 3, last / 2, last}) {
            const Asked asked =
                (*theatre_)("SELECT path, field, value FROM state_at(" + std::to_string(at) + ")");
            QVERIFY2(asked.answered.ok(), asked.error().c_str());
            const recorder::WorldMoment world = *history.worldAt({at});
            std::size_t line = 0;
            for (const CellBirth& birth : theatre_->reader.births()) {
                if (birth.rank == kOutside || birth.rank.value >= world.alive.size() ||
                    world.alive[birth.rank.value] == 0)
                    continue;
                const auto cell = *history.cellAt({at}, birth.rank);
                const auto leaves = value::leavesOf(theatre_->reader.types(), cell.stateType);
                for (std::size_t i = 0; i < cell.state.leafCount(); ++i, ++line) {
                    QCOMPARE(asked.rows.all.at(line)[0], birth.path);
                    QCOMPARE(asked.rows.all[line][1], leaves[i].path);
                }
            }
            QCOMPARE(line, asked.rows.all.size());
        }
        QCOMPARE((*theatre_)("SELECT count(DISTINCT path) FROM state_at(" + std::to_string(last) +
                             ", 'theatre')")
                     .one(),
                 std::string{"1"});
    }

    void causesAndEffectsAreEachOther() {
        const std::uint64_t last = till_->reader.lastPosition().value;
        for (std::uint64_t at = 1; at < last; at += last / 7) {
            const Asked effects =
                (*till_)("SELECT position FROM effects(" + std::to_string(at) + ") LIMIT 200");
            QVERIFY2(effects.answered.ok(), effects.error().c_str());
            QCOMPARE(effects.rows.all[0][0], std::to_string(at));
            for (const auto& row : effects.rows.all)
                QCOMPARE((*till_)("SELECT count(*) FROM causes(" + row[0] +
                                  ") AS c WHERE c.position = " + std::to_string(at))
                             .one(),
                         std::string{"1"});
        }
    }

    void lanesAddUp() {
        for (const char* buckets : {"1", "7", "100", "100000"}) {
            QCOMPARE(
                (*till_)(std::string{"SELECT sum(events) FROM lane_mipmap("} + buckets + ")").one(),
                (*till_)("SELECT count(actor) FROM event").one());
            QCOMPARE(
                (*till_)(std::string{"SELECT sum(turns) FROM lane_mipmap("} + buckets + ")").one(),
                (*till_)("SELECT count(*) FROM event WHERE kind = 'deliver'").one());
        }
        QCOMPARE((*till_)("SELECT sum(events) FROM lane_mipmap(5, 10, 29)").one(),
                 (*till_)("SELECT count(actor) FROM event WHERE position BETWEEN 10 AND 29").one());
    }

    void stuckTurns() {
        QCOMPARE((*till_)("SELECT count(*) FROM stuck_turn").one(), std::string{"0"});
        const auto file = std::filesystem::path{folder_.path().toStdString()} / "stuck.clew";
        {
            auto made = recorder::Recorder::create(file, till_->reader.meta());
            QVERIFY(made.ok());
            (*made)->letOthersNote();
            kernel::World world{{}, made->get()};
            const Program* program = ProgramRegistry::find("till");
            QVERIFY(program->start(world, *program, till_->reader.meta().args).ok());
            tracefmt::HostNote note;
            note.kind = tracefmt::HostNoteKind::kStuckTurn;
            note.path = "till";
            note.state = "Till";
            note.message = "Buy";
            for (std::uint64_t i = 1; i <= 2; ++i) {
                QVERIFY(world.step());
                note.round = {world.round().value + 1};
                note.enqueuedAt = {i};
                note.ranForNs = 1000 * i;
                QCOMPARE(*(*made)->note(note), world.position());
            }
        }
        AskedTrace stuck{openTrace(file).reader};
        const std::string last = std::to_string(stuck.reader.lastPosition().value);
        QCOMPARE(stuck("SELECT count(*) FROM stuck_turn").one(), std::string{"2"});
        QCOMPARE(stuck("SELECT actor, actor_type, message_type, cause, round, thread, ran_for_ns, "
                       "came_back, position FROM stuck_turn WHERE cause = 2")
                     .lines(),
                 std::vector<std::string>{"till|Till|Buy|2|3|0|2000|0|" + last});
    }

    void failuresAndSnapshots() {
        QCOMPARE((*till_)("SELECT count(*) FROM failure").one(),
                 (*till_)("SELECT count(*) FROM event WHERE kind = 'fail'").one());
        QCOMPARE((*till_)("SELECT count(*) FROM snapshot").one(),
                 std::to_string(till_->reader.snapshots().size()));
        const Asked asked =
            (*till_)("SELECT position, actors, round, kind, since, depth FROM snapshot");
        QVERIFY2(asked.answered.ok(), asked.error().c_str());
        for (std::size_t i = 0; i < asked.rows.all.size(); ++i) {
            const WorldImage image = *till_->reader.snapshot(i);
            QCOMPARE(asked.rows.all[i][0], std::to_string(image.position.value));
            QCOMPARE(asked.rows.all[i][1], std::to_string(image.cells.size()));
            const tracefmt::SnapshotEntry& entry = till_->reader.snapshots()[i];
            QCOMPARE(asked.rows.all[i][3], entry.isWhole() ? "whole" : "incremental");
            QCOMPARE(asked.rows.all[i][4],
                     entry.isWhole() ? "NULL" : std::to_string(entry.since.value));
            QCOMPARE(asked.rows.all[i][5], std::to_string(entry.depth));
        }
    }
};

QTEST_GUILESS_MAIN(TestQueryTables)
#include "tst_query_tables.moc"
