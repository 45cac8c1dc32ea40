// Asks a reader for all it has, of any bytes at all.
#pragma once

#include "tracefmt/trace_reader.h"

#include <memory>
#include <string>

namespace ariadne::fuzz {

/// Memory a hostile file may take, far below what readers allow by default.
inline tracefmt::ReadOptions hostileOptions() {
    tracefmt::ReadOptions options;
    options.cacheBytes = 8u << 20;
    options.decodeBytesMax = 32u << 20;
    return options;
}

/// What must not be; empty: all answers are answers, all errors have names.
inline std::string readEverything(const Bytes& file) {
    using namespace tracefmt;
    const auto opened =
        TraceReader::open(readFromMemory(std::make_shared<Bytes>(file)), hostileOptions());
    const auto nameless = [](const absl::Status& status) {
        return !status.ok() &&
               (status.message().empty() || absl::IsInternal(status) || absl::IsUnknown(status));
    };
    if (!opened.ok()) return nameless(opened.status()) ? opened.status().ToString() : "";
    TraceReader& reader = **opened;
    if (reader.state() != FileState::kClean && reader.damage().empty())
        return "does not say what is wrong with it";
    std::uint64_t sum = 0;  // so that every field is looked at
    for (std::size_t i = 0; i < reader.chunks().size(); ++i) {
        const auto chunk = reader.chunk(i);
        if (nameless(chunk.status())) return chunk.status().ToString();
        if (!chunk.ok()) continue;
        for (std::uint32_t row = 0; row < (*chunk)->count(); ++row) {
            const EventRow event = (*chunk)->row(row);
            for (const std::byte b : event.payload) sum += static_cast<std::uint64_t>(b);
            for (const std::byte b : event.change) sum += static_cast<std::uint64_t>(b);
            sum += event.cell.value + event.peer.value + reader.types().at(event.type).name.size();
        }
        const auto marks = reader.digestMarks(i);
        if (nameless(marks.status())) return marks.status().ToString();
    }
    for (std::size_t i = 0; i < reader.inputs().size(); ++i) {
        const auto inputs = reader.inputRows(i);
        if (nameless(inputs.status())) return inputs.status().ToString();
    }
    for (std::size_t i = 0; i < reader.snapshots().size(); ++i) {
        const auto image = reader.snapshot(i);
        if (nameless(image.status())) return image.status().ToString();
        if (image.ok()) sum += image->cells.size();
    }
    for (const CellBirth& birth : reader.births()) sum += birth.path.size();
    const absl::Status verified = reader.verify(nullptr, nullptr);
    if (nameless(verified)) return verified.ToString();
    return sum == ~std::uint64_t{0} ? "a sum that cannot be" : "";
}

}  // namespace ariadne::fuzz
