// Which rows make up a turn, and which turn is behind a message.
#pragma once

#include "recorder/export/export.h"

namespace ariadne::exports {

/// Whether `row` is of the turn that began at `begin`, and not of what came between two turns. All
/// rows of a turn follow each other.
bool belongsToTurn(const EventRow& row, Position begin);

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
