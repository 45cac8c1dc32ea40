// What of a request may reach a server.
#pragma once

#include "engine/effect/builtin.h"
#include "engine/effect/scope.h"
#include "recorder/effects/http.h"

#include <absl/status/statusor.h>

#include <string>

namespace ariadne::effects {

/// The URL to fetch, spelled so that no reader can take it differently. kPermissionDenied: not
/// within `scope`. kInvalidArgument: method, header or body is not what may be sent, or the URL is
/// not plain. kResourceExhausted: longer than a limit.
absl::StatusOr<effect::HttpUrl> checkedUrl(const effect::HttpRequest& ask, const std::string& scope,
                                           const HttpLimits& limits);

}  // namespace ariadne::effects
