// Effects that a program is granted, as people write them.
#pragma once

#include "studio/session/session.h"

#include <QString>
#include <absl/status/statusor.h>

#include <vector>

namespace ariadne::studio {

/// "file.read=/srv/data; clock.read=": an effect and how far it reaches, the more of them behind
/// semicolons. kInvalidArgument: what was found instead.
absl::StatusOr<std::vector<effect::Grant>> grantsIn(const QString& text);
QString textOf(const std::vector<effect::Grant>& grants);

}  // namespace ariadne::studio
