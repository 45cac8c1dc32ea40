#include "studio/views/world_pane.h"

#include "studio/views/actor_tree.h"
#include "studio/views/obligation_tree.h"
#include "studio/views/section.h"

#include <QSplitter>
#include <QVBoxLayout>

#include <utility>

namespace ariadne::studio {

WorldPane::WorldPane(QWidget* parent) : QWidget(parent) {
    actors_ = new ActorTree;
    obligations_ = new ObligationTree;
    section_ = new Section(tr("Obligations"), obligations_);
    auto* split = new QSplitter(Qt::Vertical);
    split->setChildrenCollapsible(false);
    split->addWidget(actors_);
    split->addWidget(section_);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    split->setSizes({360, 240});
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(split);
    connect(actors_, &ActorTree::actorSelected, this, &WorldPane::actorSelected);
    connect(actors_, &ActorTree::actorActivated, this, &WorldPane::actorActivated);
    connect(actors_, &ActorTree::regionsWanted, this, &WorldPane::regionsWanted);
    connect(actors_, &ActorTree::matchesWanted, this, &WorldPane::matchesWanted);
    connect(actors_, &ActorTree::filterChanged, this, [this](const QString& text) {
        obligations_->model().setFilter(text);
        showSection();
    });
    connect(obligations_, &ObligationTree::positionRequested, this, &WorldPane::positionRequested);
    connect(obligations_, &ObligationTree::actorSelected, this, &WorldPane::actorSelected);
    showSection();
}

void WorldPane::setActors(std::shared_ptr<const std::vector<ActorEntry>> actors) {
    obligations_->model().setActors(actors);
    actors_->setActors(std::move(actors));
}

void WorldPane::setObligations(std::shared_ptr<const ObligationList> obligations) {
    obligations_->model().setList(std::move(obligations));
    showSection();
}

void WorldPane::setMoment(std::shared_ptr<const Moment> moment) {
    if (moment) actors_->setWorld(moment->world);
    obligations_->model().setMoment(std::move(moment));
    showSection();
}

void WorldPane::setMatches(std::shared_ptr<const ActorMatches> matches) {
    actors_->setMatches(std::move(matches));
}

void WorldPane::setRegions(const RegionsMoment& regions) {
    actors_->setRegions(regions);
}

void WorldPane::setSelected(Rank rank) {
    actors_->setSelected(rank);
}

void WorldPane::forget() {
    obligations_->forget();
    obligations_->model().setMoment(nullptr);
    setObligations(nullptr);
    setSelected(kOutside);
}

void WorldPane::focusFilter() {
    actors_->focusFilter();
}

void WorldPane::showSection() {
    const ObligationModel& model = obligations_->model();
    section_->setVisible(!model.isEmpty());
    section_->setTitle(tr("Obligations, %1").arg(model.summary()));
}

}  // namespace ariadne::studio
