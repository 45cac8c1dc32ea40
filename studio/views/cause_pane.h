// Why is this so, and what came of it: from the present event along causes, one click a hop.
#pragma once

#include "studio/models/cause_rows.h"

#include <QWidget>

#include <memory>

class QStackedWidget;
class QTableView;
class QToolButton;

namespace ariadne::studio {

class EffectTree;
class ElidedLabel;

/// Two views of which one is seen: the chain back to where an event began, and the tree of what
/// came of it. Each stays with its event while somebody walks along it; asks for another one when
/// the position leaves it. Knows no session. Threading: GUI thread.
class CausePane final : public QWidget {
    Q_OBJECT

public:
    enum class Mode { kWhy, kEffects };

    explicit CausePane(QWidget* parent = nullptr);

    void setActors(std::shared_ptr<const std::vector<ActorEntry>> actors);
    void setChain(std::shared_ptr<const CauseChain> chain);
    void setEffects(const std::shared_ptr<const EffectList>& effects);
    /// 0: there is no event.
    void setPosition(Position position);
    void setMode(Mode mode);
    Mode mode() const { return mode_; }
    /// The tree begins at the present event, though it is in the one that is shown.
    void beginHere();
    /// Another trace, or the same one grown: nothing that is known holds.
    void forget();
    bool isAsking() const;
    const CauseRows& rows() const { return *rows_; }
    EffectTree& effects() { return *tree_; }
    /// Of what is seen.
    QString summary() const;

Q_SIGNALS:
    void causesWanted(quint64 position);
    void effectsWanted(quint64 position);
    /// Answers to what was asked for are of no use any more.
    void effectsForgotten();
    void positionRequested(quint64 position);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void makeSwitch();
    void askOrMark();
    void askOrMarkChain();
    void askChain(Position of);
    void askOrMarkTree();
    void leaveTree();
    void showWords();
    void go(const QModelIndex& index);

    Mode mode_ = Mode::kWhy;
    QToolButton* why_ = nullptr;
    QToolButton* came_ = nullptr;
    QToolButton* here_ = nullptr;
    ElidedLabel* summary_ = nullptr;
    QStackedWidget* views_ = nullptr;
    QTableView* table_ = nullptr;
    CauseRows* rows_ = nullptr;
    EffectTree* tree_ = nullptr;
    Position position_;
    Position asked_;  ///< for its causes, and not answered
    std::size_t actorCount_ = 0;
    bool chainIsOld_ = false;  ///< it names somebody unborn, and some were born since
};

}  // namespace ariadne::studio
