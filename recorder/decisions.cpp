#include "recorder/decisions.h"

#include "engine/base/status_macros.h"
#include "engine/kernel/world.h"

#include <limits>

namespace ariadne::recorder {
namespace {

absl::Status addRow(const EventRow& row, RecordedDecisions& out) {
    if (row.kind == EventKind::kEnd && static_cast<Outcome>(row.arg) == Outcome::kUndecided)
        out.undecided = std::string{asText(row.payload)};
    if (row.kind != EventKind::kDecision) return absl::OkStatus();
    if (row.extra < 2 || row.extra > std::numeric_limits<std::uint32_t>::max() ||
        row.arg >= row.extra)
        return absl::DataLossError("event " + std::to_string(row.seq.value) + " chooses " +
                                   std::to_string(row.arg) + " of " + std::to_string(row.extra) +
                                   ", expected one of 2 or more");
    out.list.push_back(
        {static_cast<std::uint32_t>(row.arg), static_cast<std::uint32_t>(row.extra)});
    return absl::OkStatus();
}

absl::Status addAll(tracefmt::TraceReader& reader, Position from, RecordedDecisions& out) {
    Position next{from.value + 1};
    const auto& chunks = reader.chunks();
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        if (chunks[i].first.value + chunks[i].count <= next.value) continue;
        ARIADNE_ASSIGN_OR_RETURN(const auto chunk, reader.chunk(i));
        if (!chunk->contains(next))
            return absl::DataLossError("the events from " + std::to_string(next.value) +
                                       " on are missing, and with them their decisions");
        for (; next <= chunk->last(); ++next.value)
            ARIADNE_RETURN_IF_ERROR(addRow(chunk->rowAt(next), out));
    }
    return absl::OkStatus();
}

absl::Status addKept(tracefmt::TraceReader& reader, Position from, RecordedDecisions& out) {
    if (reader.meta().policy != nameOf(kernel::Policy::kReplay))
        return absl::FailedPreconditionError(
            "the trace holds inputs only, and its choices are not among them, for its seed makes "
            "them again; run its program again to get all events: ariadne materialise");
    Position next{from.value + 1};
    for (std::size_t i = 0; i < reader.inputs().size(); ++i) {
        ARIADNE_ASSIGN_OR_RETURN(const auto kept, reader.inputRows(i));
        if (kept->last() < next) continue;
        if (kept->first() > next)
            return absl::DataLossError("the inputs from event " + std::to_string(next.value) +
                                       " on are missing, and with them their decisions");
        for (const EventRow& row : kept->rows())
            if (row.seq >= next) ARIADNE_RETURN_IF_ERROR(addRow(row, out));
        next = {kept->last().value + 1};
    }
    return absl::OkStatus();
}

}  // namespace

RecordedDecisions decisionsIn(tracefmt::TraceReader& reader) {
    return decisionsBehind(reader, {});
}

RecordedDecisions decisionsBehind(tracefmt::TraceReader& reader, Position from) {
    RecordedDecisions out;
    out.complete = reader.inputs().empty() ? addAll(reader, from, out) : addKept(reader, from, out);
    return out;
}

}  // namespace ariadne::recorder
