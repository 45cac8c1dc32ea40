// Which traces this Ariadne writes.
#pragma once

#include <string>

namespace ariadne::studio {

/// "1.6"
std::string traceFormatVersion();

}  // namespace ariadne::studio
