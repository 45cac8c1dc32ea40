// What counts as a stall of the window, and whom it is laid to.
#include "studio/app/stall_counter.h"
#include "studio/app/studio_application.h"

#include <QElapsedTimer>
#include <QTest>
#include <QTimer>
#include <QWidget>

using namespace ariadne::studio;

namespace {

constexpr std::int64_t kMs = 1'000'000;

/// A counter and a clock that goes when it is told.
struct Watched {
    std::int64_t now = 0;
    StallCounter stalls{[this] { return now; }};

    Watched() { stalls.begin(); }
    void enter(const char* receiver, int loopLevel = 1, QEvent::Type type = QEvent::Timer) {
        stalls.enter(loopLevel, type, receiver);
    }
    void pass(int ms) { now += ms * kMs; }
};

/// Busy for some time when it is clicked or told to.
class Slow final : public QWidget {
public:
    void work(int ms) const {
        QElapsedTimer timer;
        timer.start();
        while (timer.elapsed() < ms) {
        }
    }

protected:
    void mousePressEvent(QMouseEvent*) override { work(70); }
};

}  // namespace

class TestStallCounter : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void onlyWhatIsLongerThanTheLimitCounts() {
        Watched watched;
        watched.enter("Quick");
        watched.pass(50);
        watched.stalls.leave();
        QCOMPARE(watched.stalls.count(), 0u);
        watched.enter("Slow", 1, QEvent::KeyPress);
        watched.pass(51);
        watched.stalls.leave();
        QCOMPARE(watched.stalls.count(), 1u);
        QCOMPARE(textOf(watched.stalls.longest()), QStringLiteral("51 ms in KeyPress of Slow"));
        watched.enter("Slower");
        watched.pass(90);
        watched.stalls.leave();
        watched.enter("Slow");
        watched.pass(60);
        watched.stalls.leave();
        QCOMPARE(watched.stalls.count(), 3u);
        QCOMPARE(textOf(watched.stalls.longest()), QStringLiteral("90 ms in Timer of Slower"));
    }
    void waitingForEventsIsNoStall() {
        Watched watched;
        watched.enter("Quick");
        watched.stalls.leave();
        watched.stalls.wait();
        watched.pass(5000);
        watched.enter("Quick");
        watched.stalls.leave();
        QCOMPARE(watched.stalls.count(), 0u);
    }
    void manyQuickOnesInsideOfOneAreOneStallOfThat() {
        Watched watched;
        watched.enter("Window", 1, QEvent::UpdateRequest);
        for (int i = 0; i < 100; ++i) {
            watched.enter("Pane", 1, QEvent::Paint);
            watched.pass(1);
            watched.stalls.leave();
        }
        watched.stalls.leave();
        QCOMPARE(watched.stalls.count(), 1u);
        QCOMPARE(textOf(watched.stalls.longest()),
                 QStringLiteral("100 ms in UpdateRequest of Window"));
    }
    void theInnermostOneThatIsSlowItselfIsNamed() {
        Watched watched;
        watched.enter("Window", 1, QEvent::UpdateRequest);
        watched.enter("Pane", 1, QEvent::Paint);
        watched.enter("Row", 1, QEvent::Paint);
        watched.pass(80);
        watched.stalls.leave();
        watched.stalls.leave();
        watched.pass(10);
        watched.stalls.leave();
        QCOMPARE(watched.stalls.count(), 1u);
        QCOMPARE(textOf(watched.stalls.longest()), QStringLiteral("90 ms in Paint of Row"));
    }
    void aDialogIsNoStallButWhatComesBeforeItAndBehindItIs() {
        Watched watched;
        watched.enter("Button", 1, QEvent::MouseButtonRelease);
        watched.pass(60);  // before it is there
        watched.enter("Dialog", 2, QEvent::Show);
        watched.stalls.leave();
        QCOMPARE(watched.stalls.count(), 1u);
        for (int i = 0; i < 100; ++i) {
            watched.stalls.wait();
            watched.pass(1000);
            watched.enter("Dialog", 2, QEvent::KeyPress);
            watched.stalls.leave();
        }
        QCOMPARE(watched.stalls.count(), 1u);
        watched.pass(75);  // with what was chosen there
        watched.stalls.leave();
        QCOMPARE(watched.stalls.count(), 2u);
        QCOMPARE(textOf(watched.stalls.longest()),
                 QStringLiteral("75 ms in MouseButtonRelease of Button"));
    }
    void whatWasBeforeTheBeginningIsForgotten() {
        Watched watched;
        watched.enter("Slow");
        watched.pass(100);
        watched.stalls.leave();
        watched.enter("Window", 1, QEvent::Expose);
        watched.pass(100);
        watched.stalls.begin();
        watched.stalls.leave();
        QCOMPARE(watched.stalls.count(), 0u);
        QCOMPARE(watched.stalls.longest().tookNs, 0);
    }
    void theApplicationCountsFromTheFirstPictureOn() {
        auto& application = *static_cast<StudioApplication*>(qApp);
        StallCounter& stalls = application.stalls();
        int told = 0;
        stalls.setStalled([&told] { ++told; });
        Slow slow;
        bool worked = false;
        QTimer::singleShot(0, &slow, [&] {
            slow.work(70);
            worked = true;
        });
        QTRY_VERIFY(worked);
        QVERIFY(!stalls.hasBegun());
        QCOMPARE(stalls.count(), 0u);
        slow.show();
        QVERIFY(QTest::qWaitForWindowExposed(&slow));
        QVERIFY(stalls.hasBegun());
        stalls.begin();
        told = 0;
        QTest::mouseClick(slow.windowHandle(), Qt::LeftButton, {}, {5, 5});
        QVERIFY(stalls.count() >= 1);
        QCOMPARE(told, static_cast<int>(stalls.count()));
        stalls.setStalled(nullptr);
    }
};

int main(int argc, char** argv) {
    StudioApplication application(argc, argv);
    TestStallCounter test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_stall_counter.moc"
