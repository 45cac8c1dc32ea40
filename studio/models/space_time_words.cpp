#include "studio/models/space_time_words.h"

#include "studio/models/event_mark.h"
#include "studio/models/text.h"

#include <QCoreApplication>

namespace ariadne::studio {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("SpaceTime", text);
}

QString subjectOf(const SpaceTimeQuestion& asked) {
    using Actors = SpaceTimeQuestion::Actors;
    const QString event = groupedText(asked.of.value);
    if (!asked.causalOnly) return tr("Around event %1").arg(event);
    switch (asked.actors) {
        case Actors::kPast: return tr("What led to event %1").arg(event);
        case Actors::kFuture: return tr("What came of event %1").arg(event);
        default: return tr("What led to event %1 and what came of it").arg(event);
    }
}

}  // namespace

QString spaceTimeSummary(const SpaceTime* picture) {
    if (picture == nullptr) return {};
    const SpaceTime& shown = *picture;
    const QString subject = subjectOf(shown.question);
    if (shown.rows.empty() && !shown.error.empty())
        return tr("%1: cannot be shown: %2").arg(subject, textOf(shown.error));
    QString out =
        tr("%1: %2 events of %3 actors")
            .arg(subject, groupedText(shown.rows.size()), groupedText(shown.actors.size()));
    QStringList left;
    if (shown.goesOnBefore)
        left << tr("more than %1 before").arg(groupedText(shown.leftOutBefore));
    else if (shown.leftOutBefore != 0)
        left << tr("%1 before").arg(groupedText(shown.leftOutBefore));
    if (shown.leftOutBehind != 0) left << tr("%1 behind").arg(groupedText(shown.leftOutBehind));
    if (shown.ofOthers != 0) left << tr("%1 of other actors").arg(groupedText(shown.ofOthers));
    if (shown.quiet != 0) left << tr("%1 of kinds without a line").arg(groupedText(shown.quiet));
    if (!left.isEmpty()) out += tr("; not shown: %1").arg(left.join(QStringLiteral(", ")));
    if (!shown.complete) out += tr("; looking on");
    if (!shown.error.empty()) out += tr("; not all could be read: %1").arg(textOf(shown.error));
    return out;
}

QStringList spaceTimeLines(const SpaceTime::Row& row, const ActorEntries& actors) {
    const EventLine& line = row.line;
    QStringList lines{pathOf(actors, line.cell)};
    if (isEnqueue(line.kind)) lines[0] += tr(" to %1").arg(pathOf(actors, line.peer));
    lines << tr("event %1   %2").arg(groupedText(line.seq.value), timeText(line.time));
    lines << (line.text.empty() ? labelOf(line)
                                : tr("%1: %2").arg(labelOf(line), textOf(line.text)));
    if (!line.change.empty()) lines << textOf(line.change);
    if (row.takenAt.value != 0)
        lines << tr("taken by event %1").arg(groupedText(row.takenAt.value));
    return lines;
}

}  // namespace ariadne::studio
