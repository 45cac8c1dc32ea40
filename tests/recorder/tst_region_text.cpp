// What people read of regions, restarts, cancellation and obligations.
#include "recorder/care_text.h"
#include "recorder/region_view.h"
#include "recorder/region_words.h"
#include "tests/recorder/support/till.h"

#include <QTest>

#include <map>
#include <set>

using namespace ariadne;
using namespace ariadne::test;

namespace {

/// Region as traces had it before it knew of group restarts.
struct OlderRegion {
    RegionPhase phase = RegionPhase::kOpen;
    Verdict verdict = Verdict::kOk;
    std::uint64_t worstChild = 0;
    std::string text;
    CancelReason cancel = CancelReason::kNone;
    VirtualTime cleanupUntil;
    Strategy strategy = Strategy::kNone;
    std::uint32_t intensity = 0;
    Duration within{0};
    Backoff backoff;
    std::vector<VirtualTime> recentRestarts;
    std::uint64_t restarts = 0;
    bool gaveUp = false;
    std::uint64_t started = 0;
    std::uint32_t children = 0;
    Budget left;
    std::uint32_t finalizers = 0;
    std::vector<effect::Grant> grants = {};
    OrderedMap<Obligation, LedgerEntry> obligations;

    static std::string traceName() { return "ariadne::Region"; }
    BOOST_DESCRIBE_CLASS(OlderRegion, (),
                         (phase, verdict, worstChild, text, cancel, cleanupUntil, strategy,
                          intensity, within, backoff, recentRestarts, restarts, gaveUp, started,
                          children, left, finalizers, grants, obligations),
                         (), ())
};

}  // namespace

class TstRegionText : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    OpenedTrace trace_;
    std::map<EventKind, std::vector<std::string>> texts_;

    bool says(EventKind kind, const std::string& part) const {
        const auto at = texts_.find(kind);
        if (at == texts_.end()) return false;
        for (const std::string& text : at->second)
            if (text.find(part) != std::string::npos) return true;
        qWarning("%s: no \"%s\", for one: %s", std::string{nameOf(kind)}.c_str(), part.c_str(),
                 at->second.front().c_str());
        return false;
    }

