// The selected actor at the position: who it is, its state, what waits for it, and the event.
#pragma once

#include "studio/models/mailbox_model.h"
#include "studio/session/results.h"

#include <QWidget>

#include <memory>
#include <vector>

class QLabel;
class QSplitter;
class QTableView;

namespace ariadne::studio {

class ElidedLabel;
class EventCard;
class Section;
class StateTree;

/// A function of one Moment. Knows no session.
class Inspector final : public QWidget {
    Q_OBJECT

public:
    explicit Inspector(QWidget* parent = nullptr);

    void setActors(std::shared_ptr<const std::vector<ActorEntry>> actors);
    void setMoment(std::shared_ptr<const Moment> moment);
    StateTree& stateTree() { return *state_; }
    QTableView& mailbox() { return *mailbox_; }

Q_SIGNALS:
    void positionRequested(quint64 position);
    void actorSelected(quint32 rank);

private:
    QWidget* makeHeader();
    void makeMailbox();
    void showActor();
    void showNobody();
    void showCare(const ActorMoment* actor);
    void showState(const ActorMoment& actor);
    QString lifeText(const ActorMoment& actor) const;

    std::shared_ptr<const Moment> moment_;
    Rank shown_;
    ElidedLabel* path_ = nullptr;
    ElidedLabel* type_ = nullptr;
    ElidedLabel* life_ = nullptr;
    QLabel* care_ = nullptr;
    QLabel* stateHint_ = nullptr;
    StateTree* state_ = nullptr;
    MailboxModel* mailboxModel_ = nullptr;
    QTableView* mailbox_ = nullptr;
    EventCard* event_ = nullptr;
    Section* stateSection_ = nullptr;
    Section* mailboxSection_ = nullptr;
    Section* eventSection_ = nullptr;
    QSplitter* splitter_ = nullptr;
};

}  // namespace ariadne::studio
