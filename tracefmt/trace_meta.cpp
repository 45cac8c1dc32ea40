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

std::string_view nameOf(HostNoteKind kind) {
    switch (kind) {
        case HostNoteKind::kUnknown: break;
        case HostNoteKind::kStuckTurn: return "stuck turn";
        case HostNoteKind::kStillStuck: return "still stuck";
        case HostNoteKind::kCameBack: return "came back";
    }
    return "unknown";
}

}  // namespace ariadne::tracefmt