private Q_SLOTS:
    void initTestCase() {
        trace_ =
            openTrace(recordProgram(folder_, "theatre.clew", "theatre", 1, {{"evenings", "200"}}));
        for (Position p{1}; p <= trace_.reader->lastPosition(); ++p.value) {
            const auto row = trace_.history->rowAt(p);
            QVERIFY(row.ok());
            const auto text = trace_.history->describe(row->row);
            QVERIFY2(text.ok(), text.status().ToString().c_str());
            texts_[row->row.kind].push_back(*text);
        }
    }

    void everyKindHasAText() {
        for (const auto& [kind, texts] : texts_)
            for (const std::string& text : texts)
                QVERIFY2(!text.empty() || kind == EventKind::kStop,
                         std::string{nameOf(kind)}.c_str());
    }

    void rowsSayWhatHappened() {
        QVERIFY(says(EventKind::kRegion, "closing"));
        QVERIFY(says(EventKind::kRegion, "finalizing"));
        QVERIFY(says(EventKind::kRegion, "closed, "));
        QVERIFY(says(EventKind::kRestart, "life 2, after "));
        QVERIFY(says(EventKind::kRestart, ": Usher{seated: 0"));
        QVERIFY(says(EventKind::kResume, "takes turns again"));
        QVERIFY(says(EventKind::kCancel, " shall end: timeout, within 12ms"));
        QVERIFY(says(EventKind::kCancelRequest, "asked to end: timeout, until "));
        QVERIFY(says(EventKind::kLink, "with theatre/hall"));
        QVERIFY(says(EventKind::kPark, "coats has room"));
        QVERIFY(says(EventKind::kUnpark, "coats has room again"));
        QVERIFY(says(EventKind::kMask, "for 3 turns"));
        QVERIFY(says(EventKind::kFinalizer, "Sweep{hall: \"hall"));
        QVERIFY(says(EventKind::kFinalize, "Sweep{hall: \"hall"));
        QVERIFY(says(EventKind::kRegionClosed, "RegionClosed{region: theatre/hall"));
        QVERIFY(says(EventKind::kRefuse, "not_open: \"the obligation was resolved"));
    }

    void obligationsAreNamedWithTheirHolders() {
        QVERIFY(says(EventKind::kReserve, "lease 'seat 3A', held by theatre/hall"));
        QVERIFY(says(EventKind::kReserve, "obligation 'seat 1A', held by theatre/hall"));
        QVERIFY(says(EventKind::kReserve, "permit for the mailbox of theatre/hall"));
        QVERIFY(says(EventKind::kResolve, "leaked: obligation 'seat "));
        QVERIFY(says(EventKind::kResolve, "expired: lease 'seat "));
        QVERIFY(says(EventKind::kResolve, "committed: "));
        QVERIFY(says(EventKind::kResolve, "leaked: an answer, to ask "));
        QVERIFY(says(EventKind::kTransfer, "obligation 'programme' to theatre/hall"));
        QVERIFY(says(EventKind::kResolve,
                     "obligation 'programme', held by theatre, then theatre/hall"));
        for (const std::string& text : texts_[EventKind::kResolve])
            QVERIFY2(text.find(", held by theatre") != std::string::npos ||
                         text.find("an answer") != std::string::npos,
                     text.c_str());
    }

    void textsDoNotDependOnTheOrderOfQuestions() {
        OpenedTrace other =
            openTrace(std::filesystem::path{folder_.path().toStdString()} / "theatre.clew");
        std::map<EventKind, std::size_t> next;
        for (const auto& [kind, texts] : texts_) next[kind] = texts.size();
        for (Position p = other.reader->lastPosition(); p.value > 0; --p.value) {
            const EventRow row = other.history->rowAt(p)->row;
            if (row.kind != EventKind::kResolve && row.kind != EventKind::kReserve &&
                row.kind != EventKind::kTransfer)
                continue;
            QCOMPARE(*other.history->describe(row), texts_[row.kind][--next[row.kind]]);
        }
    }

    void hostileNumbersAreUnknownNotRaw() {
        for (const EventKind kind : {EventKind::kRegion, EventKind::kCancel, EventKind::kRefuse,
                                     EventKind::kCancelRequest, EventKind::kResolve}) {
            EventRow row;
            row.seq = {5};
            row.kind = kind;
            row.cell = {0xFFFFFFFF};
            row.peer = {0xFFFFFFFE};
            row.arg = row.extra = ~0ull;
            const auto text = trace_.history->describe(row);
            QVERIFY2(text.ok(), text.status().ToString().c_str());
            QVERIFY2(text->find("unknown") != std::string::npos, text->c_str());
        }
        QCOMPARE(recorder::wordOf(static_cast<Verdict>(9)), std::string_view{"unknown"});
    }

    void cellsSayWhatIsMadeOfThem() {
        recorder::CellMoment cell;
        QVERIFY(recorder::careTexts(*trace_.history, cell).empty());
        cell.alive = true;
        cell.turns = 4;
        cell.care.restarts = 2;
        cell.care.links = {{1}, {2}, {1}, {2}, {1}, {2}};
        cell.care.owed = {{{1}, 7, {}}};
        cell.rank = {2};
        recorder::HeldObligation seat{{1}, 3, {3}, {41}, {}};
        seat.entry.name = "seat 3";
        seat.entry.holders = {{{1}}};
        recorder::HeldObligation permit{{2}, 1, {3}, {}, {}};
        permit.entry.kind = ObligationKind::kPermit;
        permit.entry.target = {trace_.reader->births()[1].key};
        permit.entry.since = {5'000'000};
        permit.entry.holders = {{{1}}};
        cell.holds = {seat, permit, {{1}, 9, {3}, {42}, {}}};
        cell.holdsCount = 4;
        cell.care.parkedAt = {1};
        cell.care.restsUntil = VirtualTime{2'000'000'000};
        cell.care.maskedUntilTurn = 5;
        cell.care.cancel = CancelReason::kRaceLost;
        cell.care.cancelUntil = VirtualTime{1'200'000'000};
        const std::vector<std::string> texts = recorder::careTexts(*trace_.history, cell);
        const std::vector<std::string> expected{
            "life 3",
            "rests until 2s",
            "parked until theatre has room",
            "asked to end: race_lost, until 1.2s",
            "masked for 1 turn",
            "linked with theatre, theatre/hall0, theatre, theatre/hall0 and 2 more",
            "holds obligation 'seat 3' (from theatre since event 41), permit for the mailbox of "
            "theatre (since 5ms), obligation 9 (from theatre since event 42) and 1 more",
            "owes an answer to theatre (ask 7)"};
        for (std::size_t i = 0; i < std::min(texts.size(), expected.size()); ++i)
            QCOMPARE(texts[i], expected[i]);
        QCOMPARE(texts.size(), expected.size());
    }

    void regionsSayHowTheyAre() {
        Region region;
        QCOMPARE(recorder::regionTexts(region), (std::vector<std::string>{"open", "0 children"}));
        region.phase = RegionPhase::kClosing;
        region.verdict = Verdict::kPanicked;
        region.children = 1;
        region.restarts = 3;
        region.gaveUp = true;
        region.cancel = CancelReason::kShutdown;
        region.cleanupUntil = {1'000'000};
        region.left.turns = 1;
        region.left.deadline = {5'000'000'000};
        region.finalizers = 2;
        region.obligations.insert_or_assign({{{1}}, 1}, {});
        QCOMPARE(recorder::regionTexts(region),
                 (std::vector<std::string>{"closing", "verdict panicked", "1 child", "3 restarts",
                                           "gave up", "cancelled: shutdown, until 1ms",
                                           "left: 1 turn, until 5s", "2 finalizers",
                                           "1 open obligation"}));
    }

    void aGroupThatIsRestartedIsCounted() {
        Region region;
        region.restarting = {{{{1}}, MemberPart::kGone, false},
                             {{{2}}, MemberPart::kRests, true},
                             {{{3}}, MemberPart::kAsked, true},
                             {{{4}}, MemberPart::kLives, true}};
        QCOMPARE(recorder::regionTexts(region),
                 (std::vector<std::string>{"open", "0 children",
                                           "restarts a group: 2 have to end, 1 waits for it"}));
    }

    void aRegionOfAnOlderTraceIsReadLikeOneOfToday() {
        OlderRegion older;
        older.phase = RegionPhase::kClosing;
        older.cancel = CancelReason::kShutdown;
        older.children = 7;
        older.obligations.insert_or_assign(
            {{{1}}, 5}, {ObligationKind::kAck, "a seat", {}, true, {}, {}, {{{9}}}});
        TypeTable types;
        value::TypeBuilder builder{types};
        const TypeIndex type = builder.add<OlderRegion>();
        QVERIFY(types.at(type).hash != value::typeInfo<Region>().hash);
        QVERIFY(recorder::isRegionType(types, type));
        const Bytes bytes = value::encoded(older);
        const auto state = value::StateValue::decode(types, type, bytes);
        QVERIFY(state.ok());
        for (const auto& region : {recorder::regionFrom(types, type, bytes),
                                   recorder::regionFrom(types, type, *state)}) {
            QVERIFY2(region.has_value(), std::to_string(types.at(type).hash).c_str());
            QCOMPARE(region->phase, RegionPhase::kClosing);
            QCOMPARE(region->cancel, CancelReason::kShutdown);
            QCOMPARE(region->children, 7u);
            QVERIFY(region->restarting.empty());
            QCOMPARE(region->obligations.size(), std::size_t{1});
        }
        const auto open = recorder::obligationsIn(types, type, *state);
        QCOMPARE(open.size(), std::size_t{1});
        QCOMPARE(open[0].second.name, std::string{"a seat"});
    }
};

QTEST_GUILESS_MAIN(TstRegionText)
#include "tst_region_text.moc"
