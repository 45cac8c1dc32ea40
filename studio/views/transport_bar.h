// Where one stands in the run, and how to move: buttons, slider, position box.
#pragma once

#include "studio/models/timeline_geometry.h"
#include "studio/session/results.h"
#include "studio/views/position_badge.h"

#include <QWidget>

class QAction;
class QHBoxLayout;
class QLabel;
class QLineEdit;
class QSlider;

namespace ariadne::studio {

/// The buttons are the main window's actions, so that menus and keys agree with them.
class TransportBar final : public QWidget {
    Q_OBJECT

public:
    explicit TransportBar(QWidget* parent = nullptr);

    /// A null action is a gap.
    void setActions(const QList<QAction*>& actions);
    void setWhen(When when);
    void setLastPosition(Position last);
    /// At once; round and time follow with the moment.
    void setPosition(Position position);
    void setMoment(Round round, VirtualTime time);
    void editPosition();

Q_SIGNALS:
    void positionRequested(quint64 position);

private:
    void accept();

    QHBoxLayout* buttons_ = nullptr;
    PositionBadge* badge_ = nullptr;
    QLineEdit* edit_ = nullptr;
    QLabel* total_ = nullptr;
    QLabel* round_ = nullptr;
    QLabel* time_ = nullptr;
    QSlider* slider_ = nullptr;
    Position last_;
    Position position_;
};

}  // namespace ariadne::studio
