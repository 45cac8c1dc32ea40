#include "studio/models/grants_text.h"

#include "studio/models/text.h"

#include <QStringList>
#include <absl/status/status.h>

namespace ariadne::studio {

absl::StatusOr<std::vector<effect::Grant>> grantsIn(const QString& text) {
    std::vector<effect::Grant> out;
    for (const QString& part : text.split(QLatin1Char(';'))) {
        const QString grant = part.trimmed();
        if (grant.isEmpty()) continue;
        const qsizetype equals = grant.indexOf(QLatin1Char('='));
        if (equals <= 0)
            return absl::InvalidArgumentError(
                "found '" + grant.toStdString() +
                "' among the effects, expected effect=scope, such as file.read=/srv/data");
        out.push_back({grant.left(equals).trimmed().toStdString(),
                       grant.mid(equals + 1).trimmed().toStdString()});
    }
    return out;
}

QString textOf(const std::vector<effect::Grant>& grants) {
    QStringList out;
    for (const effect::Grant& grant : grants)
        out << textOf(grant.name) + QLatin1Char('=') + textOf(grant.scope);
    return out.join(QStringLiteral("; "));
}

}  // namespace ariadne::studio
