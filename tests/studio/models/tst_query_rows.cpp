// The answer to a question in SQL as a table.
#include "studio/models/query_rows.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

QueryCell number(const char* text) {
    return {QueryCell::Kind::kNumber, text};
}
QueryCell text(const char* text) {
    return {QueryCell::Kind::kText, text};
}

std::shared_ptr<const QueryAnswer> answerOf(std::vector<std::string> columns,
                                            std::vector<QueryCell> cells) {
    auto answer = std::make_shared<QueryAnswer>();
    answer->columns = std::move(columns);
    answer->cells = std::move(cells);
    return answer;
}

std::uint64_t momentAt(const QueryRows& rows, int row, int column) {
    return rows.momentOf(rows.index(row, column)).value_or(Position{}).value;
}

}  // namespace

class TestQueryRows : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothingAskedIsAnEmptyTable() {
        QueryRows rows;
        const QAbstractItemModelTester tester{&rows};
        QCOMPARE(rows.rowCount(), 0);
        QCOMPARE(rows.columnCount(), 0);
        QVERIFY(!rows.momentOf({}));
        QCOMPARE(rows.asText(0, 10), QString());
    }

    void cellsAreShownByTheirKind() {
        QueryRows rows;
        const QAbstractItemModelTester tester{&rows};
        rows.setAnswer(answerOf({"n", "t", "none"}, {number("12"), text("<b>x</b>"), {}}));
        QCOMPARE(rows.rowCount(), 1);
        QCOMPARE(rows.index(0, 0).data().toString(), QStringLiteral("12"));
        QVERIFY(rows.index(0, 0).data(Qt::TextAlignmentRole).toInt() & Qt::AlignRight);
        QCOMPARE(rows.index(0, 1).data().toString(), QStringLiteral("<b>x</b>"));
        QVERIFY(!rows.index(0, 1).data(Qt::ToolTipRole).isValid());
        QCOMPARE(rows.index(0, 2).data().toString(), QStringLiteral("NULL"));
        QCOMPARE(rows.headerData(1, Qt::Horizontal, Qt::DisplayRole).toString(),
                 QStringLiteral("t"));
    }

    void aRowLeadsToItsMoment() {
        QueryRows rows;
        rows.setAnswer(answerOf({"actor", "cause", "position", "arg", "taken_at"}, {text("a"),
                                                                                    number("3"),
                                                                                    number("17"),
                                                                                    number("99"),
                                                                                    {},
                                                                                    text("b"),
                                                                                    {},
                                                                                    number("18"),
                                                                                    number("99"),
                                                                                    number("20")}));
        QCOMPARE(momentAt(rows, 0, 0), 17u);  // of its row
        QCOMPARE(momentAt(rows, 0, 1), 3u);   // itself one
        QCOMPARE(momentAt(rows, 0, 3), 17u);  // a number, and no position
        QCOMPARE(momentAt(rows, 0, 4), 17u);  // NULL
        QCOMPARE(momentAt(rows, 1, 1), 18u);
        QCOMPARE(momentAt(rows, 1, 4), 20u);
    }

    void withoutAPositionAnotherMomentOfTheRowWillDo() {
        QueryRows rows;
        rows.setAnswer(answerOf({"kind", "resolved_at"}, {text("permit"), number("40")}));
        QCOMPARE(momentAt(rows, 0, 0), 40u);
        rows.setAnswer(answerOf({"kind", "n"}, {text("permit"), number("40")}));
        QCOMPARE(momentAt(rows, 0, 1), 0u);
    }

    void whatTheAnswerKnowsBesidesItsColumnsLeadsThere() {
        QueryRows rows;
        auto answer = std::make_shared<QueryAnswer>(
            *answerOf({"actor", "max(wait)"}, {text("bank"), number("7"), {}, number("1")}));
        answer->moments = {40, 0};
        rows.setAnswer(answer);
        QCOMPARE(momentAt(rows, 0, 1), 40u);
        QCOMPARE(momentAt(rows, 1, 1), 0u);
        QCOMPARE(rows.moments(), std::uint64_t{1});
        QCOMPARE(rows.index(0, 1).data(Qt::ToolTipRole).toString(),
                 QStringLiteral("Go to event 40"));
    }

    void aRowWithoutAPositionIsAboutItsActor() {
        QueryRows rows;
        rows.setAnswer(answerOf({"n", "actor"}, {number("7"), text("<bank>")}));
        QVERIFY(!rows.momentOf(rows.index(0, 0)));
        QVERIFY(rows.meansActor(rows.index(0, 0)));
        QCOMPARE(rows.actorOf(rows.index(0, 0)), std::optional{QStringLiteral("<bank>")});
        QCOMPARE(rows.index(0, 0).data(Qt::ToolTipRole).toString(),
                 QStringLiteral("<p>Go to &lt;bank&gt;</p>"));
        // Beside a position only its own path means an actor.
        rows.setAnswer(answerOf({"position", "actor"}, {number("7"), text("bank")}));
        QVERIFY(!rows.meansActor(rows.index(0, 0)));
        QVERIFY(rows.meansActor(rows.index(0, 1)));
        rows.setAnswer(answerOf({"position", "actor"}, {number("7"), {}}));
        QVERIFY(!rows.meansActor(rows.index(0, 1)));
    }

    void whatIsNoPositionLeadsNowhere_data() {
        QTest::addColumn<QString>("value");
        for (const char* value : {"0", "-4", "1.5", "99999999999999999999", ""})
            QTest::newRow(value) << QString::fromUtf8(value);
    }
    void whatIsNoPositionLeadsNowhere() {
        QFETCH(QString, value);
        QueryRows rows;
        rows.setAnswer(answerOf({"position"}, {number(value.toUtf8().constData())}));
        QVERIFY(!rows.momentOf(rows.index(0, 0)));
    }

    void rowsAreCopiedWithTheirNames() {
        QueryRows rows;
        rows.setAnswer(answerOf({"a", "b"},
                                {number("1"), text("x"), number("2"), {}, number("3"), text("z")}));
        QCOMPARE(rows.asText(1, 2), QStringLiteral("a\tb\n2\t\n3\tz\n"));
        QCOMPARE(rows.asText(-5, 0), QStringLiteral("a\tb\n1\tx\n"));
    }
};

QTEST_GUILESS_MAIN(TestQueryRows)
#include "tst_query_rows.moc"
