// Walks a trace turn by turn.
#pragma once

#include "recorder/export/export.h"

#include <absl/functional/function_ref.h>
#include <absl/status/status.h>

namespace ariadne::exports {

/// Whether `row` is of the turn that began at `begin`, and not of what came between two turns. All
/// rows of a turn follow each other.
bool belongsToTurn(const EventRow& row, Position begin);

/// Calls `visit` for every row, in order, one chunk in memory at a time. kFailedPrecondition: the
/// trace holds no events; kCancelled: `cancel` was set; else what `visit` says, or why reading
/// ended.
absl::Status walkRows(recorder::History& history, const recorder::CancelFlag* cancel,
                      absl::FunctionRef<absl::Status(const EventRow&)> visit);

/// The turn in which the message at `enqueued` came to be sent, 0 when it was in none, or when the
/// trace cannot tell. Goes back over timers and forwarded rows, a few steps at most.
Position turnBehind(recorder::History& history, Position enqueued);

/// The turn that asked, when `enqueued` is an answer that was given in the turn that took the
/// question; else 0.
Position turnThatAsked(recorder::History& history, Position enqueued);

/// The text of a row whose payload is one, or of its message; never fails.
std::string textOf(recorder::History& history, const EventRow& row);

/// The name of the type of the message that `row` delivers, without its namespace.
std::string messageNameOf(recorder::History& history, const EventRow& row);

/// An obligation, or an answer that was owed, ended unresolved.
bool isLeak(const EventRow& row);

}  // namespace ariadne::exports
