// The selected actor at the position: who it is, its state, what waits for it, and the event.
#pragma once

#include "studio/models/mailbox_model.h"
#include "studio/models/state_base.h"
#include "studio/models/state_tree_model.h"
#include "studio/session/results.h"

#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

class QAction;
class QLabel;
class QMenu;
class QSplitter;
class QTableView;
class QToolButton;

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
    std::shared_ptr<const Moment> moment() const { return moment_; }
    /// Of the trace: no moment behind it is compared with.
    void setLastPosition(Position last) { last_ = last; }
    /// What the state is compared with. `moment`: of the same actor at base.at(), null: not known
    /// yet, or not needed.
    void setBase(const StateBase& base, std::shared_ptr<const Moment> moment);
    const StateBase& base() const { return base_; }
    /// What can be chosen to be compared with; belongs to somebody else.
    void setBaseMenu(QMenu* menu);
    QToolButton& baseButton() { return *since_; }
    /// "balance: 40 at ★ begin (event 17), 50 here"; empty: it is not shown in both.
    QString comparedText(const QString& path) const;
    StateTree& stateTree() { return *state_; }
    QTableView& mailbox() { return *mailbox_; }

    /// A value of the state, and where it was looked at.
    struct ChosenField {
        Rank rank;
        QString actorPath;
        Position at;
        FieldSteps steps;
        StateTreeModel::Field field;
        QString name;  ///< as people read it: "seen.amount"
    };
    /// The current row of the state; none: nobody has chosen one.
    std::optional<ChosenField> chosenField() const;
    /// What can be asked of the chosen value: the menu of its row.
    void setFieldActions(const QList<QAction*>& actions);

Q_SIGNALS:
    void positionRequested(quint64 position);
    void actorSelected(quint32 rank);
    /// Enter or a double click on a value without parts.
    void fieldActivated();

private:
    QWidget* makeHeader();
    void makeMailbox();
    void showFieldMenu(const QPoint& at);
    void showActor();
    void showNobody();
    void showCare(const ActorMoment* actor);
    void showState(const ActorMoment& actor);
    void showCompared(const ActorMoment& actor);
    QString lifeText(const ActorMoment& actor) const;

    std::shared_ptr<const Moment> moment_;
    Position last_{UINT64_MAX};
    StateBase base_;
    std::shared_ptr<const Moment> baseMoment_;
    Rank shown_;
    QList<QAction*> fieldActions_;
    ElidedLabel* path_ = nullptr;
    ElidedLabel* type_ = nullptr;
    ElidedLabel* life_ = nullptr;
    QLabel* care_ = nullptr;
    QToolButton* since_ = nullptr;
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
