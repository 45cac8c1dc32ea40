#include "engine/base/status_macros.h"
#include "recorder/condition/matcher.h"
#include "recorder/history.h"
#include "studio/cli/commands.h"
#include "studio/cli/event_line.h"
#include "studio/cli/host_notes.h"
#include "studio/cli/plain_text.h"
#include "studio/cli/run_to_end.h"
#include "studio/cli/trace_input.h"
#include "tracefmt/file_watch.h"

#include <algorithm>
#include <bitset>
#include <system_error>

namespace ariadne::cli {
namespace {

using tracefmt::FileState;
using tracefmt::TraceReader;

/// Between two looks at a file of which nothing is told: its writer may have died.
constexpr std::chrono::milliseconds kLookEvery{100};

/// Which events are asked for, decided without looking at any text.
class EventFilter {
public:
    explicit EventFilter(const DumpCommand& asked)
        : glob_(asked.actorGlob), everyActor_(asked.actorGlob.empty()) {
        for (const EventKind kind : asked.kinds) kinds_.set(static_cast<std::size_t>(kind));
        if (asked.kinds.empty()) kinds_.set();
        for (const EventKind kind : asked.kinds) kindBits_ |= tracefmt::kindBit(kind);
        if (asked.kinds.empty()) kindBits_ = ~std::uint64_t{0};
    }

    /// Actors that were born since the last time.
    void look(const std::vector<CellBirth>& births) {
        if (everyActor_) return;
        for (std::size_t i = actors_.size(); i < births.size(); ++i) {
            actors_.push_back(births[i].rank != kOutside &&
                              recorder::globMatches(glob_, births[i].path));
            if (actors_.back()) ranks_.push_back({static_cast<std::uint32_t>(i)});
        }
    }

    bool matchesSomeActor() const {
        return everyActor_ || std::find(actors_.begin(), actors_.end(), true) != actors_.end();
    }
    bool mayTakeSome(const TraceReader& trace, std::size_t chunk) const {
        return trace.mayHold(chunk, {kindBits_, everyActor_ ? nullptr : &ranks_});
    }
    bool takes(const EventRow& row) const {
        const auto kind = static_cast<std::size_t>(row.kind);
        return kind < kinds_.size() && kinds_.test(kind) &&
               (everyActor_ || matches(row.cell) || matches(row.peer));
    }

private:
    bool matches(Rank rank) const { return rank.value < actors_.size() && actors_[rank.value]; }

    std::bitset<256> kinds_;
    std::uint64_t kindBits_ = 0;
    std::vector<bool> actors_;  ///< by rank
    std::vector<Rank> ranks_;   ///< the same, ascending
    std::string glob_;
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
        return asked_.kinds.empty() && !asked_.where &&
               note.readableTo.value + 1 >= asked_.from.value && note.readableTo <= asked_.to &&
               (asked_.actorGlob.empty() || recorder::globMatches(asked_.actorGlob, note.path));
    }

    const DumpCommand& asked_;
    const std::vector<tracefmt::HostNote>& notes_;  ///< by what they stand behind
    std::size_t next_ = 0;
};

/// Prints what was asked for of a trace that may grow, each event once. One chunk in memory at a
/// time, so a trace of any size passes through.
class EventPrinter {
public:
    EventPrinter(const DumpCommand& asked, TraceReader& trace, Console& console)
        : asked_(asked),
          trace_(trace),
          console_(console),
          filter_(asked),
          history_(trace),
          lines_(history_, trace.state() == FileState::kRecording && asked.follow
                               ? EventLines::Widths::kOfAnyTrace
                               : EventLines::Widths::kOfThisTrace),
          notes_(asked, trace),
          left_(asked.limit) {
        filter_.look(trace.births());
        if (asked.where) matcher_.emplace(*asked.where, history_);
    }

    /// kFailedPrecondition: what is asked for is not in the trace.
    absl::Status check() const { return matcher_ ? matcher_->check() : absl::OkStatus(); }

    bool matchesSomeActor() const { return filter_.matchesSomeActor(); }
    /// Nothing that comes later is wanted.
    bool done() const {
        return left_ == 0 || trace_.lastPosition() >= asked_.to || !console_.wanted();
    }

    /// All that is there and was not looked at yet.
    absl::Status printNew() {
        filter_.look(trace_.births());
        if (trace_.meta().level == tracefmt::Level::kInputs) return printNewInputs();
        const auto& chunks = trace_.chunks();
        const tracefmt::RowsSought sought = matcher_ ? matcher_->sought() : tracefmt::RowsSought{};
        for (; next_ < chunks.size() && left_ != 0; ++next_) {
            if (chunks[next_].first > asked_.to) break;
            if (chunks[next_].first.value + chunks[next_].count <= asked_.from.value) continue;
            if (!trace_.mayHold(next_, sought)) continue;
            if (!followsStates() && !filter_.mayTakeSome(trace_, next_)) continue;
            ARIADNE_ASSIGN_OR_RETURN(const std::shared_ptr<const tracefmt::EventChunk> chunk,
                                     trace_.chunk(next_));
            for (std::uint32_t at = 0; at < chunk->count() && left_ != 0; ++at) {
                ARIADNE_RETURN_IF_ERROR(print(chunk->row(at)));
                if (!console_.wanted()) return absl::OkStatus();
            }
        }
        if (left_ != 0) notes_.showBefore({trace_.lastPosition().value + 1}, console_);
        return absl::OkStatus();
    }

private:
    /// No change may be left out then, whoever is asked for.
    bool followsStates() const { return asked_.where && asked_.where->needsStates(); }

