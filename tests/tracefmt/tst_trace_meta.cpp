// What a file says of itself: the words for its bytes, and that no field of it is overlooked, be it
// written, read or compared.
#include "tests/tracefmt/trace_fixture.h"
#include "tracefmt/meta_codec.h"
#include "tracefmt/note_codec.h"
#include "tracefmt/run_totals.h"

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

/// Changes one field.
template <class T>
using Edit = void (*)(T&);

/// `value` with each of the edits differs from it, and comes back through `there`, which writes and
/// reads it.
template <class T, class There>
bool eachFieldCounts(const T& value, std::initializer_list<Edit<T>> edits, There there) {
    if (!(value == value) || !(there(value) == value)) return false;
    for (const Edit<T> edit : edits) {
        T other = value;
        edit(other);
        if (other == value || !(there(other) == other)) return false;
    }
    return true;
}

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

    void noFieldOfTheMetaIsOverlooked() {
        QVERIFY(eachFieldCounts<TraceMeta>(
            someMeta(),
            {[](TraceMeta& m) { m.engineVersion += "x"; },
             [](TraceMeta& m) { ++m.formatMinor; },
             [](TraceMeta& m) { ++m.minViewMinor; },
             [](TraceMeta& m) { ++m.minReplayMinor; },
             [](TraceMeta& m) { m.programId += "x"; },
             [](TraceMeta& m) { m.programVersion = ""; },
             [](TraceMeta& m) { ++m.programAbi; },
             [](TraceMeta& m) { m.args.pop_back(); },
             [](TraceMeta& m) { m.args[0].second = "4"; },
             [](TraceMeta& m) { ++m.seed; },
             [](TraceMeta& m) { m.policy = "pct"; },
             [](TraceMeta& m) { ++m.batch; },
             [](TraceMeta& m) { ++m.limits.roundsPerInstantMax; },
             [](TraceMeta& m) { ++m.limits.eventsMax; },
             [](TraceMeta& m) { ++m.limits.cellsMax; },
             [](TraceMeta& m) { ++m.limits.mailboxMax; },
             [](TraceMeta& m) { ++m.limits.stashMax; },
             [](TraceMeta& m) { ++m.limits.messageBytesMax; },
             [](TraceMeta& m) { ++m.limits.outputsPerTurnMax; },
             [](TraceMeta& m) { ++m.limits.cellBytesMax; },
             [](TraceMeta& m) { m.level = Level::kFull; },
             [](TraceMeta& m) { m.redaction = Redaction::kNone; },
             [](TraceMeta& m) { ++m.pctDepth; },
             [](TraceMeta& m) { ++m.pctSteps; },
             [](TraceMeta& m) { m.live = true; },
             [](TraceMeta& m) { m.faults = "drop"; },
             [](TraceMeta& m) {
                 m.grants = {{"a", "b"}};
             },
             [](TraceMeta& m) { ++m.metricsEvery; },
             [](TraceMeta& m) { ++m.segment; },
             [](TraceMeta& m) { m.origin.made = TraceOrigin::Made::kRedacted; },
             [](TraceMeta& m) { ++m.origin.parent[0]; },
             [](TraceMeta& m) { ++m.origin.parent[1]; },
             [](TraceMeta& m) { ++m.origin.first.value; },
             [](TraceMeta& m) { ++m.origin.last.value; },
             [](TraceMeta& m) { m.origin = {}; }},
            [](const TraceMeta& meta) { return valueOf(decodeMeta(valueOf(encodeMeta(meta)))); }));
    }

    void noFieldOfTheStatisticsIsOverlooked() {
        TraceStats stats = someStats();
        stats.kindCounts = {{1, 5}, {9, 6}};
        QVERIFY(eachFieldCounts<TraceStats>(
            stats,
            {[](TraceStats& s) { ++s.lastPosition.value; },
             [](TraceStats& s) { ++s.lastRound.value; }, [](TraceStats& s) { ++s.lastTime.value; },
             [](TraceStats& s) { ++s.eventDigest; }, [](TraceStats& s) { ++s.changeDigest; },
             [](TraceStats& s) { ++s.stateDigest; }, [](TraceStats& s) { ++s.outcome; },
             [](TraceStats& s) { s.outcomeText = ""; }, [](TraceStats& s) { ++s.failures; },
             [](TraceStats& s) { ++s.kindCounts[1].first; },
             [](TraceStats& s) { ++s.kindCounts[0].second; },
             [](TraceStats& s) { s.kindCounts.pop_back(); },
             [](TraceStats& s) { s.digestOnlyFields.clear(); }},
            [](const TraceStats& s) { return valueOf(decodeStats(valueOf(encodeStats(s)))); }));
        // What is counted of them.
        const auto counted = [](Edit<TraceStats> edit) {
            TraceStats s;
            s.kindCounts = {{1, 5}};
            edit(s);
            return RunTotals(s);
        };
        const RunTotals totals = counted([](TraceStats&) {});
        QVERIFY(totals == counted([](TraceStats&) {}));
        for (const Edit<TraceStats> edit :
             {+[](TraceStats& s) { ++s.lastPosition.value; },
              +[](TraceStats& s) { ++s.lastRound.value; },
              +[](TraceStats& s) { ++s.lastTime.value; }, +[](TraceStats& s) { ++s.eventDigest; },
              +[](TraceStats& s) { ++s.changeDigest; },
              +[](TraceStats& s) { ++s.kindCounts[0].second; }})
            QVERIFY(!(totals == counted(edit)));
    }

    void noFieldOfGapsAndNotesIsOverlooked() {
        QVERIFY(eachFieldCounts<TraceGap>(
            {{3}, {9}, GapCause::kPaused, "why"},
            {[](TraceGap& g) { ++g.first.value; }, [](TraceGap& g) { ++g.last.value; },
             [](TraceGap& g) { g.cause = GapCause::kRedacted; }, [](TraceGap& g) { g.note = ""; }},
            [](const TraceGap& gap) {
                return valueOf(decodeGaps(valueOf(encodeGaps({&gap, 1})))).front();
            }));
        QVERIFY(eachFieldCounts<HostNote>(
            someNote(),
            {[](HostNote& n) { n.kind = HostNoteKind::kCameBack; },
             [](HostNote& n) { ++n.readableTo.value; }, [](HostNote& n) { ++n.round.value; },
             [](HostNote& n) { ++n.thread; }, [](HostNote& n) { ++n.cell.value; },
             [](HostNote& n) { n.path = ""; }, [](HostNote& n) { n.state = ""; },
             [](HostNote& n) { n.message = ""; }, [](HostNote& n) { ++n.enqueuedAt.value; },
             [](HostNote& n) { ++n.ranForNs; }},
            [](const HostNote& note) {
                return valueOf(decodeNotes(valueOf(encodeNotes({&note, 1})))).front();
            }));
    }

    void noFieldOfAnEntryIsOverlooked() {
        const ChunkEntry entry{64, 128, 3, {4}, {5}, {6}, 7, 8};
        QVERIFY(eachFieldCounts<ChunkEntry>(
            entry,
            {[](ChunkEntry& e) { e.offset += 8; }, [](ChunkEntry& e) { e.storedBytes += 8; },
             [](ChunkEntry& e) { ++e.count; }, [](ChunkEntry& e) { ++e.first.value; },
             [](ChunkEntry& e) { ++e.firstTime.value; }, [](ChunkEntry& e) { ++e.lastTime.value; },
             [](ChunkEntry& e) { ++e.eventDigest; }, [](ChunkEntry& e) { ++e.changeDigest; }},
            [](const ChunkEntry& one) {
                IndexPart part;
                part.chunks = {one};
                return valueOf(decodeIndex(valueOf(encodeIndex(part)))).chunks[0];
            }));
        const FileId id{1, 2};
        QVERIFY(!(id == FileId{1, 3}) && !(id == FileId{2, 2}) && id == (FileId{1, 2}));
    }

    void theLettersOfAChunkAreShownWhateverTheyAre() {
        QCOMPARE(nameOf(ChunkType::kIncrement), std::string("SINC"));
        QCOMPARE(nameOf(static_cast<ChunkType>(fourcc("A\x7F \x01"))), std::string("A???"));
    }
};

QTEST_GUILESS_MAIN(TraceMetaTest)
#include "tst_trace_meta.moc"
