// Breakpoints: what they are, and everything they stop at.
#pragma once

#include "studio/models/stop_hit_rows.h"
#include "studio/models/stop_rows.h"

#include <QWidget>

#include <memory>
#include <vector>

class QLabel;
class QLineEdit;
class QPushButton;
class QTableView;

namespace ariadne::studio {

/// Knows no session: says what is wanted, and is told what there is. Threading: GUI thread.
class StopPane final : public QWidget {
    Q_OBJECT

public:
    explicit StopPane(QWidget* parent = nullptr);

    const std::vector<Stop>& stops() const { return stops_->stops(); }
    void setStops(const std::vector<Stop>& stops);
    void setActors(ActorEntries actors);
    /// Null: nothing was searched yet. `last`: of the trace.
    void setHits(std::shared_ptr<const StopHits> hits, Position last);
    const std::shared_ptr<const StopHits>& hits() const { return rows_->hits(); }
    /// What the run that is on cannot be paused by.
    void setTroubles(std::vector<condition::StopTrouble> troubles);
    void setPosition(Position position);
    /// As if a person had written it.
    void add(const QString& condition);
    /// `condition` stands there to be changed and added.
    void beginWith(const QString& condition);
    const StopHitRows& rows() const { return *rows_; }
    const StopRows& stopRows() const { return *stops_; }
    QString summary() const;

Q_SIGNALS:
    void stopsChanged();
    void positionRequested(quint64 position);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void addWritten();
    void removeChosen();
    void showWords();
    void mark();
    void go(const QModelIndex& index);

    QLineEdit* edit_ = nullptr;
    QPushButton* add_ = nullptr;
    QPushButton* remove_ = nullptr;
    QLabel* words_ = nullptr;
    QTableView* stopTable_ = nullptr;
    QTableView* table_ = nullptr;
    StopRows* stops_ = nullptr;
    StopHitRows* rows_ = nullptr;
    Position position_;
    Position last_;
    bool sized_ = false;  ///< the columns fit what is in them
};

}  // namespace ariadne::studio
