#include "recorder/export/json_text.h"

#include <nlohmann/json.hpp>

namespace ariadne::exports {

std::string jsonString(std::string_view text) {
    using Json = nlohmann::json;
    return Json(std::string{text}).dump(-1, ' ', true, Json::error_handler_t::replace);
}

std::string hexDigits(std::uint64_t number, unsigned digits) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out(digits, '0');
    for (unsigned i = digits; i-- > 0; number >>= 4) out[i] = kDigits[number & 15];
    return out;
}

std::string microseconds(std::int64_t nanoseconds) {
    const bool negative = nanoseconds < 0;
    const std::uint64_t size = negative ? 0 - static_cast<std::uint64_t>(nanoseconds)
                                        : static_cast<std::uint64_t>(nanoseconds);
    std::string out = (negative ? "-" : "") + std::to_string(size / 1000);
    const std::uint64_t rest = size % 1000;
    if (rest == 0) return out;
    out += '.';
    for (const std::uint64_t unit : {100u, 10u, 1u})
        out += static_cast<char>('0' + rest / unit % 10);
    return out;
}

JsonObject& JsonObject::plain(std::string_view key, std::string_view json) {
    if (out_.size() > 1) out_ += ',';
    out_.append("\"").append(key).append("\":").append(json);
    return *this;
}

std::string JsonObject::take() {
    out_ += '}';
    return std::exchange(out_, "{");
}

}  // namespace ariadne::exports
