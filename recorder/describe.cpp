// One line per event, for people.
#include "engine/base/status_macros.h"
#include "engine/kernel/metrics.h"
#include "engine/region/holders_text.h"
#include "engine/region/wait_text.h"
#include "recorder/care_text.h"
#include "recorder/region_words.h"
#include "recorder/row_context.h"

#include <algorithm>
#include <limits>

namespace ariadne::recorder {
namespace {

/// An enumerator as a row has it; what is too large stands for nothing.
template <class Enum>
Enum enumOf(std::uint64_t number) {
    return static_cast<Enum>(std::min<std::uint64_t>(number, 0xFF));
}

std::string duration(std::uint64_t ns) {
    constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
    return value::showDuration(static_cast<std::int64_t>(std::min(ns, kMax)));
}

std::string turns(std::uint64_t count) {
    return std::to_string(count) + (count == 1 ? " turn" : " turns");
}

std::string describeMetric(const EventRow& row) {
    const std::string name = kernel::nameOf(enumOf<kernel::Metric>(row.arg));
    if (row.payload.empty()) return name + " " + std::to_string(row.extra);
    const auto histogram = kernel::Histogram::decoded(row.payload);
    return name + " " + (histogram ? kernel::textOf(*histogram) : "of an unknown kind");
}

/// What a row about an obligation says: which it is, from the ledger, and what became of it.
class ObligationRow {
public:
    ObligationRow(RowContext& context, const EventRow& row) : context_(context), row_(row) {}

    std::string reserved() const {
        const auto entry = context_.obligationAt(row_.seq, row_.cell, row_.peer, row_.arg);
        if (!entry)
            return std::string{wordOf(enumOf<ObligationKind>(row_.extra))} + " " +
                   std::to_string(row_.arg);
        std::string out = textOf(*entry);
        // A permit is its maker's; of the others it matters who promised.
        if (entry->kind != ObligationKind::kPermit) out += ", held by " + holderOf(*entry);
        if (entry->kind == ObligationKind::kLease)
            out += " until " + value::showDuration(entry->expires.value);
        return out;
    }

    std::string resolved() const {
        const auto how = enumOf<Resolution>(row_.extra);
        const std::string word{wordOf(how)};
        if (row_.cell == kOutside) return word + ": an answer, to ask " + std::to_string(row_.arg);
        const auto entry =
            context_.obligationAt({row_.seq.value - 1}, row_.cell, row_.peer, row_.arg);
        if (!entry) return word + ": obligation " + std::to_string(row_.arg);
        const std::string way =
            entry->holders.empty() ? "nobody" : holdersText(*entry, context_.cellNamer());
        return word + ": " + textOf(*entry) + ", held by " + way;
    }

    /// The row names the new holder, not the maker.
    std::string transferred() const {
        const auto entry = context_.obligationHeldAt(row_.seq, row_.cell, row_.peer, row_.arg);
        return (entry ? textOf(*entry) : "obligation " + std::to_string(row_.arg)) + " to " +
               context_.pathOf(row_.peer);
    }

private:
    std::string textOf(const LedgerEntry& entry) const {
        return obligationText(entry, context_.cellNamer());
    }
    std::string holderOf(const LedgerEntry& entry) const {
        return entry.holders.empty() ? "nobody" : context_.cellNamer()(entry.holders.back().key);
    }

