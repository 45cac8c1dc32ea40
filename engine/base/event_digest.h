// The running digest of a run: equal digests mean that two runs committed the same events.
#pragma once

#include "engine/base/event.h"
#include "engine/base/type_desc.h"

#include <cstdint>

namespace ariadne {

/// Folds committed rows, in order, into two words: `events` covers everything but the state
/// changes, `changes` the state changes alone. Types enter by their structural hash, so tables
/// that number types differently do not matter. Value type.
class EventDigest {
public:
    EventDigest() = default;
    EventDigest(std::uint64_t events, std::uint64_t changes) : events_(events), changes_(changes) {}

    void add(const EventRow& row, std::uint64_t typeHash);

    std::uint64_t events() const { return events_; }
    std::uint64_t changes() const { return changes_; }
    bool operator==(const EventDigest&) const = default;

private:
    std::uint64_t events_ = 0;
    std::uint64_t changes_ = 0;
};

}  // namespace ariadne
