// Whether two pictures of a window show the same, whatever draws their letters.
#pragma once

#include <QImage>
#include <QString>

namespace ariadne::tests {

/// Pictures are compared by the mean colours of cells of 8 x 8 pixels, each with the best of the
/// places up to a pixel away: letters of another weight or place are the same, what is missing, cut
/// off or of another colour is not.
struct PictureDiff {
    /// Empty: they show the same. Else what is different, and by how much.
    QString text;
    double share = 0;  ///< of the cells that differ, 0..1
    QImage shown;      ///< the expected picture, dim, with the cells that differ in frames
    bool same() const { return text.isEmpty(); }
};

PictureDiff comparePictures(const QImage& expected, const QImage& found);

}  // namespace ariadne::tests
