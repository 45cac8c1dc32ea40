// Text from files is text: what it takes to show it without it becoming something else.
#pragma once

#include <string>
#include <string_view>

namespace ariadne::recorder {

/// `text` as one line that a terminal, or a label, shows and does not obey: control, bidirectional
/// and invalid bytes are escaped as value::quoted() does, quotes and backslashes stay.
/// plain(plain(x)) == plain(x).
std::string plain(std::string_view text);

}  // namespace ariadne::recorder
