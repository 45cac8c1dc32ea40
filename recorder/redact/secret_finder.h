// Finds values in bytes, in the spellings in which they may have got there.
#pragma once

#include "engine/base/bytes.h"
#include "recorder/redact/removed_values.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ariadne::redact {

enum class Spelling : std::uint8_t { kRaw, kBase64, kHex, kUtf16 };
/// "as it is", "in base64", "in hex", "in UTF-16".
std::string_view nameOf(Spelling spelling);

/// Takes about 20 bytes for each byte looked for. Immutable.
class SecretFinder {
public:
    struct Found {
        std::size_t offset = 0;
        std::size_t size = 0;
        std::size_t value = 0;  ///< index into all()
        Spelling spelling = Spelling::kRaw;
    };
    /// No spelling is longer: whoever reads in pieces lets them overlap by so much.
    static constexpr std::size_t kSpellingBytesMax = 2 * kLookedForBytesMax;

    /// Spellings shorter than `bytesMin` are left out. `values` is not needed any more.
    SecretFinder(const RemovedValues& values, std::size_t bytesMin, bool rawOnly = false);

    /// The first in `bytes` at or behind `from`.
    std::optional<Found> find(ByteView bytes, std::size_t from = 0) const;
    bool empty() const { return patterns_.empty(); }

private:
    struct Pattern {
        std::uint32_t offset;  ///< in arena_
        std::uint32_t size;
        std::uint32_t value;
        Spelling spelling;
    };
    void add(std::string_view text, std::size_t value, Spelling spelling, std::size_t bytesMin);
    std::string_view textOf(const Pattern& pattern) const {
        return std::string_view{arena_}.substr(pattern.offset, pattern.size);
    }
    std::size_t slotOf(std::uint64_t beginning) const;

    std::string arena_;
    std::vector<Pattern> patterns_;          ///< sorted; none begins with another
    std::vector<std::uint64_t> beginnings_;  ///< a bit for each hash of the first bytes of one
};

}  // namespace ariadne::redact
