// Pictures of the studio's main states, without a screen.
#pragma once

#include "studio/app/main_window.h"

#include <QImage>
#include <QString>

#include <vector>

namespace ariadne::studio {

struct ScreenshotPlan {
    QString folder;
    QString suffix;  ///< before ".png": "" or "-2x"
    bool bothThemes = true;
    bool withDiff = false;
};

/// A pane by itself, "world-dark".
struct PanePicture {
    QString name;
    QImage image;
};
/// Every pane in both themes, as the window shows them at its failure, and the dialogs of keys. The
/// window has a trace open; waits for answers.
std::vector<PanePicture> picturesOfPanes(MainWindow& window);

/// Takes them from a window that was told to open its trace; prints each path. Waits for answers.
/// Returns the number of pictures, 0 when the trace could not be opened.
int takeScreenshots(MainWindow& window, const ScreenshotPlan& plan);

}  // namespace ariadne::studio
