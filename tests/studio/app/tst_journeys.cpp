// What a person does with the window to get from a failure to its cause, by mouse and keyboard.
#include "studio/app/main_window.h"
#include "studio/app/studio_application.h"
#include "studio/models/text.h"
#include "studio/views/actor_tree.h"
#include "studio/views/cause_pane.h"
#include "studio/views/inspector.h"
#include "studio/views/minimap.h"
#include "studio/views/obligation_tree.h"
#include "studio/views/query_pane.h"
#include "studio/views/state_tree.h"
#include "studio/views/timeline_view.h"
#include "studio/views/world_pane.h"

#include <QAction>
#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QWindow>

#include <algorithm>

using namespace ariadne;
using namespace ariadne::studio;

namespace {
constexpr int kPatienceMs = 60'000;
}

class TestJourneys : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::unique_ptr<MainWindow> window_;

    static StallCounter& stalls() { return static_cast<StudioApplication*>(qApp)->stalls(); }

    void settle() {
        QTRY_VERIFY_WITH_TIMEOUT((window_->repaint(), window_->isSettled()), kPatienceMs);
    }
    /// As the platform says it, so that a press of the right button opens a menu.
    void click(QWidget& widget, const QPoint& at, Qt::MouseButton button = Qt::LeftButton) {
        QWidget* const top = widget.window();
        QTest::mouseClick(top->windowHandle(), button, {}, widget.mapTo(top, at));
    }
    void click(QAbstractItemView& view, const QModelIndex& index,
               Qt::MouseButton button = Qt::LeftButton) {
        QVERIFY(index.isValid());
        view.scrollTo(index);
        click(*view.viewport(), view.visualRect(index).center(), button);
    }
    void key(Qt::Key code, Qt::KeyboardModifiers modifiers = {}) {
        QTest::keyClick(window_->windowHandle(), code, modifiers);
    }
    void type(const char* text) {
        for (const char* at = text; *at != 0; ++at) QTest::keyClick(window_->windowHandle(), *at);
    }
    /// Into the line at the top of the window, with the keys that lead there.
    void ask(const char* typed) {
        key(Qt::Key_K, Qt::ControlModifier);
        type(typed);
        key(Qt::Key_Return);
        settle();
    }
    void choose(const QString& text) {
        auto* const menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        QVERIFY(menu != nullptr);
        for (QAction* action : menu->actions()) {
            if (action->text() != text) continue;
            click(*menu, menu->actionGeometry(action).center());
            return;
        }
        QFAIL(qPrintable(text));
    }
    QPushButton* recordButtonOf(const QString& program) const {
        for (QLabel* label : window_->findChildren<QLabel*>())
            if (label->text() == program && label->isVisible())
                return label->parentWidget()->findChild<QPushButton*>();
        return nullptr;
    }
    QModelIndex actorRow(const QString& path) {
        const auto& actors = *window_->summary()->actors;
        const auto at = std::find_if(actors.begin(), actors.end(), [&](const ActorEntry& actor) {
            return textOf(actor.path) == path;
        });
        if (at == actors.end()) return {};
        return static_cast<ActorTreeModel*>(window_->worldPane().actors().tree().model())
            ->indexOf(at->rank);
    }
    QModelIndex stateRow(const QString& field) {
        return window_->inspector().stateTree().model().indexOfPath(field);
    }
    QString stateValue(const QString& field) {
        return stateRow(field).siblingAtColumn(StateTreeModel::kValue).data().toString();
    }
    QString recorded(const QString& name, const recorder::RunRequest& request) {
        recorder::RunRequest whole = request;
        const QString path = folder_.filePath(name);
        whole.file = path.toStdString();
        auto run = recorder::ProgramRun::start(whole);
        if (!run.ok()) qFatal("%s", std::string{run.status().message()}.c_str());
        while ((*run)->step()) {
        }
        if (const auto ended = (*run)->finish(""); !ended.ok())
            qFatal("%s", std::string{ended.status().message()}.c_str());
        return path;
    }
    void open(const QString& path) {
        window_->openFile(path);
        QTRY_VERIFY_WITH_TIMEOUT(
            window_->summary() != nullptr && textOf(window_->summary()->path) == path, kPatienceMs);
        settle();
    }

