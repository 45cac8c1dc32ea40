#include "studio/models/timeline_raster.h"

#include "studio/models/lane_order.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace ariadne::studio {
namespace {

constexpr std::uint8_t kFailedFlag = 1;
constexpr std::uint8_t kDroppedFlag = 2;
constexpr std::uint8_t kBusyFlag = 4;

QRgb* lineOf(QImage& image, int y) {
    return reinterpret_cast<QRgb*>(image.scanLine(y));
}

int columnInside(double x, int width) {
    return static_cast<int>(std::clamp(x, 0.0, static_cast<double>(width)));
}

std::span<const Slice> slicesIn(const LaneIndex::Lane& lane, PositionRange visible) {
    const std::size_t first = firstSliceAfter(lane.slices, visible.begin);
    const auto inView = std::span(lane.slices).subspan(first);
    const auto end = std::partition_point(inView.begin(), inView.end(),
                                          [&](const Slice& s) { return s.begin < visible.end; });
    return inView.first(static_cast<std::size_t>(end - inView.begin()));
}

/// The widest bins, as a power of two, that are no wider than a pixel.
unsigned binLogOf(PositionRange visible, int width) {
    const std::uint64_t perPixel =
        visible.length() / static_cast<std::uint64_t>(std::max(1, width));
    return perPixel > 0 ? static_cast<unsigned>(std::bit_width(perPixel)) - 1 : 0;
}

}  // namespace

void TimelineRaster::Bands::fill(std::size_t begin, std::size_t end, QRgb color) {
    for (std::vector<QRgb>* band : {&upper, &middle, &lower})
        std::fill(band->begin() + static_cast<std::ptrdiff_t>(begin),
                  band->begin() + static_cast<std::ptrdiff_t>(end), color);
}

void TimelineRaster::setLanes(std::shared_ptr<const LaneIndex> lanes) {
    lanes_ = std::move(lanes);
    mips_.clear();
}

void TimelineRaster::useTheme(const Theme& theme) {
    if (theme_ == &theme) return;
    theme_ = &theme;
    ramp_.resize(LaneCell::kFull + 1);
    // One of ten thousand lanes owns a tiny share of the events; the logarithm keeps it visible.
    for (std::uint32_t share = 0; share <= LaneCell::kFull; ++share) {
        const double t = std::log2(1.0 + share) / 14.0;
        ramp_[share] = mixed(theme.rampLow, theme.rampHigh, t).rgb();
    }
    failure_ = theme.failure.rgb();
    warning_ = theme.warning.rgb();
}

void TimelineRaster::render(QImage& image, const RasterView& view, const Theme& theme) {
    useTheme(theme);
    const auto width = static_cast<std::size_t>(image.width());
    for (std::vector<QRgb>* band : {&bands_.upper, &bands_.middle, &bands_.lower})
        band->resize(width);
    covered_.assign(width, 0.0F);
    flags_.assign(width, 0);
    const auto topOf = [&](std::size_t row) {
        const auto rows = static_cast<double>(row - view.firstRow);
        return static_cast<int>(std::lround(rows * view.pitchPx - view.offsetPx));
    };
    int top = topOf(view.firstRow);
    for (std::size_t row = view.firstRow; row < view.rows.size() && top < image.height(); ++row) {
        const int bottom = topOf(row + 1);
        if (bottom > top) paintRow(image, view, row, top, bottom);
        top = bottom;
    }
    const QRgb empty = theme.base.rgb();
    for (int y = std::max(0, top); y < image.height(); ++y)
        std::fill_n(lineOf(image, y), width, empty);
}

void TimelineRaster::paintRow(QImage& image, const RasterView& view, std::size_t row, int top,
                              int bottom) {
    const int width = image.width();
    const LaneRow& what = view.rows[row];
    const bool selected = view.selectedRow == row;
    switch (what.kind) {
        case LaneRow::Kind::kActor: {
            const LaneIndex::Lane& lane = lanes_->lanes[what.index];
            background(lane.bornAt, lane.endedAt, selected, view.visible, width);
            drawLane(lane, view.visible, width);
            break;
        }
        case LaneRow::Kind::kGroup: {
            const bool known = view.groups != nullptr && what.index < view.groups->groups.size();
            const LaneGroups::Group none;
            const LaneGroups::Group& group = known ? view.groups->groups[what.index] : none;
            background(group.bornAt, group.endedAt, selected, view.visible, width);
            if (known) drawGroup(*view.groups, what.index, view.visible, width);
            break;
        }
        case LaneRow::Kind::kQuery:
        case LaneRow::Kind::kWatch: background({}, {}, selected, view.visible, width); break;
    }
    copyBands(image, view, top, bottom);
}

