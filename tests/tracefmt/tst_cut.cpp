// A part of a trace as a trace of its own: what it keeps, what it says of itself, what it refuses.
#include "tests/tracefmt/answers.h"
#include "tests/tracefmt/snapshot_chain.h"
#include "tracefmt/cut.h"

#include <QTest>

#include <algorithm>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

struct Part {
    absl::StatusOr<Slice> said;
    std::shared_ptr<Bytes> bytes;
};

Part partOf(TraceReader& from, std::uint64_t first, std::uint64_t last,
            std::uint64_t room = ~std::uint64_t{0}) {
    auto disk = std::make_unique<MemoryDisk>(room);
    Part out{absl::UnknownError(""), disk->bytes()};
    out.said = cut(from, {first}, {last}, std::move(disk));
    return out;
}

bool refuses(TraceReader& from, std::uint64_t first, std::uint64_t last, absl::StatusCode code,
             const std::string& text) {
    const absl::Status status = partOf(from, first, last).said.status();
    return status.code() == code && status.ToString().find(text) != std::string::npos;
}

/// Both have the rows `first` to `last`, and they are the same.
bool sameRows(TraceReader& a, TraceReader& b, std::uint64_t first, std::uint64_t last) {
    for (Position at{first}; at.value <= last; ++at.value)
        if (!sameRow(valueOf(a.chunkAt(at))->rowAt(at), valueOf(b.chunkAt(at))->rowAt(at)))
            return false;
    return true;
}

/// Written by `write`, and finished.
template <class Write>
std::shared_ptr<Bytes> traceOf(const TraceMeta& meta, Write write) {
    auto disk = std::make_unique<MemoryDisk>();
    std::shared_ptr<Bytes> bytes = disk->bytes();
    const auto writer = valueOf(TraceWriter::create(std::move(disk), meta));
    check(writer->addTypes(someTypes()));
    check(writer->addBirths(someBirths()));
    write(*writer);
    check(writer->finish(someStats()));
    return bytes;
}

}  // namespace

class CutTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aPartBeginsAtTheSnapshotBeforeIt() {
        const ChainTrace trace = chainTrace();  // snapshots of 3, 6, 9, 12, the last row is 15
        const auto whole = readerOf(trace.bytes);
        const Part part = partOf(*whole, 8, 11);
        const Slice slice = valueOf(part.said);
        QCOMPARE(slice.base, (Position{6}));
        QCOMPARE(slice.last, (Position{11}));
        QCOMPARE(slice.bytes, std::uint64_t{part.bytes->size()});
        const auto reader = readerOf(part.bytes);
        QCOMPARE(reader->state(), FileState::kClean);
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
        QCOMPARE(reader->base(), (Position{6}));
        QCOMPARE(reader->lastPosition(), (Position{11}));
        QVERIFY(sameRows(*reader, *whole, 7, 11));
        QCOMPARE(reader->snapshots().size(), std::size_t{2});
        QVERIFY(valueOf(reader->snapshot(0)) == trace.images[1]);
        QVERIFY(valueOf(reader->snapshot(1)) == trace.images[2]);
        const std::vector<TraceGap> gaps{
            {{1}, {6}, GapCause::kRetention, "cut out of a longer trace"}};
        QVERIFY(reader->gaps() == gaps);
        const TraceOrigin origin{TraceOrigin::Made::kCut, whole->id(), {8}, {11}};
        QVERIFY(reader->meta().origin == origin);
        QCOMPARE(reader->meta().minViewMinor, kMidRunMinor);
        QVERIFY(reader->id() != whole->id());
    }

    void aPartThatEndsEarlierSaysHowFarItGoes() {
        const ChainTrace trace = chainTrace();
        const auto whole = readerOf(trace.bytes);
        const TraceStats stats = readerOf(partOf(*whole, 8, 11).bytes)->stats();
        QCOMPARE(stats.outcome, static_cast<std::uint8_t>(Outcome::kRunning));
        QCOMPARE(stats.outcomeText, std::string("cut off behind event 11"));
        QCOMPARE(stats.failures, trace.images[1].failures);
        QCOMPARE(stats.stateDigest, std::uint64_t{0});
        // Where a snapshot stands at its end, the state there is known.
        QCOMPARE(readerOf(partOf(*whole, 8, 12).bytes)->stats().stateDigest,
                 trace.images[3].stateDigest);
        // One that goes to the end knows how the run ended.
        TraceStats expected = whole->stats();
        const TraceStats ended = readerOf(partOf(*whole, 14, 15).bytes)->stats();
        expected.kindCounts = ended.kindCounts;
        QVERIFY(ended == expected);
    }

    void withoutASnapshotBeforeItBeginsWhereTheRunDoes() {
        const ChainTrace trace = chainTrace();
        const auto whole = readerOf(trace.bytes);
        const Part part = partOf(*whole, 3, 4);
        QCOMPARE(valueOf(part.said).base, (Position{0}));
        const auto reader = readerOf(part.bytes);
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
        QVERIFY(reader->gaps().empty());
        QCOMPARE(reader->meta().minViewMinor, whole->meta().minViewMinor);
        QVERIFY(sameRows(*reader, *whole, 1, 4));
        QCOMPARE(reader->lastPosition(), (Position{4}));
        // Those who were born later are not in it.
        QCOMPARE(reader->births().size(), std::size_t{5});
        QCOMPARE(reader->births().back().bornAt, (Position{4}));
        // A snapshot of the beginning is none to begin at.
        const auto bytes = traceOf(someMeta(), [](TraceWriter& writer) {
            check(writer.addSnapshot(someImage({0}, someBirths(), writer.digest())));
            check(writer.addEvents(typicalRows(9).rows));
        });
        QCOMPARE(valueOf(partOf(*readerOf(bytes), 5, 9).said).base, (Position{0}));
    }

    void theSamePartHasTheSameBytes() {
        const auto whole = readerOf(chainTrace().bytes);
        QVERIFY(*partOf(*whole, 8, 11).bytes == *partOf(*whole, 8, 11).bytes);
    }

    void failuresAreCountedUpToTheEndOfThePart() {
        Rows rows = typicalRows(9);
        for (const std::size_t i : {1u, 4u, 7u}) rows.rows[i].kind = EventKind::kFail;
        const auto whole = readerOf(
            traceOf(someMeta(), [&](TraceWriter& writer) { check(writer.addEvents(rows.rows)); }));
        for (const auto& [last, failures] :
             {std::pair{1u, 0u}, std::pair{2u, 1u}, std::pair{7u, 2u}})
            QCOMPARE(readerOf(partOf(*whole, 1, last).bytes)->stats().failures,
                     std::uint64_t{failures});
    }

    void aPartOfAPartIsOneOfTheRun() {
        const ChainTrace trace = chainTrace();
        const auto whole = readerOf(trace.bytes);
        const auto first = readerOf(partOf(*whole, 8, 14).bytes);
        const Part part = partOf(*first, 11, 13);
        QCOMPARE(valueOf(part.said).base, (Position{9}));
        const auto second = readerOf(part.bytes);
        ARIADNE_VERIFY_OK(second->verify(nullptr, nullptr));
        QVERIFY(sameRows(*second, *whole, 10, 13));
        QVERIFY(valueOf(second->snapshot(0)) == trace.images[2]);
        QVERIFY(second->meta().origin.parent == first->id());
        // What it does not have, it cannot give.
        QVERIFY(refuses(*first, 6, 8, absl::StatusCode::kInvalidArgument,
                        "the trace, which holds 7..14"));
    }

    void whatIsNoRangeIsRefused() {
        const auto whole = readerOf(smallTrace());
        for (const auto& [first, last] : {std::pair{0u, 5u}, std::pair{6u, 5u}})
            QVERIFY(refuses(*whole, first, last, absl::StatusCode::kInvalidArgument,
                            "expected one from 1 on"));
        QVERIFY(refuses(*whole, 10, 16, absl::StatusCode::kInvalidArgument,
                        "the part 10..16 is not in the trace, which holds 1..15"));
    }

    void aPartHasNoHoles() {
        const auto whole = readerOf(smallTrace());  // 7..9 are missing, a snapshot is of 6
        for (const auto& [first, last] :
             {std::pair{1u, 10u}, std::pair{5u, 12u}, std::pair{8u, 12u}, std::pair{10u, 15u}})
            QVERIFY(refuses(*whole, first, last, absl::StatusCode::kFailedPrecondition,
                            "from 7 on are missing (recording was paused)"));
        ARIADNE_VERIFY_OK(partOf(*whole, 1, 6).said.status());
        // One of which nobody knows where it ends.
        const auto open = readerOf(traceOf(someMeta(), [](TraceWriter& writer) {
            check(writer.addEvents(typicalRows(6).rows));
            check(writer.addGap({{4}, {}, GapCause::kUnknown, ""}));
        }));
        QVERIFY(refuses(*open, 1, 6, absl::StatusCode::kFailedPrecondition, "from 4 on"));
        ARIADNE_VERIFY_OK(partOf(*open, 1, 3).said.status());
    }

    void behindAGapASnapshotStandsForAPartMayBegin() {
        TraceMeta meta = someMeta();
        meta.minViewMinor = kMidRunMinor;
        const auto whole = readerOf(traceOf(meta, [](TraceWriter& writer) {
            check(writer.addEvents(typicalRows(6).rows));
            check(writer.addGap({{7}, {20}, GapCause::kPaused, ""}));
            check(writer.addSnapshot(someImage({20}, someBirths(), {5, 6})));
            check(writer.addEvents(typicalRows(6, 3, 21).rows));
        }));
        const Part part = partOf(*whole, 22, 24);
        QCOMPARE(valueOf(part.said).base, (Position{20}));
        const auto reader = readerOf(part.bytes);
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
        QVERIFY(sameRows(*reader, *whole, 21, 24));
        QCOMPARE(reader->gaps().size(), std::size_t{1});
    }

    void inputsAloneCannotBeCut() {
        TraceMeta meta = someMeta();
        meta.level = Level::kInputs;
        const auto whole = readerOf(traceOf(
            meta, [](TraceWriter& writer) { check(writer.addEvents(typicalRows(9).rows)); }));
        QVERIFY(refuses(*whole, 2, 3, absl::StatusCode::kFailedPrecondition, "materialise"));
    }

    void notesStandWhereTheyStood() {
        const auto whole = readerOf(traceOf(someMeta(), [](TraceWriter& writer) {
            for (std::uint64_t first = 1; first < 20; first += 5) {
                check(writer.addEvents(typicalRows(5, 3, first).rows));
                check(writer.addNote(someNote()));
                if (first == 6)
                    check(writer.addSnapshot(someImage({10}, someBirths(), writer.digest())));
            }
        }));
        const auto reader = readerOf(partOf(*whole, 12, 16).bytes);
        QCOMPARE(reader->base(), (Position{10}));
        std::vector<std::uint64_t> found;
        for (const HostNote& note : reader->notes()) found.push_back(note.readableTo.value);
        QCOMPARE(found, (std::vector<std::uint64_t>{10, 15}));
    }

    void whatCannotBeReadOrWrittenIsSaid() {
        const std::shared_ptr<Bytes> bytes = chainTrace().bytes;
        const auto whole = readerOf(bytes);
        const std::size_t size = partOf(*whole, 8, 11).bytes->size();
        for (std::size_t room = 0; room < size; room += 40)
            QCOMPARE(partOf(*whole, 8, 11, room).said.status().code(),
                     absl::StatusCode::kResourceExhausted);
        // One chunk of rows, and the snapshot it begins at.
        for (const std::uint64_t offset :
             {whole->chunks()[2].offset, whole->snapshots()[1].offset}) {
            auto damaged = std::make_shared<Bytes>(*bytes);
            (*damaged)[static_cast<std::size_t>(offset) + kFrameBytes + 3] ^= std::byte{1};
            const auto reader = readerOf(damaged);
            QVERIFY(refuses(*reader, 8, 11, absl::StatusCode::kDataLoss,
                            "offset " + std::to_string(offset)));
        }
    }
};

QTEST_GUILESS_MAIN(CutTest)
#include "tst_cut.moc"
