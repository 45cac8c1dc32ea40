#include "tests/support/picture_diff.h"

#include <QPainter>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

namespace ariadne::tests {
namespace {

constexpr int kCell = 8;
/// Of 255. A letter more or less in a cell is below, a word on an empty ground above.
constexpr int kColourMax = 22;
/// Of all cells; some numbers in a picture are of the clock.
constexpr double kShareMax = 0.012;

using Colour = std::array<int, 3>;

Colour meanOf(const QImage& image, const QRect& cell) {
    const QRect box = cell.intersected(image.rect());
    Colour sum{};
    for (int y = box.top(); y <= box.bottom(); ++y) {
        const auto* line = reinterpret_cast<const QRgb*>(image.constScanLine(y));
        for (int x = box.left(); x <= box.right(); ++x) {
            sum[0] += qRed(line[x]);
            sum[1] += qGreen(line[x]);
            sum[2] += qBlue(line[x]);
        }
    }
    const int count = std::max(1, box.width() * box.height());
    for (int& part : sum) part /= count;
    return sum;
}

int distance(const Colour& one, const Colour& other) {
    int out = 0;
    for (std::size_t i = 0; i < one.size(); ++i) out = std::max(out, std::abs(one[i] - other[i]));
    return out;
}

bool differs(const QImage& expected, const QImage& found, const QRect& cell) {
    const Colour wanted = meanOf(expected, cell);
    for (int dy = -1; dy <= 1; ++dy)
        for (int dx = -1; dx <= 1; ++dx)
            if (distance(wanted, meanOf(found, cell.translated(dx, dy))) <= kColourMax)
                return false;
    return true;
}

QImage framed(const QImage& expected, const std::vector<QRect>& cells) {
    QImage out = expected.copy();
    QPainter painter(&out);
    painter.fillRect(out.rect(), QColor(128, 128, 128, 150));
    painter.setPen(QColor(255, 0, 200));
    for (const QRect& cell : cells) painter.drawRect(cell.adjusted(0, 0, -1, -1));
    return out;
}

}  // namespace

PictureDiff comparePictures(const QImage& expected, const QImage& found) {
    PictureDiff out;
    const QImage a = expected.convertToFormat(QImage::Format_RGB32);
    const QImage b = found.convertToFormat(QImage::Format_RGB32);
    if (a.isNull() || b.isNull()) {
        out.share = 1;
        out.text = a.isNull() ? QStringLiteral("there is no picture to compare with")
                              : QStringLiteral("there is no picture");
        return out;
    }
    if (a.size() != b.size()) {
        out.share = 1;
        out.text = QStringLiteral("%1 x %2 pixels, expected %3 x %4")
                       .arg(b.width())
                       .arg(b.height())
                       .arg(a.width())
                       .arg(a.height());
        return out;
    }
    std::vector<QRect> cells;
    int count = 0;
    for (int y = 0; y < a.height(); y += kCell)
        for (int x = 0; x < a.width(); x += kCell, ++count)
            if (const QRect cell(x, y, kCell, kCell); differs(a, b, cell)) cells.push_back(cell);
    out.share = static_cast<double>(cells.size()) / count;
    if (out.share <= kShareMax) return out;
    out.text = QStringLiteral("%1 % of it differ, at most %2 % may")
                   .arg(out.share * 100, 0, 'f', 1)
                   .arg(kShareMax * 100, 0, 'f', 1);
    out.shown = framed(a, cells);
    return out;
}

}  // namespace ariadne::tests
