// The one observer of a run.
#pragma once

#include "engine/base/event.h"
#include "engine/base/event_batch.h"
#include "engine/base/type_desc.h"
#include "engine/base/world_image.h"

#include <cstdint>
#include <span>

namespace ariadne::kernel {

/// What an image would hold of the world as it is. The same on any threads.
struct ImageSize {
    std::uint64_t cells = 0;     ///< alive
    std::uint64_t messages = 0;  ///< waiting anywhere
    std::uint64_t births = 0;    ///< so far
};

/// Is told everything a World commits, in order, on the World's thread. A World without a sink pays
/// one branch per event and encodes nothing; what a sink does never changes a run.
class EventSink {
public:
    virtual ~EventSink() = default;
    /// Asked once, when the sink is attached: whether rows shall carry state changes.
    virtual bool wantsChanges() const { return true; }
    /// New entries of the type table, before the first row that uses them.
    virtual void onTypes(std::span<const TypeDesc> types) = 0;
    /// Before the kSpawn row of the cell.
    virtual void onBirth(const CellBirth& birth) = 0;
    /// The row's views live for this call only.
    virtual void onEvent(const EventRow& row) = 0;
    /// Where the World writes its usual rows itself instead of calling onEvent(), which saves
    /// building, passing and copying them; null = nowhere. Asked once, when the sink is attached.
    /// What it points to may be another batch after any call of the sink.
    virtual EventBatch* const* batch() { return nullptr; }
    /// The batch is full() by a row that the World wrote there.
    virtual void onBatchFull() {}
    /// Asked after every round.
    virtual bool wantsSnapshot(Position /*position*/) { return false; }
    /// Asked when a snapshot is wanted: whether one of so much may be made now, or has to wait.
    virtual bool affordsSnapshot(const ImageSize& /*size*/) { return true; }
    /// Asked just before one is made: false if what changed since the last one is enough.
    virtual bool wantsWholeSnapshot() { return true; }
    /// Digest fields of the image are the sink's to fill in.
    // NOLINTNEXTLINE(performance-unnecessary-value-param): the image is the sink's to keep
    virtual void onSnapshot(WorldImage /*image*/) {}
};

}  // namespace ariadne::kernel
