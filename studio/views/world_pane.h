// The world at a moment: who lives in it, and what they owe.
#pragma once

#include "studio/session/actor_matches.h"
#include "studio/session/results.h"

#include <QWidget>

#include <memory>
#include <vector>

namespace ariadne::studio {

class ActorTree;
class ObligationTree;
class Section;

/// Actors and regions as a tree; below it obligations, when the trace has any. One filter for
/// both. Knows no session. Threading: GUI thread.
class WorldPane final : public QWidget {
    Q_OBJECT

public:
    explicit WorldPane(QWidget* parent = nullptr);

    void setActors(std::shared_ptr<const std::vector<ActorEntry>> actors);
    /// Null: nothing is known yet.
    void setObligations(std::shared_ptr<const ObligationList> obligations);
    void setMoment(std::shared_ptr<const Moment> moment);
    void setMatches(std::shared_ptr<const ActorMatches> matches);
    void setRegions(const RegionsMoment& regions);
    void setSelected(Rank rank);
    /// Another trace.
    void forget();
    void focusFilter();
    ActorTree& actors() { return *actors_; }
    ObligationTree& obligations() { return *obligations_; }

Q_SIGNALS:
    void actorSelected(quint32 rank);
    /// Enter or a double click on an actor: to what it did last.
    void actorActivated(quint32 rank);
    void positionRequested(quint64 position);
    void matchesWanted(const QString& text);
    void regionsWanted(const std::vector<ariadne::Rank>& ranks);

private:
    void showSection();

    ActorTree* actors_ = nullptr;
    ObligationTree* obligations_ = nullptr;
    Section* section_ = nullptr;
};

}  // namespace ariadne::studio
