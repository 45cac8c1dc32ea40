// What MainWindow compares the state of the selected actor with.
#include "studio/app/main_window.h"
#include "studio/app/status_line.h"
#include "studio/models/text.h"
#include "studio/views/bookmark_pane.h"
#include "studio/views/inspector.h"
#include "studio/views/state_tree.h"

#include <QActionGroup>
#include <QDockWidget>
#include <QMenu>
#include <QToolButton>

#include <algorithm>
#include <utility>

namespace ariadne::studio {
namespace {

/// Marks in the menu; of more the nearest ones.
constexpr std::size_t kMarksShown = 20;
constexpr int kNameLength = 60;

}  // namespace

void MainWindow::connectBase() {
    baseMenu_ = new QMenu(this);
    connect(baseMenu_, &QMenu::aboutToShow, this, &MainWindow::fillBaseMenu);
    inspector_->setBaseMenu(baseMenu_);
    connect(session_.get(), &Session::baseReady, this, [this](std::shared_ptr<const Moment> base) {
        baseAsked_ = false;
        baseMoment_ = std::move(base);
        inspector_->setBase(base_, baseMoment_);
        sayCompared();
        Q_EMIT answered();
    });
    connect(bookmarks_, &BookmarkPane::compareRequested, this,
            [this](const Bookmark& from, const std::optional<Bookmark>& to) {
                compareSince(markedBase(from));
                if (to) goTo(to->position);
            });
}

void MainWindow::fillBaseMenu() {
    baseMenu_->clear();
    auto* choices = new QActionGroup(baseMenu_);
    const auto choice = [&](const StateBase& base, QString text) {
        QAction* action = baseMenu_->addAction(text.replace(QLatin1Char('&'), QStringLiteral("&&")),
                                               this, [this, base] { compareSince(base); });
        action->setCheckable(true);
        action->setChecked(base == base_);
        choices->addAction(action);
    };
    choice({}, tr("Its last turn"));
    choice({StateBase::Kind::kPreviousEvent, {}, {}}, tr("The event before"));
    baseMenu_->addSection(tr("Marks"));
    const auto bookmarks = bookmarks_->rows().bookmarks();
    std::vector<Bookmark> marks = bookmarks ? bookmarks->all : std::vector<Bookmark>{};
    if (marks.size() > kMarksShown) {
        const auto away = [this](const Bookmark& mark) {
            const std::uint64_t a = mark.position.value, b = position_.value;
            return a > b ? a - b : b - a;
        };
        std::stable_sort(marks.begin(), marks.end(),
                         [&](const Bookmark& a, const Bookmark& b) { return away(a) < away(b); });
        marks.resize(kMarksShown);
        std::stable_sort(marks.begin(), marks.end(), [](const Bookmark& a, const Bookmark& b) {
            return a.position < b.position;
        });
    }
    for (const Bookmark& mark : marks) {
        StateBase base = markedBase(mark);
        base.name = base.name.left(kNameLength);
        choice(base, base.text());
    }
    if (marks.empty())
        baseMenu_->addAction(tr("None yet: M marks the present event"))->setEnabled(false);
    const std::size_t left = bookmarks ? bookmarks->all.size() - marks.size() : 0;
    if (left != 0)
        baseMenu_->addAction(tr("%1 more in the pane of bookmarks").arg(groupedText(left)), this,
                             [this] { showBookmarksPane(); });
}

/// Of the value that is chosen in the inspector, if there is one.
void MainWindow::chooseBase() {
    if (selected_ == kOutside)
        return status_->setProgress(tr("Select an actor first: its state is compared"));
    inspectorDock_->show();
    inspectorDock_->raise();
    StateTree& state = inspector_->stateTree();
    const QModelIndex row = state.currentIndex();
    compared_ = state.model().pathOf(row);
    const QPoint at = row.isValid() && state.visualRect(row).isValid()
                          ? state.visualRect(row).bottomLeft()
                          : QPoint(20, 0);
    baseMenu_->popup(state.viewport()->mapToGlobal(at));
}

void MainWindow::compareSince(const StateBase& base) {
    base_ = base;
    if (selected_ == kOutside)
        status_->setProgress(tr("Select an actor: its state is compared with %1").arg(base.text()));
    inspectorDock_->show();
    inspector_->setBase(base_, baseMoment_);
    askBase();
    if (!baseAsked_) sayCompared();
}

/// What is known already is not asked again: at a mark it is as it was, however one moves.
void MainWindow::askBase() {
    baseAsked_ = false;
    if (!summary_ || !moment_ || !moment_->actor || moment_->position != position_) return;
    const std::optional<Position> at = base_.at(position_, summary_->lastPosition);
    if (!at) return;
    const Rank rank = moment_->actor->rank;
    if (baseMoment_ && baseMoment_->position == *at && baseMoment_->actor &&
        baseMoment_->actor->rank == rank)
        return;
    baseAsked_ = true;
    session_->requestBase(*at, rank);
}

void MainWindow::sayCompared() {
    const QString path = std::exchange(compared_, {});
    if (path.isEmpty() || base_.kind == StateBase::Kind::kLastTurn) return;
    const QString text = inspector_->comparedText(path);
    if (!text.isEmpty()) status_->setProgress(text);
}

void MainWindow::forgetBase() {
    base_ = {};
    baseMoment_.reset();
    baseAsked_ = false;
    compared_.clear();
    inspector_->setBase(base_, nullptr);
}

}  // namespace ariadne::studio
