// Writes JSON member by member: numbers exactly, texts so that any byte in them is harmless.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ariadne::exports {

/// `text` as a JSON string, ASCII only; bytes that are no UTF-8 become U+FFFD.
std::string jsonString(std::string_view text);
/// `digits` hexadecimal digits, the lowest ones of `number`.
std::string hexDigits(std::uint64_t number, unsigned digits = 16);
/// Nanoseconds as microseconds with up to three decimals: exact, which a double is not.
std::string microseconds(std::int64_t nanoseconds);

/// An object. Keys are ours and need no escaping.
class JsonObject {
public:
    JsonObject& text(std::string_view key, std::string_view value) {
        return plain(key, jsonString(value));
    }
    JsonObject& number(std::string_view key, std::uint64_t value) {
        return plain(key, std::to_string(value));
    }
    /// `json` is JSON already.
    JsonObject& plain(std::string_view key, std::string_view json);
    std::string take();

private:
    std::string out_ = "{";
};

}  // namespace ariadne::exports
