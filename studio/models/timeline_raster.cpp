#include "studio/models/timeline_raster.h"

#include "studio/models/lane_order.h"
#include "studio/session/range_tree.h"

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

SlicesInView slicesIn(const LaneIndex::Lane& lane, PositionRange visible) {
    const std::size_t first = firstSliceAfter(lane.slices, visible.begin);
    const std::size_t last =
        lane.slices.firstNot([&](const Slice& slice) { return slice.begin < visible.end; }, first);
    return {lane.slices, first, last};
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
    gravest_.assign(width, SliceKind::kTurn);
    edges_ = pixelEdges(view.axis, image.width());
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
    const PositionRange visible = view.axis.positions();
    const bool selected = view.selectedRow == row;
    switch (what.kind) {
        case LaneRow::Kind::kActor: {
            const LaneIndex::Lane& lane = lanes_->lanes[what.index];
            background(lane.bornAt, lane.endedAt, selected, view.axis, width);
            if (view.axis.isTime())
                drawByTime(lane, visible, width);
            else
                drawLane(lane, visible, width);
            break;
        }
        case LaneRow::Kind::kGroup: {
            const bool known = view.groups != nullptr && what.index < view.groups->groups.size();
            const LaneGroups::Group none;
            const LaneGroups::Group& group = known ? view.groups->groups[what.index] : none;
            background(group.bornAt, group.endedAt, selected, view.axis, width);
            if (known && view.axis.isTime())
                drawGroupByTime(*view.groups, what.index, visible, width);
            else if (known)
                drawGroup(*view.groups, what.index, visible, width);
            break;
        }
        case LaneRow::Kind::kQuery:
        case LaneRow::Kind::kWatch: background({}, {}, selected, view.axis, width); break;
    }
    copyBands(image, view, top, bottom);
    if (what.kind == LaneRow::Kind::kActor && view.queuePx > 0 && view.depths != nullptr)
        drawQueue(image, view, what.index, top, bottom);
}

void TimelineRaster::copyBands(QImage& image, const RasterView& view, int top, int bottom) {
    const int width = image.width();
    const int body = std::max(1, bottom - top - view.gapPx - view.queuePx);
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
    const SlicesInView inView = slicesIn(lane, visible);
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
                                const TimelineAxis& axis, int width) {
    const QRgb dead = theme_->laneDead.rgb();
    const QRgb alive = (selected ? theme_->laneSelected : theme_->laneAlive).rgb();
    double end = width;
    if (endedAt.value != 0)
        end = axis.isTime() ? std::floor(columnOf(endedAt.value, axis, width)) + 1
                            : std::ceil(columnOf(endedAt.value + 1, axis, width));
    const auto x0 =
        static_cast<std::size_t>(columnInside(columnOf(bornAt.value, axis, width), width));
    const auto x1 =
        static_cast<std::size_t>(std::max(columnInside(end, width), static_cast<int>(x0)));
    bands_.fill(0, x0, dead);
    bands_.fill(x0, x1, alive);
    bands_.fill(x1, static_cast<std::size_t>(width), dead);
}

void TimelineRaster::addSlices(SlicesInView slices, PositionRange visible, int width) {
    slices.eachRun([&](std::span<const Slice> run) { addSlices(run, visible, width); });
}

