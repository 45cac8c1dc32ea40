#include "tracefmt/trace_meta.h"

namespace ariadne::tracefmt {

std::string_view nameOf(Level level) {
    switch (level) {
        case Level::kInputs: return "inputs";
        case Level::kEvents: return "events";
        case Level::kFull: return "full";
    }
    return "unknown";
}

}  // namespace ariadne::tracefmt
