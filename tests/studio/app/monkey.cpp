#include "tests/studio/app/monkey.h"

#include "studio/views/event_table.h"
#include "studio/views/minimap.h"
#include "studio/views/timeline_view.h"

#include <QAction>
#include <QApplication>
#include <QDockWidget>
#include <QFileInfo>
#include <QMenu>
#include <QMenuBar>
#include <QTest>
#include <QWheelEvent>
#include <QWindow>

#include <algorithm>
#include <array>
#include <utility>

namespace ariadne::tests {
namespace {

using namespace ariadne::studio;

constexpr int kHistoryMax = 40;
constexpr int kTickMs = 15;
/// An action that has not come back after so many ticks is in a loop without a window: a drag.
constexpr int kTicksOfADrag = 6;
/// Steps of leaving what one action opened; then it is closed whatever it is.
constexpr int kTriesMax = 12;

const QStringList& words() {
    static const QStringList kWords{QStringLiteral("@12"),
                                    QStringLiteral("@1"),
                                    QStringLiteral("@9999999"),
                                    QStringLiteral("@worker"),
                                    QStringLiteral(">fit"),
                                    QStringLiteral(">event"),
                                    QStringLiteral(">zoom"),
                                    QStringLiteral("=SELECT seq FROM event LIMIT 3"),
                                    QStringLiteral("=SELEC"),
                                    QStringLiteral("#Event"),
                                    QStringLiteral("account"),
                                    QStringLiteral("Write"),
                                    QStringLiteral("where kind = fail"),
                                    QStringLiteral("where ("),
                                    QStringLiteral("seat"),
                                    QStringLiteral("\u00e4\u4e2d")};
    return kWords;
}

constexpr std::array kOtherKeys{Qt::Key_Up,    Qt::Key_Down,    Qt::Key_PageUp, Qt::Key_PageDown,
                                Qt::Key_Tab,   Qt::Key_Backtab, Qt::Key_Return, Qt::Key_Escape,
                                Qt::Key_Space, Qt::Key_Delete,  Qt::Key_Home,   Qt::Key_End,
                                Qt::Key_Left,  Qt::Key_Right,   Qt::Key_Plus,   Qt::Key_Minus,
                                Qt::Key_Comma, Qt::Key_Period,  Qt::Key_X,      Qt::Key_Backspace};

bool ends(const QAction& action) {
    return action.text() == QStringLiteral("&Quit");
}

}  // namespace

Monkey::Monkey(MainWindow& window, std::uint64_t seed, QStringList traces)
    : window_(window), seed_(seed), traces_(std::move(traces)) {
    window_.installEventFilter(this);
    // Not by the timer itself, which would not come again in a loop that it opened.
    connect(&rescue_, &QTimer::timeout, this, [this] {
        if (!acting_) return;
        ++ticks_;
        QMetaObject::invokeMethod(
            this, [this] { leaveOne(); }, Qt::QueuedConnection);
    });
    rescue_.start(kTickMs);
}

Monkey::~Monkey() {
    window_.removeEventFilter(this);
}

bool Monkey::eventFilter(QObject* watched, QEvent* event) {
    if (watched != &window_ || event->type() != QEvent::Close) return false;
    event->ignore();
    return true;
}

void Monkey::act() {
    ++count_;
    const std::array<quint32, 3> from{static_cast<quint32>(seed_),
                                      static_cast<quint32>(seed_ >> 32U),
                                      static_cast<quint32>(count_)};
    random_ = QRandomGenerator(from.data(), static_cast<qsizetype>(from.size()));
    ticks_ = 0;
    triesLeft_ = kTriesMax;
    acting_ = true;
    // Who closed a dialog goes on in the window.
    if (!window_.isActiveWindow()) window_.activateWindow();
    const Act chosen = chooseAct();
    (this->*chosen)();
    for (QWidget* popup = QApplication::activePopupWidget();
         popup != nullptr && triesLeft_ > -kTriesMax; popup = QApplication::activePopupWidget())
        leavePopup(*popup);
    acting_ = false;
}

Monkey::Act Monkey::chooseAct() {
    struct Choice {
        int weight;
        Act does;
    };
    static constexpr std::array kChoices{
        Choice{28, &Monkey::pressKey},       Choice{20, &Monkey::click},
        Choice{10, &Monkey::clickLane},      Choice{8, &Monkey::drag},
        Choice{9, &Monkey::turnWheel},       Choice{4, &Monkey::moveMouse},
        Choice{12, &Monkey::triggerAction},  Choice{5, &Monkey::openMenu},
        Choice{5, &Monkey::typeIntoOmnibox}, Choice{5, &Monkey::typePosition},
        Choice{2, &Monkey::typeText},        Choice{1, &Monkey::resizeWindow},
        Choice{1, &Monkey::openTrace}};
    const bool welcome = !window_.timeline().isVisible();
    if (welcome && below(3) != 0) return &Monkey::openTrace;
    int sum = 0;
    for (const Choice& choice : kChoices) sum += choice.weight;
    int at = below(sum);
    for (const Choice& choice : kChoices)
        if ((at -= choice.weight) < 0) return choice.does;
    return &Monkey::pressKey;
}

void Monkey::note(const QString& what) {
    history_ << QStringLiteral("%1 %2").arg(count_).arg(what);
    if (history_.size() > kHistoryMax) history_.removeFirst();
    if (qEnvironmentVariableIsSet("ARIADNE_MONKEY_VERBOSE"))
        fprintf(stderr, "%s\n", qPrintable(history_.last()));
}

QPoint Monkey::place() {
    // The panes that answer to a place are large; what is small has its share too.
    QList<QWidget*> targets{&window_, window_.timeline().viewport(),
                            window_.events().list().viewport(), window_.findChild<Minimap*>()};
    for (QDockWidget* dock : window_.findChildren<QDockWidget*>())
        if (dock->isVisible() && !dock->isFloating() && !dock->visibleRegion().isEmpty())
            targets << dock;
    QWidget* target = targets[below(static_cast<int>(targets.size()))];
    if (!target->isVisible() || target->window() != &window_ || target->rect().isEmpty())
        target = &window_;
    return target->mapTo(&window_, QPoint(below(target->width()), below(target->height())));
}

Qt::KeyboardModifiers Monkey::modifiers() {
    switch (below(8)) {
        case 0: return Qt::ControlModifier;
        case 1: return Qt::ShiftModifier;
        case 2: return Qt::ControlModifier | Qt::ShiftModifier;
        default: return Qt::NoModifier;
    }
}

void Monkey::key(int code, Qt::KeyboardModifiers with) {
    QTest::keyClick(window_.windowHandle(), static_cast<Qt::Key>(code), with);
}

void Monkey::type(const QString& text) {
    for (const QChar c : text)
        QTest::sendKeyEvent(QTest::Click, window_.windowHandle(), Qt::Key_unknown, QString(c),
                            Qt::NoModifier);
}

void Monkey::pressKey() {
    QList<QKeyCombination> keys;
    for (const Qt::Key other : kOtherKeys) keys << QKeyCombination(other);
    for (const QAction* action : window_.actions())
        for (const QKeySequence& sequence : action->shortcuts())
            if (!sequence.isEmpty() && !ends(*action)) keys << sequence[0];
    const QKeyCombination chosen = keys[below(static_cast<int>(keys.size()))];
    note(QStringLiteral("key ") + QKeySequence(chosen).toString());
    const int times = below(6) == 0 ? 5 : 1;
    for (int i = 0; i < times; ++i) key(chosen.key(), chosen.keyboardModifiers());
}

void Monkey::click() {
    const QPoint at = place();
    const int kind = below(10);
    note(QStringLiteral("%1 at %2,%3")
             .arg(kind == 0   ? QStringLiteral("right click")
                  : kind == 1 ? QStringLiteral("double click")
                              : QStringLiteral("click"))
             .arg(at.x())
             .arg(at.y()));
    QWindow* const window = window_.windowHandle();
    if (kind == 0)
        QTest::mouseClick(window, Qt::RightButton, {}, at);
    else if (kind == 1)
        QTest::mouseDClick(window, Qt::LeftButton, {}, at);
    else
        QTest::mouseClick(window, Qt::LeftButton, kind == 2 ? modifiers() : Qt::NoModifier, at);
}

void Monkey::clickLane() {
    TimelineView& timeline = window_.timeline();
    if (!timeline.isVisible() || !window_.summary()) return click();
    // Few lanes leave much room below them.
    const QRect area = timeline.laneArea();
    const int lanes = static_cast<int>(window_.summary()->actors->size()) * timeline.lanePitch();
    const QPoint in(below(area.right()), area.top() + below(std::min(area.height(), lanes)));
    const QPoint at = timeline.viewport()->mapTo(&window_, in);
    note(QStringLiteral("lane at %1,%2").arg(at.x()).arg(at.y()));
    QTest::mouseClick(window_.windowHandle(), Qt::LeftButton, {}, at);
}

void Monkey::drag() {
    const QPoint from = place();
    const QPoint to = below(3) == 0 ? place() : from + QPoint(below(200) - 100, below(60) - 30);
    const Qt::MouseButton button = below(3) == 0   ? Qt::RightButton
                                   : below(3) == 0 ? Qt::MiddleButton
                                                   : Qt::LeftButton;
    note(QStringLiteral("drag %1,%2 to %3,%4, button %5")
             .arg(from.x())
             .arg(from.y())
             .arg(to.x())
             .arg(to.y())
             .arg(static_cast<int>(button)));
    QWindow* const window = window_.windowHandle();
    QTest::mousePress(window, button, {}, from);
    for (int step = 1; step <= 4; ++step) QTest::mouseMove(window, from + (to - from) * step / 4);
    QTest::mouseRelease(window, button, {}, to);
}

void Monkey::turnWheel() {
    const QPoint at = place();
    QWidget* target = window_.childAt(at);
    if (target == nullptr) target = &window_;
    const Qt::KeyboardModifiers with = modifiers();
    const int delta = (below(2) == 0 ? 1 : -1) * (below(4) == 0 ? 30 : 120 * (1 + below(8)));
    note(QStringLiteral("wheel %1 at %2,%3 with %4")
             .arg(delta)
             .arg(at.x())
             .arg(at.y())
             .arg(static_cast<int>(with)));
    const QPointF local = target->mapFrom(&window_, at);
    const QPoint turn = below(8) == 0 ? QPoint(delta, 0) : QPoint(0, delta);
    QWheelEvent event(local, window_.mapToGlobal(at), {}, turn, Qt::NoButton, with,
                      Qt::NoScrollPhase, false);
    QApplication::sendEvent(target, &event);
}

void Monkey::moveMouse() {
    const QPoint at = place();
    note(QStringLiteral("mouse to %1,%2").arg(at.x()).arg(at.y()));
    QTest::mouseMove(window_.windowHandle(), at);
}

void Monkey::triggerAction() {
    QList<QAction*> able;
    for (QAction* action : window_.actions())
        if (action->isEnabled() && !ends(*action)) able << action;
    QAction* const chosen = able[below(static_cast<int>(able.size()))];
    note(QStringLiteral("action \"%1\"").arg(chosen->text()));
    chosen->trigger();
}

void Monkey::openMenu() {
    QMenuBar* const bar = window_.menuBar();
    const QList<QAction*> menus = bar->actions();
    QAction* const chosen = menus[below(static_cast<int>(menus.size()))];
    note(QStringLiteral("menu \"%1\"").arg(chosen->text()));
    QTest::mouseClick(window_.windowHandle(), Qt::LeftButton, {},
                      bar->mapTo(&window_, bar->actionGeometry(chosen).center()));
}

void Monkey::typeIntoOmnibox() {
    const QString word = words()[below(static_cast<int>(words().size()))];
    note(QStringLiteral("search for \"%1\"").arg(word));
    window_.activateWindow();
    key(Qt::Key_K, Qt::ControlModifier);
    type(word);
    // With its list open, keys are for that: leavePopup() goes on.
    if (QApplication::activePopupWidget() == nullptr)
        key(below(2) == 0 ? Qt::Key_Return : Qt::Key_Escape);
}

void Monkey::typePosition() {
    const quint64 last = window_.summary() ? window_.summary()->lastPosition.value : 10;
    const quint64 to = random_.generate64() % (last + 2);
    note(QStringLiteral("to position %1").arg(to));
    key(Qt::Key_G, Qt::ControlModifier);
    type(QString::number(to));
    key(Qt::Key_Return);
}

void Monkey::typeText() {
    const QString word = words()[below(static_cast<int>(words().size()))];
    note(QStringLiteral("type \"%1\"").arg(word));
    type(word);
}

void Monkey::resizeWindow() {
    const QSize size(500 + below(1300), 300 + below(800));
    note(QStringLiteral("resize to %1 x %2").arg(size.width()).arg(size.height()));
    window_.resize(size);
}

void Monkey::openTrace() {
    const QString path = traces_[below(static_cast<int>(traces_.size()))];
    note(QStringLiteral("open ") + QFileInfo(path).fileName());
    window_.openFile(path);
}

void Monkey::stopRuns() {
    for (QAction* action : window_.actions())
        if (action->text() == QStringLiteral("Stop") && action->isEnabled()) action->trigger();
}

void Monkey::leaveOne() {
    if (!acting_) return;
    if (QWidget* popup = QApplication::activePopupWidget()) return leavePopup(*popup);
    if (QWidget* modal = QApplication::activeModalWidget()) {
        if (--triesLeft_ > 0)
            QTest::keyClick(modal, Qt::Key_Escape);
        else
            modal->close();
        return;
    }
    if (ticks_ >= kTicksOfADrag) key(Qt::Key_Escape);
}

void Monkey::leavePopup(QWidget& popup) {
    if (--triesLeft_ <= 0) {
        popup.close();
        return;
    }
    if (auto* menu = qobject_cast<QMenu*>(&popup)) return chooseFrom(*menu);
    constexpr std::array kKeys{Qt::Key_Down, Qt::Key_Return, Qt::Key_Escape};
    QTest::keyClick(&popup, kKeys[static_cast<std::size_t>(below(3))]);
}

void Monkey::chooseFrom(QMenu& menu) {
    QList<QAction*> able;
    for (QAction* action : menu.actions())
        if (action->isEnabled() && action->isVisible() && !action->isSeparator() && !ends(*action))
            able << action;
    if (able.isEmpty() || below(3) == 0) {
        QTest::keyClick(&menu, Qt::Key_Escape);
        return;
    }
    QAction* const chosen = able[below(static_cast<int>(able.size()))];
    note(QStringLiteral("... \"%1\"").arg(chosen->text()));
    QTest::mouseClick(&menu, Qt::LeftButton, {}, menu.actionGeometry(chosen).center());
}

}  // namespace ariadne::tests
