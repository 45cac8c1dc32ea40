// Pictures of the studio's main states, without a screen.
#pragma once

#include "studio/app/main_window.h"

#include <QString>

namespace ariadne::studio {

struct ScreenshotPlan {
    QString folder;
    QString suffix;  ///< before ".png": "" or "-2x"
    bool bothThemes = true;
    bool withDiff = false;
};

/// Takes them from a window that was told to open its trace; prints each path. Waits for answers.
/// Returns the number of pictures, 0 when the trace could not be opened.
int takeScreenshots(MainWindow& window, const ScreenshotPlan& plan);

}  // namespace ariadne::studio
