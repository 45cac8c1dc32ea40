// One answer in two spellings: aligned lines for people, one JSON object for programs.
#pragma once

#include "engine/base/ids.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ariadne::cli {

using Json = nlohmann::ordered_json;

/// One line of JSON, ASCII only; bytes that are no UTF-8 become U+FFFD.
std::string jsonLine(const Json& json);

/// Facts in the order they were added. A fact's key is its name in JSON and, with blanks for
/// underlines, its label in text, so the two cannot drift apart. Value type.
class Report {
public:
    void text(std::string_view key, std::string_view value);
    void count(std::string_view key, std::uint64_t value);
    /// Nullopt: nobody knows it; null in JSON.
    void digest(std::string_view key, std::optional<std::uint64_t> value);
    /// Positions and the like: a number that people copy, so without separators.
    void number(std::string_view key, std::uint64_t value);
    /// Virtual time; its key ends in _ns in JSON.
    void time(std::string_view key, VirtualTime at);
    void fact(std::string_view key, std::string_view shown, Json json);
    /// Several lines below one label; nothing in text when there are none.
    void list(std::string_view key, std::vector<std::string> shown, Json json);

    /// "label   value", each ended by a line feed.
    std::string lines() const;
    const Json& json() const { return json_; }
    /// lines(), or the JSON in one line.
    std::string in(bool asJson) const { return asJson ? jsonLine(json_) : lines(); }

private:
    struct Fact {
        std::string label;
        std::vector<std::string> shown;
    };
    std::vector<Fact> facts_;
    Json json_ = Json::object();
};

}  // namespace ariadne::cli
