// What is said when a question in SQL was stopped before its answer was whole.
#pragma once

#include "studio/models/left_out_words.h"
#include "studio/session/results.h"

#include <optional>

namespace ariadne::studio {

/// None when nothing stopped it. The action asks it with QueryBudget::unlimited().
std::optional<CardWords> queryStopWords(const QueryAnswer& answer);

}  // namespace ariadne::studio
