// The line for everything that has a name, driven by keys.
#include "studio/views/omnibox.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QSignalSpy>
#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;
using Kind = OmniMatch::Kind;

namespace {

struct Shown {
    Shown() {
        box.setContext([this] {
            ++asked;
            OmniContext context;
            context.commands = {{QStringLiteral("Open trace"), {}, true},
                                {QStringLiteral("Open recent"), {}, true}};
            context.actors = std::make_shared<std::vector<ActorEntry>>();
            context.last = {100};
            return context;
        });
        box.resize(300, 28);
        box.show();
    }
    QAbstractItemView& popup() { return *box.completer().popup(); }
    OmniMatch lastOf(const QSignalSpy& spy) { return spy.last().at(0).value<OmniMatch>(); }

    Omnibox box;
    int asked = 0;
};

}  // namespace

class TestOmniboxLine : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void returnTakesTheBestMatch() {
        Shown shown;
        QVERIFY(QTest::qWaitForWindowExposed(&shown.box));
        QSignalSpy chosen{&shown.box, &Omnibox::chosen};
        shown.box.setFocus();
        QTest::keyClicks(&shown.box, QStringLiteral("@42"));
        QTRY_VERIFY(shown.popup().isVisible());
        QTest::keyClick(&shown.popup(), Qt::Key_Return);
        QCOMPARE(chosen.size(), 1);
        QVERIFY(shown.lastOf(chosen).kind == Kind::kPosition);
        QCOMPARE(shown.lastOf(chosen).number, quint64{42});
        QVERIFY(shown.box.text().isEmpty());
        QVERIFY(!shown.popup().isVisible());
    }

    void arrowsChooseAnother() {
        Shown shown;
        QVERIFY(QTest::qWaitForWindowExposed(&shown.box));
        QSignalSpy chosen{&shown.box, &Omnibox::chosen};
        shown.box.begin(QStringLiteral(">open"));
        QTRY_VERIFY(shown.popup().isVisible());
        QTest::keyClick(&shown.popup(), Qt::Key_Down);
        QTest::keyClick(&shown.popup(), Qt::Key_Return);
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(shown.lastOf(chosen).title, QStringLiteral("Open recent"));
    }

    void whatCannotBeIsNotChosen() {
        Shown shown;
        QVERIFY(QTest::qWaitForWindowExposed(&shown.box));
        QSignalSpy chosen{&shown.box, &Omnibox::chosen};
        shown.box.begin(QStringLiteral("@101"));
        QTRY_VERIFY(shown.popup().isVisible());
        QTest::keyClick(&shown.popup(), Qt::Key_Return);
        QCOMPARE(chosen.size(), 0);
        QVERIFY(shown.box.matches().at(0).title.contains(QStringLiteral("100")));
    }

    void escapeForgets() {
        Shown shown;
        QVERIFY(QTest::qWaitForWindowExposed(&shown.box));
        QSignalSpy chosen{&shown.box, &Omnibox::chosen};
        shown.box.begin(QStringLiteral("open"));
        QTRY_VERIFY(shown.popup().isVisible());
        QTest::keyClick(&shown.popup(), Qt::Key_Escape);
        QTRY_VERIFY(!shown.popup().isVisible());
        QTest::keyClick(&shown.box, Qt::Key_Escape);
        QVERIFY(shown.box.text().isEmpty());
        QCOMPARE(chosen.size(), 0);
    }

    void escapeIsNotTheWindowsWhileSomebodyTypes() {
        Shown shown;
        QKeyEvent override{QEvent::ShortcutOverride, Qt::Key_Escape, Qt::NoModifier};
        override.ignore();
        QGuiApplication::sendEvent(&shown.box, &override);
        QVERIFY(override.isAccepted());
    }

    void whatCanBeMeantIsAskedOncePerVisit() {
        Shown shown;
        QVERIFY(QTest::qWaitForWindowExposed(&shown.box));
        shown.box.setFocus();
        QTest::keyClicks(&shown.box, QStringLiteral("open trace"));
        QCOMPARE(shown.asked, 1);
    }
};

QTEST_MAIN(TestOmniboxLine)
#include "tst_omnibox_line.moc"
