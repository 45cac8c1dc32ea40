// What the session answers: immutable values, handed from its workers to the GUI thread.
#pragma once

#include "engine/base/event.h"
#include "engine/base/ids.h"
#include "engine/value/dynamic.h"
#include "recorder/diff.h"
#include "recorder/host/run_host.h"
#include "recorder/materialise.h"
#include "recorder/noted_turns.h"
#include "recorder/replay.h"
#include "studio/session/hold_index.h"
#include "studio/session/obligation_list.h"
#include "studio/session/region_span.h"
#include "studio/session/slice_list.h"
#include "studio/store/bookmark_store.h"
#include "studio/store/notebook_store.h"
#include "tracefmt/trace_meta.h"
#include "tracefmt/trace_reader.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ariadne::studio {

struct TimelineSums;

/// One actor of a trace, by rank. `path` and `typeName` are text from the file.
struct ActorEntry {
    Rank rank;
    Rank parent;
    std::string path;
    std::string typeName;
    Position bornAt;
    bool isRegion = false;
};

/// What is known of an open trace at once. For a run that goes on, the newest of a growing series.
struct TraceSummary {
    std::string path;
    tracefmt::TraceId id{};
    tracefmt::FileState state = tracefmt::FileState::kClean;
    std::string damage;
    tracefmt::TraceMeta meta;
    tracefmt::TraceStats stats;
    std::uint64_t fileBytes = 0;
    Position lastPosition;
    std::vector<Position> snapshots;  ///< ascending
    std::vector<tracefmt::TraceGap> gaps;
    /// Turns that were stuck and that the file says no end of: whoever recorded it hung there. By
    /// when they were first noted; text from the file.
    std::vector<recorder::NotedTurn> stuck;
    std::shared_ptr<const std::vector<ActorEntry>> actors;  ///< by rank; [0] is the outside
    /// Rows for which isFailure() holds, ascending. At first those near the end; all of them (at
    /// most kFailuresMax) when the lanes are complete.
    std::vector<Position> failures;
    static constexpr std::size_t kFailuresMax = 10'000;
    bool canReplay = false;  ///< its program is loaded in this version
    std::string whyNoReplay;

    bool hasEvents() const { return meta.level != tracefmt::Level::kInputs; }
    bool hasAll() const { return meta.level == tracefmt::Level::kFull; }
};

/// One event, ready to be shown. Texts are plain and escaped.
struct EventLine {
    Position seq;
    EventKind kind = EventKind::kUnknown;
    VirtualTime time;
    Round round;
    Rank cell;
    Rank peer;
    Position cause;
    std::string text;     ///< message or reason, one line
    std::string change;   ///< what the turn did to the state, one line
    bool leaked = false;  ///< an obligation ended unresolved
    /// Of somebody the birth was not read yet, in a recording that goes on: he has a name in the
    /// same line asked for later.
    bool namesUnborn = false;
    /// Not 0: no event, and none of all up to here is in the file. `kind` is unknown then.
    Position missingTo;
    bool wasRecorded = true;  ///< false: what is missing was never to be in the file
};

struct EventPage {
    std::uint64_t generation = 0;  ///< of the filter it belongs to
    std::uint64_t firstRow = 0;    ///< row 0 is the first event (of the filter's hits)
    std::vector<EventLine> lines;
};

/// Which events the table shows. Empty fields do not restrict.
struct EventFilter {
    std::vector<EventKind> kinds;
    std::string actorGlob;  ///< on cell or peer path
    /// Substring of the line's text or change, case-insensitive. Behind "where " a condition over
    /// events instead (recorder/condition/README.md).
    std::string text;
    bool empty() const { return kinds.empty() && actorGlob.empty() && text.empty(); }
};

/// Rows of the event table so far; `complete` when the whole trace was looked at.
struct RowCount {
    std::uint64_t generation = 0;
    std::uint64_t rows = 0;
    bool filtered = false;
    bool complete = true;
    std::string damage;  ///< what the search could not read, else empty
    bool plain = true;   ///< row r is position r + 1
};

/// One waiting message as the inspector shows it.
struct MailboxLine {
    Position enqueuedAt;
    std::string sender;
    std::string text;
    Duration age{0};  ///< virtual time since it was put there
    std::uint64_t ageEvents = 0;
    bool stashed = false;
    bool control = false;
};

