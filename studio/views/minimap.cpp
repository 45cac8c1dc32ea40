#include "studio/views/minimap.h"

#include "studio/models/event_mark.h"
#include "studio/models/text.h"

#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <utility>

namespace ariadne::studio {
namespace {
constexpr int kRugHeight = 10;  ///< marks, under the density
constexpr int kEdge = 5;
}  // namespace

Minimap::Minimap(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("minimap"));
    setAccessibleName(tr("Overview of the run"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFixedHeight(sizeHint().height());
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
}

QSize Minimap::sizeHint() const {
    return {400, 54};
}

void Minimap::setSummary(std::shared_ptr<const TraceSummary> summary) {
    summary_ = std::move(summary);
    whole_ = wholeOf(summary_ ? summary_->lastPosition.value : 1);
    update();
}

void Minimap::setLanes(std::shared_ptr<const LaneIndex> lanes) {
    lanes_ = std::move(lanes);
    update();
}

void Minimap::setPosition(Position position) {
    const QRect before = positionBox();
    position_ = position;
    const QRect now = positionBox();
    if (now != before) update(before), update(now);
}

QRect Minimap::positionBox() const {
    if (position_.value == 0) return {};
    return {static_cast<int>(std::floor(xOf(position_.value))) - 1, 0, 2, height()};
}

void Minimap::setBookmarks(std::shared_ptr<const Bookmarks> bookmarks) {
    bookmarks_ = std::move(bookmarks);
    update();
}

void Minimap::setStops(const RowHits& stops) {
    stops_ = stops;
    update();
}

void Minimap::setQueryHits(std::vector<std::uint64_t> positions) {
    queryHits_ = std::move(positions);
    update();
}

void Minimap::setVisible64(PositionRange visible) {
    visible_ = visible;
    update();
}

double Minimap::xOf(std::uint64_t position) const {
    return columnOf(position, whole_, width());
}
std::uint64_t Minimap::positionOf(double x) const {
    return positionAt(x, whole_, width());
}

QRectF Minimap::windowBox() const {
    const double x0 = xOf(visible_.begin), x1 = xOf(visible_.end);
    const double missing = std::max(0.0, 8 - (x1 - x0)) / 2;
    return {x0 - missing, 0, x1 - x0 + 2 * missing, static_cast<double>(height() - 1)};
}

void Minimap::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Theme& theme = Theme::of(palette());
    painter.fillRect(rect(), theme.base);
    paintDensity(painter);
    if (!bare_) paintWindow(painter);
    paintMarks(painter);
    paintBookmarks(painter);
    paintStops(painter);
    paintQueryHits(painter);
    painter.fillRect(positionBox(), theme.accent);
    painter.fillRect(0, height() - 1, width(), 1, theme.line);
}

void Minimap::paintDensity(QPainter& painter) {
    if (!lanes_ || lanes_->density.empty() || width() <= 0) return;
    const Theme& theme = Theme::of(palette());
    const std::vector<std::uint32_t>& bins = lanes_->density;
    // A short run has fewer events than there are pixels; a bar then stands for several of them.
    const auto events = static_cast<int>(std::min<std::uint64_t>(whole_.length(), 1'000'000));
    const int bar = std::clamp(width() * 6 / std::max(1, events), 1, 64);
    const int count = (width() + bar - 1) / bar;
    // Means, not sums: where columns get two bins here and three there, sums would make a comb.
    std::vector<double> means(static_cast<std::size_t>(count), 0.0);
    std::vector<int> parts(means.size(), 0);
    for (std::size_t bin = 0; bin < bins.size(); ++bin) {
        means[bin * means.size() / bins.size()] += bins[bin];
        ++parts[bin * means.size() / bins.size()];
    }
    for (std::size_t i = 0; i < means.size(); ++i) means[i] /= std::max(1, parts[i]);
    const double most = *std::max_element(means.begin(), means.end());
    if (most <= 0) return;
    const int room = height() - kRugHeight - 6;
    for (int i = 0; i < count; ++i) {
        const double share = std::sqrt(means[static_cast<std::size_t>(i)] / most);
        const int high = static_cast<int>(std::ceil(share * room));
        const QColor color = mixed(theme.rampLow, theme.rampHigh, 0.2 + 0.5 * share);
        painter.fillRect(i * bar, 4 + room - high, bar > 2 ? bar - 1 : bar, high, color);
    }
}

void Minimap::paintMarks(QPainter& painter) {
    if (!summary_) return;
    const Theme& theme = Theme::of(palette());
    const double y = height() - kRugHeight / 2.0 - 2;
    int lastX = -100;
    for (const Position snapshot : summary_->snapshots) {
        const int x = static_cast<int>(xOf(snapshot.value));
        if (x - lastX < 7) continue;
        lastX = x;
        paintMark(painter, QRectF(x - 3, y - 3, 6, 6), {MarkShape::kDiamond, Tone::kQuiet},
                  mixed(theme.base, theme.dim, 0.7));
    }
    for (const tracefmt::TraceGap& gap : summary_->gaps) {
        const double x0 = xOf(gap.first.value),
                     x1 = gap.last.value != 0 ? xOf(gap.last.value + 1) : width();
        painter.fillRect(QRectF(x0, 0, std::max(2.0, x1 - x0), height()),
                         QBrush(theme.warning, Qt::BDiagPattern));
    }
    lastX = -100;
    for (const Position failure : summary_->failures) {
        const int x = std::clamp(static_cast<int>(xOf(failure.value)), 5, width() - 5);
        if (x - lastX < 4) continue;
        lastX = x;
        painter.fillRect(x, 2, 1, height() - kRugHeight - 4, theme.failure);
        paintMark(painter, QRectF(x - 4, y - 4, 8, 8), {MarkShape::kCross, Tone::kFailure},
                  theme.failure);
    }
}

void Minimap::paintBookmarks(QPainter& painter) {
    if (!bookmarks_) return;
    const Theme& theme = Theme::of(palette());
    int lastX = -100;
    for (const Bookmark& bookmark : bookmarks_->all) {
        const int x = static_cast<int>(xOf(bookmark.position.value));
        if (x - lastX < 5) continue;
        lastX = x;
        painter.fillRect(QRectF(x - 0.5, 0, 1, height() - kRugHeight - 4), theme.accent);
        paintMark(painter, QRectF(x - 5, 0, 10, 10), {MarkShape::kFlag, Tone::kChanged},
                  theme.accent);
    }
}

/// A line along the top, broken where none stops: cost follows the pixels.
void Minimap::paintStops(QPainter& painter) {
    const QColor& colour = Theme::of(palette()).accent;
    std::uint64_t row = 0;
    for (int x = 0; x < width() && row < stops_.size(); ++x) {
        if (static_cast<int>(xOf(stops_.at(row).value)) > x) continue;
        painter.fillRect(QRectF(x, 0, 1, 4), colour);
        row = stops_.rowFrom({positionOf(x + 1)});
        while (row < stops_.size() && static_cast<int>(xOf(stops_.at(row).value)) <= x) ++row;
    }
}

/// Posts with a square head on the ground of the density, where there is at least one: cost follows
/// the pixels.
void Minimap::paintQueryHits(QPainter& painter) {
    const Theme& theme = Theme::of(palette());
    const int ground = height() - kRugHeight - 3;
    auto at = queryHits_.begin();
    while (at != queryHits_.end()) {
        const int x = static_cast<int>(xOf(*at));
        painter.fillRect(QRectF(x - 3, ground - 12, 7, 12), theme.base);
        painter.fillRect(QRectF(x, ground - 11, 1, 11), theme.message);
        painter.fillRect(QRectF(x - 2, ground - 11, 5, 5), theme.message);
        at = std::lower_bound(at, queryHits_.end(), std::max(positionOf(x + 7), *at + 1));
    }
}

void Minimap::paintWindow(QPainter& painter) {
    const Theme& theme = Theme::of(palette());
    const QRectF box = windowBox();
    QColor veil = theme.window;
    veil.setAlphaF(0.62F);
    painter.fillRect(QRectF(0, 0, box.left(), height()), veil);
    painter.fillRect(QRectF(box.right(), 0, width() - box.right(), height()), veil);
    painter.fillRect(QRectF(box.left(), 0, box.width(), 2), theme.dim);
    for (const double x : {box.left(), box.right() - 2}) {
        painter.fillRect(QRectF(x, 0, 2, height()), theme.dim);
        painter.fillRect(QRectF(x - 1, height() / 2.0 - 8, 4, 16), theme.dim);
    }
}

Minimap::Grab Minimap::grabAt(double x) const {
    const QRectF box = windowBox();
    if (std::abs(x - box.left()) <= kEdge) return Grab::kLeft;
    if (std::abs(x - box.right()) <= kEdge) return Grab::kRight;
    // A window over everything cannot be moved; a click in it means to go there.
    const bool all = visible_ == whole_;
    return !all && x > box.left() && x < box.right() ? Grab::kWindow : Grab::kJump;
}

void Minimap::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    grab_ = grabAt(event->position().x());
    grabX_ = event->position().x();
    grabbed_ = visible_;
    moved_ = false;
    if (grab_ == Grab::kJump) Q_EMIT positionRequested(positionOf(grabX_));
}

