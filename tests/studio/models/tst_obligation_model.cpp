// The rows of obligations: which there are at a moment, and what each says of its life.
#include "studio/models/obligation_model.h"
#include "studio/session/obligation_builder.h"
#include "tests/studio/support/fake_trace.h"
#include "tests/studio/support/sample_trace.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;
using namespace ariadne::tests;

namespace {

ObligationStory story(std::uint64_t ordinal, std::uint64_t madeAt) {
    ObligationStory out;
    out.name = {{2}, ordinal, false};
    out.region = {1};
    out.what = "lease 'seat " + std::to_string(ordinal) + "'";
    out.madeAt = {madeAt};
    out.madeTime = {static_cast<std::int64_t>(madeAt) * 1'000'000};
    out.hands = {{{2}, {madeAt}}, {{3}, {madeAt + 1}}};
    return out;
}

/// Seats 1 to 3, made at 10, 20 and 30; the second leaks at 25, the third at 60.
std::shared_ptr<const ObligationList> threeSeats() {
    auto list = std::make_shared<ObligationList>();
    list->all = {story(1, 10), story(2, 20), story(3, 30)};
    for (const auto& [at, when] : {std::pair{1u, 25u}, std::pair{2u, 60u}}) {
        list->all[at].resolvedAt = {when};
        list->all[at].resolution = Resolution::kLeaked;
        list->all[at].resolveCause = {when - 1};
        list->all[at].holderEnded = true;
        list->all[at].regionClosedAt = {when + 5};
        list->leaks.push_back(at);
    }
    return list;
}

std::shared_ptr<const Moment> momentAt(std::uint64_t position,
                                       std::initializer_list<std::uint64_t> open) {
    auto out = std::make_shared<Moment>();
    out->position = out->world.position = {position};
    out->time = out->world.time = {static_cast<std::int64_t>(position) * 1'000'000};
    for (const std::uint64_t ordinal : open)
        out->world.obligations[{{2}, ordinal}] = {{1}, {3}, {ordinal * 10 + 1}};
    return out;
}

/// A line for each row, its parts between bars; steps are indented, what comes later is in
/// brackets.
QString dump(const ObligationModel& model) {
    QStringList lines;
    const auto line = [&](const QModelIndex& row, const QString& indent) {
        QStringList parts;
        for (int c = 0; c < model.columnCount(); ++c)
            parts << row.siblingAtColumn(c).data().toString();
        const bool later = row.data(ObligationModel::kLaterRole).toBool();
        lines << indent + (later ? QStringLiteral("(") : QString()) +
                     parts.join(QStringLiteral(" | ")) + (later ? QStringLiteral(")") : QString());
    };
    for (int row = 0; row < model.rowCount(); ++row) {
        const QModelIndex top = model.index(row, 0);
        line(top, {});
        for (int step = 0; step < model.rowCount(top); ++step)
            line(model.index(step, 0, top), QStringLiteral("  "));
    }
    return lines.join(QLatin1Char('\n'));
}

QStringList topsOf(const ObligationModel& model) {
    QStringList out;
    for (int row = 0; row < model.rowCount(); ++row) {
        const QModelIndex top = model.index(row, 0);
        out << top.data().toString() + QStringLiteral(": ") +
                   top.siblingAtColumn(ObligationModel::kAge).data().toString();
    }
    return out;
}

}  // namespace

class TestObligationModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void leaksStandFirstThenWhatIsOpenHere() {
        ObligationModel model;
        QAbstractItemModelTester tester(&model);
        model.setActors(fake::actors(3));
        QVERIFY(model.isEmpty());
        model.setList(threeSeats());
        QVERIFY(!model.isEmpty());
        model.setMoment(momentAt(40, {1, 3}));
        QCOMPARE(dump(model), QStringLiteral("lease 'seat 2' | bank/teller#2 | leaked\n"
                                             "  made by | bank/teller#1 | @20\n"
                                             "  in the ledger of | bank | @1\n"
                                             "  passed on to | bank/teller#2 | @21\n"
                                             "  its holder ended | bank/teller#2 | @24\n"
                                             "  leaked from | bank | @25\n"
                                             "  closed without it | bank | @30\n"
                                             "lease 'seat 3' | bank/teller#2 | 10 ms\n"
                                             "  made by | bank/teller#1 | @30\n"
                                             "  in the ledger of | bank | @1\n"
                                             "  passed on to | bank/teller#2 | @31\n"
                                             "  (its holder ended | bank/teller#2 | @59)\n"
                                             "  (leaked from | bank | @60)\n"
                                             "  (closed without it | bank | @65)\n"
                                             "lease 'seat 1' | bank/teller#2 | 30 ms\n"
                                             "  made by | bank/teller#1 | @10\n"
                                             "  in the ledger of | bank | @1\n"
                                             "  passed on to | bank/teller#2 | @11"));
        QCOMPARE(model.summary(), QStringLiteral("2 leaked, 2 open"));
    }

    /// Of more hands than are kept the last is told behind how many are left out.
    void aLongWayIsCountedAndNotListed() {
        constexpr std::uint64_t kPassed = 1000;
        auto list = std::make_shared<ObligationList>();
        list->all = {story(1, 10)};
        ObligationStory& way = list->all.front();
        way.hands = {{{2}, {10}}};
        for (std::uint64_t i = 0; i < kPassed; ++i)
            way.passTo({{static_cast<std::uint32_t>(2 + i % 2)}, {11 + i}});
        ObligationModel model;
        QAbstractItemModelTester tester(&model);
        model.setActors(fake::actors(3));
        model.setList(list);
        model.setMoment(momentAt(2000, {1}));
        const QModelIndex top = model.index(0, 0);
        // Made by, in the ledger of, and all hands but the first, which is its maker's.
        QCOMPARE(model.rowCount(top), static_cast<int>(ObligationStory::kHandsMax + 1));
        const QModelIndex last = model.index(model.rowCount(top) - 1, 0, top);
        QCOMPARE(last.data().toString(), QStringLiteral("passed on 745 times more, then to"));
        QCOMPARE(last.siblingAtColumn(ObligationModel::kAge).data().toString(),
                 QStringLiteral("@1,010"));
        const QString tip = top.data(Qt::ToolTipRole).toString();
        QCOMPARE(tip.count(QStringLiteral("<br>")), 14);
        QVERIFY2(tip.contains(QStringLiteral("… and 245 steps more, then")), qPrintable(tip));
        QVERIFY2(tip.contains(QStringLiteral("passed on 745 times more")), qPrintable(tip));
    }

    void aMomentBeforeALeakSaysThatItComesLater() {
        ObligationModel model;
        QAbstractItemModelTester tester(&model);
        model.setActors(fake::actors(3));
        model.setList(threeSeats());
        model.setMoment(momentAt(12, {1}));
        QCOMPARE(topsOf(model), (QStringList{QStringLiteral("lease 'seat 2': later"),
                                             QStringLiteral("lease 'seat 3': later"),
                                             QStringLiteral("lease 'seat 1': 2 ms")}));
        QVERIFY(model.index(0, 0).data(ObligationModel::kLaterRole).toBool());
        QVERIFY(!model.index(2, 0).data(ObligationModel::kLaterRole).toBool());
        QVERIFY(model.index(0, 0).data(ObligationModel::kLeakRole).toBool());
        QVERIFY(model.markOf(model.index(0, 0)) != model.markOf(model.index(2, 0)));
    }

    void everyRowLeadsToItsEvent() {
        ObligationModel model;
        model.setActors(fake::actors(3));
        model.setList(threeSeats());
        model.setMoment(momentAt(40, {1, 3}));
        const auto leads = [&](const QModelIndex& index) {
            return index.data(ObligationModel::kPositionRole).toULongLong();
        };
        QCOMPARE(leads(model.index(0, 0)), 25ull);  // where it leaked
        QCOMPARE(leads(model.index(2, 0)), 10ull);  // where it was made
        QCOMPARE(leads(model.index(3, 0, model.index(0, 0))), 24ull);
        QCOMPARE(model.index(3, 0, model.index(0, 0)).data(ObligationModel::kRankRole).toUInt(),
                 3u);
    }

    void theSameObligationsStayWhereTheyAre() {
        ObligationModel model;
        model.setActors(fake::actors(3));
        model.setList(threeSeats());
        model.setMoment(momentAt(40, {1, 3}));
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
        model.setMoment(momentAt(50, {1, 3}));
        QCOMPARE(resets.size(), 0);
        QCOMPARE(changes.size(), 1);
        QCOMPARE(topsOf(model)[2], QStringLiteral("lease 'seat 1': 40 ms"));
        model.setMoment(momentAt(62, {1}));
        QCOMPARE(resets.size(), 0);  // it leaked, and stays
        QCOMPARE(topsOf(model)[1], QStringLiteral("lease 'seat 3': leaked"));
        model.setMoment(momentAt(70, {}));
        QCOMPARE(resets.size(), 1);
        QCOMPARE(model.rowCount(), 2);
    }

    void whatTheListDoesNotKnowIsSaidAsTheWorldHasIt() {
        ObligationModel model;
        QAbstractItemModelTester tester(&model);
        model.setActors(fake::actors(3));
        model.setMoment(momentAt(100, {9}));
        QCOMPARE(dump(model), QStringLiteral("obligation 9 | bank/teller#2 | \n"
                                             "  made by | bank/teller#1 | \n"
                                             "  in the ledger of | bank | @1\n"
                                             "  held by | bank/teller#2 | @91"));
        QCOMPARE(model.summary(), QStringLiteral("1 open"));
    }

    void theFilterLooksAtNamesAndAllPathsOfALife() {
        ObligationModel model;
        QAbstractItemModelTester tester(&model);
        model.setActors(fake::actors(3));
        model.setList(threeSeats());
        model.setMoment(momentAt(40, {1, 3}));
        model.setFilter(QStringLiteral("Seat 3"));
        QCOMPARE(topsOf(model), QStringList{QStringLiteral("lease 'seat 3': 10 ms")});
        QCOMPARE(model.summary(), QStringLiteral("1 leaked, 1 open"));
        model.setFilter(QStringLiteral("teller#1"));  // made them all
        QCOMPARE(model.rowCount(), 3);
        model.setFilter(QStringLiteral("teller#3"));
        QCOMPARE(model.rowCount(), 0);
        QVERIFY(!model.isEmpty());
        model.setFilter({});
        QCOMPARE(model.rowCount(), 3);
    }

    void ofVeryManyTheOldestAreShown() {
        auto moment = std::make_shared<Moment>();
        moment->position = moment->world.position = {1'000'000};
        constexpr std::uint64_t kMany = ObligationModel::kShownMax + 10;
        for (std::uint64_t ordinal = 1; ordinal <= kMany; ++ordinal)
            moment->world.obligations[{{2}, ordinal}] = {{1}, {3}, {kMany + 1 - ordinal}};
        ObligationModel model;
        model.setActors(fake::actors(3));
        model.setMoment(moment);
        QCOMPARE(model.rowCount(), static_cast<int>(ObligationModel::kShownMax));
        QCOMPARE(model.index(0, 0).data(ObligationModel::kPositionRole).toULongLong(), 1ull);
        QCOMPARE(model.summary(), QStringLiteral("5,010 open, the first 5,000 of each are shown"));
    }

    void theForgottenPermitOfASampleTellsWhereItsBookingClosedWithoutIt() {
        SampleTrace trace{"bookings", {{"forget", "true"}}};
        ObligationBuilder builder;
        for (Position at{1}; at <= trace.last(); ++at.value)
            builder.add(*trace.open().history, trace.rowAt(at));
        ObligationModel model;
        QAbstractItemModelTester tester(&model);
        model.setActors(trace.actorList());
        model.setList(builder.list());
        model.setMoment(std::make_shared<const Moment>(trace.momentAt(trace.last())));
        QCOMPARE(model.summary(), QStringLiteral("14 leaked, 0 open"));
        const QModelIndex leak = model.index(0, 0);
        QCOMPARE(leak.data().toString(), QStringLiteral("permit for the mailbox of bookings"));
        QCOMPARE(leak.siblingAtColumn(ObligationModel::kWho).data().toString(),
                 QStringLiteral("bookings/booking/inquiry#2"));
        QStringList steps;
        for (int step = 0; step < model.rowCount(leak); ++step) {
            const QModelIndex row = model.index(step, 0, leak);
            steps << row.data().toString() + QLatin1Char(' ') +
                         row.siblingAtColumn(ObligationModel::kWho).data().toString();
        }
        QCOMPARE(steps, (QStringList{QStringLiteral("made by bookings/booking/inquiry#2"),
                                     QStringLiteral("in the ledger of bookings/booking"),
                                     QStringLiteral("its holder ended bookings/booking/inquiry#2"),
                                     QStringLiteral("leaked from bookings/booking"),
                                     QStringLiteral("closed without it bookings/booking")}));
    }
};

QTEST_GUILESS_MAIN(TestObligationModel)
#include "tst_obligation_model.moc"
