// Stories of obligations against what history says of the same trace.
#include "studio/session/obligation_builder.h"
#include "studio/session/row_walk.h"
#include "tests/studio/support/sample_trace.h"

#include <QTest>

#include <set>
#include <utility>

using namespace ariadne;
using namespace ariadne::studio;
using namespace ariadne::tests;

namespace {

std::shared_ptr<const ObligationList> listOf(SampleTrace& trace) {
    ObligationBuilder builder;
    for (Position at{1}; at <= trace.last(); ++at.value)
        builder.add(*trace.open().history, trace.rowAt(at));
    return std::move(builder).list();
}

bool isOpenAt(const ObligationStory& story, Position at) {
    return !story.name.isAnswer && story.madeAt <= at &&
           (story.resolvedAt.value == 0 || story.resolvedAt > at);
}

/// The holder at a position, by the hands.
Rank holderAt(const ObligationStory& story, Position at) {
    Rank holder;
    for (const ObligationStory::Hand& hand : story.hands)
        if (hand.since <= at) holder = hand.holder;
    return holder;
}

/// "region maker#ordinal held by holder since event", of all open ones.
std::set<std::string> openOf(const ObligationList& list, Position at) {
    std::set<std::string> out;
    for (const ObligationStory& story : list.all) {
        if (!isOpenAt(story, at)) continue;
        out.insert(std::to_string(story.region.value) + ' ' +
                   std::to_string(story.name.maker.value) + '#' +
                   std::to_string(story.name.ordinal) + " held by " +
                   std::to_string(holderAt(story, at).value));
    }
    return out;
}

std::set<std::string> openOf(const recorder::WorldMoment& world) {
    std::set<std::string> out;
    for (const auto& [id, open] : world.obligations)
        out.insert(std::to_string(open.region.value) + ' ' + std::to_string(id.first.value) + '#' +
                   std::to_string(id.second) + " held by " + std::to_string(open.holder.value));
    return out;
}

}  // namespace

