#include "studio/views/space_time_view.h"

#include "studio/models/space_time_words.h"
#include "studio/models/text.h"
#include "studio/views/fonts.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <utility>

namespace ariadne::studio {
namespace {

constexpr int kHeaderHeight = 24;
constexpr int kNumbersWidth = 92;
constexpr double kZoomStep = 1.25;
constexpr double kFittedMax = 320;

}  // namespace

SpaceTimeView::SpaceTimeView(QWidget* parent) : QAbstractScrollArea(parent) {
    setObjectName(QStringLiteral("spaceTime"));
    setAccessibleName(tr("Messages between actors"));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setFont(uiFont());
    viewport()->setMouseTracking(true);
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
}

void SpaceTimeView::setActors(ActorEntries actors) {
    actors_ = std::move(actors);
    invalidate();
}

void SpaceTimeView::setPicture(std::shared_ptr<const SpaceTime> picture) {
    const bool same = picture_ && picture && picture_->question == picture->question;
    // Rows may come in above those that are in view.
    const std::optional<double> before =
        same ? momentLine(*picture_, picture_->question.of) : std::nullopt;
    picture_ = std::move(picture);
    layout_ = picture_ ? layOut(*picture_) : SpaceTimeLayout{};
    hovered_ = -1;
    fitColumns();
    updateScrollBars();
    invalidate();
    if (!picture_) return;
    if (!before) return revealPosition();
    const double moved = *momentLine(*picture_, picture_->question.of) - *before;
    verticalScrollBar()->setValue(verticalScrollBar()->value() +
                                  static_cast<int>(std::lround(moved * scale_.linePx)));
}

void SpaceTimeView::setPosition(Position position) {
    if (position_ == position) return;
    position_ = position;
    revealPosition();
    viewport()->update();
}

void SpaceTimeView::revealPosition() {
    if (!picture_ || layout_.lines == 0) return;
    const auto moment = momentLine(*picture_, position_);
    if (!moment) return;
    const int y = static_cast<int>(std::lround(*moment * scale_.linePx));
    const int margin = static_cast<int>(std::lround(2 * scale_.linePx));
    const int top = verticalScrollBar()->value();
    if (y < top + margin || y > top + area().height() - margin)
        verticalScrollBar()->setValue(y - area().height() / 2);
    const std::size_t row = picture_->rowFrom(position_);
    if (!picture_->holds(position_)) return;
    const int column = layout_.columnOf(picture_->rows[row].line.cell);
    if (column < 0) return;
    const int x = static_cast<int>(std::lround(scale_.xOf(column)));
    const int left = horizontalScrollBar()->value();
    if (x < left + 20 || x > left + area().width() - 20)
        horizontalScrollBar()->setValue(x - area().width() / 2);
}

QRect SpaceTimeView::area() const {
    return {kNumbersWidth, kHeaderHeight, std::max(1, viewport()->width() - kNumbersWidth),
            std::max(1, viewport()->height() - kHeaderHeight)};
}

double SpaceTimeView::xOf(int column) const {
    return scale_.xOf(column) - horizontalScrollBar()->value();
}

double SpaceTimeView::yOf(int line) const {
    return scale_.middleOf(line) - verticalScrollBar()->value();
}

double SpaceTimeView::arrowY(int line) const {
    return yOf(line) + (scale_.hasLabels() ? 0.36 * scale_.linePx : 0);
}

QPoint SpaceTimeView::pointOf(int line, int column) const {
    return area().topLeft() + QPointF(xOf(column), yOf(line)).toPoint();
}

int SpaceTimeView::lineAt(QPoint at) const {
    const QRect inside = area();
    if (at.y() < inside.y()) return -1;
    return scale_.lineAt(at.y() - inside.y() + verticalScrollBar()->value(), layout_.lines);
}

void SpaceTimeView::zoomBy(double factor) {
    const auto moment = picture_ ? momentLine(*picture_, position_) : std::nullopt;
    const QRect inside = area();
    QPointF at = inside.center();
    if (moment) {
        const double y = inside.y() + *moment * scale_.linePx - verticalScrollBar()->value();
        if (y >= inside.y() && y <= inside.bottom()) at.setY(y);
    }
    zoomAt(factor, at);
}

/// What is at `at` stays there.
void SpaceTimeView::zoomAt(double factor, QPointF at) {
    const SpaceTimeScale old = scale_;
    scale_ = scale_.zoomed(factor);
    if (scale_ == old) return;
    scaledByHand_ = true;
    const QPointF from = at - area().topLeft();
    const double line = (from.y() + verticalScrollBar()->value()) / old.linePx;
    const double column = (from.x() + horizontalScrollBar()->value()) / old.columnPx;
    updateScrollBars();
    verticalScrollBar()->setValue(static_cast<int>(std::lround(line * scale_.linePx - from.y())));
    horizontalScrollBar()->setValue(
        static_cast<int>(std::lround(column * scale_.columnPx - from.x())));
    invalidate();
}

void SpaceTimeView::fitColumns() {
    if (scaledByHand_ || layout_.columns.empty()) return;
    const double room = area().width() / (static_cast<double>(layout_.columns.size()) + 0.25);
    scale_.columnPx = std::clamp(room, SpaceTimeScale{}.columnPx, kFittedMax);
}

void SpaceTimeView::updateScrollBars() {
    const QRect inside = area();
    const int height = static_cast<int>(std::ceil(layout_.lines * scale_.linePx));
    // Behind the last lifeline there is room for what leaves the picture.
    const int width = static_cast<int>(
        std::ceil((static_cast<double>(layout_.columns.size()) + 0.25) * scale_.columnPx));
    verticalScrollBar()->setRange(0, std::max(0, height - inside.height()));
    verticalScrollBar()->setPageStep(inside.height());
    verticalScrollBar()->setSingleStep(std::max(1, static_cast<int>(scale_.linePx)));
    horizontalScrollBar()->setRange(0, std::max(0, width - inside.width()));
    horizontalScrollBar()->setPageStep(inside.width());
    horizontalScrollBar()->setSingleStep(std::max(1, static_cast<int>(scale_.columnPx / 2)));
}

void SpaceTimeView::invalidate() {
    imageIsStale_ = true;
    viewport()->update();
}

void SpaceTimeView::centreLine(int line) {
    verticalScrollBar()->setValue(static_cast<int>(std::lround(scale_.middleOf(line))) -
                                  area().height() / 2);
}

void SpaceTimeView::scrollContentsBy(int, int) {
    hovered_ = -1;
    invalidate();
}

void SpaceTimeView::resizeEvent(QResizeEvent*) {
    fitColumns();
    updateScrollBars();
    invalidate();
}

void SpaceTimeView::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) invalidate();
    QAbstractScrollArea::changeEvent(event);
}

