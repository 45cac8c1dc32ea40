#include "studio/models/query_stop_words.h"

#include "studio/models/text.h"

#include <QCoreApplication>

namespace ariadne::studio {
namespace {

using Stop = QueryAnswer::Stop;

QString tr(const char* text) {
    return QCoreApplication::translate("QueryStopWords", text);
}

QString rowsText(std::uint64_t rows) {
    return rows == 1 ? tr("1 row") : tr("%1 rows").arg(groupedText(rows));
}

QString cameBy(std::uint64_t rows) {
    if (rows == 0) return tr("No row had come by then.");
    return rows == 1 ? tr("The row that had come by then is shown.")
                     : tr("The %1 that had come by then are shown.").arg(rowsText(rows));
}

/// A statement goes faster, and gives less, in a part of the trace.
QString askForLess() {
    return tr("Ask about a part of the trace, such as WHERE position BETWEEN 1 AND 100000");
}

/// What is more than a table shows.
QString elsewhere() {
    return tr("or write them all to a file: ariadne query FILE \"SELECT …\" --csv --rows N");
}

CardWords atTime(const QueryAnswer& answer) {
    const QString most = durationText(answer.budget.time);
    return {tr("Stopped after %1, the time a question has").arg(most),
            tr("%1 %2, or run it without the limit; Esc ends it then.")
                .arg(cameBy(answer.rows()), askForLess()),
            tr("Run without the limit"), tr("Asks it again, for as long as it takes")};
}

CardWords atRows(const QueryAnswer& answer) {
    const bool canMore = answer.budget.rows < QueryBudget::kRowsMost;
    const QString most = rowsText(QueryBudget::kRowsMost);
    return {tr("Stopped after %1, as many as a question may give").arg(rowsText(answer.rows())),
            tr("There are more. %1, say LIMIT or GROUP BY, %2.")
                .arg(askForLess(), canMore ? tr("or show up to %1").arg(most) : elsewhere()),
            canMore ? tr("Show up to %1").arg(most) : QString(),
            tr("Asks it again, for as long as it takes")};
}

CardWords atBytes(const QueryAnswer& answer) {
    return {tr("Stopped after %1, which take %2")
                .arg(rowsText(answer.rows()), bytesText(QueryAnswer::kBytesMax)),
            tr("There are more. %1, choose fewer columns, %2.").arg(askForLess(), elsewhere()),
            {},
            {}};
}

CardWords byHand(const QueryAnswer& answer) {
    const Duration took{static_cast<std::int64_t>(answer.tookMs * 1e6)};
    const bool canMore = answer.budget != QueryBudget::unlimited();
    return {tr("Cancelled after %1").arg(durationText(took)),
            tr("%1 %2.").arg(cameBy(answer.rows()), askForLess()),
            canMore ? tr("Run without the limit") : QString(),
            tr("Asks it again, for as long as it takes")};
}

}  // namespace

std::optional<CardWords> queryStopWords(const QueryAnswer& answer) {
    switch (answer.stop) {
        case Stop::kNone: break;
        case Stop::kRows: return atRows(answer);
        case Stop::kBytes: return atBytes(answer);
        case Stop::kTime: return atTime(answer);
        case Stop::kCancelled: return byHand(answer);
    }
    return std::nullopt;
}

}  // namespace ariadne::studio
