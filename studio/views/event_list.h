// The rows of the event table: a virtual list that holds nothing but what is on screen.
#pragma once

#include "studio/models/event_rows.h"

#include <QAbstractScrollArea>

#include <memory>
#include <optional>
#include <vector>

class QHeaderView;
class QStandardItemModel;

namespace ariadne::studio {

/// Rows of fixed height out of EventRows; the row of the present position is marked and moves with
/// the arrow keys. Knows no session.
class EventList final : public QAbstractScrollArea {
    Q_OBJECT

public:
    enum Column { kEvent, kTime, kRound, kKind, kActor, kPeer, kMessage, kChange, kColumnCount };

    explicit EventList(QWidget* parent = nullptr);
    ~EventList() override;

    EventRows& rows() { return rows_; }
    void setActors(std::shared_ptr<const std::vector<ActorEntry>> actors);
    void setCount(const RowCount& count);
    void setPosition(Position position);
    Position position() const { return position_; }
    /// Scrolls so that `row` is shown, not at the very edge.
    void reveal(std::uint64_t row);
    /// The row of `position` if it is known without asking.
    std::optional<std::uint64_t> rowOfPosition(Position position) const;

    /// Every row on screen is here; nothing is missing from a hidden list.
    bool isFilled() const;
    std::uint64_t topRow() const { return top_; }
    int rowsPerPage() const;
    static constexpr int kRowHeight = 22;

Q_SIGNALS:
    void positionRequested(quint64 position);
    void actorSelected(quint32 rank);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    bool viewportEvent(QEvent* event) override;

private:
    void makeHeader();
    /// Shares the room out, until a person sets a width.
    void sizeColumns();
    void updateScrollBar();
    void setTop(std::uint64_t row);
    /// Empty: it is not in view.
    QRect boxOf(std::uint64_t row) const;
    void goToRow(std::uint64_t row);
    void moveBy(std::int64_t rows);
    std::uint64_t currentRow() const;
    void paintRow(QPainter& painter, std::uint64_t row, const QRect& box);
    void paintCells(QPainter& painter, const EventLine& line, const QRect& box, bool current);
    QString cellText(const EventLine& line, int column) const;
    QString pathOf(Rank rank) const;
    QRect cellBox(int column, const QRect& row) const;
    int painterWidth(const QString& text, int column) const;

    EventRows rows_;
    std::shared_ptr<const std::vector<ActorEntry>> actors_;
    QStandardItemModel* headerModel_ = nullptr;
    QHeaderView* header_ = nullptr;
    bool sizing_ = false;
    bool sizedByHand_ = false;
    Position position_;
    std::uint64_t top_ = 0;
    int wheel_ = 0;                        ///< eighths of a degree that make no whole row yet
    std::optional<std::uint64_t> wanted_;  ///< row to go to as soon as its page is here
    std::optional<std::uint64_t> hovered_;
};

}  // namespace ariadne::studio
