#include "studio/app/theme_choice.h"

#include "studio/models/theme.h"
#include "studio/views/fonts.h"
#include "studio/views/quiet_style.h"

#include <QApplication>
#include <QToolTip>

namespace ariadne::studio {
namespace {

/// What the platform said before our own palette covered it.
const Theme*& systemTheme() {
    static const Theme* theme = &Theme::light();
    return theme;
}

}  // namespace

void prepareLook() {
    systemTheme() = &Theme::of(QApplication::palette());
    QApplication::setStyle(new QuietStyle);
    QApplication::setFont(uiFont());
    QToolTip::setFont(uiFont());
}

void applyTheme(ThemeChoice choice) {
    const Theme& theme = choice == ThemeChoice::kDark    ? Theme::dark()
                         : choice == ThemeChoice::kLight ? Theme::light()
                                                         : *systemTheme();
    QApplication::setPalette(theme.palette());
    QToolTip::setPalette(theme.palette());
}

}  // namespace ariadne::studio
