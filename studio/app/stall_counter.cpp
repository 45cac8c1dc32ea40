#include "studio/app/stall_counter.h"

#include <QMetaEnum>

#include <utility>

namespace ariadne::studio {

QString textOf(const Stall& stall) {
    const char* const type = QMetaEnum::fromType<QEvent::Type>().valueToKey(stall.type);
    return QStringLiteral("%1 ms in %2 of %3")
        .arg(stall.tookNs / 1'000'000)
        .arg(type == nullptr ? QString::number(stall.type) : QString::fromLatin1(type),
             QString::fromLatin1(stall.receiver));
}

StallCounter::StallCounter(Now now) : now_(std::move(now)) {}

void StallCounter::begin() {
    begun_ = true;
    running_ = false;
    count_ = 0;
    longest_ = {};
}

void StallCounter::enter(int loopLevel, QEvent::Type type, const char* receiver) {
    const std::int64_t now = now_();
    const bool outermost = open_.empty() || open_.back().loopLevel < loopLevel;
    open_.push_back({loopLevel, now, type, receiver});
    if (!outermost) return;
    end(now);
    running_ = true;
    since_ = now;
    named_ = {0, type, receiver};
}

void StallCounter::leave() {
    const std::int64_t now = now_();
    const Open left = open_.back();
    open_.pop_back();
    const bool outermost = open_.empty() || open_.back().loopLevel < left.loopLevel;
    if (!outermost) {
        // The first to take so long is the innermost.
        if (named_.tookNs == 0 && now - left.since > kLimitNs)
            named_ = {now - left.since, left.type, left.receiver};
        return;
    }
    end(now);
    if (open_.empty()) return;
    // Back in an event that had opened this loop: it may go on now, or wait for more.
    running_ = true;
    since_ = now;
    named_ = {0, open_.back().type, open_.back().receiver};
}

void StallCounter::wait() {
    end(now_());
}

void StallCounter::end(std::int64_t now) {
    if (!std::exchange(running_, false) || !begun_) return;
    const std::int64_t took = now - since_;
    if (took <= kLimitNs) return;
    ++count_;
    if (took > longest_.tookNs) longest_ = {took, named_.type, named_.receiver};
    if (stalled_) stalled_();
}

}  // namespace ariadne::studio
