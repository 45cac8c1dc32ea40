// The way from a value to one inside it: state.items[3].cents.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/type_desc.h"
#include "engine/value/dynamic.h"
#include "recorder/condition/scalar.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace ariadne::condition {

/// A field or an alternative by name; an element by number or an entry by its key, in brackets;
/// `size` of a collection, text or bytes. What an optional holds is meant by the optional itself.
struct ValuePath {
    struct Key {
        Scalar value;  ///< a text or a number
    };
    using Step = std::variant<std::string, Key>;
    std::vector<Step> steps;

    static constexpr std::size_t kStepsMax = 64;
};

/// What stands at the end of `path` from step `from` on in a value of `type`. Nothing when the
/// value has no such part, `bytes` do not fit the type, or it is a structure of several values. A
/// cell is its path, an enumerator its name.
Scalar scalarAt(const TypeTable& types, TypeIndex type, ByteView bytes, const ValuePath& path,
                std::size_t from, const value::CellNamer& cellName);

/// Which leaf of a state of that type holds the end of a path, and how many steps lead there.
struct LeafPlace {
    std::size_t leaf = 0;
    std::size_t steps = 0;
};
std::optional<LeafPlace> leafOf(const std::vector<value::LeafDesc>& leaves, const ValuePath& path);

/// Leaves at or below the end of `path`, of which there may be several when it names a structure:
/// first and behind the last; equal when none is.
struct LeafRange {
    std::size_t begin = 0;
    std::size_t end = 0;
};
LeafRange leavesBelow(const std::vector<value::LeafDesc>& leaves, const ValuePath& path);

}  // namespace ariadne::condition
