#include "studio/views/space_time_pane.h"

#include "studio/models/space_time_words.h"
#include "studio/models/text.h"
#include "studio/views/elided_label.h"
#include "studio/views/space_time_view.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QMenu>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace ariadne::studio {
namespace {

/// A path in a menu, where an ampersand would underline.
QString menuText(QString text) {
    return text.replace(QLatin1Char('&'), QStringLiteral("&&"));
}

bool holds(const std::vector<Rank>& ranks, Rank rank) {
    return std::find(ranks.begin(), ranks.end(), rank) != ranks.end();
}

}  // namespace

SpaceTimePane::SpaceTimePane(QWidget* parent) : QWidget(parent) {
    makeControls();
    view_ = new SpaceTimeView;
    auto* line = new QHBoxLayout;
    line->setContentsMargins(8, 4, 8, 4);
    line->setSpacing(8);
    line->addWidget(mode_);
    line->addWidget(causal_);
    line->addWidget(actorsButton_);
    line->addWidget(summary_, 1);
    line->addWidget(here_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(line);
    column->addWidget(view_, 1);
    connect(view_, &SpaceTimeView::positionRequested, this, &SpaceTimePane::positionRequested);
}

void SpaceTimePane::makeControls() {
    mode_ = new QComboBox;
    mode_->setAccessibleName(tr("Whose messages"));
    mode_->setToolTip(tr("Whose messages are shown"));
    mode_->addItem(tr("Led to it"), QVariant::fromValue(static_cast<int>(Actors::kPast)));
    mode_->addItem(tr("Came of it"), QVariant::fromValue(static_cast<int>(Actors::kFuture)));
    mode_->addItem(tr("Both"), QVariant::fromValue(static_cast<int>(Actors::kBoth)));
    mode_->addItem(tr("Chosen actors"), QVariant::fromValue(static_cast<int>(Actors::kChosen)));
    mode_->setCurrentIndex(2);
    causal_ = new QCheckBox(tr("Causes and effects only"));
    causal_->setToolTip(tr("Leave out what these actors did besides"));
    causal_->setChecked(true);
    menu_ = new QMenu(this);
    actorsButton_ = new QToolButton;
    actorsButton_->setText(tr("Actors"));
    actorsButton_->setToolTip(tr("Add actors to the picture, or take them out"));
    actorsButton_->setMenu(menu_);
    actorsButton_->setPopupMode(QToolButton::InstantPopup);
    here_ = new QToolButton;
    here_->setText(tr("From here"));
    here_->setToolTip(tr("Show the messages around the present event"));
    summary_ = new ElidedLabel;
    summary_->setRole(QPalette::PlaceholderText);
    connect(mode_, &QComboBox::activated, this, &SpaceTimePane::beginHere);
    connect(causal_, &QCheckBox::clicked, this, &SpaceTimePane::beginHere);
    connect(here_, &QToolButton::clicked, this, &SpaceTimePane::beginHere);
    connect(menu_, &QMenu::aboutToShow, this, &SpaceTimePane::fillMenu);
}

void SpaceTimePane::setActors(ActorEntries actors) {
    actors_ = actors;
    view_->setActors(std::move(actors));
}

void SpaceTimePane::setLanesInView(std::function<std::vector<Rank>()> lanes) {
    lanesInView_ = std::move(lanes);
}

void SpaceTimePane::setSelected(Rank rank) {
    selected_ = rank;
}

void SpaceTimePane::setMode(Actors actors, bool causalOnly) {
    mode_->setCurrentIndex(mode_->findData(static_cast<int>(actors)));
    causal_->setChecked(causalOnly);
    beginHere();
}

void SpaceTimePane::setPicture(std::shared_ptr<const SpaceTime> picture) {
    if (picture->question != question_) return;
    asked_ = false;
    view_->setPicture(std::move(picture));
    showWords();
}

void SpaceTimePane::setPosition(Position position) {
    position_ = position;
    view_->setPosition(position);
    askOrMark();
    showWords();
}

/// Between two rows of all that some actors did there is nothing else of them.
bool SpaceTimePane::showsPosition() const {
    const auto& picture = view_->picture();
    if (question_.of == position_) return true;
    if (asked_ || !picture || picture->rows.empty()) return false;
    if (picture->holds(position_)) return true;
    return !question_.causalOnly && position_ > picture->rows.front().line.seq &&
           position_ < picture->rows.back().line.seq;
}

/// A pane that nobody sees asks nothing.
void SpaceTimePane::askOrMark() {
    if (isVisible() && !showsPosition()) beginHere();
}

void SpaceTimePane::beginHere() {
    if (position_.value == 0 || !isVisible()) return;
    SpaceTimeQuestion question;
    question.of = position_;
    question.actors = static_cast<Actors>(mode_->currentData().toInt());
    question.causalOnly = causal_->isChecked();
    if (question.actors == Actors::kChosen) {
        if (chosen_.empty()) chosen_ = shownActors();
        question.chosen = chosen_;
    }
    if (question == question_) return;
    question_ = std::move(question);
    asked_ = true;
    Q_EMIT pictureWanted(question_);
    showWords();
}

void SpaceTimePane::forget() {
    if (question_.of.value != 0) Q_EMIT pictureForgotten();
    question_ = {};
    asked_ = false;
    chosen_.clear();
    // Nobody is chosen in the next trace, and a picture of nobody shows nothing.
    const int chosen = mode_->findData(static_cast<int>(Actors::kChosen));
    if (mode_->currentIndex() == chosen)
        mode_->setCurrentIndex(mode_->findData(static_cast<int>(Actors::kBoth)));
    position_ = {};
    view_->setPicture(nullptr);
    showWords();
}

bool SpaceTimePane::isAsking() const {
    if (question_.of.value == 0) return false;
    return asked_ || !view_->picture() || !view_->picture()->complete;
}

// ---- Whose
// ---------------------------------------------------------------------------------------

std::vector<Rank> SpaceTimePane::shownActors() const {
    return view_->picture() ? view_->picture()->actors : std::vector<Rank>{};
}

void SpaceTimePane::choose(std::vector<Rank> ranks) {
    if (ranks.size() > SpaceTimeQuestion::kActorsMax) ranks.resize(SpaceTimeQuestion::kActorsMax);
    chosen_ = std::move(ranks);
    setMode(Actors::kChosen, causal_->isChecked());
}

void SpaceTimePane::toggleActor(Rank rank) {
    std::vector<Rank> ranks = shownActors();
    if (const auto at = std::find(ranks.begin(), ranks.end(), rank); at != ranks.end())
        ranks.erase(at);
    else
        ranks.push_back(rank);
    choose(std::move(ranks));
}

void SpaceTimePane::fillMenu() {
    menu_->clear();
    const std::vector<Rank> shown = shownActors();
    const bool isFull = shown.size() >= SpaceTimeQuestion::kActorsMax;
    if (selected_ != kOutside && !holds(shown, selected_)) {
        QAction* add = menu_->addAction(tr("Add %1").arg(menuText(pathOf(actors_, selected_))));
        add->setEnabled(!isFull);
        connect(add, &QAction::triggered, this, [this] { toggleActor(selected_); });
    }
    const std::vector<Rank> lanes = lanesInView_ ? lanesInView_() : std::vector<Rank>{};
    const std::size_t count = std::min(lanes.size(), SpaceTimeQuestion::kActorsMax);
    QAction* all =
        menu_->addAction(lanes.size() > count ? tr("The first %1 lanes in view").arg(count)
                                              : tr("The %1 lanes in view").arg(count));
    all->setEnabled(!lanes.empty());
    connect(all, &QAction::triggered, this, [this, lanes] { choose(lanes); });
    menu_->addSeparator();
    for (const Rank rank : shown) {
        QAction* one = menu_->addAction(menuText(pathOf(actors_, rank)));
        one->setCheckable(true);
        one->setChecked(true);
        connect(one, &QAction::triggered, this, [this, rank] { toggleActor(rank); });
    }
}

void SpaceTimePane::showWords() {
    here_->setEnabled(position_.value != 0 && question_.of != position_);
    summary_->setText(spaceTimeSummary(view_->picture().get()));
}

QString SpaceTimePane::summary() const {
    return summary_->text();
}

void SpaceTimePane::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    askOrMark();
}

/// What is still looked for is not waited for when nobody sees it.
void SpaceTimePane::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    if (!isAsking()) return;
    Q_EMIT pictureForgotten();
    question_ = {};
    asked_ = false;
    view_->setPicture(nullptr);
}

}  // namespace ariadne::studio
