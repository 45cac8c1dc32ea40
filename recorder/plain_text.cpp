#include "recorder/plain_text.h"

#include "engine/value/dynamic.h"

#include <algorithm>

namespace ariadne::recorder {

std::string plain(std::string_view text) {
    if (std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; }))
        return std::string{text};
    const std::string quoted = value::quoted(text, std::string_view::npos);
    std::string out;
    out.reserve(quoted.size());
    for (std::size_t i = 1; i + 1 < quoted.size(); ++i) {
        // quoted() escapes every backslash and quote of the text, so these two pairs are
        // unambiguous.
        if (quoted[i] == '\\' && (quoted[i + 1] == '\\' || quoted[i + 1] == '"')) ++i;
        out += quoted[i];
    }
    return out;
}

}  // namespace ariadne::recorder
