// What causes(event) and effects(event) have in common.
#pragma once

#include "engine/base/status_macros.h"
#include "recorder/query/source.h"
#include "recorder/query/table.h"

namespace ariadne::query {

/// Where the argument stands among the columns.
inline constexpr std::size_t kWalkedArgument = 10;

template <class C>
class WalkedEvent : public ColumnCursor<C> {
public:
    WalkedEvent(Source& source, Position event) : source_(source), event_(event) {}

    static const std::vector<ColumnOf<C>>& columns();

    std::int64_t rowid() const override { return static_cast<std::int64_t>(row().seq.value); }
    virtual const EventRow& row() const = 0;

    Source& source() { return source_; }
    Position event() const { return event_; }
    std::uint32_t depth() const { return depth_; }

protected:
    void setDepth(std::uint32_t depth) { depth_ = depth; }

private:
    Source& source_;
    const Position event_;
    std::uint32_t depth_ = 0;
};

template <class C>
const std::vector<ColumnOf<C>>& WalkedEvent<C>::columns() {
    static const std::vector<ColumnOf<C>> kColumns{
        {{"depth", "INTEGER", Push::kNone, "steps from the event; 0: itself"},
         [](C& c, Answer& a) { a.integer(c.depth()); }},
        {{"position", "INTEGER", Push::kNone, "number of the event, from 1"},
         [](C& c, Answer& a) { a.number(c.row().seq.value); }},
        {{"time_ns", "INTEGER", Push::kNone, "virtual time, nanoseconds since the run began"},
         [](C& c, Answer& a) { a.integer(c.row().time.value); }},
        {{"round", "INTEGER", Push::kNone, "round of the engine"},
         [](C& c, Answer& a) { a.number(c.row().round.value); }},
        {{"kind", "TEXT", Push::kNone, "what happened"},
         [](C& c, Answer& a) { a.word(nameOf(c.row().kind)); }},
        {{"actor", "TEXT", Push::kNone, "path of whom it is about; NULL: the outside"},
         [](C& c, Answer& a) { c.source().path(c.row().cell, a); }},
        {{"peer", "TEXT", Push::kNone, "path of the other end"},
         [](C& c, Answer& a) { c.source().path(c.row().peer, a); }},
        {{"cause", "INTEGER", Push::kNone, "position of the event that led to it, or NULL"},
         [](C& c, Answer& a) { a.position(c.row().cause); }},
        {{"type", "TEXT", Push::kNone, "type of the message or value"},
         [](C& c, Answer& a) { c.source().typeName(c.row().type, a); }},
        {{"text", "TEXT", Push::kNone, "what happened, as \"ariadne dump\" has it"},
         [](C& c, Answer& a) -> absl::Status {
             ARIADNE_ASSIGN_OR_RETURN(const std::string text,
                                      c.source().history().describe(c.row()));
             a.text(text);
             return absl::OkStatus();
         }},
        {{"event", "INTEGER", Push::kNeeded, "argument: a position"},
         [](C& c, Answer& a) { a.number(c.event().value); }},
    };
    return kColumns;
}

}  // namespace ariadne::query
