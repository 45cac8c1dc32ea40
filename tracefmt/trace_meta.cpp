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

std::string_view nameOf(TraceOrigin::Made made) {
    switch (made) {
        case TraceOrigin::Made::kRecorded: return "recorded";
        case TraceOrigin::Made::kCut: return "cut";
        case TraceOrigin::Made::kRecovered: return "recovered";
        case TraceOrigin::Made::kRedacted: return "redacted";
    }
    return "unknown";
}

std::string_view nameOf(GapCause cause) {
    switch (cause) {
        case GapCause::kUnknown: break;
        case GapCause::kDiskFull: return "the disk was full";
        case GapCause::kIoError: return "an I/O error";
        case GapCause::kBufferOverrun: return "the recorder fell behind";
        case GapCause::kPaused: return "recording was paused";
        case GapCause::kRetention: return "kept no longer";
        case GapCause::kRedacted: return "taken out on purpose";
        case GapCause::kDamaged: return "damaged";
    }
    return "for an unknown reason";
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
