// Which keys do what: presets, what a person changed, and who has to give way.
#include "studio/models/keymap.h"
#include "studio/models/keymap_rows.h"

#include <QAbstractItemModelTester>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

using namespace ariadne::studio;

namespace {

QKeySequence keyOf(const char* text) {
    return QKeySequence(QString::fromLatin1(text));
}

Keymap small() {
    Keymap out;
    out.define(QStringLiteral("zoom-in"), QStringLiteral("Zoom in"), {Qt::Key_W, Qt::Key_Plus});
    out.define(QStringLiteral("run-a-program"), QStringLiteral("Run a program"),
               {Qt::CTRL | Qt::Key_R});
    out.define(QStringLiteral("why-is-this-so"), QStringLiteral("Why is this so?"), {Qt::Key_Y});
    out.define(QStringLiteral("welcome-page"), QStringLiteral("Welcome page"), {});
    return out;
}

QString dump(const Keymap& keymap) {
    QStringList lines;
    for (const QString& id : keymap.actions())
        lines << QStringLiteral("%1%2: %3")
                     .arg(keymap.isChanged(id) ? QStringLiteral("*") : QString(), id,
                          QKeySequence::listToString(keymap.keysOf(id)));
    return lines.join(QLatin1Char('\n'));
}

}  // namespace

