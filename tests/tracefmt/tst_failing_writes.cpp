// Each call of a file being written that fails, once or from then on: it is said, it stays the
// reason, and what was written before is read as it was meant.
#include "engine/base/status_macros.h"
#include "tests/faults/support/scripts.h"
#include "tests/tracefmt/answers.h"
#include "tests/tracefmt/failing_file.h"
#include "tracefmt/cut.h"
#include "tracefmt/inputs_keeper.h"
#include "tracefmt/recover.h"
#include "tracefmt/trace_copy.h"

#include <QTest>

#include <functional>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

/// Writes until something is refused; that is what it gives back.
using Writing = std::function<absl::Status(TraceWriter&)>;

absl::Status writeInputs(TraceWriter& writer) {
    ARIADNE_RETURN_IF_ERROR(writer.addTypes(someTypes()));
    ARIADNE_RETURN_IF_ERROR(writer.addBirths(someBirths()));
    for (std::uint64_t first = 1; first < 200; first += 40) {
        Rows rows = typicalRows(40, 3, first);
        if (first != 81) rows.rows[7].kind = EventKind::kInput;
        rows.rows[7].payload = rows.keep(Bytes(first == 41 ? 70'000 : 9, std::byte{4}));
        ARIADNE_RETURN_IF_ERROR(writer.addEvents(rows.rows));
        if (first == 41) ARIADNE_RETURN_IF_ERROR(writer.addNote(someNote()));
        if (first == 81)
            ARIADNE_RETURN_IF_ERROR(
                writer.addSnapshot(someImage({first + 39}, someBirths(), writer.digest())));
        if (first == 121) ARIADNE_RETURN_IF_ERROR(writer.sync());
    }
    ARIADNE_RETURN_IF_ERROR(writer.addEvents(typicalRows(5, 3, 201).rows));
    ARIADNE_RETURN_IF_ERROR(writer.syncWritten());
    ARIADNE_RETURN_IF_ERROR(writer.flush());
    ARIADNE_RETURN_IF_ERROR(writer.addEvents(typicalRows(5, 3, 206).rows));
    ARIADNE_RETURN_IF_ERROR(writer.addNote(someNote()));
    ARIADNE_RETURN_IF_ERROR(writer.addEvents(typicalRows(5, 3, 211).rows));
    ARIADNE_RETURN_IF_ERROR(writer.addGap({{216}, {220}, GapCause::kPaused, ""}));
    return writer.addEvents(typicalRows(5, 3, 221).rows);
}

/// Begins in the middle, has rows behind damage, and incremental snapshots.
absl::Status writeMidRun(TraceWriter& writer) {
    WorldImage base = someImage({600}, someBirths(), {11, 12});
    base.cells[1].state = Bytes(70'000, std::byte{5});
    base.stateDigest = stateDigestOf(base, birthsByRank(3));
    ARIADNE_RETURN_IF_ERROR(
        writer.beginAt(someTypes(), someBirths(), base, GapCause::kRetention, "why"));
    ARIADNE_RETURN_IF_ERROR(writer.addEvents(typicalRows(6, 3, 601).rows));
    const auto births = someBirths(4);
    ARIADNE_RETURN_IF_ERROR(writer.addBirths(std::span{births}.last(1)));
    const WorldImage later = laterThan(base, writer.digest(), {606});
    ARIADNE_RETURN_IF_ERROR(writer.addSnapshot(test::changesBetween(base, later)));
    ARIADNE_RETURN_IF_ERROR(writer.addGap({{607}, {620}, GapCause::kDamaged, "hole"}));
    EventBatch behind;
    for (const EventRow& row : typicalRows(9, 3, 621).rows) behind.add(row);
    ARIADNE_RETURN_IF_ERROR(writer.addEventsBehindDamage(behind, {5, 6}));
    return writer.addNote(someNote());
}

/// Empty, or what is wrong with a file of which `said` was said while it was written.
std::string wrongWith(const std::shared_ptr<const Bytes>& bytes, const absl::Status& said,
                      const FailingCall& call, TraceReader& whole, const Answers& truth) {
    const auto opened = TraceReader::open(readFromMemory(bytes));
    if (!opened.ok()) return opened.status().ToString();
    TraceReader& reader = **opened;
    const absl::Status verified = reader.verify(nullptr, nullptr);
    // What could not be cut off either is damage behind the end.
    const bool damaged = call.forEver && reader.state() == FileState::kDamaged;
    if (!verified.ok() && !damaged) return verified.ToString();
    const Answers answers = answersOf(reader);
    if (!answers.whole || !startsAlike(answers.rows, truth.rows) ||
        !startsAlike(answers.images, truth.images) || !isPrefix(reader.inputs(), whole.inputs()) ||
        !isPrefix(reader.notes(), whole.notes()) || !isPrefix(reader.births(), whole.births()))
        return "says what was not written";
    const bool clean = reader.state() == FileState::kClean;
    if (said.ok()) return "nobody was told";
    if (!clean) return "";
    // What a disk did not take may be missing: then nothing vouches for the file.
    if (call.syncFailed && !call.forEver && reader.gaps().size() > whole.gaps().size())
        return "has a trailer behind a sync that failed";
    // A file that ends properly says itself what it lost, unless only its closing failed.
    const bool all = reader.lastPosition() == whole.lastPosition();
    const bool told = !reader.gaps().empty() && reader.gaps().back().last.value == 0;
    return all || told ? "" : "does not say what is missing";
}

}  // namespace

class FailingWritesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void eachCall_data() {
        QTest::addColumn<bool>("inputs");
        QTest::addColumn<bool>("forEver");
        QTest::newRow("inputs, once") << true << false;
        QTest::newRow("inputs, from then on") << true << true;
        QTest::newRow("in the middle, once") << false << false;
        QTest::newRow("in the middle, from then on") << false << true;
    }
    void eachCall() {
        QFETCH(bool, inputs);
        QFETCH(bool, forEver);
        TraceMeta meta = someMeta();
        meta.minViewMinor = kMidRunMinor;
        meta.level = inputs ? Level::kInputs : Level::kEvents;
        const Writing write = inputs ? writeInputs : writeMidRun;
        FailingCall none;
        auto good = std::make_unique<FailingWriteFile>(none);
        const std::shared_ptr<Bytes> bytes = good->bytes();
        const auto writer = valueOf(TraceWriter::create(std::move(good), meta));
        check(write(*writer));
        check(writer->finish(someStats()));
        const auto whole = readerOf(bytes);
        const Answers truth = answersOf(*whole);
        QVERIFY(none.calls > 12);
        for (std::size_t nth = 1; nth <= none.calls; ++nth) {
            const std::string label = "call " + std::to_string(nth) + ": ";
            FailingCall call{nth, 0, forEver};
            auto file = std::make_unique<FailingWriteFile>(call);
            const std::shared_ptr<Bytes> written = file->bytes();
            auto created = TraceWriter::create(std::move(file), meta);
            if (!created.ok()) {
                QCOMPARE(created.status().code(), absl::StatusCode::kUnavailable);
                // Nothing of it is of use, and nothing is left, unless cutting failed too.
                QVERIFY(written->empty() || forEver);
                continue;
            }
            const absl::Status said = write(**created);
            const absl::Status finished = (*created)->finish(someStats());
            QVERIFY2(!finished.ok(), label.c_str());
            QCOMPARE(finished.code(), absl::StatusCode::kUnavailable);
            if (!said.ok()) QVERIFY2(finished == said, label.c_str());
            const std::string wrong = wrongWith(written, finished, call, *whole, truth);
            QVERIFY2(wrong.empty(), (label + wrong).c_str());
            // Nothing is added any more.
            const std::size_t size = written->size();
            QVERIFY(!(*created)->addTypes(someTypes()).ok());
            QVERIFY(!(*created)->addBirths(someBirths()).ok());
            QVERIFY(!(*created)->addEvents(typicalRows(3).rows).ok());
            QVERIFY(!(*created)->addEventsBehindDamage(EventBatch{}, {}).ok());
            QVERIFY(!(*created)->addSnapshot(someImage({3}, someBirths())).ok());
            QVERIFY(!(*created)->addInputs(InputsStretch{}).ok());
            QVERIFY(!(*created)->addGap({}).ok());
            QVERIFY(!(*created)
                         ->beginAt({}, {}, someImage({3}, someBirths()), GapCause::kPaused, "")
                         .ok());
            QVERIFY(!(*created)->addNote(someNote()).ok());
            QVERIFY(!(*created)->flush().ok());
            QVERIFY(!(*created)->syncWritten().ok());
            QCOMPARE(written->size(), size);
        }
    }

    void whatIsMadeOfTracesFailsWithTheirFile_data() {
        QTest::addColumn<int>("how");
        QTest::newRow("cut") << 0;
        QTest::newRow("copied") << 1;
        QTest::newRow("recovered") << 2;
        QTest::newRow("recovered, whole") << 3;
        QTest::newRow("inputs copied") << 4;
    }
    void whatIsMadeOfTracesFailsWithTheirFile() {
        QFETCH(int, how);
        auto bytes = faults::wholeTrace(faults::scripts()[how == 0 ? 1 : 0]);
        if (how == 2) {
            const auto reader = readerOf(bytes);
            const auto at = static_cast<std::size_t>(reader->chunks()[2].offset);
            (*bytes)[at + kFrameBytes + 5] ^= std::byte{1};
        }
        if (how == 4) {
            TraceMeta meta = someMeta();
            meta.level = Level::kInputs;
            auto disk = std::make_unique<MemoryDisk>();
            bytes = disk->bytes();
            const auto writer = valueOf(TraceWriter::create(std::move(disk), meta));
            check(writeInputs(*writer));
            check(writer->finish(someStats()));
        }
        ReadOptions options;
        if (how >= 2 && how < 4) options.reading = Reading::kSalvage;
        const auto reader = readerOf(bytes, options);
        const auto make = [&](FailingCall& call) -> absl::Status {
            auto file = std::make_unique<FailingWriteFile>(call);
            const std::shared_ptr<Bytes> made = file->bytes();
            if (how == 0) return cut(*reader, {70}, {190}, std::move(file)).status();
            if (how == 1 || how == 4) {
                ARIADNE_ASSIGN_OR_RETURN(const auto writer,
                                         TraceWriter::create(std::move(file), reader->meta()));
                ARIADNE_RETURN_IF_ERROR(copyTrace(*reader, *writer).status());
                return writer->finish(reader->stats());
            }
            const RecoverOutput output{
                [&]() -> absl::StatusOr<std::unique_ptr<WriteFile>> { return std::move(file); },
                [&]() -> absl::StatusOr<std::unique_ptr<ReadFile>> {
                    return readFromMemory(made);
                }};
            const auto source = readFromMemory(bytes);
            return recover(*reader, *source, RecoverMode::kSalvage, output).status();
        };
        FailingCall none;
        ARIADNE_VERIFY_OK(make(none));
        QVERIFY(none.calls >= 3);
        for (std::size_t nth = 1; nth <= none.calls; ++nth) {
            FailingCall call{nth, 0};
            const absl::Status status = make(call);
            QVERIFY2(absl::IsUnavailable(status),
                     (std::to_string(nth) + ": " + status.ToString()).c_str());
            QVERIFY2(status.message().find("input/output") != absl::string_view::npos,
                     status.ToString().c_str());
        }
    }
};

QTEST_GUILESS_MAIN(FailingWritesTest)
#include "tst_failing_writes.moc"
