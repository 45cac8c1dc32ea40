// Files of level inputs: what they keep, what they know of the rest, and what damage leaves.
#include "tests/tracefmt/trace_fixture.h"
#include "tracefmt/format.h"
#include "tracefmt/inputs_codec.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

TraceMeta metaOf(Level level, const std::string& policy = "rounds") {
    TraceMeta meta;
    meta.programId = "inputs";
    meta.programVersion = "1.0";
    meta.batch = 16;
    meta.policy = policy;
    meta.level = level;
    return meta;
}

/// `count` rows of which some came from outside, were chosen, or say how it ended.
Rows mixedRows(std::uint32_t count, std::uint64_t first = 1) {
    Rows out = typicalRows(count, 3, first);
    for (EventRow& row : out.rows) {
        row.round = {row.seq.value / 10};
        switch (row.seq.value % 50) {
            case 1: row.kind = EventKind::kInput; break;
            case 7: row.kind = EventKind::kClock; break;
            case 13: row.kind = EventKind::kFail; break;
            case 20: row.kind = EventKind::kDecision; break;
            case 30:
                row.kind = EventKind::kEffectDone;
                row.flags = kFlagInput;
                row.payload = out.keepText("answer " + std::to_string(row.seq.value));
                break;
            case 31: row.kind = EventKind::kEffectDone; break;
            default: break;
        }
    }
    return out;
}

std::shared_ptr<Bytes> written(const TraceMeta& meta, const std::vector<Rows>& batches,
                               std::unique_ptr<MemoryDisk> disk = std::make_unique<MemoryDisk>()) {
    std::shared_ptr<Bytes> bytes = disk->bytes();
    auto writer = TraceWriter::create(std::move(disk), meta);
    if (!writer.ok()) return bytes;
    (void)(*writer)->addTypes(someTypes());
    (void)(*writer)->addBirths(someBirths());
    for (const Rows& rows : batches) (void)(*writer)->addEvents(rows.rows);
    (void)(*writer)->finish({});
    return bytes;
}

std::unique_ptr<TraceReader> opened(std::shared_ptr<const Bytes> bytes) {
    auto reader = TraceReader::open(readFromMemory(std::move(bytes)));
    return reader.ok() ? *std::move(reader) : nullptr;
}

std::vector<EventRow> keptOf(TraceReader& reader,
                             std::vector<std::shared_ptr<const InputRows>>& owners) {
    std::vector<EventRow> out;
    for (std::size_t i = 0; i < reader.inputs().size(); ++i) {
        const auto rows = reader.inputRows(i);
        if (!rows.ok()) return {};
        owners.push_back(*rows);
        out.insert(out.end(), (*rows)->rows().begin(), (*rows)->rows().end());
    }
    return out;
}

std::vector<Rows> manyBatches(std::uint32_t batches, std::uint32_t rowsEach) {
    std::vector<Rows> out;
    out.reserve(batches);  // what is copied points into what it was copied from
    for (std::uint32_t i = 0; i < batches; ++i)
        out.push_back(mixedRows(rowsEach, 1 + std::uint64_t{i} * rowsEach));
    return out;
}

}  // namespace

