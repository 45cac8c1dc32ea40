#include "studio/session/time_steps.h"

#include <algorithm>

namespace ariadne::studio {

void TimeSteps::add(Position at, VirtualTime time) {
    if (steps_.empty()) {
        const VirtualTime first{std::max<std::int64_t>(time.value, 0)};
        steps_.push_back({at.value, first, first});
        return;
    }
    Step& last = steps_.back();
    if (time <= last.last) return;
    if (log_ != 0 && last.at >> log_ == at.value >> log_) {
        last.last = time;
        return;
    }
    steps_.push_back({at.value, time, time});
    if (steps_.size() > stepsMax_) coarsen();
}

void TimeSteps::coarsen() {
    while (steps_.size() > stepsMax_ / 4 * 3) {
        ++log_;
        std::size_t to = 1;
        for (std::size_t i = 1; i < steps_.size(); ++i) {
            if (steps_[to - 1].at >> log_ == steps_[i].at >> log_)
                steps_[to - 1].last = steps_[i].last;
            else
                steps_[to++] = steps_[i];
        }
        steps_.resize(to);
    }
}

VirtualTime TimeSteps::timeAt(std::uint64_t position) const {
    const auto behind = std::partition_point(
        steps_.begin(), steps_.end(), [position](const Step& step) { return step.at <= position; });
    if (behind == steps_.begin()) return firstTime();
    const Step& step = *(behind - 1);
    return step.at == position ? step.first : step.last;
}

std::uint64_t TimeSteps::firstAt(VirtualTime time, std::uint64_t end) const {
    const auto step = std::partition_point(steps_.begin(), steps_.end(),
                                           [time](const Step& s) { return s.last < time; });
    if (step == steps_.end()) return end;
    return std::min(step->at + (step->first < time ? 1 : 0), end);
}

}  // namespace ariadne::studio
