// The question in SQL for all writes of a field.
#pragma once

#include "studio/models/state_tree_model.h"

#include <QString>

namespace ariadne::studio {

/// Every event that changed `field` of the actor of that path, with the message that made it do so.
QString allWritesQuery(const QString& actorPath, const StateTreeModel::Field& field);

}  // namespace ariadne::studio
