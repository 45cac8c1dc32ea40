// Sums over the rows of a file that writer and reader keep alike.
#pragma once

#include "engine/base/event_batch.h"
#include "engine/base/event_digest.h"
#include "engine/base/type_desc.h"
#include "tracefmt/format.h"
#include "tracefmt/trace_meta.h"
#include "tracefmt/trace_reader.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

namespace ariadne::tracefmt {

/// Value type. Feed every chunk's rows once, in order.
class RunTotals {
public:
    RunTotals() = default;
    /// Goes on from what an index says.
    explicit RunTotals(const TraceStats& stats)
        : lastPosition_(stats.lastPosition),
          lastRound_(stats.lastRound),
          lastTime_(stats.lastTime),
          digest_(stats.eventDigest, stats.changeDigest) {
        for (const auto& [kind, count] : stats.kindCounts) kindCounts_[kind] = count;
    }

    /// Takes in the rows of a slice, one at a time (totals_folding.h).
    class Folding;

    /// Folds the rows into the running digest; `marks` becomes what it is every kDigestEvery rows
    /// and after the last. With `first`: that is the first mark, whatever came before.
    void fold(std::span<const EventRow> rows, const TypeTable& types,
              std::vector<EventDigest>& marks, const EventDigest* first = nullptr) {
        marks.clear();
        for (std::size_t i = 0; i < rows.size(); ++i) {
            digest_.add(rows[i], types.at(rows[i].type).hash);
            if ((i + 1) % kDigestEvery != 0 && i + 1 != rows.size()) continue;
            if (first != nullptr && marks.empty()) digest_ = *first;
            marks.push_back(digest_);
        }
        for (const EventRow& row : rows) ++kindCounts_[static_cast<std::uint8_t>(row.kind)];
        lastPosition_ = rows.back().seq;
        lastRound_ = rows.back().round;
        lastTime_ = rows.back().time;
    }
    /// Takes over a digest that was recorded instead of folding.
    void skip(const EventChunk& rows, EventDigest recorded) {
        digest_ = recorded;
        const EventColumns& columns = rows.columns();
        for (std::uint32_t i = 0; i < rows.count(); ++i)
            ++kindCounts_[static_cast<std::uint8_t>(columns.kind[i])];
        lastPosition_ = rows.last();
        lastRound_ = columns.round[rows.count() - 1];
        lastTime_ = columns.time[rows.count() - 1];
    }

    /// Goes on behind rows that are missing: from `position`, at which a snapshot knows the rest.
    void resumeAt(Position position, Round round, VirtualTime time, EventDigest digest) {
        lastPosition_ = position;
        lastRound_ = round;
        lastTime_ = time;
        digest_ = digest;
    }

    EventDigest digest() const { return digest_; }
    Position lastPosition() const { return lastPosition_; }
    std::uint64_t countOf(EventKind kind) const {
        return kindCounts_[static_cast<std::uint8_t>(kind)];
    }
    /// Overwrites what is known here; leaves the rest of `stats`.
    void putInto(TraceStats& stats) const {
        stats.lastPosition = lastPosition_;
        stats.lastRound = lastRound_;
        stats.lastTime = lastTime_;
        stats.eventDigest = digest_.events();
        stats.changeDigest = digest_.changes();
        stats.kindCounts.clear();
        for (std::size_t kind = 0; kind < kindCounts_.size(); ++kind)
            if (kindCounts_[kind] != 0)
                stats.kindCounts.emplace_back(static_cast<std::uint8_t>(kind), kindCounts_[kind]);
    }
    bool operator==(const RunTotals&) const = default;

private:
    Position lastPosition_;
    Round lastRound_;
    VirtualTime lastTime_;
    EventDigest digest_;
    std::array<std::uint64_t, 256> kindCounts_{};
};

}  // namespace ariadne::tracefmt
