#include "studio/views/icons.h"

#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QPixmap>
#include <QSvgRenderer>

namespace ariadne::studio {
namespace {

/// Path data in a 16 x 16 box; filled when it begins with '!', stroked otherwise.
const char* pathOf(Glyph glyph) {
    switch (glyph) {
        case Glyph::kFirst: return "!M3 3h1.8v10H3zM13 3v10L6 8z";
        case Glyph::kPreviousOfActor: return "!M8 3v10L2 8zM14.5 3v10l-6-5z";
        case Glyph::kBack: return "!M11.5 3v10L4.5 8z";
        case Glyph::kForward: return "!M4.5 3v10l7-5z";
        case Glyph::kNextOfActor: return "!M8 3v10l6-5zM1.5 3v10l6-5z";
        case Glyph::kLast: return "!M11.2 3H13v10h-1.8zM3 3v10l7-5z";
        case Glyph::kRun: return "M4.5 2.8v10.4L13 8z";
        case Glyph::kPause: return "!M4 3h2.8v10H4zM9.2 3H12v10H9.2z";
        case Glyph::kStep: return "M3.5 3v10M6.5 3.5v9L13 8z";
        case Glyph::kStepTurn: return "M2.500 8h1.500M6.500 3.500v9L13 8z";
        case Glyph::kStepActor: return "M4.500 5.700a2.300 2.300 0 1 0 .01 0M9 3.500v9L14 8z";
        case Glyph::kStop: return "!M3.5 3.5h9v9h-9z";
        case Glyph::kCause: return "M13 12.5V9a2.5 2.5 0 0 0-2.5-2.5H3M6.5 3L3 6.5 6.5 10";
        case Glyph::kEffect: return "M3 12.5V9a2.5 2.5 0 0 1 2.5-2.5H13M9.500 3L13 6.500 9.500 10";
        case Glyph::kOpen: return "M1.800 12.700V3.500h4.400l1.500 1.800h6.500v7.400z";
        case Glyph::kDiff: return "M2.500 5.500h11M2.500 10.500h11M10.500 2.500l-5 11";
        case Glyph::kRepeat: return "M13 8a5 5 0 1 1-1.600-3.700M13 2v3h-3";
        case Glyph::kFit:
            return "M2.500 6V2.500H6M10 2.500h3.500V6M13.500 10v3.500H10M6 13.500H2.500V10";
        case Glyph::kSearch:
            return "M11 6.700a4.300 4.300 0 1 1-8.600 0a4.300 4.300 0 0 1 8.600 0M9.900 9.900l4 4";
        case Glyph::kClose: return "M4 4l8 8M12 4l-8 8";
        case Glyph::kWarning: return "M8 2.200l6.300 11.300H1.700zM8 6.500v3.200M8 11.400v.3";
        case Glyph::kError:
            return "M5.200 1.800h5.600l3.400 3.400v5.600l-3.400 "
                   "3.400H5.200l-3.400-3.400V5.200zM5.500 5.500l5 5M10.500 5.500l-5 5";
        case Glyph::kInfo: return "M14 8a6 6 0 1 1-12 0a6 6 0 0 1 12 0M8 7.300v3.800M8 4.800v.3";
        case Glyph::kChanged: return "!M8 3.500L12.500 8 8 12.500 3.500 8z";
        case Glyph::kAdded: return "M8 4v8M4 8h8";
        case Glyph::kRemoved: return "M4 8h8";
        case Glyph::kMenu: return "M3 4.500h10M3 8h10M3 11.500h10";
    }
    return "";
}

QByteArray svgOf(Glyph glyph, const QColor& color) {
    const QByteArray path = pathOf(glyph);
    const QByteArray name = color.name().toLatin1();
    QByteArray svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><path d='";
    if (path.startsWith('!'))
        svg += path.mid(1) + "' fill='" + name + "'/></svg>";
    else
        svg += path + "' fill='none' stroke='" + name +
               "' stroke-width='1.4' stroke-linecap='round' stroke-linejoin='round'/></svg>";
    return svg;
}

/// Paints at the asked size in the application's text colour of the moment.
class GlyphEngine final : public QIconEngine {
public:
    explicit GlyphEngine(Glyph glyph) : glyph_(glyph) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
        const auto group = mode == QIcon::Disabled ? QPalette::Disabled : QPalette::Active;
        QSvgRenderer renderer(
            svgOf(glyph_, QGuiApplication::palette().color(group, QPalette::ButtonText)));
        renderer.render(painter, rect);
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        QPixmap out(size);
        out.fill(Qt::transparent);
        QPainter painter(&out);
        paint(&painter, QRect({}, size), mode, state);
        return out;
    }
    QIconEngine* clone() const override { return new GlyphEngine(glyph_); }

private:
    Glyph glyph_;
};

}  // namespace

QIcon iconOf(Glyph glyph) {
    return QIcon(new GlyphEngine(glyph));
}

}  // namespace ariadne::studio
