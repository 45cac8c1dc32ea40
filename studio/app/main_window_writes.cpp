// Who wrote a value: from the inspector to the event, to its causes, to all events like it.
#include "studio/app/main_window.h"
#include "studio/app/status_line.h"
#include "studio/models/text.h"
#include "studio/models/write_query.h"
#include "studio/views/inspector.h"
#include "studio/views/query_pane.h"
#include "studio/views/status_card.h"

#include <QMenu>

#include <utility>

namespace ariadne::studio {

void MainWindow::makeFieldActions(QMenu* menu) {
    menu->addSeparator();
    const QList<QAction*> actions{
        add(menu, tr("Last write of the value"), {Qt::SHIFT | Qt::Key_L},
            [this] { seekWrite(AfterWrite::kLook); }),
        add(menu, tr("All writes of the value"), {Qt::SHIFT | Qt::Key_A},
            [this] { askAllWrites(); }),
        add(menu, tr("Why is the value so?"), {Qt::SHIFT | Qt::Key_Y},
            [this] { seekWrite(AfterWrite::kWhy); }),
        add(menu, tr("Watch the value on the timeline"), {Qt::SHIFT | Qt::Key_T},
            [this] { watchValue(); }),
        add(menu, tr("Compare with a mark…"), {Qt::SHIFT | Qt::Key_B}, [this] { chooseBase(); }),
        add(menu, tr("Stop where the value is written"), {Qt::SHIFT | Qt::Key_F9},
            [this] { stopAtWrites(); })};
    traceActions_ << actions;
    inspector_->setFieldActions(actions);
}

void MainWindow::connectFields() {
    connect(inspector_, &Inspector::fieldActivated, this, [this] { seekWrite(AfterWrite::kLook); });
    connect(session_.get(), &Session::lastWriteReady, this,
            [this](const std::shared_ptr<const LastWrite>& write) {
                showWrite(*write);
                Q_EMIT answered();
            });
}

void MainWindow::seekWrite(AfterWrite then) {
    const auto chosen = inspector_->chosenField();
    if (!chosen) return status_->setProgress(tr("Choose a value in the inspector first"));
    seeking_ = then;
    sought_ = chosen->name;
    status_->setProgress(tr("Looking for the last write of %1, Esc cancels").arg(sought_));
    session_->requestLastWrite(chosen->rank, chosen->steps, chosen->at);
}

void MainWindow::showWrite(const LastWrite& write) {
    const auto then = std::exchange(seeking_, std::nullopt);
    if (!then) return;
    status_->setProgress({});
    if (write.position.value == 0)
        return say(Severity::kInfo, tr("Who wrote %1 last is not known").arg(sought_),
                   textOf(write.error));
    const bool isHere = write.position == position_;
    goTo(write.position);
    if (write.atBirth)
        status_->setProgress(tr("Nobody has written %1 since the actor began").arg(sought_));
    else if (isHere)
        status_->setProgress(tr("This event wrote %1").arg(sought_));
    if (*then != AfterWrite::kWhy) return;
    showCausesPane();
    did(TourAct::kAskedWhy);
}

void MainWindow::forgetWrite() {
    if (!seeking_) return;
    seeking_.reset();
    session_->forgetLastWrite();
    status_->setProgress({});
}

void MainWindow::askAllWrites() {
    const auto chosen = inspector_->chosenField();
    if (!chosen) return status_->setProgress(tr("Choose a value in the inspector first"));
    showQueryPane();
    query_->ask(allWritesQuery(chosen->actorPath, chosen->field));
}

}  // namespace ariadne::studio
