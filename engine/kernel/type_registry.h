// The type table of one run, filled in order of first use.
#pragma once

#include "engine/base/type_desc.h"
#include "engine/value/type_info.h"

#include <cstdint>
#include <vector>

namespace ariadne::kernel {

/// Thread-confined.
class TypeRegistry {
public:
    /// Index of `info`, describing it on first use.
    TypeIndex indexOf(const value::TypeInfo& info) {
        if (info.number < known_.size() && known_[info.number].value != 0)
            return known_[info.number];
        return add(info);
    }
    /// Index of a type of another table, with all that it is made of.
    TypeIndex indexOf(const TypeTable& from, TypeIndex type);
    const TypeTable& table() const { return table_; }

private:
    TypeIndex add(const value::TypeInfo& info) {
        value::TypeBuilder builder{table_};
        if (info.number >= known_.size()) known_.resize(info.number + 1);
        return known_[info.number] = info.describe(builder);
    }

    TypeTable table_;
    std::vector<TypeIndex> known_;  ///< by TypeInfo::number
};

}  // namespace ariadne::kernel
