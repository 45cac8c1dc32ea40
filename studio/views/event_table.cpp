#include "studio/views/event_table.h"

#include <QVBoxLayout>

namespace ariadne::studio {

EventTable::EventTable(QWidget* parent) : QWidget(parent) {
    filter_ = new EventFilterBar;
    list_ = new EventList;
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(filter_);
    column->addWidget(list_, 1);
}

void EventTable::setCount(const RowCount& count, std::uint64_t all) {
    filter_->setCount(count, all);
    list_->setCount(count);
}

}  // namespace ariadne::studio
