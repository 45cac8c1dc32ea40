// Walks over the rows of a trace in slices of time, past what is lost or damaged.
#pragma once

#include "studio/session/open_trace.h"
#include "studio/session/worker.h"

#include <algorithm>
#include <string>

namespace ariadne::studio {

enum class WalkEnd : std::uint8_t { kReachedEnd, kOutOfTime, kCancelled };

struct SkippedByNobody {
    void operator()() const {}
};

/// walkRows() of a trace of level inputs. A chunk holds few of them, and is done at once.
template <class Visit>
WalkEnd walkInputs(tracefmt::TraceReader& reader, Position& next, Position last,
                   Clock::time_point until, const CancelFlag& cancelled, std::string& damage,
                   Visit&& visit) {
    for (std::size_t i = inputsFrom(reader, next); i < reader.inputs().size(); ++i) {
        const tracefmt::ChunkEntry entry = reader.inputs()[i];
        if (entry.first > last) break;
        if (cancelled) return WalkEnd::kCancelled;
        const auto inputs = reader.inputRows(i);
        if (!inputs.ok() && damage.empty()) damage = std::string{inputs.status().message()};
        if (inputs.ok())
            for (const EventRow& row : (*inputs)->rows())
                if (row.seq >= next && row.seq <= last) visit(row);
        next = std::min(Position{entry.first.value + entry.count}, Position{last.value + 1});
        if (Clock::now() >= until && next <= last) return WalkEnd::kOutOfTime;
    }
    if (next <= last) next = {last.value + 1};
    return WalkEnd::kReachedEnd;
}

/// Calls `visit(row)` for every readable row of [next, last] and moves `next` behind what was done.
/// Looks at `until` and `cancelled` every few hundred rows; at least one of those batches is done.
/// A chunk that cannot be read is stepped over and noted in `damage`, after `skipped()`; one that
/// has no row as `sought` may be stepped over. Whoever reads all of a trace once has a `room` for
/// it, kept from call to call: the reader's memory for what may be asked for again is not spent.
template <class Visit, class Skipped = SkippedByNobody>
WalkEnd walkRows(tracefmt::TraceReader& reader, Position& next, Position last,
                 Clock::time_point until, const CancelFlag& cancelled, std::string& damage,
                 Visit&& visit, const tracefmt::RowsSought& sought = {}, Skipped skipped = {},
                 std::shared_ptr<const tracefmt::EventChunk>* room = nullptr) {
    constexpr std::uint32_t kBatch = 256;
    const auto chunkOf =
        [&](std::size_t i) -> absl::StatusOr<std::shared_ptr<const tracefmt::EventChunk>> {
        if (room == nullptr) return reader.chunk(i);
        // Out of time, one is left in the middle.
        if (*room != nullptr && (*room)->first() == reader.chunks()[i].first) return *room;
        const absl::Status read = reader.scanChunk(i, tracefmt::ColumnSet::kAll, *room);
        if (!read.ok()) return read;
        return *room;
    };
    if (reader.meta().level == tracefmt::Level::kInputs)
        return walkInputs(reader, next, last, until, cancelled, damage, visit);
    for (std::size_t i = chunkFrom(reader, next); i < reader.chunks().size(); ++i) {
        if (reader.chunks()[i].first > last) break;
        if (cancelled) return WalkEnd::kCancelled;
        const tracefmt::ChunkEntry entry = reader.chunks()[i];
        if (!reader.mayHold(i, sought)) {
            next = {entry.first.value + entry.count};
            if (Clock::now() >= until) return WalkEnd::kOutOfTime;
            continue;
        }
        const auto chunk = chunkOf(i);
        if (!chunk.ok()) {
            if (damage.empty()) damage = std::string{chunk.status().message()};
            skipped();
            next = {entry.first.value + entry.count};
            continue;
        }
        if (next < (*chunk)->first()) next = (*chunk)->first();
        std::uint32_t index = static_cast<std::uint32_t>(next.value - (*chunk)->first().value);
        while (index < (*chunk)->count() && next <= last) {
            visit((*chunk)->row(index));
            ++next.value;
            if (++index % kBatch != 0) continue;
            if (cancelled) return WalkEnd::kCancelled;
            if (Clock::now() >= until) return WalkEnd::kOutOfTime;
        }
    }
    if (next <= last) next = {last.value + 1};
    return WalkEnd::kReachedEnd;
}

/// The same chunk by chunk for who wants some columns only, decoded into `room`: calls
/// `visit(chunk, begin, end)` with the range of its rows that lie in [next, last]. Looks at `until`
/// and `cancelled` after each chunk. Of a trace of level inputs there is nothing to visit.
template <class Visit>
WalkEnd walkColumns(tracefmt::TraceReader& reader, tracefmt::ColumnSet wanted, Position& next,
                    Position last, Clock::time_point until, const CancelFlag& cancelled,
                    std::string& damage, std::shared_ptr<const tracefmt::EventChunk>& room,
                    Visit&& visit, const tracefmt::RowsSought& sought = {}) {
    for (std::size_t i = chunkFrom(reader, next); i < reader.chunks().size(); ++i) {
        const tracefmt::ChunkEntry entry = reader.chunks()[i];
        if (entry.first > last) break;
        if (cancelled) return WalkEnd::kCancelled;
        const bool mayHold = reader.mayHold(i, sought);
        const absl::Status read = mayHold ? reader.scanChunk(i, wanted, room) : absl::OkStatus();
        if (!read.ok() && damage.empty()) damage = std::string{read.message()};
        if (mayHold && read.ok() && next <= room->last()) {
            const std::uint64_t first = room->first().value;
            const Position end{std::min(room->last(), last).value + 1};
            visit(*room, static_cast<std::uint32_t>(std::max(next.value, first) - first),
                  static_cast<std::uint32_t>(end.value - first));
        }
        next = std::min(Position{entry.first.value + entry.count}, Position{last.value + 1});
        if (Clock::now() >= until && next <= last) return WalkEnd::kOutOfTime;
    }
    if (next <= last) next = {last.value + 1};
    return WalkEnd::kReachedEnd;
}

}  // namespace ariadne::studio
