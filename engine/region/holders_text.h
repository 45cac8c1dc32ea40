// Through whose hands an obligation went, as a phrase.
#pragma once

#include "engine/region/obligation.h"

#include <cstddef>
#include <string>

namespace ariadne {

/// "a", "a, then b, then c"; of a long way its two ends and how many came between.
/// `nameOf(CellKey)` names a cell.
template <class NameOf>
std::string holdersText(const LedgerEntry& entry, NameOf&& nameOf) {
    constexpr std::size_t kNamedFirst = 4;
    constexpr std::size_t kNamedLast = 2;
    const std::size_t count = entry.holders.size();
    const bool cut = count > kNamedFirst + kNamedLast + 1;
    std::string out;
    for (std::size_t i = 0; i < count; ++i) {
        if (cut && i == kNamedFirst) {
            const std::size_t between = count - kNamedFirst - kNamedLast;
            out += ", then " + std::to_string(between) + " more";
            i += between;
        }
        out += (i == 0 ? "" : ", then ") + nameOf(entry.holders[i].key);
    }
    return out;
}

}  // namespace ariadne
