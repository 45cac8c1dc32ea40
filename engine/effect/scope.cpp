#include "engine/effect/scope.h"

#include "engine/base/status_macros.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <charconv>

namespace ariadne::effect {
namespace {

// No locale: what counts as a letter must not depend on the machine.
bool isDigit(char c) {
    return c >= '0' && c <= '9';
}
char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
int hexDigit(char c) {
    if (isDigit(c)) return c - '0';
    const char l = lower(c);
    return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}
std::string lowered(std::string_view text) {
    std::string out{text};
    std::transform(out.begin(), out.end(), out.begin(), lower);
    return out;
}

absl::Status refused(const std::string& what) {
    return absl::InvalidArgumentError(
        absl::StrCat("a URL with ", what, "; write scheme://host[:port]/path[?query] plainly"));
}

bool isControl(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
}

/// Takes the part of `rest` before the first of `ends` (all of it without one) out of `rest`.
std::string_view takeUntil(std::string_view& rest, std::string_view ends) {
    const std::string_view taken = rest.substr(0, rest.find_first_of(ends));
    rest.remove_prefix(taken.size());
    return taken;
}

/// Each %XX replaced by its byte; a '%' without two hex digits stays.
std::string percentDecoded(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const int high = at + 2 < text.size() ? hexDigit(text[at + 1]) : -1;
        const int low = high >= 0 ? hexDigit(text[at + 2]) : -1;
        if (text[at] == '%' && low >= 0) {
            out.push_back(static_cast<char>(high * 16 + low));
            at += 2;
        } else {
            out.push_back(text[at]);
        }
    }
    return out;
}

/// Nobody knows how often a server decodes, or whether it cuts ";parameters": no reading may be a
/// step upwards, or another segment.
absl::Status checkSegment(std::string segment) {
    for (;;) {
        const std::string_view name = std::string_view{segment}.substr(0, segment.find(';'));
        if (name == "." || name == "..") return refused("a \".\" or \"..\" segment");
        if (segment.find_first_of("/\\") != std::string::npos) return refused("an encoded slash");
        if (std::any_of(segment.begin(), segment.end(), isControl))
            return refused("an encoded control character");
        std::string decoded = percentDecoded(segment);
        if (decoded == segment) return absl::OkStatus();
        segment = std::move(decoded);
    }
}

absl::Status checkPath(std::string_view path) {
    while (!path.empty()) {
        path.remove_prefix(1);  // its slash
        ARIADNE_RETURN_IF_ERROR(checkSegment(std::string{takeUntil(path, "/")}));
    }
    return absl::OkStatus();
}

absl::StatusOr<std::uint16_t> parsePort(std::string_view digits) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc{} || end != digits.data() + digits.size() || port == 0)
        return refused("a port that is no number from 1 to 65535");
    return port;
}

absl::StatusOr<std::string> parseHost(std::string_view host) {
    const bool isAddress = host.size() > 2 && host.front() == '[' && host.back() == ']';
    const std::string_view letters = isAddress ? host.substr(1, host.size() - 2) : host;
    const bool allKnown = std::all_of(letters.begin(), letters.end(), [&](char c) {
        if (isAddress) return hexDigit(c) >= 0 || c == ':' || c == '.';
        return isDigit(c) || (lower(c) >= 'a' && lower(c) <= 'z') || c == '.' || c == '-';
    });
    if (letters.empty() || !allKnown || letters.front() == '.' || letters.back() == '.')
        return refused("a host that is neither a name nor an address");
    return lowered(host);
}

absl::Status parseAuthority(std::string_view authority, HttpUrl& url) {
    if (authority.find('@') != std::string_view::npos)
        return refused("user information before its host");
    url.port = url.scheme == "https" ? 443 : 80;
    std::size_t hostEnd = authority.rfind(':');
    if (!authority.empty() && authority.back() == ']') hostEnd = std::string_view::npos;
    if (hostEnd != std::string_view::npos) {
        ARIADNE_ASSIGN_OR_RETURN(url.port, parsePort(authority.substr(hostEnd + 1)));
    }
    ARIADNE_ASSIGN_OR_RETURN(url.host, parseHost(authority.substr(0, hostEnd)));
    return absl::OkStatus();
}

absl::Status checkCharacters(std::string_view text) {
    if (text.size() > kUrlBytesMax)
        return refused(absl::StrCat(text.size(), " bytes, more than ", kUrlBytesMax));
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (isControl(c) || c == ' ' || static_cast<unsigned char>(c) > 0x7F)
            return refused("a blank, a control character or a byte beyond ASCII");
        if (c == '\\') return refused("a backslash");
        if (c == '#') return refused("a fragment");
        if (c == '%' &&
            (at + 2 >= text.size() || hexDigit(text[at + 1]) < 0 || hexDigit(text[at + 2]) < 0))
            return refused("a '%' without two hex digits");
    }
    return absl::OkStatus();
}

}  // namespace

std::optional<std::string> plainPath(std::string_view path) {
    if (path.empty() || path.front() != '/' || path.find('\0') != std::string_view::npos)
        return std::nullopt;
    std::string plain;
    while (!path.empty()) {
        path.remove_prefix(1);  // a slash
        const std::string_view component = takeUntil(path, "/");
        if (component == "..") return std::nullopt;
        if (!component.empty() && component != ".") plain.append("/").append(component);
    }
    return plain.empty() ? "/" : plain;
}

bool isWithin(std::string_view outer, std::string_view inner) {
    if (outer == "/") outer = "";
    return inner.substr(0, outer.size()) == outer &&
           (inner.size() == outer.size() || inner[outer.size()] == '/');
}

std::string HttpUrl::text() const {
    return absl::StrCat(scheme, "://", host, ":", port, path, query);
}

absl::StatusOr<HttpUrl> parseHttpUrl(std::string_view text) {
    ARIADNE_RETURN_IF_ERROR(checkCharacters(text));
    HttpUrl url;
    url.scheme = lowered(takeUntil(text, ":"));
    if ((url.scheme != "http" && url.scheme != "https") || text.substr(0, 3) != "://")
        return refused("another scheme than http or https");
    text.remove_prefix(3);
    ARIADNE_RETURN_IF_ERROR(parseAuthority(takeUntil(text, "/?"), url));
    url.path = takeUntil(text, "?");
    if (url.path.empty()) url.path = "/";
    ARIADNE_RETURN_IF_ERROR(checkPath(url.path));
    url.query = text;
    return url;
}

bool isWithin(const HttpUrl& outer, const HttpUrl& inner) {
    if (outer.scheme != inner.scheme || outer.host != inner.host || outer.port != inner.port ||
        !outer.query.empty())
        return false;
    if (outer.path.back() == '/') return inner.path.compare(0, outer.path.size(), outer.path) == 0;
    return isWithin(std::string_view{outer.path}, std::string_view{inner.path});
}

}  // namespace ariadne::effect
