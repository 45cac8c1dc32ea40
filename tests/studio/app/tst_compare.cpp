// What of an actor changed since a mark, since the event before, and between two bookmarks.
#include "studio/app/main_window.h"
#include "studio/models/text.h"
#include "studio/views/bookmark_pane.h"
#include "studio/views/inspector.h"
#include "studio/views/query_pane.h"
#include "studio/views/state_tree.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QMenu>
#include <QPushButton>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include <algorithm>

using namespace ariadne;
using namespace ariadne::studio;

namespace {
constexpr int kPatienceMs = 60'000;
}

class TestCompare : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString trace_;
    std::unique_ptr<MainWindow> window_;

    void settle() {
        QTRY_VERIFY_WITH_TIMEOUT((window_->repaint(), window_->isSettled()), kPatienceMs);
    }
    Rank rankOf(const char* path) const {
        const auto& actors = *window_->summary()->actors;
        const auto at = std::find_if(actors.begin(), actors.end(),
                                     [&](const ActorEntry& actor) { return actor.path == path; });
        return at == actors.end() ? kOutside : at->rank;
    }
    StateTreeModel& state() { return window_->inspector().stateTree().model(); }
    QString cell(const char* field, int column) {
        return state()
            .indexOfPath(QString::fromUtf8(field))
            .siblingAtColumn(column)
            .data()
            .toString();
    }
    QString header() {
        return state()
            .headerData(StateTreeModel::kBefore, Qt::Horizontal, Qt::DisplayRole)
            .toString();
    }
    void markHere() {
        const std::size_t before = marks().size();
        QTest::keyClick(window_.get(), Qt::Key_M);
        QTRY_COMPARE_WITH_TIMEOUT(marks().size(), before + 1, kPatienceMs);
    }
    const std::vector<Bookmark>& marks() {
        return window_->bookmarksPane().rows().bookmarks()->all;
    }
    /// The entry that begins like this, of the menu that is open.
    void choose(const QString& begin) {
        auto* const menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        QVERIFY(menu != nullptr);
        for (QAction* action : menu->actions()) {
            if (!action->text().startsWith(begin)) continue;
            QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(action).center());
            return;
        }
        menu->close();
        QFAIL(qPrintable(begin));
    }
    std::vector<Position> writesOfBalance() {
        std::vector<Position> out;
        const auto& all = *window_->queryPane().rows().answer();
        for (std::size_t row = 0; row < all.rows(); ++row)
            out.push_back({std::stoull(all.at(row, 0).text)});
        return out;
    }

