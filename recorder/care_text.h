// What supervision, links, cancellation and regions make of a cell, as phrases.
#pragma once

#include "engine/region/region.h"
#include "recorder/history.h"

#include <string>
#include <string_view>
#include <vector>

namespace ariadne::recorder {

/// "life 3", "linked with bank/teller, bank/clerk", "parked until bank/vault has room",
/// "asked to end: timeout, until 2s", "holds obligation 'seat 3' (from bookings since event 41)",
/// "owes an answer to bank". Empty for most cells. Of long lists
/// the first few and how many there are. Plain text, escaped.
std::vector<std::string> careTexts(const History& history, const CellMoment& cell);

/// "closing", "verdict panicked", "3 children", "1 restart", "cancelled: timeout, until 2s",
/// "left: 5 turns, until 3s", "2 open obligations". The phase always stands first.
std::vector<std::string> regionTexts(const Region& region);

/// `text` with control and bidirectional characters escaped, without quotes around it; of a long
/// one the beginning.
std::string escaped(std::string_view text);

/// "lease 'seat 12A'", "permit for bank/vault".
std::string obligationText(const LedgerEntry& entry, const value::CellNamer& cells);

}  // namespace ariadne::recorder
