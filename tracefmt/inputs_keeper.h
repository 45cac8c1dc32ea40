// Takes of committed rows what a file of level inputs keeps.
#pragma once

#include "engine/base/event_batch.h"
#include "tracefmt/run_totals.h"
#include "tracefmt/trace_meta.h"

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace ariadne::tracefmt {

/// Of the events from `first` to `totals.lastPosition` the rows kept. An INPT chunk in memory.
struct InputsStretch {
    Position first;
    VirtualTime firstTime;
    TraceStats totals;                 ///< of the run up to its last event; as an index has them
    std::vector<std::uint64_t> skips;  ///< per row: events left out right before it
    EventBatch rows;                   ///< numbered first, first + 1, ...; without changes

    std::uint64_t events() const { return totals.lastPosition.value - first.value + 1; }
    /// A row is a message: who gives it again needs its type, and whom it is for.
    bool needsTables() const;
};

/// Counts and digests all rows, keeps a few. Thread-confined.
class InputsKeeper {
public:
    /// `decisions`: choices are kept too, for no seed gives them back.
    explicit InputsKeeper(bool decisions) : decisions_(decisions) {}

    /// Rows that follow those before, and whose totals go on from `totals`, which they are added
    /// to.
    void add(const EventSlice& slice, const TypeTable& types, RunTotals& totals);
    /// Events in stretch().
    std::uint64_t events() const { return events_; }
    bool keptSome() const { return !stretch_.skips.empty(); }
    /// All since the last clear(), 1 event at least, which `totals` ends with.
    const InputsStretch& stretch(const RunTotals& totals);
    void clear();
    /// stretch(), for good.
    InputsStretch take(const RunTotals& totals) {
        InputsStretch out = std::move(stretch_);
        totals.putInto(out.totals);
        stretch_ = {};
        events_ = skipped_ = 0;
        return out;
    }

private:
    void keep(const CompactRow& row, ByteView payload);

    bool decisions_;
    InputsStretch stretch_;
    std::uint64_t events_ = 0;
    std::uint64_t skipped_ = 0;  ///< since the last row kept
    std::vector<EventDigest> marks_;
};

/// Decisions are to be kept: they were given to the run.
bool keepsDecisions(const TraceMeta& meta);

}  // namespace ariadne::tracefmt
