#include "tracefmt/segment_name.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace ariadne::tracefmt {

namespace {

/// ".0001" of 1.
std::string endingOf(std::uint32_t number) {
    constexpr std::size_t kDigits = 4;
    std::string digits = std::to_string(number);
    digits.insert(0, kDigits - std::min(kDigits, digits.size()), '0');
    return "." + digits;
}

/// The number at the end of `text`.
std::optional<std::uint32_t> numberIn(std::string_view text) {
    const std::size_t dot = text.rfind('.');
    if (dot == std::string_view::npos) return std::nullopt;
    std::uint32_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data() + dot + 1, end, number);
    return error == std::errc{} && stopped == end ? std::optional{number} : std::nullopt;
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

std::vector<std::uint32_t> segmentsOf(const std::filesystem::path& name) {
    std::vector<std::uint32_t> numbers;
    const std::filesystem::path folder = name.has_parent_path() ? name.parent_path() : ".";
    std::error_code error;
    for (std::filesystem::directory_iterator at{folder, error}, end; !error && at != end;
         at.increment(error)) {
        const std::filesystem::path file = at->path().filename();
        const std::optional<std::uint32_t> number =
            numberIn(name.has_extension() ? file.stem().native() : file.native());
        if (number && segmentPath(name.filename(), *number) == file) numbers.push_back(*number);
    }
    std::ranges::sort(numbers);
    return numbers;
}

std::filesystem::path boxPathOf(std::filesystem::path trace) {
    trace += "-box";
    return trace;
}

}  // namespace ariadne::tracefmt
