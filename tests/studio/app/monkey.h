// Somebody who knows nothing and tries everything: random actions on a window, from a seed.
#pragma once

#include "studio/app/main_window.h"

#include <QObject>
#include <QPoint>
#include <QRandomGenerator>
#include <QStringList>
#include <QTimer>

class QMenu;

namespace ariadne::tests {

/// Acts through the window as a person does: by mouse, keys, menus, and the lines one can type
/// into. Never ends the program: the window refuses to close. Dialogs and menus that an action
/// opens are chosen from or left before the next one.
///
/// Each action draws from numbers of its own, made of seed and count, so that an action is the same
/// however long the one before took. Threading: GUI thread; dies before the window.
class Monkey final : public QObject {
public:
    /// `traces`: what it opens now and then.
    Monkey(studio::MainWindow& window, std::uint64_t seed, QStringList traces);
    ~Monkey() override;

    /// One action, and what that opened.
    void act();
    /// The last actions, the newest last.
    QStringList history() const { return history_; }
    /// Takes the right to answer what is asked: ends a run that goes on.
    void stopRuns();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    using Act = void (Monkey::*)();

    Act chooseAct();
    void pressKey();
    void click();
    void clickLane();
    void drag();
    void turnWheel();
    void moveMouse();
    void triggerAction();
    void openMenu();
    void typeIntoOmnibox();
    void typePosition();
    void typeText();
    void resizeWindow();
    void openTrace();

    /// Where something is to be hit, by chance and by what is there.
    QPoint place();
    Qt::KeyboardModifiers modifiers();
    void type(const QString& text);
    void key(int code, Qt::KeyboardModifiers with = {});
    int below(int end) { return static_cast<int>(random_.bounded(end)); }
    void note(const QString& what);

    /// Answers what was opened, one step of it.
    void leaveOne();
    void leavePopup(QWidget& popup);
    void chooseFrom(QMenu& menu);

    studio::MainWindow& window_;
    std::uint64_t seed_;
    QStringList traces_;
    QRandomGenerator random_;
    QStringList history_;
    QTimer rescue_;  ///< what opens a loop of its own is left by what a timer brings into that loop
    bool acting_ = false;
    int ticks_ = 0;  ///< since the action began
    int triesLeft_ = 0;
    std::uint64_t count_ = 0;
};

}  // namespace ariadne::tests
