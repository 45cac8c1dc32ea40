#include "engine/base/status_macros.h"
#include "recorder/history.h"
#include "studio/cli/commands.h"
#include "studio/cli/event_line.h"
#include "studio/cli/host_notes.h"
#include "studio/cli/plain_text.h"
#include "studio/cli/trace_input.h"

#include <algorithm>
#include <bitset>

namespace ariadne::cli {
namespace {

using tracefmt::TraceReader;

/// Which events are asked for, decided without looking at any text.
class EventFilter {
public:
    EventFilter(const DumpCommand& asked, const TraceReader& trace) {
        for (const EventKind kind : asked.kinds) kinds_.set(static_cast<std::size_t>(kind));
        if (asked.kinds.empty()) kinds_.set();
        everyActor_ = asked.actorGlob.empty();
        if (everyActor_) return;
        for (const CellBirth& birth : trace.births())
            actors_.push_back(birth.rank != kOutside &&
                              recorder::globMatches(asked.actorGlob, birth.path));
    }

    bool matchesSomeActor() const {
        return everyActor_ || std::find(actors_.begin(), actors_.end(), true) != actors_.end();
    }
    bool takes(const EventRow& row) const {
        const auto kind = static_cast<std::size_t>(row.kind);
        return kind < kinds_.size() && kinds_.test(kind) &&
               (everyActor_ || matches(row.cell) || matches(row.peer));
    }

private:
    bool matches(Rank rank) const { return rank.value < actors_.size() && actors_[rank.value]; }

    std::bitset<256> kinds_;
    std::vector<bool> actors_;  ///< by rank
    bool everyActor_ = false;
};

/// Notes that belong among the events that are asked for, each behind the event it stands behind.
class NotesAmong {
public:
    NotesAmong(const DumpCommand& asked, const TraceReader& trace)
        : asked_(asked), notes_(trace.notes()) {}

    /// Those in front of the event at `position` that were not shown yet.
    void showBefore(Position position, Console& console) {
        for (; next_ < notes_.size() && notes_[next_].readableTo < position; ++next_)
            if (takes(notes_[next_]))
                console.line(asked_.json ? jsonLine(jsonOf(notes_[next_])) : lineOf(notes_[next_]));
    }

private:
    bool takes(const tracefmt::HostNote& note) const {
        return asked_.kinds.empty() && note.readableTo.value + 1 >= asked_.from.value &&
               note.readableTo <= asked_.to &&
               (asked_.actorGlob.empty() || recorder::globMatches(asked_.actorGlob, note.path));
    }

    const DumpCommand& asked_;
    const std::vector<tracefmt::HostNote>& notes_;  ///< by what they stand behind
    std::size_t next_ = 0;
};

/// Of a trace of level inputs. Their notes come last, for between them lie events that are not
/// there.
absl::Status dumpInputs(const DumpCommand& asked, TraceReader& trace, const EventFilter& filter,
                        Console& console) {
    recorder::History history{trace};
    EventLines lines{history};
    std::uint64_t left = asked.limit;
    for (std::size_t i = 0; i < trace.inputs().size(); ++i) {
        ARIADNE_ASSIGN_OR_RETURN(const std::shared_ptr<const tracefmt::InputRows> inputs,
                                 trace.inputRows(i));
        for (const EventRow& row : inputs->rows()) {
            if (row.seq < asked.from || row.seq > asked.to || !filter.takes(row)) continue;
            if (left-- == 0 || !console.wanted()) return absl::OkStatus();
            if (asked.json) {
                ARIADNE_ASSIGN_OR_RETURN(const Json json, lines.json(row));
                console.line(jsonLine(json));
            } else {
                ARIADNE_ASSIGN_OR_RETURN(const std::string text, lines.text(row));
                console.line(text);
            }
        }
    }
    NotesAmong{asked, trace}.showBefore({trace.lastPosition().value + 1}, console);
    return absl::OkStatus();
}

/// One chunk in memory at a time, so a trace of any size passes through.
absl::Status dumpEvents(const DumpCommand& asked, TraceReader& trace, const EventFilter& filter,
                        Console& console) {
    if (!trace.inputs().empty()) return dumpInputs(asked, trace, filter, console);
    recorder::History history{trace};
    EventLines lines{history};
    NotesAmong notes{asked, trace};
    const auto& chunks = trace.chunks();
    std::uint64_t left = asked.limit;
    for (std::size_t i = 0; i < chunks.size() && left != 0; ++i) {
        if (chunks[i].first > asked.to) break;
        if (chunks[i].first.value + chunks[i].count <= asked.from.value) continue;
        ARIADNE_ASSIGN_OR_RETURN(const std::shared_ptr<const tracefmt::EventChunk> chunk,
                                 trace.chunk(i));
        for (std::uint32_t at = 0; at < chunk->count() && left != 0; ++at) {
            const EventRow row = chunk->row(at);
            if (row.seq < asked.from || row.seq > asked.to || !filter.takes(row)) continue;
            notes.showBefore(row.seq, console);
            if (asked.json) {
                ARIADNE_ASSIGN_OR_RETURN(const Json json, lines.json(row));
                console.line(jsonLine(json));
            } else {
                ARIADNE_ASSIGN_OR_RETURN(const std::string text, lines.text(row));
                console.line(text);
            }
            --left;
            if (!console.wanted()) return absl::OkStatus();
        }
    }
    if (left != 0) notes.showBefore({trace.lastPosition().value + 1}, console);
    return absl::OkStatus();
}

}  // namespace

ExitCode DumpCommand::execute(Console& console) const {
    if (from > to)
        return console.fail(
            joined("--from ", from.value, " is behind --to ", to.value, "; nothing lies between"));
    const std::unique_ptr<TraceReader> trace = openTrace(file, console);
    if (trace == nullptr) return ExitCode::kBadInput;
    if (from.value > 1 && from > trace->lastPosition())
        return console.fail(joined(file.native(), ": --from ", from.value,
                                   " is beyond the trace, which ends at ",
                                   trace->lastPosition().value));
    if (to <= trace->base())
        return console.fail(joined(file.native(), ": --to ", to.value,
                                   " is before the trace, which begins behind ",
                                   trace->base().value));
    noteInputsOnly(*trace, file, console);
    const EventFilter filter{*this, *trace};
    if (!filter.matchesSomeActor())
        return console.fail(joined(file.native(), ": no actor of this trace matches '", actorGlob,
                                   "'; \"ariadne dump --kind spawn\" lists them"));
    if (const absl::Status done = dumpEvents(*this, *trace, filter, console); !done.ok())
        return console.fail(file.native(), done);
    return exitOf(*trace);
}

}  // namespace ariadne::cli
