// What went wrong, why, and what can be done: plain text with one button.
#pragma once

#include <QWidget>

class QLabel;
class QToolButton;

namespace ariadne::studio {

enum class Severity : std::uint8_t { kInfo, kWarning, kError };

/// A strip above the panes, or in one; closed by its cross, by Esc in the window, or when it no
/// longer holds.
class StatusCard final : public QWidget {
    Q_OBJECT

public:
    explicit StatusCard(QWidget* parent = nullptr);

    /// `action` empty: no button. `tip`: what the button does, when its name does not say all.
    void display(Severity severity, const QString& title, const QString& cause,
                 const QString& action = {}, const QString& tip = {});
    QString title() const;

Q_SIGNALS:
    void actionTriggered();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Severity severity_ = Severity::kInfo;
    QLabel* title_ = nullptr;
    QLabel* cause_ = nullptr;
    QToolButton* action_ = nullptr;
    QToolButton* close_ = nullptr;
};

}  // namespace ariadne::studio
