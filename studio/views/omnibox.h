// One line for everything that has a name: commands, actors, positions, questions.
#pragma once

#include "studio/models/omnibox.h"

#include <QLineEdit>

#include <functional>

class QCompleter;

namespace ariadne::studio {

/// Asks for what can be meant each time somebody begins to type, shows the matches below, and says
/// which one was chosen. Threading: GUI thread.
class Omnibox final : public QLineEdit {
    Q_OBJECT

public:
    explicit Omnibox(QWidget* parent = nullptr);

    void setContext(std::function<OmniContext()> contextNow);
    /// Puts `typed` there and waits for more.
    void begin(const QString& typed);
    const OmniboxModel& matches() const { return *model_; }
    QCompleter& completer() { return *completer_; }

Q_SIGNALS:
    void chosen(const ariadne::studio::OmniMatch& match);
    /// Somebody is done here: the keys are for others again.
    void left();

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;

private:
    void offer();
    void leave();
    void choose(int row);

    std::function<OmniContext()> contextNow_;
    OmniContext context_;
    OmniboxModel* model_ = nullptr;
    QCompleter* completer_ = nullptr;
};

}  // namespace ariadne::studio
