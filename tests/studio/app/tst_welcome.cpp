// Whoever is new: the guided tour from its first to its last step, the welcome page with its
// pictures of traces, files that are dropped, and what this is.
#include "studio/app/main_window.h"
#include "studio/app/thumbnails.h"
#include "studio/models/text.h"
#include "studio/views/actor_tree.h"
#include "studio/views/inspector.h"
#include "studio/views/notebook_pane.h"
#include "studio/views/state_tree.h"
#include "studio/views/status_card.h"
#include "studio/views/stop_pane.h"
#include "studio/views/tour_card.h"
#include "studio/views/welcome_page.h"
#include "studio/views/world_pane.h"

#include <QAction>
#include <QApplication>
#include <QDir>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

#include <algorithm>

using namespace ariadne;
using namespace ariadne::studio;

namespace {
constexpr int kPatienceMs = 60'000;
}

class TestWelcome : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString trace_;
    std::unique_ptr<MainWindow> window_;

    void settle() {
        QTRY_VERIFY_WITH_TIMEOUT((window_->repaint(), window_->isSettled()), kPatienceMs);
    }
    void openWindow() {
        window_ = std::make_unique<MainWindow>(folder_.filePath(QStringLiteral("studio.ini")));
        window_->resize(1480, 920);
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
    }
    QAction* action(const char* id) {
        for (QAction* each : window_->actions())
            if (each->objectName() == QString::fromUtf8(id)) return each;
        return nullptr;
    }
    QPushButton* recordButtonOf(const QString& program) const {
        for (QLabel* label : window_->findChildren<QLabel*>())
            if (label->text() == program && label->isVisible())
                return label->parentWidget()->findChild<QPushButton*>();
        return nullptr;
    }
    void open(const QString& path) {
        window_->openFile(path);
        QTRY_VERIFY_WITH_TIMEOUT(window_->summary() && textOf(window_->summary()->path) == path,
                                 kPatienceMs);
        settle();
    }
    QStringList thumbnails() const {
        return QDir(folder_.filePath(QStringLiteral("thumbnails"))).entryList(QDir::Files);
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
        QFile::remove(folder_.filePath(QStringLiteral("studio.ini")));
        QSettings(folder_.filePath(QStringLiteral("studio.ini")), QSettings::IniFormat)
            .setValue(QStringLiteral("recordings"), folder_.path());
        QDir(folder_.filePath(QStringLiteral("thumbnails"))).removeRecursively();
        openWindow();
    }
    void cleanup() { window_.reset(); }

    /// All six steps, each by what a person does.
    void theTourLeadsFromAProgramToAFinding() {
        QVERIFY(!window_->tourCard().isVisible());
        QTest::mouseClick(&window_->welcomePage().tourButton(), Qt::LeftButton);
        QVERIFY(window_->tourCard().isVisible());
        const auto at = [&] { return window_->tour().step(); };
        QCOMPARE(at(), std::size_t{0});

        QPushButton* const record = recordButtonOf(QStringLiteral("lost_update"));
        QVERIFY(record != nullptr);
        QTest::mouseClick(record, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(
            window_->summary() && window_->summary()->state == tracefmt::FileState::kClean,
            kPatienceMs);
        settle();
        QTRY_COMPARE_WITH_TIMEOUT(at(), std::size_t{1}, kPatienceMs);
        // What was recorded here has its picture as well.
        QTRY_COMPARE_WITH_TIMEOUT(thumbnails().size(), 2, kPatienceMs);

        const auto& actors = *window_->summary()->actors;
        const auto account = std::find_if(actors.begin(), actors.end(), [](const ActorEntry& each) {
            return each.path == Tour::kActor;
        });
        QVERIFY(account != actors.end());
        QTreeView& tree = window_->worldPane().actors().tree();
        const QModelIndex row = static_cast<ActorTreeModel*>(tree.model())->indexOf(account->rank);
        tree.scrollTo(row);
        QTest::mouseClick(tree.viewport(), Qt::LeftButton, {}, tree.visualRect(row).center());
        settle();
        QCOMPARE(at(), std::size_t{2});

        StateTree& state = window_->inspector().stateTree();
        state.setCurrentIndex(state.model().indexOfPath(QStringLiteral("balance")));
        QTest::keyClick(window_.get(), Qt::Key_Y, Qt::ShiftModifier);
        settle();
        QCOMPARE(at(), std::size_t{3});
        QTest::keyClick(window_.get(), Qt::Key_Comma);
        settle();
        QCOMPARE(at(), std::size_t{4});
        QTest::keyClick(window_.get(), Qt::Key_F9);
        settle();
        for (QLineEdit* edit : window_->stopsPane().findChildren<QLineEdit*>())
            if (edit->hasFocus()) QTest::keyClick(edit, Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(at(), std::size_t{5}, kPatienceMs);
        QTest::keyClick(window_.get(), Qt::Key_N, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY_WITH_TIMEOUT(window_->tour().isAtEnd(), kPatienceMs);
        QCOMPARE(window_->notebookPane().isVisible(), true);
        QTest::mouseClick(&window_->tourCard().leaveButton(), Qt::LeftButton);
        QVERIFY(!window_->tourCard().isVisible());
    }

    void theTourCanBeLeftAndTakenAgain() {
        QTest::mouseClick(&window_->welcomePage().tourButton(), Qt::LeftButton);
        QTest::mouseClick(&window_->tourCard().leaveButton(), Qt::LeftButton);
        QVERIFY(!window_->tourCard().isVisible());
        open(trace_);
        QVERIFY(!window_->tour().isOn());
        action("take-the-tour")->trigger();
        QVERIFY(window_->tourCard().isVisible());
        QVERIFY(window_->welcomePage().isVisible());
    }

    void aTraceThatWasOpenHasAPictureOnTheWelcomePage() {
        open(trace_);
        QTRY_COMPARE_WITH_TIMEOUT(thumbnails().size(), 2, kPatienceMs);
        window_.reset();
        openWindow();
        const auto picture = [&]() -> QLabel* {
            for (QLabel* label : window_->welcomePage().findChildren<QLabel*>())
                if (label->accessibleName() == QStringLiteral("Overview of one.clew")) return label;
            return nullptr;
        };
        QVERIFY(picture() != nullptr);
        QTRY_VERIFY_WITH_TIMEOUT(!picture()->pixmap(Qt::ReturnByValue).isNull(), kPatienceMs);
    }

    void whereNoPictureCanBeKeptThereIsNone() {
        QFile inTheWay(folder_.filePath(QStringLiteral("thumbnails")));
        QVERIFY(inTheWay.open(QIODevice::WriteOnly));
        open(trace_);
        window_->showWelcome();
        settle();
        QVERIFY(!window_->card().isVisible() || !window_->card().title().contains(u"icture"));
        window_.reset();
        inTheWay.remove();
    }

    void aFileThatIsDroppedIsOpened() {
        QMimeData mime;
        mime.setUrls({QUrl::fromLocalFile(trace_)});
        QDragEnterEvent enter({400, 400}, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(window_.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop({400, 400}, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(window_.get(), &drop);
        QTRY_VERIFY_WITH_TIMEOUT(window_->summary() != nullptr, kPatienceMs);
        settle();
        QCOMPARE(textOf(window_->summary()->path), trace_);
    }

    void theFileMenuHasWhatOneExpects() {
        for (const char* id : {"open-trace", "compare-with", "welcome-page", "quit"})
            QVERIFY2(action(id) != nullptr, id);
    }

    void aboutSaysTheVersions() {
        action("about-ariadne")->trigger();
        auto* const box = window_->findChild<QMessageBox*>();
        QVERIFY(box != nullptr);
        const QString all = box->text() + box->informativeText();
        for (const char* word : {ARIADNE_VERSION, qVersion(), "1.6", "Apache-2.0"})
            QVERIFY2(all.contains(QString::fromUtf8(word)), word);
        box->close();
    }
};

QTEST_MAIN(TestWelcome)
#include "tst_welcome.moc"
