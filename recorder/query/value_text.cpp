#include "recorder/query/value_text.h"

#include <charconv>

namespace ariadne::query {
namespace {

std::string hexOf(std::string_view bytes) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += kDigits[byte >> 4];
        out += kDigits[byte & 15];
    }
    return out;
}

std::string realText(double value) {
    char out[40];
    const auto [end, error] = std::to_chars(out, out + sizeof out, value);
    return error == std::errc{} ? std::string{out, end} : std::string{};
}

}  // namespace

std::string textOf(const Value& value) {
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
    if (const auto* real = std::get_if<double>(&value)) return realText(*real);
    if (const auto* text = std::get_if<std::string_view>(&value)) return std::string{*text};
    if (const auto* blob = std::get_if<Blob>(&value)) return hexOf(blob->bytes);
    return {};
}

}  // namespace ariadne::query
