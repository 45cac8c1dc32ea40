// The pane of messages: whose they are, and the picture of them.
#pragma once

#include "studio/models/event_columns.h"
#include "studio/session/results.h"

#include <QWidget>

#include <functional>
#include <memory>
#include <vector>

class QComboBox;
class QCheckBox;
class QMenu;
class QToolButton;

namespace ariadne::studio {

class ElidedLabel;
class SpaceTimeView;

/// Stays with an event while somebody walks along what is shown; asks for another picture when the
/// position leaves it. Knows no session. Threading: GUI thread.
class SpaceTimePane final : public QWidget {
    Q_OBJECT

public:
    using Actors = SpaceTimeQuestion::Actors;

    explicit SpaceTimePane(QWidget* parent = nullptr);

    void setActors(ActorEntries actors);
    void setPicture(std::shared_ptr<const SpaceTime> picture);
    /// 0: there is no event.
    void setPosition(Position position);
    void setSelected(Rank rank);
    /// Who has a lane in the timeline just now, for whoever wants to choose those.
    void setLanesInView(std::function<std::vector<Rank>()> lanes);
    void setMode(Actors actors, bool causalOnly);
    /// The picture is of the present event, though that is in the one that is shown.
    void beginHere();
    /// Chooses that actor besides, or no more; from then on it is of chosen ones.
    void toggleActor(Rank rank);
    /// Another trace.
    void forget();
    bool isAsking() const;
    SpaceTimeView& view() { return *view_; }
    QMenu& actorMenu() { return *menu_; }
    QString summary() const;

Q_SIGNALS:
    void pictureWanted(const ariadne::studio::SpaceTimeQuestion& question);
    /// An answer to what was asked for is of no use any more.
    void pictureForgotten();
    void positionRequested(quint64 position);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void makeControls();
    void fillMenu();
    void choose(std::vector<Rank> ranks);
    std::vector<Rank> shownActors() const;
    void askOrMark();
    bool showsPosition() const;
    void showWords();

    QComboBox* mode_ = nullptr;
    QCheckBox* causal_ = nullptr;
    QToolButton* actorsButton_ = nullptr;
    QMenu* menu_ = nullptr;
    QToolButton* here_ = nullptr;
    ElidedLabel* summary_ = nullptr;
    SpaceTimeView* view_ = nullptr;
    ActorEntries actors_;
    std::function<std::vector<Rank>()> lanesInView_;
    SpaceTimeQuestion question_;  ///< of the picture that is shown or asked for; of 0: none
    bool asked_ = false;          ///< and nothing of it is here yet
    std::vector<Rank> chosen_;
    Position position_;
    Rank selected_;
};

}  // namespace ariadne::studio
