// One line per event, for people.
#include "engine/base/status_macros.h"
#include "recorder/history.h"

namespace ariadne::recorder {

absl::StatusOr<std::string> History::describe(const EventRow& row) {
    const TypeTable& types = reader().types();
    value::ShowOptions options;
    options.cellName = cellNamer();
    const auto text = [&] { return std::string{asText(row.payload)}; };
    const auto plain = [&] { return value::quoted(asText(row.payload), options.textBytesMax); };
    switch (row.kind) {
        case EventKind::kInput:
        case EventKind::kSend:
        case EventKind::kAsk:
        case EventKind::kReply:
        case EventKind::kForward:
        case EventKind::kTimerFire:
        case EventKind::kDown:
        case EventKind::kAskTimeout:
        case EventKind::kUndelivered:
        case EventKind::kDeliver:
        case EventKind::kStash: {
            ARIADNE_ASSIGN_OR_RETURN(const MessageBytes message, messageOf(row));
            return value::showLine(types, message.type, message.payload, options);
        }
        case EventKind::kDrop: {
            ARIADNE_ASSIGN_OR_RETURN(const MessageBytes message, messageOf(row));
            return std::string{nameOf(static_cast<DropReason>(row.arg))} + ": " +
                   value::showLine(types, message.type, message.payload, options);
        }
        case EventKind::kSpawn: return value::showLine(types, row.type, row.payload, options);
        case EventKind::kTimerSet:
            return std::string{(row.flags & kFlagPeriodic) != 0 ? "every " : "in "} +
                   value::showDuration(static_cast<std::int64_t>(row.extra)) + ": " +
                   value::showLine(types, row.type, row.payload, options);
        case EventKind::kTimerCancel: return "timer " + std::to_string(row.arg);
        case EventKind::kStop:
        case EventKind::kFail: {
            std::string out{nameOf(static_cast<ExitReason>(row.arg))};
            return row.payload.empty() ? out : out + ": " + plain();
        }
        case EventKind::kBecome: return row.payload.empty() ? "its first behaviour" : plain();
        case EventKind::kUnstash: return std::to_string(row.arg) + " messages";
        case EventKind::kNote: {
            ByteReader in{row.payload};
            const std::string key{asText(in.sized())};
            if (!in.ok()) return "unreadable note";
            return value::quoted(key, kNameBytesMax + 2) + " = " +
                   value::showLine(types, row.type, in.raw(in.remaining()), options);
        }
        case EventKind::kLog:
            return std::string{nameOf(static_cast<LogLevel>(row.arg))} + ": " + plain();
        case EventKind::kDecision:
            return std::to_string(row.arg) + " of " + std::to_string(row.extra);
        case EventKind::kEnd: {
            const std::string out{nameOf(static_cast<Outcome>(row.arg))};
            return row.payload.empty() ? out : out + ": " + plain();
        }
        default: return text().empty() ? "" : plain();
    }
}

}  // namespace ariadne::recorder
