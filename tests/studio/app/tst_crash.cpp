// Journey 8, and what comes before it: a program takes its process down, or somebody does, and the
// studio goes on with all that was committed.
#include "studio/app/main_window.h"
#include "studio/models/text.h"
#include "studio/views/status_card.h"

#include <QDir>
#include <QLabel>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <fstream>
#include <unistd.h>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

constexpr int kPatienceMs = 60'000;

/// The process that this one started last; 0: none is there.
pid_t childOfThisProcess() {
    pid_t found = 0;
    const QDir threads(QStringLiteral("/proc/self/task"));
    for (const QString& thread : threads.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        std::ifstream children{
            threads.filePath(thread + QStringLiteral("/children")).toStdString()};
        for (pid_t child = 0; children >> child;) found = child;
    }
    return found;
}

}  // namespace

class TestCrash : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::unique_ptr<MainWindow> window_;

    recorder::RunRequest mishap(const std::string& what, const std::string& turns,
                                const QString& name) {
        recorder::RunRequest request;
        request.program = "mishap";
        request.args = {{"what", what}, {"turns", turns}};
        request.file = folder_.filePath(name).toStdString();
        return request;
    }
    void settle() {
        QTRY_VERIFY_WITH_TIMEOUT((window_->repaint(), window_->isSettled()), kPatienceMs);
    }
    bool isCut() const {
        return window_->summary() && window_->summary()->state == tracefmt::FileState::kCut;
    }
    /// What the card says, title and cause.
    QString said() const {
        QString out;
        if (const StatusCard& card = window_->card(); card.isVisible())
            for (const QLabel* label : card.findChildren<QLabel*>())
                out += label->text() + QLatin1Char('\n');
        return out;
    }

private Q_SLOTS:
    void init() {
        QSettings(folder_.filePath(QStringLiteral("studio.ini")), QSettings::IniFormat)
            .setValue(QStringLiteral("recordings"), folder_.path());
        window_ = std::make_unique<MainWindow>(folder_.filePath(QStringLiteral("studio.ini")));
        window_->session().runElsewhere({ARIADNE_COMMAND, "host", "--programs", TEST_PROGRAMS});
        window_->resize(1480, 920);
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
    }
    void cleanup() { window_.reset(); }

    void aProgramThatCrashesLeavesTheStudioAlive() {
        window_->session().startRun(mishap("segv", "1000", QStringLiteral("crash.clew")), false);
        QTRY_VERIFY_WITH_TIMEOUT(isCut(), kPatienceMs);
        settle();
        // Every turn before the one that crashed: two events each, and the first two.
        QCOMPARE(window_->summary()->lastPosition.value, std::uint64_t{2002});
        QVERIFY2(said().contains(QLatin1String("mishap crashed: its first 2,002 events are here")),
                 qPrintable(said()));
        QVERIFY2(said().contains(QLatin1String("signal 11, Segmentation fault")),
                 qPrintable(said()));
        // And the next program runs.
        window_->session().startRun(mishap("nothing", "50", QStringLiteral("fine.clew")), false);
        QTRY_VERIFY_WITH_TIMEOUT(window_->summary()->state == tracefmt::FileState::kClean,
                                 kPatienceMs);
        settle();
        QVERIFY2(!said().contains(QLatin1String("crashed")), qPrintable(said()));
    }

    /// Neither the half of a recording nor the tail beside it.
    void aProgramThatCrashesRunAgainLeavesNothing() {
        Session& session = window_->session();
        auto inputs = mishap("again", "300", QStringLiteral("inputs.clew"));
        inputs.level = tracefmt::Level::kInputs;
        session.startRun(inputs, false);
        QTRY_VERIFY_WITH_TIMEOUT(
            window_->summary() && window_->summary()->state == tracefmt::FileState::kClean,
            kPatienceMs);
        settle();
        qputenv("MISHAP_AGAIN", "segv");
        QSignalSpy made{&session, &Session::materialised};
        session.materialise(folder_.filePath(QStringLiteral("half.clew")));
        const bool came = QTest::qWaitFor([&] { return !made.isEmpty(); }, kPatienceMs);
        qunsetenv("MISHAP_AGAIN");
        QVERIFY(came);
        const auto report = made.last()[0].value<std::shared_ptr<const MaterialiseReport>>();
        QVERIFY2(report->error.find("signal 11") != std::string::npos, report->error.c_str());
        QCOMPARE(QDir(folder_.path()).entryList({QStringLiteral("half*")}), QStringList{});
    }

    /// Journey 8: kill -9 in the middle of a recording; the file opens and says what it has.
    void aProgramThatIsKilledLeavesWhatItCommitted() {
        const QString file = QStringLiteral("killed.clew");
        window_->session().startRun(mishap("nothing", "1000000000", file), false);
        QTRY_VERIFY_WITH_TIMEOUT(
            window_->summary() && window_->summary()->lastPosition.value > 10'000, kPatienceMs);
        const std::uint64_t seen = window_->summary()->lastPosition.value;
        const pid_t child = childOfThisProcess();
        QVERIFY(child > 0);
        QCOMPARE(::kill(child, SIGKILL), 0);
        QTRY_VERIFY_WITH_TIMEOUT(isCut(), kPatienceMs);
        settle();
        QVERIFY(window_->summary()->lastPosition.value >= seen);
        QVERIFY2(said().contains(QLatin1String("signal 9, Killed")), qPrintable(said()));

        // Somebody else finds the file.
        const std::uint64_t kept = window_->summary()->lastPosition.value;
        cleanup();
        init();
        window_->openFile(folder_.filePath(file));
        QTRY_VERIFY_WITH_TIMEOUT(isCut(), kPatienceMs);
        settle();
        QCOMPARE(window_->summary()->lastPosition.value, kept);
        QVERIFY2(said().contains(QStringLiteral("This recording was cut off: its first %1 events")
                                     .arg(groupedText(kept))),
                 qPrintable(said()));
    }
};

QTEST_MAIN(TestCrash)
#include "tst_crash.moc"