/// The selected actor at a position.
struct ActorMoment {
    Rank rank;
    std::string path;
    std::string typeName;
    bool isKnown = false;  ///< false: the file does not hold, or lost, more than the above
    bool born = false;
    bool alive = false;
    std::string behaviour;
    std::uint64_t turns = 0;
    std::optional<std::uint64_t> bytes;  ///< its state takes; none when some of it is not known
    Position lastTurn;
    Position endedAt;
    std::string endText;
    bool isRegion = false;
    /// "life 2", "linked with x"; of a region "closing", "3 children". Plain and escaped.
    std::vector<std::string> care;
    value::ValueNode state;
    value::ValueNode before;                ///< same shape where comparable; empty without change
    std::vector<std::string> changedPaths;  ///< dotted field paths the last turn changed
    std::vector<MailboxLine> mailbox;  ///< control lane, mailbox, stash; first kMailboxLinesMax
    std::uint64_t mailboxTotal = 0;    ///< how many lines there would be
    static constexpr std::size_t kMailboxLinesMax = 1000;
};

/// Everything the panes show at one position.
struct Moment {
    Position position;
    VirtualTime time;
    Round round;
    std::optional<EventLine> event;  ///< at the position; none at 0
    value::ValueNode message;        ///< of that event, as a tree; empty when it has none
    std::vector<EventLine> effects;  ///< events directly caused by it, first 100
    /// Who waits for whom, when the event tells that nothing can happen any more; first 100. The
    /// text of a line is a sentence.
    std::vector<EventLine> waits;
    std::uint64_t waitsTotal = 0;
    Position effectsUpTo;  ///< how far they were looked for
    Position last;         ///< last position of the trace then
    std::optional<EventLine> causeLine;
    bool hasStates = true;  ///< false: those of actors were not recorded
    recorder::WorldMoment world;
    std::optional<ActorMoment> actor;
    bool namesUnborn = false;  ///< as of EventLine, anywhere in it
    double tookMs = 0;         ///< on the worker
    std::string error;         ///< damage met on the way, else empty
};

/// What is said of some regions that live at a position, besides their phase and children.
struct RegionsMoment {
    struct Entry {
        Rank rank;
        std::vector<std::string> notes;  ///< "one_for_one, 1 restart in 5s", "left: 5 turns"
    };
    Position position;
    std::vector<Entry> regions;
};

/// What came of an event: those that name it as their cause. Grows while the trace is searched.
struct EffectList {
    /// One of them, and how many have come of it in turn, as far as was looked.
    struct Effect {
        EventLine line;
        std::uint64_t effects = 0;
    };
    Position of;
    EventLine event;              ///< itself; it may say what is missing
    std::vector<Effect> effects;  ///< ascending, the first kShownMax
    std::uint64_t total = 0;      ///< how many there are
    /// Of those that are not among `effects` how many are of which kind, the most first.
    std::vector<std::pair<EventKind, std::uint64_t>> leftOut;
    Position lookedTo;      ///< all rows up to here were looked at
    Position last;          ///< last position of the trace then
    bool complete = false;  ///< all of them were
    std::string error;      ///< what could not be read on the way, else empty
    static constexpr std::size_t kShownMax = 200;
};

/// Why an event is: itself, what led to it, what led to that, back to where nothing in the run did.
struct CauseChain {
    Position of;
    std::vector<EventLine> lines;  ///< by descending position; the last may say what is missing
    bool more = false;             ///< it goes on behind kLinesMax lines
    static constexpr std::size_t kLinesMax = 1000;

    bool holds(Position position) const {
        const auto at = std::lower_bound(
            lines.begin(), lines.end(), position,
            [](const EventLine& line, Position wanted) { return line.seq > wanted; });
        return at != lines.end() && at->seq == position;
    }
};

/// A field, or part of one, by the names that lead there from the state: {"seen", "amount"},
/// {"items", "[3]"}. None: the whole state.
using FieldSteps = std::vector<std::string>;

/// The last event at or before `upTo` that changed the field; with neither event nor error the
/// search was given up.
struct LastWrite {
    Rank rank;
    FieldSteps field;
    Position upTo;
    Position position;     ///< 0: none is known
    bool atBirth = false;  ///< the actor began, or began again, with the value
    std::string error;     ///< why none is known
};

/// Something on a lane that a person looks for, drawn as a sign whatever the turns around it.
struct LaneMark {
    enum class Kind : std::uint8_t { kRestart, kCancel, kLeak, kDeadlock };
    std::uint64_t at = 0;  ///< position
    Kind kind = Kind::kRestart;
    bool operator==(const LaneMark&) const = default;
};

