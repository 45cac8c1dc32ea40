// What stands in a redacted trace where a value stood.
#pragma once

#include "engine/base/bytes.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace ariadne::redact {

/// Random, used for one file and kept nowhere: who has it can tell which value a stand-in is for.
struct RedactionKey {
    std::array<std::uint64_t, 2> words{};
};

/// SipHash-2-4: without the key nobody can tell what `bytes` are, or find others of that hash.
std::uint64_t sipHash(const RedactionKey& key, ByteView bytes);

/// What every stand-in for a text begins with.
inline constexpr std::string_view kStandInMark = "redacted-";

/// Equal values have equal stand-ins, different ones different ones: for numbers always, for texts
/// unless two of 2^64 hashes meet. Immutable.
class StandIns {
public:
    explicit StandIns(const RedactionKey& key) : key_(key) {}

    /// The mark and sixteen letters, none of them a vowel or a digit: neither words nor numbers
    /// appear by chance. An empty text stays empty.
    std::string text(ByteView value) const;
    /// Of 1, 8, 16, 32 or 64 bits; bits above are 0.
    std::uint64_t number(std::uint64_t value, unsigned bits) const;
    /// Of IEEE 754 floats of 32 or 64 bits. Never NaN but for NaN, never -0.
    std::uint64_t floating(std::uint64_t value, unsigned bits) const;
    /// Of keys of cells: 0, nobody, stays 0.
    std::uint64_t cell(std::uint64_t key) const;
    /// For a file made of what `of` describes. Tells nothing of the key.
    std::array<std::uint64_t, 2> fileId(ByteView of) const;
    /// A hash under the key, of what need not be told apart from `domain` to domain.
    std::uint64_t word(std::uint64_t domain, std::uint64_t a, std::uint64_t b) const;

private:
    RedactionKey key_;
};

}  // namespace ariadne::redact
