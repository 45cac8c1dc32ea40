// The small sign of an event: a shape and a tone, so that colour is never the only difference.
#pragma once

#include "engine/base/event.h"
#include "studio/models/theme.h"
#include "studio/session/results.h"

#include <QRectF>
#include <QString>

class QPainter;

namespace ariadne::studio {

enum class MarkShape : std::uint8_t {
    kTurn,
    kOut,
    kBack,
    kIn,
    kClock,
    kPlus,
    kStop,
    kCross,
    kDrop,
    kRing,
    kDot,
    kDiamond,
    kEnd,
    kLoop,    ///< an arrow that comes back: lives again
    kRegion,  ///< a frame
    kHand,    ///< a bar that stops: asked to end
    kLeak,    ///< a triangle that stands on its tip
    kKnot,    ///< two rings in each other: waits in a circle
    kLink,    ///< two dots and what holds them together
    kPause,
    kFlag,  ///< somebody put it there
};

struct EventMark {
    MarkShape shape = MarkShape::kDot;
    Tone tone = Tone::kQuiet;
    bool operator==(const EventMark&) const = default;
};

EventMark markOf(EventKind kind);
/// The same where a row says more than its kind: an obligation that leaked.
EventMark markOf(const EventLine& line);
EventMark markOf(LaneMark::Kind kind);

/// One word or two, translated: "Timer set".
QString labelOf(EventKind kind);
/// Of its kind, or that there is no event.
QString labelOf(const EventLine& line);
/// "178 events up to 4,096, the disk was full": of a line that stands for events that are missing.
QString missingText(const EventLine& line);
/// What happened in that slice, translated.
QString labelOf(SliceKind kind);

/// Paints the mark centred in `box`; sharp at any scale.
void paintMark(QPainter& painter, const QRectF& box, EventMark mark, const QColor& color);

}  // namespace ariadne::studio
