// Holds a run against the digests that a trace has of it.
#pragma once

#include "engine/base/event_digest.h"
#include "engine/kernel/event_sink.h"
#include "recorder/replay.h"
#include "tracefmt/trace_reader.h"

#include <cstdint>
#include <optional>
#include <string>

namespace ariadne::recorder {

/// For a trace that does not hold the events themselves: compares the running digest where a chunk
/// of it ends, and the state digest of each snapshot it is shown. Thread-confined.
class DigestComparer final : public kernel::EventSink {
public:
    /// Rows come from `from` on, where the running digest is `digest`; those behind `to` do not
    /// count. `reader` lives longer.
    DigestComparer(const tracefmt::TraceReader& reader, Position from, Position to,
                   EventDigest digest);

    bool wantsChanges() const override { return false; }
    void onTypes(std::span<const TypeDesc> types) override;
    void onBirth(const CellBirth& birth) override;
    void onEvent(const EventRow& row) override;
    bool wantsSnapshot(Position position) override;
    void onSnapshot(WorldImage image) override { compareState(image.position, image.stateDigest); }

    /// Does nothing when the trace knows no state there.
    void compareState(Position position, std::uint64_t stateDigest);
    bool knowsStateAt(Position position) const { return stateAt(position).has_value(); }
    /// True when there is nothing more to compare.
    bool done() const { return divergence_.has_value() || at_ >= to_; }
    /// The run is over; when the trace is not, that is a divergence.
    void ended();

    Position at() const { return at_; }
    std::uint64_t digestsCompared() const { return digests_; }
    std::optional<Divergence>& divergence() { return divergence_; }

private:
    Position lastOf(std::size_t mark) const;
    /// Its digest: of a snapshot, or of the end.
    std::optional<std::uint64_t> stateAt(Position position) const;
    void part(const std::string& what);

    const tracefmt::TraceReader& reader_;
    const std::vector<tracefmt::ChunkEntry>& marks_;
    Position at_;
    Position to_;
    Position sameTo_;  ///< the last event known to be equal
    EventDigest digest_;
    TypeTable types_;
    std::size_t next_ = 0;  ///< into marks_
    std::uint64_t digests_ = 0;
    std::optional<Divergence> divergence_;
};

}  // namespace ariadne::recorder