class TstInputs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsWhatCannotBeMadeAgainAndCountsTheRest() {
        for (const char* policy : {"rounds", "replay"}) {
            const bool decisions = std::string_view{policy} == "replay";
            const std::vector<Rows> batches = manyBatches(5, 200);
            const auto reader = opened(written(metaOf(Level::kInputs, policy), batches));
            const auto whole = opened(written(metaOf(Level::kEvents, policy), batches));
            QVERIFY(reader && whole);
            QCOMPARE(reader->state(), FileState::kClean);
            QVERIFY(reader->chunks().empty());
            QCOMPARE(reader->stats(), whole->stats());
            QCOMPARE(reader->lastPosition(), Position{1000});
            QVERIFY(reader->verify(nullptr, nullptr).ok());

            std::vector<std::shared_ptr<const InputRows>> owners;
            const std::vector<EventRow> kept = keptOf(*reader, owners);
            std::size_t at = 0;
            for (const Rows& rows : batches)
                for (const EventRow& row : rows.rows) {
                    if (!isKeptInput(row.kind, row.flags, row.round, decisions)) continue;
                    QVERIFY(at < kept.size());
                    EventRow expected = row;
                    expected.change = {};
                    QVERIFY2(sameRow(kept[at], expected), std::to_string(row.seq.value).c_str());
                    ++at;
                }
            QCOMPARE(at, kept.size());
            // 20 turns of 50: inputs but the first one, clocks, failures, answers, choices.
            QCOMPARE(kept.size(), std::size_t{decisions ? 99u : 79u});
        }
    }

    void everyDigestIsThatOfAllEvents() {
        const std::vector<Rows> batches = manyBatches(8, 300);
        const auto reader = opened(written(metaOf(Level::kInputs), batches));
        const auto whole = opened(written(metaOf(Level::kEvents), batches));
        QVERIFY(reader && whole);
        std::map<std::uint64_t, std::uint64_t> digests;
        for (const ChunkEntry& chunk : whole->chunks())
            digests[chunk.first.value + chunk.count] = chunk.eventDigest;
        for (const ChunkEntry& inputs : reader->inputs())
            QCOMPARE(inputs.eventDigest, digests.at(inputs.first.value + inputs.count));
        QCOMPARE(reader->inputs().size(), std::size_t{8});
    }

    void eventsWithoutInputsShareOneChunk() {
        std::vector<Rows> batches;
        batches.reserve(40);
        for (std::uint32_t i = 0; i < 40; ++i)
            batches.push_back(typicalRows(4096, 3, 1 + std::uint64_t{i} * 4096));
        const auto bytes = written(metaOf(Level::kInputs), batches);
        const auto reader = opened(bytes);
        QVERIFY(reader);
        QCOMPARE(reader->lastPosition(), Position{40 * 4096});
        QCOMPARE(reader->inputs().size(), std::size_t{3});
        QVERIFY2(bytes->size() < 4096, std::to_string(bytes->size()).c_str());
    }

    void flushLeavesNothingWaiting() {
        auto disk = std::make_unique<MemoryDisk>();
        const std::shared_ptr<Bytes> bytes = disk->bytes();
        const auto writer = TraceWriter::create(std::move(disk), metaOf(Level::kInputs));
        QVERIFY(writer.ok());
        const Rows rows = typicalRows(100);
        QVERIFY((*writer)->addEvents(rows.rows).ok());
        QCOMPARE(opened(bytes)->lastPosition(), Position{});
        QVERIFY((*writer)->flush().ok());
        QCOMPARE(opened(bytes)->lastPosition(), Position{100});
    }

    void anEventOutsideTheInputsIsRefusedWithTheWayToGetIt() {
        const auto reader = opened(written(metaOf(Level::kInputs), manyBatches(2, 100)));
        QVERIFY(reader);
        const auto chunk = reader->chunkAt({50});
        QCOMPARE(chunk.status().code(), absl::StatusCode::kFailedPrecondition);
        QVERIFY(chunk.status().message().find("materialise") != absl::string_view::npos);
        QCOMPARE(reader->chunkAt({201}).status().code(), absl::StatusCode::kOutOfRange);
        QCOMPARE(reader->inputRows(99).status().code(), absl::StatusCode::kOutOfRange);
    }

    void aLongInputStandsApart() {
        Rows rows = mixedRows(100);
        EventRow& answer = rows.rows[29];
        QCOMPARE(answer.kind, EventKind::kEffectDone);
        answer.payload = rows.keep(Bytes(200'000, std::byte{7}));
        // So does what is not kept, and its bytes are nobody else's.
        rows.rows[10].payload = rows.keep(Bytes(100'000, std::byte{1}));
        rows.rows[28].change = rows.keep(Bytes(100'000, std::byte{2}));
        std::vector<Rows> batches;
        batches.push_back(std::move(rows));
        const auto reader = opened(written(metaOf(Level::kInputs), batches));
        QVERIFY(reader);
        std::vector<std::shared_ptr<const InputRows>> owners;
        for (const EventRow& row : keptOf(*reader, owners))
            if (row.seq.value == 30) {
                QCOMPARE(row.payload.size(), std::size_t{200'000});
                QVERIFY(std::ranges::all_of(row.payload, [](auto b) { return b == std::byte{7}; }));
                QVERIFY(reader->verify(nullptr, nullptr).ok());
                return;
            }
        QFAIL("the answer is not there");
    }

    void manyChunksAreIndexed() {
        const std::vector<Rows> batches = manyBatches(600, 50);
        auto bytes = written(metaOf(Level::kInputs), batches);
        const auto reader = opened(bytes);
        QVERIFY(reader);
        QCOMPARE(reader->inputs().size(), std::size_t{600});
        QVERIFY(reader->verify(nullptr, nullptr).ok());
        // Cut: from the last index on it is read again.
        bytes->resize(bytes->size() - kFrameBytes - 8);
        const auto cut = opened(bytes);
        QVERIFY(cut);
        QCOMPARE(cut->state(), FileState::kCut);
        QCOMPARE(cut->lastPosition(), Position{30'000});
        QCOMPARE(cut->inputs(), reader->inputs());
    }

    void olderReadersRefuseIt() {
        const auto reader = opened(written(metaOf(Level::kInputs), manyBatches(1, 50)));
        QVERIFY(reader);
        QCOMPARE(reader->meta().minViewMinor, kInputsMinor);
        QCOMPARE(reader->meta().minReplayMinor, kInputsMinor);
        QCOMPARE(opened(written(metaOf(Level::kEvents), {}))->meta().minViewMinor,
                 std::uint16_t{0});
    }

    void everyTruncationOpensAsAPrefix() {
        const std::vector<Rows> batches = manyBatches(4, 60);
        const auto bytes = written(metaOf(Level::kInputs), batches);
        const auto whole = opened(bytes);
        QVERIFY(whole);
        std::uint64_t reached = 0;
        for (std::size_t size = 0; size < bytes->size(); ++size) {
            const auto cut = opened(std::make_shared<Bytes>(
                bytes->begin(), bytes->begin() + static_cast<std::ptrdiff_t>(size)));
            if (!cut) continue;
            QVERIFY(cut->state() == FileState::kCut);
            QVERIFY(cut->lastPosition().value >= reached);
            reached = cut->lastPosition().value;
            QVERIFY(cut->inputs().size() <= whole->inputs().size());
            for (std::size_t i = 0; i < cut->inputs().size(); ++i)
                QCOMPARE(cut->inputs()[i], whole->inputs()[i]);
        }
        QCOMPARE(reached, std::uint64_t{240});
    }

    void everyFlippedBitIsFoundOrDoesNothing() {
        const auto bytes = written(metaOf(Level::kInputs), manyBatches(2, 60));
        const auto whole = opened(bytes);
        QVERIFY(whole);
        std::vector<std::shared_ptr<const InputRows>> owners;
        const std::vector<EventRow> expected = keptOf(*whole, owners);
        for (std::size_t bit = 0; bit < bytes->size() * 8; ++bit) {
            auto flipped = std::make_shared<Bytes>(*bytes);
            (*flipped)[bit / 8] ^= std::byte{1} << static_cast<int>(bit % 8);
            const auto reader = opened(flipped);
            if (!reader || !reader->verify(nullptr, nullptr).ok()) continue;
            QVERIFY(reader->lastPosition() <= whole->lastPosition());
            std::vector<std::shared_ptr<const InputRows>> held;
            const std::vector<EventRow> found = keptOf(*reader, held);
            QVERIFY(found.size() <= expected.size());
            for (std::size_t i = 0; i < found.size(); ++i)
                QVERIFY2(sameRow(found[i], expected[i]), std::to_string(bit).c_str());
        }
    }

    void aFullDiskIsAGapBehindWhatIsThere() {
        const std::vector<Rows> batches = manyBatches(6, 100);
        const std::size_t size = written(metaOf(Level::kInputs), batches)->size();
        for (std::uint64_t room = 1024; room < size; room += 64) {
            const auto bytes = written(metaOf(Level::kInputs), batches,
                                       std::make_unique<MemoryDisk>(room, 16'384));
            const auto reader = opened(bytes);
            if (!reader) continue;
            QVERIFY(reader->verify(nullptr, nullptr).ok());
            if (reader->lastPosition().value == 600) continue;  // only the summary found no room
            QCOMPARE(reader->state(), FileState::kClean);
            QCOMPARE(reader->gaps().size(), std::size_t{1});
            QCOMPARE(reader->gaps()[0].first.value, reader->lastPosition().value + 1);
            QCOMPARE(reader->gaps()[0].cause, GapCause::kDiskFull);
        }
    }
};

QTEST_APPLESS_MAIN(TstInputs)
#include "tst_inputs.moc"
