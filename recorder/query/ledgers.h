// All obligations of a trace: made, passed on, kept or broken.
#pragma once

#include "engine/base/event.h"
#include "engine/region/obligation.h"

#include <absl/status/status.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace ariadne::query {

class Source;

struct ObligationLife {
    Position madeAt;  ///< 0: an answer that was owed, which no ledger keeps
    VirtualTime madeTime;
    Rank region;  ///< whose ledger it stands in; outside: none
    Rank maker;
    std::uint64_t ordinal = 0;
    std::optional<ObligationKind> kind;  ///< none: an answer that was owed
    Position resolvedAt;                 ///< 0: is open
    VirtualTime resolvedTime;
    std::optional<Resolution> resolution;
};

/// Immutable once read.
class Ledgers {
public:
    /// One pass over the trace. kResourceExhausted beyond four million.
    absl::Status read(Source& source);
    const std::vector<ObligationLife>& all() const { return all_; }

private:
    std::vector<ObligationLife> all_;
};

}  // namespace ariadne::query
