// The packed columns of an EVNT chunk as columns of values again: only those that are wanted, and
// what they are predicted from.
#pragma once

#include "engine/base/bytes.h"
#include "tracefmt/event_columns.h"
#include "tracefmt/row_predictor.h"

#include <absl/status/status.h>

#include <array>
#include <cstdint>
#include <vector>

namespace ariadne::tracefmt {

/// The columns as they stand in the body, by Column.
using PackedColumns = std::array<ByteView, kColumnCount>;

/// What is predicted from what: all columns that have to be decoded to have those.
ColumnSet neededFor(ColumnSet wanted);
/// Whether one of them stands in the packed `column`.
bool standsIn(Column column, ColumnSet columns);

/// A payload (column 0) or change (column 1) longer than kInlineBytesMax.
struct LongLength {
    std::uint32_t row = 0;
    std::uint8_t column = 0;
    std::uint64_t bytes = 0;
};

/// The values of the first `rows` of `count` rows from position `first` on: all, or whole groups of
/// them. `out` points into `room` then, and at
/// zeros for columns not in neededFor(`wanted`). `longOnes`, by row, then column, gets the lengths
/// that payloadAt and changeAt have no place for; with kBytes, `inlineBytes` what payloads and
/// changes take besides. kDataLoss: the columns do not hold `count` rows; of the rows that are not
/// wanted nothing is looked at.
absl::Status unpackColumns(const PackedColumns& packed, Position first, std::uint32_t count,
                           std::uint32_t rows, ColumnSet wanted, Room& room, EventColumns& out,
                           std::vector<LongLength>& longOnes,
                           std::array<std::uint64_t, 2>& inlineBytes);

}  // namespace ariadne::tracefmt
