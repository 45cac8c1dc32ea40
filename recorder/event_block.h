// What travels from the engine's thread to the writer in one piece.
#pragma once

#include "engine/base/event_batch.h"
#include "engine/base/type_desc.h"
#include "engine/base/world_image.h"
#include "tracefmt/tail_file.h"
#include "tracefmt/trace_writer.h"

#include <optional>
#include <utility>
#include <vector>

namespace ariadne::recorder {

/// Rows, the table entries they need, and perhaps the snapshot taken after them. Filled by one
/// thread, then handed over whole. With a slot of a tail, rows and tables stand there the moment
/// they are added.
struct EventBlock {
    EventBlock() = default;
    explicit EventBlock(tracefmt::TailSlot slot) : tail(std::move(slot)) {
        if (tail.isThere()) events.liveIn(tail.room());
    }
    EventBlock(const EventBlock&) = delete;
    EventBlock& operator=(const EventBlock&) = delete;

    std::vector<TypeDesc> types;
    std::vector<CellBirth> births;
    EventBatch events{tracefmt::kRowsPerChunk, tracefmt::kRawBytesPerChunk};
    std::optional<WorldImage> snapshot;
    tracefmt::TailSlot tail;

    /// Empty, to be filled from position `first` on. `number`: see TailSlot::begin().
    void begin(std::uint64_t number, Position first) {
        if (!tail.isThere()) return;
        tail.begin(number, first);
        events.markRows(tail.seed(), tail.tag());
    }
    void addTypes(std::uint32_t firstType, std::span<const TypeDesc> added) {
        types.insert(types.end(), added.begin(), added.end());
        if (!tail.addTypes(firstType, added)) events.markNoMore();
    }
    void addBirth(const CellBirth& birth) {
        births.push_back(birth);
        if (!tail.addBirth(birth)) events.markNoMore();
    }
    void add(const EventRow& row) {
        for (const ByteView bytes : {row.payload, row.change})
            if (bytes.size() > kRowInlineBytesMax && !tail.addLongBytes(bytes)) [[unlikely]]
                events.markNoMore();
        events.add(row);
    }

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
