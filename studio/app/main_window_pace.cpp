// How fast the window is: what the status line says of frames and stalls.
#include "studio/app/main_window.h"
#include "studio/app/stall_counter.h"
#include "studio/app/status_line.h"
#include "studio/views/timeline_view.h"

namespace ariadne::studio {

void MainWindow::watchStalls(StallCounter& stalls) {
    stalls_ = &stalls;
    stalls.setStalled([this] { showPace(); });
    showPace();
}

void MainWindow::showPace() {
    status_->setFrame(timeline_->lastFrameMs());
    if (stalls_ != nullptr) status_->setStalls(stalls_->count(), stalls_->longest());
}

}  // namespace ariadne::studio
