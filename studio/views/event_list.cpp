#include "studio/views/event_list.h"

#include "studio/models/event_mark.h"
#include "studio/models/text.h"
#include "studio/models/timeline_geometry.h"
#include "studio/views/fonts.h"

#include <QHeaderView>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>
#include <QStandardItemModel>
#include <QToolTip>

#include <algorithm>
#include <array>
#include <utility>

namespace ariadne::studio {
namespace {

constexpr std::array<int, EventList::kColumnCount> kWidths{92, 158, 72, 120, 170, 170, 340, 300};
/// Rows beyond this cannot be told apart by an int scroll bar; it then moves in shares.
constexpr std::uint64_t kScrollRowsMax = 1'000'000'000;

bool shows(const EventLine& line, Position position) {
    return position >= line.seq && position <= std::max(line.seq, line.missingTo);
}

}  // namespace

EventList::EventList(QWidget* parent) : QAbstractScrollArea(parent) {
    setObjectName(QStringLiteral("eventList"));
    setAccessibleName(tr("Events"));
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::StrongFocus);
    setFont(uiFont());
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    viewport()->setMouseTracking(true);
    makeHeader();
    connect(&rows_, &EventRows::changed, this, [this] {
        if (wanted_ && rows_.lineIfHere(*wanted_) != nullptr) goToRow(*wanted_);
        viewport()->update();
    });
}

EventList::~EventList() = default;

void EventList::makeHeader() {
    headerModel_ = new QStandardItemModel(0, kColumnCount, this);
    const QStringList names{tr("Event"), tr("Virtual time"), tr("Round"),   tr("Kind"),
                            tr("Actor"), tr("Peer"),         tr("Message"), tr("State change")};
    headerModel_->setHorizontalHeaderLabels(names);
    header_ = new QHeaderView(Qt::Horizontal, this);
    header_->setObjectName(QStringLiteral("eventHeader"));
    header_->setModel(headerModel_);
    header_->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    header_->setStretchLastSection(true);
    header_->setHighlightSections(false);
    for (int column = 0; column < kColumnCount; ++column)
        header_->resizeSection(column, kWidths[static_cast<std::size_t>(column)]);
    for (const int column : {kEvent, kTime, kRound})
        headerModel_->setHeaderData(column, Qt::Horizontal,
                                    QVariant(Qt::AlignRight | Qt::AlignVCenter),
                                    Qt::TextAlignmentRole);
    connect(header_, &QHeaderView::sectionResized, this, [this] {
        sizedByHand_ = sizedByHand_ || (!sizing_ && header_->underMouse());
        viewport()->update();
    });
    setViewportMargins(0, 24, 0, 0);
}

void EventList::setActors(std::shared_ptr<const std::vector<ActorEntry>> actors) {
    actors_ = std::move(actors);
    viewport()->update();
}

void EventList::setCount(const RowCount& count) {
    if (count.generation != rows_.count().generation) top_ = 0, wanted_.reset();
    const bool wasThere = rowOfPosition(position_).has_value();
    rows_.setCount(count);
    updateScrollBar();
    // A run that is recorded is told of its new rows after the position has moved to them.
    if (const auto row = rowOfPosition(position_); row && !wasThere) reveal(*row);
}

void EventList::setPosition(Position position) {
    const auto before = rowOfPosition(position_);
    position_ = position;
    wanted_.reset();
    const auto now = rowOfPosition(position);
    if (now) reveal(*now);
    if (!before || !now) return viewport()->update();
    viewport()->update(boxOf(*before));
    viewport()->update(boxOf(*now));
}

QRect EventList::boxOf(std::uint64_t row) const {
    if (row < top_ || row - top_ > static_cast<std::uint64_t>(rowsPerPage())) return {};
    return {0, static_cast<int>(row - top_) * kRowHeight, viewport()->width(), kRowHeight};
}

