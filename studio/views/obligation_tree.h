// The obligations pane of the world: who leaked, what is open, and the path of each.
#pragma once

#include "studio/models/obligation_model.h"

#include <QTreeView>

#include <memory>
#include <set>

namespace ariadne::studio {

/// Keeps open what a person opened while rows come and go; the first leak of a trace is open at
/// once. A click or Enter leads to where it happened. Knows no session. Threading: GUI thread.
class ObligationTree final : public QTreeView {
    Q_OBJECT

public:
    explicit ObligationTree(QWidget* parent = nullptr);

    ObligationModel& model() { return *model_; }
    const ObligationModel& model() const { return *model_; }
    /// Another trace: what was open is not about it.
    void forget();

Q_SIGNALS:
    void positionRequested(quint64 position);
    void actorSelected(quint32 rank);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void go(const QModelIndex& index);
    void restore();

    ObligationModel* model_ = nullptr;
    std::set<ObligationName> opened_;
    std::optional<ObligationName> current_;
    int currentStep_ = -1;  ///< below `current_`; -1: itself
    bool sawLeak_ = false;
    bool restoring_ = false;
};

}  // namespace ariadne::studio
