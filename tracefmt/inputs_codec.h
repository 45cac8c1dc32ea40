// The body of an INPT chunk: of a stretch of events, what came from outside.
#pragma once

#include "tracefmt/event_codec.h"
#include "tracefmt/trace_meta.h"
#include "tracefmt/trace_reader.h"

#include <absl/status/statusor.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace ariadne::tracefmt {

/// True when a file of level inputs keeps the row: whatever a run cannot make again from its
/// header, and how it failed and ended, for who has no program. `decisions`: choices are given, not
/// drawn from the seed.
bool isKeptInput(EventKind kind, std::uint8_t flags, Round round, bool decisions);

/// What an INPT chunk says beside its rows.
struct InputsHead {
    TraceStats totals;  ///< of the file up to the last event covered; as an index has them
    VirtualTime firstTime;
    std::vector<std::uint64_t> skips;  ///< per row: events left out right before it
};

/// `events`: the body of an EVNT chunk of the rows kept, one for each skip; empty without rows.
absl::StatusOr<Bytes> encodeInputs(const InputsHead& head, ByteView events);

/// A decoded INPT chunk.
class DecodedInputs final : public InputRows {
public:
    /// `first` and `count` come from the chunk header. kDataLoss: the rows lie outside of what is
    /// covered, or there are not `count` of them.
    static absl::StatusOr<std::shared_ptr<const DecodedInputs>> decode(ByteView raw, Position first,
                                                                       std::uint32_t count,
                                                                       BlobFetch fetch);
    /// The head of one without rows. kDataLoss: it has some.
    static absl::StatusOr<InputsHead> decodeCounted(ByteView raw, Position first);

    Position first() const override { return first_; }
    Position last() const override { return head_.totals.lastPosition; }
    std::span<const EventRow> rows() const override { return rows_; }
    const InputsHead& head() const { return head_; }
    /// What an index says of the chunk that stands at `offset`.
    ChunkEntry entryOf(std::uint64_t offset, std::uint64_t storedBytes) const;

private:
    DecodedInputs() = default;

    Position first_;
    InputsHead head_;
    std::shared_ptr<const DecodedEvents> events_;  ///< owns the bytes of the rows
    std::vector<EventRow> rows_;
};

}  // namespace ariadne::tracefmt
