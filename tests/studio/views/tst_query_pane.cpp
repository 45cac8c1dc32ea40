// The pane of questions in SQL, driven by keys and mouse.
#include "studio/views/query_pane.h"
#include "studio/views/sql_edit.h"
#include "studio/views/status_card.h"

#include <QAbstractItemView>
#include <QClipboard>
#include <QCompleter>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QToolButton>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

std::shared_ptr<const QueryAnswer> someAnswer() {
    auto answer = std::make_shared<QueryAnswer>();
    answer->columns = {"position", "actor"};
    for (const char* position : {"7", "9"}) {
        answer->cells.push_back({QueryCell::Kind::kNumber, position});
        answer->cells.push_back({QueryCell::Kind::kText, "bank/teller"});
    }
    answer->tookMs = 1.5;
    return answer;
}

std::vector<QueryTable> someTables() {
    return {{"failure", "What went wrong", {{"position", "number of the event"}}},
            {"message", "Messages", {{"receiver", "path"}, {"receiver_type", "type"}}}};
}

/// What the card of the pane says, title first, and its button; empty: it is not there.
QStringList cardOf(QueryPane& pane) {
    QStringList out;
    if (pane.card().isHidden()) return out;
    for (const QLabel* label : pane.card().findChildren<QLabel*>()) out << label->text();
    return out;
}

QToolButton* actionOf(QueryPane& pane) {
    for (QToolButton* each : pane.card().findChildren<QToolButton*>())
        if (!each->text().isEmpty() && !each->isHidden()) return each;
    return nullptr;
}

struct Shown {
    Shown() {
        pane.setTables(someTables());
        pane.resize(700, 400);
        pane.show();
        edit = pane.findChild<SqlEdit*>();
        table = pane.findChild<QTableView*>();
    }
    QueryPane pane;
    SqlEdit* edit = nullptr;
    QTableView* table = nullptr;
};

}  // namespace

