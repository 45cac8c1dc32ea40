#include "tracefmt/segment_name.h"

#include <algorithm>
#include <string>

namespace ariadne::tracefmt {

namespace {

/// ".0001" of 1.
std::string endingOf(std::uint32_t number) {
    constexpr std::size_t kDigits = 4;
    std::string digits = std::to_string(number);
    digits.insert(0, kDigits - std::min(kDigits, digits.size()), '0');
    return "." + digits;
}

}  // namespace

std::filesystem::path segmentPath(const std::filesystem::path& name, std::uint32_t number) {
    std::filesystem::path out = name;
    out.replace_extension();
    out += endingOf(number);
    out += name.extension();
    return out;
}

std::filesystem::path nameOfSegments(const std::filesystem::path& segment, std::uint32_t number) {
    const std::string ending = endingOf(number);
    std::filesystem::path out = segment;
    // Of a name without an ending of its own the number is what looks like one.
    if (segment.extension() == ending) return out.replace_extension();
    out.replace_extension();
    if (out.extension() != ending) return segment;
    out.replace_extension();
    out += segment.extension();
    return out;
}

}  // namespace ariadne::tracefmt
