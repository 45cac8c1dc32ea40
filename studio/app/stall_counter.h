// How often, how long and where the window did not answer.
#pragma once

#include <QEvent>
#include <QString>

#include <cstdint>
#include <functional>
#include <vector>

namespace ariadne::studio {

/// A stretch of time in which the GUI thread looked at nothing but one event.
struct Stall {
    std::int64_t tookNs = 0;
    QEvent::Type type = QEvent::None;
    const char* receiver = "";  ///< class of who was given it
};

/// "83 ms in UpdateRequest of ariadne::studio::MainWindow".
QString textOf(const Stall& stall);

/// Is told of every event and of every wait for one; counts what lasted longer than kLimitNs.
///
/// An event that opens an event loop of its own, a dialog, is not one long stall: the window
/// answers in there, so only the stretches between count. Of a long event with a long one inside,
/// a paint of a window with that of a pane, the inner one is named.
///
/// Threading: GUI thread.
class StallCounter {
public:
    static constexpr std::int64_t kLimitNs = 50'000'000;
    /// Nanoseconds since any fixed moment.
    using Now = std::function<std::int64_t()>;

    explicit StallCounter(Now now);

    /// From here on; what was before, such as making the window, was no use of it.
    void begin();
    bool hasBegun() const { return begun_; }

    /// `loopLevel`: how many event loops there are. `receiver` is of static storage.
    void enter(int loopLevel, QEvent::Type type, const char* receiver);
    void leave();
    /// The loop has nothing to do.
    void wait();

    std::uint64_t count() const { return count_; }
    /// The longest one; tookNs 0: there was none.
    const Stall& longest() const { return longest_; }
    /// Called after each one that was counted.
    void setStalled(std::function<void()> stalled) { stalled_ = std::move(stalled); }

private:
    struct Open {
        int loopLevel = 0;
        std::int64_t since = 0;
        QEvent::Type type = QEvent::None;
        const char* receiver = "";
    };
    void end(std::int64_t now);

    Now now_;
    std::function<void()> stalled_;
    std::vector<Open> open_;  ///< events that are being looked at, the innermost last
    bool running_ = false;    ///< a stretch has begun and nothing has ended it
    std::int64_t since_ = 0;  ///< when it began
    Stall named_;             ///< who is to blame if it becomes a stall
    bool begun_ = false;
    std::uint64_t count_ = 0;
    Stall longest_;
};

}  // namespace ariadne::studio
