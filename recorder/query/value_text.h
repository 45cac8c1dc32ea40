// Values of an answer as text.
#pragma once

#include "recorder/query/session.h"

#include <string>

namespace ariadne::query {

/// NULL is empty, a number the shortest text that reads as the same one, a text as it is, whatever
/// is in it, and a blob its hex digits.
std::string textOf(const Value& value);

}  // namespace ariadne::query
