#include "recorder/query/answer.h"

#include <array>
#include <cinttypes>
#include <cstdio>
#include <limits>
#include <string>

namespace ariadne::query {

using recorder::Json;

void Answer::number(std::uint64_t value) {
    if (value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return integer(static_cast<std::int64_t>(value));
    hex(value);
}

void Answer::hex(std::uint64_t value) {
    std::array<char, 19> out{};
    std::snprintf(out.data(), out.size(), "0x%016" PRIx64, value);
    text(out.data());
}

void Answer::position(Position value) {
    value.value == 0 ? null() : number(value.value);
}

void Answer::json(const Json& value) {
    switch (value.type()) {
        case Json::value_t::null:
        case Json::value_t::discarded: return null();
        case Json::value_t::boolean: return integer(value.get<bool>() ? 1 : 0);
        case Json::value_t::number_integer: return integer(value.get<std::int64_t>());
        case Json::value_t::number_unsigned: return number(value.get<std::uint64_t>());
        case Json::value_t::number_float: return real(value.get<double>());
        case Json::value_t::string: return text(value.get_ref<const std::string&>());
        default: return text(value.dump(-1, ' ', false, Json::error_handler_t::replace));
    }
}

}  // namespace ariadne::query
