// The words for what stands as a byte in a file, later minors' bytes included.
#include "tests/tracefmt/trace_fixture.h"

#include <QTest>

#include <array>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

/// The names of the first `count` values, and of one that no minor has.
template <class Enum>
std::vector<std::string> namesOf(std::size_t count) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < count; ++i) names.emplace_back(nameOf(static_cast<Enum>(i)));
    names.emplace_back(nameOf(static_cast<Enum>(250)));
    return names;
}

using Names = std::vector<std::string>;

}  // namespace

class TraceMetaTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyByteHasAWord() {
        QCOMPARE(namesOf<Level>(3), (Names{"inputs", "events", "full", "unknown"}));
        QCOMPARE(namesOf<TraceOrigin::Made>(4),
                 (Names{"recorded", "cut", "recovered", "redacted", "unknown"}));
        QCOMPARE(namesOf<FileState>(4), (Names{"clean", "recording", "cut", "damaged", "unknown"}));
        QCOMPARE(namesOf<HostNoteKind>(4),
                 (Names{"unknown", "stuck turn", "still stuck", "came back", "unknown"}));
        QCOMPARE(namesOf<GapCause>(8),
                 (Names{"for an unknown reason", "the disk was full", "an I/O error",
                        "the recorder fell behind", "recording was paused", "kept no longer",
                        "taken out on purpose", "damaged", "for an unknown reason"}));
    }

    void theLettersOfAChunkAreShownWhateverTheyAre() {
        QCOMPARE(nameOf(ChunkType::kIncrement), std::string("SINC"));
        QCOMPARE(nameOf(static_cast<ChunkType>(fourcc("A\x7F \x01"))), std::string("A???"));
    }
};

QTEST_GUILESS_MAIN(TraceMetaTest)
#include "tst_trace_meta.moc"
