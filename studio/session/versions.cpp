#include "studio/session/versions.h"

#include "tracefmt/format.h"

namespace ariadne::studio {

std::string traceFormatVersion() {
    return std::to_string(tracefmt::kFormatMajor) + "." + std::to_string(tracefmt::kFormatMinor);
}

}  // namespace ariadne::studio