std::optional<std::uint64_t> EventList::rowOfPosition(Position position) const {
    if (rows_.count().plain && position.value >= 1 && position.value <= rows_.count().rows)
        return position.value - 1;
    for (std::uint64_t row = top_; row < top_ + static_cast<std::uint64_t>(rowsPerPage()) + 1;
         ++row) {
        const EventLine* line = rows_.lineIfHere(row);
        if (line != nullptr && shows(*line, position)) return row;
    }
    return std::nullopt;
}

int EventList::rowsPerPage() const {
    return std::max(1, viewport()->height() / kRowHeight);
}

bool EventList::isFilled() const {
    // Behind the tab of another pane it is visible to Qt, and out of sight.
    if (!isVisible() || visibleRegion().isEmpty()) return true;
    const std::uint64_t end =
        std::min(top_ + static_cast<std::uint64_t>(rowsPerPage()), rows_.count().rows);
    for (std::uint64_t row = top_; row < end; ++row)
        if (rows_.lineIfHere(row) == nullptr) return false;
    return true;
}

void EventList::reveal(std::uint64_t row) {
    const auto page = static_cast<std::uint64_t>(rowsPerPage());
    if (row > top_ && row + 1 < top_ + page) return;
    if (row == 0 || (row == top_ && row + 1 < top_ + page)) return setTop(row == 0 ? 0 : row - 1);
    const bool near = row + page >= top_ && row < top_ + 2 * page;
    if (near && row <= top_)
        setTop(row - 1);
    else if (near)
        setTop(row + 2 > page ? row + 2 - page : 0);
    else
        setTop(row > page / 2 ? row - page / 2 : 0);
}

void EventList::updateScrollBar() {
    const std::uint64_t page = static_cast<std::uint64_t>(rowsPerPage());
    const std::uint64_t most = rows_.count().rows > page ? rows_.count().rows - page : 0;
    const QSignalBlocker quiet(verticalScrollBar());
    verticalScrollBar()->setRange(0, static_cast<int>(std::min(most, kScrollRowsMax)));
    verticalScrollBar()->setPageStep(rowsPerPage());
    setTop(std::min(top_, most));
}

void EventList::setTop(std::uint64_t row) {
    const std::uint64_t page = static_cast<std::uint64_t>(rowsPerPage());
    const std::uint64_t most = rows_.count().rows > page ? rows_.count().rows - page : 0;
    const std::uint64_t before = std::exchange(top_, std::min(row, most));
    const QSignalBlocker quiet(verticalScrollBar());
    const std::uint64_t bar =
        most <= kScrollRowsMax
            ? top_
            : static_cast<std::uint64_t>(static_cast<long double>(top_) /
                                         static_cast<long double>(most) * kScrollRowsMax);
    verticalScrollBar()->setValue(static_cast<int>(bar));
    // Rows that stay in view are moved, not painted again.
    const std::uint64_t rows = std::max(before, top_) - std::min(before, top_);
    if (rows >= page) return viewport()->update();
    const int dy = static_cast<int>(rows) * kRowHeight;
    if (rows != 0) viewport()->scroll(0, before < top_ ? -dy : dy);
}

void EventList::scrollContentsBy(int, int) {
    const std::uint64_t page = static_cast<std::uint64_t>(rowsPerPage());
    const std::uint64_t most = rows_.count().rows > page ? rows_.count().rows - page : 0;
    const auto bar = static_cast<std::uint64_t>(verticalScrollBar()->value());
    top_ = most <= kScrollRowsMax
               ? bar
               : static_cast<std::uint64_t>(static_cast<long double>(bar) / kScrollRowsMax *
                                            static_cast<long double>(most));
    viewport()->update();
}

void EventList::resizeEvent(QResizeEvent*) {
    header_->setGeometry(viewport()->x(), viewport()->y() - 24, viewport()->width(), 24);
    sizeColumns();
    updateScrollBar();
}

