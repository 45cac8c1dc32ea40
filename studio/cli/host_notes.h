// What the host of a run wrote into its trace, for people and for programs.
#pragma once

#include "studio/cli/report.h"
#include "tracefmt/trace_meta.h"
#include "tracefmt/trace_reader.h"

#include <string>

namespace ariadne::cli {

/// "-- note: stuck turn: ...": a line among those of events that is none of them.
std::string lineOf(const tracefmt::HostNote& note);
/// Without "seq" and "kind", which events have.
Json jsonOf(const tracefmt::HostNote& note);

/// The turns that were stuck, of several notes about one only what the last says. Nothing in text
/// when there were none.
void addStuckTurns(Report& report, const tracefmt::TraceReader& trace);

}  // namespace ariadne::cli
