// Parts of snapshots that are whole messages and contradict themselves, each other or their limits.
#include "tests/tracefmt/body_edit.h"
#include "tracefmt/snapshot_codec.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

using Part = schema::SnapshotPart::Builder;

constexpr absl::StatusCode kDataLoss = absl::StatusCode::kDataLoss;
constexpr absl::StatusCode kTooMuch = absl::StatusCode::kResourceExhausted;

absl::StatusOr<Bytes> noBlob(std::uint64_t, std::uint64_t) {
    return absl::UnavailableError("no blob");
}
absl::StatusOr<Bytes> anyBlob(std::uint64_t, std::uint64_t length) {
    return Bytes(static_cast<std::size_t>(length), std::byte{1});
}

/// By rank, the outside first.
std::vector<CellBirth> births() {
    std::vector<CellBirth> all(1);
    for (const CellBirth& birth : someBirths()) all.push_back(birth);
    return all;
}

/// someImage() with effects that wait, as its one part.
WorldImage imageWithEffects() {
    WorldImage image = someImage({6}, someBirths());
    CareImage& care = image.cells[0].care.edit();
    care.effectsMade = 9;
    care.effects = {
        {"http.request", "example.org", Bytes(5, std::byte{3}), 7, Duration{11}, {5}, 0xABCD},
        {"file.read", "/tmp", {}, 8, Duration{12}, {6}, 0xBCDE}};
    image.stateDigest = stateDigestOf(image, births());
    return image;
}
Bytes part() {
    return firstPart(SnapshotPlan{imageWithEffects()});
}

template <class Edit>
absl::StatusOr<WorldImage> imageWith(Edit edit, BlobFetch fetch = noBlob,
                                     std::uint64_t bytesMax = 512u << 20) {
    SnapshotAssembler assembler{bytesMax};
    const absl::Status added = assembler.add(edited<schema::SnapshotPart>(part(), edit), fetch);
    return added.ok() ? assembler.finish(births()) : absl::StatusOr<WorldImage>{added};
}
template <class Edit>
absl::Status statusWith(Edit edit) {
    return imageWith(edit).status();
}

/// The blob of `length` bytes for that row of that column.
auto withLarge(std::uint32_t row, std::uint8_t column, std::uint64_t length) {
    return [=](Part b) {
        auto blob = b.initLarge(1)[0];
        blob.setRow(row);
        blob.setColumn(column);
        blob.setLength(length);
    };
}

}  // namespace

class HostileSnapshotsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void effectsThatWaitComeBack() {
        const auto image = imageWith([](Part) {});
        ARIADNE_VERIFY_OK(image.status());
        QVERIFY(*image == imageWithEffects());
    }

    void textsBeyondTheLimitAreNamed() {
        const char* const text = longText().c_str();
        const std::pair<absl::Status, const char*> found[] = {
            {statusWith([&](Part b) { b.setFirstLeak(text); }), "first leak"},
            {statusWith([&](Part b) { b.getCells()[1].setBehaviourName(text); }), "behaviour name"},
            {statusWith([&](Part b) { b.getChildNames()[0].setName(text); }), "child name"},
            {statusWith([&](Part b) { b.getCares()[0].getEffects()[1].setName(text); }), "effect"},
            {statusWith([&](Part b) { b.getCares()[0].getEffects()[1].setScope(text); }), "scope"},
        };
        for (const auto& [status, what] : found)
            ARIADNE_VERIFY_SAYS(status, kTooMuch,
                                std::string{what} + " has 65537 bytes, the limit is 65536");
    }

    void whatBelongsToNoCellOfItIsRefused() {
        const auto refuses = [](const absl::Status& status) {
            return status.code() == kDataLoss &&
                   says(status, "the snapshot holds something of cell 77, which is not in it");
        };
        QVERIFY(refuses(statusWith([](Part b) { b.getMessages()[0].setCell(77); })));
        QVERIFY(refuses(statusWith([](Part b) { b.getWatchers()[0].setCell(77); })));
        QVERIFY(refuses(statusWith([](Part b) { b.getAsks()[0].setCell(77); })));
        QVERIFY(refuses(statusWith([](Part b) { b.getChildNames()[0].setCell(77); })));
        QVERIFY(refuses(statusWith([](Part b) { b.getCares()[0].setCell(77); })));
    }

    void cellsOutOfOrderAreRefused() {
        ARIADNE_VERIFY_SAYS(statusWith([](Part b) { b.getCells()[1].setRank(1); }), kDataLoss,
                            "cell 1 of the snapshot is out of order");
        ARIADNE_VERIFY_SAYS(statusWith([](Part b) { b.getCells()[0].setRank(2); }), kDataLoss,
                            "cell 2 of the snapshot is out of order");
    }

    void lanesThatAreNotThereAreRefused() {
        ARIADNE_VERIFY_SAYS(statusWith([](Part b) { b.getMessages()[2].setLane(3); }), kDataLoss,
                            "unknown lane 3");
    }

    void aCellHasOneCare() {
        ARIADNE_VERIFY_SAYS(statusWith([](Part b) { b.getCares()[1].setCell(1); }), kDataLoss,
                            "the snapshot holds the care of cell 1 twice");
    }

    void wholeOnesListNobodyWhoEnded() {
        ARIADNE_VERIFY_SAYS(statusWith([](Part b) { b.initGone(1).set(0, 2); }), kDataLoss,
                            "the snapshot is whole and lists cells that ended");
    }

    void ownersOfTimersWereBorn() {
        ARIADNE_VERIFY_SAYS(statusWith([](Part b) { b.getTimers()[0].setOwner(4); }), kDataLoss,
                            "never born");
    }

    void longBytesGoWhereTheyAreWanted() {
        const WorldImage before = imageWithEffects();
        const Bytes ones(80'000, std::byte{1});
        const auto imageOf = [&](std::uint32_t row, std::uint8_t column) {
            SnapshotAssembler assembler{512u << 20};
            check(assembler.add(
                edited<schema::SnapshotPart>(part(), withLarge(row, column, ones.size())),
                anyBlob));
            return assembler.image();
        };
        QVERIFY(imageOf(1, 0).cells[1].state == ones);
        QVERIFY(imageOf(1, 1).cells[0].mailbox[0].payload == ones);
        QVERIFY(imageOf(1, 2).timers[1].message.payload == ones);
        QVERIFY(imageOf(1, 3).cells[2].care.get().firstState == ones);
        QCOMPARE(before.cells[2].care.get().firstState.size(), std::size_t{6});
    }

    void longBytesThatBelongNowhereAreRefused() {
        const std::uint32_t rows[] = {3, 12, 6, 2};  // one behind the last of each column
        for (std::uint8_t column = 0; column < 4; ++column) {
            const std::string text = "a large blob belongs to row " + std::to_string(rows[column]) +
                                     " of column " + std::to_string(column) +
                                     ", which is not there";
            ARIADNE_VERIFY_SAYS(imageWith(withLarge(rows[column], column, 9), anyBlob).status(),
                                kDataLoss, text);
        }
        ARIADNE_VERIFY_SAYS(imageWith(withLarge(0, 4, 9), anyBlob).status(), kDataLoss,
                            "row 0 of column 4");
        QCOMPARE(imageWith(withLarge(0, 0, 9)).status().code(), absl::StatusCode::kUnavailable);
    }

    void longBytesBeyondTheBudgetAreNamed() {
        ARIADNE_VERIFY_SAYS(imageWith(withLarge(0, 0, kBlobBytesMax + 1), anyBlob).status(),
                            kTooMuch, "decodeBytesMax");
        ARIADNE_VERIFY_SAYS(imageWith(withLarge(0, 0, 5'001), anyBlob, 5'000).status(), kTooMuch,
                            "longer than the 5000 bytes of ReadOptions::decodeBytesMax");
        // Two of them, together.
        const auto two = [](Part b) {
            auto blobs = b.initLarge(2);
            blobs[0].setLength(3'000);
            blobs[1].setLength(3'000);
        };
        QCOMPARE(imageWith(two, anyBlob, 5'000).status().code(), kTooMuch);
    }

    void partsComeInOrderAndBelongTogether() {
        const auto numbered = [](
                                  std::uint32_t number, std::uint32_t of,
                                  void (*edit)(Part) = [](Part) {}) {
            return edited<schema::SnapshotPart>(part(), [&](Part b) {
                b.setPart(number);
                b.setParts(of);
                // What the first part has, no other one has again.
                if (number != 0) b.initCells(0), b.initMessages(0), b.initWatchers(0);
                if (number != 0) b.initAsks(0), b.initChildNames(0), b.initCares(0);
                edit(b);
            });
        };
        const auto add = [](SnapshotAssembler& assembler, const Bytes& body) {
            return assembler.add(body, noBlob);
        };
        SnapshotAssembler assembler{512u << 20};
        for (const std::uint32_t parts : {0u, kSnapshotPartsMax + 1})
            ARIADNE_VERIFY_SAYS(add(assembler, numbered(0, parts)), kTooMuch,
                                "the snapshot has " + std::to_string(parts) + " parts");
        ARIADNE_VERIFY_SAYS(add(assembler, numbered(1, 3)), kDataLoss, "expected part 0");
        ARIADNE_VERIFY_OK(add(assembler, numbered(0, 3)));
        ARIADNE_VERIFY_SAYS(add(assembler, numbered(0, 3)), kDataLoss, "expected part 1");
        ARIADNE_VERIFY_SAYS(add(assembler, numbered(1, 4)), kDataLoss,
                            "found part 1 of 4 of a snapshot, expected part 1");
        ARIADNE_VERIFY_SAYS(assembler.finish(births()).status(), kDataLoss,
                            "the snapshot has 1 of its 3 parts");
        for (void (*const other)(Part) :
             {+[](Part b) { b.setPosition(7); }, +[](Part b) { b.setStateDigest(7); },
              +[](Part b) { b.setSince(3); }})
            ARIADNE_VERIFY_SAYS(add(assembler, numbered(1, 3, other)), kDataLoss,
                                "part 1 belongs to another snapshot");
        ARIADNE_VERIFY_OK(add(assembler, numbered(1, 3)));
        ARIADNE_VERIFY_OK(add(assembler, numbered(2, 3)));
        QVERIFY(assembler.complete());
    }

    /// A list of structs without any words may count millions in a few bytes.
    void listsOfNoSizeAreRefused() {
        const Bytes body = part();
        const auto wordAt = [&](std::size_t index) {
            return littleEndianAt<std::uint64_t>(body.data() + 8 * index);
        };
        std::size_t lists = 0;
        for (std::size_t word = 2; word + 1 < body.size() / 8; ++word) {
            const std::uint64_t pointer = wordAt(word);
            if ((pointer & 3) != 1 || (pointer >> 32 & 7) != 7) continue;  // no list of structs
            const std::size_t tag = word + 1 + (pointer >> 2 & 0x3FFF'FFFF);
            if (tag >= body.size() / 8) continue;
            const std::uint64_t rows = wordAt(tag) >> 2 & 0x3FFF'FFFF;
            const std::uint64_t rowWords = (wordAt(tag) >> 32 & 0xFFFF) + (wordAt(tag) >> 48);
            if (rows == 0 || rows * rowWords != pointer >> 35) continue;  // looks like one only
            Bytes hostile = body;
            storeLittleEndian(hostile.data() + 8 * word,
                              (pointer & 0xFFFF'FFFF) | std::uint64_t{7} << 32);
            storeLittleEndian(hostile.data() + 8 * tag, std::uint64_t{body.size() / 4} << 2);
            SnapshotAssembler assembler{512u << 20};
            ARIADNE_VERIFY_SAYS(assembler.add(hostile, noBlob), kDataLoss,
                                "found a list of " + std::to_string(body.size() / 4) + " rows");
            ++lists;
        }
        // Cells, messages, watchers, asks, names, timers, cares, and the effects of one.
        QCOMPARE(lists, std::size_t{8});
    }
};

QTEST_GUILESS_MAIN(HostileSnapshotsTest)
#include "tst_hostile_snapshots.moc"