class TestKeymap : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anIdIsTheWordsOfTheMenu() {
        QCOMPARE(actionIdOf(QStringLiteral("One event &back")), QStringLiteral("one-event-back"));
        QCOMPARE(actionIdOf(QStringLiteral("Centre, then fit all")),
                 QStringLiteral("centre-then-fit-all"));
        QCOMPARE(actionIdOf(QStringLiteral("Why is this so?")), QStringLiteral("why-is-this-so"));
        QCOMPARE(actionIdOf(QStringLiteral("&Open trace…")), QStringLiteral("open-trace"));
        QCOMPARE(actionIdOf(QString()), QString());
    }
    void keysAreThoseOfThePreset() {
        Keymap keymap = small();
        QCOMPARE(dump(keymap), QStringLiteral("zoom-in: W; +\nrun-a-program: Ctrl+R\n"
                                              "why-is-this-so: Y\nwelcome-page: "));
        keymap.setPreset(KeyPreset::kGdb);
        QCOMPARE(keymap.keysOf(QStringLiteral("run-a-program")),
                 (Keymap::Keys{Qt::Key_R, Qt::CTRL | Qt::Key_R}));
        QCOMPARE(keymap.keysOf(QStringLiteral("why-is-this-so")).first(), keyOf("W"));
        QVERIFY(!keymap.hasChanges());
    }
    void aKeyHasOneHolder() {
        Keymap keymap = small();
        QCOMPARE(keymap.holderOf(keyOf("Y")), QStringLiteral("why-is-this-so"));
        QCOMPARE(keymap.holderOf(keyOf("Shift+Y")), QString());
        // Who waits for a second chord never sees the first one's action, or the other way round.
        QCOMPARE(keymap.holderOf(QKeySequence(Qt::Key_Y, Qt::Key_X)),
                 QStringLiteral("why-is-this-so"));
        QCOMPARE(keymap.holderOf(QKeySequence()), QString());
    }
    void whatOneIsGivenAnotherLosesUntilItIsReset() {
        Keymap keymap = small();
        keymap.add(QStringLiteral("welcome-page"), keyOf("Y"));
        QCOMPARE(dump(keymap), QStringLiteral("zoom-in: W; +\nrun-a-program: Ctrl+R\n"
                                              "*why-is-this-so: \n*welcome-page: Y"));
        QCOMPARE(keymap.holderOf(keyOf("Y")), QStringLiteral("welcome-page"));
        keymap.reset(QStringLiteral("welcome-page"));
        QCOMPARE(dump(keymap), dump(small()));
        // From one person's key to the next.
        keymap.add(QStringLiteral("welcome-page"), keyOf("Y"));
        keymap.add(QStringLiteral("zoom-in"), keyOf("Y"));
        QCOMPARE(dump(keymap), QStringLiteral("*zoom-in: W; +; Y\nrun-a-program: Ctrl+R\n"
                                              "*why-is-this-so: \nwelcome-page: "));
        // Who lost it takes it back.
        keymap.reset(QStringLiteral("why-is-this-so"));
        QCOMPARE(dump(keymap), dump(small()));
    }
    void theSameKeyTwiceIsOne() {
        Keymap keymap = small();
        keymap.add(QStringLiteral("zoom-in"), keyOf("W"));
        QCOMPARE(keymap.keysOf(QStringLiteral("zoom-in")), (Keymap::Keys{Qt::Key_Plus, Qt::Key_W}));
    }
    void ownKeysHoldInEveryPreset() {
        Keymap keymap = small();
        keymap.assign(QStringLiteral("zoom-in"), {keyOf("R")});
        keymap.setPreset(KeyPreset::kGdb);
        QCOMPARE(keymap.keysOf(QStringLiteral("zoom-in")), (Keymap::Keys{Qt::Key_R}));
        QCOMPARE(keymap.keysOf(QStringLiteral("run-a-program")),
                 (Keymap::Keys{Qt::CTRL | Qt::Key_R}));
        keymap.resetAll();
        QCOMPARE(keymap.keysOf(QStringLiteral("run-a-program")).first(), keyOf("R"));
    }
    void keysOfListsAndLinesAreNobodys_data() {
        QTest::addColumn<QString>("key");
        QTest::addColumn<bool>("free");
        for (const char* key : {"Up", "Return", "Tab", "Space", "Shift+Down", "Esc", "Del"})
            QTest::newRow(key) << QString::fromLatin1(key) << false;
        for (const char* key : {"Ctrl+Up", "Alt+Return", "F2", "X", "Home", "Ctrl+Space"})
            QTest::newRow(key) << QString::fromLatin1(key) << true;
        QTest::newRow("none") << QString() << false;
    }
    void keysOfListsAndLinesAreNobodys() {
        QFETCH(QString, key);
        QFETCH(bool, free);
        QCOMPARE(Keymap::whyNot(QKeySequence(key)).isEmpty(), free);
    }
    void settingsKeepThem() {
        QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("studio.ini"));
        Keymap keymap = small();
        keymap.setPreset(KeyPreset::kPerfetto);
        keymap.assign(QStringLiteral("zoom-in"), {});
        keymap.assign(QStringLiteral("welcome-page"), {keyOf("Ctrl+;"), keyOf(",")});
        {
            QSettings settings(file, QSettings::IniFormat);
            settings.setValue(QStringLiteral("keys/changed/of-a-later-version"),
                              QStringLiteral("F4"));
            keymap.save(settings);
        }
        QSettings settings(file, QSettings::IniFormat);
        Keymap again = small();
        again.load(settings);
        QCOMPARE(again.preset(), KeyPreset::kPerfetto);
        QCOMPARE(dump(again), dump(keymap));
        QCOMPARE(again.keysOf(QStringLiteral("zoom-in")), Keymap::Keys{});
        again.reset(QStringLiteral("zoom-in"));
        again.save(settings);
        QVERIFY(!settings.contains(QStringLiteral("keys/changed/zoom-in")));
        QVERIFY(settings.contains(QStringLiteral("keys/changed/of-a-later-version")));
        settings.setValue(QStringLiteral("keys/preset"), 77);
        again.load(settings);
        QCOMPARE(again.preset(), KeyPreset::kVisualStudio);
    }
    void rowsSayActionsAndKeys() {
        Keymap keymap = small();
        KeymapRows rows(keymap);
        QAbstractItemModelTester tester(&rows);
        const auto text = [&] {
            QStringList lines;
            for (int row = 0; row < rows.rowCount(); ++row) {
                QStringList cells;
                for (int column = 0; column < rows.columnCount(); ++column)
                    cells << rows.index(row, column).data().toString();
                lines << cells.join(QLatin1Char('|'));
            }
            return lines.join(QLatin1Char('\n'));
        };
        keymap.add(QStringLiteral("welcome-page"), keyOf("Y"));
        rows.refresh();
        QCOMPARE(text(), QStringLiteral("Zoom in|W   +|\nRun a program|Ctrl+R|\n"
                                        "Why is this so?||changed\nWelcome page|Y|changed"));
        QCOMPARE(rows.rowOf(QStringLiteral("welcome-page")), 3);
    }
};

QTEST_GUILESS_MAIN(TestKeymap)
#include "tst_keymap.moc"
