// Events as lines: aligned text for people, one JSON object each for programs.
#pragma once

#include "recorder/history.h"
#include "studio/cli/report.h"

#include <absl/status/statusor.h>

#include <string>

namespace ariadne::cli {

/// Writes the events of one trace, all in columns of the same width: the same event is the same
/// line whatever else is shown.
///
/// Threading: as the History, which must outlive it.
/// Errors: those of History::messageOf, when the message's bytes stand in a damaged place.
class EventLines {
public:
    /// What the widths of the columns follow from.
    enum class Widths {
        kOfThisTrace,  ///< its last position and its actors alone
        kOfAnyTrace,   ///< nothing: of one that grows neither is known; what is longer sticks out
    };

    explicit EventLines(recorder::History& history, Widths widths = Widths::kOfThisTrace);

    /// `seq  time  round  kind  cell -> peer  message | state change`
    absl::StatusOr<std::string> text(const EventRow& row);
    absl::StatusOr<Json> json(const EventRow& row);

private:
    std::string change(const EventRow& row) const;
    std::string who(const EventRow& row) const;

    recorder::History& history_;
    value::ShowOptions show_;
    std::size_t seqWidth_ = 0;
    std::size_t timeWidth_ = 0;
    std::size_t roundWidth_ = 0;
    std::size_t whoWidth_ = 0;
};

}  // namespace ariadne::cli
