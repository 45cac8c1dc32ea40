// The whole run on one strip: density, failures, snapshots, and the window the timeline shows.
#pragma once

#include "studio/models/timeline_geometry.h"
#include "studio/session/results.h"
#include "studio/session/row_hits.h"

#include <QWidget>

#include <cstdint>
#include <memory>
#include <vector>

namespace ariadne::studio {

/// A click jumps, dragging the window pans the timeline, dragging its edges zooms it.
class Minimap final : public QWidget {
    Q_OBJECT

public:
    explicit Minimap(QWidget* parent = nullptr);

    void setSummary(std::shared_ptr<const TraceSummary> summary);
    void setLanes(std::shared_ptr<const LaneIndex> lanes);
    void setPosition(Position position);
    Position position() const { return position_; }
    void setBookmarks(std::shared_ptr<const Bookmarks> bookmarks);
    /// What breakpoints stop at.
    void setStops(const RowHits& stops);
    /// Where rows of questions lead, ascending.
    void setQueryHits(std::vector<std::uint64_t> positions);
    const std::vector<std::uint64_t>& queryHits() const { return queryHits_; }
    void setVisible64(PositionRange visible);
    /// Nothing but what happened: no window and no position. For pictures of it.
    void setBare(bool bare) { bare_ = bare; }

    QSize sizeHint() const override;
    /// The window's rectangle; at least a few pixels wide, so that it can be grabbed.
    QRectF windowBox() const;

Q_SIGNALS:
    void positionRequested(quint64 position);
    void visibleRequested(quint64 begin, quint64 end);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

private:
    enum class Grab { kNone, kJump, kWindow, kLeft, kRight };

    Grab grabAt(double x) const;
    double xOf(std::uint64_t position) const;
    std::uint64_t positionOf(double x) const;
    /// The line where one stands; empty: none.
    QRect positionBox() const;
    void paintDensity(QPainter& painter);
    void paintMarks(QPainter& painter);
    void paintBookmarks(QPainter& painter);
    void paintStops(QPainter& painter);
    void paintQueryHits(QPainter& painter);
    void paintWindow(QPainter& painter);

    std::shared_ptr<const TraceSummary> summary_;
    std::shared_ptr<const LaneIndex> lanes_;
    std::shared_ptr<const Bookmarks> bookmarks_;
    RowHits stops_;
    std::vector<std::uint64_t> queryHits_;
    PositionRange whole_ = wholeOf(1);
    PositionRange visible_ = wholeOf(1);
    Position position_;
    bool bare_ = false;
    Grab grab_ = Grab::kNone;
    double grabX_ = 0;
    PositionRange grabbed_;  ///< what was in view then
    bool moved_ = false;     ///< since then
};

}  // namespace ariadne::studio
