// What recoverFile() makes of the files that a black box leaves when its process dies.
#include "tests/support/file_size_limit.h"
#include "tests/tracefmt/body_edit.h"
#include "tracefmt/recover.h"
#include "tracefmt/segment_name.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <fstream>
#include <map>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

/// Each file of a box has so many rows, and the next one begins behind them.
constexpr std::uint64_t kRows = 20;

/// Every tenth came from outside.
Rows rowsOf(std::uint32_t segment, std::uint32_t count = kRows) {
    Rows rows = typicalRows(count, 3, (segment - 1) * kRows + 1);
    for (EventRow& row : rows.rows) {
        row.change = {};
        if (row.seq.value % 10 == 0) row.kind = EventKind::kInput;
    }
    return rows;
}

/// The box "a.clew" with its files, as a process leaves them that is killed.
class Box {
public:
    std::filesystem::path in(const char* name) const {
        return std::filesystem::path{folder_.path().toStdString()} / name;
    }
    std::filesystem::path file(std::uint32_t segment) const {
        return segmentPath(boxPathOf(in("a.clew")), segment);
    }

    Box() { std::ofstream{in("a.clew")}; }

    struct Shape {
        std::uint32_t rows = kRows;
        Level level = Level::kInputs;
        std::uint32_t number = 0;  ///< that its header says; 0: its own
        bool note = false;
        bool noteBefore = false;   ///< in front of its rows
        bool lastApart = false;    ///< its last row stands in a chunk of its own
        bool finished = false;     ///< its run came to an end
        bool begun = true;         ///< more than its header is there
        bool goesOn = false;       ///< it has the rows of the next one, too
        std::size_t types = 3;     ///< so many it knows of those there are,
        std::uint32_t births = 3;  ///< and of these
    };
    void add(std::uint32_t segment, const Shape& shape) {
        add(segment, rowsOf(segment, shape.rows), shape);
    }
    void add(std::uint32_t segment, const Rows& rows, const Shape& shape) {
        TraceMeta meta = someMeta();
        meta.redaction = Redaction::kNone;
        meta.origin = {};
        meta.level = shape.level;
        meta.segment = shape.number != 0 ? shape.number : segment;
        meta.minViewMinor = kMidRunMinor;
        const auto writer =
            valueOf(TraceWriter::create(valueOf(createForWriting(file(segment))), meta));
        if (!shape.begun) return;
        EventDigest digest;
        TypeTable types;
        for (const TypeDesc& type : someTypes()) types.add(type);
        for (std::uint32_t before = 1; before < segment; ++before)
            for (const EventRow& row :
                 (given_.contains(before) ? given_.at(before) : rowsOf(before)).rows)
                digest.add(row, types.at(row.type).hash);
        std::vector<TypeDesc> known = someTypes();
        known.resize(shape.types);
        const std::vector<CellBirth> births = someBirths(shape.births);
        if (segment == 1) {
            check(writer->addTypes(known));
            check(writer->addBirths(births));
        } else {
            check(writer->beginAt(known, births, someImage({(segment - 1) * kRows}, births, digest),
                                  GapCause::kRetention, "in the segments before"));
        }
        if (shape.noteBefore) check(writer->addNote(someNote()));
        const std::span all{rows.rows};
        const std::size_t apart = shape.lastApart ? all.size() - 1 : 0;
        if (apart != 0) check(writer->addEvents(all.first(apart)));
        check(writer->flush());
        check(writer->addEvents(all.subspan(apart)));
        check(writer->flush());
        if (shape.goesOn) check(writer->addEvents(rowsOf(segment + 1).rows));
        if (shape.note) {
            check(writer->addNote(someNote()));
        }
        check(writer->flush());
        if (shape.finished) check(writer->finish(someStats()));
    }
    void add(std::uint32_t segment) { add(segment, Shape{}); }
    /// These instead of those that it has anyway.
    void add(std::uint32_t segment, Rows rows) {
        add(segment, rows, Shape{});
        given_.emplace(segment, std::move(rows));
    }

    absl::StatusOr<Recovered> recover(RecoverMode mode = RecoverMode::kPrefix) const {
        return recoverFile(in("a.clew"), in("b.clew"), mode);
    }
    std::unique_ptr<TraceReader> made() const { return valueOf(TraceReader::open(in("b.clew"))); }

private:
    QTemporaryDir folder_;
    std::map<std::uint32_t, Rows> given_;
};

/// The positions of all inputs.
std::vector<std::uint64_t> inputsIn(TraceReader& reader) {
    std::vector<std::uint64_t> out;
    for (std::size_t i = 0; i < reader.inputs().size(); ++i) {
        const auto inputs = valueOf(reader.inputRows(i));
        for (const EventRow& row : inputs->rows()) out.push_back(row.seq.value);
    }
    return out;
}

}  // namespace

class RecoverBoxTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void itsFilesBecomeOneTrace() {
        Box box;
        Box::Shape noted;
        noted.note = true;
        box.add(1, noted);
        box.add(2);
        box.add(3, noted);
        const Recovered said = valueOf(box.recover());
        QCOMPARE(said.last.value, 3 * kRows);
        QCOMPARE(said.rows, 3 * kRows);
        QCOMPARE(said.holes, std::size_t{0});
        QVERIFY(!said.copied && said.lostBytes == 0);
        QVERIFY2(said.damage.find("without a trailer") != std::string::npos, said.damage.c_str());
        const auto reader = box.made();
        QVERIFY2(reader->state() == FileState::kClean, reader->damage().c_str());
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
        QCOMPARE(inputsIn(*reader), (std::vector<std::uint64_t>{10, 20, 30, 40, 50, 60}));
        QCOMPARE(reader->snapshots().size(), std::size_t{2});
        QCOMPARE(reader->notes().size(), std::size_t{2});
        QCOMPARE(reader->meta().segment, 0u);
        QCOMPARE(reader->meta().origin.made, TraceOrigin::Made::kRecovered);
        QVERIFY(reader->meta().origin.parent == valueOf(TraceReader::open(box.file(3)))->id());
        QVERIFY(reader->stats().outcomeText.starts_with("recovered: "));
        std::uint64_t counted = 0;
        for (const auto& [kind, count] : reader->stats().kindCounts) counted += count;
        QCOMPARE(counted, 3 * kRows);
    }

    void whatWasOfEachKindIsCounted() {
        Box box;
        for (const std::uint32_t segment : {1u, 2u, 3u}) box.add(segment);
        check(box.recover().status());
        std::map<std::uint8_t, std::uint64_t> expected;
        for (const std::uint32_t segment : {1u, 2u, 3u})
            for (const EventRow& row : rowsOf(segment).rows)
                ++expected[static_cast<std::uint8_t>(row.kind)];
        const auto reader = box.made();
        const auto& found = reader->stats().kindCounts;
        QVERIFY((std::map<std::uint8_t, std::uint64_t>{found.begin(), found.end()} == expected));
        // And those of a kind that only the later one has stand in their place.
        QVERIFY(std::ranges::is_sorted(found));
    }

    /// Of a kind that only one of them has.
    void whatWasOfAKindOnlyOnceIsCounted() {
        for (const std::uint32_t which : {1u, 2u}) {
            Box box;
            Rows rows = rowsOf(which);
            rows.rows[3].kind = EventKind::kFail;
            for (const std::uint32_t segment : {1u, 2u})
                segment == which ? box.add(segment, std::move(rows)) : box.add(segment);
            check(box.recover().status());
            const auto reader = box.made();
            std::uint64_t failures = 0;
            for (const auto& [kind, count] : reader->stats().kindCounts)
                if (kind == static_cast<std::uint8_t>(EventKind::kFail)) failures += count;
            QCOMPARE(failures, std::uint64_t{1});
            QVERIFY(std::ranges::is_sorted(reader->stats().kindCounts));
        }
    }

    /// And how it ended, when it did.
    void strictTakesOneWhoseRunEnded() {
        Box box;
        Box::Shape finished;
        finished.finished = true;
        box.add(1, finished);
        check(box.recover(RecoverMode::kStrict).status());
        const auto reader = box.made();
        QCOMPARE(reader->lastPosition().value, kRows);
        QCOMPARE(reader->stats().outcomeText, someStats().outcomeText);
    }

    void failuresAreCounted() {
        Box box;
        Rows rows = rowsOf(1);
        for (const std::size_t i : {2u, 5u, 11u}) rows.rows[i].kind = EventKind::kFail;
        box.add(1, rows);
        check(box.recover().status());
        QCOMPARE(box.made()->stats().failures, std::uint64_t{3});
    }

    /// Of two that stand at one position, one in each file.
    void notesWhereTwoFilesMeetAreKept() {
        Box box;
        Box::Shape noted;
        noted.note = true;
        box.add(1, noted);
        Box::Shape before;
        before.noteBefore = true;
        box.add(2, before);
        check(box.recover().status());
        std::vector<std::uint64_t> found;
        const auto reader = box.made();
        for (const HostNote& note : reader->notes()) found.push_back(note.readableTo.value);
        QCOMPARE(found, (std::vector<std::uint64_t>{kRows, kRows}));
    }

    /// Its tables go on from those before, or it is of another run.
    void tablesThatWereKnownBeforeAreKnownLater_data() {
        QTest::addColumn<bool>("types");
        QTest::newRow("types") << true;
        QTest::newRow("births") << false;
    }
    void tablesThatWereKnownBeforeAreKnownLater() {
        QFETCH(const bool, types);
        Box box;
        box.add(1);
        Box::Shape fewer;
        if (types)
            fewer.types = 2;
        else
            fewer.births = 2;
        box.add(2, fewer);
        ARIADNE_VERIFY_SAYS(box.recover().status(), absl::StatusCode::kDataLoss,
                            "it begins at position 20 and does not go on from what ends at 20");
        Box more;
        more.add(1);
        Box::Shape later;
        later.births = 5;
        more.add(2, later);
        check(more.recover().status());
        QCOMPARE(more.made()->births().size(), std::size_t{6});
        QCOMPARE(more.made()->types().size(), 4u);
    }

    /// The process died between two steps of going on in the next file.
    void whatWasJustBeingBegunIsPassedOver() {
        Box box;
        box.add(1);
        box.add(2);
        Box::Shape header;
        header.begun = false;
        box.add(3, header);
        std::ofstream{box.file(4)} << "half a hea";
        QCOMPARE(valueOf(box.recover()).last.value, 2 * kRows);
        QCOMPARE(inputsIn(*box.made()).size(), std::size_t{4});
    }

    void whatDoesNotGoOnIsLeftOut_data() {
        QTest::addColumn<int>("what");
        QTest::newRow("a file between them is gone") << 0;
        QTest::newRow("it holds events") << 1;
        QTest::newRow("it says another number") << 2;
        QTest::newRow("it ends before the next one begins") << 3;
    }
    void whatDoesNotGoOnIsLeftOut() {
        QFETCH(const int, what);
        Box box;
        Box::Shape shape;
        if (what == 1) shape.level = Level::kEvents;
        if (what == 2) shape.number = 7;
        if (what == 3) shape.rows = kRows - 5;
        box.add(1);
        if (what != 0) box.add(2, shape);
        box.add(3);
        box.add(4);
        QCOMPARE(valueOf(box.recover()).last.value, 4 * kRows);
        const auto reader = box.made();
        QCOMPARE(reader->base().value, 2 * kRows);
        QCOMPARE(inputsIn(*reader), (std::vector<std::uint64_t>{50, 60, 70, 80}));
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
    }

    /// The older one went on for a moment after the next one was begun.
    void whatBothHaveIsTakenOnce() {
        Box box;
        Box::Shape longer;
        longer.goesOn = true;
        box.add(1, longer);
        box.add(2);
        QCOMPARE(valueOf(box.recover()).last.value, 2 * kRows);
        QCOMPARE(inputsIn(*box.made()), (std::vector<std::uint64_t>{10, 20, 30, 40}));
    }

    /// What begins where it is to end is taken, too.
    void aLastChunkOfOneEventIsTaken() {
        Box box;
        Box::Shape shape;
        shape.lastApart = true;
        box.add(1, shape);
        QCOMPARE(valueOf(TraceReader::open(box.file(1)))->inputs().back().first.value, kRows);
        box.add(2);
        QCOMPARE(valueOf(box.recover()).last.value, 2 * kRows);
        QCOMPARE(inputsIn(*box.made()), (std::vector<std::uint64_t>{10, 20, 30, 40}));
    }

    void whatCannotBeWrittenIsSaidAndLeavesNothing() {
        Box box;
        box.add(1);
        box.add(2);
        {
            const test::FileSizeLimit none{0};
            QCOMPARE(box.recover().status().code(), absl::StatusCode::kResourceExhausted);
        }
        QVERIFY(!std::filesystem::exists(box.in("b.clew")));
        std::ofstream{box.in("b.clew")} << "do not lose me";
        ARIADNE_VERIFY_SAYS(box.recover().status(), absl::StatusCode::kAlreadyExists,
                            "the file exists and is no trace");
        std::filesystem::remove(box.in("b.clew"));
        ARIADNE_VERIFY_OK(box.recover().status());
    }

    void anEmptyBoxIsSaid() {
        Box box;
        ARIADNE_VERIFY_SAYS(box.recover().status(), absl::StatusCode::kInvalidArgument, "empty");
        Box::Shape header;
        header.begun = false;
        box.add(1, header);
        ARIADNE_VERIFY_SAYS(box.recover().status(), absl::StatusCode::kNotFound,
                            "had nothing yet when its run was killed");
        QVERIFY(!std::filesystem::exists(box.in("b.clew")));
    }

    void strictTakesNoneThatWasKilled() {
        Box box;
        box.add(1);
        ARIADNE_VERIFY_SAYS(box.recover(RecoverMode::kStrict).status(),
                            absl::StatusCode::kFailedPrecondition,
                            "the run of the black box was killed: ");
        QVERIFY(!std::filesystem::exists(box.in("b.clew")));
    }

    void whileItsRunGoesOnItIsLeftAlone() {
        Box box;
        box.add(1);
        auto name = valueOf(createForWriting(box.in("a.clew")));
        ARIADNE_VERIFY_SAYS(box.recover().status(), absl::StatusCode::kFailedPrecondition,
                            "the run of the black box goes on");
        name.reset();
        QCOMPARE(valueOf(box.recover()).last.value, kRows);
    }
};

QTEST_GUILESS_MAIN(RecoverBoxTest)
#include "tst_recover_box.moc"
