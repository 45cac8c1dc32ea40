// The lanes of the timeline as pixels: scanlines straight into an image, no shapes.
#pragma once

#include "studio/models/lane_arrangement.h"
#include "studio/models/theme.h"
#include "studio/models/timeline_axis.h"
#include "studio/session/lane_groups.h"
#include "studio/session/lane_mip.h"
#include "studio/session/queue_depths.h"

#include <QImage>

#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace ariadne::studio {

/// What is drawn. All lengths are device pixels.
struct RasterView {
    TimelineAxis axis;
    std::span<const LaneRow> rows;
    /// What rows of groups stand for; null: not known yet, and they are empty.
    const LaneGroups* groups = nullptr;
    std::size_t firstRow = 0;
    double offsetPx = 0;  ///< how much of the first row is scrolled out at the top
    double pitchPx = 20;  ///< row to row; each row begins at the nearest pixel
    int gapPx = 2;        ///< of it empty, at the bottom
    int queuePx = 0;      ///< above that, how much waits; 0: nothing is drawn of it
    /// What is drawn there; null: it is not known yet.
    const QueueDepths* depths = nullptr;
    std::uint32_t depthFull = 1;  ///< what fills the height; less is seen by its logarithm
    std::optional<std::size_t> selectedRow;  ///< the one with the highlighted background
};

/// Slices [first, last) of a list that outlives this. Value type.
struct SlicesInView {
    const SliceList& list;
    std::size_t first = 0;
    std::size_t last = 0;

    std::size_t size() const { return last - first; }
    const Slice& operator[](std::size_t index) const { return list[first + index]; }
    /// Of these, those of [begin, end).
    SlicesInView part(std::size_t begin, std::size_t end) const {
        return {list, first + begin, first + end};
    }
    template <class Visit>
    void eachRun(Visit&& visit) const {
        list.eachRun(first, last, visit);
    }
};

/// Turns narrower than kHuePx are shown as density of one hue, wider ones by kind: hue and height.
///
///   changed, born, stopped, failed   full height
///   turn                             middle half
///   dropped                          bottom quarter
///
/// On a time axis a turn has no length: what is alone in its surroundings is kHuePx wide, and the
/// rest is density, the share of the events of an instant. Below each lane of an actor, queuePx
/// high, is how many messages wait for it: the most in each pixel.
///
/// A lane with more than kSlicesPerPixelMax turns per pixel is drawn from a LaneMip, made when
/// first needed; that of a group from its own, or from the turns of all members when a bin of it is
/// wider than a pixel. Rows of watched values stay empty. Thread-confined; the image of equal input
/// is equal, bit for bit.
class TimelineRaster {
public:
    static constexpr int kHuePx = 3;
    static constexpr std::size_t kSlicesPerPixelMax = 4;

    void setLanes(std::shared_ptr<const LaneIndex> lanes);
    const LaneIndex* lanes() const { return lanes_.get(); }

    /// Fills the whole image (Format_RGB32).
    void render(QImage& image, const RasterView& view, const Theme& theme);

    /// Memory of the summaries made so far.
    std::size_t mipCount() const { return mips_.size(); }

private:
    /// The three different scanlines of a row: upper quarter, middle, lower quarter.
    struct Bands {
        std::vector<QRgb> upper, middle, lower;
        void fill(std::size_t begin, std::size_t end, QRgb color);
    };
    struct Wide {
        int x0;
        int x1;
        SliceKind kind;
    };

    void useTheme(const Theme& theme);
    void paintRow(QImage& image, const RasterView& view, std::size_t row, int top, int bottom);
    void copyBands(QImage& image, const RasterView& view, int top, int bottom);
    void drawQueue(QImage& image, const RasterView& view, std::uint32_t rank, int top, int bottom);
    void drawByTime(const LaneIndex::Lane& lane, PositionRange visible, int width);
    void drawGroupByTime(const LaneGroups& groups, std::uint32_t group, PositionRange visible,
                         int width);
    void addByTime(SlicesInView slices, int width);
    void addByTime(std::span<const Slice> run, int width);
    void putByTime(const LaneMip& mip, int x);
    void flushByTime(int width);
    void drawLane(const LaneIndex::Lane& lane, PositionRange visible, int width);
    void drawGroup(const LaneGroups& groups, std::uint32_t group, PositionRange visible, int width);
    /// `bornAt` 0: as long as the trace; `endedAt` 0: lives at its end.
    void background(Position bornAt, Position endedAt, bool selected, const TimelineAxis& axis,
                    int width);
    void addSlices(SlicesInView slices, PositionRange visible, int width);
    void addSlices(std::span<const Slice> run, PositionRange visible, int width);
    void flushSlices(int width);
    void fromMip(const LaneMip& mip, unsigned log, PositionRange visible, int width);
    void cover(double x0, double x1, SliceKind kind, int width);
    void flushDensity(int width);
    void paintWide(const Wide& wide);
    void putDensity(int x, std::uint32_t share, bool failed, bool dropped);
    const LaneMip& mipOf(std::uint32_t rank);

    std::shared_ptr<const LaneIndex> lanes_;
    std::unordered_map<std::uint32_t, LaneMip> mips_;
    const Theme* theme_ = nullptr;
    std::vector<QRgb> ramp_;  ///< by share
    QRgb failure_ = 0, warning_ = 0;
    Bands bands_;
    std::vector<float> covered_;
    std::vector<std::uint8_t> flags_;
    std::vector<Wide> wide_;
    std::vector<std::uint64_t> edges_;  ///< pixelEdges() of the view
    std::vector<SliceKind> gravest_;    ///< by pixel, of what addByTime() added
    std::vector<int> heights_;          ///< by pixel, of a queue; -1: not known
};

}  // namespace ariadne::studio
