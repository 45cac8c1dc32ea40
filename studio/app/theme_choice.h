// Dark or light: as the system says, unless a person says otherwise.
#pragma once

#include <QString>

namespace ariadne::studio {

enum class ThemeChoice : std::uint8_t { kSystem = 0, kLight = 1, kDark = 2 };

/// Sets style, fonts and what the system's palette says. Once, right after QApplication was made.
void prepareLook();
/// Sets the palette of the application; every window follows.
void applyTheme(ThemeChoice choice);

}  // namespace ariadne::studio
