#include "studio/models/left_out_words.h"

#include "studio/models/text.h"

#include <QCoreApplication>

namespace ariadne::studio {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("LeftOutWords", text);
}

QString programOf(const TraceSummary& summary) {
    return textOf(summary.meta.programId) + QLatin1Char(' ') + textOf(summary.meta.programVersion);
}

void addRunAgain(const TraceSummary& summary, CardWords& words) {
    words.action = tr("Run %1 again").arg(textOf(summary.meta.programId));
    words.tip = tr("Executes the code of %1").arg(programOf(summary));
}

}  // namespace

std::optional<CardWords> leftOutWordsOf(const TraceSummary& summary) {
    if (summary.hasAll()) return std::nullopt;
    CardWords words;
    const QString events = groupedText(summary.lastPosition.value);
    words.title = summary.hasEvents()
                      ? tr("The states of the actors were not recorded, only the events")
                      : tr("Of these %1 events only what came from outside, failures and the end "
                           "were recorded")
                            .arg(events);
    if (summary.state == tracefmt::FileState::kRecording) {
        words.cause = tr("When the recording has ended, the rest can be made by running %1 again.")
                          .arg(programOf(summary));
    } else if (!summary.canReplay) {
        words.cause = tr("The rest is made by running %1 again, which cannot be done here: %2")
                          .arg(programOf(summary), textOf(summary.whyNoReplay));
    } else {
        words.cause = tr("%1 makes the rest again: its code is executed, with what "
                         "came from outside as it was recorded. Nothing goes out, and every digest "
                         "of the recording is compared.")
                          .arg(programOf(summary));
        addRunAgain(summary, words);
    }
    if (!summary.damage.empty()) words.cause += QLatin1Char('\n') + textOf(summary.damage);
    return words;
}

CardWords makingWordsOf(const TraceSummary& summary, double fraction) {
    CardWords words;
    words.title = tr("Running %1 again: %2 % of %3 events")
                      .arg(programOf(summary), QString::number(static_cast<int>(fraction * 100)),
                           groupedText(summary.lastPosition.value));
    words.action = tr("Cancel");
    return words;
}

CardWords madeWordsOf(const TraceSummary& summary, const MaterialiseReport& report) {
    CardWords words;
    const QString program = programOf(summary);
    if (!report.error.empty()) {
        words.title = tr("%1 could not be run again").arg(program);
        words.cause = textOf(report.error);
        addRunAgain(summary, words);
        return words;
    }
    if (report.divergence) {
        words.title = tr("%1 does not do again what was recorded: they part behind event %2")
                          .arg(program, groupedText(report.divergence->position.value - 1));
        words.cause = tr("%1.\nIts code was changed under the same version, or it keeps state "
                         "outside its actors, which \"ariadne check-determinism %2\" finds.")
                          .arg(textOf(report.divergence->what), textOf(summary.meta.programId));
        return words;
    }
    const bool isPart = report.stretch != recorder::Stretch{};
    words.title = isPart ? tr("%1 events up to %2, made again by running %3")
                               .arg(groupedText(report.events),
                                    groupedText(summary.lastPosition.value), program)
                         : tr("All %1 events, made again by running %2")
                               .arg(groupedText(report.events), program);
    const QString many = report.digestsCompared == 1
                             ? tr("the one digest")
                             : tr("all %1 digests").arg(groupedText(report.digestsCompared));
    words.cause = report.digestsCompared == 0
                      ? tr("The recording holds no digest to compare them with.")
                  : isPart ? tr("Equal to the recording in %1 it holds of them.").arg(many)
                           : tr("Equal to the recording in %1 it holds.").arg(many);
    if (isPart) words.cause += tr(" The run menu makes the others, too.");
    words.cause += tr(" They are kept until the window is closed.");
    words.action = tr("Save as…");
    words.tip = tr("Saves them as a trace of their own");
    return words;
}

}  // namespace ariadne::studio
