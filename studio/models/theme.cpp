#include "studio/models/theme.h"

namespace ariadne::studio {
namespace {

QColor rgb(QRgb value) {
    return QColor::fromRgb(value);
}

Theme makeDark() {
    Theme t;
    t.isDark = true;
    t.window = rgb(0x212428), t.base = rgb(0x191b1e), t.raised = rgb(0x2a2e33);
    t.line = rgb(0x363b41), t.text = rgb(0xdce0e4), t.dim = rgb(0x929aa3);
    t.accent = rgb(0x58a6ff), t.onAccent = rgb(0x0b1622), t.selection = rgb(0x28456a);
    t.hover = rgb(0x262b31);
    t.laneAlive = rgb(0x23272c), t.laneDead = rgb(0x1a1c1f), t.laneSelected = rgb(0x27364a);
    t.quiet = rgb(0x8a939c), t.turn = rgb(0x7290b0), t.changed = rgb(0x58a6ff);
    t.message = rgb(0x9db8d6), t.born = rgb(0x3cc7b0), t.time = rgb(0xc39ae8);
    t.warning = rgb(0xf0b23e), t.failure = rgb(0xff7359);
    t.rampLow = rgb(0x2f4a66), t.rampHigh = rgb(0x86c5ff);
    t.past = rgb(0xe0a23a), t.live = rgb(0x36c5ad);
    return t;
}

Theme makeLight() {
    Theme t;
    t.isDark = false;
    t.window = rgb(0xf3f4f6), t.base = rgb(0xffffff), t.raised = rgb(0xffffff);
    t.line = rgb(0xd3d8dd), t.text = rgb(0x1c2126), t.dim = rgb(0x616b75);
    t.accent = rgb(0x0a66c8), t.onAccent = rgb(0xffffff), t.selection = rgb(0xcde2fa);
    t.hover = rgb(0xeef3f8);
    t.laneAlive = rgb(0xedf0f3), t.laneDead = rgb(0xfbfbfc), t.laneSelected = rgb(0xdceafa);
    t.quiet = rgb(0x77818b), t.turn = rgb(0x7d9cbc), t.changed = rgb(0x0a66c8);
    t.message = rgb(0x48698c), t.born = rgb(0x00806a), t.time = rgb(0x7d46b3);
    t.warning = rgb(0xa86a00), t.failure = rgb(0xc7361c);
    t.rampLow = rgb(0xc4d9ee), t.rampHigh = rgb(0x0a56a8);
    t.past = rgb(0xb06f00), t.live = rgb(0x00806a);
    return t;
}

void setDisabled(QPalette& palette, const Theme& t) {
    const QColor faint = mixed(t.window, t.text, 0.38);
    for (const QPalette::ColorRole role :
         {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText})
        palette.setColor(QPalette::Disabled, role, faint);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, t.line);
}

}  // namespace

const Theme& Theme::dark() {
    static const Theme kTheme = makeDark();
    return kTheme;
}

const Theme& Theme::light() {
    static const Theme kTheme = makeLight();
    return kTheme;
}

const Theme& Theme::of(const QPalette& palette) {
    return palette.color(QPalette::Window).lightness() < 128 ? dark() : light();
}

QPalette Theme::palette() const {
    QPalette p;
    p.setColor(QPalette::Window, window);
    p.setColor(QPalette::WindowText, text);
    p.setColor(QPalette::Base, base);
    p.setColor(QPalette::AlternateBase, mixed(base, window, 0.6));
    p.setColor(QPalette::Text, text);
    p.setColor(QPalette::PlaceholderText, dim);
    p.setColor(QPalette::Button, isDark ? raised : rgb(0xf7f8f9));
    p.setColor(QPalette::ButtonText, text);
    p.setColor(QPalette::BrightText, failure);
    p.setColor(QPalette::ToolTipBase, raised);
    p.setColor(QPalette::ToolTipText, text);
    p.setColor(QPalette::Highlight, selection);
    p.setColor(QPalette::HighlightedText, text);
    p.setColor(QPalette::Link, accent);
    p.setColor(QPalette::LinkVisited, accent);
    p.setColor(QPalette::Light, mixed(window, rgb(0xffffff), isDark ? 0.08 : 0.9));
    p.setColor(QPalette::Midlight, mixed(window, rgb(0xffffff), isDark ? 0.05 : 0.5));
    p.setColor(QPalette::Mid, line);
    p.setColor(QPalette::Dark, mixed(window, rgb(0x000000), isDark ? 0.35 : 0.18));
    p.setColor(QPalette::Shadow, rgb(0x000000));
    setDisabled(p, *this);
    return p;
}

QColor Theme::colorOf(Tone tone) const {
    switch (tone) {
        case Tone::kQuiet: return quiet;
        case Tone::kTurn: return turn;
        case Tone::kChanged: return changed;
        case Tone::kMessage: return message;
        case Tone::kBorn: return born;
        case Tone::kTime: return time;
        case Tone::kWarning: return warning;
        case Tone::kFailure: return failure;
    }
    return quiet;
}

Tone toneOf(SliceKind kind) {
    switch (kind) {
        case SliceKind::kTurn: return Tone::kTurn;
        case SliceKind::kChanged: return Tone::kChanged;
        case SliceKind::kStopped: return Tone::kQuiet;
        case SliceKind::kFailed: return Tone::kFailure;
        case SliceKind::kDropped: return Tone::kWarning;
        case SliceKind::kBorn: return Tone::kBorn;
    }
    return Tone::kTurn;
}

QColor mixed(const QColor& a, const QColor& b, double share) {
    const auto part = [share](int x, int y) { return x + static_cast<int>((y - x) * share); };
    return {part(a.red(), b.red()), part(a.green(), b.green()), part(a.blue(), b.blue())};
}

}  // namespace ariadne::studio
