#include "studio/cli/plain_text.h"

#include "recorder/plain_text.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace ariadne::cli {

std::string plain(std::string_view text) {
    return recorder::plain(text);
}

std::string grouped(std::uint64_t number) {
    std::string out = std::to_string(number);
    for (std::size_t at = out.size(); at > 3;) out.insert(at -= 3, 1, ',');
    return out;
}

std::string counted(std::uint64_t number, std::string_view noun) {
    return grouped(number).append(" ").append(noun).append(number == 1 ? "" : "s");
}

std::string hex(std::uint64_t digest) {
    std::array<char, 16> digits;
    const auto end = std::to_chars(digits.begin(), digits.end(), digest, 16).ptr;
    const auto length = static_cast<std::size_t>(end - digits.begin());
    return std::string(digits.size() - length, '0').append(digits.data(), length);
}

std::string ratio(std::uint64_t amount, std::uint64_t count) {
    std::array<char, 32> digits;
    const double value = count == 0 ? 0 : static_cast<double>(amount) / static_cast<double>(count);
    return {digits.begin(),
            std::to_chars(digits.begin(), digits.end(), value, std::chars_format::fixed, 1).ptr};
}

std::size_t widthOf(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string padded(std::string_view text, std::size_t width) {
    const std::size_t own = widthOf(text);
    return std::string{text}.append(own < width ? width - own : 0, ' ');
}

std::string flushRight(std::string_view text, std::size_t width) {
    const std::size_t own = widthOf(text);
    return std::string(own < width ? width - own : 0, ' ').append(text);
}

}  // namespace ariadne::cli
