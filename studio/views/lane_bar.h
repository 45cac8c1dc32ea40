// Above the timeline: which lanes it shows, by what they are grouped, and how many are left out.
#pragma once

#include "studio/models/lane_arrangement.h"
#include "studio/models/lane_choices.h"

#include <QWidget>

class QComboBox;
class QLineEdit;
class QToolButton;

namespace ariadne::studio {

class ElidedLabel;

/// Says what a person wants; whoever changes the choices for that shows them here again.
/// Threading: GUI thread.
class LaneBar final : public QWidget {
    Q_OBJECT

public:
    explicit LaneBar(QWidget* parent = nullptr);

    /// Says nothing.
    void setChoices(const LaneChoices& choices);
    void setCounts(const LaneCounts& counts);
    /// "12 of 340 lanes, 3 hidden"
    QString countText() const;
    void focusFilter();
    QLineEdit& filter() { return *filter_; }
    QComboBox& grouping() { return *grouping_; }
    QToolButton& showAll() { return *showAll_; }

Q_SIGNALS:
    void filterChanged(const QString& text);
    void groupingChanged(ariadne::studio::LaneGrouping grouping);
    void showAllRequested();
    /// Whoever filtered is done.
    void left();

private:
    QLineEdit* filter_ = nullptr;
    QComboBox* grouping_ = nullptr;
    ElidedLabel* count_ = nullptr;
    QToolButton* showAll_ = nullptr;
};

}  // namespace ariadne::studio
