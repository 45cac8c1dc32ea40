// The timeline: a lane per actor, turns as slices, the position as a line through all of them.
#pragma once

#include "studio/models/event_mark.h"
#include "studio/models/lane_arrangement.h"
#include "studio/models/timeline_axis.h"
#include "studio/models/timeline_raster.h"
#include "studio/session/query_lane.h"
#include "studio/session/results.h"
#include "studio/session/timeline_sums.h"
#include "studio/session/watch_lane.h"

#include <QAbstractScrollArea>
#include <QElapsedTimer>
#include <QImage>
#include <QRegion>

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace ariadne::studio {

/// Shows what it is given and says what a person wants; knows no session.
///
/// Wheel scrolls lanes, Ctrl+wheel zooms at the mouse, Shift+wheel pans, Ctrl+Shift+wheel changes
/// the height of lanes. Up Down scroll; all other keys are the window's. Dragging the ruler scrubs;
/// a click in a lane goes to that event and selects its actor, a double-click zooms there; dragging
/// across lanes measures, with the middle button it zooms to what was dragged over; dragging with
/// the right button pans, a click with it asks for the menu of the lane. Pinned lanes stand on top
/// and do not scroll. The lane of a group stands for its members, also while they are shown below
/// it; a click on its sign collapses or expands it. The lanes are rastered once per change of view;
/// lines are painted over them.
class TimelineView final : public QAbstractScrollArea {
    Q_OBJECT

public:
    explicit TimelineView(QWidget* parent = nullptr);
    ~TimelineView() override;

    void setActors(std::shared_ptr<const std::vector<ActorEntry>> actors);
    void setLanes(std::shared_ptr<const LaneIndex> lanes);
    /// What lanesReady() sums up, finer, for a stretch; it is used where it covers what is shown.
    void setSums(std::shared_ptr<const TimelineSums> sums);
    /// Finer sums of these positions would show more; nullopt: they would not, or are here.
    std::optional<PositionRange> sumsWanted() const;
    /// The axis is [1, last]; a view that showed all of the old one shows all of the new one.
    void setLastPosition(Position last, VirtualTime lastTime = {});
    void setPosition(Position position);
    Position position() const { return position_; }
    /// Scrolls the view so that the position and the selected lane can be seen.
    void revealPosition();
    void setSelected(Rank rank);
    void revealLane(Rank rank);
    void setArrows(std::shared_ptr<const ArrowSet> arrows);
    const std::shared_ptr<const ArrowSet>& arrows() const { return arrows_; }
    void setHideIdleLanes(bool hide);
    bool hidesIdleLanes() const { return hideIdle_; }
    /// What a person wants of the lanes. Asks matchesWanted() for another filter.
    void setChoices(const LaneChoices& choices);
    /// Answers matchesWanted(); those of a filter that is no longer wanted are left out.
    void setMatches(std::shared_ptr<const ActorMatches> matches);
    /// Answers groupsWanted(); those of other groups are left out.
    void setGroups(std::shared_ptr<const LaneGroups> groups);
    /// What is known of watched values; null: nothing.
    void setWatches(std::shared_ptr<const WatchLanes> watches);
    /// The answers to questions that are kept; null: nothing.
    void setQueries(std::shared_ptr<const QueryLanes> queries);
    /// Of the current lane when it is that of a question; null: it is not, or not answered yet.
    const QueryLane* currentQuery() const;
    const LaneArrangement& arrangement() const { return arrangement_; }

    /// The lane that is meant by keys and menus: the one that was clicked last, else that of the
    /// selected actor, whether it is shown or not. Empty: none.
    LaneKey currentLane() const { return current_; }
    void setCurrentLane(const LaneKey& key);
    /// The group it is, or is in; none: it is in no group.
    std::optional<LaneKey> currentGroup() const;
    /// Its row of the arrangement; none: it has no lane of its own.
    std::optional<std::size_t> currentRow() const { return rowOfKey(current_, arrangement_.rows); }
    /// To the lane above or below, which selects its actor.
    void stepLane(bool down);
    void revealCurrentLane();
    /// Middle of the label of a lane, in viewport pixels; none: it has no lane that is shown.
    std::optional<QPoint> labelCentre(const LaneKey& key) const;

    /// Positions; by time, all of the instants that they are of.
    void setVisible64(PositionRange visible);
    PositionRange visiblePositions() const { return axis().positions(); }
    PositionRange wholeAxis() const { return whole_; }  ///< in units of the axis
    TimelineAxis axis() const;
    /// The same events stay in view, as far as that can be.
    void setByTime(bool byTime);
    bool isByTime() const { return byTime_; }
    /// Below each lane how many messages wait, where lanes are high enough.
    void setShowQueues(bool show);
    bool showsQueues() const { return showQueues_; }
    /// "3 messages wait, at most 17 did, at event 1,234"; empty: nothing is known.
    QString queueText(Rank rank, std::optional<std::uint64_t> position) const;

    /// What a person has dragged over; nullopt: nothing. By time there may be no event in it.
    std::optional<PositionRange> measured() const;
    /// "1,234 events from 5 to 1,238", "20 ms", "400 turns, 512 messages"; empty: nothing.
    QStringList measuredLines() const;
    void clearMeasured();
    void zoomToMeasured();
    /// The same of what the middle button is dragged over just now; empty: it is not.
    QStringList zoomLines() const;
    /// Gives up what the mouse drags over, to measure it or to zoom there; false: it does not.
    bool cancelDrag();
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
    void matchesWanted(const QString& lower);
    void groupsWanted(std::shared_ptr<const ariadne::studio::LaneGroups::Members> members);
    /// There are other lanes, or more of them.
    void arranged();
    void currentLaneChanged();
    /// A person wants that group to be collapsed, or expanded.
    void groupToggled(const ariadne::studio::LaneKey& key);
    void laneMenuRequested(const QPoint& globalAt);
    void measuredChanged();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;

private:
    struct Hover {
        std::uint64_t position = 0;
        std::optional<std::size_t> row;
        const Slice* slice = nullptr;
        QPoint at;
    };
    enum class Drag { kNone, kScrub, kPan, kLabels, kClick, kMeasure, kZoom };

    /// Puts the lanes together anew.
    void arrange();
    void askMatches();
    void layOutRows();
    /// Few lanes are drawn higher.
    void fitPitch();
    void usePitch(int pitch);
    void updateScrollBar();
    void updateWhole();
    void setUnits(PositionRange units);
    /// The same when a person wants it: nothing that was wanted before is waited for.
    void setUnitsByHand(PositionRange units);
    /// Of all that was read.
    const TimeSteps& wholeTimes() const;
    /// For places in that stretch of a time axis.
    const TimeSteps& timesIn(PositionRange units) const;
    const TimeSteps& times() const { return timesIn(visible_); }
    /// For places of those positions, which need not be in view.
    TimelineAxis axisOf(PositionRange positions) const;
    /// Of what is behind that times are not known yet.
    Position readTo() const { return lanes_ && lanes_->sums ? lanes_->sums->next : Position{}; }
    bool isRead(PositionRange positions) const;
    /// The finest there are of all that is shown; null: none.
    const TimelineSums* sumsOf(PositionRange positions) const;
    /// Between where the mouse was pressed and `x`, both included.
    PositionRange unitsTo(int x) const;
    /// The mouse went so far along the lanes that no click can be meant.
    bool isDragged(QPoint at) const;
    void measureTo(int x);
    void zoomTo(PositionRange units);
    PositionRange positionsOf(PositionRange units) const;
    QStringList linesOf(PositionRange units) const;
    /// Of a lane: without the gap below it and its queue.
    int bodyHeight() const { return pitch_ - 2 - queueHeight(); }
    int queueHeight() const;
    void invalidate();
    void renderLanes();
    void updateHover(QPoint at);
    std::optional<std::size_t> rowAt(int y) const;
    /// Rows that stand on top and do not scroll: the pinned ones, as many as leave room for others.
    std::size_t fixedRows() const;
    int rowTop(std::size_t row) const;
    /// Where the rows that scroll are drawn, or the others.
    QRect rowsArea(bool fixed) const;
    struct RowSpan {
        std::size_t begin = 0;
        std::size_t end = 0;
    };
    RowSpan rowsInView(bool fixed) const;
    bool isKeyOf(const LaneRow& row, std::string_view key) const;
    std::optional<std::size_t> rowOfKey(const LaneKey& key, std::span<const LaneRow> rows) const;
    void scrollTo(std::size_t row);
    void scrubTo(int x);
    void clickLane(QPoint at);
    void clickGroup(const LaneRow& row, double x);
    /// To the event of `rank` that is meant by a click at `x` pixels of the lanes.
    void goToSlice(Rank rank, double x);
    /// The turn that is meant there; slices.size(): none within `reachPx`.
    std::size_t sliceUnder(const SliceList& slices, double x, int reachPx) const;
    bool isOnSign(QPoint at, std::size_t row) const;

    void paintRuler(QPainter& painter);
    void paintRows(QPainter& painter);
    void paintLabels(QPainter& painter, bool fixed);
    void paintLabel(QPainter& painter, const QRect& box, std::size_t row);
    void paintActorLabel(QPainter& painter, const QRect& text, std::uint32_t rank);
    void paintGroupLabel(QPainter& painter, const QRect& text, std::uint32_t group);
    void paintWatchLabel(QPainter& painter, const QRect& text, const Watch& watch);
    void paintWatches(QPainter& painter, RowSpan rows);
    void paintNumbers(QPainter& painter, const QRect& box, const WatchLane& lane,
                      std::uint64_t until);
    void paintTexts(QPainter& painter, const QRect& box, const WatchLane& lane,
                    std::uint64_t until);
    void paintQueryLabel(QPainter& painter, const QRect& text, const KeptQuery& query);
    void paintQueries(QPainter& painter, RowSpan rows);
    void paintQuery(QPainter& painter, const QRect& box, const QueryLane& lane);
    void paintHolds(QPainter& painter, RowSpan rows);
    /// Null: the row is of no region.
    const RegionSpan* regionOf(const LaneRow& row) const;
    void paintRegions(QPainter& painter, RowSpan rows);
    void paintRegionEnd(QPainter& painter, const QPoint& at, Verdict verdict);
    QStringList regionLines(const RegionSpan& region) const;
    void paintSigns(QPainter& painter, RowSpan rows);
    void paintSign(QPainter& painter, std::size_t row, std::uint64_t at, EventMark sign);
    void paintArrows(QPainter& painter);
    void paintArrow(QPainter& painter, const Arrow& arrow, bool fine);
    QString arrowsText(std::size_t shown, std::size_t inView) const;
    struct PositionPlace {
        int x = 0;
        QRectF veil;  ///< over its event; empty: that is too narrow
        QRect flag;
    };
    std::optional<PositionPlace> positionPlace() const;
    QRegion positionBoxes() const;
    bool changesRows(Position before, Position now) const;
    void paintPosition(QPainter& painter);
    void paintHover(QPainter& painter);
    void paintEmpty(QPainter& painter);
    QStringList hoverLines() const;
    QStringList holdLines(std::uint32_t rank) const;
    QStringList watchLines(const Watch& watch) const;
    /// Null: nothing is known of it yet.
    const WatchLane* watchLane(const Watch& watch) const;
    QStringList queryLines(const KeptQuery& query) const;
    const QueryLane* queryLane(const KeptQuery& query) const;
    /// The mark under the mouse, or the nearest one within a few pixels of it; null: none.
    const QueryLane::Mark* markNear(const QueryLane& lane, std::uint64_t under) const;
    void clickQuery(const KeptQuery& query, std::uint64_t under);
    QString timeAt(std::uint64_t position) const;
    void paintMeasured(QPainter& painter);
    void paintStretch(QPainter& painter, PositionRange units, const QStringList& lines);
    bool showLabelTip(const QPoint& at, const QPoint& globalAt);

    TimelineRaster raster_;
    std::shared_ptr<const LaneIndex> lanes_;
    std::shared_ptr<const TimelineSums> sums_;  ///< of a stretch; null: none
    std::shared_ptr<const std::vector<ActorEntry>> actors_;
    std::shared_ptr<const ArrowSet> arrows_;
    LaneChoices choices_;
    std::shared_ptr<const ActorMatches> matches_;  ///< null: of no filter
    LaneArrangement arrangement_;
    std::shared_ptr<const LaneGroups> groups_;  ///< of the arrangement's members; null: not yet
    std::shared_ptr<const WatchLanes> watches_;
    std::shared_ptr<const QueryLanes> queries_;
    std::vector<LaneRow> rows_;        ///< those of the arrangement that are shown
    std::vector<std::int32_t> rowOf_;  ///< by rank: its lane, or that of its group; -1 = none
    LaneKey current_;
    std::optional<std::size_t> currentShown_;  ///< its row of rows_
    bool byTime_ = false;
    bool showQueues_ = true;
    PositionRange whole_ = wholeOf(1);       ///< in units of the axis
    PositionRange visible_ = wholeOf(1);     ///< the same
    std::optional<PositionRange> measured_;  ///< the same
    std::optional<PositionRange> zoomTo_;    ///< the same; the middle button is dragged over it
    std::optional<PositionRange> wanted_;    ///< positions to be shown as soon as they are read
    /// What is shown since the position was revealed by times that are not exact.
    std::optional<PositionRange> revealedAbout_;
    Position last_{1};
    Position position_;
    Rank selected_;
    bool hideIdle_ = false;
    int pitch_ = 22;
    bool pitchByHand_ = false;
    int labelWidth_ = 190;
    VirtualTime lastTime_;
    Drag drag_ = Drag::kNone;
    QPoint dragAt_;
    QPoint pressedAt_;
    std::uint64_t pressedUnit_ = 0;  ///< of the axis: what was there then
    std::optional<Hover> hover_;
    QImage image_;
    bool imageIsStale_ = true;
    double lastFrameMs_ = 0;
    QRect toPaint_;  ///< what is to be painted, in paintEvent()
};

}  // namespace ariadne::studio
