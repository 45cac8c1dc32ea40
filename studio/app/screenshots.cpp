#include "studio/app/screenshots.h"

#include "studio/app/keys_dialog.h"
#include "studio/app/shortcuts_dialog.h"
#include "studio/app/theme_choice.h"
#include "studio/models/worked_queries.h"
#include "studio/views/cause_pane.h"
#include "studio/views/inspector.h"
#include "studio/views/query_pane.h"
#include "studio/views/state_tree.h"
#include "studio/views/stop_pane.h"
#include "studio/views/timeline_view.h"
#include "studio/views/transport_bar.h"

#include <QCoreApplication>
#include <QDir>
#include <QDockWidget>
#include <QEventLoop>
#include <QTextStream>
#include <QTimer>

namespace ariadne::studio {
namespace {

constexpr int kPatienceMs = 30'000;

/// Until everything on screen has been answered, or patience ends.
void settle(MainWindow& window) {
    QCoreApplication::sendPostedEvents();
    QEventLoop loop;
    QTimer patience;
    patience.setSingleShot(true);
    QObject::connect(&patience, &QTimer::timeout, &loop, &QEventLoop::quit);
    patience.start(kPatienceMs);
    // A frame is painted between looks, because painting is what asks for rows.
    QTimer look;
    QObject::connect(&look, &QTimer::timeout, &loop, [&] {
        window.repaint();
        if (window.isSettled()) loop.quit();
    });
    look.start(20);
    loop.exec();
}

class Camera {
public:
    Camera(MainWindow& window, const ScreenshotPlan& plan) : window_(window), plan_(plan) {}

