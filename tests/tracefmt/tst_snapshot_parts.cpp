// Snapshots of which every table is longer than a part: what stands in many comes back as one.
#include "tests/tracefmt/trace_fixture.h"
#include "tracefmt/capnp_message.h"

#include <QTest>

#include <map>
#include <tracefmt/trace.capnp.h>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

/// So many rows of `bytes` are longer than a part.
constexpr std::size_t rowsOver(std::size_t bytes) {
    return kSnapshotPartBytesMax / bytes + 10;
}
constexpr std::size_t kLong = 60'000;
constexpr std::size_t kTooLong = kInlineBytesMax + 100;

Bytes filled(std::size_t bytes, std::size_t with) {
    return Bytes(bytes, static_cast<std::byte>(with));
}

MessageImage message(std::size_t n, std::size_t bytes) {
    MessageImage out;
    out.kind = EventKind::kSend;
    out.enqueuedAt = {n + 1};
    out.sender = {static_cast<std::uint32_t>(n + 2)};
    out.type = {static_cast<std::uint32_t>(n + 3)};
    out.payload = filled(bytes, n);
    return out;
}

/// Each table has more rows than go into one part, and the last of those with bytes has too many.
WorldImage longImage() {
    WorldImage image;
    image.position = {600};
    image.since = {500};
    image.stateDigest = 7;
    const std::size_t cells = rowsOver(kLong);
    for (std::size_t i = 0; i < cells; ++i) {
        CellImage cell;
        cell.rank = {static_cast<std::uint32_t>(2'000'000 + i)};
        cell.turns = i;
        cell.state = filled(i + 1 == cells ? kTooLong : kLong, i);
        cell.behaviourName = std::to_string(i);
        cell.mailbox = {message(i, i + 1 == cells ? kTooLong : kLong)};
        cell.stash = {message(i, 0)};
        CareImage& care = cell.care.edit();
        care.firstState = filled(i + 1 == cells ? kTooLong : kLong, i + 1);
        care.incarnation = static_cast<std::uint32_t>(i);
        care.links = {{static_cast<std::uint32_t>(i)}, {3}};
        care.owed = {{{4}, i}, {{5}, i + 1}};
        EffectImage effect;
        effect.name = "name";
        effect.scope = "scope";
        effect.payload = filled(100, i);
        effect.ordinal = i;
        care.effects = {effect};
        image.cells.push_back(std::move(cell));
    }
    // Small ones, many of them with one cell in the middle.
    auto& watchers = image.cells[3].watchers.edit();
    for (std::uint32_t i = 0; i < rowsOver(40); ++i) watchers.push_back({i});
    auto& asks = image.cells[4].pendingAsks.edit();
    for (std::uint32_t i = 0; i < rowsOver(40); ++i)
        asks.push_back({i, Position{i + 1}, Rank{i + 2}, i % 2 == 0});
    auto& names = image.cells[5].childNames.edit();
    for (std::uint32_t i = 0; i < rowsOver(4'000); ++i)
        names.emplace_back(std::string(4'000, 'a') + std::to_string(i), i);
    for (std::size_t i = 0; i < rowsOver(kLong); ++i)
        image.timers.push_back({{static_cast<std::uint32_t>(i)},
                                i,
                                {static_cast<std::int64_t>(i)},
                                0,
                                {i},
                                0,
                                message(i, i + 1 == rowsOver(kLong) ? kTooLong : kLong),
                                {},
                                {}});
    for (std::uint32_t i = 0; i < rowsOver(4); ++i) image.gone.push_back({i + 1});
    return image;
}

/// The bodies of its parts, and what does not stand in them.
struct Encoded {
    std::vector<Bytes> parts;
    std::map<std::uint64_t, Bytes> blobs;  ///< by offset

    explicit Encoded(const WorldImage& image) {
        const SnapshotPlan plan(image);
        MessageRoom room;
        for (std::uint32_t part = 0; part < plan.parts(); ++part) {
            std::vector<LargeBlob> large;
            for (const SnapshotPlan::Blob& blob : plan.largeBlobs(part)) {
                const std::uint64_t at = 8 * (blobs.size() + 1);
                blobs[at] = Bytes(blob.bytes.begin(), blob.bytes.end());
                large.push_back({blob.row, blob.column, at, blob.bytes.size()});
            }
            const ByteView body = valueOf(plan.encode(part, large, room));
            parts.emplace_back(body.begin(), body.end());
        }
    }
    absl::StatusOr<Bytes> blobAt(std::uint64_t offset, std::uint64_t length) const {
        const auto found = blobs.find(offset);
        if (found == blobs.end() || found->second.size() != length)
            return absl::DataLossError("no such blob");
        return found->second;
    }
    SnapshotAssembler assembled() const {
        SnapshotAssembler assembler{512u << 20};
        for (const Bytes& part : parts)
            check(assembler.add(part, [&](std::uint64_t offset, std::uint64_t length) {
                return blobAt(offset, length);
            }));
        return assembler;
    }
};

}  // namespace

class SnapshotPartsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsLongerThanAPartComesBack() {
        const WorldImage image = longImage();
        const Encoded encoded(image);
        const SnapshotAssembler assembler = encoded.assembled();
        QVERIFY(assembler.complete());
        QVERIFY(assembler.image() == image);
        QCOMPARE(encoded.blobs.size(), std::size_t{4});
    }

    /// Once for all parts, and not at all where there is none.
    void whatIsOfTheWholeWorldStandsInTheFirstPart() {
        for (const bool some : {true, false}) {
            WorldImage image = longImage();
            if (some) {
                image.metrics = {256, 7};
                image.decisionState = {1, 2, 3};
                image.firstLeak = "a, held by b";
            }
            const Encoded encoded(image);
            QVERIFY(encoded.assembled().image() == image);
            for (std::size_t part = 0; part < encoded.parts.size(); ++part)
                check(readMessage(encoded.parts[part], [&](capnp::MessageReader& message) {
                    const auto in = message.getRoot<schema::SnapshotPart>();
                    const bool expected = some && part == 0;
                    return in.hasMetrics() == expected && in.hasDecisionState() == expected &&
                                   in.hasFirstLeak() == expected
                               ? absl::OkStatus()
                               : absl::InternalError(std::to_string(part));
                }));
        }
    }

    void partsAreFullAndNotLonger() {
        const Encoded encoded(longImage());
        for (const Bytes& part : encoded.parts)
            QVERIFY2(part.size() <= kSnapshotPartBytesMax, std::to_string(part.size()).c_str());
        // Eight tables, each a little more than a part long.
        QVERIFY2(encoded.parts.size() >= 9 && encoded.parts.size() <= 13,
                 std::to_string(encoded.parts.size()).c_str());
    }

    void oneRowThatIsLongerStandsByItself() {
        WorldImage image;
        for (std::uint32_t i = 1; i <= 3; ++i) {
            CellImage cell;
            cell.rank = {i};
            // An effect stands in its row however long it is.
            EffectImage effect;
            effect.payload = filled(i == 2 ? kSnapshotPartBytesMax + 1'000 : 10, i);
            cell.care.edit().effects = {effect};
            image.cells.push_back(std::move(cell));
        }
        const Encoded encoded(image);
        QVERIFY(encoded.assembled().image() == image);
        QCOMPARE(encoded.parts.size(), std::size_t{3});
    }

    /// A limit of memory is worth what is counted against it.
    void whatPartsTakeIsCounted() {
        const WorldImage image = longImage();
        const std::uint64_t counted = Encoded(image).assembled().memoryBytes();
        const std::uint64_t taken = memoryBytesOf(image);
        QVERIFY2(counted >= taken && counted < 2 * taken,
                 (std::to_string(counted) + " and " + std::to_string(taken)).c_str());
        // Lists of a care take more in memory than in the file.
        WorldImage small;
        CellImage cell;
        cell.rank = {1};
        CareImage& care = cell.care.edit();
        care.links.resize(10'000, {7});
        care.parkedHere.resize(10'000, {7});
        care.owed.resize(5'000, {{7}, 7});
        care.permitQueue.resize(5'000, {{7}, 7});
        small.cells.push_back(std::move(cell));
        const Encoded lists(small);
        QVERIFY(lists.assembled().memoryBytes() >=
                lists.parts[0].size() + 30'000 * sizeof(std::pair<Rank, std::uint64_t>));
        // So do messages without a payload.
        WorldImage waiting;
        CellImage full;
        full.rank = {1};
        for (std::size_t i = 0; i < 1'000; ++i) full.mailbox.edit().push_back(message(i, 0));
        waiting.cells.push_back(std::move(full));
        waiting.timers.resize(1'000);
        const Encoded messages(waiting);
        QVERIFY(messages.assembled().memoryBytes() >=
                messages.parts[0].size() + 1'000 * (sizeof(MessageImage) + sizeof(TimerImage)));
    }
};

QTEST_GUILESS_MAIN(SnapshotPartsTest)
#include "tst_snapshot_parts.moc"
