// Whoever is new here: the guided tour, the welcome page with its pictures, and what this is.
#include "studio/app/main_window.h"
#include "studio/app/thumbnails.h"
#include "studio/models/text.h"
#include "studio/models/theme.h"
#include "studio/session/versions.h"
#include "studio/views/minimap.h"
#include "studio/views/tour_card.h"
#include "studio/views/welcome_page.h"

#include <QFileInfo>
#include <QMessageBox>
#include <QStandardPaths>

namespace ariadne::studio {

void MainWindow::connectTour() {
    connect(tourCard_, &TourCard::leaveRequested, this, [this] {
        tour_.leave();
        tourCard_->setTour(tour_);
    });
    connect(welcome_, &WelcomePage::tourRequested, this, &MainWindow::beginTour);
}

/// From the page on which its first step can be done.
void MainWindow::beginTour() {
    tour_.begin();
    tourCard_->setTour(tour_);
    showWelcome();
}

void MainWindow::did(TourAct act) {
    if (tour_.did(act)) tourCard_->setTour(tour_);
}

/// Beside the settings when these are not where a person has them.
QString MainWindow::thumbnailFolder() const {
    const QString folder = QFileInfo(settings_.fileName()).absolutePath();
    const QString usual = QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation);
    const QString cache = folder == QFileInfo(usual).absoluteFilePath()
                              ? QStandardPaths::writableLocation(QStandardPaths::CacheLocation)
                              : folder;
    return cache + QStringLiteral("/thumbnails");
}

void MainWindow::keepThumbnail() {
    if (!summary_ || !lanes_ || !lanes_->complete || isMade()) return;
    if (summary_->state == tracefmt::FileState::kRecording) return;
    thumbnails_->keep(tracePath(), summary_, lanes_);
}

void MainWindow::showThumbnails() {
    const bool dark = Theme::of(palette()).isDark;
    for (const QString& path : recent_.paths())
        thumbnails_->load(
            path, dark, [this, path](const QImage& image) { welcome_->setThumbnail(path, image); });
}

void MainWindow::showAbout() {
    const QString title = tr("Ariadne %1").arg(QStringLiteral(ARIADNE_VERSION));
    const QString text = tr("A time-travel debugger for deterministic actor programs.\n\n"
                            "Trace format %1\nQt %2, compiled with %3\n\nLicence: Apache-2.0")
                             .arg(textOf(traceFormatVersion()), QString::fromLatin1(qVersion()),
                                  QStringLiteral(QT_VERSION_STR));
    auto* box =
        new QMessageBox(QMessageBox::NoIcon, tr("About Ariadne"), title, QMessageBox::Close, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(text);
    box->setTextInteractionFlags(Qt::TextSelectableByMouse);
    box->open();
}

}  // namespace ariadne::studio