    void take(const QString& name) {
        settle(window_);
        keep(name, window_.grab().toImage());
    }
    void keep(const QString& name, const QImage& image) {
        const QString path =
            QDir(plan_.folder).filePath(name + plan_.suffix + QStringLiteral(".png"));
        if (!image.save(path)) return;
        QTextStream(stdout) << path << Qt::endl;
        ++count_;
    }
    int count() const { return count_; }

private:
    MainWindow& window_;
    const ScreenshotPlan& plan_;
    int count_ = 0;
};

Rank busiestActor(const Moment& moment, const TraceSummary& summary) {
    if (moment.event && moment.event->cell != kOutside) return moment.event->cell;
    return {summary.actors->size() > 1 ? 1u : 0u};
}

/// The first group of several lanes.
void collapseOne(MainWindow& window) {
    const LaneArrangement& arranged = window.timeline().arrangement();
    for (std::size_t i = 0; i < arranged.groups.size(); ++i) {
        if ((*arranged.members)[i].size() < 2) continue;
        LaneChoices lanes = window.laneChoices();
        toggleCollapsed(lanes, arranged.groups[i].key);
        return window.chooseLanes(lanes);
    }
}

void takeAll(MainWindow& window, Camera& camera, const ScreenshotPlan& plan, const QString& theme) {
    window.showEventsPane();
    window.timeline().showAll();
    camera.take(QStringLiteral("overview") + theme);
    settle(window);
    if (window.moment()) window.select(busiestActor(*window.moment(), *window.summary()));
    camera.take(QStringLiteral("actor") + theme);
    const std::uint64_t at = window.position().value;
    window.timeline().setVisible64({at > 60 ? at - 60 : 1, at + 30});
    camera.take(QStringLiteral("zoomed") + theme);
    window.showCausesPane();
    camera.take(QStringLiteral("causes") + theme);
    const Position here = window.position();
    settle(window);
    // What came of something is best seen from its beginning.
    const auto chain = window.causesPane().rows().chain();
    if (chain && !chain->lines.empty()) window.goTo(chain->lines.back().seq);
    window.showEffectsPane();
    camera.take(QStringLiteral("effects") + theme);
    window.goTo(here);
    window.showMessagesPane();
    camera.take(QStringLiteral("messages") + theme);
    window.showBookmarksPane();
    camera.take(QStringLiteral("bookmarks") + theme);
    window.showStopsPane();
    window.stopsPane().add(QStringLiteral("failure"));
    camera.take(QStringLiteral("breakpoints") + theme);
    window.showQueryPane();
    window.queryPane().ask(workedQueries()[1].sql);
    camera.take(QStringLiteral("query") + theme);
    const LaneChoices lanes = window.laneChoices();
    StateTree& state = window.inspector().stateTree();
    state.setCurrentIndex(state.model().index(0, 0));
    if (window.inspector().chosenField()) {
        window.askAllWrites();
        camera.take(QStringLiteral("writes") + theme);
        window.showEventsPane();
        // What changes stands behind the arguments.
        state.setCurrentIndex(state.model().index(state.model().rowCount() - 1, 0));
        window.watchValue();
        window.timeline().showAll();
        camera.take(QStringLiteral("watched") + theme);
    }
    window.showEventsPane();
    window.groupLanes(LaneGrouping::kType);
    collapseOne(window);
    window.timeline().showAll();
    camera.take(QStringLiteral("grouped") + theme);
    window.groupLanes(LaneGrouping::kRegion);
    window.timeline().setByTime(true);
    camera.take(QStringLiteral("by-time") + theme);
    window.timeline().setByTime(false);
    window.chooseLanes(lanes);
    if (!plan.withDiff) return;
    window.showDiffPane();
    camera.take(QStringLiteral("diff") + theme);
}

}  // namespace

std::vector<PanePicture> picturesOfPanes(MainWindow& window) {
    std::vector<PanePicture> out;
    settle(window);
    if (window.moment()) window.select(busiestActor(*window.moment(), *window.summary()));
    window.timeline().showAll();
    window.queryPane().ask(workedQueries()[5].sql);
    if (window.stopsPane().stops().empty()) window.stopsPane().add(QStringLiteral("kind = stop"));
    const QList<QDockWidget*> docks = window.findChildren<QDockWidget*>();
    for (const bool dark : {true, false}) {
        applyTheme(dark ? ThemeChoice::kDark : ThemeChoice::kLight);
        const QString theme = dark ? QStringLiteral("-dark") : QStringLiteral("-light");
        const auto take = [&](const QString& name, QWidget& of) {
            settle(window);
            out.push_back({name + theme, of.grab().toImage()});
        };
        for (QDockWidget* dock : docks) {
            dock->show();
            dock->raise();
            take(dock->objectName(), *dock->widget());
        }
        take(QStringLiteral("timeline"), *window.timeline().parentWidget());
        take(QStringLiteral("transport"), *window.findChild<TransportBar*>());
        ShortcutsDialog page(window.actions(), window.keymap(), &window);
        take(QStringLiteral("shortcuts"), page);
        KeysDialog keys(window.keymap(), &window);
        take(QStringLiteral("keys"), keys);
    }
    return out;
}

int takeScreenshots(MainWindow& window, const ScreenshotPlan& plan) {
    QDir().mkpath(plan.folder);
    Camera camera(window, plan);
    settle(window);
    const bool open = window.summary() != nullptr;
    for (const bool dark : {true, false}) {
        if (!dark && !plan.bothThemes) break;
        applyTheme(dark ? ThemeChoice::kDark : ThemeChoice::kLight);
        const QString theme = dark ? QStringLiteral("-dark") : QStringLiteral("-light");
        if (open) takeAll(window, camera, plan, theme);
    }
    if (open)
        for (const PanePicture& pane : picturesOfPanes(window))
            camera.keep(QStringLiteral("pane-") + pane.name, pane.image);
    window.showWelcome();
    for (const bool dark : {true, false}) {
        if (!dark && !plan.bothThemes) break;
        applyTheme(dark ? ThemeChoice::kDark : ThemeChoice::kLight);
        const QString path = QDir(plan.folder)
                                 .filePath((dark ? QStringLiteral("welcome-dark")
                                                 : QStringLiteral("welcome-light")) +
                                           plan.suffix + QStringLiteral(".png"));
        QCoreApplication::processEvents();
        if (window.grab().save(path)) QTextStream(stdout) << path << Qt::endl;
    }
    return open ? camera.count() : 0;
}

}  // namespace ariadne::studio
