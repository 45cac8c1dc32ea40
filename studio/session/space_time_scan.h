// Finds the events of a picture of messages.
#pragma once

#include "recorder/causality.h"
#include "studio/session/event_lines.h"
#include "studio/session/row_walk.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace ariadne::studio {

/// In slices; goes on where it stopped, also in a longer state of the same file. First who led to
/// the event and what came of it, then what its actors did around it, if that is asked for, last
/// what became of the messages. Thread-confined.
class SpaceTimeScan {
public:
    explicit SpaceTimeScan(SpaceTimeQuestion question);

    WalkEnd advance(OpenTrace& trace, Clock::time_point until, const CancelFlag& cancelled);
    bool isAtEnd(const OpenTrace& trace) const;
    /// Reads the lines of the picture so far, at least one at a time. advance() has been called,
    /// and is not before the picture was taken.
    WalkEnd readLines(OpenTrace& trace, Clock::time_point until, const CancelFlag& cancelled);
    /// So far. Once readLines() has reached the end.
    SpaceTime picture(const OpenTrace& trace);

private:
    /// What is known of a row before its line is wanted.
    struct Kept {
        EventKind kind = EventKind::kUnknown;
        Rank cell;
        Rank peer;
    };
    using KeptRows = std::map<Position, Kept>;

    bool wantsPast() const;
    bool wantsFuture() const;
    bool begin(OpenTrace& trace);
    WalkEnd walkPast(OpenTrace& trace, Clock::time_point until, const CancelFlag& cancelled);
    WalkEnd walkFuture(OpenTrace& trace, Clock::time_point until, const CancelFlag& cancelled);
    WalkEnd walkBefore(OpenTrace& trace, Clock::time_point until, const CancelFlag& cancelled);
    WalkEnd walkBehind(OpenTrace& trace, Clock::time_point until, const CancelFlag& cancelled);
    WalkEnd walkFates(OpenTrace& trace, Clock::time_point until, const CancelFlag& cancelled);
    /// The rows of the picture, those of others too; what actors it has follows from them.
    const KeptRows& rowsOfPicture();
    bool isShown(Position position, const Kept& row) const;
    void chooseActors(const KeptRows& rows);
    void fixActors();
    tracefmt::RowsSought sought() const;
    /// Of a row that belongs to it: has it a line, and is there room for it?
    void keep(KeptRows& rows, const EventRow& row, std::size_t& count, std::uint64_t& leftOut);
    bool isOfActors(const Kept& row) const;
    /// Of a row of `chunk`, looking at as little of it as possible.
    void keepAround(const tracefmt::EventChunk& chunk, std::uint32_t index, std::size_t& count,
                    std::uint64_t& leftOut);

    SpaceTime found_;
    bool begun_ = false;
    bool hasNothing_ = false;  ///< the trace has no events

    KeptRows causal_;
    Position pastNext_;
    std::uint64_t pastSteps_ = 0;
    std::size_t pastCount_ = 0;
    recorder::Consequences consequences_;
    Position futureNext_;
    std::size_t futureCount_ = 0;

    std::optional<std::vector<Rank>> fixed_;  ///< whose events around it are looked for
    std::vector<Rank> soughtRanks_;           ///< the same, ascending
    KeptRows around_;
    std::size_t beforeChunk_ = 0;  ///< behind the next one to look in; 0: none
    std::size_t beforeCount_ = 0;
    Position behindNext_;
    std::size_t behindCount_ = 0;

    std::set<Position> open_;  ///< messages whose end is not known
    std::map<Position, Position> takenAt_;
    Position fatesNext_;
    std::map<Position, EventLine> lines_;
    UnbornNames unborn_;
    std::shared_ptr<const tracefmt::EventChunk> room_;
};

}  // namespace ariadne::studio