void EventList::sizeColumns() {
    if (sizedByHand_) return;
    sizing_ = true;
    int left = header_->width();
    for (int column = 0; column < kMessage; ++column) {
        header_->resizeSection(column, kWidths[static_cast<std::size_t>(column)]);
        left -= kWidths[static_cast<std::size_t>(column)];
    }
    header_->resizeSection(kMessage, std::max(200, left * 11 / 20));
    sizing_ = false;
}

QRect EventList::cellBox(int column, const QRect& row) const {
    return {header_->sectionViewportPosition(column), row.y(), header_->sectionSize(column),
            row.height()};
}

QString EventList::pathOf(Rank rank) const {
    if (!actors_ || rank.value >= actors_->size()) return {};
    return rank == kOutside ? tr("outside") : textOf((*actors_)[rank.value].path);
}

QString EventList::cellText(const EventLine& line, int column) const {
    if (line.missingTo.value != 0)
        return column == kEvent     ? groupedText(line.seq.value)
               : column == kKind    ? labelOf(line)
               : column == kMessage ? missingText(line)
                                    : QString();
    switch (column) {
        case kEvent: return groupedText(line.seq.value);
        case kTime: return timeText(line.time);
        case kRound: return groupedText(line.round.value);
        case kKind: return labelOf(line.kind);
        case kActor: return pathOf(line.cell);
        case kPeer:
            return line.peer == line.cell || line.peer == kOutside ? QString() : pathOf(line.peer);
        case kMessage: return textOf(line.text);
        case kChange: return textOf(line.change);
        default: return {};
    }
}

void EventList::paintEvent(QPaintEvent* event) {
    QPainter painter(viewport());
    const Theme& theme = Theme::of(palette());
    painter.fillRect(viewport()->rect(), theme.base);
    const RowCount& count = rows_.count();
    if (count.rows == 0) {
        painter.setPen(theme.dim);
        const QString text = !count.complete  ? tr("Searching …")
                             : count.filtered ? tr("No event matches the filter")
                                              : tr("No events");
        painter.drawText(viewport()->rect(), Qt::AlignCenter, text);
        return;
    }
    for (int i = 0; i <= rowsPerPage(); ++i) {
        const std::uint64_t row = top_ + static_cast<std::uint64_t>(i);
        const QRect box(0, i * kRowHeight, viewport()->width(), kRowHeight);
        if (row < count.rows && event->region().intersects(box)) paintRow(painter, row, box);
    }
}

void EventList::paintRow(QPainter& painter, std::uint64_t row, const QRect& box) {
    const Theme& theme = Theme::of(palette());
    const EventLine* line = rows_.line(row);
    const bool current = line != nullptr && shows(*line, position_);
    if (line != nullptr && line->missingTo.value != 0)
        painter.fillRect(box, QBrush(mixed(theme.base, theme.dim, 0.25), Qt::BDiagPattern));
    if (current) {
        painter.fillRect(box, theme.selection);
        painter.fillRect(QRect(box.x(), box.y(), 3, box.height()), theme.accent);
    } else if (hovered_ == row) {
        painter.fillRect(box, theme.hover);
    }
    if (line == nullptr) {
        painter.fillRect(QRect(16, box.center().y() - 3, 60, 6), theme.line);
        return;
    }
    paintCells(painter, *line, box, current);
}

void EventList::paintCells(QPainter& painter, const EventLine& line, const QRect& box,
                           bool current) {
    const Theme& theme = Theme::of(palette());
    const EventMark mark = markOf(line);
    // Turns are what people look for; what they caused stands back a little.
    const QColor text = line.missingTo.value != 0 ? theme.dim
                        : line.kind == EventKind::kDeliver || current
                            ? theme.text
                            : mixed(theme.base, theme.text, 0.78);
    for (int column = 0; column < kColumnCount; ++column) {
        QRect cell = cellBox(column, box).adjusted(8, 0, -8, 0);
        const bool number = column <= kRound;
        painter.setFont(number || column >= kMessage ? valueFont() : font());
        painter.setPen(column == kTime || column == kRound || column == kPeer ? theme.dim : text);
        if (column == kKind) {
            paintMark(painter, QRectF(cell.x(), cell.center().y() - 4, 10, 10), mark,
                      theme.colorOf(mark.tone));
            cell.adjust(17, 0, 0, 0);
            if (mark.tone == Tone::kFailure || mark.tone == Tone::kWarning)
                painter.setPen(theme.colorOf(mark.tone));
        }
        if (column == kChange && !line.change.empty()) painter.setPen(theme.changed);
        const bool path = column == kActor || column == kPeer;
        const QString shown = painter.fontMetrics().elidedText(
            cellText(line, column), path ? Qt::ElideLeft : Qt::ElideRight, cell.width());
        painter.drawText(cell,
                         (number ? Qt::AlignRight : Qt::AlignLeft) | int{Qt::AlignVCenter} |
                             int{Qt::TextSingleLine},
                         shown);
    }
}

