// Which event wrote a field of an actor's state last.
#pragma once

#include "studio/session/field_place.h"
#include "studio/session/row_walk.h"

#include <memory>
#include <optional>
#include <string>

namespace ariadne::studio {

/// Goes backwards from chunk to chunk, in slices. Of what recorded changes tell apart it needs no
/// state; of an element of a container it compares the values before and after each change.
/// Thread-confined.
class WriteSearch {
public:
    WriteSearch(Rank rank, FieldSteps field, Position upTo);

    WalkEnd advance(OpenTrace& trace, Clock::time_point until, const CancelFlag& cancelled);
    /// Call once, after kReachedEnd.
    LastWrite take() { return std::move(found_); }

private:
    bool begin(OpenTrace& trace);
    bool fail(std::string why);
    /// True when the search is over.
    bool lookIn(OpenTrace& trace, std::size_t index, const CancelFlag& cancelled);
    bool lookForLeaf(const tracefmt::EventChunk& chunk);
    bool lookForElement(OpenTrace& trace, const tracefmt::EventChunk& chunk,
                        const CancelFlag& cancelled);
    bool isMine(const EventRow& row) const;
    /// The element as text; nullopt: there is none.
    std::optional<std::string> elementOf(const TypeTable& types,
                                         const value::StateValue& state) const;

    LastWrite found_;
    FieldPlace place_;                 ///< of the field, once begun
    std::optional<std::size_t> next_;  ///< chunk to look in; none: not begun
    Position behind_;                  ///< first position of what was looked at last
    std::shared_ptr<const tracefmt::EventChunk> scanned_;
};

}  // namespace ariadne::studio
