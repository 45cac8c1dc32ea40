#include "studio/session/space_time_scan.h"

#include "recorder/failure_rows.h"

#include <algorithm>
#include <utility>

namespace ariadne::studio {

using tracefmt::ColumnSet;
using Actors = SpaceTimeQuestion::Actors;

namespace {

/// Longer chains of causes are not counted to their beginning.
constexpr std::uint64_t kPastStepsMax = 100'000;
constexpr std::uint64_t kFatesStep = 65'536;
constexpr ColumnSet kLooksAt =
    ColumnSet::kKind | ColumnSet::kCause | ColumnSet::kCell | ColumnSet::kPeer | ColumnSet::kExtra;

/// Messages, turns, and what begins and ends lives; the rest says little beside them.
bool hasLine(const EventRow& row) {
    if (isEnqueue(row.kind)) return true;
    switch (row.kind) {
        case EventKind::kDeliver:
        case EventKind::kDrop:
        case EventKind::kSpawn:
        case EventKind::kStop:
        case EventKind::kFail:
        case EventKind::kRestart:
        case EventKind::kTimerSet:
        case EventKind::kCancel:
        case EventKind::kRefuse:
        case EventKind::kDeadlock:
        case EventKind::kEffect:
        case EventKind::kFault:
        case EventKind::kEnd: return true;
        default: return recorder::isLeak(row);
    }
}

bool isTaken(EventKind kind) {
    return kind == EventKind::kDeliver || kind == EventKind::kDrop;
}

/// Whom a row is about besides its cell, so that both can be seen.
bool showsPeer(EventKind kind, Rank peer) {
    return isEnqueue(kind) || (kind == EventKind::kSpawn && peer != kOutside);
}

/// Of a leak it is the maker's lane where it is looked for, as in the timeline.
Rank whoseIs(EventKind kind, Rank cell, Rank peer) {
    return kind == EventKind::kResolve ? peer : cell;
}

bool holds(const std::vector<Rank>& ranks, Rank rank) {
    return std::find(ranks.begin(), ranks.end(), rank) != ranks.end();
}

}  // namespace

SpaceTimeScan::SpaceTimeScan(SpaceTimeQuestion question)
    : consequences_(question.of),
      futureNext_{question.of.value + 1},
      behindNext_{question.of.value + 1} {
    found_.question = std::move(question);
    found_.actors = found_.question.chosen;
}

bool SpaceTimeScan::wantsPast() const {
    const SpaceTimeQuestion& asked = found_.question;
    if (asked.actors == Actors::kChosen) return asked.causalOnly;
    return asked.actors != Actors::kFuture;
}

bool SpaceTimeScan::wantsFuture() const {
    const SpaceTimeQuestion& asked = found_.question;
    if (asked.actors == Actors::kChosen) return asked.causalOnly;
    return asked.actors != Actors::kPast;
}

/// False: there is nothing to look at. The event itself is one of its rows, whatever it is.
bool SpaceTimeScan::begin(OpenTrace& trace) {
    if (trace.inputs) {
        found_.error =
            "found a trace of level inputs, expected one with events to show messages; run its "
            "program again";
        return false;
    }
    const Position of = found_.question.of;
    const auto at = trace.history->rowAt(of);
    if (!at.ok()) {
        found_.error = std::string{at.status().message()};
        return false;
    }
    const Kept self{at->row.kind, at->row.cell, at->row.peer};
    causal_.emplace(of, self);
    around_.emplace(of, self);
    if (isEnqueue(self.kind)) open_.insert(of);
    fatesNext_ = {of.value + 1};
    if (wantsPast()) pastNext_ = recorder::causeOf(of, at->row.cause);
    if (!wantsFuture()) futureNext_ = {UINT64_MAX};
    if (found_.question.causalOnly)
        behindNext_ = {UINT64_MAX};
    else
        beforeChunk_ = std::min(chunkFrom(*trace.reader, of) + 1, trace.reader->chunks().size());
    return true;
}

WalkEnd SpaceTimeScan::advance(OpenTrace& trace, Clock::time_point until,
                               const CancelFlag& cancelled) {
    if (!std::exchange(begun_, true)) hasNothing_ = !begin(trace);
    if (hasNothing_) return WalkEnd::kReachedEnd;
    WalkEnd walked = walkPast(trace, until, cancelled);
    if (walked == WalkEnd::kReachedEnd) walked = walkFuture(trace, until, cancelled);
    if (!found_.question.causalOnly) {
        if (walked == WalkEnd::kReachedEnd && !fixed_) fixActors();
        if (walked == WalkEnd::kReachedEnd) walked = walkBefore(trace, until, cancelled);
        if (walked == WalkEnd::kReachedEnd) walked = walkBehind(trace, until, cancelled);
    }
    if (walked == WalkEnd::kReachedEnd) walked = walkFates(trace, until, cancelled);
    return walked;
}

bool SpaceTimeScan::isAtEnd(const OpenTrace& trace) const {
    if (!begun_) return false;
    if (hasNothing_) return true;
    if (unborn_.areOld(*trace.reader)) return false;
    const Position last = trace.last();
    const bool around =
        found_.question.causalOnly || (fixed_ && beforeChunk_ == 0 && behindNext_ > last);
    return pastNext_.value == 0 && futureNext_ > last && around &&
           (open_.empty() || fatesNext_ > last);
}

void SpaceTimeScan::keep(KeptRows& rows, const EventRow& row, std::size_t& count,
                         std::uint64_t& leftOut) {
    const Kept kept{row.kind, row.cell, row.peer};
    const bool isChosen = found_.question.actors == Actors::kChosen;
    if (isChosen && !isOfActors(kept)) return;
    if (!hasLine(row)) {
        ++found_.quiet;
        return;
    }
    if (count == SpaceTime::kRowsMax) {
        ++leftOut;
        return;
    }
    ++count;
    rows.emplace(row.seq, kept);
    if (!isEnqueue(row.kind)) return;
    open_.insert(row.seq);
    fatesNext_ = std::min(fatesNext_, Position{row.seq.value + 1});
}

// ---- What led to it, and what came of it
// ---------------------------------------------------------

WalkEnd SpaceTimeScan::walkPast(OpenTrace& trace, Clock::time_point until,
                                const CancelFlag& cancelled) {
    while (pastNext_.value != 0) {
        if (cancelled) return WalkEnd::kCancelled;
        if (pastSteps_ == kPastStepsMax) {
            found_.goesOnBefore = true;
            pastNext_ = {};
            break;
        }
        const auto at = trace.history->rowAt(pastNext_);
        if (!at.ok()) {
            // What led to the first events behind a gap is missing.
            found_.error = std::string{at.status().message()};
            pastNext_ = {};
            break;
        }
        ++pastSteps_;
        keep(causal_, at->row, pastCount_, found_.leftOutBefore);
        pastNext_ = recorder::causeOf(pastNext_, at->row.cause);
        if (pastNext_.value != 0 && Clock::now() >= until) return WalkEnd::kOutOfTime;
    }
    return WalkEnd::kReachedEnd;
}

WalkEnd SpaceTimeScan::walkFuture(OpenTrace& trace, Clock::time_point until,
                                  const CancelFlag& cancelled) {
    if (futureNext_ > trace.last()) return WalkEnd::kReachedEnd;
    const auto visit = [&](const tracefmt::EventChunk& chunk, std::uint32_t begin,
                           std::uint32_t end) {
        const tracefmt::EventColumns& rows = chunk.columns();
        for (std::uint32_t i = begin; i < end; ++i) {
            // Most were caused by something before the event.
            if (rows.cause[i] < found_.question.of) continue;
            if (consequences_.depthOf({chunk.first().value + i}, rows.cause[i]))
                keep(causal_, chunk.row(i), futureCount_, found_.leftOutBehind);
        }
    };
    const WalkEnd walked = walkColumns(*trace.reader, kLooksAt, futureNext_, trace.last(), until,
                                       cancelled, found_.error, room_, visit);
    if (consequences_.overflowed() && found_.error.empty())
        found_.error = "event " + std::to_string(found_.question.of.value) + " led to more than " +
                       std::to_string(recorder::Consequences::kReachedMax) +
                       " others, and not all of them were followed; begin at a later one";
    return walked;
}

// ---- Whose events
// --------------------------------------------------------------------------------

void SpaceTimeScan::chooseActors(const KeptRows& rows) {
    if (found_.question.actors == Actors::kChosen) return;
    auto& actors = found_.actors;
    actors.clear();
    const auto add = [&](Rank rank) {
        if (actors.size() < SpaceTimeQuestion::kActorsMax && !holds(actors, rank))
            actors.push_back(rank);
    };
    for (const auto& [position, row] : rows) {
        // Who sends, and who begets, stands in front of whom it concerns.
        if (row.kind == EventKind::kSpawn && showsPeer(row.kind, row.peer)) add(row.peer);
        add(whoseIs(row.kind, row.cell, row.peer));
        if (showsPeer(row.kind, row.peer)) add(row.peer);
    }
}

bool SpaceTimeScan::isOfActors(const Kept& row) const {
    return holds(found_.actors, whoseIs(row.kind, row.cell, row.peer)) ||
           (isEnqueue(row.kind) && holds(found_.actors, row.peer));
}

/// From here on what was around it is looked for, not what led to it.
void SpaceTimeScan::fixActors() {
    chooseActors(causal_);
    fixed_ = found_.actors;
    soughtRanks_ = found_.actors;
    std::sort(soughtRanks_.begin(), soughtRanks_.end());
    futureNext_ = {UINT64_MAX};
    found_.leftOutBefore = found_.leftOutBehind = found_.quiet = 0;
    found_.goesOnBefore = false;
    open_.clear();
    const Position of = found_.question.of;
    if (isEnqueue(around_.at(of).kind)) open_.insert(of);
    fatesNext_ = {of.value + 1};
}

tracefmt::RowsSought SpaceTimeScan::sought() const {
    // No index names the outside.
    const bool whoever = soughtRanks_.empty() || soughtRanks_.front() == kOutside;
    return {~std::uint64_t{0}, whoever ? nullptr : &soughtRanks_};
}

void SpaceTimeScan::keepAround(const tracefmt::EventChunk& chunk, std::uint32_t index,
                               std::size_t& count, std::uint64_t& leftOut) {
    const auto isFixed = [this](Rank rank) {
        return std::binary_search(soughtRanks_.begin(), soughtRanks_.end(), rank);
    };
    const tracefmt::EventColumns& rows = chunk.columns();
    const EventKind kind = rows.kind[index];
    const Rank cell = rows.cell[index], peer = rows.peer[index];
    if (isFixed(whoseIs(kind, cell, peer)) || (isFixed(peer) && isEnqueue(kind)))
        keep(around_, chunk.row(index), count, leftOut);
}

WalkEnd SpaceTimeScan::walkBefore(OpenTrace& trace, Clock::time_point until,
                                  const CancelFlag& cancelled) {
    tracefmt::TraceReader& reader = *trace.reader;
    while (beforeChunk_ != 0) {
        if (cancelled) return WalkEnd::kCancelled;
        const std::size_t index = --beforeChunk_;
        if (reader.mayHold(index, sought())) {
            const absl::Status read = reader.scanChunk(index, kLooksAt, room_);
            if (!read.ok() && found_.error.empty()) found_.error = std::string{read.message()};
            if (read.ok())
                for (std::uint32_t i = room_->count(); i-- > 0;)
                    if (Position{room_->first().value + i} < found_.question.of)
                        keepAround(*room_, i, beforeCount_, found_.leftOutBefore);
        }
        if (beforeChunk_ != 0 && Clock::now() >= until) return WalkEnd::kOutOfTime;
    }
    return WalkEnd::kReachedEnd;
}

WalkEnd SpaceTimeScan::walkBehind(OpenTrace& trace, Clock::time_point until,
                                  const CancelFlag& cancelled) {
    if (behindNext_ > trace.last()) return WalkEnd::kReachedEnd;
    const auto visit = [&](const tracefmt::EventChunk& chunk, std::uint32_t begin,
                           std::uint32_t end) {
        for (std::uint32_t i = begin; i < end; ++i)
            keepAround(chunk, i, behindCount_, found_.leftOutBehind);
    };
    return walkColumns(*trace.reader, kLooksAt, behindNext_, trace.last(), until, cancelled,
                       found_.error, room_, visit, sought());
}

// ---- What became of messages
// ---------------------------------------------------------------------

WalkEnd SpaceTimeScan::walkFates(OpenTrace& trace, Clock::time_point until,
                                 const CancelFlag& cancelled) {
    const auto visit = [&](const tracefmt::EventChunk& chunk, std::uint32_t begin,
                           std::uint32_t end) {
        const tracefmt::EventColumns& rows = chunk.columns();
        for (std::uint32_t i = begin; i < end; ++i)
            if (isTaken(rows.kind[i]) && open_.erase(rows.cause[i]) != 0)
                takenAt_.emplace(rows.cause[i], Position{chunk.first().value + i});
    };
    // In steps: mostly all are taken soon.
    while (!open_.empty() && fatesNext_ <= trace.last()) {
        const Position stop{std::min(trace.last().value, fatesNext_.value + kFatesStep)};
        const WalkEnd walked =
            walkColumns(*trace.reader, ColumnSet::kKind | ColumnSet::kCause, fatesNext_, stop,
                        until, cancelled, found_.error, room_, visit);
        if (walked != WalkEnd::kReachedEnd) return walked;
        if (Clock::now() >= until && !open_.empty() && fatesNext_ <= trace.last())
            return WalkEnd::kOutOfTime;
    }
    return WalkEnd::kReachedEnd;
}

// ---- The picture
// ---------------------------------------------------------------------------------

const SpaceTimeScan::KeptRows& SpaceTimeScan::rowsOfPicture() {
    if (!found_.question.causalOnly) return around_;
    chooseActors(causal_);
    return causal_;
}

/// The event itself has its row though it is of somebody else.
bool SpaceTimeScan::isShown(Position position, const Kept& row) const {
    return position == found_.question.of || isOfActors(row);
}

WalkEnd SpaceTimeScan::readLines(OpenTrace& trace, Clock::time_point until,
                                 const CancelFlag& cancelled) {
    if (unborn_.areOld(*trace.reader)) {
        std::erase_if(lines_, [](const auto& line) { return line.second.namesUnborn; });
        unborn_.clear();
    }
    const value::ShowOptions options = showOptionsOf(*trace.history);
    bool isLate = false;
    for (const auto& [position, kept] : rowsOfPicture()) {
        if (!isShown(position, kept) || lines_.contains(position)) continue;
        if (cancelled) return WalkEnd::kCancelled;
        if (isLate) return WalkEnd::kOutOfTime;
        const EventLine& line =
            lines_.emplace(position, lineAt(trace, position, options)).first->second;
        unborn_.take(line.namesUnborn, *trace.reader);
        isLate = Clock::now() >= until;
    }
    return WalkEnd::kReachedEnd;
}

SpaceTime SpaceTimeScan::picture(const OpenTrace& trace) {
    const KeptRows& rows = rowsOfPicture();
    SpaceTime out = found_;
    out.last = trace.last();
    out.complete = isAtEnd(trace);
    for (const auto& [position, kept] : rows) {
        if (!isShown(position, kept)) {
            ++out.ofOthers;
            continue;
        }
        const auto taken = takenAt_.find(position);
        out.rows.push_back(
            {lines_.at(position), taken == takenAt_.end() ? Position{} : taken->second});
    }
    return out;
}

}  // namespace ariadne::studio
