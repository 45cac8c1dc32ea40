#include "studio/views/fonts.h"

#include <QStringList>

namespace ariadne::studio {

QFont uiFont() {
    QFont font(QStringList{QStringLiteral("Inter"), QStringLiteral("Noto Sans"),
                           QStringLiteral("DejaVu Sans")});
    font.setPixelSize(13);
    return font;
}

QFont valueFont() {
    QFont font(QStringList{QStringLiteral("JetBrains Mono"), QStringLiteral("Noto Sans Mono"),
                           QStringLiteral("DejaVu Sans Mono")});
    font.setPixelSize(12);
    font.setStyleHint(QFont::Monospace);
    // Ids and values are read letter by letter; ligatures would turn "->" into one glyph.
    font.setStyleStrategy(QFont::StyleStrategy(QFont::PreferAntialias | QFont::PreferNoShaping));
    return font;
}

}  // namespace ariadne::studio
