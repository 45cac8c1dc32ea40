// Why an event is, as a table and as a sentence.
#include "studio/models/cause_rows.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

EventLine lineOf(std::uint64_t seq, EventKind kind, std::uint32_t cell) {
    EventLine line;
    line.seq = {seq};
    line.kind = kind;
    line.cell = {cell};
    line.text = "Take{amount: 3}";
    return line;
}

std::shared_ptr<CauseChain> someChain() {
    auto chain = std::make_shared<CauseChain>();
    chain->of = {40};
    chain->lines = {lineOf(40, EventKind::kFail, 1), lineOf(33, EventKind::kDeliver, 1),
                    lineOf(7, EventKind::kSend, 0)};
    return chain;
}

std::shared_ptr<const std::vector<ActorEntry>> actors() {
    auto out = std::make_shared<std::vector<ActorEntry>>();
    out->push_back({kOutside, kOutside, "outside", "", {}, false});
    out->push_back({{1}, kOutside, "bank/account", "Account", {}, false});
    return out;
}

}  // namespace

class TestCauseRows : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothingIsKnown() {
        CauseRows rows;
        const QAbstractItemModelTester tester{&rows};
        QCOMPARE(rows.rowCount(), 0);
        QCOMPARE(rows.summary(), QString());
        QCOMPARE(rows.rowOf({1}), -1);
        QVERIFY(!rows.positionAt(0));
    }

    void aChainIsReadFromTheEventBackwards() {
        CauseRows rows;
        const QAbstractItemModelTester tester{&rows};
        rows.setActors(actors());
        rows.setChain(someChain());
        QCOMPARE(rows.rowCount(), 3);
        QCOMPARE(rows.positionAt(0)->value, 40u);
        QCOMPARE(rows.positionAt(2)->value, 7u);
        QVERIFY(!rows.positionAt(3));
        QCOMPARE(rows.rowOf({33}), 1);
        QCOMPARE(rows.index(1, CauseRows::kActor).data().toString(),
                 QStringLiteral("bank/account"));
        QCOMPARE(rows.index(2, CauseRows::kActor).data().toString(), QStringLiteral("outside"));
        QVERIFY(rows.summary().startsWith(
            QStringLiteral("Event 40 goes back over 2 events to event 7")));
    }

    void anEventThatNothingLedTo() {
        auto chain = someChain();
        chain->lines.resize(1);
        CauseRows rows;
        rows.setChain(chain);
        QCOMPARE(rows.summary(), QStringLiteral("Nothing in the run led to event 40"));
    }

    void whatIsMissingIsSaid() {
        auto chain = someChain();
        chain->lines.back() = {};
        chain->lines.back().seq = {7};
        chain->lines.back().missingTo = {20};
        CauseRows rows;
        rows.setChain(chain);
        QVERIFY(!rows.positionAt(2));
        QCOMPARE(rows.summary(),
                 QStringLiteral(
                     "Event 40 goes back over one event; what led to that is not in the file"));
        QVERIFY(!rows.index(2, CauseRows::kMessage).data().toString().isEmpty());
    }

    void anEventThatIsMissingItselfHasNoWhy() {
        auto chain = someChain();
        chain->lines = {{}};
        chain->lines[0].seq = {40};
        chain->lines[0].missingTo = {60};
        CauseRows rows;
        rows.setChain(chain);
        QCOMPARE(rows.summary(),
                 QStringLiteral("Event 40 is not in the file, so nobody can say why it is"));
    }

    void aVeryLongOneSaysThatItGoesOn() {
        auto chain = someChain();
        chain->more = true;
        CauseRows rows;
        rows.setChain(chain);
        QVERIFY(rows.summary().endsWith(QStringLiteral("it goes on")));
    }

    void whoStandsInAChainIsFound() {
        const auto chain = someChain();
        for (const std::uint64_t in : {40u, 33u, 7u}) QVERIFY(chain->holds({in}));
        for (const std::uint64_t out : {41u, 39u, 8u, 6u, 0u}) QVERIFY(!chain->holds({out}));
    }
};

QTEST_GUILESS_MAIN(TestCauseRows)
#include "tst_cause_rows.moc"
