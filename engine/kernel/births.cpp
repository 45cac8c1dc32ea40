// How a cell comes to be: at commit, with its rank, its row and its first message.
#include "engine/kernel/system_messages.h"
#include "engine/kernel/turn_watch.h"
#include "engine/kernel/world.h"

namespace ariadne::kernel {

Cell* World::commitBirth(Rank parent, const BirthOrder& order, std::string_view name,
                         Position cause) {
    const Rank rank{cells_.size()};
    const bool tooMany = rank.value > options_.limits.cellsMax;
    if (tooMany || !keys_.insert(order.key, rank)) [[unlikely]] {
        if (tooMany)
            limitHit("cellsMax", options_.limits.cellsMax);
        else  // all but impossible below billions of cells; going on would mix up the two
            endAtLimit("two cells have one key: a new " + order.type->state->name + " '" +
                       std::string{name} + "' and cell " +
                       std::to_string(keys_.find(order.key).value) + "; spawn in another order");
        destroyState(*order.type->state, order.state);
        return nullptr;
    }
    Cell& born = cells_.add();
    born.key = order.key;
    born.parent = parent;
    born.type = order.type;
    born.state = order.state;
    born.options = order.options;
    bounded_ |= order.options.capacity != 0;
    if (tracksChanges_) noteChanged(born);
    if (bytesMaxOf(born) != 0) [[unlikely]]
        measure(born);
    order.type->isRegion ? ++counted_.regions : ++alive_;
    adopt(born);
    if (budgets_) [[unlikely]]
        if (Cell* region = regionAbove(born); region != nullptr && regionOf(*region).left.bounded())
            born.special = true;
    if (recordChanges_) attachShadow(born);
    const Position bornAt = keepsBirths() ? tellBirth(born, order, name, cause) : countEvent();
    if (order.startOrdinal != 0) {
        Message* start = pool().make(Start{});
        start->kind = EventKind::kSend;
        start->sender = parent;
        if (sink_ == nullptr) {
            start->enqueuedAt = countEvent();
            putIntoMailbox(start, born);
            return &born;
        }
        EventRow sent;
        sent.kind = EventKind::kSend;
        sent.cell = parent;
        sent.peer = rank;
        sent.cause = bornAt;
        sent.arg = order.startOrdinal;
        enqueue(start, rank, sent);
    }
    return &born;
}

Position World::tellBirth(const Cell& born, const BirthOrder& order, std::string_view name,
                          Position cause) {
    EventRow row;
    row.kind = EventKind::kSpawn;
    row.cell = born.rank;
    row.peer = born.parent;
    row.cause = cause;
    row.arg = order.key.value;
    const CellBirth birth{born.rank,
                          born.parent,
                          order.key,
                          types_.indexOf(*order.type->state),
                          pathOf(born.parent, name),
                          {position_.value + 1}};
    if (sink_ != nullptr) {
        row.type = typeOf(*order.type->state);
        payload_.clear();
        order.type->state->encode(born.state, payload_);
        row.payload = payload_.view();
        sink_->onBirth(birth);
    }
    if (watch_ == nullptr) {
        births_.push_back(birth);
    } else {
        const auto names = watch_->holdNames();
        births_.push_back(birth);
    }
    if (!options_.faults.script.empty()) resolveScript(birth);
    return emit(row);
}

void World::attachShadow(Cell& cell) {
    cell.shadow = std::make_unique<value::Shadow>();
    cell.type->beginChanges(cell.state, *cell.shadow);
}

void World::adopt(Cell& child) {
    if (child.parent == kOutside) return;
    Cell& parent = cellOf(child.parent);
    Rank& lastChild = parent.more().lastChild;
    child.olderSibling = lastChild;
    if (lastChild != kOutside) cellOf(lastChild).youngerSibling = child.rank;
    lastChild = child.rank;
}

}  // namespace ariadne::kernel
