// What came of an event, one step.
#pragma once

#include "recorder/causality.h"
#include "studio/session/event_lines.h"
#include "studio/session/row_walk.h"

#include <map>
#include <memory>

namespace ariadne::studio {

/// Looks at all rows behind the event, in slices; goes on where it stopped, also in a longer state
/// of the same file. Thread-confined.
class EffectScan {
public:
    /// `event` is not 0.
    explicit EffectScan(Position event);

    WalkEnd advance(OpenTrace& trace, Clock::time_point until, const CancelFlag& cancelled);
    Position of() const { return found_.of; }
    bool isAtEnd(const OpenTrace& trace) const {
        return next_ > trace.last() && !unborn_.areOld(*trace.reader);
    }
    /// So far.
    EffectList list(const OpenTrace& trace) const;

private:
    void begin(OpenTrace& trace);
    EventLine lineOf(OpenTrace& trace, Position position);
    /// Whoever was not born yet, as far as was read, may have a name now.
    void nameAgain(OpenTrace& trace);
    void lookAt(OpenTrace& trace, Position position, Position cause, EventKind kind);

    EffectList found_;
    recorder::Consequences near_;  ///< of one step and of two
    std::map<EventKind, std::uint64_t> leftOut_;
    Position next_;
    bool begun_ = false;
    UnbornNames unborn_;
    std::shared_ptr<const tracefmt::EventChunk> room_;
};

}  // namespace ariadne::studio
