// ariadne-bench-studio: what the window promises, measured in the window: opening a large trace,
// moving through it, painting it, comparing it. The promises stand beside the figures.
#include "studio/app/main_window.h"
#include "studio/app/studio_application.h"
#include "studio/app/theme_choice.h"
#include "studio/models/text.h"
#include "studio/views/diff_view.h"
#include "studio/views/inspector.h"
#include "studio/views/state_tree.h"
#include "studio/views/timeline_view.h"
#include "tests/bench/big_trace.h"
#include "tests/bench/memory_peak.h"
#include "tests/bench/workload_run.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QTemporaryDir>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <random>
#include <string>
#include <vector>

namespace ariadne::bench {
namespace {

using namespace studio;

constexpr char kUsage[] =
    "usage: ariadne-bench-studio [--events N] [--only seek|step|actor|scrub|write|diff]\n"
    "                            [FILE [OTHER]]\n"
    "Opens FILE in the window and measures it; with OTHER it also looks where the two part.\n"
    "Without FILE it records one of N events (50,000,000) of 10,017 actors, which takes a while "
    "and\n"
    "20 bytes an event, and then compares traces of 10,000,000 events or N, if that is less, that "
    "part\n"
    "late and early.\n";
constexpr int kPatienceMs = 600'000;
constexpr int kMoves = 200;
constexpr int kFrames = 300;
constexpr int kCompares = 5;
constexpr std::uint64_t kTwinEvents = 10'000'000;

[[noreturn]] void giveUp(const QString& why) {
    std::fprintf(stderr, "ariadne-bench-studio: %s\n", qPrintable(why));
    std::exit(1);
}

/// Milliseconds until `isSo`, which is asked whenever the loop has handled something.
double msUntil(const std::function<bool()>& isSo, const char* what) {
    QElapsedTimer clock;
    clock.start();
    QTimer look;  // for what nobody tells of, and to lose patience
    look.start(50);
    while (!isSo()) {
        if (clock.hasExpired(kPatienceMs))
            giveUp(QStringLiteral("waited in vain for %1").arg(QLatin1String(what)));
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
    return static_cast<double>(clock.nsecsElapsed()) / 1e6;
}

/// `promise`: what the figures are held against, in words.
void report(const char* what, std::vector<double> ms, const char* promise) {
    std::sort(ms.begin(), ms.end());
    const auto at = [&](double share) {
        return ms[static_cast<std::size_t>(share * static_cast<double>(ms.size() - 1))];
    };
    std::printf("%-34s p50 %8.2f  p95 %8.2f  p99 %8.2f  most %8.2f ms   %s\n", what, at(0.5),
                at(0.95), at(0.99), ms.back(), promise);
    std::fflush(stdout);
}
void report(const char* what, double value, const char* unit, const char* promise = "") {
    std::printf("%-34s %12.1f %s   %s\n", what, value, unit, promise);
    std::fflush(stdout);
}

/// The window with one trace, and somebody who moves in it.
class Bench {
public:
    Bench(MainWindow& window, StallCounter& stalls) : window_(window), stalls_(stalls) {}

    /// Measures nothing.
    void show(const QString& path) {
        window_.openFile(path);
        msUntil([&] { return window_.summary() && textOf(window_.summary()->path) == path; },
                "the trace");
        settle();
    }

    void open(const QString& path) {
        const MemoryPeak peak;
        QElapsedTimer clock;
        clock.start();
        window_.openFile(path);
        msUntil([&] { return window_.summary() != nullptr && window_.moment() != nullptr; },
                "the trace");
        window_.repaint();
        report("open to the first picture", static_cast<double>(clock.nsecsElapsed()) / 1e6, "ms",
               "promise: 1,000");
        stalls_.begin();
        settle();
        report("open until all lanes are there", static_cast<double>(clock.nsecsElapsed()) / 1e6,
               "ms");
        report("memory beyond that of the window", peak.megabytes(), "MiB", "promise: 600");
        report("events", static_cast<double>(last()), "");
        report("lanes", static_cast<double>(window_.summary()->actors->size() - 1), "");
    }

    void seek() {
        std::mt19937_64 random{1};
        std::vector<double> ms;
        for (int i = 0; i < kMoves; ++i) ms.push_back(goTo({random() % last() + 1}));
        report("seek anywhere", std::move(ms), "promise: p95 50, p99 150");
    }

    void step() {
        std::vector<double> back, forward, worker;
        goTo({last() * 2 / 3});
        settle();
        untilMoment_.clear();
        for (int i = 0; i < kMoves; ++i) {
            back.push_back(goTo({window_.position().value - 1}));
            worker.push_back(window_.moment()->tookMs);
        }
        for (int i = 0; i < kMoves; ++i) forward.push_back(goTo({window_.position().value + 1}));
        report("step back", std::move(back), "promise: p95 10");
        report("    of which on the worker", std::move(worker), "");
        report("    of which until it is here", std::move(untilMoment_), "");
        untilMoment_.clear();
        report("step forward", std::move(forward), "promise: p95 10");
    }

    void stepOfActor() {
        window_.goTo({last() / 2});
        settle();
        window_.select(window_.moment()->event->cell);
        settle();
        std::vector<double> ms;
        for (int i = 0; i < kMoves; ++i) {
            const Position from = window_.position();
            QElapsedTimer clock;
            clock.start();
            window_.session().requestNeighbour(window_.selected(), from, false);
            std::optional<Position> found;
            const auto connection =
                QObject::connect(&window_.session(), &Session::navigated, &window_,
                                 [&](quint64 position) { found = Position{position}; });
            msUntil([&] { return found.has_value(); }, "the event before of the actor");
            QObject::disconnect(connection);
            goTo(*found);
            ms.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
        }
        report("step back of one actor", std::move(ms), "promise: p95 10");
    }

    void scrub() {
        window_.timeline().showAll();
        settle();
        frames("scrub, all lanes and events in view", [&](int i) {
            window_.timeline().setPosition({last() / kFrames * static_cast<std::uint64_t>(i) + 1});
        });
        frames("zoom and pan", [&](int i) {
            const std::uint64_t width = std::max<std::uint64_t>(last() >> (i % 20), 100);
            const std::uint64_t begin =
                (last() - width) / kFrames * static_cast<std::uint64_t>(i) + 1;
            window_.timeline().setVisible64({begin, begin + width});
        });
        window_.timeline().setLanePitch(1);
        window_.timeline().showAll();
        frames("the same, lanes of one pixel", [&](int i) {
            const std::uint64_t width = std::max<std::uint64_t>(last() >> (i % 6), 100);
            const std::uint64_t begin =
                (last() - width) / kFrames * static_cast<std::uint64_t>(i) + 1;
            window_.timeline().setVisible64({begin, begin + width});
        });
        window_.timeline().showAll();
        settle();
    }

    void lastWrite() {
        std::mt19937_64 random{2};
        std::vector<double> writes, whys;
        while (writes.size() < 50) {
            goTo({random() % last() + 1});
            settle();
            if (!window_.moment()->event || window_.moment()->event->cell == kOutside) continue;
            window_.select(window_.moment()->event->cell);
            settle();
            StateTree& state = window_.inspector().stateTree();
            state.setCurrentIndex(state.model().index(state.model().rowCount() - 1, 0));
            const auto field = window_.inspector().chosenField();
            if (!field) continue;
            bool answered = false;
            const auto connection = QObject::connect(&window_.session(), &Session::lastWriteReady,
                                                     &window_, [&] { answered = true; });
            window_.session().requestLastWrite(field->rank, field->steps, field->at);
            writes.push_back(msUntil([&] { return answered; }, "the last write"));
            QObject::disconnect(connection);
            answered = false;
            const auto why = QObject::connect(&window_.session(), &Session::causesReady, &window_,
                                              [&] { answered = true; });
            window_.session().requestCauses(window_.position());
            whys.push_back(msUntil([&] { return answered; }, "the causes"));
            QObject::disconnect(why);
        }
        report("last write of a field", std::move(writes), "promise: 100");
        report("why", std::move(whys), "promise: 100");
    }

    /// Until the card of the first divergence is painted; the files are opened anew each time.
    void diff(const QString& other, const char* what) {
        const DiffView& pane = window_.diffPane();
        bool done = false;
        const auto connection = QObject::connect(&window_.session(), &Session::diffDone, &window_,
                                                 [&] { done = true; });
        std::vector<double> ms;
        for (int i = 0; i < kCompares; ++i) {
            done = false;
            QElapsedTimer clock;
            clock.start();
            window_.compareWith(other);
            msUntil([&] { return done; }, "the comparison");
            window_.repaint();
            ms.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
            if (!pane.isVisible() || !pane.verdict().startsWith(QStringLiteral("First divergence")))
                giveUp(QStringLiteral("expected a divergence on screen, found \"%1\": %2")
                           .arg(pane.verdict(), pane.explanation()));
        }
        QObject::disconnect(connection);
        report(what, std::move(ms), "promise: 1,000 (10 M events)");
        std::printf("    %s\n", qPrintable(pane.verdict()));
    }

    void stalls() {
        report("stalls of more than 50 ms", static_cast<double>(stalls_.count()), "",
               "promise: none");
        if (stalls_.count() != 0)
            std::printf("    the longest: %s\n", qPrintable(textOf(stalls_.longest())));
    }

private:
    std::uint64_t last() const { return window_.summary()->lastPosition.value; }
    /// Painting is what asks for rows, so that a frame is painted now and then.
    void settle() {
        QElapsedTimer sincePaint;
        sincePaint.start();
        window_.repaint();
        const auto isSettled = [&] {
            if (sincePaint.hasExpired(50)) window_.repaint(), sincePaint.start();
            return window_.isSettled();
        };
        msUntil(isSettled, "answers");
    }
    /// Until the moment is shown.
    double goTo(Position position) {
        QElapsedTimer clock;
        clock.start();
        window_.goTo(position);
        msUntil([&] { return window_.moment() && window_.moment()->position == position; },
                "a moment");
        untilMoment_.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
        QCoreApplication::processEvents();  // what changed is painted
        return static_cast<double>(clock.nsecsElapsed()) / 1e6;
    }
    void frames(const char* what, const std::function<void(int)>& move) {
        std::vector<double> ms;
        for (int i = 0; i < kFrames; ++i) {
            move(i);
            window_.timeline().repaint();
            ms.push_back(window_.timeline().lastFrameMs());
            QCoreApplication::processEvents();
        }
        report(what, std::move(ms), "promise: p95 8");
    }

    MainWindow& window_;
    StallCounter& stalls_;
    std::vector<double> untilMoment_;
};

QString recordShop(const QTemporaryDir& folder, std::uint64_t events) {
    const QString path = folder.filePath(QStringLiteral("shop.clew"));
    // A client's order is 14 events, and there are a thousand clients.
    const std::string orders = std::to_string(std::max<std::uint64_t>(events / 14'000, 1));
    const auto times =
        runWorkload("bench_shop", {{"orders", orders}}, RecordLevel::kFull, path.toStdString());
    if (!times.ok()) giveUp(textOf(std::string{times.status().message()}));
    std::printf("recorded %.1f M events, %.0f MB\n", static_cast<double>(times->events) / 1e6,
                static_cast<double>(times->fileBytes) / 1e6);
    return path;
}

/// Three traces of which two part from the first one, at nine tenths of it and at one.
void compareTwins(Bench& bench, const QTemporaryDir& folder, std::uint64_t events) {
    const auto written = [&](const char* name, std::uint64_t otherFrom) {
        const QString path = folder.filePath(QString::fromLatin1(name));
        writeTrace(path.toStdString(), events, otherFrom);
        return path;
    };
    const QString one = written("one.clew", 0);
    const QString late = written("late.clew", events / 10 * 9);
    const QString early = written("early.clew", events / 10);
    std::printf("wrote three traces of %.1f M events\n", static_cast<double>(events) / 1e6);
    bench.show(one);
    bench.diff(late, "first divergence, late");
    bench.diff(early, "first divergence, early");
}

struct Request {
    std::uint64_t events = 50'000'000;
    QString only;  ///< empty: everything
    std::vector<QString> files;
};

int run(const Request& request, StallCounter& stalls) {
    const std::vector<QString>& files = request.files;
    const QTemporaryDir folder;
    const auto isWanted = [&](const char* part) {
        return request.only.isEmpty() || request.only == QLatin1String(part);
    };
    const bool onlyDiff = request.only == QLatin1String("diff");
    if (onlyDiff && files.size() == 1)
        giveUp(QStringLiteral("found one file, expected two to compare, or none to write them"));
    const QString path = !files.empty() ? files[0]
                         : onlyDiff     ? QString()
                                        : recordShop(folder, request.events);
    MainWindow window(folder.filePath(QStringLiteral("studio.ini")));
    window.watchStalls(stalls);
    window.resize(1920, 1080);
    window.show();
    QCoreApplication::processEvents();
    Bench bench(window, stalls);
    if (!path.isEmpty()) bench.open(path);
    const std::pair<const char*, void (Bench::*)()> parts[] = {{"seek", &Bench::seek},
                                                               {"step", &Bench::step},
                                                               {"actor", &Bench::stepOfActor},
                                                               {"scrub", &Bench::scrub},
                                                               {"write", &Bench::lastWrite}};
    for (const auto& [name, measure] : parts)
        if (isWanted(name)) (bench.*measure)();
    if (!path.isEmpty()) bench.stalls();
    if (!isWanted("diff")) return 0;
    if (files.size() > 1) bench.diff(files[1], "first divergence");
    if (files.empty()) compareTwins(bench, folder, std::min(request.events, kTwinEvents));
    return 0;
}

}  // namespace
}  // namespace ariadne::bench

int main(int argc, char** argv) {
    using namespace ariadne;
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    qputenv("QT_LOGGING_RULES", "qt.qpa.*=false");
    studio::StudioApplication application(argc, argv);
    studio::prepareLook();
    bench::Request request;
    const QStringList words = QCoreApplication::arguments().mid(1);
    for (qsizetype i = 0; i < words.size(); ++i) {
        bool understood = true;
        if (words[i] == QLatin1String("--events") && i + 1 < words.size())
            request.events = words[++i].toULongLong(&understood);
        else if (words[i] == QLatin1String("--only") && i + 1 < words.size())
            request.only = words[++i];
        else if (!words[i].startsWith(QLatin1Char('-')) && request.files.size() < 2)
            request.files.push_back(words[i]);
        else
            understood = false;
        if (!understood || request.events == 0) {
            std::fprintf(stderr, "ariadne-bench-studio: not understood: '%s'\n%s",
                         qPrintable(words[i]), bench::kUsage);
            return 2;
        }
    }
    return bench::run(request, application.stalls());
}
