// A batch of committed rows on its way from the engine's thread to the writer.
#pragma once

#include "engine/base/event.h"
#include "engine/base/type_desc.h"
#include "engine/base/world_image.h"
#include "tracefmt/trace_writer.h"

#include <cstring>
#include <memory>
#include <optional>
#include <vector>

namespace ariadne::recorder {

/// Rows with their bytes, the table entries they need, and perhaps the snapshot taken after them.
/// Filled by one thread, then handed over whole.
class EventBlock {
public:
    bool empty() const {
        return rows_.empty() && types.empty() && births.empty() && !snapshot.has_value();
    }
    /// A block ends by count of rows or bytes alone, never by time: equal runs give equal files.
    bool full() const {
        return rows_.size() >= tracefmt::kRowsPerChunk || bytes_ >= tracefmt::kRawBytesPerChunk;
    }
    void add(const EventRow& row) {
        EventRow& copy = rows_.emplace_back(row);
        copy.payload = keep(row.payload);
        copy.change = keep(row.change);
        bytes_ += row.payload.size() + row.change.size();
    }
    std::span<const EventRow> rows() const { return rows_; }
    void clear() {
        rows_.clear();
        large_.clear();
        used_ = 0;
        bytes_ = 0;
        types.clear();
        births.clear();
        snapshot.reset();
    }

    std::vector<TypeDesc> types;
    std::vector<CellBirth> births;
    std::optional<WorldImage> snapshot;

private:
    static constexpr std::size_t kArenaBytes = tracefmt::kRawBytesPerChunk + 64 * 1024;

    ByteView keep(ByteView bytes) {
        if (bytes.empty()) return {};
        if (arena_ == nullptr) arena_ = std::make_unique<std::byte[]>(kArenaBytes);
        if (bytes.size() > kArenaBytes - used_)
            return *large_.emplace_back(std::make_unique<Bytes>(bytes.begin(), bytes.end()));
        std::byte* at = arena_.get() + used_;
        std::memcpy(at, bytes.data(), bytes.size());
        used_ += bytes.size();
        return {at, bytes.size()};
    }

    std::vector<EventRow> rows_;
    std::unique_ptr<std::byte[]> arena_;
    std::vector<std::unique_ptr<Bytes>> large_;
    std::size_t used_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace ariadne::recorder
