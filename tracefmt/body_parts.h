// Parts that several chunk bodies share: totals and gap lists.
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
void readTotals(schema::Totals::Reader in, TraceStats& totals);

void writeGaps(capnp::List<schema::Gap>::Builder out, std::span<const TraceGap> gaps);
absl::Status readGaps(capnp::List<schema::Gap>::Reader in, std::vector<TraceGap>& gaps);

}  // namespace ariadne::tracefmt
