// The notebook in the whole window: what is noted, kept, moved, written out; two windows on one
// trace, and a disk that is full.
#include "studio/app/main_window.h"
#include "studio/models/text.h"
#include "studio/views/bookmark_pane.h"
#include "studio/views/notebook_pane.h"
#include "studio/views/query_pane.h"
#include "studio/views/status_card.h"
#include "tests/studio/session/carousel.h"
#include "tests/support/file_size_limit.h"

#include <QAbstractButton>
#include <QApplication>
#include <QBuffer>
#include <QComboBox>
#include <QFile>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPointer>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QToolButton>

#include <functional>

using namespace ariadne;
using namespace ariadne::studio;

namespace {
constexpr int kPatienceMs = 60'000;
}

class TestNotebookWindow : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString trace_, other_;
    std::unique_ptr<MainWindow> window_;

    QString notes() const { return trace_ + QStringLiteral(".notes"); }
    static void settle(MainWindow& window) {
        QTRY_VERIFY_WITH_TIMEOUT((window.repaint(), window.isSettled()), kPatienceMs);
    }
    std::unique_ptr<MainWindow> opened(const char* settings) {
        auto out = std::make_unique<MainWindow>(folder_.filePath(QString::fromUtf8(settings)));
        out->resize(1480, 920);
        out->show();
        if (!QTest::qWaitForWindowExposed(out.get())) qFatal("no window");
        out->activateWindow();
        if (!QTest::qWaitForWindowActive(out.get())) qFatal("not active");
        out->openFile(trace_, Position{17});
        const auto isThere = [&] {
            out->repaint();
            return out->isSettled() && out->notebookPane().rows().notebook() &&
                   out->bookmarksPane().rows().bookmarks();
        };
        if (!QTest::qWaitFor(isThere, kPatienceMs)) qFatal("not open");
        return out;
    }
    NotebookPane& pane() { return window_->notebookPane(); }
    QStringList titles(MainWindow& window) {
        QStringList out;
        const NotebookRows& rows = window.notebookPane().rows();
        for (int row = 0; row < rows.rowCount(); ++row) out << titleOf(rows.at(row));
        return out;
    }
    /// By keyboard: the cursor is in the title, where what was proposed is typed over.
    void note(const QString& title) {
        const int before = pane().rows().rowCount();
        QTest::keyClick(window_.get(), Qt::Key_N, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_COMPARE_WITH_TIMEOUT(pane().rows().rowCount(), before + 1, kPatienceMs);
        QTRY_COMPARE(QApplication::focusWidget(), &pane().titleEdit());
        QTest::keyClicks(&pane().titleEdit(), title);
    }
    QPushButton* button(const QString& text) {
        for (QPushButton* each : pane().findChildren<QPushButton*>())
            if (each->text() == text) return each;
        return nullptr;
    }

private Q_SLOTS:
    void initTestCase() {
        trace_ = folder_.filePath(QStringLiteral("one.clew"));
        tests::record(tests::carouselRequest(trace_, 1));
        other_ = folder_.filePath(QStringLiteral("other.clew"));
        tests::record(tests::carouselRequest(other_, 2));
    }
    void init() {
        QFile::remove(notes());
        window_ = opened("studio.ini");
    }
    void cleanup() { window_.reset(); }

    void aFindingIsNotedByKeyboardAndLeadsBackToItsMoment() {
        note(QStringLiteral("here it begins"));
        QTest::keyClick(&pane().titleEdit(), Qt::Key_Tab);
        pane().noteEdit().setFocus();
        QTest::keyClicks(&pane().noteEdit(), QStringLiteral("look at the balance"));
        // Who leaves the field has it kept.
        pane().list().setFocus();
        QTRY_COMPARE_WITH_TIMEOUT(pane().rows().at(0).note, std::string{"look at the balance"},
                                  kPatienceMs);
        QCOMPARE(titles(*window_), QStringList{QStringLiteral("here it begins")});
        QCOMPARE(pane().rows().at(0).position, Position{17});
        window_->goTo({40});
        settle(*window_);
        const QRect row = pane().list().visualRect(pane().rows().index(0));
        QTest::mouseClick(pane().list().viewport(), Qt::LeftButton, {}, row.center());
        QTRY_COMPARE(window_->position(), Position{17});
        // It is there in the next window.
        window_.reset();
        window_ = opened("studio.ini");
        QCOMPARE(titles(*window_), QStringList{QStringLiteral("here it begins")});
        QCOMPARE(pane().noteEdit().toPlainText(), QStringLiteral("look at the balance"));
    }

    void findingsAreReorderedAndRemoved() {
        for (const char* title : {"a", "b", "c"}) note(QString::fromUtf8(title));
        pane().list().setFocus();
        QTRY_COMPARE_WITH_TIMEOUT(titles(*window_).join(QString()), QStringLiteral("abc"),
                                  kPatienceMs);
        QTest::keyClick(&pane().list(), Qt::Key_Up, Qt::AltModifier);
        QTRY_COMPARE_WITH_TIMEOUT(titles(*window_).join(QString()), QStringLiteral("acb"),
                                  kPatienceMs);
        // It stays the chosen one.
        QCOMPARE(textOf(pane().current()->title), QStringLiteral("c"));
        QTest::mouseClick(button(QStringLiteral("Up")), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(titles(*window_).join(QString()), QStringLiteral("cab"),
                                  kPatienceMs);
        pane().list().setFocus();
        QTest::keyClick(&pane().list(), Qt::Key_Delete);
        QTRY_COMPARE_WITH_TIMEOUT(titles(*window_).join(QString()), QStringLiteral("ab"),
                                  kPatienceMs);
    }

    void aPictureAndAQuestionBelongToAFindingAndAreExported() {
        window_->showQueryPane();
        window_->queryPane().ask(QStringLiteral("SELECT position FROM event LIMIT 1"));
        settle(*window_);
        window_->showNotebookPane();
        QTest::mouseClick(button(QStringLiteral("Add with picture")), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(pane().rows().rowCount(), 1, kPatienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(pane().showsPicture(), kPatienceMs);
        QVERIFY(pane().rows().at(0).picture->size() <= Finding::kPictureBytesMax);
        QTest::mouseClick(button(QStringLiteral("Take it from Query")), Qt::LeftButton);
        pane().commit();
        QTRY_COMPARE_WITH_TIMEOUT(textOf(pane().rows().at(0).query),
                                  QStringLiteral("SELECT position FROM event LIMIT 1"),
                                  kPatienceMs);
        const QString page = folder_.filePath(QStringLiteral("findings.md"));
        QSignalSpy saved(&window_->session(), &Session::textSaved);
        window_->saveNotebook(page);
        QTRY_COMPARE_WITH_TIMEOUT(saved.size(), 1, kPatienceMs);
        QFile text(page);
        QVERIFY(text.open(QIODevice::ReadOnly));
        const QString markdown = QString::fromUtf8(text.readAll());
        QVERIFY2(markdown.contains(QStringLiteral("one.clew@17'`")), qPrintable(markdown));
        QVERIFY(markdown.contains(QStringLiteral("SELECT position FROM event LIMIT 1")));
        QVERIFY(markdown.contains(QStringLiteral("(findings-1.png)")));
        QVERIFY(!QImage(folder_.filePath(QStringLiteral("findings-1.png"))).isNull());
        // And as one page, by the type that is chosen in the dialog.
        QString file;
        QTimer::singleShot(0, window_.get(), [&] {
            auto* const dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
            QVERIFY(dialog != nullptr);
            auto* const types = dialog->findChild<QComboBox*>(QStringLiteral("fileTypeCombo"));
            QTest::keyClick(types, Qt::Key_Down);
            file = dialog->selectedFiles().value(0);
            QMetaObject::invokeMethod(dialog, "accept");
        });
        QTest::mouseClick(button(QStringLiteral("Export…")), Qt::LeftButton);
        QCOMPARE(file, trace_ + QStringLiteral(".findings.html"));
        QTRY_COMPARE_WITH_TIMEOUT(saved.size(), 2, kPatienceMs);
        QFile html(file);
        QVERIFY(html.open(QIODevice::ReadOnly));
        const QByteArray all = html.readAll();
        QVERIFY2(all.contains("one.clew@17'"), all.constData());
        const QByteArray begin("src=\"data:image/png;base64,");
        const qsizetype from = all.indexOf(begin) + begin.size();
        const QByteArray png = QByteArray::fromBase64(all.mid(from, all.indexOf('"', from) - from));
        QVERIFY(!QImage::fromData(png, "png").isNull());
        QVERIFY(!QFile::exists(trace_ + QStringLiteral(".findings-1.png")));
    }

    void whatIsTypedLastIsKeptWhenTheWindowCloses() {
        note(QStringLiteral("at the last moment"));
        window_->close();
        QTRY_VERIFY_WITH_TIMEOUT(!window_->isVisible(), kPatienceMs);
        window_.reset();
        window_ = opened("studio.ini");
        QCOMPARE(titles(*window_), QStringList{QStringLiteral("at the last moment")});
    }

    /// Nothing is gone unless somebody says so.
    void aFullDiskIsAskedAboutBeforeTheWindowCloses() {
        window_->session().addBookmark({3}, QStringLiteral("there"));
        QTRY_COMPARE_WITH_TIMEOUT(window_->bookmarksPane().rows().rowCount(), 1, kPatienceMs);
        {
            const ariadne::test::FileSizeLimit limit{
                static_cast<std::uint64_t>(QFile{notes()}.size())};
            note(QStringLiteral("it is full"));
            pane().noteEdit().setPlainText(QString(60'000, QLatin1Char('x')));
            window_->close();
            QTRY_VERIFY_WITH_TIMEOUT(question() != nullptr, kPatienceMs);
            QVERIFY(window_->isVisible());
            QVERIFY2(question()->text().contains(QStringLiteral("not in")),
                     qPrintable(question()->text()));
            QVERIFY2(question()->informativeText().contains(QStringLiteral("one.clew.notes")),
                     qPrintable(question()->informativeText()));
            // In vain, once more.
            QPointer<QMessageBox> first = question();
            press(QStringLiteral("Save again"));
            QTRY_VERIFY_WITH_TIMEOUT(!first && question() != nullptr, kPatienceMs);
            question()->reject();
            QTRY_VERIFY(question() == nullptr);
            QVERIFY(window_->isVisible());
        }
        window_->close();
        QTRY_VERIFY_WITH_TIMEOUT(!window_->isVisible(), kPatienceMs);
        QVERIFY(question() == nullptr);
        window_.reset();
        window_ = opened("studio.ini");
        QCOMPARE(titles(*window_), QStringList{QStringLiteral("it is full")});
        QCOMPARE(pane().noteEdit().toPlainText().size(), 60'000);
    }

    void whoDoesNotWantTheNotesClosesAnyway() {
        window_->session().addBookmark({3}, QStringLiteral("there"));
        QTRY_COMPARE_WITH_TIMEOUT(window_->bookmarksPane().rows().rowCount(), 1, kPatienceMs);
        const ariadne::test::FileSizeLimit limit{static_cast<std::uint64_t>(QFile{notes()}.size())};
        window_->session().addBookmark({4}, QString(60'000, QLatin1Char('x')));
        // Not answered yet.
        window_->close();
        QVERIFY(window_->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(question() != nullptr, kPatienceMs);
        press(QStringLiteral("Close anyway"));
        QTRY_VERIFY_WITH_TIMEOUT(!window_->isVisible(), kPatienceMs);
    }

    void whatIsTypedWhileAnotherTraceOpensIsKept() {
        note(QStringLiteral("first"));
        goElsewhere(other_,
                    [this] { QTest::keyClicks(&pane().titleEdit(), QStringLiteral(" and last")); });
        QVERIFY(titles(*window_).isEmpty());
        goElsewhere(trace_, [] {});
        QCOMPARE(titles(*window_), QStringList{QStringLiteral("first and last")});
    }

    void whatIsTooLongStaysInItsFieldAndIsSaid() {
        note(QStringLiteral("long"));
        pane().list().setFocus();
        QTRY_COMPARE_WITH_TIMEOUT(titles(*window_), QStringList{QStringLiteral("long")},
                                  kPatienceMs);
        // Two bytes each.
        const QString longer(40'000, QChar(0xE4));
        pane().noteEdit().setPlainText(longer);
        QVERIFY(!pane().commit());
        QVERIFY(pane().isTooLong());
        QVERIFY2(says(QStringLiteral("the note has 80,000 bytes, at most 65,536")),
                 "nothing is said");
        // Nor does another trace take its place.
        window_->openFile(other_);
        QVERIFY(window_->isSettled());
        window_->close();
        QTRY_VERIFY_WITH_TIMEOUT(question() != nullptr, kPatienceMs);
        question()->reject();
        QTRY_VERIFY(question() == nullptr);
        QCOMPARE(pane().noteEdit().toPlainText(), longer);
        QVERIFY(pane().rows().at(0).note.empty());
        pane().noteEdit().setPlainText(longer.left(30'000));
        QVERIFY(!says(QStringLiteral("at most 65,536")));
        window_->close();
        QTRY_VERIFY_WITH_TIMEOUT(!window_->isVisible(), kPatienceMs);
        window_.reset();
        window_ = opened("studio.ini");
        QCOMPARE(pane().noteEdit().toPlainText(), longer.left(30'000));
    }

    void theCursorGoesOnlyToTheFindingThatWasAskedFor() {
        NotebookPane alone;
        const auto with = [](int count, const char* refused) {
            auto out = std::make_shared<Notebook>();
            for (int i = 1; i <= count; ++i) out->all.push_back({i, {7}, "t", "", "", nullptr});
            out->refused = refused;
            return out;
        };
        alone.setNotebook(with(1, ""));
        alone.editNewest();
        alone.setNotebook(with(1, "too many"));
        alone.setNotebook(with(2, ""));
        QCOMPARE(alone.current()->id, std::int64_t{1});
        alone.editNewest();
        alone.setNotebook(nullptr);
        alone.setNotebook(with(2, ""));
        QCOMPARE(alone.current()->id, std::int64_t{1});
        alone.editNewest();
        alone.setNotebook(with(3, ""));
        QCOMPARE(alone.current()->id, std::int64_t{3});
    }

    void aPictureThatIsTheSameIsNotReadAgain() {
        NotebookPane alone;
        alone.show();
        QByteArray bytes;
        QBuffer buffer(&bytes);
        QVERIFY(buffer.open(QIODevice::WriteOnly));
        QImage image(30, 20, QImage::Format_RGB32);
        image.fill(Qt::red);
        QVERIFY(image.save(&buffer, "png"));
        const auto with = [&](const char* note) {
            auto out = std::make_shared<Notebook>();
            out->all.push_back(
                {1, {7}, "t", note, "", std::make_shared<const std::string>(bytes.toStdString())});
            return out;
        };
        alone.setNotebook(with(""));
        QTRY_VERIFY_WITH_TIMEOUT(alone.showsPicture(), kPatienceMs);
        alone.setNotebook(with("more"));
        QVERIFY(alone.showsPicture());
    }

    void twoWindowsOnOneTraceSeeEachOther() {
        note(QStringLiteral("mine"));
        pane().commit();
        QTRY_COMPARE_WITH_TIMEOUT(titles(*window_), QStringList{QStringLiteral("mine")},
                                  kPatienceMs);
        const auto other = opened("other.ini");
        QCOMPARE(titles(*other), QStringList{QStringLiteral("mine")});
        Finding theirs;
        theirs.position = {3};
        theirs.title = "theirs";
        other->session().addFinding(theirs);
        QTRY_COMPARE_WITH_TIMEOUT(titles(*other).size(), 2, kPatienceMs);
        // As soon as somebody comes back to the window.
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        QTRY_COMPARE_WITH_TIMEOUT(titles(*window_).size(), 2, kPatienceMs);
        // What one has removed comes back with what the other one typed, and a card says so.
        const Finding first = pane().rows().at(0);
        other->session().removeFinding(first.id);
        QTRY_COMPARE_WITH_TIMEOUT(titles(*other).size(), 1, kPatienceMs);
        Finding changed = first;
        changed.note = "still true";
        window_->session().changeFinding(changed);
        QTRY_VERIFY_WITH_TIMEOUT(window_->card().isVisible(), kPatienceMs);
        QVERIFY2(window_->card().title().contains(QStringLiteral("notebook")),
                 qPrintable(window_->card().title()));
        QCOMPARE(titles(*window_).size(), 2);
    }

    void aFullDiskIsACardWithWhatToDo_data() {
        QTest::addColumn<bool>("bookmark");
        QTest::newRow("bookmark") << true;
        QTest::newRow("finding") << false;
    }
    void aFullDiskIsACardWithWhatToDo() {
        QFETCH(bool, bookmark);
        // The file has to be there, and no room for more.
        window_->session().addBookmark({3}, QStringLiteral("there"));
        QTRY_COMPARE_WITH_TIMEOUT(window_->bookmarksPane().rows().rowCount(), 1, kPatienceMs);
        {
            const ariadne::test::FileSizeLimit limit{
                static_cast<std::uint64_t>(QFile{notes()}.size())};
            const QString large(60'000, QLatin1Char('x'));
            Finding finding;
            finding.note = large.toStdString();
            bookmark ? window_->session().addBookmark({4}, large)
                     : window_->session().addFinding(finding);
            QTRY_VERIFY_WITH_TIMEOUT(window_->card().isVisible(), kPatienceMs);
            QVERIFY2(window_->card().title().contains(QStringLiteral("not in its file")),
                     qPrintable(window_->card().title()));
            // It is shown as long as the trace is open, and trying in vain says so once more.
            QCOMPARE(bookmark ? window_->bookmarksPane().rows().rowCount() - 1
                              : pane().rows().rowCount(),
                     1);
            window_->card().hide();
            pressAction();
            QTRY_VERIFY_WITH_TIMEOUT(window_->card().isVisible(), kPatienceMs);
        }
        pressAction();
        QTRY_VERIFY_WITH_TIMEOUT(!window_->card().isVisible(), kPatienceMs);
        window_.reset();
        window_ = opened("studio.ini");
        QCOMPARE(
            bookmark ? window_->bookmarksPane().rows().rowCount() - 1 : pane().rows().rowCount(),
            1);
    }

    void aFileOfSomethingElseIsACard() {
        window_.reset();
        QFile poem(notes());
        QVERIFY(poem.open(QIODevice::WriteOnly));
        poem.write(QByteArray(3000, 'x'));
        poem.close();
        window_ = opened("studio.ini");
        QTRY_VERIFY_WITH_TIMEOUT(window_->card().isVisible(), kPatienceMs);
        QVERIFY2(window_->card().title().contains(QStringLiteral("cannot be read")),
                 qPrintable(window_->card().title()));
        QCOMPARE(QFile{notes()}.size(), 3000);
    }

private:
    QMessageBox* question() {
        for (QMessageBox* each : window_->findChildren<QMessageBox*>())
            if (each->isVisible()) return each;
        return nullptr;
    }
    void press(const QString& text) {
        for (QAbstractButton* each : question()->buttons())
            if (each->text() == text) return each->click();
        QFAIL(qPrintable(text));
    }
    bool says(const QString& text) {
        for (const QLabel* each : pane().findChildren<QLabel*>())
            if (each->text().contains(text)) return true;
        return false;
    }
    void goElsewhere(const QString& trace, const std::function<void()>& meanwhile) {
        window_->openFile(trace, Position{17});
        meanwhile();
        const auto isThere = [&] {
            window_->repaint();
            return window_->isSettled() && textOf(window_->summary()->path) == trace &&
                   pane().rows().notebook();
        };
        QVERIFY(QTest::qWaitFor(isThere, kPatienceMs));
    }
    void pressAction() {
        for (QToolButton* each : window_->card().findChildren<QToolButton*>())
            if (each->text() == QStringLiteral("Save again")) each->click();
    }
};

QTEST_MAIN(TestNotebookWindow)
#include "tst_notebook_window.moc"
