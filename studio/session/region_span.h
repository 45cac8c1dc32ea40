// From when to when a region was open, and how it came to an end.
#pragma once

#include "engine/base/ids.h"
#include "engine/region/verdict.h"

namespace ariadne::studio {

/// One region of a trace. Value type.
struct RegionSpan {
    Rank region;
    Position opened;      ///< 0: before the file begins
    Position closing;     ///< from here on nobody is born in it; 0: it is open to the end
    Position finalizing;  ///< its finalizers run; 0: there were none, or it did not come to that
    Position closed;      ///< 0: it is not
    Position cancelled;   ///< somebody asked it to end; 0: nobody did
    Verdict verdict = Verdict::kOk;  ///< when it is closed
    bool operator==(const RegionSpan&) const = default;
};

}  // namespace ariadne::studio
