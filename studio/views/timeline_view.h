// The timeline: a lane per actor, turns as slices, the position as a line through all of them.
#pragma once

#include "studio/models/timeline_geometry.h"
#include "studio/models/timeline_raster.h"
#include "studio/session/results.h"

#include <QAbstractScrollArea>
#include <QElapsedTimer>
#include <QImage>

#include <memory>
#include <optional>
#include <vector>

namespace ariadne::studio {

/// Shows what it is given and says what a person wants; knows no session.
///
/// Wheel scrolls lanes, Ctrl+wheel zooms at the mouse, Shift+wheel pans, Ctrl+Shift+wheel changes
/// the height of lanes. W S zoom, A D pan, Up Down scroll. Dragging the ruler scrubs; a click in a
/// lane goes to that event and selects its actor, a double-click zooms there; dragging with the
/// middle or right button pans. The lanes are rastered once per change of view; lines are painted
/// over them.
class TimelineView final : public QAbstractScrollArea {
    Q_OBJECT

public:
    explicit TimelineView(QWidget* parent = nullptr);
    ~TimelineView() override;

    void setActors(std::shared_ptr<const std::vector<ActorEntry>> actors);
    void setLanes(std::shared_ptr<const LaneIndex> lanes);
    /// The axis is [1, last]; a view that showed all of the old one shows all of the new one.
    void setLastPosition(Position last, VirtualTime lastTime = {});
    void setPosition(Position position);
    /// Scrolls the view so that the position and the selected lane can be seen.
    void revealPosition();
    void setSelected(Rank rank);
    void revealLane(Rank rank);
    void setArrows(std::shared_ptr<const ArrowSet> arrows);
    void setHideIdleLanes(bool hide);
    bool hidesIdleLanes() const { return hideIdle_; }

    void setVisible64(PositionRange visible);
    PositionRange visiblePositions() const { return visible_; }
    PositionRange wholeAxis() const { return whole_; }
    void zoomBy(double factor, double anchor = 0.5);
    /// At the position when it is in view, else in the middle.
    void zoomAtPosition(double factor);
    void panBy(double share);
    /// Centres the position; already centred, shows the whole trace.
    void centreOrFit();
    void showAll();

    /// Where lanes are drawn, in viewport pixels.
    QRect laneArea() const;
    int lanePitch() const { return pitch_; }
    /// From then on the height no longer follows the number of lanes.
    void setLanePitch(int pitch);
    std::optional<int> rowOfRank(Rank rank) const;
    /// Whose lanes can be seen, from top to bottom.
    std::vector<Rank> lanesInView() const;
    double lastFrameMs() const { return lastFrameMs_; }

Q_SIGNALS:
    void positionRequested(quint64 position);
    void actorSelected(quint32 rank);
    void visibleChanged(quint64 begin, quint64 end);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;

private:
    struct Hover {
        std::uint64_t position = 0;
        Rank rank;
        const Slice* slice = nullptr;
        QPoint at;
    };
    enum class Drag { kNone, kScrub, kPan, kLabels };

    void layOutRows();
    /// Few lanes are drawn higher.
    void fitPitch();
    void usePitch(int pitch);
    void updateScrollBar();
    void invalidate();
    void renderLanes();
    void updateHover(QPoint at);
    std::optional<std::uint32_t> rankAt(int y) const;
    int rowTop(int row) const;
    void scrubTo(int x);
    void clickLane(QPoint at);

    void paintRuler(QPainter& painter);
    void paintLabels(QPainter& painter);
    void paintLabel(QPainter& painter, const QRect& box, std::uint32_t rank);
    void paintFailures(QPainter& painter);
    void paintMarks(QPainter& painter);
    void paintArrows(QPainter& painter);
    void paintArrow(QPainter& painter, const Arrow& arrow);
    void paintPosition(QPainter& painter);
    void paintHover(QPainter& painter);
    void paintEmpty(QPainter& painter);
    QStringList hoverLines() const;
    QString timeAt(std::uint64_t position) const;

    TimelineRaster raster_;
    std::shared_ptr<const LaneIndex> lanes_;
    std::shared_ptr<const std::vector<ActorEntry>> actors_;
    std::shared_ptr<const ArrowSet> arrows_;
    std::vector<std::uint32_t> order_;  ///< all lanes
    std::vector<std::uint32_t> rows_;   ///< those shown
    std::vector<std::int32_t> rowOf_;   ///< by rank; -1 = not shown
    PositionRange whole_ = wholeOf(1);
    PositionRange visible_ = wholeOf(1);
    Position position_;
    Rank selected_;
    bool hideIdle_ = false;
    int pitch_ = 22;
    bool pitchByHand_ = false;
    int labelWidth_ = 190;
    VirtualTime lastTime_;
    Drag drag_ = Drag::kNone;
    QPoint dragAt_;
    std::optional<Hover> hover_;
    QImage image_;
    bool imageIsStale_ = true;
    double lastFrameMs_ = 0;
};

}  // namespace ariadne::studio
