// Every colour of the studio, from one place, for a dark and a light system.
#pragma once

#include "studio/session/results.h"

#include <QColor>
#include <QPalette>

namespace ariadne::studio {

/// What a colour says. No two that stand side by side differ in red against green alone, and each
/// goes with a shape (event_mark.h).
enum class Tone : std::uint8_t {
    kQuiet,
    kTurn,
    kChanged,
    kMessage,
    kBorn,
    kTime,
    kWarning,
    kFailure
};

/// Immutable; two exist. Widgets ask of(palette()) whenever they paint, so a new palette is all a
/// change of theme takes.
struct Theme {
    bool isDark = true;
    QColor window, base, raised, line, text, dim, accent, onAccent, selection, hover;
    QColor laneAlive, laneDead, laneSelected;
    QColor quiet, turn, changed, message, born, time, warning, failure;
    QColor rampLow, rampHigh;  ///< density: little and full
    QColor past, live;

    static const Theme& dark();
    static const Theme& light();
    /// By the lightness of the window colour.
    static const Theme& of(const QPalette& palette);

    QPalette palette() const;
    QColor colorOf(Tone tone) const;
};

Tone toneOf(SliceKind kind);

/// `a` and `b` mixed: 0 is a, 1 is b.
QColor mixed(const QColor& a, const QColor& b, double share);

}  // namespace ariadne::studio
