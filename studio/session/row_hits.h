// The events a filter found, as a list that grows without being copied.
#pragma once

#include "engine/base/ids.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace ariadne::studio {

/// Positions, ascending; row r of a filtered table is the r-th. Immutable, cheap to copy.
class RowHits {
public:
    std::uint64_t size() const { return size_; }
    Position at(std::uint64_t row) const;
    /// The first row at or after `position`; size() when there is none.
    std::uint64_t rowFrom(Position position) const;

private:
    friend class RowHitsBuilder;
    static constexpr std::uint64_t kBlockRows = 65'536;

    using Block = std::vector<Position>;  ///< all but the last hold kBlockRows
    std::vector<std::shared_ptr<const Block>> blocks_;
    std::uint64_t size_ = 0;
};

/// Thread-confined.
class RowHitsBuilder {
public:
    void add(Position position);
    std::uint64_t size() const { return full_.size_ + open_.size(); }
    /// What was added so far. Copies at most one block.
    RowHits hits() const;

private:
    RowHits full_;
    RowHits::Block open_;
};

}  // namespace ariadne::studio
