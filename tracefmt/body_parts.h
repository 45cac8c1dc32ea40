// Parts that several chunk bodies share: totals, lists of gaps and of notes.
#pragma once

#include "tracefmt/capnp_message.h"
#include "tracefmt/trace_meta.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <span>
#include <tracefmt/trace.capnp.h>
#include <vector>

namespace ariadne::tracefmt {

void writeTotals(schema::Totals::Builder out, const TraceStats& totals);
/// Fills the fields of `totals` that an index carries too.
absl::Status readTotals(schema::Totals::Reader in, std::size_t bodyBytes, TraceStats& totals);

void writeGaps(capnp::List<schema::Gap>::Builder out, std::span<const TraceGap> gaps);
/// `bodyBytes`: of the chunk body that the list stands in.
absl::Status readGaps(capnp::List<schema::Gap>::Reader in, std::size_t bodyBytes,
                      std::vector<TraceGap>& gaps);

/// kResourceExhausted when a file has more than kGapsMax.
absl::Status checkGapCount(std::size_t gaps);

/// Not less than `note` takes in a message.
std::size_t messageBytesOf(const HostNote& note);
void writeNotes(capnp::List<schema::Note>::Builder out, std::span<const HostNote> notes);
/// As readGaps(). Of texts kHostNoteTextBytesMax bytes are kept.
absl::Status readNotes(capnp::List<schema::Note>::Reader in, std::size_t bodyBytes,
                       std::vector<HostNote>& notes);
/// kResourceExhausted when a file has more than kHostNotesMax.
absl::Status checkNoteCount(std::size_t notes);

}  // namespace ariadne::tracefmt