    RowContext& context_;
    const EventRow& row_;
};

/// Of rows that say something about supervision, cancellation and the like; what the row's cell
/// and peer are stands beside it.
std::string describeCare(RowContext& context, const EventRow& row) {
    const auto peer = [&] { return context.pathOf(row.peer); };
    switch (row.kind) {
        case EventKind::kRegion: {
            const auto verdict = enumOf<Verdict>(row.extra);
            const std::string out{wordOf(enumOf<RegionPhase>(row.arg))};
            return verdict == Verdict::kOk ? out : out + ", " + std::string{wordOf(verdict)};
        }
        case EventKind::kResume: return "takes turns again";
        case EventKind::kCancel:
            return peer() + " shall end: " + std::string{wordOf(enumOf<CancelReason>(row.arg))} +
                   ", within " + duration(row.extra);
        case EventKind::kCancelRequest:
            return "asked to end: " + std::string{wordOf(enumOf<CancelReason>(row.arg))} +
                   ", until " + duration(row.extra);
        case EventKind::kLink: return "with " + peer();
        case EventKind::kUnlink: return "from " + peer();
        case EventKind::kReserve: return ObligationRow{context, row}.reserved();
        case EventKind::kResolve: return ObligationRow{context, row}.resolved();
        case EventKind::kTransfer: return ObligationRow{context, row}.transferred();
        case EventKind::kPark: return "until " + peer() + " has room";
        case EventKind::kUnpark: return peer() + " has room again";
        case EventKind::kMask:
            return row.arg == 0 ? "told of cancellation again" : "for " + turns(row.arg);
        default: return "cost " + std::to_string(row.arg);
    }
}

std::string describeWait(const RowContext& context, const EventRow& row) {
    return waitText(enumOf<WaitKind>(row.arg), escaped(asText(row.payload))) + " " +
           context.pathOf(row.peer);
}

}  // namespace

absl::StatusOr<std::string> describe(const EventRow& row, RowContext& context) {
    const TypeTable& types = context.types();
    value::ShowOptions options;
    options.cellName = context.cellNamer();
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
        case EventKind::kLinkDown:
        case EventKind::kGranted:
        case EventKind::kFinalizer:
        case EventKind::kFinalize:
        case EventKind::kRegionClosed:
        case EventKind::kDeliver:
        case EventKind::kStash: {
            ARIADNE_ASSIGN_OR_RETURN(const RowContext::MessageBytes message,
                                     context.messageOf(row));
            const std::string shown =
                value::showLine(types, message.type, message.payload, options);
            return row.kind == EventKind::kSend && row.extra != 0
                       ? shown + ", expires in " + duration(row.extra)
                       : shown;
        }
        case EventKind::kDrop: {
            ARIADNE_ASSIGN_OR_RETURN(const RowContext::MessageBytes message,
                                     context.messageOf(row));
            return std::string{nameOf(enumOf<DropReason>(row.arg))} + ": " +
                   value::showLine(types, message.type, message.payload, options);
        }
        case EventKind::kEffectDone: {
            const std::string answer = value::showLine(types, row.type, row.payload, options);
            return "effect " + std::to_string(row.arg) + ": " + answer;
        }
        case EventKind::kEffect: {
            const std::string asked = value::showLine(types, row.type, row.payload, options);
            return "effect " + std::to_string(row.arg) +
                   ((row.flags & kFlagAgain) != 0 ? " again" : "") +
                   (row.extra == 0 ? "" : ", within " + duration(row.extra)) + ": " + asked;
        }
        case EventKind::kEffectCancel: return "effect " + std::to_string(row.arg);
        case EventKind::kClock: return duration(row.arg);
        case EventKind::kFault: {
            const std::string what{nameOf(enumOf<FaultKind>(row.arg))};
            return row.extra == 0 ? what : what + " by " + duration(row.extra);
        }
        case EventKind::kMetric: return describeMetric(row);
        case EventKind::kSpawn: return value::showLine(types, row.type, row.payload, options);
        case EventKind::kRestart: {
            const std::string life = "life " + std::to_string(row.arg + 1);
            return (row.extra == 0 ? life : life + ", after " + duration(row.extra)) + ": " +
                   value::showLine(types, row.type, row.payload, options);
        }
        case EventKind::kRefuse: {
            const std::string out{nameOf(enumOf<RefuseReason>(row.arg))};
            return row.payload.empty() ? out : out + ": " + plain();
        }
        case EventKind::kRegion:
        case EventKind::kResume:
        case EventKind::kCancel:
        case EventKind::kCancelRequest:
        case EventKind::kLink:
        case EventKind::kUnlink:
        case EventKind::kReserve:
        case EventKind::kResolve:
        case EventKind::kTransfer:
        case EventKind::kPark:
        case EventKind::kUnpark:
        case EventKind::kMask:
        case EventKind::kSpend: return describeCare(context, row);
        case EventKind::kTimerSet:
            return std::string{(row.flags & kFlagPeriodic) != 0 ? "every " : "in "} +
                   value::showDuration(static_cast<std::int64_t>(row.extra)) + ": " +
                   value::showLine(types, row.type, row.payload, options);
        case EventKind::kTimerCancel: return "timer " + std::to_string(row.arg);
        case EventKind::kStop:
        case EventKind::kFail: {
            std::string out{nameOf(enumOf<ExitReason>(row.arg))};
            return row.payload.empty() ? out : out + ": " + plain();
        }
        case EventKind::kWait: return describeWait(context, row);
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
            return std::string{nameOf(enumOf<LogLevel>(row.arg))} + ": " + plain();
        case EventKind::kDecision:
            return std::to_string(row.arg) + " of " + std::to_string(row.extra);
        case EventKind::kEnd: {
            const std::string out{nameOf(enumOf<Outcome>(row.arg))};
            return row.payload.empty() ? out : out + ": " + plain();
        }
        default: return text().empty() ? "" : plain();
    }
}

}  // namespace ariadne::recorder