/// Lanes of the timeline up to some position; a longer one replaces it while the trace is read.
struct LaneIndex {
    struct Lane {
        Rank rank;
        Position bornAt;
        Position endedAt;             ///< 0 = alive at the end
        SliceList slices;             ///< ascending, disjoint
        std::vector<LaneMark> marks;  ///< ascending; of more than kMarksMax the first
        static constexpr std::size_t kMarksMax = 10'000;
    };
    Position indexedTo;
    Position lastPosition;            ///< of the trace when this was made
    bool complete = false;            ///< everything up to lastPosition was looked at
    std::string damage;               ///< what could not be read on the way, else empty
    std::vector<Lane> lanes;          ///< by rank; [0] the outside
    std::vector<RegionSpan> regions;  ///< by rank, ascending
    static constexpr std::size_t kDensityBuckets = 2048;
    std::vector<std::uint32_t>
        density;  ///< of events other than deliver per 1/2048 of lastPosition
    std::vector<std::uint64_t> failures;  ///< positions, ascending
    /// What the same walk over the rows found out about obligations; never null.
    std::shared_ptr<const ObligationList> obligations = std::make_shared<ObligationList>();
    /// Who had them; never null.
    std::shared_ptr<const HoldIndex> holds = std::make_shared<HoldIndex>();
    /// And about queues, times and kinds (timeline_sums.h); null: nothing.
    std::shared_ptr<const TimelineSums> sums;
};

/// A message as an arrow: from the row that put it there to the turn that took it (0 = not taken).
struct Arrow {
    Position from;
    Position to;
    Rank sender;
    Rank receiver;
};

/// Messages in and out of one actor around a position range; or those that led to an event and
/// came of it.
struct ArrowSet {
    Rank rank;
    Position begin;
    Position end;
    static constexpr std::size_t kArrowsMax = 2000;
    std::uint64_t total = 0;  ///< how many there are
    /// All of them or, of more than kArrowsMax, an even sample; by the row met first. A message
    /// taken long after `end` has to = 0.
    std::vector<Arrow> arrows;
    /// Not 0: those that led to that event or came of it, of too many the ones nearest to it.
    Position closureOf;
    bool isMore = false;  ///< of those there are more than `total`: not all were looked at
    /// Of those: up to here the trace was looked at, or as far as it ever is; later events may add
    /// to them.
    Position lookedTo{};
    static constexpr Position kLookedToEnd{UINT64_MAX};  ///< nothing later adds to them
};

/// Which events a picture of messages is of.
struct SpaceTimeQuestion {
    /// Those who had part in what led to an event, in what came of it, or whom a person chose.
    enum class Actors : std::uint8_t { kPast, kFuture, kBoth, kChosen };
    static constexpr std::size_t kActorsMax = 48;

    Position of;  ///< not 0
    Actors actors = Actors::kBoth;
    /// Nothing but what led to the event and what came of it, as far as `actors` says; of chosen
    /// ones both. False: all that those actors did around it.
    bool causalOnly = true;
    std::vector<Rank> chosen;  ///< of kChosen: at most kActorsMax, each once
    bool operator==(const SpaceTimeQuestion&) const = default;
};

/// Messages between actors, event by event. Grows while the trace is searched.
struct SpaceTime {
    struct Row {
        EventLine line;
        Position takenAt;  ///< of a message: where it was delivered or dropped; 0: not yet seen
    };
    SpaceTimeQuestion question;
    std::vector<Rank> actors;  ///< in the order they come in; chosen ones as they were chosen
    std::vector<Row> rows;     ///< ascending
    std::uint64_t leftOutBefore = 0;  ///< that belong to it, before the first row
    std::uint64_t leftOutBehind = 0;  ///< and behind the last one
    bool goesOnBefore = false;        ///< before it are more than were counted
    std::uint64_t ofOthers = 0;       ///< of more actors than there is room for
    std::uint64_t quiet = 0;          ///< of kinds that are neither messages nor lives
    Position last;                    ///< last position of the trace then
    bool complete = false;            ///< all of it was looked at
    std::string error;                ///< what could not be read on the way, else empty
    /// Rows before the event, and behind it.
    static constexpr std::size_t kRowsMax = 500;

    /// Index of the first row at or behind `position`.
    std::size_t rowFrom(Position position) const {
        const auto at = std::partition_point(
            rows.begin(), rows.end(), [&](const Row& row) { return row.line.seq < position; });
        return static_cast<std::size_t>(at - rows.begin());
    }
    bool holds(Position position) const {
        const std::size_t row = rowFrom(position);
        return row < rows.size() && rows[row].line.seq == position;
    }
};

