// Whether a window that paints only what has changed shows what painting all of it would.
#pragma once

#include <QCoreApplication>
#include <QImage>
#include <QPixmap>
#include <QScreen>
#include <QWidget>

#include <cstdlib>

namespace ariadne::studio {

/// Where a smooth line is cut off, its last pixels are rounded differently: by so much.
inline constexpr int kRoundedBy = 8;

inline bool looksTheSame(const QImage& a, const QImage& b) {
    if (a.isNull() || a.size() != b.size()) return false;
    const auto near = [](int x, int y) { return std::abs(x - y) <= kRoundedBy; };
    for (int y = 0; y < a.height(); ++y)
        for (int x = 0; x < a.width(); ++x) {
            const QRgb one = a.pixel(x, y), other = b.pixel(x, y);
            if (!near(qRed(one), qRed(other)) || !near(qGreen(one), qGreen(other)) ||
                !near(qBlue(one), qBlue(other)))
                return false;
        }
    return true;
}

/// `window` is a shown one. Paints what is to be painted first.
inline bool showsWhatItWouldPaint(QWidget& window) {
    QCoreApplication::processEvents();
    const auto pixels = [](const QPixmap& from) {
        return from.toImage().convertToFormat(QImage::Format_RGB32);
    };
    const QImage shown = pixels(window.screen()->grabWindow(window.winId()));
    return looksTheSame(shown, pixels(window.grab()));
}

}  // namespace ariadne::studio
