// Arguments of table functions, read from what SQL gives.
#pragma once

#include "recorder/query/source.h"
#include "recorder/query/table.h"

#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <string>

namespace ariadne::query {

/// Not given; NULL, which gives no rows; or a value.
template <class T>
struct Argument {
    bool isNull = false;
    std::optional<T> value;
};

/// kInvalidArgument names the argument and what was found.
absl::StatusOr<Argument<std::int64_t>> numberArgument(const Request& request, std::size_t column,
                                                      std::string_view name);
absl::StatusOr<Argument<std::string>> textArgument(const Request& request, std::size_t column,
                                                   std::string_view name);
/// A position from 1 on, or from `lowest`. kOutOfRange when it is beyond the trace.
absl::StatusOr<Argument<Position>> positionArgument(Source& source, const Request& request,
                                                    std::size_t column, std::string_view name,
                                                    std::int64_t lowest = 1);

}  // namespace ariadne::query
