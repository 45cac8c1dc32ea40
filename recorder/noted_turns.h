// The stuck turns that a trace has notes of.
#pragma once

#include "tracefmt/trace_meta.h"
#include "tracefmt/trace_reader.h"

#include <span>
#include <string>
#include <vector>

namespace ariadne::recorder {

struct NotedTurn {
    tracefmt::HostNote note;  ///< the last one of it
    bool cameBack = false;    ///< a note says so, or the trace has a later round
    bool operator==(const NotedTurn&) const = default;
};

/// One for each turn, in the order in which they were first noted. `lastRound` is that of the last
/// event. Notes of unknown kinds are passed over.
std::vector<NotedTurn> notedTurns(std::span<const tracefmt::HostNote> notes, Round lastRound);
std::vector<NotedTurn> notedTurns(const tracefmt::TraceReader& trace);

/// "shop/worker#2 had been taking Order for 4s (round 17, message of event 812); it never came
/// back in this file". Text from the file, as it is.
std::string textOf(const NotedTurn& turn);
/// Of one note: "stuck turn: shop/worker#2 (Worker) has been taking Order of event 812 for 4s, in
/// round 17 on thread 0".
std::string textOf(const tracefmt::HostNote& note);

}  // namespace ariadne::recorder