void TimelineRaster::addSlices(std::span<const Slice> run, PositionRange visible, int width) {
    // Hundreds of thousands of slices a frame: what is the same for all is divided out once, and is
    // nothing that a loop would have to look at again.
    const double pxPerPosition = static_cast<double>(width) / static_cast<double>(visible.length());
    for (const Slice& slice : run) {
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

// ---- By time ------------------------------------------------------------------------------------

void TimelineRaster::drawByTime(const LaneIndex::Lane& lane, PositionRange visible, int width) {
    const SlicesInView inView = slicesIn(lane, visible);
    if (inView.size() <= kSlicesPerPixelMax * static_cast<std::size_t>(width)) {
        addByTime(inView, width);
        return flushByTime(width);
    }
    const LaneMip& mip = mipOf(lane.rank.value);
    std::size_t next = 0;
    for (int x = 0; x < width; ++x) {
        const std::uint64_t begin = edges_[static_cast<std::size_t>(x)],
                            end = edges_[static_cast<std::size_t>(x) + 1];
        if (begin == end) continue;
        if (mip.finestLog() < 63 && end - begin >= std::uint64_t{1} << mip.finestLog()) {
            putByTime(mip, x);
            continue;
        }
        const auto before = [&](std::uint64_t position) {
            return gallop(next, inView.size(),
                          [&](std::size_t i) { return inView[i].begin < position; });
        };
        const std::size_t first = next = before(begin);
        next = before(end);
        addByTime(inView.part(first, next), width);
    }
    flushByTime(width);
}

/// Who are few in view are looked at one by one.
void TimelineRaster::drawGroupByTime(const LaneGroups& groups, std::uint32_t group,
                                     PositionRange visible, int width) {
    constexpr std::uint64_t kFew = 65'536;
    const LaneMip& mip = groups.groups[group].mip;
    if (mip.empty()) return;
    if (visible.length() <= kFew) {
        for (const Rank rank : (*groups.of)[group])
            if (rank.value < lanes_->lanes.size())
                addByTime(slicesIn(lanes_->lanes[rank.value], visible), width);
    } else {
        for (int x = 0; x < width; ++x)
            if (edges_[static_cast<std::size_t>(x)] != edges_[static_cast<std::size_t>(x) + 1])
                putByTime(mip, x);
    }
    flushByTime(width);
}

void TimelineRaster::addByTime(SlicesInView slices, int width) {
    slices.eachRun([&](std::span<const Slice> run) { addByTime(run, width); });
}

void TimelineRaster::addByTime(std::span<const Slice> run, int width) {
    static constexpr auto kGravity = [](SliceKind kind) {
        switch (kind) {
            case SliceKind::kTurn: return 0;
            case SliceKind::kChanged: return 1;
            case SliceKind::kBorn: return 2;
            case SliceKind::kStopped: return 3;
            case SliceKind::kDropped: return 4;
            case SliceKind::kFailed: return 5;
        }
        return 0;
    };
    std::size_t x = 0;
    for (const Slice& slice : run) {
        // Of edges that are the same the last one: in front of it pixels are empty.
        x = gallop(x, edges_.size(), [&](std::size_t i) { return edges_[i] <= slice.begin; });
        if (x > static_cast<std::size_t>(width)) return;
        if (x == 0) continue;
        --x;
        const bool isFirst = flags_[x] == 0;
        covered_[x] += static_cast<float>(slice.length);
        flags_[x] |= static_cast<std::uint8_t>(
            kBusyFlag | (slice.kind == SliceKind::kFailed ? kFailedFlag : 0) |
            (slice.kind == SliceKind::kDropped ? kDroppedFlag : 0));
        if (isFirst || kGravity(slice.kind) > kGravity(gravest_[x])) gravest_[x] = slice.kind;
    }
}

/// What a mip has of the events of a pixel, in whose range some are.
void TimelineRaster::putByTime(const LaneMip& mip, int x) {
    const auto column = static_cast<std::size_t>(x);
    const std::uint64_t begin = edges_[column], end = edges_[column + 1];
    const LaneMip::Level level = mip.level(static_cast<unsigned>(std::bit_width(end - begin)) - 1);
    std::uint64_t sum = 0;
    const std::uint64_t first = begin >> level.log, last = (end - 1) >> level.log;
    bool failed = false, dropped = false;
    for (std::uint64_t bin = first; bin <= last; ++bin) {
        const LaneCell cell = level.at(bin);
        sum += cell.share(), failed |= cell.failed(), dropped |= cell.dropped();
    }
    if (sum == 0) return;
    const double share = static_cast<double>(sum) / static_cast<double>(last - first + 1) /
                         LaneCell::kFull * static_cast<double>(end - begin);
    covered_[column] += static_cast<float>(std::max(share, 1e-6));
    flags_[column] |= static_cast<std::uint8_t>(kBusyFlag | (failed ? kFailedFlag : 0) |
                                                (dropped ? kDroppedFlag : 0));
    gravest_[column] = failed    ? SliceKind::kFailed
                       : dropped ? SliceKind::kDropped
                                 : SliceKind::kChanged;
}

void TimelineRaster::flushByTime(int width) {
    int before = -kHuePx;  // the last pixel with something in it
    int x = 0;
    const auto busyFrom = [&](int from) {
        while (from < width && flags_[static_cast<std::size_t>(from)] == 0) ++from;
        return from;
    };
    for (x = busyFrom(0); x < width;) {
        const int next = busyFrom(x + 1);
        const auto column = static_cast<std::size_t>(x);
        const auto events = static_cast<double>(edges_[column + 1] - edges_[column]);
        if (next - x >= kHuePx && x - before >= kHuePx) {
            paintWide({x, std::min(x + kHuePx, width), gravest_[column]});
        } else {
            const double share = std::clamp(covered_[column] / std::max(events, 1.0), 0.0, 1.0);
            putDensity(x, std::max(1u, static_cast<std::uint32_t>(share * LaneCell::kFull)),
                       (flags_[column] & kFailedFlag) != 0, (flags_[column] & kDroppedFlag) != 0);
        }
        covered_[column] = 0;
        flags_[column] = 0;
        before = x;
        x = next;
    }
}

// ---- Queues -------------------------------------------------------------------------------------

void TimelineRaster::drawQueue(QImage& image, const RasterView& view, std::uint32_t rank, int top,
                               int bottom) {
    const int width = image.width();
    const int height = std::min(view.queuePx, bottom - top - view.gapPx - 1);
    const QueueDepths::Lane* const lane = view.depths->laneOf({rank});
    if (height <= 0 || (lane == nullptr && view.depths->unknown.empty())) return;
    heights_.assign(static_cast<std::size_t>(width), 0);
    const double full = std::log2(1.0 + std::max(view.depthFull, 1u));
    std::size_t at = 0;
    std::uint32_t shownDepth = 0;
    int shownHeight = 0;
    for (std::size_t x = 0; x < heights_.size(); ++x) {
        std::uint64_t begin = edges_[x];
        const std::uint64_t end = std::max(edges_[x + 1], begin);
        // Where no event begins, it is what it was.
        if (begin == end) begin -= std::min<std::uint64_t>(begin, 1);
        if (!view.depths->unknown.empty() && !view.depths->knows({begin})) {
            heights_[x] = -1;
            continue;
        }
        if (lane == nullptr || begin == end || begin >= view.depths->next.value) continue;
        const auto behind = [&](std::size_t from, std::uint64_t position) {
            return gallop(from, lane->bins.size(),
                          [&](std::size_t i) { return lane->bins[i] <= position >> lane->log; });
        };
        at = behind(at, begin);
        const std::size_t to = behind(at, end - 1);
        std::uint32_t depth = at == 0 ? 0 : lane->last[at - 1];
        if (at != 0 && lane->log != 0 && lane->bins[at - 1] == begin >> lane->log)
            depth = lane->most[at - 1];
        if (to > at)
            depth = std::max(depth, lane->mostOver.over(
                                        [lane](std::size_t i) { return lane->most[i]; }, at, to));
        if (depth != shownDepth) {
            shownDepth = depth;
            const double share = std::min(std::log2(1.0 + depth) / full, 1.0);
            shownHeight = depth == 0 ? 0 : 1 + static_cast<int>(std::lround(share * (height - 1)));
        }
        heights_[x] = shownHeight;
    }
    const QRgb body = mixed(theme_->base, theme_->dim, 0.42).rgb();
    const QRgb crest = mixed(theme_->base, theme_->dim, 0.85).rgb();
    const int foot = bottom - view.gapPx;
    for (int y = 0; y < height; ++y) {
        const int row = foot - 1 - y;
        if (row < 0 || row >= image.height()) continue;
        QRgb* const line = lineOf(image, row);
        for (int x = 0; x < width; ++x) {
            const int high = heights_[static_cast<std::size_t>(x)];
            if (high > y)
                line[x] = high == y + 1 ? crest : body;
            else if (high < 0 && (x + y) % 4 == 0)
                line[x] = crest;
        }
    }
}

const LaneMip& TimelineRaster::mipOf(std::uint32_t rank) {
    const auto found = mips_.find(rank);
    if (found != mips_.end()) return found->second;
    return mips_.emplace(rank, LaneMip(lanes_->lanes[rank].slices)).first->second;
}

}  // namespace ariadne::studio
