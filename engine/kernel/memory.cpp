// What cells take, and that it stays within limits.
#include "engine/base/check.h"
#include "engine/kernel/region_type.h"
#include "engine/kernel/turn.h"
#include "engine/kernel/world.h"
#include "engine/value/footprint.h"

#include <algorithm>

namespace ariadne::kernel {
namespace {

/// A message besides its value: sender, kind, numbers.
constexpr std::uint64_t kMessageBytes = 64;
/// What an idle actor costs in its cell, with its keys; its state and path come on top.
constexpr std::uint64_t kIdleCellBytes = sizeof(Cell) + 2 * (sizeof(CellKey) + sizeof(Rank));
static_assert(kIdleCellBytes < 256, "what an idle actor costs besides its state");
static_assert(kIdleCellBytes + sizeof(CellExtras) < 1024);

std::uint64_t waitingBytes(const MessageQueue& queue) {
    std::uint64_t bytes = 0;
    for (const Message* m = queue.head(); m != nullptr; m = m->next)
        bytes += kMessageBytes + m->type->footprintOf(m->value());
    return bytes;
}

/// A state of fixed size breaks its limit from the first turn on, or never.
bool breaksPerhaps(const value::TypeInfo& type, std::uint64_t bytesMax) {
    return bytesMax != 0 && (type.ownedBytes != nullptr || type.inlineBytes > bytesMax);
}

std::string overLimit(const Cell& cell, std::uint64_t bytesMax, const std::string& what) {
    const bool own = cell.extras != nullptr && cell.extras->memory.bytes == bytesMax;
    return std::string{"limit "} + (own ? "memory" : "cellBytesMax") + " (" +
           std::to_string(bytesMax) + ") reached: " + cell.type->state->name + " (cell " +
           std::to_string(cell.rank.value) + ") " + what +
           (own ? ", or spawn it with more memory()" : ", or raise the limit");
}

}  // namespace

void* ScratchMemory::do_allocate(std::size_t bytes, std::size_t alignment) {
    // Whoever still holds this when its turn is over would write into another's memory.
    ARIADNE_CHECK(isOpen());
    if (bytes > left_) turn_->scratchIsUsedUp(bytes, granted_);
    left_ -= bytes;
    return arena_.allocate(bytes, alignment);
}

std::uint64_t World::bytesMaxOf(const Cell& cell) const {
    const std::uint64_t own = cell.extras != nullptr ? cell.extras->memory.bytes : 0;
    const std::uint64_t all = options_.limits.cellBytesMax;
    return own == 0 || all == 0 ? std::max(own, all) : std::min(own, all);
}

void World::measure(Cell& cell) {
    const std::uint64_t bytesMax = bytesMaxOf(cell);
    const value::TypeInfo& type = *cell.type->state;
    cell.measured = !isRegion(cell) && breaksPerhaps(type, bytesMax);
    if (cell.measured && type.keepAccount != nullptr)
        type.keepAccount(cell.state, value::Accounting::kBegin);
}

void World::settleMemory(OutLog& log, Cell& cell, TurnRecord& turn) {
    if (log.scratch != nullptr) log.scratch->close();
    const std::uint64_t bytesMax = bytesMaxOf(cell);
    const value::TypeInfo& type = *cell.type->state;
    cell.measured = breaksPerhaps(type, bytesMax);
    // Who fails or stops keeps no state.
    if (!cell.measured || turn.end != TurnEnd::kOk) return;
    if (type.keepAccount != nullptr) type.keepAccount(cell.state, value::Accounting::kSettle);
    const std::uint64_t bytes = type.footprintOf(cell.state);
    if (bytes <= bytesMax) return;
    turn.end = TurnEnd::kLimit;
    turn.stashed = false;
    turn.text = log.addText(overLimit(
        cell, bytesMax, "holds " + std::to_string(bytes) + " bytes after this turn; keep less"));
}

std::pmr::memory_resource& Turn::memory() {
    if (log_.scratch == nullptr) log_.scratch = std::make_unique<ScratchMemory>();
    if (!log_.scratch->isOpen()) {
        cell_->measured = true;
        const std::uint64_t bytesMax = world_.bytesMaxOf(*cell_);
        const std::uint64_t held =
            bytesMax == 0 ? 0 : cell_->type->state->footprintOf(cell_->state);
        log_.scratch->open(*this,
                           bytesMax == 0 ? ~std::uint64_t{0} : bytesMax - std::min(bytesMax, held));
    }
    return *log_.scratch;
}

void Turn::scratchIsUsedUp(std::uint64_t bytes, std::uint64_t granted) {
    // Without a limit every number that there is would have been granted.
    fail(ExitReason::kLimit,
         overLimit(*cell_, world_.bytesMaxOf(*cell_),
                   "asks for " + std::to_string(bytes) + " bytes of scratch memory, and of the " +
                       std::to_string(granted) +
                       " besides its state fewer are left; use less in one "
                       "turn"));
}

std::optional<World::Footprint> World::footprintOf(CellKey key) const {
    const Rank rank = keys_.find(key);
    if (rank == kOutside || cells_[rank].ended) return std::nullopt;
    const Cell& cell = cells_[rank];
    Footprint out;
    out.state = cell.type->state->footprintOf(cell.state);
    out.waiting = waitingBytes(cell.mailbox);
    out.engine = kIdleCellBytes;
    if (cell.extras != nullptr) {
        out.waiting += waitingBytes(cell.extras->control) + waitingBytes(cell.extras->stash);
        out.engine += sizeof(CellExtras);
    }
    if (cell.shadow != nullptr) {
        out.engine += sizeof(value::Shadow) + cell.shadow->words.size() * sizeof(std::uint64_t);
        for (const Bytes& encoding : cell.shadow->encodings)
            out.engine += sizeof encoding + encoding.size();
    }
    if (rank.value < births_.size())
        out.engine += sizeof(CellBirth) + births_[rank.value].path.size();
    return out;
}

}  // namespace ariadne::kernel
