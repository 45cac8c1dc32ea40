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

absl::Status addAll(tracefmt::TraceReader& reader, RecordedDecisions& out) {
    Position next{1};
    for (std::size_t i = 0; i < reader.chunks().size(); ++i) {
        ARIADNE_ASSIGN_OR_RETURN(const auto chunk, reader.chunk(i));
        if (chunk->first() != next)
            return absl::DataLossError("the events from " + std::to_string(next.value) +
                                       " on are missing, and with them their decisions");
        for (std::uint32_t row = 0; row < chunk->count(); ++row)
            ARIADNE_RETURN_IF_ERROR(addRow(chunk->row(row), out));
        next = {chunk->last().value + 1};
    }
    return absl::OkStatus();
}

absl::Status addKept(tracefmt::TraceReader& reader, RecordedDecisions& out) {
    if (reader.meta().policy != nameOf(kernel::Policy::kReplay))
        return absl::FailedPreconditionError(
            "the trace holds inputs only, and its choices are not among them, for its seed makes "
            "them again; run its program again to get all events: ariadne materialise");
    Position next{1};
    for (std::size_t i = 0; i < reader.inputs().size(); ++i) {
        ARIADNE_ASSIGN_OR_RETURN(const auto kept, reader.inputRows(i));
        if (kept->first() != next)
            return absl::DataLossError("the inputs from event " + std::to_string(next.value) +
                                       " on are missing, and with them their decisions");
        for (const EventRow& row : kept->rows()) ARIADNE_RETURN_IF_ERROR(addRow(row, out));
        next = {kept->last().value + 1};
    }
    return absl::OkStatus();
}

}  // namespace

RecordedDecisions decisionsIn(tracefmt::TraceReader& reader) {
    RecordedDecisions out;
    out.complete = reader.inputs().empty() ? addAll(reader, out) : addKept(reader, out);
    return out;
}

}  // namespace ariadne::recorder