class TestQueryPane : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void ctrlReturnAsks() {
        Shown shown;
        QSignalSpy asked{&shown.pane, &QueryPane::asked};
        QTest::keyClicks(shown.edit, QStringLiteral("SELECT 1 "));
        QTest::keyClick(shown.edit, Qt::Key_Return, Qt::ControlModifier);
        QCOMPARE(asked.size(), 1);
        QCOMPARE(asked[0][0].toString(), QStringLiteral("SELECT 1"));
        QVERIFY(shown.pane.isAsking());
        shown.pane.setAnswer(someAnswer());
        QVERIFY(!shown.pane.isAsking());
        QCOMPARE(shown.pane.verdict(), QStringLiteral("2 rows, in 1.5 ms"));
        QCOMPARE(shown.pane.rows().rowCount(), 2);
    }

    void nothingIsNotAsked() {
        Shown shown;
        QSignalSpy asked{&shown.pane, &QueryPane::asked};
        QTest::keyClicks(shown.edit, QStringLiteral("  "));
        QTest::keyClick(shown.edit, Qt::Key_Return, Qt::ControlModifier);
        QCOMPARE(asked.size(), 0);
        QVERIFY(!shown.pane.isAsking());
        QVERIFY(!shown.pane.verdict().isEmpty());
    }

    void theButtonAsksAndThenCancels() {
        Shown shown;
        QSignalSpy asked{&shown.pane, &QueryPane::asked};
        QSignalSpy cancelled{&shown.pane, &QueryPane::cancelRequested};
        QPushButton* button = nullptr;
        for (QPushButton* each : shown.pane.findChildren<QPushButton*>())
            if (each->text() == QStringLiteral("Ask")) button = each;
        QVERIFY(button != nullptr);
        QTest::keyClicks(shown.edit, QStringLiteral("SELECT 1"));
        QTest::mouseClick(button, Qt::LeftButton);
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(asked.size(), 1);
        QCOMPARE(cancelled.size(), 1);
    }

    void aRowLeadsToItsMoment() {
        Shown shown;
        QSignalSpy wanted{&shown.pane, &QueryPane::positionRequested};
        shown.pane.setAnswer(someAnswer());
        const QRect cell = shown.table->visualRect(shown.pane.rows().index(1, 1));
        QTest::mouseClick(shown.table->viewport(), Qt::LeftButton, {}, cell.center());
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted[0][0].toULongLong(), 9u);
    }

    void chosenRowsAreCopied() {
        Shown shown;
        shown.pane.setAnswer(someAnswer());
        shown.table->selectRow(1);
        QTest::keyClick(&shown.pane, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(),
                 QStringLiteral("position\tactor\n9\tbank/teller\n"));
    }

    void errorsAndMoreRowsAreSaid() {
        Shown shown;
        auto wrong = std::make_shared<QueryAnswer>();
        wrong->error = "no such column: balanse";
        shown.pane.setAnswer(wrong);
        QCOMPARE(shown.pane.verdict(), QStringLiteral("no such column: balanse"));
        auto many = std::make_shared<QueryAnswer>(*someAnswer());
        many->stop = QueryAnswer::Stop::kRows;
        shown.pane.setAnswer(many);
        QVERIFY(shown.pane.verdict().startsWith(QStringLiteral("The first 2 rows")));
        QVERIFY(!cardOf(shown.pane).isEmpty());
        auto damaged = std::make_shared<QueryAnswer>(*someAnswer());
        damaged->error = "the EVNT chunk at offset 64 is damaged";
        shown.pane.setAnswer(damaged);
        QVERIFY(shown.pane.verdict().contains(QStringLiteral("offset 64")));
        QCOMPARE(shown.pane.rows().rowCount(), 2);
    }

    void whatWasStoppedIsACardThatSaysWhatToDo_data() {
        using Stop = QueryAnswer::Stop;
        QTest::addColumn<Stop>("stop");
        QTest::addColumn<QueryBudget>("budget");
        QTest::addColumn<int>("rows");
        QTest::addColumn<QStringList>("title");
        QTest::addColumn<QStringList>("cause");
        QTest::addColumn<QString>("action");
        const auto row = [](const char* name, Stop stop, const QueryBudget& budget, int rows,
                            const char* title, const QStringList& cause, const char* action) {
            QTest::newRow(name) << stop << budget << rows << QStringList{QString::fromUtf8(title)}
                                << cause << QString::fromUtf8(action);
        };
        const QString between = QStringLiteral("WHERE position BETWEEN");
        const QueryBudget few{std::chrono::seconds{60}, 2};
        row("time, rows", Stop::kTime, {}, 2, "Stopped after 1 min",
            {between, QStringLiteral("The 2 rows that had come by then are shown.")},
            "Run without the limit");
        row("time, no row", Stop::kTime, {}, 0, "Stopped after 1 min",
            {between, QStringLiteral("No row had come by then.")}, "Run without the limit");
        row("rows", Stop::kRows, few, 2, "Stopped after 2 rows", {between, QStringLiteral("LIMIT")},
            "Show up to 1,000,000 rows");
        row("rows, no more", Stop::kRows, QueryBudget::unlimited(), 2, "Stopped after 2 rows",
            {between, QStringLiteral("--csv")}, "");
        row("bytes", Stop::kBytes, {}, 2, "67.1 MB", {QStringLiteral("--csv")}, "");
        row("by hand", Stop::kCancelled, {}, 1, "Cancelled after 1.5 ms",
            {between, QStringLiteral("The row that had come by then is shown.")},
            "Run without the limit");
        row("by hand, at last", Stop::kCancelled, QueryBudget::unlimited(), 0,
            "Cancelled after 1.5 ms", {between}, "");
    }

    void whatWasStoppedIsACardThatSaysWhatToDo() {
        QFETCH(QueryAnswer::Stop, stop);
        QFETCH(QueryBudget, budget);
        QFETCH(int, rows);
        QFETCH(QStringList, title);
        QFETCH(QStringList, cause);
        QFETCH(QString, action);
        Shown shown;
        auto answer = std::make_shared<QueryAnswer>(*someAnswer());
        answer->sql = "SELECT position, actor FROM event";
        answer->stop = stop;
        answer->budget = budget;
        answer->error = stop == QueryAnswer::Stop::kTime ? "stopped after 60s" : "";
        answer->cells.resize(static_cast<std::size_t>(rows) * 2);
        QSignalSpy asked{&shown.pane, &QueryPane::asked};
        shown.pane.setAnswer(answer);
        const QStringList words = cardOf(shown.pane);
        QCOMPARE(words.size(), 2);
        for (const QString& each : title) QVERIFY2(words[0].contains(each), qPrintable(words[0]));
        for (const QString& each : cause) QVERIFY2(words[1].contains(each), qPrintable(words[1]));
        QCOMPARE(shown.pane.rows().rowCount(), rows);
        QToolButton* const button = actionOf(shown.pane);
        QCOMPARE(button != nullptr ? button->text() : QString(), action);
        if (button == nullptr) return;
        // What was stopped is asked again, not what is being typed.
        QTest::keyClicks(shown.edit, QStringLiteral("SELECT 1"));
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(asked.size(), 1);
        QCOMPARE(asked[0][0].toString(), QString::fromStdString(answer->sql));
        QVERIFY(asked[0][1].value<QueryBudget>() == QueryBudget::unlimited());
        QVERIFY(cardOf(shown.pane).isEmpty());
        // And another one has the limit again.
        shown.pane.ask(QStringLiteral("SELECT 2"));
        QVERIFY(asked[1][1].value<QueryBudget>() == QueryBudget{});
    }

    void namesAreCompleted() {
        Shown shown;
        QVERIFY(QTest::qWaitForWindowExposed(&shown.pane));
        shown.edit->setFocus();
        QTest::keyClicks(shown.edit, QStringLiteral("SELECT rec"));
        QAbstractItemView* const popup = shown.edit->completer().popup();
        QTRY_VERIFY(popup->isVisible());
        QCOMPARE(shown.edit->completer().completionCount(), 2);
        QTest::keyClick(popup, Qt::Key_Return);
        QCOMPARE(shown.pane.question(), QStringLiteral("SELECT receiver"));
        QVERIFY(!popup->isVisible());
    }

    void whatWasAskedIsRememberedOnce() {
        Shown shown;
        QSignalSpy changed{&shown.pane, &QueryPane::askedBeforeChanged};
        for (const char* sql : {"SELECT 1", "SELECT 2", "SELECT 1"})
            shown.pane.ask(QString::fromUtf8(sql));
        QCOMPARE(shown.pane.askedBefore(),
                 (QStringList{QStringLiteral("SELECT 1"), QStringLiteral("SELECT 2")}));
        QCOMPARE(changed.size(), 3);
        for (int i = 0; i < 40; ++i) shown.pane.ask(QStringLiteral("SELECT %1").arg(i));
        QCOMPARE(shown.pane.askedBefore().size(), 20);
    }

    void anAnswerIsKeptUnderANameByKeyboard() {
        Shown shown;
        QVERIFY(QTest::qWaitForWindowExposed(&shown.pane));
        QSignalSpy kept{&shown.pane, &QueryPane::keepRequested};
        auto answer = std::make_shared<QueryAnswer>(*someAnswer());
        answer->sql = "SELECT position, actor\nFROM failure";
        shown.pane.setAnswer(answer);
        QTest::keyClicks(shown.edit, QStringLiteral("SELECT something else"));
        QTest::mouseClick(&shown.pane.keepButton(), Qt::LeftButton);
        QLineEdit& name = shown.pane.nameEdit();
        QVERIFY(name.isVisible());
        QCOMPARE(name.text(), QStringLiteral("position, actor"));
        // Typed over what was proposed.
        QTest::keyClicks(&name, QStringLiteral("  what  failed "));
        QTest::keyClick(&name, Qt::Key_Return);
        QCOMPARE(kept.size(), 1);
        // What is shown is kept, not what is being typed.
        QCOMPARE(kept[0][0].value<KeptQuery>(), (KeptQuery{"what failed", answer->sql}));
        QVERIFY(!name.isVisible());
    }

    void escLeavesTheNameAndNothingIsKept() {
        Shown shown;
        QVERIFY(QTest::qWaitForWindowExposed(&shown.pane));
        QSignalSpy kept{&shown.pane, &QueryPane::keepRequested};
        shown.pane.setAnswer(someAnswer());
        shown.pane.beginKeeping();
        QTest::keyClick(&shown.pane.nameEdit(), Qt::Key_Escape);
        QVERIFY(!shown.pane.nameEdit().isVisible());
        QCOMPARE(kept.size(), 0);
    }

    void whatLeadsNowhereIsNotKept() {
        Shown shown;
        shown.pane.beginKeeping();
        QVERIFY(!shown.pane.nameEdit().isVisible());
        auto answer = std::make_shared<QueryAnswer>();
        answer->columns = {"n"};
        answer->cells = {{QueryCell::Kind::kNumber, "7"}};
        shown.pane.setAnswer(answer);
        shown.pane.beginKeeping();
        QVERIFY(!shown.pane.nameEdit().isVisible());
        QVERIFY2(shown.pane.verdict().contains(QStringLiteral("position")),
                 qPrintable(shown.pane.verdict()));
    }

    void aRowWithoutAPositionLeadsToItsActor() {
        Shown shown;
        QSignalSpy positions{&shown.pane, &QueryPane::positionRequested};
        QSignalSpy actors{&shown.pane, &QueryPane::actorRequested};
        auto answer = std::make_shared<QueryAnswer>();
        answer->columns = {"actor", "n"};
        answer->cells = {{QueryCell::Kind::kText, "bank"}, {QueryCell::Kind::kNumber, "7"}};
        shown.pane.setAnswer(answer);
        const auto click = [&](int column) {
            const QRect cell = shown.table->visualRect(shown.pane.rows().index(0, column));
            QTest::mouseClick(shown.table->viewport(), Qt::LeftButton, {}, cell.center());
        };
        click(1);
        QCOMPARE(positions.size(), 0);
        QCOMPARE(actors.size(), 1);
        QCOMPARE(actors[0][0].toString(), QStringLiteral("bank"));
        QVERIFY(!actors[0][1].toBool());
    }

    void anotherTraceTakesTheAnswerAway() {
        Shown shown;
        shown.pane.setAnswer(someAnswer());
        shown.pane.clearAnswer();
        QCOMPARE(shown.pane.rows().rowCount(), 0);
        QVERIFY(!shown.pane.verdict().isEmpty());
        // Nobody answers any more what was asked about the one before.
        shown.pane.ask(QStringLiteral("SELECT 1"));
        shown.pane.clearAnswer();
        QVERIFY(!shown.pane.isAsking());
    }
};

QTEST_MAIN(TestQueryPane)
#include "tst_query_pane.moc"
