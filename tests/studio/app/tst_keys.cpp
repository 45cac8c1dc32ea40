// The keys of the whole window: in every preset each has one meaning, and people can change them.
#include "studio/app/keys_dialog.h"
#include "studio/app/main_window.h"
#include "studio/app/shortcuts_dialog.h"
#include "studio/models/text.h"
#include "studio/views/omnibox.h"
#include "studio/views/timeline_view.h"
#include "tests/studio/session/carousel.h"

#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

constexpr int kPatienceMs = 60'000;

QKeySequence keyOf(const QString& text) {
    return QKeySequence(text);
}

}  // namespace

class TestKeys : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::unique_ptr<MainWindow> window_;

    QString path(const char* name) const { return folder_.filePath(QString::fromLatin1(name)); }
    void make() {
        window_ = std::make_unique<MainWindow>(path("studio.ini"));
        window_->resize(1400, 900);
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
    }
    void open() {
        window_->openFile(path("one.clew"));
        QTRY_VERIFY_WITH_TIMEOUT(window_->summary() != nullptr, kPatienceMs);
        settle();
    }
    void settle() {
        QTRY_VERIFY_WITH_TIMEOUT((window_->repaint(), window_->isSettled()), kPatienceMs);
    }
    QAction* action(const QString& id) const {
        for (QAction* each : window_->actions())
            if (each->objectName() == id) return each;
        return nullptr;
    }
    /// Who is triggered by the key, as the window has it now.
    QStringList holdersOf(const QKeySequence& key) const {
        QStringList out;
        for (const QAction* each : window_->actions())
            if (each->shortcuts().contains(key)) out << each->objectName();
        return out;
    }
    static QPushButton* button(const QWidget& in, const QString& text) {
        for (QPushButton* each : in.findChildren<QPushButton*>())
            if (each->text() == text) return each;
        return nullptr;
    }
    void press(QKeyCombination key) {
        QTest::keyClick(window_->windowHandle(), key.key(), key.keyboardModifiers());
    }

