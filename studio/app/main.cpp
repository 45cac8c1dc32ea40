// ariadne-studio: the window.
#include "recorder/program_library.h"
#include "studio/app/main_window.h"
#include "studio/app/screenshots.h"
#include "studio/app/studio_application.h"
#include "studio/models/text.h"

#include <CLI/CLI.hpp>
#include <QDir>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTextStream>

#include <string>
#include <utility>
#include <vector>

namespace {

using namespace ariadne;

struct Options {
    std::string what;  ///< a file or a program
    std::uint64_t at = 0;
    std::string diff;
    std::vector<std::string> programFolders;
    std::string screenshots;
    std::string suffix;
    bool oneTheme = false;
};

void describe(CLI::App& app, Options& options) {
    app.add_option("what", options.what, "A trace to open, or a program to record now")
        ->type_name("FILE|PROGRAM");
    app.add_option("--at", options.at, "Position to stand at")->type_name("POSITION");
    app.add_option("--diff", options.diff, "Another trace to compare with")->type_name("FILE");
    app.add_option("--programs", options.programFolders, "A folder of further programs")
        ->type_name("FOLDER")
        ->allow_extra_args(false);
    app.add_option("--screenshots", options.screenshots,
                   "Write pictures of the main states there and leave")
        ->type_name("FOLDER");
    app.add_option("--screenshot-suffix", options.suffix)->group("");
    app.add_flag("--one-theme", options.oneTheme)->group("");
    app.set_version_flag("--version", "ariadne-studio " ARIADNE_VERSION);
}

void loadPrograms(const Options& options) {
    std::vector<std::filesystem::path> folders{recorder::installedProgramFolder()};
    folders.insert(folders.end(), options.programFolders.begin(), options.programFolders.end());
    QTextStream err(stderr);
    for (const std::filesystem::path& folder : folders)
        for (const absl::Status& status : recorder::loadPrograms(folder))
            err << studio::textOf(std::string(status.message())) << Qt::endl;
}

/// A program that crashes shall not take the window with it: runs are the command's, which is
/// installed beside this one. Where it is not, they are here.
void runElsewhere(studio::MainWindow& window, const Options& options) {
    const QString command =
        QDir(QCoreApplication::applicationDirPath()).filePath(QStringLiteral("ariadne"));
    if (!QFileInfo(command).isExecutable()) return;
    std::vector<std::string> words{command.toStdString(), "host"};
    for (const std::string& folder : options.programFolders)
        words.insert(words.end(), {"--programs", folder});
    window.session().runElsewhere(std::move(words));
}

void open(studio::MainWindow& window, const Options& options) {
    if (options.what.empty()) return;
    const QString what = studio::textOf(options.what);
    if (!QFileInfo::exists(what) && ProgramRegistry::find(options.what) != nullptr) {
        window.recordNow(what);
        return;
    }
    if (!options.diff.empty()) {
        QObject::connect(
            &window.session(), &studio::Session::opened, &window,
            [&window, other = studio::textOf(options.diff)] { window.compareWith(other); },
            Qt::SingleShotConnection);
    }
    window.openFile(what, options.at != 0 ? std::optional(Position{options.at}) : std::nullopt);
}

/// A second process draws at twice the scale: that of a process cannot change.
int takeDoubled(int argc, char** argv) {
    QStringList arguments;
    for (int i = 1; i < argc; ++i) arguments << QString::fromLocal8Bit(argv[i]);
    arguments << QStringLiteral("--screenshot-suffix") << QStringLiteral("-2x")
              << QStringLiteral("--one-theme");
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("QT_SCALE_FACTOR"), QStringLiteral("2"));
    process.setProcessEnvironment(environment);
    process.setProcessChannelMode(QProcess::ForwardedChannels);
    process.start(QCoreApplication::applicationFilePath(), arguments);
    process.waitForFinished(-1);
    return process.exitCode();
}

int takeScreenshots(studio::MainWindow& window, const Options& options, int argc, char** argv) {
    window.resize(1600, 1000);
    window.show();
    studio::ScreenshotPlan plan;
    plan.folder = studio::textOf(options.screenshots);
    plan.suffix = studio::textOf(options.suffix);
    plan.bothThemes = !options.oneTheme;
    plan.withDiff = !options.diff.empty();
    const int count = studio::takeScreenshots(window, plan);
    const bool failed = count == 0 && !options.what.empty();
    const int doubled = options.suffix.empty() && !failed ? takeDoubled(argc, argv) : 0;
    return failed ? 1 : doubled;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App cli("Walks recorded runs of actor programs in both directions.");
    describe(cli, options);
    try {
        cli.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return cli.exit(error) == 0 ? 0 : 2;
    }
    const bool pictures = !options.screenshots.empty();
    if (pictures && !qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");

    studio::StudioApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("ariadne"));
    QApplication::setApplicationVersion(QStringLiteral(ARIADNE_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("ariadne-studio"));
    studio::prepareLook();
    loadPrograms(options);
    QTemporaryDir scratch;  // pictures do not depend on, or change, a person's settings
    const QString folder =
        pictures ? scratch.path()
                 : QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation);
    studio::MainWindow window(QDir(folder).filePath(QStringLiteral("studio.ini")));
    window.watchStalls(application.stalls());
    runElsewhere(window, options);
    open(window, options);
    if (pictures) return takeScreenshots(window, options, argc, argv);
    window.show();
    return QApplication::exec();
}
