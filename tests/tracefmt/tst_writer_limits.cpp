// What a writer does not take, because no reader would: refused by name, and the file goes on.
#include "tests/tracefmt/snapshot_chain.h"
#include "tracefmt/inputs_keeper.h"
#include "tracefmt/out_of_memory.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

bool says(const absl::Status& status, const std::string& text) {
    return status.ToString().find(text) != std::string::npos;
}
#define ARIADNE_VERIFY_REFUSED(expression, text)                                  \
    do {                                                                          \
        const absl::Status ariadneStatus_ = (expression);                         \
        QVERIFY2(ariadneStatus_.code() == kInvalid && says(ariadneStatus_, text), \
                 ariadneStatus_.ToString().c_str());                              \
    } while (false)

const std::string& longText() {
    static const std::string text(kStringBytesMax + 1, 'x');
    return text;
}
const std::string kTooLong = " has 65537 bytes, the limit is 65536";

struct Written {
    std::shared_ptr<Bytes> bytes;
    std::unique_ptr<TraceWriter> writer;
};
Written begun(const TraceMeta& meta = someMeta()) {
    auto disk = std::make_unique<MemoryDisk>();
    Written out{disk->bytes(), nullptr};
    out.writer = valueOf(TraceWriter::create(std::move(disk), meta));
    return out;
}

EventBatch batchOf(const Rows& rows) {
    EventBatch batch;
    for (const EventRow& row : rows.rows) batch.add(row);
    return batch;
}

/// Takes runs, and makes no file of them.
class Counting final : public TraceWriter {
public:
    absl::Status beginAt(std::span<const TypeDesc>, std::span<const CellBirth>, const WorldImage&,
                         GapCause, std::string) override {
        return {};
    }
    absl::Status addTypes(std::span<const TypeDesc>) override { return {}; }
    absl::Status addBirths(std::span<const CellBirth>) override { return {}; }
    absl::Status addEvents(const EventBatch& batch) override {
        rows += batch.size();
        return {};
    }
    absl::Status addSnapshot(const WorldImage&) override { return {}; }
    absl::Status addInputs(const InputsStretch&) override { return {}; }
    absl::Status addGap(const TraceGap&) override { return {}; }
    absl::Status addNote(const HostNote&) override { return {}; }
    absl::Status flush() override {
        ++flushes;
        return {};
    }
    absl::Status sync() override { return absl::AbortedError("synced"); }
    void giveUp(const absl::Status&) override {}
    absl::Status finish(TraceStats) override { return {}; }
    EventDigest digest() const override { return {}; }
    std::uint64_t bytesWritten() const override { return 0; }

    std::size_t rows = 0;
    int flushes = 0;
};

}  // namespace

class WriterLimitsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void textsOfTheHeader() {
        const auto create = [](auto edit) {
            TraceMeta meta = someMeta();
            edit(meta);
            return TraceWriter::create(std::make_unique<MemoryDisk>(), meta).status();
        };
        for (std::string TraceMeta::*text :
             {&TraceMeta::engineVersion, &TraceMeta::programId, &TraceMeta::programVersion,
              &TraceMeta::policy, &TraceMeta::faults})
            ARIADNE_VERIFY_REFUSED(create([&](TraceMeta& meta) { meta.*text = longText(); }),
                                   "a text of the header" + kTooLong);
        ARIADNE_VERIFY_REFUSED(create([](TraceMeta& meta) { meta.args[1].first = longText(); }),
                               "an argument" + kTooLong);
        ARIADNE_VERIFY_REFUSED(create([](TraceMeta& meta) { meta.args[0].second = longText(); }),
                               "an argument" + kTooLong);
        ARIADNE_VERIFY_REFUSED(create([](TraceMeta& meta) {
                                   meta.grants = {{"file.read", "/"}, {longText(), "/"}};
                               }),
                               "a grant" + kTooLong);
        ARIADNE_VERIFY_REFUSED(create([](TraceMeta& meta) {
                                   meta.grants = {{"file.read", longText()}};
                               }),
                               "the scope of a grant" + kTooLong);
    }

    void textsOfTables() {
        const Written trace = begun();
        const std::uint64_t before = trace.writer->bytesWritten();
        std::vector<TypeDesc> types = someTypes();
        types[1].fields[1].name = longText();
        ARIADNE_VERIFY_REFUSED(trace.writer->addTypes(types), "a field name" + kTooLong);
        std::vector<CellBirth> births = someBirths();
        births[2].path = longText();
        ARIADNE_VERIFY_REFUSED(trace.writer->addBirths(births), "a cell path" + kTooLong);
        // Each of its names is short enough, and all of them do not fit into one chunk.
        TypeDesc wide{"wide", TypeKind::kStruct, 0, {}, 5};
        wide.fields.assign(70, {std::string(60'000, 'f'), {1}});
        ARIADNE_VERIFY_REFUSED(trace.writer->addTypes({&wide, 1}),
                               "the type wide is longer than 4194304 bytes");
        QCOMPARE(trace.writer->bytesWritten(), before);
        ARIADNE_VERIFY_OK(trace.writer->addTypes(someTypes()));
    }

    void headersAndEndsLongerThanAChunk() {
        TraceMeta meta = someMeta();
        meta.args.assign(600, {"name", longText().substr(1)});
        const absl::Status created =
            TraceWriter::create(std::make_unique<MemoryDisk>(), meta).status();
        QCOMPARE(created.code(), absl::StatusCode::kResourceExhausted);
        QVERIFY2(says(created, "is too long, the limit is 33554432"), created.ToString().c_str());
        const Written trace = begun();
        check(trace.writer->addEvents(typicalRows(4).rows));
        TraceStats stats = someStats();
        stats.digestOnlyFields.assign(600, longText().substr(1));
        QCOMPARE(trace.writer->finish(stats).code(), absl::StatusCode::kResourceExhausted);
        QCOMPARE(readerOf(trace.bytes)->lastPosition().value, 4u);
    }

    void copiesOfTablesComeInParts() {
        std::vector<TypeDesc> types(120, someTypes()[1]);
        for (TypeDesc& type : types) type.name.assign(60'000, 't');
        const Written trace = begun();
        check(trace.writer->addTypes(types));
        check(trace.writer->addBirths(someBirths()));
        check(trace.writer->addEvents(typicalRows(4).rows));
        check(trace.writer->finish(someStats()));
        const auto reader = readerOf(trace.bytes);
        QCOMPARE(reader->state(), FileState::kClean);
        QVERIFY(std::ranges::equal(reader->types().all().subspan(1), types));
        QCOMPARE(reader->births().size(), std::size_t{4});
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
    }

    /// Counted before any of them is looked at: there is only one.
    void entriesOfTables() {
        const Written trace = begun();
        const TypeDesc type;
        ARIADNE_VERIFY_REFUSED(trace.writer->addTypes({&type, kTableEntriesMax}),
                               "too many types, the limit is 16777216");
        const CellBirth birth;
        ARIADNE_VERIFY_REFUSED(trace.writer->addBirths({&birth, kTableEntriesMax + 1}),
                               "too many births, the limit is 16777216");
    }

    void nothingIsAddedWhenNothingIsGiven() {
        const Written trace = begun();
        const std::uint64_t before = trace.writer->bytesWritten();
        ARIADNE_VERIFY_OK(trace.writer->addTypes({}));
        ARIADNE_VERIFY_OK(trace.writer->addBirths({}));
        ARIADNE_VERIFY_OK(trace.writer->addEvents(EventBatch{}));
        QCOMPARE(trace.writer->bytesWritten(), before);
    }

    void rowsOfAChunk() {
        const Written trace = begun();
        ARIADNE_VERIFY_REFUSED(trace.writer->addEvents(typicalRows(kRowsPerChunkMax + 1).rows),
                               "found 65537 rows, the limit of a chunk is 65536");
        ARIADNE_VERIFY_OK(trace.writer->addEvents(typicalRows(2).rows));
    }

    void notesOfGaps() {
        const Written trace = begun();
        ARIADNE_VERIFY_REFUSED(trace.writer->addGap({{1}, {2}, GapCause::kPaused, longText()}),
                               "a gap note" + kTooLong);
        TraceMeta meta = someMeta();
        meta.minViewMinor = kMidRunMinor;
        const Written later = begun(meta);
        const auto begin = [&](const WorldImage& image, std::string note,
                               std::span<const TypeDesc> types, std::span<const CellBirth> births) {
            return later.writer->beginAt(types, births, image, GapCause::kRetention,
                                         std::move(note));
        };
        std::vector<TypeDesc> types = someTypes();
        std::vector<CellBirth> births = someBirths();
        const WorldImage image = someImage({600}, births);
        ARIADNE_VERIFY_REFUSED(begin(image, longText(), types, births), "a gap note" + kTooLong);
        types[0].name = longText();
        ARIADNE_VERIFY_REFUSED(begin(image, "", types, births), "a type name" + kTooLong);
        types = someTypes();
        births[0].path = longText();
        ARIADNE_VERIFY_REFUSED(begin(image, "", types, births), "a cell path" + kTooLong);
        births = someBirths();
        ARIADNE_VERIFY_OK(begin(image, "", types, births));
    }

    void textsOfTheEnd() {
        for (const bool field : {false, true}) {
            const Written trace = begun();
            check(trace.writer->addEvents(typicalRows(4).rows));
            TraceStats stats = someStats();
            (field ? stats.digestOnlyFields[0] : stats.outcomeText) = longText();
            ARIADNE_VERIFY_REFUSED(trace.writer->finish(stats),
                                   (field ? "a field name" : "the outcome text") + kTooLong);
            // The file lacks its end, and nothing else.
            const auto reader = readerOf(trace.bytes);
            QCOMPARE(reader->state(), FileState::kCut);
            QCOMPARE(reader->lastPosition().value, 4u);
        }
    }

    void bytesOfASnapshot() {
        const ChainTrace chain = chainTrace(2);
        const Written trace = begun(chainMeta());
        check(trace.writer->addTypes(someTypes()));
        check(trace.writer->addBirths(someBirths(4)));
        check(trace.writer->addEvents(typicalRows(3).rows));
        check(trace.writer->addSnapshot(chain.images[0]));
        check(trace.writer->addEvents(typicalRows(3, 3, 4).rows));
        const WorldImage good = test::changesBetween(chain.images[0], chain.images[1]);
        WorldImage bad = good;
        bad.cells[0].childNames = {{longText(), 1}};
        ARIADNE_VERIFY_REFUSED(trace.writer->addSnapshot(bad), "a child name" + kTooLong);
        bad = good;
        bad.cells[0].behaviourName = longText();
        ARIADNE_VERIFY_REFUSED(trace.writer->addSnapshot(bad), "a behaviour name" + kTooLong);
        bad = good;
        bad.firstLeak = longText();
        ARIADNE_VERIFY_REFUSED(trace.writer->addSnapshot(bad), "the first leak" + kTooLong);
        EffectImage effect;
        effect.name = longText();
        bad = good;
        bad.cells[0].care.edit().effects = {EffectImage{}, effect};
        ARIADNE_VERIFY_REFUSED(trace.writer->addSnapshot(bad), "an effect" + kTooLong);
        std::swap(effect.name, effect.scope);
        bad.cells[0].care.edit().effects = {effect};
        ARIADNE_VERIFY_REFUSED(trace.writer->addSnapshot(bad), "the scope of an effect" + kTooLong);
        const std::string tooLong = " has 268435457 bytes, the limit is 268435456";
        MessageImage message;
        message.payload.resize(kBlobBytesMax + 1);
        bad = good;
        bad.cells[0].stash.push_back(std::move(message));
        ARIADNE_VERIFY_REFUSED(trace.writer->addSnapshot(bad), "a waiting message" + tooLong);
        Bytes bytes = std::move(bad.cells[0].stash[bad.cells[0].stash.size() - 1].payload);
        bad = good;
        bad.timers[0].message.payload = std::move(bytes);
        ARIADNE_VERIFY_REFUSED(trace.writer->addSnapshot(bad), "a timer's message" + tooLong);
        bytes = std::move(bad.timers[0].message.payload);
        bad = good;
        bad.cells[0].state.assign(bytes);
        ARIADNE_VERIFY_REFUSED(trace.writer->addSnapshot(bad), "a cell's state" + tooLong);
        ARIADNE_VERIFY_OK(trace.writer->addSnapshot(good));
    }

    void rowsBehindDamage() {
        TraceMeta meta = someMeta();
        meta.minViewMinor = kMidRunMinor;
        Written trace = begun(meta);
        check(trace.writer->addGap({{1}, {9}, GapCause::kDamaged, ""}));
        ARIADNE_VERIFY_OK(trace.writer->addEventsBehindDamage(EventBatch{}, {1, 2}));
        ARIADNE_VERIFY_REFUSED(
            trace.writer->addEventsBehindDamage(batchOf(typicalRows(4, 3, 9)), {1, 2}),
            "found the row of position 9, expected 10");
        // More than one chunk may hold, cut in two, might end before the mark.
        Rows heavy = typicalRows(200, 3, 10);
        for (EventRow& row : heavy.rows) row.payload = heavy.keep(Bytes(60'000, std::byte{1}));
        const absl::Status tooMuch = trace.writer->addEventsBehindDamage(batchOf(heavy), {1, 2});
        QCOMPARE(tooMuch.code(), absl::StatusCode::kFailedPrecondition);
        QVERIFY2(says(tooMuch, "the limit of such a chunk is 8388608"), tooMuch.ToString().c_str());
        ARIADNE_VERIFY_OK(
            trace.writer->addEventsBehindDamage(batchOf(typicalRows(4, 3, 10)), {1, 2}));
        // In a file that older readers open, or that holds inputs, there are none.
        for (const bool inputs : {false, true}) {
            TraceMeta other = someMeta();
            if (inputs) other.level = Level::kInputs;
            trace = begun(other);
            check(trace.writer->addGap({{1}, {9}, GapCause::kDamaged, ""}));
            ARIADNE_VERIFY_REFUSED(
                trace.writer->addEventsBehindDamage(batchOf(typicalRows(4, 3, 10)), {1, 2}),
                "the rows from 10 on do not follow damage, or the minViewMinor");
        }
    }

    void inputsOfElsewhere() {
        TypeTable types;
        for (const TypeDesc& type : someTypes()) types.add(type);
        RunTotals totals;
        InputsKeeper keeper{false};
        Rows rows = typicalRows(40);
        rows.rows[7].kind = EventKind::kInput;
        keeper.add(batchOf(rows).all(), types, totals);
        InputsStretch stretch = keeper.take(totals);
        QCOMPARE(stretch.events(), std::uint64_t{40});
        QCOMPARE(keeper.events(), std::uint64_t{0});
        QVERIFY(!keeper.keptSome());

        ARIADNE_VERIFY_REFUSED(begun().writer->addInputs(stretch), "expected one of level inputs");
        TraceMeta meta = someMeta();
        meta.level = Level::kInputs;
        const Written trace = begun(meta);
        InputsStretch other;  // of the same events, and none of their rows
        totals.putInto(other.totals);
        other.first = {2};
        ARIADNE_VERIFY_REFUSED(trace.writer->addInputs(other),
                               "found inputs from position 2 to 40, expected some from 1");
        other.first = {1};
        other.totals.lastPosition = {};
        ARIADNE_VERIFY_REFUSED(trace.writer->addInputs(other),
                               "found inputs from position 1 to 0, expected some from 1");
        check(trace.writer->addTypes(someTypes()));
        check(trace.writer->addBirths(someBirths()));
        ARIADNE_VERIFY_OK(trace.writer->addInputs(stretch));
        check(trace.writer->finish(someStats()));
        const auto reader = readerOf(trace.bytes);
        QCOMPARE(reader->lastPosition().value, 40u);
        const auto kept = valueOf(reader->inputRows(0));
        QCOMPARE(kept->rows().size(), std::size_t{1});
        QCOMPARE(kept->rows()[0].seq.value, 8u);
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
    }

    void whoGivesUpSaysWhy() {
        const absl::Status reasons[] = {absl::AbortedError("the host went away"),
                                        absl::ResourceExhaustedError("no room left"),
                                        outOfMemory()};
        const GapCause causes[] = {GapCause::kIoError, GapCause::kDiskFull, GapCause::kUnknown};
        for (std::size_t i = 0; i < 3; ++i) {
            const Written trace = begun();
            check(trace.writer->addEvents(typicalRows(4).rows));
            trace.writer->giveUp(reasons[i]);
            trace.writer->giveUp(absl::InternalError("another reason"));
            QVERIFY(trace.writer->addEvents(typicalRows(4, 3, 5).rows) == reasons[i]);
            QVERIFY(trace.writer->sync() == reasons[i]);
            QVERIFY(trace.writer->finish(someStats()) == reasons[i]);
            const auto reader = readerOf(trace.bytes);
            QCOMPARE(reader->state(), FileState::kClean);
            ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
            const TraceGap gap{{5}, {}, causes[i], std::string(reasons[i].message())};
            QVERIFY(reader->gaps() == std::vector{gap});
            QCOMPARE(reader->lastPosition().value, 4u);
        }
    }

    void aSyncThatFailedElsewhereIsTheWriters() {
        const Written trace = begun();
        check(trace.writer->addEvents(typicalRows(4).rows));
        QVERIFY(trace.writer->syncElsewhere() == nullptr);  // memory has nothing to do
        trace.writer->syncFailed(absl::UnavailableError("no answer"));
        trace.writer->syncFailed(absl::ResourceExhaustedError("another reason"));
        const absl::Status after = trace.writer->addEvents(typicalRows(4, 3, 5).rows);
        QCOMPARE(after.code(), absl::StatusCode::kUnavailable);
        QVERIFY(after.message().find("no answer") != std::string_view::npos);
        QCOMPARE(trace.writer->syncWritten().code(), absl::StatusCode::kUnavailable);
        QCOMPARE(trace.writer->finish(someStats()).code(), absl::StatusCode::kUnavailable);
        // What of it is on the disk is not known: nothing says that all is.
        const auto reader = readerOf(trace.bytes);
        QCOMPARE(reader->state(), FileState::kCut);
        QCOMPARE(reader->lastPosition().value, 4u);
    }

    void aSyncThatFailedElsewhereIsNotTheFirstReason() {
        const Written trace = begun();
        trace.writer->giveUp(absl::AbortedError("the host went away"));
        trace.writer->syncFailed(absl::UnavailableError("no answer"));
        QCOMPARE(trace.writer->finish(someStats()).code(), absl::StatusCode::kAborted);
        QCOMPARE(readerOf(trace.bytes)->state(), FileState::kCut);
    }

    void aWriterOfNoFileHasNoId() {
        Counting writer;
        QVERIFY(writer.fileId() == FileId{});
        ARIADNE_VERIFY_OK(static_cast<TraceWriter&>(writer).addEvents(typicalRows(5).rows));
        QCOMPARE(writer.rows, std::size_t{5});
        QCOMPARE(writer.addEventsBehindDamage(EventBatch{}, {}).code(),
                 absl::StatusCode::kFailedPrecondition);
        QCOMPARE(writer.syncWritten().code(), absl::StatusCode::kAborted);
        QVERIFY(writer.syncElsewhere() == nullptr);
        writer.syncFailed(absl::UnavailableError("nobody to be told"));
        QCOMPARE(writer.rows, std::size_t{5});
        // It keeps nothing back, in no tail and in no copy.
        QVERIFY(writer.waiting().empty());
        QCOMPARE(writer.flushes, 0);
        ARIADNE_VERIFY_OK(writer.writeWaiting());
        QCOMPARE(writer.flushes, 1);
        ARIADNE_VERIFY_OK(writer.spoolStatus());
    }
};

QTEST_GUILESS_MAIN(WriterLimitsTest)
#include "tst_writer_limits.moc"
