// Two sides of a disagreement, side by side.
#pragma once

#include "recorder/replay.h"
#include "studio/cli/report.h"

#include <string>
#include <string_view>

namespace ariadne::cli {

/// What the two sides are called: recorded and executed, or A and B.
struct Sides {
    std::string_view left;
    std::string_view right;
};

/// A block of lines: `title: what differs`, a row per property with `*` where the sides differ, the
/// state fields that differ.
std::string divergenceCard(std::string_view title, const recorder::Divergence& divergence,
                           const Sides& sides);
Json divergenceJson(const recorder::Divergence& divergence, const Sides& sides);

}  // namespace ariadne::cli
