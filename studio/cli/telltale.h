// Text that looks like something nobody means to share: keys, passwords, addresses.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace ariadne::cli {

/// What a piece of text looks like. A guess by its shape: neither complete nor always right.
enum class Telltale : std::uint8_t {
    kEmail,       ///< somebody@example.org
    kKnownKey,    ///< begins as the keys of a well-known service do
    kPrivateKey,  ///< -----BEGIN ... PRIVATE KEY
    kWebToken,    ///< three parts of base64, the first two objects
    kPassword,    ///< a word such as password or api_key, and a value behind it
    kLongCode,    ///< so many letters and digits, or hex digits, that no word is so long
};
inline constexpr std::size_t kTelltaleCount = 6;

/// "e-mail address", "key of a known service", ...
std::string_view nameOf(Telltale kind);

/// Calls `found` with everything in `bytes`, text or not, that looks like one; the text is
/// printable ASCII and lives as long as `bytes`. A piece is told once, as the first kind it fits.
void findTelltales(std::string_view bytes,
                   const std::function<void(Telltale, std::string_view)>& found);

}  // namespace ariadne::cli
