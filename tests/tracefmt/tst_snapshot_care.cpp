// What a snapshot says of regions, restarts, links and cancellation, and damage to it.
#include "tests/tracefmt/trace_fixture.h"
#include "tracefmt/snapshot_codec.h"

#include <QTest>

#include <algorithm>
#include <cstring>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

absl::StatusOr<Bytes> noBlob(std::uint64_t, std::uint64_t) {
    return absl::DataLossError("no blob");
}

Bytes encoded(const WorldImage& image) {
    return firstPart(SnapshotPlan{image});
}

/// Births by rank, the outside first.
std::vector<CellBirth> births() {
    std::vector<CellBirth> all(1);
    for (const CellBirth& birth : someBirths()) all.push_back(birth);
    return all;
}

absl::StatusOr<WorldImage> decoded(const Bytes& body) {
    SnapshotAssembler assembler{512u << 20};
    const absl::Status added = assembler.add(body, noBlob);
    return added.ok() ? assembler.finish(births()) : absl::StatusOr<WorldImage>{added};
}

std::uint64_t wordAt(const Bytes& bytes, std::size_t index) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + 8 * index, 8);
    return word;
}
void setWord(Bytes& bytes, std::size_t index, std::uint64_t word) {
    std::memcpy(bytes.data() + 8 * index, &word, 8);
}

WorldImage imageWithOwed() {
    WorldImage image = someImage({6}, someBirths());
    image.cells[0].care.edit().owed = {{Rank{0x11223344}, 0x5566778899AABBCCull}};
    image.stateDigest = stateDigestOf(image, births());
    return image;
}

}  // namespace

class SnapshotCareTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void careAndTimersOfEveryUseComeBack() {
        const WorldImage image = someImage({6}, someBirths());
        QVERIFY(image.cells[0].care.get() != CareImage{} &&
                image.cells[1].care.get() == CareImage{});
        const auto found = decoded(encoded(image));
        ARIADNE_VERIFY_OK(found.status());
        QVERIFY(*found == image);
        std::vector<TimerUse> uses;
        for (const TimerImage& timer : found->timers) uses.push_back(timer.use);
        for (int use = 0; use <= 4; ++use)
            QVERIFY(std::count(uses.begin(), uses.end(), static_cast<TimerUse>(use)) > 0);
    }

    void anythingElseInTheCareIsAnotherState() {
        const WorldImage image = someImage({6}, someBirths());
        using Edit = void (*)(CareImage&);
        const Edit edits[] = {[](CareImage& c) { ++c.restart; },
                              [](CareImage& c) { c.shutdown += Duration{1}; },
                              [](CareImage& c) { c.firstState[1] ^= std::byte{1}; },
                              [](CareImage& c) { ++c.incarnation; },
                              [](CareImage& c) { ++c.restartsInARow; },
                              [](CareImage& c) { ++c.livesSince.value; },
                              [](CareImage& c) { ++c.childOrdinal; },
                              [](CareImage& c) { ++c.maskedTurns; },
                              [](CareImage& c) { ++c.cancelled; },
                              [](CareImage& c) { ++c.cancelUntil.value; },
                              [](CareImage& c) { c.cancelTold = false; },
                              [](CareImage& c) { ++c.regionsOpened; },
                              [](CareImage& c) { ++c.obligationsMade; },
                              [](CareImage& c) { ++c.memoryBytesMax; },
                              [](CareImage& c) { c.links.pop_back(); },
                              [](CareImage& c) { ++c.parkedHere[0].value; },
                              [](CareImage& c) { ++c.owed[0].second; },
                              [](CareImage& c) { ++c.permitQueue[0].first.value; }};
        for (const Edit edit : edits) {
            WorldImage other = image;
            edit(other.cells[0].care.edit());  // its digest stays
            const auto found = decoded(encoded(other));
            QCOMPARE(found.status().code(), absl::StatusCode::kDataLoss);
            QVERIFY(found.status().message().find("digest") != std::string::npos);
        }
    }

    void ranksThatWereNeverBornAreHandedOnAsTheyAre() {
        WorldImage image = someImage({6}, someBirths());
        CareImage& care = image.cells[0].care.edit();
        care.links = care.parkedHere = {Rank{0xFFFFFFFF}, Rank{0x7FFFFFFF}, kOutside};
        care.owed = {{Rank{0xFFFFFFFF}, ~0ull}};
        image.rootLedger = {0xFFFFFFFF};
        image.timers.back().maker = {0xFFFFFFFE};
        image.timers.back().use = static_cast<TimerUse>(255);
        image.stateDigest = stateDigestOf(image, births());
        const auto found = decoded(encoded(image));
        ARIADNE_VERIFY_OK(found.status());
        QVERIFY(*found == image);
    }

    void aRankOfMoreThan32BitsIsDamage() {
        Bytes body = encoded(imageWithOwed());
        int patched = 0;
        for (std::size_t i = 0; i < body.size() / 8; ++i)
            if (wordAt(body, i) == 0x11223344) setWord(body, i, 0x1'11223344ull), ++patched;
        QCOMPARE(patched, 1);
        const auto found = decoded(body);
        QCOMPARE(found.status().code(), absl::StatusCode::kDataLoss);
    }

    void halfAPairIsDamage() {
        const Bytes body = encoded(imageWithOwed());
        // List pointers to two words each: element size 5 (eight bytes), count 2.
        int patched = 0;
        for (std::size_t i = 1; i < body.size() / 8; ++i) {
            const std::uint64_t word = wordAt(body, i);
            if ((word & 3) != 1 || (word >> 32) != (2u << 3 | 5u)) continue;
            Bytes broken = body;
            setWord(broken, i, (word & 0xFFFFFFFF) | (std::uint64_t{1} << 3 | 5u) << 32);
            const auto found = decoded(broken);
            QCOMPARE(found.status().code(), absl::StatusCode::kDataLoss);
            QVERIFY2(found.status().message().find("half a pair") != std::string::npos,
                     found.status().ToString().c_str());
            ++patched;
        }
        QVERIFY(patched >= 2);
    }

    void listsBeyondTheBodyAreDamage() {
        const Bytes body = encoded(imageWithOwed());
        for (std::size_t i = 1; i < body.size() / 8; ++i) {
            const std::uint64_t word = wordAt(body, i);
            if ((word & 3) != 1 || (word >> 32) != (2u << 3 | 5u)) continue;
            Bytes broken = body;
            setWord(broken, i, (word & 0xFFFFFFFF) | (std::uint64_t{0x1FFFFFFE} << 3 | 5u) << 32);
            QCOMPARE(decoded(broken).status().code(), absl::StatusCode::kDataLoss);
        }
    }
};

QTEST_GUILESS_MAIN(SnapshotCareTest)
#include "tst_snapshot_care.moc"