std::uint64_t EventList::currentRow() const {
    if (wanted_) return *wanted_;
    return rowOfPosition(position_).value_or(top_);
}

void EventList::goToRow(std::uint64_t row) {
    if (rows_.count().rows == 0) return;
    row = std::min(row, rows_.count().rows - 1);
    reveal(row);
    const EventLine* line = rows_.line(row);
    wanted_ = line == nullptr ? std::optional(row) : std::nullopt;
    if (line != nullptr) Q_EMIT positionRequested(line->seq.value);
}

void EventList::moveBy(std::int64_t rows) {
    const std::uint64_t now = currentRow();
    const auto back = static_cast<std::uint64_t>(-rows);
    goToRow(rows < 0 ? now - std::min(now, back) : now + static_cast<std::uint64_t>(rows));
}

void EventList::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    const std::uint64_t row =
        top_ + static_cast<std::uint64_t>(std::max(0, event->pos().y()) / kRowHeight);
    if (row >= rows_.count().rows) return;
    if (const EventLine* line = rows_.lineIfHere(row)) {
        const int column = header_->logicalIndexAt(event->pos().x());
        const Rank rank = column == kPeer && line->peer != kOutside ? line->peer : line->cell;
        if (rank != kOutside) Q_EMIT actorSelected(rank.value);
    }
    goToRow(row);
}

void EventList::mouseMoveEvent(QMouseEvent* event) {
    hovered_ = top_ + static_cast<std::uint64_t>(std::max(0, event->pos().y()) / kRowHeight);
    viewport()->update();
}

bool EventList::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::Leave) hovered_.reset(), viewport()->update();
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const std::uint64_t row =
            top_ + static_cast<std::uint64_t>(std::max(0, help->y()) / kRowHeight);
        const EventLine* line = rows_.lineIfHere(row);
        const int column = header_->logicalIndexAt(help->x());
        const QString text = line != nullptr && column >= 0 ? cellText(*line, column) : QString();
        const bool cut =
            painterWidth(text, column) > header_->sectionSize(std::max(0, column)) - 16;
        QToolTip::showText(help->globalPos(), cut ? text.toHtmlEscaped() : QString(), this);
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

int EventList::painterWidth(const QString& text, int column) const {
    return QFontMetrics(column <= kRound || column >= kMessage ? valueFont() : font())
        .horizontalAdvance(text);
}

void EventList::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
        case Qt::Key_Up: moveBy(-1); break;
        case Qt::Key_Down: moveBy(1); break;
        case Qt::Key_PageUp: moveBy(-rowsPerPage()); break;
        case Qt::Key_PageDown: moveBy(rowsPerPage()); break;
        default: QAbstractScrollArea::keyPressEvent(event); break;
    }
}

void EventList::wheelEvent(QWheelEvent* event) {
    // A touchpad turns less than a row at a time.
    wheel_ -= event->angleDelta().y();
    const int rows = wheel_ / 40;
    wheel_ -= rows * 40;
    const auto step = static_cast<std::uint64_t>(std::abs(rows));
    setTop(rows < 0 ? top_ - std::min(top_, step) : top_ + step);
    event->accept();
}

}  // namespace ariadne::studio
