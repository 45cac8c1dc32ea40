// Journey 2: a big trace is dropped onto the window, zoomed into to one message in three gestures,
// and walked back ten events, with no wait that anybody sees.
#include "studio/app/main_window.h"
#include "studio/app/studio_application.h"
#include "studio/models/text.h"
#include "studio/models/timeline_geometry.h"
#include "studio/views/inspector.h"
#include "studio/views/timeline_view.h"
#include "tests/bench/bench_files.h"
#include "tests/bench/big_trace.h"

#include <QDragEnterEvent>
#include <QDropEvent>
#include <QElapsedTimer>
#include <QMimeData>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>
#include <QWheelEvent>

#include <cmath>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

constexpr int kPatienceMs = 60'000;
/// Of the trace that is made when none is given: its states are found without snapshots.
constexpr std::uint64_t kEvents = 300'000;
/// What a message is wide enough by to be told from its neighbours.
constexpr double kMessagePx = 6;

}  // namespace

/// Nothing here asks for the trace that benchmarks share.
std::filesystem::path ariadne::bench::scratchFolder() {
    return std::filesystem::temp_directory_path();
}

class TestBigJourney : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString trace_;
    std::unique_ptr<MainWindow> window_;

    static StallCounter& stalls() { return static_cast<StudioApplication*>(qApp)->stalls(); }

    void settle() {
        QTRY_VERIFY_WITH_TIMEOUT((window_->repaint(), window_->isSettled()), kPatienceMs);
    }
    void openWindow() {
        window_ = std::make_unique<MainWindow>(folder_.filePath(QStringLiteral("studio.ini")));
        window_->resize(1920, 1080);
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
    }
    void drop(const QString& file) {
        QMimeData what;
        what.setUrls({QUrl::fromLocalFile(file)});
        const QPoint at = window_->rect().center();
        QDragEnterEvent enter(at, Qt::CopyAction, &what, Qt::LeftButton, {});
        QCoreApplication::sendEvent(window_.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent dropped(at, Qt::CopyAction, &what, Qt::LeftButton, {});
        QCoreApplication::sendEvent(window_.get(), &dropped);
    }
    PositionRange visible() { return window_->timeline().visiblePositions(); }
    double widthPx() { return window_->timeline().laneArea().width(); }
    /// Where the column of `event` is, on the ruler.
    QPointF pointOf(Position event) {
        const QRect area = window_->timeline().laneArea();
        return {area.x() + centreOf(event.value, visible(), widthPx()), area.y() - 8.0};
    }
    /// One turn of the wheel that spins on, at the place of `event`, until it shows `share` of what
    /// there was.
    void spinTo(Position event, double share) {
        QWidget& view = *window_->timeline().viewport();
        const double wanted = static_cast<double>(visible().length()) * share;
        while (static_cast<double>(visible().length()) > wanted) {
            const std::uint64_t before = visible().length();
            const QPointF at = pointOf(event);
            QWheelEvent notch(at, view.mapToGlobal(at), {}, {0, 120}, {}, Qt::ControlModifier,
                              Qt::ScrollUpdate, false);
            QCoreApplication::sendEvent(&view, &notch);
            // As between two events of a mouse, the window paints.
            window_->repaint();
            if (visible().length() == before) return;
        }
    }
    /// What was seen on the way; how fast it was is said and decides nothing, machines differ.
    void walk() {
        QElapsedTimer clock;
        stalls().begin();
        clock.start();
        drop(trace_);
        const auto isShown = [&] {
            if (window_->summary() == nullptr || !window_->timeline().isVisible()) return false;
            window_->repaint();
            return true;
        };
        QVERIFY(QTest::qWaitFor(isShown, kPatienceMs));
        qInfo("first paint after %lld ms (promised: 1000)",
              static_cast<long long>(clock.elapsed()));
        settle();
        const std::uint64_t events = window_->summary()->lastPosition.value;
        QCOMPARE(visible(), wholeOf(events));

        const Position message{events / 3};
        const double share = std::cbrt(widthPx() / (kMessagePx * 2) / static_cast<double>(events));
        for (int gesture = 0; gesture < 3; ++gesture) {
            spinTo(message, share);
            QVERIFY(visible().contains(message.value));
        }
        QVERIFY2(widthPx() / static_cast<double>(visible().length()) >= kMessagePx,
                 "a message is too narrow to be clicked");
        settle();
        QTest::mouseClick(window_->timeline().viewport(), Qt::LeftButton, {},
                          pointOf(message).toPoint());
        settle();
        stands(message);
        for (std::uint64_t back = 1; back <= 10; ++back) {
            QTest::keyClick(window_->windowHandle(), Qt::Key_Left);
            QCOMPARE(window_->position().value, message.value - back);
            settle();
            stands({message.value - back});
        }
        qInfo("%llu stalls of more than 50 ms (promised: none), the longest: %s",
              static_cast<unsigned long long>(stalls().count()),
              qPrintable(textOf(stalls().longest())));
    }
    void stands(Position at) {
        QCOMPARE(window_->position(), at);
        QCOMPARE(window_->moment()->position, at);
        QCOMPARE(window_->moment()->event->seq, at);
        QVERIFY2(window_->moment()->error.empty(), window_->moment()->error.c_str());
        QVERIFY(visible().contains(at.value));
    }

private Q_SLOTS:
    void initTestCase() {
        // A recording of 50 million events is what the promise is about.
        trace_ = qEnvironmentVariable("ARIADNE_JOURNEY_TRACE");
        if (!trace_.isEmpty()) return;
        trace_ = folder_.filePath(QStringLiteral("big.clew"));
        (void)bench::writeTrace(trace_.toStdString(), kEvents);
    }

    void fromTheWholeRunToOneMessageInThreeGestures() {
        openWindow();
        walk();
    }
};

int main(int argc, char** argv) {
    StudioApplication application(argc, argv);
    TestBigJourney test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_big_journey.moc"