class TestObligationBuilder : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsOpenIsWhatTheWorldHasOpenAtEveryPosition_data() {
        QTest::addColumn<QString>("program");
        QTest::addColumn<QString>("argument");
        QTest::newRow("bookings") << "bookings"
                                  << "forget";
        QTest::newRow("bookings, kept") << "bookings" << QString();
        QTest::newRow("dining") << "dining" << QString();
    }
    void whatIsOpenIsWhatTheWorldHasOpenAtEveryPosition() {
        QFETCH(QString, program);
        QFETCH(QString, argument);
        ArgumentTexts args;
        if (!argument.isEmpty()) args.emplace_back(argument.toStdString(), "true");
        SampleTrace trace{program.toStdString(), args};
        const auto list = listOf(trace);
        QVERIFY(!list->all.empty());
        for (Position at{0}; at <= trace.last(); ++at.value) {
            const auto world = trace.open().history->worldAt(at);
            QVERIFY(world.ok());
            QCOMPARE(openOf(*list, at), openOf(*world));
        }
    }

    void aLeakTellsItsWholePath() {
        SampleTrace trace{"bookings", {{"forget", "true"}}};
        const auto list = listOf(trace);
        QCOMPARE(list->leaks.size(), std::size_t{14});
        QCOMPARE(list->leftOut, std::uint64_t{0});
        Position before;
        for (const std::uint32_t at : list->leaks) {
            const ObligationStory& story = list->all[at];
            QVERIFY(story.resolvedAt > before);
            before = story.resolvedAt;
            QCOMPARE(list->find(story.name), &story);
            QCOMPARE(story.what, std::string{"permit for the mailbox of bookings"});
            QCOMPARE(trace.rowAt(story.madeAt).kind, EventKind::kReserve);
            QCOMPARE(story.hands.size(), std::size_t{1});
            QCOMPARE(story.hands[0].holder, story.name.maker);
            // The holder stopped with it, and the region closed without it.
            QVERIFY(story.holderEnded);
            const EventRow end = trace.rowAt(story.resolveCause);
            QCOMPARE(end.kind, EventKind::kStop);
            QCOMPARE(end.cell, story.hands[0].holder);
            const EventRow closed = trace.rowAt(story.regionClosedAt);
            QCOMPARE(closed.kind, EventKind::kRegion);
            QCOMPARE(closed.cell, story.region);
            QVERIFY(story.regionClosedAt > story.resolvedAt);
            QVERIFY(trace.actors()[story.region.value].path.starts_with("bookings/booking"));
        }
    }

    void aSeatIsItsHoldersFromTheBeginning() {
        SampleTrace trace{"bookings"};
        const auto list = listOf(trace);
        QVERIFY(list->leaks.empty());
        bool seen = false;
        for (const ObligationStory& story : list->all) {
            if (!story.what.starts_with("obligation 'seat ")) continue;
            seen = true;
            QCOMPARE(story.hands.size(), std::size_t{1});
            QVERIFY(story.hands[0].holder != story.name.maker);
            QCOMPARE(story.hands[0].since, story.madeAt);
        }
        QVERIFY(seen);
    }

    void aTraceThatBeginsAtASnapshotBeginsWithWhatIsOpenThere() {
        // It ends with five forks in five hands, and a snapshot of that.
        SampleTrace trace{"dining", {{"think", "0ns"}}};
        const auto whole = listOf(trace);
        const std::size_t last = trace.open().reader->snapshots().size() - 1;
        const Position base = trace.open().reader->snapshots()[last].position;
        const auto image = trace.open().reader->snapshot(last);
        QVERIFY(image.ok());
        ObligationBuilder builder;
        builder.begin(*trace.open().history, *image);
        const auto part = builder.list();
        std::size_t open = 0;
        for (const ObligationStory& story : whole->all) {
            const ObligationStory* const known = part->find(story.name);
            QCOMPARE(known != nullptr, isOpenAt(story, base));
            if (known == nullptr) continue;
            ++open;
            QCOMPARE(known->what, story.what);
            QCOMPARE(known->region, story.region);
            QCOMPARE(known->madeTime, story.madeTime);
            QCOMPARE(known->madeAt, Position{});
            QCOMPARE(known->hands.back().holder, holderAt(story, base));
        }
        QCOMPARE(open, std::size_t{5});
        // What becomes of it afterwards is told of it.
        EventRow row;
        row.kind = EventKind::kResolve;
        row.seq = {base.value + 9};
        row.cell = part->all[0].region;
        row.peer = part->all[0].name.maker;
        row.arg = part->all[0].name.ordinal;
        row.extra = static_cast<std::uint64_t>(Resolution::kLeaked);
        builder.add(*trace.open().history, row);
        QCOMPARE(builder.list()->leaks.size(), std::size_t{1});
        QCOMPARE(builder.list()->all[0].what, part->all[0].what);
    }

    void anAnswerThatStaysOwedIsNoObligationOfThatNumber() {
        SampleTrace trace{"bookings"};
        const Rank maker = trace.rankOf("bookings/suppliers/north");
        ObligationBuilder builder;
        EventRow made;
        made.kind = EventKind::kReserve;
        made.seq = {5};
        made.cell = trace.rankOf("bookings/suppliers");
        made.peer = maker;
        made.arg = 1;
        builder.add(*trace.open().history, made);
        EventRow owed;
        owed.kind = EventKind::kResolve;
        owed.seq = {9};
        owed.peer = maker;
        owed.arg = 1;
        owed.extra = static_cast<std::uint64_t>(Resolution::kLeaked);
        builder.add(*trace.open().history, owed);
        const auto list = builder.list();
        QCOMPARE(list->all.size(), std::size_t{2});
        QCOMPARE(list->leaks.size(), std::size_t{1});
        const ObligationStory& answer = list->all[list->leaks[0]];
        QVERIFY(answer.name.isAnswer);
        QCOMPARE(answer.what, std::string{"answer to ask 1"});
        QCOMPARE(list->find({maker, 1, false})->resolvedAt, Position{});
        QCOMPARE(builder.list(), list);  // nothing was added
    }

    void ofThoseThatEndedWellTheEarliestAreLeftOut() {
        SampleTrace trace{"bookings"};
        ObligationBuilder builder;
        EventRow row;
        row.cell = trace.rankOf("bookings/suppliers");
        row.peer = trace.rankOf("bookings/suppliers/north");
        const auto add = [&](EventKind kind, std::uint64_t ordinal, Resolution how) {
            row.kind = kind;
            row.arg = ordinal;
            row.extra = kind == EventKind::kResolve ? static_cast<std::uint64_t>(how) : 0;
            ++row.seq.value;
            builder.add(*trace.open().history, row);
        };
        constexpr std::uint64_t kMade = ObligationList::kKeptMax + 500;
        for (std::uint64_t i = 1; i <= kMade; ++i) {
            add(EventKind::kReserve, i, {});
            if (i == 3)
                add(EventKind::kResolve, i, Resolution::kLeaked);
            else if (i != 7)
                add(EventKind::kResolve, i, Resolution::kCommitted);
        }
        const auto list = builder.list();
        QCOMPARE(list->all.size(), ObligationList::kKeptMax);
        QCOMPARE(list->leftOut, std::uint64_t{500});
        QCOMPARE(list->leaks.size(), std::size_t{1});
        QVERIFY(list->find({row.peer, 3, false}) != nullptr);
        QVERIFY(list->find({row.peer, 7, false}) != nullptr);
        QVERIFY(list->find({row.peer, 1, false}) == nullptr);
        QVERIFY(list->find({row.peer, kMade, false}) != nullptr);
    }

    void rowsThatNameNobodyAreTakenWithoutHarm() {
        SampleTrace trace{"bookings"};
        ObligationBuilder builder;
        for (const EventKind kind : {EventKind::kReserve, EventKind::kTransfer, EventKind::kResolve,
                                     EventKind::kRegion, EventKind::kStop}) {
            EventRow row;
            row.kind = kind;
            row.seq = {4};
            row.cell = row.peer = {0xFFFFFFFF};
            row.arg = row.extra = ~std::uint64_t{0};
            builder.add(*trace.open().history, row);
        }
        QCOMPARE(builder.list()->all.size(), std::size_t{1});
    }
};

QTEST_GUILESS_MAIN(TestObligationBuilder)
#include "tst_obligation_builder.moc"
