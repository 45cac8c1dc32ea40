#include "studio/cli/telltale.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace ariadne::cli {
namespace {

constexpr std::size_t kLongCodeMin = 40;
constexpr std::size_t kLongHexMin = 32;
constexpr std::size_t kKnownKeyMin = 16;  ///< prefix included
constexpr std::size_t kWebTokenMin = 40;

bool isUpper(char c) {
    return c >= 'A' && c <= 'Z';
}
bool isLower(char c) {
    return c >= 'a' && c <= 'z';
}
bool isDigit(char c) {
    return c >= '0' && c <= '9';
}
bool isHex(char c) {
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool isCode(char c) {
    return isUpper(c) || isLower(c) || isDigit(c) || c == '+' || c == '/' || c == '_' || c == '-' ||
           c == '=';
}
bool isWord(char c) {
    return isCode(c) || c == '.' || c == '@' || c == '%';
}
bool isPrintable(char c) {
    return c >= 0x20 && c < 0x7F;
}

bool isEmail(std::string_view word) {
    const std::size_t at = word.find('@');
    if (at == std::string_view::npos || at == 0 || word.find('@', at + 1) != word.npos)
        return false;
    const std::string_view host = word.substr(at + 1);
    const std::size_t dot = host.find('.');
    return dot != host.npos && dot != 0 && host.size() - host.rfind('.') >= 3;
}

bool isKnownKey(std::string_view word) {
    static constexpr std::array<std::string_view, 13> kPrefixes{
        "AKIA",   "ASIA",     "AIza",     "ghp_", "gho_",  "ghs_", "github_pat_",
        "glpat-", "sk_live_", "rk_live_", "sk-",  "xoxb-", "xoxp-"};
    return word.size() >= kKnownKeyMin &&
           std::any_of(kPrefixes.begin(), kPrefixes.end(),
                       [&](std::string_view prefix) { return word.starts_with(prefix); });
}

bool isWebToken(std::string_view word) {
    return word.size() >= kWebTokenMin && word.starts_with("eyJ") &&
           std::count(word.begin(), word.end(), '.') == 2 &&
           word.find(".eyJ") != std::string_view::npos;
}

bool isLongCode(std::string_view word) {
    if (word.size() >= kLongHexMin && std::all_of(word.begin(), word.end(), isHex)) return true;
    return word.size() >= kLongCodeMin && std::all_of(word.begin(), word.end(), isCode) &&
           std::any_of(word.begin(), word.end(), isUpper) &&
           std::any_of(word.begin(), word.end(), isLower) &&
           std::any_of(word.begin(), word.end(), isDigit);
}

std::optional<Telltale> kindOf(std::string_view word) {
    if (isEmail(word)) return Telltale::kEmail;
    if (isKnownKey(word)) return Telltale::kKnownKey;
    if (isWebToken(word)) return Telltale::kWebToken;
    if (isLongCode(word)) return Telltale::kLongCode;
    return std::nullopt;
}

bool namesPassword(std::string_view text) {
    static constexpr std::array<std::string_view, 8> kNames{
        "password", "passwd", "passphrase", "secret", "api_key", "apikey", "api-key", "token"};
    return std::any_of(kNames.begin(), kNames.end(), [&](std::string_view name) {
        return text.size() >= name.size() &&
               std::equal(name.begin(), name.end(),
                          text.end() - static_cast<std::ptrdiff_t>(name.size()),
                          [](char a, char b) { return a == (isUpper(b) ? b - 'A' + 'a' : b); });
    });
}

/// One run of printable characters.
void findIn(std::string_view run, const std::function<void(Telltale, std::string_view)>& found) {
    const std::size_t begin = run.find("-----BEGIN ");
    if (begin != run.npos && run.find("PRIVATE KEY", begin) != run.npos)
        found(Telltale::kPrivateKey, run.substr(begin));
    for (std::size_t at = 0; at < run.size();) {
        const char* const wordEnd = std::find_if_not(run.begin() + at, run.end(), isWord);
        const std::string_view word =
            run.substr(at, static_cast<std::size_t>(wordEnd - run.begin()) - at);
        if (word.empty()) {
            ++at;
            continue;
        }
        at += word.size();
        if (const auto kind = kindOf(word)) {
            found(*kind, word);
            continue;
        }
        // In front of a text stands its length, which may look like its first letter.
        if (const auto kind = kindOf(word.substr(1))) {
            found(*kind, word.substr(1));
            continue;
        }
        // "password=x", "token: x": the sign may belong to the word or stand behind it.
        const std::size_t sign = word.find('=');
        if (sign != word.npos && sign + 1 < word.size() && namesPassword(word.substr(0, sign))) {
            found(Telltale::kPassword, word);
        } else if (at + 1 < run.size() && run[at] == ':' && namesPassword(word)) {
            const std::string_view value = run.substr(at + 1);
            if (value.find_first_not_of(' ') != value.npos)
                found(Telltale::kPassword, run.substr(at - word.size()));
        }
    }
}

}  // namespace

std::string_view nameOf(Telltale kind) {
    switch (kind) {
        case Telltale::kEmail: return "e-mail address";
        case Telltale::kKnownKey: return "key of a known service";
        case Telltale::kPrivateKey: return "private key";
        case Telltale::kWebToken: return "web token";
        case Telltale::kPassword: return "password or the like";
        case Telltale::kLongCode: return "long code";
    }
    return "unknown";
}

void findTelltales(std::string_view bytes,
                   const std::function<void(Telltale, std::string_view)>& found) {
    for (std::size_t at = 0; at < bytes.size();) {
        const auto end = std::find_if_not(bytes.begin() + at, bytes.end(), isPrintable);
        const auto size = static_cast<std::size_t>(end - bytes.begin()) - at;
        if (size >= 6) findIn(bytes.substr(at, size), found);
        at += size + 1;
    }
}

}  // namespace ariadne::cli
