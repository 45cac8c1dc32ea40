// The events pane: filter bar above, rows below.
#pragma once

#include "studio/views/event_filter_bar.h"
#include "studio/views/event_list.h"

#include <QWidget>

namespace ariadne::studio {

class EventTable final : public QWidget {
    Q_OBJECT

public:
    explicit EventTable(QWidget* parent = nullptr);

    EventFilterBar& filterBar() { return *filter_; }
    EventList& list() { return *list_; }
    /// `all` is the number of events in the trace, for "17 of 901,220".
    void setCount(const RowCount& count, std::uint64_t all);

private:
    EventFilterBar* filter_ = nullptr;
    EventList* list_ = nullptr;
};

}  // namespace ariadne::studio