void Minimap::mouseMoveEvent(QMouseEvent* event) {
    const double x = event->position().x();
    if (grab_ == Grab::kNone) {
        const Grab under = grabAt(x);
        setCursor(under == Grab::kLeft || under == Grab::kRight ? Qt::SizeHorCursor
                  : under == Grab::kWindow                      ? Qt::OpenHandCursor
                                                                : Qt::ArrowCursor);
        return;
    }
    const double perPixel = static_cast<double>(whole_.length()) / std::max(1, width());
    if (grab_ == Grab::kJump) Q_EMIT positionRequested(positionOf(x));
    if (grab_ == Grab::kWindow) {
        // From where it was grabbed: what is shown may be wider, where many events are one instant.
        const PositionRange to = moved(grabbed_, std::llround((x - grabX_) * perPixel), whole_);
        moved_ |= std::abs(x - grabX_) >= 1;
        Q_EMIT visibleRequested(to.begin, to.end);
    }
    const std::uint64_t at = positionOf(x);
    if (grab_ == Grab::kLeft && at + kVisibleMin <= visible_.end)
        Q_EMIT visibleRequested(at, visible_.end);
    if (grab_ == Grab::kRight && at >= visible_.begin + kVisibleMin)
        Q_EMIT visibleRequested(visible_.begin, at + 1);
}

void Minimap::mouseReleaseEvent(QMouseEvent*) {
    // A click in the window that did not move it jumps.
    if (grab_ == Grab::kWindow && !moved_) Q_EMIT positionRequested(positionOf(grabX_));
    grab_ = Grab::kNone;
}

void Minimap::wheelEvent(QWheelEvent* event) {
    const std::uint64_t at = positionOf(event->position().x());
    const double anchor = visible_.contains(at) ? columnOf(at, visible_, 1.0) : 0.5;
    const PositionRange to =
        zoomed(visible_, anchor, std::pow(1.0015, -event->angleDelta().y()), whole_);
    Q_EMIT visibleRequested(to.begin, to.end);
    event->accept();
}

}  // namespace ariadne::studio
