// The effect http.request: one HTTP exchange within the granted URL.
#pragma once

#include "recorder/effects/handler.h"

namespace ariadne::effects {

struct HttpLimits {
    std::size_t requestBytesMax = 8 * 1024 * 1024;  ///< body of a request
    std::size_t headerBytesMax = 64 * 1024;         ///< all headers, of a request and of an answer
    std::size_t bodyBytesMax = 8 * 1024 * 1024;     ///< body of an answer
};

/// Answers HttpResponse. http and https over HTTP/1.1, one connection per request. Follows no
/// redirect, uses no proxy (the environment's neither), cookie, password file or compression;
/// certificates are checked. It is the name in the URL that is granted, not the address it has.
/// A request that may do something carries its idempotency key in the header of that name, unless
/// the program wrote one. Immutable, so thread-safe.
class HttpHandler : public Handler {
public:
    explicit HttpHandler(HttpLimits limits = {});
    absl::StatusOr<Bytes> perform(const effect::Request& request, std::stop_token stop) override;

private:
    const HttpLimits limits_;
};

}  // namespace ariadne::effects
