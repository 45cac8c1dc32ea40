#include "studio/cli/event_line.h"

#include "engine/base/status_macros.h"
#include "engine/kernel/metrics.h"
#include "recorder/value_json.h"
#include "studio/cli/plain_text.h"

#include <algorithm>

namespace ariadne::cli {
namespace {

constexpr std::size_t kKindWidth = 14;  // of "cancel_request"
/// Longer pairs of paths push their message to the right instead of all others.
constexpr std::size_t kWhoWidthMax = 48;
/// Behind the seconds of a time: "1.234567s" has up to ten digits, a point and a unit.
constexpr std::size_t kFractionWidth = 11;

/// Whether the row says something to its peer; otherwise the peer said something to the cell.
bool pointsToPeer(EventKind kind) {
    switch (kind) {
        case EventKind::kMonitor:
        case EventKind::kDemonitor:
        case EventKind::kCancel:
        case EventKind::kLink:
        case EventKind::kUnlink:
        case EventKind::kTransfer:
        case EventKind::kFinalizer:
        case EventKind::kPark:
        case EventKind::kDeadlock:
        case EventKind::kWait: return true;
        default: return isEnqueue(kind);
    }
}

/// An answer that is owed stands in no region's ledger.
bool isOfPeerAlone(const EventRow& row) {
    return row.kind == EventKind::kResolve && row.cell == kOutside;
}

std::optional<kernel::Histogram> histogramOf(const EventRow& row) {
    return row.payload.empty() ? std::nullopt : kernel::Histogram::decoded(row.payload);
}

Json histogramJson(const kernel::Histogram& histogram) {
    Json buckets = Json::array();
    for (std::size_t b = 0; b < kernel::Histogram::kBuckets; ++b)
        if (histogram.counts[b] != 0)
            buckets.push_back({{"from", kernel::Histogram::lowestOf(b)},
                               {"to", kernel::Histogram::highestOf(b)},
                               {"count", histogram.counts[b]}});
    return {{"sum", histogram.sum}, {"buckets", std::move(buckets)}};
}

}  // namespace

EventLines::EventLines(recorder::History& history, Widths widths) : history_(history) {
    show_.cellName = history.cellNamer();
    if (widths == Widths::kOfAnyTrace) {
        seqWidth_ = 7;
        timeWidth_ = kFractionWidth + 2;
        roundWidth_ = 6;
        whoWidth_ = 40;
        return;
    }
    const tracefmt::TraceReader& trace = history.reader();
    seqWidth_ = std::to_string(trace.lastPosition().value).size();
    roundWidth_ = std::to_string(trace.stats().lastRound.value).size();
    timeWidth_ =
        std::to_string(trace.stats().lastTime.value / 1'000'000'000).size() + kFractionWidth;
    std::size_t longest = 0;
    for (const CellBirth& birth : trace.births())
        longest = std::max(longest, widthOf(plain(birth.path)));
    whoWidth_ = std::min(2 * longest + 4, kWhoWidthMax);
}

std::string EventLines::who(const EventRow& row) const {
    const bool alone = row.peer == row.cell || (row.peer == kOutside && !isEnqueue(row.kind));
    if (row.kind == EventKind::kEnd || row.kind == EventKind::kDecision ||
        row.kind == EventKind::kMetric)
        return "-";
    if (isOfPeerAlone(row)) return plain(history_.pathOf(row.peer));
    if (alone) return plain(history_.pathOf(row.cell));
    return plain(history_.pathOf(row.cell)) + (pointsToPeer(row.kind) ? " -> " : " <- ") +
           plain(history_.pathOf(row.peer));
}

std::string EventLines::change(const EventRow& row) const {
    const auto& births = history_.reader().births();
    if (row.change.empty() || row.cell.value >= births.size()) return {};
    return value::showChange(history_.reader().types(), births[row.cell.value].type, row.change,
                             show_);
}

absl::StatusOr<std::string> EventLines::text(const EventRow& row) {
    ARIADNE_ASSIGN_OR_RETURN(const std::string message, history_.describe(row));
    std::string out = flushRight(std::to_string(row.seq.value), seqWidth_);
    out.append("  ").append(flushRight(value::showDuration(row.time.value), timeWidth_));
    out.append("  ").append(flushRight(std::to_string(row.round.value), roundWidth_));
    out.append("  ").append(padded(nameOf(row.kind), kKindWidth));
    out.append("  ").append(padded(who(row), whoWidth_));
    out.append("  ").append(message);
    if (const std::string changed = change(row); !changed.empty())
        out.append(" | ").append(changed);
    out.erase(out.find_last_not_of(' ') + 1);
    return out;
}

absl::StatusOr<Json> EventLines::json(const EventRow& row) {
    ARIADNE_ASSIGN_OR_RETURN(const std::string text, history_.describe(row));
    const TypeTable& types = history_.reader().types();
    Json out{{"seq", row.seq.value},     {"time_ns", row.time.value},
             {"round", row.round.value}, {"kind", nameOf(row.kind)},
             {"cell", nullptr},          {"peer", nullptr},
             {"cause", nullptr},         {"arg", row.arg},
             {"extra", row.extra},       {"text", text}};
    if (row.cell != kOutside) out["cell"] = history_.pathOf(row.cell);
    if (row.peer != kOutside) out["peer"] = history_.pathOf(row.peer);
    if (row.cause.value != 0) out["cause"] = row.cause.value;
    if (isEnqueue(row.kind) || row.kind == EventKind::kDeliver || row.kind == EventKind::kDrop ||
        row.kind == EventKind::kTimerSet || row.kind == EventKind::kFinalizer) {
        ARIADNE_ASSIGN_OR_RETURN(const recorder::History::MessageBytes message,
                                 history_.messageOf(row));
        out["type"] = types.at(message.type).name;
        out["message"] = recorder::valueJson(types, message.type, message.payload, show_.cellName);
    } else if (row.kind == EventKind::kSpawn || row.kind == EventKind::kRestart) {
        out["type"] = types.at(row.type).name;
        out["state"] = recorder::valueJson(types, row.type, row.payload, show_.cellName);
    } else if (row.kind == EventKind::kNote) {
        ByteReader in{row.payload};
        out["key"] = asText(in.sized());
        out["value"] = recorder::valueJson(types, row.type, in.raw(in.remaining()), show_.cellName);
    } else if (row.kind == EventKind::kMetric) {
        out["metric"] =
            kernel::nameOf(static_cast<kernel::Metric>(std::min<std::uint64_t>(row.arg, 0xFF)));
        out["value"] = row.extra;
        if (const auto histogram = histogramOf(row)) out["histogram"] = histogramJson(*histogram);
    }
    if (const std::string changed = change(row); !changed.empty()) out["change"] = changed;
    return out;
}

}  // namespace ariadne::cli
