#include "studio/cli/report.h"

#include "engine/value/dynamic.h"
#include "studio/cli/plain_text.h"

#include <algorithm>

namespace ariadne::cli {

std::string jsonLine(const Json& json) {
    return json.dump(-1, ' ', true, Json::error_handler_t::replace);
}

void Report::text(std::string_view key, std::string_view value) {
    fact(key, value, value);
}

void Report::count(std::string_view key, std::uint64_t value) {
    fact(key, grouped(value), value);
}

void Report::digest(std::string_view key, std::optional<std::uint64_t> value) {
    if (value)
        fact(key, hex(*value), hex(*value));
    else
        fact(key, "unknown", nullptr);
}

void Report::number(std::string_view key, std::uint64_t value) {
    fact(key, std::to_string(value), value);
}

void Report::time(std::string_view key, VirtualTime at) {
    fact(key, value::showDuration(at.value), nullptr);
    json_.erase(std::string{key});
    json_[std::string{key} + "_ns"] = at.value;
}

void Report::fact(std::string_view key, std::string_view shown, Json json) {
    list(key, {std::string{shown}}, std::move(json));
}

void Report::list(std::string_view key, std::vector<std::string> shown, Json json) {
    std::string label{key};
    std::replace(label.begin(), label.end(), '_', ' ');
    facts_.push_back({std::move(label), std::move(shown)});
    json_[std::string{key}] = std::move(json);
}

std::string Report::lines() const {
    std::size_t width = 0;
    for (const Fact& fact : facts_) width = std::max(width, widthOf(fact.label));
    std::string out;
    for (const Fact& fact : facts_) {
        for (std::size_t i = 0; i < fact.shown.size(); ++i) {
            out += padded(i == 0 ? fact.label : "", width + 2) + plain(fact.shown[i]);
            out.erase(out.find_last_not_of(' ') + 1);
            out += '\n';
        }
    }
    return out;
}

}  // namespace ariadne::cli
