// Random actions on three traces: nothing crashes or hangs, and all panes stay at one moment.
#include "recorder/program_run.h"
#include "studio/app/main_window.h"
#include "studio/app/studio_application.h"
#include "studio/models/text.h"
#include "tests/studio/app/agreement.h"
#include "tests/studio/app/monkey.h"

#include <QElapsedTimer>
#include <QFile>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

constexpr int kPatienceMs = 60'000;
/// Actions between two looks at the panes.
constexpr int kActionsPerLook = 3;

/// Together, on all three traces.
int actionCount() {
    const int asked = qEnvironmentVariableIntValue("ARIADNE_MONKEY_ACTIONS");
    return asked > 0 ? asked : 360;
}

std::uint64_t seed() {
    bool given = false;
    const auto asked = qEnvironmentVariable("ARIADNE_MONKEY_SEED").toULongLong(&given);
    return given ? asked : 20261130;
}

}  // namespace

/// ARIADNE_MONKEY_ACTIONS=10000 for a long walk, ARIADNE_MONKEY_SEED for another one,
/// ARIADNE_MONKEY_HANG_MS for a walk in which an action may take no longer (0: only told).
class TestMonkey : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::unique_ptr<MainWindow> window_;

    QString path(const QString& name) const { return folder_.filePath(name); }
    void record(const QString& name, const std::string& program, const ArgumentTexts& args) {
        recorder::RunRequest request;
        request.program = program;
        request.args = args;
        request.file = path(name).toStdString();
        auto run = recorder::ProgramRun::start(request);
        if (!run.ok()) qFatal("%s", std::string{run.status().message()}.c_str());
        while ((*run)->step()) {
        }
        if (const auto ended = (*run)->finish(""); !ended.ok())
            qFatal("%s", std::string{ended.status().message()}.c_str());
    }
    /// A bad sector in the middle, and an end that was never written.
    void damage(const QString& from, const QString& to) {
        QFile whole(path(from));
        if (!whole.open(QIODevice::ReadOnly)) qFatal("%s", qPrintable(whole.errorString()));
        QByteArray bytes = whole.readAll();
        bytes.truncate(bytes.size() * 4 / 5);
        for (qsizetype i = bytes.size() / 2; i < bytes.size() / 2 + 64; ++i) bytes[i] = '\x5a';
        QFile damaged(path(to));
        if (!damaged.open(QIODevice::WriteOnly) || damaged.write(bytes) != bytes.size())
            qFatal("%s", qPrintable(damaged.errorString()));
    }
    bool settles(tests::Monkey& monkey) {
        return QTest::qWaitFor(
            [&] {
                monkey.stopRuns();
                window_->repaint();
                return window_->isSettled();
            },
            kPatienceMs);
    }

private Q_SLOTS:
    void initTestCase() {
        record(QStringLiteral("small.clew"), "lost_update", {});
        record(QStringLiteral("shop.clew"), "supervised_shop",
               {{"orders", "60"}, {"crash_per_mille", "200"}});
        record(QStringLiteral("leaks.clew"), "bookings", {{"bookings", "150"}, {"forget", "true"}});
        damage(QStringLiteral("leaks.clew"), QStringLiteral("damaged.clew"));
        QSettings(path(QStringLiteral("studio.ini")), QSettings::IniFormat)
            .setValue(QStringLiteral("recordings"), folder_.path());
        qInfo("seed %llu, %d actions", static_cast<unsigned long long>(seed()), actionCount());
    }
    void init() {
        window_ = std::make_unique<MainWindow>(path(QStringLiteral("studio.ini")));
        window_->resize(1480, 920);
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
    }
    void cleanup() { window_.reset(); }

    void allPanesStayAtOneMoment_data() {
        QTest::addColumn<QString>("first");
        QTest::newRow("a small one with a failure") << QStringLiteral("small.clew");
        QTest::newRow("regions, obligations, restarts") << QStringLiteral("shop.clew");
        QTest::newRow("damaged and cut off") << QStringLiteral("damaged.clew");
    }
    void allPanesStayAtOneMoment() {
        QFETCH(QString, first);
        const QStringList all{QStringLiteral("small.clew"), QStringLiteral("shop.clew"),
                              QStringLiteral("damaged.clew")};
        QStringList paths;
        for (const QString& name : all) paths << path(name);
        tests::Monkey monkey(*window_, seed() + static_cast<quint64>(all.indexOf(first)), paths);
        tests::Agreement agreement;
        window_->openFile(path(first));
        QVERIFY(settles(monkey));
        static_cast<StudioApplication*>(qApp)->stalls().begin();
        const auto report = [&](const QString& wrong) {
            return QStringLiteral("%1\nseed %2; the last actions:\n%3")
                .arg(wrong)
                .arg(seed())
                .arg(monkey.history().join(QLatin1Char('\n')));
        };
        const int hangMs = qEnvironmentVariableIntValue("ARIADNE_MONKEY_HANG_MS");
        qint64 longestMs = 0;
        QString longest;
        for (int i = 0; i < actionCount() / 3; ++i) {
            QElapsedTimer took;
            took.start();
            monkey.act();
            const qint64 ms = took.elapsed();
            if (ms > longestMs) longestMs = ms, longest = monkey.history().last();
            if (hangMs > 0 && ms > hangMs)
                QFAIL(qPrintable(report(QStringLiteral("an action took %1 ms").arg(ms))));
            if (i % kActionsPerLook != 0) continue;
            if (!settles(monkey))
                QFAIL(qPrintable(report(QStringLiteral("not answered: ") +
                                        window_->unanswered().join(QStringLiteral(", ")))));
            const QString wrong = agreement.wrongIn(*window_);
            if (!wrong.isEmpty()) QFAIL(qPrintable(report(wrong)));
        }
        const StallCounter& stalls = static_cast<StudioApplication*>(qApp)->stalls();
        qInfo("longest action: %lld ms, %s; %llu stalls, the longest: %s; %d states compared",
              longestMs, qPrintable(longest), static_cast<unsigned long long>(stalls.count()),
              qPrintable(textOf(stalls.longest())), agreement.statesCompared());
        // Of the damaged one a walk may see nothing but what is lost.
        QVERIFY(agreement.statesCompared() > 0 || first == QStringLiteral("damaged.clew"));
    }
};

int main(int argc, char** argv) {
    StudioApplication application(argc, argv);
    TestMonkey test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_monkey.moc"
