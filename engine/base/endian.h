// The byte order of everything that leaves the process: little-endian.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

namespace ariadne {

/// `word` with its bytes as a little-endian machine has them in memory; its own inverse.
template <class Word>
constexpr Word littleEndian(Word word) {
    if constexpr (std::endian::native == std::endian::little) {
        return word;
    } else {
        auto bytes = std::bit_cast<std::array<std::byte, sizeof(Word)>>(word);
        std::reverse(bytes.begin(), bytes.end());
        return std::bit_cast<Word>(bytes);
    }
}

/// The word whose little-endian bytes begin at `from`, which need not be aligned.
template <class Word>
Word littleEndianAt(const std::byte* from) {
    Word word;
    std::memcpy(&word, from, sizeof word);
    return littleEndian(word);
}
template <class Word>
void storeLittleEndian(std::byte* to, Word word) {
    word = littleEndian(word);
    std::memcpy(to, &word, sizeof word);
}

}  // namespace ariadne
