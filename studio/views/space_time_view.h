// Messages between actors: lifelines side by side, events from top to bottom.
#pragma once

#include "studio/models/event_columns.h"
#include "studio/models/space_time_layout.h"
#include "studio/session/results.h"

#include <QAbstractScrollArea>
#include <QImage>

#include <memory>
#include <optional>

namespace ariadne::studio {

/// Wheel scrolls, Shift+wheel scrolls sideways, Ctrl+wheel zooms at the mouse. Up and Down go to
/// the events shown before and behind the moment, Page Up and Page Down scroll, W S zoom, A D
/// scroll sideways. A click goes to the event of that line, a double-click brings it to the middle.
/// The picture is painted once per change of view; moment and mouse are painted over it. Knows no
/// session. Threading: GUI thread.
class SpaceTimeView final : public QAbstractScrollArea {
    Q_OBJECT

public:
    explicit SpaceTimeView(QWidget* parent = nullptr);

    void setActors(ActorEntries actors);
    /// Null: nothing is known. A picture of the same question stays where it is.
    void setPicture(std::shared_ptr<const SpaceTime> picture);
    const std::shared_ptr<const SpaceTime>& picture() const { return picture_; }
    const SpaceTimeLayout& shown() const { return layout_; }
    void setPosition(Position position);
    /// Brings the line of the moment into view.
    void revealPosition();
    void zoomBy(double factor);
    const SpaceTimeScale& scale() const { return scale_; }
    /// Where lines are drawn, in viewport pixels.
    QRect area() const;
    /// In viewport pixels; of a line that is not in view outside of area().
    QPoint pointOf(int line, int column) const;

Q_SIGNALS:
    void positionRequested(quint64 position);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;

private:
    void zoomAt(double factor, QPointF at);
    /// Until somebody zooms, columns are as wide as there is room.
    void fitColumns();
    void updateScrollBars();
    void invalidate();
    void centreLine(int line);
    int lineAt(QPoint at) const;
    const SpaceTime::Row& rowOf(int line) const {
        return picture_->rows[static_cast<std::size_t>(line)];
    }
    double xOf(int column) const;   ///< of its lifeline, in the picture's pixels
    double yOf(int line) const;     ///< of its middle
    double arrowY(int line) const;  ///< where arrows begin and end on it, below its text

    // space_time_paint.cpp
    void render();
    void paintLifelines(QPainter& painter);
    void paintBoxes(QPainter& painter);
    void paintArrow(QPainter& painter, const SpaceTimeLayout::Arrow& arrow);
    void paintSigns(QPainter& painter);
    void paintLabels(QPainter& painter);
    void paintHeader(QPainter& painter);
    void paintNumbers(QPainter& painter);
    void paintMoment(QPainter& painter);
    void paintHover(QPainter& painter);
    void paintEmpty(QPainter& painter);

    ActorEntries actors_;
    std::shared_ptr<const SpaceTime> picture_;
    SpaceTimeLayout layout_;
    SpaceTimeScale scale_;
    bool scaledByHand_ = false;
    Position position_;
    int hovered_ = -1;
    QPoint hoverAt_;
    bool panning_ = false;
    QPoint panAt_;
    QImage image_;
    bool imageIsStale_ = true;
};

}  // namespace ariadne::studio