    /// Notes come last here, for between them lie events that are not there.
    absl::Status printNewInputs() {
        for (; next_ < trace_.inputs().size() && left_ != 0; ++next_) {
            ARIADNE_ASSIGN_OR_RETURN(const std::shared_ptr<const tracefmt::InputRows> inputs,
                                     trace_.inputRows(next_));
            for (const EventRow& row : inputs->rows()) {
                if (left_ == 0) break;
                ARIADNE_RETURN_IF_ERROR(print(row));
                if (!console_.wanted()) return absl::OkStatus();
            }
        }
        const bool ended = trace_.state() != FileState::kRecording || !asked_.follow;
        if (left_ != 0 && ended) notes_.showBefore({trace_.lastPosition().value + 1}, console_);
        return absl::OkStatus();
    }

    absl::Status print(const EventRow& row) {
        if (matcher_) {
            ARIADNE_ASSIGN_OR_RETURN(const bool matches, matcher_->matches(row, nullptr));
            if (!matches) return absl::OkStatus();
        }
        if (row.seq < asked_.from || row.seq > asked_.to || !filter_.takes(row))
            return absl::OkStatus();
        if (trace_.meta().level != tracefmt::Level::kInputs) notes_.showBefore(row.seq, console_);
        if (asked_.json) {
            ARIADNE_ASSIGN_OR_RETURN(const Json json, lines_.json(row));
            console_.line(jsonLine(json));
        } else {
            ARIADNE_ASSIGN_OR_RETURN(const std::string text, lines_.text(row));
            console_.line(text);
        }
        --left_;
        return absl::OkStatus();
    }

    const DumpCommand& asked_;
    TraceReader& trace_;
    Console& console_;
    EventFilter filter_;
    recorder::History history_;
    std::optional<condition::Matcher> matcher_;
    EventLines lines_;
    NotesAmong notes_;
    std::uint64_t left_;
    std::size_t next_ = 0;  ///< index of the first chunk, or inputs, that was not looked at
};

/// Whether somebody may yet begin to record into it: it is not there, holds nothing, or not enough
/// to be opened while its writer is at work.
bool isYetToCome(const std::filesystem::path& file) {
    const auto there = tracefmt::openForReading(file);
    if (!there.ok()) {
        std::error_code error;
        const auto folder = file.has_parent_path() ? file.parent_path() : ".";
        return absl::IsNotFound(there.status()) && std::filesystem::is_directory(folder, error);
    }
    const absl::StatusOr<std::uint64_t> size = (*there)->size();
    if (size.ok() && *size == 0) return true;
    return (*there)->isBeingWritten() && !TraceReader::open(file).ok();
}

/// False: a signal came first.
bool waitUntilThere(const std::filesystem::path& file, Console& console) {
    if (!isYetToCome(file)) return true;
    const StopOnSignal stop;
    console.note(
        joined(file.native(), ": holds nothing yet; waits until it is recorded, Ctrl-C ends that"));
    while (!stop.requested() && isYetToCome(file)) tracefmt::FileWatch{file}.wait(kLookEvery);
    return !stop.requested();
}

/// Prints what is appended until nothing more comes, or nothing more is wanted.
absl::Status follow(TraceReader& trace, EventPrinter& printer, tracefmt::FileWatch& watch,
                    const StopOnSignal& stop, Console& console) {
    while (trace.state() == FileState::kRecording && !printer.done() && !stop.requested()) {
        console.flush();
        watch.wait(kLookEvery);
        ARIADNE_ASSIGN_OR_RETURN(const bool grown, trace.refresh());
        if (grown) ARIADNE_RETURN_IF_ERROR(printer.printNew());
    }
    return absl::OkStatus();
}

}  // namespace

ExitCode DumpCommand::execute(Console& console) const {
    if (from > to)
        return console.fail(
            joined("--from ", from.value, " is behind --to ", to.value, "; nothing lies between"));
    if (follow && !waitUntilThere(file, console))
        return console.fail(
            joined(file.native(), ": stopped by a signal before anything was recorded into it"));
    // Before the file is opened, so that no change falls in between.
    std::optional<tracefmt::FileWatch> watch;
    if (follow) watch.emplace(file);
    const std::unique_ptr<TraceReader> trace = openTrace(file, console);
    if (trace == nullptr) return ExitCode::kBadInput;
    const std::size_t gapsSaid = trace->gaps().size();
    const bool follows = follow && trace->state() == FileState::kRecording;
    if (to <= trace->base())
        return console.fail(joined(file.native(), ": --to ", to.value,
                                   " is before the trace, which begins behind ",
                                   trace->base().value));
    noteInputsOnly(*trace, file, console);
    EventPrinter printer{*this, *trace, console};
    if (const absl::Status status = printer.check(); !status.ok())
        return console.fail(file.native(), status);
    const auto nothingToShow = [&]() -> std::string {
        if (from.value > 1 && from > trace->lastPosition())
            return joined("--from ", from.value, " is beyond the trace, which ends at ",
                          trace->lastPosition().value);
        if (!printer.matchesSomeActor())
            return joined("no actor of this trace matches '", actorGlob,
                          "'; \"ariadne dump --kind spawn\" lists them");
        return {};
    };
    if (const std::string why = nothingToShow(); !follows && !why.empty())
        return console.fail(joined(file.native(), ": ", why));
    std::optional<StopOnSignal> stop;
    if (follows) stop.emplace();
    absl::Status done = printer.printNew();
    if (done.ok() && follows) done = cli::follow(*trace, printer, *watch, *stop, console);
    if (!done.ok()) return console.fail(file.native(), done);
    if (!follows || trace->state() == FileState::kRecording) return exitOf(*trace);
    // It has ended while it was followed.
    sayState(file, *trace, gapsSaid, console);
    if (const std::string why = nothingToShow(); !why.empty())
        return console.fail(joined(file.native(), ": ", why));
    return exitOf(*trace);
}

}  // namespace ariadne::cli
