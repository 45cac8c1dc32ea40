// Positions and pixels: the arithmetic of the timeline, without a widget.
#pragma once

#include <cstdint>

namespace ariadne::studio {

/// Positions [begin, end). The event of position p covers [p, p + 1) of the axis.
struct PositionRange {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;

    std::uint64_t length() const { return end > begin ? end - begin : 0; }
    bool contains(std::uint64_t position) const { return position >= begin && position < end; }
    bool operator==(const PositionRange&) const = default;
};

/// Fewest positions a view shows.
inline constexpr std::uint64_t kVisibleMin = 8;

/// The whole axis of a trace whose last position is `last`; never empty.
PositionRange wholeOf(std::uint64_t last);

/// Left edge of the column of `at`, unclamped: positions outside `visible` fall left of 0 or right
/// of `widthPx`. An empty range maps everything to 0.
double columnOf(std::uint64_t at, PositionRange visible, double widthPx);

/// Middle of the column of `at`: where a line through that event is drawn.
double centreOf(std::uint64_t at, PositionRange visible, double widthPx);

/// The position whose column holds `x`, clamped into `visible`; its begin when it is empty or there
/// is no width.
std::uint64_t positionAt(double x, PositionRange visible, double widthPx);

/// `visible` scaled by `factor` (< 1 zooms in) so that what is at `anchor` (0 left .. 1 right)
/// stays there; within `whole`, at least kVisibleMin long unless `whole` is shorter.
PositionRange zoomed(PositionRange visible, double anchor, double factor, PositionRange whole);

/// `visible` moved by `delta` positions, stopping at the ends of `whole`.
PositionRange moved(PositionRange visible, std::int64_t delta, PositionRange whole);

/// `visible` with the same length around `position`.
PositionRange centredOn(std::uint64_t position, PositionRange visible, PositionRange whole);

/// `visible` if `position` is in its inner nine tenths or at an end of `whole`, else centred on it.
PositionRange showing(std::uint64_t position, PositionRange visible, PositionRange whole);

/// `range` cut and moved to lie in `whole`.
PositionRange within(PositionRange range, PositionRange whole);

/// Distance of ruler marks: 1, 2 or 5 times a power of ten, at least `spacingPx` apart.
std::uint64_t tickStep(PositionRange visible, double widthPx, double spacingPx);

/// A 64-bit position on a slider of int steps [0, kSliderSteps], and back. The ends map to the
/// ends.
inline constexpr int kSliderSteps = 1'000'000;
int sliderOf(std::uint64_t position, std::uint64_t last);
std::uint64_t positionOfSlider(int step, std::uint64_t last);

}  // namespace ariadne::studio
