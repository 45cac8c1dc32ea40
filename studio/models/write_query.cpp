#include "studio/models/write_query.h"

namespace ariadne::studio {
namespace {

QString quoted(QString text) {
    return QLatin1Char('\'') + text.replace(QLatin1Char('\''), QStringLiteral("''")) +
           QLatin1Char('\'');
}

QString condition(const StateTreeModel::Field& field) {
    if (!field.isStruct) return QStringLiteral(" AND w.field = ") + quoted(field.path);
    if (field.path.isEmpty()) return {};  // the whole state
    return QStringLiteral(" AND w.field GLOB ") + quoted(field.path + QStringLiteral(".*"));
}

}  // namespace

QString allWritesQuery(const QString& actorPath, const StateTreeModel::Field& field) {
    return QStringLiteral(
               "SELECT w.position, w.field, w.old, w.new, m.sender, m.text AS message\n"
               "FROM state_write AS w LEFT JOIN message AS m ON m.position = w.cause\n"
               "WHERE w.actor = ") +
           quoted(actorPath) + condition(field) + QStringLiteral("\nORDER BY w.position");
}

}  // namespace ariadne::studio
