// The programs this process can run, with a line about each.
#pragma once

#include "studio/session/session.h"
#include "studio/views/welcome_page.h"

#include <vector>

namespace ariadne::studio {

/// All registered programs; the samples in the order one would meet them, then the others by id.
std::vector<const Program*> knownPrograms();

QList<ProgramCard> programCards(const std::vector<const Program*>& programs);

}  // namespace ariadne::studio
