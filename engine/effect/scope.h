// The two spellings of scopes that can be held against each other: plain paths and plain URLs.
#pragma once

#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ariadne::effect {

inline constexpr std::size_t kUrlBytesMax = 8192;

/// `path` without empty and "." components: "/", "/data/in". nullopt when it is not absolute, or
/// holds ".." or a NUL. Percent signs are ordinary: nobody decodes a file name.
std::optional<std::string> plainPath(std::string_view path);

/// True when plain path `inner` is `outer` or below it.
bool isWithin(std::string_view outer, std::string_view inner);

/// A URL in parts that mean the same to everybody who reads it.
struct HttpUrl {
    std::string scheme;      ///< "http" or "https"
    std::string host;        ///< lower case; an IPv6 address stands in brackets
    std::uint16_t port = 0;  ///< written out also when it is the scheme's own
    std::string path;        ///< begins with '/'
    std::string query;       ///< with its '?', or empty

    /// "https://example.org:443/path?query": parseHttpUrl() of it gives the same parts.
    std::string text() const;
    bool operator==(const HttpUrl&) const = default;
};

/// kInvalidArgument names what two readers might take differently: user information, dot segments
/// plain or percent-encoded (also more than once, also before a ';'), encoded slashes or controls,
/// backslashes, blanks, bytes beyond ASCII, fragments, odd ports; also other schemes and more than
/// kUrlBytesMax.
absl::StatusOr<HttpUrl> parseHttpUrl(std::string_view text);

/// True when `inner` has the origin of `outer`, and a path that is that of `outer` or below it by
/// whole segments; "/a/" does not cover "/a". A query may only stand in `inner`.
bool isWithin(const HttpUrl& outer, const HttpUrl& inner);

}  // namespace ariadne::effect
