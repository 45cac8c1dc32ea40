// The two typefaces of the studio, with what to take when they are not installed.
#pragma once

#include <QFont>

namespace ariadne::studio {

QFont uiFont();
/// Digits of equal width: numbers, ids, values.
QFont valueFont();

}  // namespace ariadne::studio
