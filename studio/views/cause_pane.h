// Why is this so: the chain from the present event back to where it began, one click a hop.
#pragma once

#include "studio/models/cause_rows.h"

#include <QWidget>

#include <memory>

class QLabel;
class QTableView;

namespace ariadne::studio {

/// Stays with an event while somebody walks along its causes; asks for another chain when the
/// position leaves it. Knows no session. Threading: GUI thread.
class CausePane final : public QWidget {
    Q_OBJECT

public:
    explicit CausePane(QWidget* parent = nullptr);

    void setActors(std::shared_ptr<const std::vector<ActorEntry>> actors);
    void setChain(std::shared_ptr<const CauseChain> chain);
    /// 0: there is no event.
    void setPosition(Position position);
    /// Another trace, or the same one grown: nothing that is known holds.
    void forget();
    bool isAsking() const { return asked_.value != 0; }
    const CauseRows& rows() const { return *rows_; }
    QString summary() const;

Q_SIGNALS:
    void causesWanted(quint64 position);
    void positionRequested(quint64 position);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void askOrMark();
    void go(const QModelIndex& index);

    QLabel* summary_ = nullptr;
    QTableView* table_ = nullptr;
    CauseRows* rows_ = nullptr;
    Position position_;
    Position asked_;  ///< and not answered
};

}  // namespace ariadne::studio
