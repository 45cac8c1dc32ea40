// What may be delivered without the test naming it.
#pragma once

#include "engine/base/ids.h"

#include <cstdint>
#include <vector>

namespace ariadne::testkit {

enum class Rule : std::uint8_t {
    kHold = 0,      ///< it waits until the test names it
    kAllow = 1,     ///< settle() delivers it
    kDisallow = 2,  ///< it is a failure that it waits
};

/// A list of rules, of which the last one that fits counts. Value type.
class Rules {
public:
    struct Entry {
        std::uint64_t typeHash = 0;  ///< 0: every type
        CellKey to;                  ///< 0: everybody
        Rule rule = Rule::kHold;
    };

    void add(const Entry& entry) {
        // The same place said again: the old one can never count.
        std::erase_if(entries_, [&](const Entry& old) {
            return old.typeHash == entry.typeHash && old.to == entry.to;
        });
        entries_.push_back(entry);
    }
    Rule of(std::uint64_t typeHash, CellKey to) const {
        for (auto at = entries_.rbegin(); at != entries_.rend(); ++at)
            if ((at->typeHash == 0 || at->typeHash == typeHash) &&
                (at->to == CellKey{} || at->to == to))
                return at->rule;
        return Rule::kHold;
    }

private:
    std::vector<Entry> entries_;
};

}  // namespace ariadne::testkit
