// Actors at a position as an indented tree of text, and as JSON. Loads no program.
#pragma once

#include "recorder/history.h"
#include "studio/cli/report.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <functional>
#include <string>

namespace ariadne::cli {

struct StateQuery {
    Position at;
    std::string actorGlob;   ///< empty: all that are alive; otherwise ended ones too
    bool mailboxes = false;  ///< the waiting messages, not only their number
};

/// Calls `visit` for every matching actor born by then, in order of birth, until it returns false.
/// kOutOfRange: no such position (says which there are). kNotFound: the glob matches no actor of
/// the trace; others as History.
absl::Status eachActor(recorder::History& history, const StateQuery& query,
                       const std::function<bool(const recorder::CellMoment&)>& visit);

/// `path : Type (alive, turn N, life 2, linked with x, changed: field)`, of a region
/// `path : Region (closing, 3 children, 1 restart, changed: field)`; then its fields, each level
/// two blanks further in. Every line ends with a line feed and is plain; the text depends on trace
/// and query alone.
std::string renderActor(recorder::History& history, const recorder::CellMoment& actor,
                        bool mailboxes);
Json actorJson(recorder::History& history, const recorder::CellMoment& actor, bool mailboxes);

/// All actors that eachActor() visits, rendered.
absl::StatusOr<std::string> renderState(recorder::History& history, const StateQuery& query);

}  // namespace ariadne::cli