void TimelineRaster::copyBands(QImage& image, const RasterView& view, int top, int bottom) {
    const int width = image.width();
    const int body = std::max(1, bottom - top - view.gapPx);
    const int quarter = body >= 6 ? body / 4 : 0;
    const QRgb gap = theme_->base.rgb();
    for (int y = 0; y < bottom - top; ++y) {
        if (top + y < 0 || top + y >= image.height()) continue;
        QRgb* line = lineOf(image, top + y);
        if (y >= body) {
            std::fill_n(line, width, gap);
            continue;
        }
        const auto& band = y < quarter                                       ? bands_.upper
                           : y >= body - std::max(quarter, body > 2 ? 1 : 0) ? bands_.lower
                                                                             : bands_.middle;
        std::memcpy(line, band.data(), static_cast<std::size_t>(width) * sizeof(QRgb));
    }
}

void TimelineRaster::drawLane(const LaneIndex::Lane& lane, PositionRange visible, int width) {
    const std::span<const Slice> inView = slicesIn(lane, visible);
    const unsigned log = binLogOf(visible, width);
    const bool crowded = inView.size() > kSlicesPerPixelMax * static_cast<std::size_t>(width);
    if (crowded && mipOf(lane.rank.value).finestLog() <= log)
        return fromMip(mipOf(lane.rank.value), log, visible, width);
    addSlices(inView, visible, width);
    flushSlices(width);
}

/// A pixel of the whole costs no more however many are in the group; far in, few turns are in view.
void TimelineRaster::drawGroup(const LaneGroups& groups, std::uint32_t group, PositionRange visible,
                               int width) {
    const LaneMip& mip = groups.groups[group].mip;
    if (mip.empty()) return;
    const unsigned log = binLogOf(visible, width);
    if (mip.finestLog() <= log) return fromMip(mip, log, visible, width);
    for (const Rank rank : (*groups.of)[group])
        if (rank.value < lanes_->lanes.size())
            addSlices(slicesIn(lanes_->lanes[rank.value], visible), visible, width);
    flushSlices(width);
}

void TimelineRaster::background(Position bornAt, Position endedAt, bool selected,
                                PositionRange visible, int width) {
    const QRgb dead = theme_->laneDead.rgb();
    const QRgb alive = (selected ? theme_->laneSelected : theme_->laneAlive).rgb();
    const std::uint64_t until = endedAt.value != 0 ? endedAt.value + 1 : visible.end;
    const auto x0 =
        static_cast<std::size_t>(columnInside(columnOf(bornAt.value, visible, width), width));
    const auto x1 = static_cast<std::size_t>(std::max(
        columnInside(std::ceil(columnOf(until, visible, width)), width), static_cast<int>(x0)));
    bands_.fill(0, x0, dead);
    bands_.fill(x0, x1, alive);
    bands_.fill(x1, static_cast<std::size_t>(width), dead);
}

void TimelineRaster::addSlices(std::span<const Slice> slices, PositionRange visible, int width) {
    // Hundreds of thousands of slices a frame: what is the same for all is divided out once.
    const double pxPerPosition = static_cast<double>(width) / static_cast<double>(visible.length());
    for (const Slice& slice : slices) {
        const auto distance = static_cast<std::int64_t>(slice.begin - visible.begin);
        const double x0 = static_cast<double>(distance) * pxPerPosition;
        const double x1 = x0 + slice.length * pxPerPosition;
        if (x1 - x0 < kHuePx)
            cover(x0, x1, slice.kind, width);
        else
            wide_.push_back({columnInside(std::round(x0), width),
                             columnInside(std::round(x1), width), slice.kind});
    }
}

void TimelineRaster::flushSlices(int width) {
    flushDensity(width);
    for (const Wide& wide : wide_) paintWide(wide);
    wide_.clear();
}

