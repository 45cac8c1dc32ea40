#include "studio/models/stuck_words.h"

#include "studio/models/text.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

namespace ariadne::studio {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("StuckWords", text);
}

}  // namespace

std::optional<StuckWords> stuckWordsOf(const TraceSummary& summary) {
    if (summary.stuck.empty()) return std::nullopt;
    const std::size_t count = summary.stuck.size();
    StuckWords words;
    if (summary.state == tracefmt::FileState::kRecording)
        words.title = tr("A turn of this run has not come back");
    else if (count == 1)
        words.title = tr("This recording ends in a turn that never came back");
    else
        words.title = tr("This recording ends in turns that never came back");
    QStringList lines;
    const std::size_t named = std::min(count, StuckWords::kTurnsNamed);
    for (std::size_t i = 0; i < named; ++i)
        lines.append(textOf(recorder::textOf(summary.stuck[i])).simplified());
    if (named < count) lines.append(tr("and %1 more").arg(groupedText(count - named)));
    if (!summary.damage.empty()) lines.append(textOf(summary.damage));
    words.cause = lines.join(QLatin1Char('\n'));
    if (stuckPlaceOf(summary)->enqueuedAt.value != 0) words.action = tr("Show its message");
    return words;
}

std::optional<StuckPlace> stuckPlaceOf(const TraceSummary& summary) {
    if (summary.stuck.empty()) return std::nullopt;
    const tracefmt::HostNote& note = summary.stuck.front().note;
    StuckPlace place;
    if (note.enqueuedAt <= summary.lastPosition) place.enqueuedAt = note.enqueuedAt;
    if (summary.actors && note.cell.value < summary.actors->size()) place.cell = note.cell;
    return place;
}

}  // namespace ariadne::studio
