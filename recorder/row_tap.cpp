#include "recorder/row_tap.h"

#include <utility>

namespace ariadne::recorder {

void RowTap::show(Look look) {
    look_ = std::move(look);
    keeps_ = false;
    offer();
    for (const KeptRow& kept : std::exchange(kept_, {})) {
        EventRow row = kept.row;
        row.payload = kept.payload;
        row.change = kept.change;
        if (look_) look_(row);
    }
}

void RowTap::onTypes(std::span<const TypeDesc> types) {
    next_.onTypes(types);
    offer();
}

void RowTap::onBirth(const CellBirth& birth) {
    next_.onBirth(birth);
    offer();
}

void RowTap::onEvent(const EventRow& row) {
    next_.onEvent(row);
    offer();
    if (keeps_)
        kept_.push_back({row,
                         {row.payload.begin(), row.payload.end()},
                         {row.change.begin(), row.change.end()}});
    if (look_) look_(row);
}

EventBatch* const* RowTap::batch() {
    offered_ = next_.batch();
    offer();
    return offered_ == nullptr ? nullptr : &shown_;
}

void RowTap::onBatchFull() {
    next_.onBatchFull();
    offer();
}

bool RowTap::affordsSnapshot(const kernel::ImageSize& size) {
    const bool affords = next_.affordsSnapshot(size);
    offer();
    return affords;
}

bool RowTap::wantsSnapshot(Position position) {
    const bool wants = next_.wantsSnapshot(position);
    offer();
    return wants;
}

void RowTap::onSnapshot(WorldImage image) {
    next_.onSnapshot(std::move(image));
    offer();
}

}  // namespace ariadne::recorder
