// What is said of a trace that leaves out what its program can make again, and of making it.
#pragma once

#include "studio/session/results.h"

#include <QString>

#include <optional>

namespace ariadne::studio {

struct CardWords {
    QString title;
    QString cause;
    QString action;  ///< empty: there is nothing to press
    QString tip;     ///< of the action
};

/// None of a trace that holds everything.
std::optional<CardWords> leftOutWordsOf(const TraceSummary& summary);

/// How far it is; the action ends it.
CardWords makingWordsOf(const TraceSummary& summary, double fraction);

/// `report` is about the trace of `summary`: what was made, or why nothing was.
CardWords madeWordsOf(const TraceSummary& summary, const MaterialiseReport& report);

}  // namespace ariadne::studio