/// The next event of an actor: none and an empty text when there is no further one.
struct NeighbourAnswer {
    std::optional<Position> position;
    std::string error;  ///< what could not be read on the way
};

struct ReplayReport {
    std::string error;  ///< why it could not be run; else `result` is set
    std::optional<recorder::ReplayResult> result;
    double tookMs = 0;
};

struct DiffReport {
    /// Of what lies behind the first divergence.
    enum class Counts : std::uint8_t { kThere, kToCome, kNone };
    std::string pathA;
    std::string pathB;
    std::string error;  ///< with a result: why there are no counts
    std::optional<recorder::DiffResult> result;
    Counts counts = Counts::kThere;
    double tookMs = 0;
};

/// What running the program again made of a trace that leaves something out.
struct MaterialiseReport {
    std::string path;  ///< of the trace
    recorder::Stretch stretch;  ///< that was asked for
    std::string file;  ///< what was made; empty: nothing was
    std::string error;
    std::uint64_t events = 0;
    std::uint64_t digestsCompared = 0;
    std::optional<recorder::Divergence> divergence;  ///< the program did something else
    double tookMs = 0;
};

/// A copy of the open trace.
struct CopyReport {
    std::string file;
    std::string error;
};

/// One value of the answer to a question in SQL, as people read it. Plain and escaped.
struct QueryCell {
    enum class Kind : std::uint8_t { kNull, kNumber, kText, kBlob };
    Kind kind = Kind::kNull;
    std::string text;  ///< at most kTextMax bytes and an ellipsis; of a blob its hex digits
    static constexpr std::size_t kTextMax = 4096;
};

/// What a question in SQL may take at most.
struct QueryBudget {
    std::chrono::nanoseconds time = std::chrono::seconds{60};  ///< on the wall's clock; 0: for ever
    std::uint64_t rows = 10'000;
    static constexpr std::uint64_t kRowsMost = 1'000'000;  ///< that a table of the window has

    /// Of somebody who would rather wait.
    static QueryBudget unlimited() { return {std::chrono::nanoseconds{0}, kRowsMost}; }
    bool operator==(const QueryBudget&) const = default;
};

/// What a question in SQL found, as much of it as a person may want to look at.
struct QueryAnswer {
    /// Why there may be more rows than these.
    enum class Stop : std::uint8_t { kNone, kRows, kBytes, kTime, kCancelled };

    std::string sql;
    QueryBudget budget;  ///< what it was allowed
    std::vector<std::string> columns;
    std::vector<QueryCell> cells;  ///< row after row
    /// By row: the position of the event it was made from when no column says it; 0: not known.
    /// Empty: of none.
    std::vector<std::uint64_t> moments;
    Stop stop = Stop::kNone;
    std::string error;  ///< why there are no rows, or no more than these; else empty
    double tookMs = 0;  ///< on the worker
    static constexpr std::size_t kBytesMax = 64u << 20;  ///< of texts

    /// The answer has more than these.
    bool moreRows() const { return stop == Stop::kRows || stop == Stop::kBytes; }
    std::size_t rows() const { return columns.empty() ? 0 : cells.size() / columns.size(); }
    const QueryCell& at(std::size_t row, std::size_t column) const {
        return cells[row * columns.size() + column];
    }
};

/// The bookmarks of the open trace, by position.
struct Bookmarks {
    std::vector<Bookmark> all;
    /// Why they cannot be kept beside the trace; empty: they are.
    std::string problem;
    std::string refused;      ///< why the last change was not made as it was asked for; else empty
    std::size_t waiting = 0;  ///< changes that are not in the file yet
    /// The same of traces that were open before in this session.
    std::size_t waitingBefore = 0;
    std::string problemBefore;
};

/// What was found out about the open trace, in the order people gave it.
struct Notebook {
    std::vector<Finding> all;
    std::uint64_t picturesLeftOut = 0;  ///< in the file, and too many or too large
    std::string problem;                ///< as of Bookmarks
    std::string refused;
    std::size_t waiting = 0;
    std::size_t waitingBefore = 0;
    std::string problemBefore;
};

/// How it stands with the notes of all traces of a session.
struct NotesState {
    std::size_t unanswered = 0;  ///< requests; nobody knows of them yet
    std::size_t waiting = 0;     ///< changes that are not in their file
    std::string problem;         ///< why; empty: nothing waits
};

/// A table that can be asked, for completion and help.
struct QueryTable {
    std::string name;
    std::string purpose;
    struct Column {
        std::string name;
        std::string meaning;
    };
    std::vector<Column> columns;
};

using host::RunStatus;

}  // namespace ariadne::studio
