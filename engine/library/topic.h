// Topics and patterns of topics: "orders/eu/42", "orders/*/42", "orders/**".
#pragma once

#include <string>
#include <string_view>

namespace ariadne::library {

/// A topic is one or more levels separated by '/'; a level is any text but the empty one, "*" and
/// "**". Returns what is wrong with `topic` and what to write instead; empty when it is one.
std::string whyNoTopic(std::string_view topic);

/// A pattern is a topic in which a level may be "*" (exactly one level, whatever it says) and the
/// last may be "**" (one level or more). Like whyNoTopic().
std::string whyNoPattern(std::string_view pattern);

/// Both must be well-formed.
bool matches(std::string_view pattern, std::string_view topic);

}  // namespace ariadne::library
