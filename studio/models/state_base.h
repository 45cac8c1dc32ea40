// What the state of an actor is compared with: its last turn, the event before, a mark.
#pragma once

#include "studio/session/results.h"

#include <QString>

#include <cstdint>
#include <optional>

namespace ariadne::studio {

struct StateBase {
    enum class Kind : std::uint8_t { kLastTurn, kPreviousEvent, kMark };
    Kind kind = Kind::kLastTurn;
    Position mark;  ///< of kMark
    QString name;   ///< of kMark: what a person calls it; may be empty
    bool operator==(const StateBase&) const = default;

    /// The moment that is compared with what is at `now`, in a trace whose last event is `last`:
    /// a mark behind its end stands for the end. None: the moment itself says what its last turn
    /// changed.
    std::optional<Position> at(Position now, Position last) const;
    /// "the last turn", "the event before", "★ begin (event 17)"
    QString text() const;
};

StateBase markedBase(const Bookmark& bookmark);

/// How many values without parts are different, are new or are gone. Of parts that were counted and
/// not read only how many there are is compared.
std::uint64_t differencesOf(const value::ValueNode& now, const value::ValueNode& before);

}  // namespace ariadne::studio
