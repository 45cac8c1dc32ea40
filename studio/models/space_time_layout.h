// A picture of messages as lines and columns: which turn is a box, which message an arrow.
#pragma once

#include "studio/models/event_mark.h"
#include "studio/session/results.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace ariadne::studio {

/// Every row of the picture has a line of its own, so no two things that happened are beside each
/// other; a column is an actor. Lines and columns count from 0; -1: none. Immutable once made.
struct SpaceTimeLayout {
    struct Column {
        Rank rank;
        int bornLine = -1;   ///< of its birth, when that is shown
        int endedLine = -1;  ///< of its end, when that is shown and nothing of it follows
    };
    /// A turn, with what it sent and whom it begot.
    struct Box {
        int column = 0;
        int first = 0;
        int last = 0;
        bool changed = false;  ///< the state
        bool failed = false;
    };
    /// What became of a message.
    enum class Fate : std::uint8_t {
        kTaken,      ///< on `toLine`
        kDropped,    ///< there, unread
        kElsewhere,  ///< further below, or by somebody who has no column
        kWaiting,    ///< by nobody, up to the end of the trace
        kUnknown,    ///< the trace was not looked through yet
        kBirth,      ///< no message: who begot whom
    };
    struct Arrow {
        int row = 0;  ///< of the sending; without one of the taking
        int fromColumn = -1;
        int toColumn = -1;
        int fromLine = -1;  ///< -1: it was sent before the first line, or is not shown
        int toLine = -1;
        Fate fate = Fate::kUnknown;
    };
    struct Sign {
        int column = 0;
        int line = 0;
        EventMark mark;
    };
    /// Each line has at most one, beside its own column.
    struct Label {
        int line = 0;
        int column = 0;
        bool onTheLeft = false;
        bool isMessage = true;  ///< false: it says what kind of event it is besides
    };

    std::vector<Column> columns;
    int lines = 0;
    std::vector<Box> boxes;     ///< by first line
    std::vector<Arrow> arrows;  ///< by row
    std::vector<Sign> signs;    ///< by line
    std::vector<Label> labels;  ///< by line

    int columnOf(Rank rank) const;
};

SpaceTimeLayout layOut(const SpaceTime& picture);

/// Lines and columns in pixels.
struct SpaceTimeScale {
    double linePx = 20;
    double columnPx = 170;

    static constexpr double kLineMin = 3;
    static constexpr double kLineMax = 44;
    static constexpr double kColumnMin = 28;
    static constexpr double kColumnMax = 420;
    /// Lower lines have no text: it would stand in the next one.
    static constexpr double kLabelled = 15;

    bool hasLabels() const { return linePx >= kLabelled; }
    double middleOf(int line) const { return (line + 0.5) * linePx; }
    /// Of its lifeline; half a column is free at both sides.
    double xOf(int column) const { return (column + 0.5) * columnPx; }
    /// The line at `y`, or -1 when it is none of `lines`.
    int lineAt(double y, int lines) const;
    /// Scaled by `factor` in both directions, each within its bounds.
    SpaceTimeScale zoomed(double factor) const;
    bool operator==(const SpaceTimeScale&) const = default;
};

/// Where the moment is, in lines from the top: in the middle of its own, or between two. Nothing
/// without a position.
std::optional<double> momentLine(const SpaceTime& picture, Position position);

/// The next row that is shown, before or behind `position`; nothing when there is none.
std::optional<Position> nextShown(const SpaceTime& picture, Position position, bool forward);

}  // namespace ariadne::studio
