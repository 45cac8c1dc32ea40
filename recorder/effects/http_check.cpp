#include "recorder/effects/http_check.h"

#include "engine/base/status_macros.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace ariadne::effects {
namespace {

constexpr std::array<std::string_view, 7> kMethods{"GET",   "HEAD",   "POST",   "PUT",
                                                   "PATCH", "DELETE", "OPTIONS"};
/// They say where a message ends or to whom it goes: the handler's to say, not the program's.
constexpr std::array<std::string_view, 10> kOwnHeaders{
    "Host", "Content-Length", "Transfer-Encoding",  "Connection", "Keep-Alive", "Upgrade", "Expect",
    "TE",   "Trailer",        "Proxy-Authorization"};

bool isToken(std::string_view text) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               kMarks.find(c) != std::string_view::npos;
    });
}

bool isFieldValue(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return c == '\t' || (byte >= 0x20 && byte != 0x7F);
    });
}

bool isOwnHeader(const std::string& name) {
    return std::any_of(kOwnHeaders.begin(), kOwnHeaders.end(), [&](std::string_view own) {
        return absl::EqualsIgnoreCase(name, std::string{own});
    });
}

absl::Status checkHeaders(const effect::HttpRequest& ask, const HttpLimits& limits) {
    std::size_t bytes = 0;
    for (const auto& [name, value] : ask.headers) {
        bytes += name.size() + value.size() + 4;
        if (!isToken(name) || !isFieldValue(value))
            return absl::InvalidArgumentError(
                absl::StrCat("a header of ", name.size(), " and ", value.size(),
                             " bytes holds what cannot stand in one; send one line of text"));
        if (isOwnHeader(name))
            return absl::InvalidArgumentError(absl::StrCat(
                "header ", name, " is written by the handler; leave it out of the request"));
    }
    if (bytes > limits.headerBytesMax)
        return absl::ResourceExhaustedError(
            absl::StrCat("limit headerBytesMax (", limits.headerBytesMax, ") reached: ", bytes,
                         " bytes of headers; send fewer"));
    return absl::OkStatus();
}

}  // namespace

absl::StatusOr<effect::HttpUrl> checkedUrl(const effect::HttpRequest& ask, const std::string& scope,
                                           const HttpLimits& limits) {
    if (std::find(kMethods.begin(), kMethods.end(), ask.method) == kMethods.end())
        return absl::InvalidArgumentError(
            "a method that is none of GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS; use one");
    if (!ask.body.empty() && (ask.method == "GET" || ask.method == "HEAD"))
        return absl::InvalidArgumentError(absl::StrCat(ask.method, " with a body of ",
                                                       ask.body.size(), " bytes; use POST or PUT"));
    if (ask.body.size() > limits.requestBytesMax)
        return absl::ResourceExhaustedError(
            absl::StrCat("limit requestBytesMax (", limits.requestBytesMax, ") reached: a body of ",
                         ask.body.size(), " bytes; send it in parts"));
    ARIADNE_RETURN_IF_ERROR(checkHeaders(ask, limits));
    ARIADNE_ASSIGN_OR_RETURN(effect::HttpUrl url, effect::parseHttpUrl(ask.url));
    ARIADNE_ASSIGN_OR_RETURN(const effect::HttpUrl granted, effect::parseHttpUrl(scope));
    if (!effect::isWithin(granted, url))
        return absl::PermissionDeniedError(absl::StrCat("\"", url.text(),
                                                        "\" is not within the granted \"", scope,
                                                        "\"; ask for a wider grant"));
    return url;
}

}  // namespace ariadne::effects