private Q_SLOTS:
    void init() {
        QFile::remove(folder_.filePath(QStringLiteral("studio.ini")));
        QSettings(folder_.filePath(QStringLiteral("studio.ini")), QSettings::IniFormat)
            .setValue(QStringLiteral("recordings"), folder_.path());
        openWindow();
        stalls().begin();
    }
    void openWindow() {
        window_ = std::make_unique<MainWindow>(folder_.filePath(QStringLiteral("studio.ini")));
        window_->resize(1480, 920);
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
    }
    void cleanup() {
        const QString longest = textOf(stalls().longest());
        qInfo("%llu stalls, the longest: %s", static_cast<unsigned long long>(stalls().count()),
              qPrintable(longest));
        window_.reset();
    }

    /// Journey 1: from the wrong total of lost_update to the message that wrote it.
    void fromTheWrongTotalToTheMessageThatWroteIt() {
        QPushButton* const record = recordButtonOf(QStringLiteral("lost_update"));
        QVERIFY(record != nullptr);
        click(*record, record->rect().center());
        QTRY_VERIFY_WITH_TIMEOUT(
            window_->summary() && window_->summary()->state == tracefmt::FileState::kClean,
            kPatienceMs);
        settle();
        // It stands at the failure.
        QCOMPARE(window_->position(), window_->summary()->failures.front());
        QCOMPARE(window_->moment()->event->kind, EventKind::kFail);
        const QString failure = textOf(window_->moment()->event->text);
        QVERIFY2(failure.contains(QStringLiteral("total is ")), qPrintable(failure));

        click(window_->worldPane().actors().tree(),
              actorRow(QStringLiteral("lost_update/account")));
        settle();
        const QString total = stateValue(QStringLiteral("balance"));
        QVERIFY2(failure.contains(QStringLiteral("total is ") + total), qPrintable(failure));

        click(window_->inspector().stateTree(), stateRow(QStringLiteral("balance")),
              Qt::RightButton);
        choose(QStringLiteral("Why is the value so?"));
        settle();
        // The turn in which the account took the teller's message, and the message one row below.
        const EventLine& event = *window_->moment()->event;
        QCOMPARE(event.kind, EventKind::kDeliver);
        QCOMPARE(textOf(event.text).section(QLatin1Char(' '), 0, 1),
                 QStringLiteral("Write{balance: %1}").arg(total));
        QVERIFY(
            (*window_->summary()->actors)[event.peer.value].path.starts_with("lost_update/teller"));
        QCOMPARE(stateValue(QStringLiteral("balance")), total);
        QCOMPARE(
            window_->inspector().stateTree().model().changeOf(stateRow(QStringLiteral("balance"))),
            StateTreeModel::Change::kChanged);
        CausePane& causes = window_->causesPane();
        QVERIFY(causes.isVisible());
        // It stands in the chain of the failure, or begins one.
        const int here = causes.rows().rowOf(window_->position());
        QVERIFY(here >= 0);
        const auto cell = [&](int row, CauseRows::Column column) {
            return causes.rows().index(row, column).data().toString();
        };
        QCOMPARE(cell(here + 1, CauseRows::kKind), QStringLiteral("Ask"));
        QVERIFY(cell(here + 1, CauseRows::kActor).startsWith(QStringLiteral("lost_update/teller")));
        QVERIFY(cell(here + 1, CauseRows::kMessage)
                    .startsWith(QStringLiteral("Write{balance: %1}").arg(total)));
        // And what that sum was based on: the answer to the teller's own question.
        bool read = false;
        for (int row = here; row < causes.rows().rowCount() && !read; ++row)
            read = cell(row, CauseRows::kMessage).startsWith(QStringLiteral("Balance{"));
        QVERIFY(read);
    }

    void allWritesAreRowsThatLeadToTheirMoments() {
        recorder::RunRequest request;
        request.program = "lost_update";
        open(recorded(QStringLiteral("writes.clew"), request));
        const Position failure = window_->position();
        click(window_->worldPane().actors().tree(),
              actorRow(QStringLiteral("lost_update/account")));
        settle();
        click(window_->inspector().stateTree(), stateRow(QStringLiteral("balance")));
        key(Qt::Key_A, Qt::ShiftModifier);
        settle();
        const QueryRows& rows = window_->queryPane().rows();
        QVERIFY2(rows.rowCount({}) > 2, qPrintable(window_->queryPane().verdict()));
        const auto cell = [&](int row, int column) {
            return rows.index(row, column).data(Qt::DisplayRole).toString();
        };
        const int last = rows.rowCount({}) - 1;
        // Each begins where the one before ended, and the last one is the total.
        for (int row = 1; row <= last; ++row) QCOMPARE(cell(row, 2), cell(row - 1, 3));
        QCOMPARE(cell(last, 3), stateValue(QStringLiteral("balance")));
        QVERIFY(cell(last, 4).startsWith(QStringLiteral("lost_update/teller")));
        auto* table = window_->queryPane().findChild<QTableView*>();
        click(*table, rows.index(last, 0));
        settle();
        const Position written = window_->position();
        QVERIFY(written < failure);
        // By keyboard: back to the failure, and with the last write here again.
        key(Qt::Key_BracketLeft, Qt::AltModifier);
        settle();
        QCOMPARE(window_->position(), failure);
        click(window_->inspector().stateTree(), stateRow(QStringLiteral("balance")));
        key(Qt::Key_L, Qt::ShiftModifier);
        settle();
        QCOMPARE(window_->position(), written);
    }

    /// Journey 5: who waited longest, from a question to its moment and to a lane.
    void fromAQuestionToItsMomentAndToALane() {
        recorder::RunRequest request;
        request.program = "lost_update";
        open(recorded(QStringLiteral("waits.clew"), request));
        ask("=SELECT actor, max(wait) FROM message GROUP BY actor ORDER BY 2 DESC");
        QueryPane& pane = window_->queryPane();
        QVERIFY(pane.isVisible());
        const QueryRows& rows = pane.rows();
        QVERIFY2(rows.rowCount({}) > 1, qPrintable(pane.verdict()));
        const auto cell = [&](int row, int column) {
            return rows.index(row, column).data(Qt::DisplayRole).toString();
        };
        for (int row = 1; row < rows.rowCount({}); ++row)
            QVERIFY(cell(row - 1, 1).toULongLong() >= cell(row, 1).toULongLong());

        auto* table = pane.findChild<QTableView*>();
        click(*table, rows.index(0, 1));
        settle();
        // There is the message that waited so long, and the lane of who was so slow.
        const Position sent = window_->position();
        QCOMPARE(rows.momentOf(rows.index(0, 0)), std::optional{sent});
        QCOMPARE(textOf((*window_->summary()->actors)[window_->selected().value].path), cell(0, 0));
        QCOMPARE((*window_->summary()->actors)[window_->moment()->event->peer.value].path,
                 cell(0, 0).toStdString());
        TimelineView& timeline = window_->timeline();
        QVERIFY(timeline.visiblePositions().contains(sent.value));
        QVERIFY(timeline.rowOfRank(window_->selected()));
        const auto* minimap = window_->findChild<Minimap*>();
        QVERIFY(std::count(minimap->queryHits().begin(), minimap->queryHits().end(), sent.value));

        click(pane.keepButton(), pane.keepButton().rect().center());
        QVERIFY(pane.nameEdit().isVisible());
        type("slowest");
        key(Qt::Key_Return);
        settle();
        QCOMPARE(window_->laneChoices().queries().size(), std::size_t{1});
        const LaneKey lane = queryKey(window_->laneChoices().queries().front());
        QVERIFY(timeline.labelCentre(lane));
        QCOMPARE(timeline.currentLane(), lane);
        const QueryLane* marks = timeline.currentQuery();
        QVERIFY(marks != nullptr);
        QCOMPARE(marks->of.name, std::string{"slowest"});
        QVERIFY(!marks->marks.empty());
        QCOMPARE(marks->nearest(sent.value)->at, sent.value);
        // From mark to mark by key, and to one by mouse.
        key(Qt::Key_Home);
        key(Qt::Key_Period);
        settle();
        const auto behindFirst = [&] { return window_->position().value; };
        QVERIFY(marks->nearest(behindFirst())->at == behindFirst());
        const QRect area = timeline.laneArea();
        const double x = area.x() + centreOf(sent.value, timeline.visiblePositions(), area.width());
        click(*timeline.viewport(), {static_cast<int>(x), timeline.labelCentre(lane)->y()});
        settle();
        QCOMPARE(window_->position(), sent);

        // The next run of the program is looked at in the same way, also in another window.
        window_.reset();
        openWindow();
        request.seed = 2;
        open(recorded(QStringLiteral("waits2.clew"), request));
        QVERIFY(window_->timeline().labelCentre(lane));
        window_->timeline().setCurrentLane(lane);
        QVERIFY(window_->timeline().currentQuery() != nullptr);
        QVERIFY(!window_->timeline().currentQuery()->marks.empty());
    }

    void aRowThatNamesNobodysMomentLeadsToItsActor() {
        recorder::RunRequest request;
        request.program = "lost_update";
        open(recorded(QStringLiteral("counts.clew"), request));
        ask("=SELECT actor, count(*) FROM event WHERE actor > '' GROUP BY actor ORDER BY 2 DESC");
        const QueryRows& rows = window_->queryPane().rows();
        QVERIFY2(rows.rowCount({}) > 1, qPrintable(window_->queryPane().verdict()));
        QVERIFY(!rows.momentOf(rows.index(0, 0)));
        auto* table = window_->queryPane().findChild<QTableView*>();
        const QString path = rows.index(0, 0).data().toString();
        click(*table, rows.index(0, 1));
        QTRY_COMPARE_WITH_TIMEOUT(
            textOf((*window_->summary()->actors)[window_->selected().value].path), path,
            kPatienceMs);
        settle();
        // What it did last, where one stands.
        QCOMPARE(textOf((*window_->summary()->actors)[window_->moment()->event->cell.value].path),
                 path);
    }

    /// Journey 6: from the sign of a leak to its owner, its path, and where its region closed.
    void fromALeakToWhereItsRegionClosedWithoutIt() {
        recorder::RunRequest request;
        request.program = "bookings";
        request.args = {{"forget", "true"}};
        open(recorded(QStringLiteral("leaks.clew"), request));
        ObligationTree& tree = window_->worldPane().obligations();
        QVERIFY(tree.isVisible());
        const ObligationModel& model = tree.model();
        QVERIFY(model.summary().startsWith(QStringLiteral("14 leaked, ")));
        const QModelIndex leak = model.index(0, 0);
        QCOMPARE(leak.data().toString(), QStringLiteral("permit for the mailbox of bookings"));
        QVERIFY(tree.isExpanded(leak));
        const QString owner = leak.siblingAtColumn(ObligationModel::kWho).data().toString();

        click(tree, leak);
        settle();
        QVERIFY(window_->moment()->event->leaked);
        QCOMPARE(textOf(window_->moment()->actor->path), owner);
        const auto step = [&](const QString& text) {
            const QModelIndex top = model.index(0, 0);
            for (int row = 0; row < model.rowCount(top); ++row)
                if (model.index(row, 0, top).data().toString() == text)
                    return model.index(row, 0, top);
            return QModelIndex{};
        };
        click(tree, step(QStringLiteral("its holder ended")));
        settle();
        QCOMPARE(window_->moment()->event->kind, EventKind::kStop);
        QCOMPARE(textOf(window_->moment()->event->text),
                 QStringLiteral("cancelled: \"seat given back\""));
        click(tree, step(QStringLiteral("made by")));
        settle();
        QCOMPARE(window_->moment()->event->kind, EventKind::kReserve);
        // On from there by keyboard, down to the last row.
        tree.setFocus();
        while (tree.currentIndex() != step(QStringLiteral("closed without it"))) {
            const QModelIndex before = tree.currentIndex();
            key(Qt::Key_Down);
            QVERIFY(tree.currentIndex() != before);
        }
        key(Qt::Key_Return);
        settle();
        QCOMPARE(window_->moment()->event->kind, EventKind::kRegion);
        QCOMPARE(textOf(window_->moment()->actor->path), QStringLiteral("bookings/booking"));
        QVERIFY(!window_->moment()->actor->alive);
    }

    void whoTypesAFilterSeesWhomItLetsThrough() {
        recorder::RunRequest request;
        request.program = "bookings";
        open(recorded(QStringLiteral("filter.clew"), request));
        key(Qt::Key_P, Qt::ControlModifier);
        for (const char c : {'i', 'n', 'q', 'u', 'i', 'r', 'y'})
            QTest::keyClick(window_->windowHandle(), c);
        settle();
        QTreeView& tree = window_->worldPane().actors().tree();
        const auto rows = [&](const QModelIndex& under) { return tree.model()->rowCount(under); };
        const QModelIndex agency = actorRow(QStringLiteral("bookings"));
        QVERIFY(agency.isValid());
        QCOMPARE(rows(agency), 20);  // a region for each booking, and nothing else
        QVERIFY(!actorRow(QStringLiteral("bookings/suppliers")).isValid());
        QVERIFY(actorRow(QStringLiteral("bookings/booking/inquiry#2")).isValid());
        for (int i = 0; i < 7; ++i) key(Qt::Key_Backspace);
        settle();
        QVERIFY(actorRow(QStringLiteral("bookings/suppliers")).isValid());
    }
};

int main(int argc, char** argv) {
    StudioApplication application(argc, argv);
    TestJourneys test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_journeys.moc"
