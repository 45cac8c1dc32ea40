// The step of the guided tour that somebody is at: a quiet strip above the panes.
#pragma once

#include "studio/models/tour.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace ariadne::studio {

/// Says what to do, and how far one is; never in the way. Threading: GUI thread.
class TourCard final : public QWidget {
    Q_OBJECT

public:
    explicit TourCard(QWidget* parent = nullptr);

    /// Hidden while the tour is off.
    void setTour(const Tour& tour);
    QString title() const;
    QPushButton& leaveButton() { return *leave_; }

Q_SIGNALS:
    void leaveRequested();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::size_t step_ = 0;
    QLabel* title_ = nullptr;
    QLabel* text_ = nullptr;
    QPushButton* leave_ = nullptr;
};

}  // namespace ariadne::studio
