// Text from files is text: what it takes to print it without it becoming something else.
#pragma once

#include <absl/status/status.h>

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace ariadne::cli {

/// `text` as one line that a terminal shows and does not obey: control, bidirectional and invalid
/// bytes are escaped as value::quoted() does, quotes and backslashes stay. plain(plain(x)) ==
/// plain(x).
std::string plain(std::string_view text);

/// All parts behind one another: texts and whole numbers. The packaged absl::StrCat takes no
/// std::string_view.
template <class... Parts>
std::string joined(const Parts&... parts) {
    std::string out;
    const auto add = [&](const auto& part) {
        if constexpr (std::integral<std::remove_cvref_t<decltype(part)>>)
            out += std::to_string(part);
        else
            out += std::string_view{part};
    };
    (add(parts), ...);
    return out;
}

inline std::string_view messageOf(const absl::Status& status) {
    return {status.message().data(), status.message().size()};
}

/// "1,234,567".
std::string grouped(std::uint64_t number);
/// "1,234 events", "1 event".
std::string counted(std::uint64_t number, std::string_view noun);
/// Sixteen digits.
std::string hex(std::uint64_t digest);
/// "12.3"; one decimal, "0.0" when `count` is 0.
std::string ratio(std::uint64_t amount, std::uint64_t count);

/// `text` with blanks behind it up to `width` characters; longer ones stay whole.
std::string padded(std::string_view text, std::size_t width);
/// The same with the blanks in front.
std::string flushRight(std::string_view text, std::size_t width);
/// Characters of valid UTF-8.
std::size_t widthOf(std::string_view text);

}  // namespace ariadne::cli
