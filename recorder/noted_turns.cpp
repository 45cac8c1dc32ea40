#include "recorder/noted_turns.h"

#include "engine/value/type_name.h"
#include "recorder/stuck_turn.h"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

namespace ariadne::recorder {
namespace {

using tracefmt::HostNote;
using tracefmt::HostNoteKind;

/// What tells one turn from all others of a run. A message that was set aside is taken more than
/// once, and a round may hold several turns of a cell.
auto turnOf(const HostNote& note) {
    return std::tuple{note.round.value, note.thread, note.cell.value, note.enqueuedAt.value};
}

std::string howLong(const HostNote& note) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
    return roughly(
        std::chrono::nanoseconds{static_cast<std::int64_t>(std::min(note.ranForNs, kMost))});
}

std::string shortName(const std::string& type) {
    return std::string{value::shortName(type)};
}

std::string pathOf(const HostNote& note) {
    return note.path.empty() ? "cell " + std::to_string(note.cell.value) : note.path;
}

}  // namespace

std::vector<NotedTurn> notedTurns(std::span<const HostNote> notes, Round lastRound) {
    std::vector<NotedTurn> out;
    std::map<decltype(turnOf(notes[0])), std::size_t> placeOf;
    for (const HostNote& note : notes) {
        if (note.kind == HostNoteKind::kUnknown) continue;
        const auto [at, isNew] = placeOf.emplace(turnOf(note), out.size());
        if (isNew) out.emplace_back();
        NotedTurn& turn = out[at->second];
        turn.note = note;
        turn.cameBack = note.kind == HostNoteKind::kCameBack || note.round < lastRound;
    }
    return out;
}

std::vector<NotedTurn> notedTurns(const tracefmt::TraceReader& trace) {
    return notedTurns(trace.notes(), trace.stats().lastRound);
}

std::string textOf(const NotedTurn& turn) {
    const HostNote& note = turn.note;
    const bool told = note.kind == HostNoteKind::kCameBack;
    return pathOf(note) + (turn.cameBack ? " took " : " had been taking ") +
           shortName(note.message) + " for " + (turn.cameBack && !told ? "more than " : "") +
           howLong(note) + " (round " + std::to_string(note.round.value) + ", message of event " +
           std::to_string(note.enqueuedAt.value) +
           (turn.cameBack ? "), and came back" : "); it never came back in this file");
}

std::string textOf(const HostNote& note) {
    const bool back = note.kind == HostNoteKind::kCameBack;
    return std::string{nameOf(note.kind)} + ": " + pathOf(note) + " (" + shortName(note.state) +
           (back ? ") took " : ") has been taking ") + shortName(note.message) + " of event " +
           std::to_string(note.enqueuedAt.value) + " for " + howLong(note) + ", in round " +
           std::to_string(note.round.value) + " on thread " + std::to_string(note.thread);
}

}  // namespace ariadne::recorder
