// How two rows that should be equal differ, in words and fields.
#pragma once

#include "recorder/replay.h"

#include <functional>

namespace ariadne::recorder {

/// One of the two rows, with the tables needed to read it. Views live for the call.
struct RowSide {
    EventRow row;
    const TypeTable* types = nullptr;
    std::uint64_t typeHash = 0;
    TypeIndex stateType;            ///< of row.cell, for its change
    History::MessageBytes message;  ///< what describe() would show; payload may be empty
    std::function<std::string(Rank)> path;
    value::CellNamer cellName;
    std::string text;  ///< one line, as History::describe
};

/// True when the rows are equal in everything that enters the digests. `changes` false ignores
/// state changes (a trace of level events).
bool sameRow(const EventRow& a, std::uint64_t typeHashA, const EventRow& b, std::uint64_t typeHashB,
             bool changes);

/// The divergence between two rows of one position. Either may be null: that side had ended.
Divergence divergenceOf(Position position, const RowSide* a, const RowSide* b);

/// Leaves in which two values of possibly different types differ, at most `most`.
void addValueDifferences(const value::ValueNode& a, const value::ValueNode& b,
                         std::vector<Divergence::FieldDifference>& out, std::size_t most = 50);

/// A side read from a trace.
absl::StatusOr<RowSide> recordedSide(History& history, const History::Row& row);

}  // namespace ariadne::recorder