void TimelineRaster::cover(double x0, double x1, SliceKind kind, int width) {
    const double begin = std::max(x0, 0.0);
    const double end = std::min(x1, static_cast<double>(width));
    const auto flag =
        static_cast<std::uint8_t>(kBusyFlag | (kind == SliceKind::kFailed ? kFailedFlag : 0) |
                                  (kind == SliceKind::kDropped ? kDroppedFlag : 0));
    const int first = static_cast<int>(begin);
    if (end <= first + 1.0 && first < width) {
        covered_[static_cast<std::size_t>(first)] += static_cast<float>(end - begin);
        flags_[static_cast<std::size_t>(first)] |= flag;
        return;
    }
    for (int x = first; x < end; ++x) {
        const auto column = static_cast<std::size_t>(x);
        covered_[column] +=
            static_cast<float>(std::min(end, x + 1.0) - std::max(begin, static_cast<double>(x)));
        flags_[column] |= flag;
    }
}

void TimelineRaster::flushDensity(int width) {
    for (int x = 0; x < width; ++x) {
        const auto column = static_cast<std::size_t>(x);
        if (flags_[column] == 0) continue;
        const float share =
            std::clamp(covered_[column], 0.0F, 1.0F) * static_cast<float>(LaneCell::kFull);
        putDensity(x, std::max(1u, static_cast<std::uint32_t>(share)),
                   (flags_[column] & kFailedFlag) != 0, (flags_[column] & kDroppedFlag) != 0);
        covered_[column] = 0;
        flags_[column] = 0;
    }
}

void TimelineRaster::putDensity(int x, std::uint32_t share, bool failed, bool dropped) {
    const auto column = static_cast<std::size_t>(x);
    const QRgb color = failed ? failure_ : ramp_[share];
    bands_.upper[column] = bands_.middle[column] = color;
    bands_.lower[column] = dropped && !failed ? warning_ : color;
}

void TimelineRaster::paintWide(const Wide& wide) {
    const QRgb color = theme_->colorOf(toneOf(wide.kind)).rgb();
    // A column of background parts neighbours.
    const int right = wide.x1 - wide.x0 > kHuePx ? wide.x1 - 1 : wide.x1;
    const auto fill = [&](std::vector<QRgb>& band) {
        std::fill(band.begin() + wide.x0, band.begin() + std::max(wide.x0, right), color);
    };
    switch (wide.kind) {
        case SliceKind::kTurn: fill(bands_.middle); break;
        case SliceKind::kDropped: fill(bands_.lower); break;
        default: fill(bands_.upper), fill(bands_.middle), fill(bands_.lower); break;
    }
}

void TimelineRaster::fromMip(const LaneMip& mip, unsigned log, PositionRange visible, int width) {
    const LaneMip::Level level = mip.level(log);
    const double perPixel = static_cast<double>(visible.length()) / width;
    const std::uint64_t lastBin = level.firstBin + level.cells.size();
    const auto binAt = [&](int x) {
        return (visible.begin + static_cast<std::uint64_t>(perPixel * x)) >> level.log;
    };
    for (int x = 0; x < width; ++x) {
        // A pixel has sometimes one bin more than its neighbour, and is no denser for that.
        const std::uint64_t begin = binAt(x), end = std::max(binAt(x + 1), begin + 1);
        const std::uint64_t from = std::max(begin, level.firstBin), to = std::min(end, lastBin);
        std::uint64_t sum = 0;
        bool failed = false, dropped = false;
        for (std::uint64_t bin = from; bin < to; ++bin) {
            const LaneCell cell = level.at(bin);
            sum += cell.share(), failed |= cell.failed(), dropped |= cell.dropped();
        }
        if (sum == 0) continue;
        const auto share = static_cast<std::uint32_t>(sum / (end - begin));
        putDensity(x, std::clamp(share, 1u, LaneCell::kFull), failed, dropped);
    }
}

const LaneMip& TimelineRaster::mipOf(std::uint32_t rank) {
    const auto found = mips_.find(rank);
    if (found != mips_.end()) return found->second;
    return mips_.emplace(rank, LaneMip(lanes_->lanes[rank].slices)).first->second;
}

}  // namespace ariadne::studio
