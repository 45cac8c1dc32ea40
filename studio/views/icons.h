// The studio's own line icons, drawn in the colour of the text around them.
#pragma once

#include <QIcon>

namespace ariadne::studio {

enum class Glyph {
    kFirst,
    kPreviousOfActor,
    kBack,
    kForward,
    kNextOfActor,
    kLast,
    kRun,
    kPause,
    kStep,
    kStepTurn,
    kStepActor,
    kStop,
    kCause,
    kEffect,
    kOpen,
    kDiff,
    kRepeat,
    kFit,
    kSearch,
    kClose,
    kWarning,
    kError,
    kInfo,
    kChanged,
    kAdded,
    kRemoved,
    kMenu,
};

/// Sharp at every size and scale; follows the palette by itself, dim when disabled.
QIcon iconOf(Glyph glyph);

}  // namespace ariadne::studio
