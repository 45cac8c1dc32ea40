// From any thread to the GUI thread: calls made there later, in order.
#pragma once

#include <QMetaObject>
#include <QObject>

#include <deque>
#include <functional>
#include <mutex>
#include <utility>

namespace ariadne::studio {

/// Calls are kept here and Qt's queue only says that there is one more, so that what they hold is
/// handed over under a lock of ours, which thread checkers see.
///
/// Threading: post() is thread-safe. Lifetime: the receiver outlives every post(); calls still
/// waiting when it dies are not made.
class Outbox {
public:
    explicit Outbox(QObject& receiver) : receiver_(receiver) {}

    void post(std::function<void()> call) {
        {
            const std::lock_guard lock{mutex_};
            calls_.push_back(std::move(call));
        }
        QMetaObject::invokeMethod(
            &receiver_, [this] { callOne(); }, Qt::QueuedConnection);
    }

private:
    /// One at a time: a call may open a dialog, and the others go on behind it.
    void callOne() {
        std::function<void()> call;
        {
            const std::lock_guard lock{mutex_};
            call = std::move(calls_.front());
            calls_.pop_front();
        }
        call();
    }

    QObject& receiver_;
    std::mutex mutex_;
    std::deque<std::function<void()>> calls_;
};

}  // namespace ariadne::studio
