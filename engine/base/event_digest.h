// The running digest of a run: equal digests mean that two runs committed the same events.
#pragma once

#include "engine/base/event.h"
#include "engine/base/type_desc.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace ariadne {

/// What the digest of a row is taken of, beside its bytes.
using DigestWords = std::array<std::uint64_t, 10>;

/// `Row` has the fields of an EventRow, but perhaps no position and no bytes.
template <class Row>
DigestWords digestWords(const Row& row, Position seq, std::size_t payloadBytes,
                        std::uint64_t typeHash) {
    return {
        seq.value,
        static_cast<std::uint64_t>(row.time.value),
        row.round.value,
        row.cause.value,
        row.arg,
        row.extra,
        static_cast<std::uint64_t>(row.cell.value) << 32 | row.peer.value,
        typeHash,
        static_cast<std::uint64_t>(row.kind) << 8 | row.flags,
        payloadBytes,
    };
}

/// Folds committed rows, in order, into two words: `events` covers everything but the state
/// changes, `changes` the state changes alone. Types enter by their structural hash, so tables
/// that number types differently do not matter. Value type.
class EventDigest {
public:
    EventDigest() = default;
    EventDigest(std::uint64_t events, std::uint64_t changes) : events_(events), changes_(changes) {}

    void add(const EventRow& row, std::uint64_t typeHash) {
        add(digestWords(row, row.seq, row.payload.size(), typeHash), row.payload, row.change);
    }
    /// The same of a row in pieces.
    void add(const DigestWords& words, ByteView payload, ByteView change);
    /// The same, for whoever includes event_digest_inline.h.
    void addInline(const DigestWords& words, ByteView payload, ByteView change);

    std::uint64_t events() const { return events_; }
    std::uint64_t changes() const { return changes_; }
    bool operator==(const EventDigest&) const = default;

private:
    std::uint64_t events_ = 0;
    std::uint64_t changes_ = 0;
};

}  // namespace ariadne