void SpaceTimeView::wheelEvent(QWheelEvent* event) {
    const int delta =
        event->angleDelta().y() != 0 ? event->angleDelta().y() : event->angleDelta().x();
    const bool sideways =
        event->modifiers().testFlag(Qt::ShiftModifier) || event->angleDelta().y() == 0;
    if (event->modifiers().testFlag(Qt::ControlModifier))
        zoomAt(std::pow(1.0015, delta), event->position());
    else if (sideways)
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() - delta / 2);
    else
        verticalScrollBar()->setValue(verticalScrollBar()->value() - delta / 2);
    event->accept();
}

void SpaceTimeView::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::MiddleButton || event->button() == Qt::RightButton) {
        panning_ = true;
        panAt_ = event->pos();
        return;
    }
    const int line = lineAt(event->pos());
    if (event->button() == Qt::LeftButton && line >= 0)
        Q_EMIT positionRequested(rowOf(line).line.seq.value);
}

void SpaceTimeView::mouseMoveEvent(QMouseEvent* event) {
    if (panning_) {
        const QPoint by = event->pos() - panAt_;
        panAt_ = event->pos();
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() - by.x());
        verticalScrollBar()->setValue(verticalScrollBar()->value() - by.y());
        return;
    }
    hovered_ = lineAt(event->pos());
    hoverAt_ = event->pos();
    viewport()->update();
}

void SpaceTimeView::mouseReleaseEvent(QMouseEvent*) {
    panning_ = false;
}

void SpaceTimeView::mouseDoubleClickEvent(QMouseEvent* event) {
    const int line = lineAt(event->pos());
    if (event->button() == Qt::LeftButton && line >= 0) centreLine(line);
}

bool SpaceTimeView::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::Leave) {
        hovered_ = -1;
        viewport()->update();
    }
    if (event->type() == QEvent::ToolTip) {
        // Of a path that is cut short in the header.
        const auto* help = static_cast<QHelpEvent*>(event);
        QString path;
        for (std::size_t i = 0; i < layout_.columns.size() && help->y() < kHeaderHeight; ++i) {
            const double x = kNumbersWidth + xOf(static_cast<int>(i));
            if (std::abs(help->x() - x) <= scale_.columnPx / 2)
                path = pathOf(actors_, layout_.columns[i].rank);
        }
        QToolTip::showText(help->globalPos(), path.toHtmlEscaped(), this);
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

/// In the window these keys move the timeline.
bool SpaceTimeView::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool isPlain = (key->modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier;
        for (const Qt::Key own : {Qt::Key_W, Qt::Key_S, Qt::Key_A, Qt::Key_D})
            if (isPlain && key->key() == own) {
                event->accept();
                return true;
            }
    }
    return QAbstractScrollArea::event(event);
}

void SpaceTimeView::keyPressEvent(QKeyEvent* event) {
    const bool isPlain = (event->modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier;
    if (!isPlain) return QAbstractScrollArea::keyPressEvent(event);
    const auto scroll = [](QScrollBar* bar, int by) { bar->setValue(bar->value() + by); };
    switch (event->key()) {
        case Qt::Key_Up:
        case Qt::Key_Down:
            if (picture_) {
                const auto next = nextShown(*picture_, position_, event->key() == Qt::Key_Down);
                if (next) Q_EMIT positionRequested(next->value);
            }
            break;
        case Qt::Key_PageUp: scroll(verticalScrollBar(), -area().height()); break;
        case Qt::Key_PageDown: scroll(verticalScrollBar(), area().height()); break;
        case Qt::Key_W: zoomBy(kZoomStep); break;
        case Qt::Key_S: zoomBy(1 / kZoomStep); break;
        case Qt::Key_A: scroll(horizontalScrollBar(), -horizontalScrollBar()->singleStep()); break;
        case Qt::Key_D: scroll(horizontalScrollBar(), horizontalScrollBar()->singleStep()); break;
        default: QAbstractScrollArea::keyPressEvent(event); break;
    }
}

}  // namespace ariadne::studio
