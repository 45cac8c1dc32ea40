// The values that were taken out, as far as they can be recognised, to look for what is left of
// them.
#pragma once

#include "engine/base/bytes.h"
#include "recorder/redact/secret_fields.h"

#include <cstddef>
#include <cstdint>
#include <set>
#include <string_view>
#include <vector>

namespace ariadne::redact {

/// Shorter ones would be found by chance everywhere.
inline constexpr std::size_t kDistinctiveBytesMin = 6;
/// Of longer ones the beginning is looked for.
inline constexpr std::size_t kLookedForBytesMax = 256;
/// All together.
inline constexpr std::size_t kRemovedValuesMax = 262'144;
inline constexpr std::size_t kRemovedBytesMax = 8u << 20;

/// Each value once, with the first field it was in. Thread-confined.
class RemovedValues {
public:
    struct Value {
        FieldId field;
        std::uint32_t offset;
        std::uint32_t size;
    };

    void add(FieldId field, ByteView value);
    /// Those that appear in `text` are no secrets, or cannot be told from what is none.
    void dropThoseIn(std::string_view text);

    const std::vector<Value>& all() const { return values_; }
    ByteView bytesOf(const Value& value) const {
        return ByteView{bytes_}.subspan(value.offset, value.size);
    }
    /// Texts that were too short or too plain to be looked for, each time they appeared.
    std::uint64_t indistinct() const { return indistinct_; }
    /// Those beyond the limits, each time they appeared.
    std::uint64_t beyondLimits() const { return beyondLimits_; }
    /// That dropThoseIn() left out.
    std::size_t dropped() const { return dropped_; }

private:
    std::vector<Value> values_;
    Bytes bytes_;
    std::set<std::uint64_t> seen_;  ///< hashes
    std::uint64_t indistinct_ = 0;
    std::uint64_t beyondLimits_ = 0;
    std::size_t dropped_ = 0;
};

}  // namespace ariadne::redact
