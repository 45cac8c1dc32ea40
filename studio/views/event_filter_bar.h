// Which events the table shows: kinds, an actor pattern, a text.
#pragma once

#include "studio/session/results.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QMenu;
class QPushButton;
class QTimer;

namespace ariadne::studio {

/// Says filterChanged() a moment after typing stops. Threading: GUI thread.
class EventFilterBar final : public QWidget {
    Q_OBJECT

public:
    explicit EventFilterBar(QWidget* parent = nullptr);

    EventFilter filter() const;
    /// Back to everything, without saying filterChanged().
    void clear();
    /// "17 of 901,220", or "901,220 events".
    void setCount(const RowCount& count, std::uint64_t all);
    void focusText();
    /// Shows the events that contain `text`, whoever they are of.
    void searchFor(const QString& text);

Q_SIGNALS:
    void filterChanged();

private:
    void makeKindMenu();
    void showKinds();

    QPushButton* kinds_ = nullptr;
    QMenu* menu_ = nullptr;
    QLineEdit* actor_ = nullptr;
    QLineEdit* text_ = nullptr;
    QLabel* count_ = nullptr;
    QTimer* pause_ = nullptr;
};

}  // namespace ariadne::studio
