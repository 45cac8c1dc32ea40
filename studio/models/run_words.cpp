#include "studio/models/run_words.h"

#include "studio/models/text.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

namespace ariadne::studio {
namespace {

using Pause = RunStatus::Pause;

/// Of more conditions than these it is said how many.
constexpr std::size_t kConditionsShown = 3;

QString tr(const char* text) {
    return QCoreApplication::translate("RunWords", text);
}

QString conditionsOf(const condition::StopHit& stop) {
    QStringList out;
    for (std::size_t i = 0; i < std::min(stop.conditions.size(), kConditionsShown); ++i)
        out << textOf(stop.conditions[i]);
    if (stop.conditions.size() > kConditionsShown)
        out << tr("%1 more").arg(stop.conditions.size() - kConditionsShown);
    return out.join(QStringLiteral("   ·   "));
}

QString titleOf(const RunStatus& status) {
    const QString program = textOf(status.program);
    switch (status.pause) {
        case Pause::kStop:
            return tr("%1 is paused: a breakpoint at event %2")
                .arg(program, groupedText(status.stop.event.value));
        case Pause::kTurn:
            return tr("%1 is paused: the turn that was waited for is event %2")
                .arg(program, groupedText(status.turn.value));
        case Pause::kEnded:
            if (status.turn.value == 0)
                return tr("%1 is paused: that actor has no other turn, it has ended").arg(program);
            return tr("%1 is paused: the actor has ended at event %2, without another turn")
                .arg(program, groupedText(status.turn.value));
        case Pause::kAsked:
        case Pause::kStepped: break;
    }
    return status.rounds == 0
               ? tr("%1 is paused in front of its first round").arg(program)
               : tr("%1 is paused behind round %2").arg(program, groupedText(status.rounds));
}

QString textOfPause(const RunStatus& status) {
    const QString committed = tr("round %1 is committed, up to event %2")
                                  .arg(groupedText(status.rounds), groupedText(status.events));
    switch (status.pause) {
        case Pause::kStop: {
            const QString others = status.stop.others == 0 ? QString()
                                   : status.stop.others == 1
                                       ? tr(", and at 1 more event of the round")
                                       : tr(", and at %1 more events of the round")
                                             .arg(groupedText(status.stop.others));
            const bool several = status.stop.conditions.size() > 1;
            return (several ? tr("%1 hold there%2; %3.") : tr("%1 holds there%2; %3."))
                .arg(conditionsOf(status.stop), others, committed);
        }
        case Pause::kTurn:
        case Pause::kEnded: return tr("All of %1.").arg(committed);
        case Pause::kAsked:
        case Pause::kStepped: break;
    }
    return status.events == 1 ? tr("1 event so far.")
                              : tr("%1 events so far.").arg(groupedText(status.events));
}

}  // namespace

std::optional<Position> pausedAt(const RunStatus& status) {
    if (status.phase != RunStatus::Phase::kPaused) return std::nullopt;
    if (status.pause == Pause::kStop) return status.stop.event;
    if (status.pause != Pause::kTurn && status.pause != Pause::kEnded) return std::nullopt;
    if (status.turn.value != 0) return status.turn;
    return std::nullopt;
}

bool hasStoppedRecording(const RunStatus& status) {
    return status.text.starts_with("recording stopped");
}

std::optional<RunWords> runWordsOf(const RunStatus& status, RunView view) {
    const bool paused = status.phase == RunStatus::Phase::kPaused;
    if (!paused && status.phase != RunStatus::Phase::kRunning) return std::nullopt;
    if (!paused && view == RunView::kNewest) return std::nullopt;
    RunWords out;
    out.title = paused ? titleOf(status) : tr("%1 goes on").arg(textOf(status.program));
    out.text = textOfPause(status);
    if (hasStoppedRecording(status))
        out.text +=
            QLatin1Char('\n') + tr("Nothing behind the last event that is shown was recorded: %1.")
                                    .arg(textOf(status.text));
    if (view == RunView::kPast) {
        out.text += QLatin1Char(' ') + tr("You look at an earlier event of it.");
        out.action = paused ? tr("Back to where it is paused") : tr("To the newest event");
    }
    if (view == RunView::kElsewhere) {
        out.text += QLatin1Char(' ') + tr("You look at something else.");
        out.action = tr("Show the run");
    }
    return out;
}

}  // namespace ariadne::studio