private Q_SLOTS:
    void initTestCase() {
        trace_ = folder_.filePath(QStringLiteral("one.clew"));
        recorder::RunRequest request;
        request.program = "lost_update";
        request.file = trace_.toStdString();
        auto run = recorder::ProgramRun::start(request);
        if (!run.ok()) qFatal("%s", std::string{run.status().message()}.c_str());
        while ((*run)->step()) {
        }
        if (const auto ended = (*run)->finish(""); !ended.ok())
            qFatal("%s", std::string{ended.status().message()}.c_str());
    }
    void init() {
        QFile::remove(trace_ + QStringLiteral(".notes"));
        window_ = std::make_unique<MainWindow>(folder_.filePath(QStringLiteral("studio.ini")));
        window_->resize(1480, 920);
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        window_->openFile(trace_);
        QTRY_VERIFY_WITH_TIMEOUT(window_->summary() != nullptr, kPatienceMs);
        settle();
        window_->select(rankOf("lost_update/account"));
        settle();
        window_->showQueryPane();
        window_->queryPane().ask(
            QStringLiteral("SELECT position FROM state_write WHERE actor = 'lost_update/account' "
                           "AND field = 'balance' ORDER BY position"));
        settle();
        QVERIFY(writesOfBalance().size() > 3);
    }
    void cleanup() { window_.reset(); }

    void aValueIsComparedWithAMarkByMouse() {
        const std::vector<Position> writes = writesOfBalance();
        window_->goTo(writes[1]);
        settle();
        const QString then = cell("balance", StateTreeModel::kValue);
        markHere();
        window_->goTo(writes[3]);
        settle();
        const QString now = cell("balance", StateTreeModel::kValue);
        QVERIFY(now != then);

        StateTree& tree = window_->inspector().stateTree();
        const QModelIndex row = state().indexOfPath(QStringLiteral("balance"));
        QTest::mouseClick(tree.viewport(), Qt::LeftButton, {}, tree.visualRect(row).center());
        QTest::keyClick(window_.get(), Qt::Key_B, Qt::ShiftModifier);
        choose(QStringLiteral("★ "));
        settle();
        QCOMPARE(cell("balance", StateTreeModel::kBefore), then);
        QCOMPARE(cell("balance", StateTreeModel::kValue), now);
        QCOMPARE(state().changeOf(state().indexOfPath(QStringLiteral("balance"))),
                 StateTreeModel::Change::kChanged);
        QVERIFY2(header().contains(groupedText(writes[1].value)), qPrintable(header()));
        // However one moves, it stays the same mark; at the mark nothing differs.
        window_->goTo(writes[2]);
        settle();
        QCOMPARE(cell("balance", StateTreeModel::kBefore), then);
        window_->goTo(writes[1]);
        settle();
        QCOMPARE(state().changeOf(state().indexOfPath(QStringLiteral("balance"))),
                 StateTreeModel::Change::kNone);
    }

    void theMenuOfAValueOffersIt() {
        StateTree& tree = window_->inspector().stateTree();
        const QModelIndex row = state().indexOfPath(QStringLiteral("balance"));
        Q_EMIT tree.customContextMenuRequested(tree.visualRect(row).center());
        choose(QStringLiteral("Compare with a mark"));
        auto* const marksMenu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        QVERIFY(marksMenu != nullptr);
        marksMenu->close();
    }

    void theEventBeforeMovesAlong() {
        const std::vector<Position> writes = writesOfBalance();
        window_->goTo(writes[2]);
        settle();
        const QString before = cell("balance", StateTreeModel::kBefore);
        QTest::mouseClick(&window_->inspector().baseButton(), Qt::LeftButton);
        choose(QStringLiteral("The event before"));
        settle();
        QCOMPARE(cell("balance", StateTreeModel::kBefore), before);
        // One event on nothing has changed since the one before.
        window_->goTo({writes[2].value + 1});
        settle();
        QCOMPARE(state().changeOf(state().indexOfPath(QStringLiteral("balance"))),
                 StateTreeModel::Change::kNone);
        QTest::mouseClick(&window_->inspector().baseButton(), Qt::LeftButton);
        choose(QStringLiteral("Its last turn"));
        settle();
        QCOMPARE(header(), QStringLiteral("Before"));
    }

    void betweenTwoBookmarks() {
        const std::vector<Position> writes = writesOfBalance();
        QStringList values;
        for (const std::size_t at : {std::size_t{0}, std::size_t{2}}) {
            window_->goTo(writes[at]);
            settle();
            values << cell("balance", StateTreeModel::kValue);
            markHere();
        }
        window_->goTo(writes.back());
        settle();
        window_->showBookmarksPane();
        auto* table = window_->bookmarksPane().findChild<QTableView*>();
        for (const int row : {1, 0}) {
            const QRect place = table->visualRect(table->model()->index(row, 1));
            QTest::mouseClick(table->viewport(), Qt::LeftButton,
                              row == 0 ? Qt::ControlModifier : Qt::NoModifier, place.center());
        }
        for (QPushButton* button : window_->bookmarksPane().findChildren<QPushButton*>())
            if (button->text() == QStringLiteral("Compare the two"))
                QTest::mouseClick(button, Qt::LeftButton);
        settle();
        QCOMPARE(window_->position(), writes[2]);
        QCOMPARE(cell("balance", StateTreeModel::kBefore), values[0]);
        QCOMPARE(cell("balance", StateTreeModel::kValue), values[1]);
    }

    void beforeItWasBornThereIsNothingToCompareWith() {
        window_->goTo({1});
        settle();
        markHere();
        window_->goTo(writesOfBalance()[1]);
        settle();
        QTest::mouseClick(&window_->inspector().baseButton(), Qt::LeftButton);
        choose(QStringLiteral("★ "));
        settle();
        QCOMPARE(cell("balance", StateTreeModel::kBefore), QString());
        QVERIFY(!cell("balance", StateTreeModel::kValue).isEmpty());
    }

    /// Of a longer recording of that name: its last event is meant, and it is found.
    void aMarkBehindTheEndStandsForTheEnd() {
        Q_EMIT window_->bookmarksPane().compareRequested({1, {1'000'000}, "far", ""}, std::nullopt);
        settle();
        QCOMPARE(
            header(),
            QStringLiteral("At event %1").arg(groupedText(window_->summary()->lastPosition.value)));
    }

    void anotherTraceIsNotComparedWithAMarkOfThisOne() {
        markHere();
        QTest::mouseClick(&window_->inspector().baseButton(), Qt::LeftButton);
        choose(QStringLiteral("★ "));
        settle();
        window_->openFile(trace_);
        settle();
        QCOMPARE(window_->inspector().base(), StateBase{});
    }
};

QTEST_MAIN(TestCompare)
#include "tst_compare.moc"
