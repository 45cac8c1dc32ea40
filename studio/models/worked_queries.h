// Questions that people ask of a trace, ready to be asked.
#pragma once

#include <QString>

#include <vector>

namespace ariadne::studio {

struct WorkedQuery {
    QString question;
    QString sql;
};

const std::vector<WorkedQuery>& workedQueries();

}  // namespace ariadne::studio
