// Cuts a line to a rectangle before it is painted.
#pragma once

#include <QLineF>
#include <QRectF>

namespace ariadne::studio {

/// Keeps of `line` what lies in `box`; false when nothing does. QPainter walks lines to their ends
/// however far outside those are, which made long arrows cost half a second.
bool clipLine(QLineF& line, const QRectF& box);

}  // namespace ariadne::studio
