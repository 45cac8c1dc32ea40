// Lists that count millions of rows in a few bytes.
#include "tracefmt/capnp_message.h"
#include "tracefmt/index_codec.h"
#include "tracefmt/meta_codec.h"
#include "tracefmt/note_codec.h"
#include "tracefmt/table_codec.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

/// A body whose root has one pointer more than `pointersBefore`, to a list of `count` structs that
/// take no space.
Bytes bodyOf(std::uint16_t dataWords, std::uint16_t pointersBefore, std::uint32_t count) {
    ByteWriter segment;
    const std::uint64_t pointers = pointersBefore + 1u;
    segment.fixed64(std::uint64_t{dataWords} << 32 | pointers << 48);
    for (std::uint32_t i = 0; i < dataWords + std::uint32_t{pointersBefore}; ++i)
        segment.fixed64(0);
    segment.fixed64(std::uint64_t{7} << 32 | 1);      // composite list, no words, tag next
    segment.fixed64(std::uint64_t{count} << 2);       // tag: rows of no data and no pointers
    for (int i = 0; i < 64; ++i) segment.fixed64(0);  // so that the traversal limit lets it pass
    ByteWriter body;
    body.fixed32(0);
    body.fixed32(static_cast<std::uint32_t>(segment.view().size() / 8));
    body.raw(segment.view());
    return body.take();
}

}  // namespace

class TestHostileLists : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void gapsOfNoSizeAreRefused() {
        QVERIFY(decodeGaps(bodyOf(0, 0, 0)).ok());
        const auto found = decodeGaps(bodyOf(0, 0, 200));
        QCOMPARE(found.status().code(), absl::StatusCode::kDataLoss);
        QVERIFY2(found.status().message().find("200 rows") != std::string::npos,
                 found.status().ToString().c_str());
    }

    void notesOfNoSizeAreRefused() {
        QVERIFY(decodeNotes(bodyOf(0, 0, 0)).ok());
        const auto found = decodeNotes(bodyOf(0, 0, 200));
        QCOMPARE(found.status().code(), absl::StatusCode::kDataLoss);
        QVERIFY2(found.status().message().find("200 rows") != std::string::npos,
                 found.status().ToString().c_str());
    }

    void listsOfTablesIndexAndMetaAreRefused() {
        const std::pair<const char*, absl::Status> found[] = {
            {"types", decodeTables(bodyOf(0, 0, 200)).status()},
            {"births", decodeTables(bodyOf(0, 1, 200)).status()},
            {"chunks", decodeIndex(bodyOf(0, 0, 200)).status()},
            {"snapshots", decodeIndex(bodyOf(0, 1, 200)).status()},
            {"gaps", decodeIndex(bodyOf(0, 3, 200)).status()},
            {"notes", decodeIndex(bodyOf(0, 5, 200)).status()},
            {"inputs", decodeIndex(bodyOf(0, 6, 200)).status()},
            {"arguments", decodeMeta(bodyOf(0, 3, 200)).status()},
            {"grants", decodeMeta(bodyOf(0, 7, 200)).status()},
        };
        for (const auto& [list, status] : found)
            QVERIFY2(absl::IsDataLoss(status) &&
                         status.message().find("200 rows") != absl::string_view::npos,
                     (std::string{list} + ": " + status.ToString()).c_str());
        QVERIFY(decodeTables(bodyOf(0, 1, 0)).ok());
        QVERIFY(decodeIndex(bodyOf(0, 6, 0)).ok());
        QVERIFY(decodeMeta(bodyOf(0, 7, 0)).ok());
    }

    void rowsMustFitTheBody() {
        QVERIFY(checkRowCount(4, 8, 32).ok());
        QCOMPARE(checkRowCount(5, 8, 32).code(), absl::StatusCode::kDataLoss);
        QCOMPARE(checkRowCount(~0ull, 8, 32).code(), absl::StatusCode::kDataLoss);
    }
};

QTEST_GUILESS_MAIN(TestHostileLists)
#include "tst_hostile_lists.moc"
