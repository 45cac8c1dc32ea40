// What travels from the engine's thread to the writer in one piece.
#pragma once

#include "engine/base/event_batch.h"
#include "engine/base/type_desc.h"
#include "engine/base/world_image.h"
#include "tracefmt/trace_writer.h"

#include <optional>
#include <vector>

namespace ariadne::recorder {

/// Rows, the table entries they need, and perhaps the snapshot taken after them. Filled by one
/// thread, then handed over whole.
struct EventBlock {
    std::vector<TypeDesc> types;
    std::vector<CellBirth> births;
    EventBatch events{tracefmt::kRowsPerChunk, tracefmt::kRawBytesPerChunk};
    std::optional<WorldImage> snapshot;

    bool empty() const {
        return events.empty() && types.empty() && births.empty() && !snapshot.has_value();
    }
    /// Keeps its room.
    void clear() {
        types.clear();
        births.clear();
        events.clear();
        snapshot.reset();
    }
};

}  // namespace ariadne::recorder
