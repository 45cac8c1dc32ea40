#include "studio/models/timeline_geometry.h"

#include <algorithm>
#include <cmath>

namespace ariadne::studio {

PositionRange wholeOf(std::uint64_t last) {
    return {1, std::max<std::uint64_t>(last, 1) + 1};
}

double columnOf(std::uint64_t at, PositionRange visible, double widthPx) {
    if (visible.length() == 0) return 0;
    // The difference is taken in integers: far out, neighbours are one double.
    const double distance = at >= visible.begin ? static_cast<double>(at - visible.begin)
                                                : -static_cast<double>(visible.begin - at);
    return distance * widthPx / static_cast<double>(visible.length());
}

double centreOf(std::uint64_t at, PositionRange visible, double widthPx) {
    if (visible.length() == 0) return 0;
    return columnOf(at, visible, widthPx) + 0.5 * widthPx / static_cast<double>(visible.length());
}

std::uint64_t positionAt(double x, PositionRange visible, double widthPx) {
    if (visible.length() == 0 || widthPx <= 0 || !(x > 0)) return visible.begin;
    if (x >= widthPx) return visible.end - 1;
    const double distance = std::floor(x * static_cast<double>(visible.length()) / widthPx);
    return visible.begin + std::min(static_cast<std::uint64_t>(distance), visible.length() - 1);
}

PositionRange within(PositionRange range, PositionRange whole) {
    const std::uint64_t length =
        std::min(std::max<std::uint64_t>(range.length(), 1), whole.length());
    const std::uint64_t begin = std::clamp(range.begin, whole.begin, whole.end - length);
    return {begin, begin + length};
}

PositionRange zoomed(PositionRange visible, double anchor, double factor, PositionRange whole) {
    anchor = std::clamp(anchor, 0.0, 1.0);
    const double old = static_cast<double>(visible.length());
    const double most = static_cast<double>(whole.length());
    const double least = std::min(most, static_cast<double>(kVisibleMin));
    const double wanted = std::clamp(std::round(old * factor), least, most);
    const double shift = anchor * (old - wanted);
    const std::uint64_t length = static_cast<std::uint64_t>(wanted);
    std::uint64_t begin = visible.begin;
    const auto step = static_cast<std::uint64_t>(std::llround(std::abs(shift)));
    begin = shift >= 0 ? begin + step : begin - std::min(begin, step);
    return within({begin, begin + length}, whole);
}

PositionRange moved(PositionRange visible, std::int64_t delta, PositionRange whole) {
    const std::uint64_t length = visible.length();
    if (delta < 0) {
        const std::uint64_t back = std::uint64_t{0} - static_cast<std::uint64_t>(delta);
        const std::uint64_t begin = visible.begin - std::min(visible.begin, back);
        return within({begin, begin + length}, whole);
    }
    const std::uint64_t room = whole.end > visible.end ? whole.end - visible.end : 0;
    const std::uint64_t forth = std::min(static_cast<std::uint64_t>(delta), room);
    return within({visible.begin + forth, visible.end + forth}, whole);
}

PositionRange centredOn(std::uint64_t position, PositionRange visible, PositionRange whole) {
    const std::uint64_t half = visible.length() / 2;
    const std::uint64_t begin = position > half ? position - half : 0;
    return within({begin, begin + visible.length()}, whole);
}

PositionRange showing(std::uint64_t position, PositionRange visible, PositionRange whole) {
    const std::uint64_t margin = visible.length() / 20;
    const std::uint64_t low = visible.begin == whole.begin ? visible.begin : visible.begin + margin;
    const std::uint64_t high = visible.end == whole.end ? visible.end : visible.end - margin;
    if (position >= low && position < high) return visible;
    return centredOn(position, visible, whole);
}

std::uint64_t tickStep(PositionRange visible, double widthPx, double spacingPx) {
    if (visible.length() == 0 || widthPx <= 0) return 1;
    const double least = spacingPx * static_cast<double>(visible.length()) / widthPx;
    for (std::uint64_t decade = 1;; decade *= 10) {
        for (const std::uint64_t digit : {1u, 2u, 5u})
            if (static_cast<double>(digit * decade) >= least) return digit * decade;
        if (decade > UINT64_MAX / 100) return decade;
    }
}

int sliderOf(std::uint64_t position, std::uint64_t last) {
    if (last == 0) return 0;
    if (position >= last) return kSliderSteps;
    return static_cast<int>(static_cast<long double>(position) / static_cast<long double>(last) *
                            kSliderSteps);
}

std::uint64_t positionOfSlider(int step, std::uint64_t last) {
    if (step >= kSliderSteps) return last;
    if (step <= 0) return 0;
    return static_cast<std::uint64_t>(
        std::ceil(static_cast<long double>(last) * step / kSliderSteps));
}

}  // namespace ariadne::studio