private Q_SLOTS:
    void initTestCase() { tests::record(tests::carouselRequest(path("one.clew"), 1)); }
    void init() {
        QFile::remove(path("studio.ini"));
        make();
    }
    void cleanup() { window_.reset(); }

    void everyActionHasANameOfItsOwn() {
        QStringList names;
        for (const QAction* each : window_->actions()) {
            QVERIFY2(!each->objectName().isEmpty(), qPrintable(each->text()));
            QVERIFY2(!names.contains(each->objectName()), qPrintable(each->objectName()));
            names << each->objectName();
        }
        QCOMPARE(names, window_->keymap().actions());
    }
    void escapeClearsTheFilterThatIsTypedIn() {
        open();
        press(Qt::CTRL | Qt::Key_P);
        auto* filter = qobject_cast<QLineEdit*>(window_->focusWidget());
        QVERIFY(filter != nullptr);
        QTest::keyClicks(filter, QStringLiteral("nowhere"));
        press(Qt::Key_Escape);
        QCOMPARE(filter->text(), QString());
        QCOMPARE(window_->focusWidget(), filter);
    }
    void presetsNameActionsThatAreThere() {
        for (const KeyPreset preset : kKeyPresets)
            for (const QString& id : actionsOf(preset))
                QVERIFY2(action(id) != nullptr, qPrintable(id));
    }
    void noKeyHasTwoMeanings_data() {
        QTest::addColumn<int>("preset");
        for (const KeyPreset preset : kKeyPresets)
            QTest::newRow(qPrintable(nameOf(preset))) << static_cast<int>(preset);
    }
    void noKeyHasTwoMeanings() {
        QFETCH(int, preset);
        Keymap& keymap = window_->keymap();
        keymap.setPreset(static_cast<KeyPreset>(preset));
        window_->applyKeys();
        const QStringList& all = keymap.actions();
        for (qsizetype i = 0; i < all.size(); ++i)
            for (const QKeySequence& key : keymap.keysOf(all[i])) {
                const QString name = all[i] + QStringLiteral(": ") + key.toString();
                QVERIFY2(!key.isEmpty() && key.count() == 1, qPrintable(name));
                QVERIFY2(!key.toString().contains(QStringLiteral("unknown")), qPrintable(name));
                QCOMPARE(keymap.keysOf(all[i]).count(key), 1);
                for (qsizetype j = i + 1; j < all.size(); ++j)
                    QVERIFY2(!keymap.keysOf(all[j]).contains(key),
                             qPrintable(name + QStringLiteral(", ") + all[j]));
            }
        // And so it is where the keys are pressed, with a trace open or not.
        const auto oneEach = [&] {
            for (const QAction* each : window_->actions())
                for (const QKeySequence& key : each->shortcuts())
                    QCOMPARE(holdersOf(key), QStringList{each->objectName()});
        };
        oneEach();
        open();
        oneEach();
    }
    void habitsAreThere_data() {
        QTest::addColumn<int>("preset");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("does");
        const auto row = [](KeyPreset preset, const char* key, const char* does) {
            QTest::addRow("%s %s", qPrintable(nameOf(preset)), key)
                << static_cast<int>(preset) << QString::fromLatin1(key)
                << QString::fromLatin1(does);
        };
        for (const KeyPreset preset : kKeyPresets) {
            row(preset, ".", "next-event-of-the-actor");
            row(preset, ",", "previous-event-of-the-actor");
            row(preset, "Right", "one-event-forward");
            row(preset, "Left", "one-event-back");
            row(preset, "Home", "first-event");
            row(preset, "End", "last-event");
            row(preset, "F10", "one-event-forward");
            row(preset, "F11", "one-event-forward");
            row(preset, "Shift+F11", "next-event-of-the-actor");
            row(preset, "Ctrl+F10", "one-event-back");
            row(preset, "Ctrl+F11", "one-event-back");
            row(preset, "Ctrl+Shift+F11", "previous-event-of-the-actor");
            row(preset, "F5", "run-or-continue");
            row(preset, "Ctrl+F5", "previous-stop");
            row(preset, "Alt+[", "back-to-the-last-visited-moment");
            row(preset, "Alt+]", "forward-again");
            row(preset, "[", "to-the-cause");
            row(preset, "]", "to-an-effect");
            row(preset, "?", "keyboard-and-mouse");
            row(preset, "M", "mark-this-event-or-unmark-it");
            row(preset, "Ctrl+Shift+P", "commands");
            row(preset, "F", "centre-then-fit-all");
            row(preset, "Esc", "cancel-what-takes-long");
        }
        row(KeyPreset::kVisualStudio, "F9", "stop-at-events-like-this-one");
        row(KeyPreset::kVisualStudio, "Shift+F5", "stop");
        row(KeyPreset::kGdb, "S", "one-event-forward");
        row(KeyPreset::kGdb, "Shift+S", "one-event-back");
        row(KeyPreset::kGdb, "N", "next-event-of-the-actor");
        row(KeyPreset::kGdb, "Shift+N", "previous-event-of-the-actor");
        row(KeyPreset::kGdb, "C", "next-stop");
        row(KeyPreset::kGdb, "Shift+C", "previous-stop");
        row(KeyPreset::kGdb, "B", "stop-at-events-like-this-one");
        row(KeyPreset::kPerfetto, "W", "zoom-in");
        row(KeyPreset::kPerfetto, "S", "zoom-out");
        row(KeyPreset::kPerfetto, "A", "pan-left");
        row(KeyPreset::kPerfetto, "D", "pan-right");
        row(KeyPreset::kPerfetto, "/", "search-everything");
        row(KeyPreset::kPerfetto, "Q", "inspector");
        row(KeyPreset::kPerfetto, "Ctrl+P", "filter-actors");
    }
    void habitsAreThere() {
        QFETCH(int, preset);
        QFETCH(QString, key);
        QFETCH(QString, does);
        window_->keymap().setPreset(static_cast<KeyPreset>(preset));
        QCOMPARE(window_->keymap().holderOf(keyOf(key)), does);
        QVERIFY(window_->keymap().keysOf(does).contains(keyOf(key)));
    }
    void keysOfAPresetWork() {
        open();
        window_->goTo({20});
        settle();
        press(Qt::Key_S);  // zooms out
        QCOMPARE(window_->position(), Position{20});
        window_->keymap().setPreset(KeyPreset::kGdb);
        window_->applyKeys();
        press(Qt::Key_S);
        settle();
        QCOMPARE(window_->position(), Position{21});
        press(Qt::SHIFT | Qt::Key_S);
        settle();
        QCOMPARE(window_->position(), Position{20});
        // What gave way means nothing now, wherever the keyboard is.
        window_->timeline().setFocus();
        window_->timeline().setVisible64({10, 60});
        press(Qt::Key_A);
        QCOMPARE(window_->timeline().visiblePositions(), (PositionRange{10, 60}));
        press(Qt::CTRL | Qt::Key_Right);
        QVERIFY(window_->timeline().visiblePositions().begin > 10);
    }
    void changedKeysHoldAtOnceAndAreKept() {
        open();
        KeysDialog dialog(window_->keymap(), nullptr);
        connect(&dialog, &KeysDialog::changed, window_.get(), &MainWindow::applyKeys);
        dialog.choose(QStringLiteral("first-event"));
        auto* line = dialog.findChild<QKeySequenceEdit*>();
        dialog.show();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        line->setFocus();
        // Somebody else's is named and not given.
        QTest::keyClick(line, Qt::Key_M);
        QVERIFY2(dialog.words().contains(QStringLiteral("Mark this event")),
                 qPrintable(dialog.words()));
        QVERIFY(!button(dialog, QStringLiteral("Add"))->isEnabled());
        QVERIFY(!button(dialog, QStringLiteral("Use only this"))->isEnabled());
        QCOMPARE(holdersOf(keyOf(QStringLiteral("M"))),
                 QStringList{QStringLiteral("mark-this-event-or-unmark-it")});
        // The next one pressed is another try.
        QTest::keyClick(line, Qt::Key_J, Qt::ControlModifier);
        QCOMPARE(line->keySequence(), keyOf(QStringLiteral("Ctrl+J")));
        button(dialog, QStringLiteral("Add"))->click();
        QCOMPARE(action(QStringLiteral("first-event"))->shortcuts(),
                 (QList<QKeySequence>{Qt::Key_Home, Qt::CTRL | Qt::Key_J}));
        QTest::keyClick(line, Qt::Key_M);
        button(dialog, QStringLiteral("Take it from there"))->click();
        QCOMPARE(holdersOf(keyOf(QStringLiteral("M"))), QStringList{QStringLiteral("first-event")});
        dialog.close();
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        press(Qt::Key_M);
        settle();
        QCOMPARE(window_->position(), Position{1});
        QVERIFY(action(QStringLiteral("first-event"))->toolTip().contains(QStringLiteral("Home")));
    }
    void keptKeysCanBeReset() {
        window_->keymap().assign(QStringLiteral("first-event"), {Qt::Key_M});
        window_->applyKeys();
        window_->close();
        make();
        QCOMPARE(holdersOf(keyOf(QStringLiteral("M"))), QStringList{QStringLiteral("first-event")});
        KeysDialog again(window_->keymap(), window_.get());
        connect(&again, &KeysDialog::changed, window_.get(), &MainWindow::applyKeys);
        again.choose(QStringLiteral("first-event"));
        button(again, QStringLiteral("Reset"))->click();
        QCOMPARE(action(QStringLiteral("first-event"))->shortcuts(),
                 (QList<QKeySequence>{Qt::Key_Home}));
        QCOMPARE(holdersOf(keyOf(QStringLiteral("M"))),
                 QStringList{QStringLiteral("mark-this-event-or-unmark-it")});
        again.choose(QStringLiteral("last-event"));
        button(again, QStringLiteral("No key"))->click();
        QVERIFY(action(QStringLiteral("last-event"))->shortcuts().isEmpty());
        button(again, QStringLiteral("Reset all"))->click();
        QCOMPARE(action(QStringLiteral("last-event"))->shortcuts(),
                 (QList<QKeySequence>{Qt::Key_End}));
        QVERIFY(!button(again, QStringLiteral("Reset all"))->isEnabled());
        again.findChild<QComboBox*>()->setCurrentIndex(1);
        QCOMPARE(window_->keymap().preset(), KeyPreset::kGdb);
        QVERIFY(action(QStringLiteral("one-event-forward"))->shortcuts().contains(Qt::Key_S));
    }
    void filteringFindsAnActionByItsKey() {
        KeysDialog dialog(window_->keymap(), window_.get());
        auto* filter = dialog.findChild<QLineEdit*>();
        filter->setText(QStringLiteral("ctrl+g"));
        dialog.show();
        auto* only = button(dialog, QStringLiteral("No key"));
        QVERIFY(only->isEnabled());
        only->click();
        QCOMPARE(window_->keymap().keysOf(QStringLiteral("to-position")), Keymap::Keys{});
        filter->setText(QStringLiteral("no such thing"));
        QVERIFY(!only->isEnabled());
    }
    void thePageOfKeysSaysWhatHoldsNow() {
        window_->keymap().assign(QStringLiteral("first-event"), {Qt::CTRL | Qt::Key_J});
        window_->applyKeys();
        const ShortcutsDialog page(window_->actions(), window_->keymap(), window_.get());
        QStringList texts;
        for (const QLabel* label : page.findChildren<QLabel*>()) texts << label->text();
        const qsizetype at = texts.indexOf(QStringLiteral("First event"));
        QVERIFY(at > 0);
        QCOMPARE(texts[at - 1], QStringLiteral("Ctrl+J"));
        QVERIFY(!texts.contains(QStringLiteral("Welcome page")));  // it has no key
    }
    void aPaneIsFoundByEachOfItsNamesAndHasOne() {
        open();
        auto* const box = window_->findChild<Omnibox*>();
        const QString name = QStringLiteral("Show or hide Notebook");
        for (const char* typed : {">notebook", ">show or hide notebook", ">hide note"}) {
            box->begin(QString::fromUtf8(typed));
            QCOMPARE(box->matches().at(0).title, name);
        }
        QCOMPARE(window_->keymap().textOf(QStringLiteral("notebook")), name);
        QCOMPARE(action(QStringLiteral("notebook"))->toolTip(), name);
        window_->keymap().setPreset(KeyPreset::kPerfetto);
        window_->applyKeys();
        const ShortcutsDialog page(window_->actions(), window_->keymap(), window_.get());
        QStringList texts;
        for (const QLabel* label : page.findChildren<QLabel*>()) texts << label->text();
        QCOMPARE(texts.value(texts.indexOf(QStringLiteral("Q")) + 1),
                 QStringLiteral("Show or hide Inspector"));
        // It is the pane that is meant.
        QAction* const pane = action(QStringLiteral("notebook"));
        const bool was = pane->isChecked();
        box->begin(QStringLiteral(">show or hide note"));
        QTest::keyClick(box, Qt::Key_Return);
        QCOMPARE(pane->isChecked(), !was);
    }
    void whatAnActionSaysAtPresentIsItsNameAndTheOtherOneFindsItToo() {
        open();
        QAction* const pin = action(QStringLiteral("pin-the-lane"));
        pin->setText(QStringLiteral("&Unpin the lane…"));
        pin->setEnabled(true);
        auto* const box = window_->findChild<Omnibox*>();
        for (const char* typed : {">unpin", ">pin the lane"}) {
            box->begin(QString::fromUtf8(typed));
            QCOMPARE(box->matches().at(0).title, QStringLiteral("Unpin the lane"));
        }
    }
};

QTEST_MAIN(TestKeys)
#include "tst_keys.moc"
