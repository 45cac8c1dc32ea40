#include "studio/session/time_steps.h"

#include <algorithm>

namespace ariadne::studio {

void TimeSteps::add(Position at, VirtualTime time) {
    if (steps_.empty()) {
        steps_.push_back({at.value, {std::max<std::int64_t>(time.value, 0)}});
        return;
    }
    Step& last = steps_.back();
    if (time <= last.time) return;
    if (log_ != 0 && last.at >> log_ == at.value >> log_) {
        last.time = time;
        return;
    }
    steps_.push_back({at.value, time});
    if (steps_.size() > stepsMax_) coarsen();
}

void TimeSteps::coarsen() {
    while (steps_.size() > stepsMax_ / 4 * 3) {
        ++log_;
        std::size_t to = 1;
        for (std::size_t i = 1; i < steps_.size(); ++i) {
            if (steps_[to - 1].at >> log_ == steps_[i].at >> log_)
                steps_[to - 1].time = steps_[i].time;
            else
                steps_[to++] = steps_[i];
        }
        steps_.resize(to);
    }
}

VirtualTime TimeSteps::timeAt(std::uint64_t position) const {
    const auto behind = std::partition_point(
        steps_.begin(), steps_.end(), [position](const Step& step) { return step.at <= position; });
    return behind == steps_.begin() ? firstTime() : (behind - 1)->time;
}

std::uint64_t TimeSteps::firstAt(VirtualTime time, std::uint64_t end) const {
    const auto at = std::partition_point(steps_.begin(), steps_.end(),
                                         [time](const Step& step) { return step.time < time; });
    return at == steps_.end() ? end : std::min(at->at, end);
}

}  // namespace ariadne::studio
