// A strip that says, while a run is on, what it does and why it does not.
#pragma once

#include "studio/models/run_words.h"

#include <QWidget>

#include <optional>

class QLabel;
class QToolButton;

namespace ariadne::studio {

/// Cannot be closed: it goes when what it says does. Bars for a run that is paused, a full disc for
/// one that goes on.
class RunBar final : public QWidget {
    Q_OBJECT

public:
    explicit RunBar(QWidget* parent = nullptr);

    /// None: there is nothing to say.
    void display(const std::optional<RunWords>& words, bool paused);
    QString title() const;
    QString text() const;

Q_SIGNALS:
    void actionTriggered();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    bool paused_ = false;
    QLabel* title_ = nullptr;
    QLabel* text_ = nullptr;
    QToolButton* action_ = nullptr;
};

}  // namespace ariadne::studio
