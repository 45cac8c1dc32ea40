#include "studio/models/tour.h"

#include <QCoreApplication>

namespace ariadne::studio {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Tour", text);
}

struct Words {
    const char* title;
    const char* text;
};

constexpr std::array<Words, kTourSteps + 1> kWords{{
    {QT_TRANSLATE_NOOP("Tour", "record a program that goes wrong"),
     QT_TRANSLATE_NOOP("Tour",
                       "Press “Record it now” beside lost_update. Two tellers pay into one "
                       "account, and in this run some of the money is lost.")},
    {QT_TRANSLATE_NOOP("Tour", "the wrong value"),
     QT_TRANSLATE_NOOP("Tour",
                       "The window stands at the failure: a total of less than 100. Click "
                       "lost_update/account, in World or in the timeline, to see its "
                       "balance in the inspector.")},
    {QT_TRANSLATE_NOOP("Tour", "ask why"),
     QT_TRANSLATE_NOOP("Tour",
                       "Right-click balance in the inspector and choose “Why is the value "
                       "so?”. It leads to the message that wrote it, and Causes shows what "
                       "led there.")},
    {QT_TRANSLATE_NOOP("Tour", "walk back"),
     QT_TRANSLATE_NOOP("Tour",
                       "Press , a few times to go to the events of the account before. What "
                       "each of them changed is marked in the inspector: one write takes "
                       "back what another one added.")},
    {QT_TRANSLATE_NOOP("Tour", "let it look for you"),
     QT_TRANSLATE_NOOP("Tour",
                       "Press F9 and Return for a breakpoint at events like this one; F8 "
                       "goes to the next. Or open Query and ask one of its questions: each "
                       "row leads to its moment.")},
    {QT_TRANSLATE_NOOP("Tour", "keep what you found"),
     QT_TRANSLATE_NOOP("Tour",
                       "Press Ctrl+Shift+N and write down what you found. The notebook is "
                       "kept beside the trace, and can be exported with its pictures.")},
    {QT_TRANSLATE_NOOP("Tour", "that was the walk"),
     QT_TRANSLATE_NOOP("Tour",
                       "Run lost_update again with fixed=true to see it go right. ? shows "
                       "all keys; Help takes the tour again.")},
}};

}  // namespace

bool Tour::did(TourAct act) {
    if (!step_ || static_cast<std::size_t>(act) != *step_) return false;
    ++*step_;
    return true;
}

TourWords tourWords(std::size_t step) {
    const Words& words = kWords[step];
    const QString title = tr(words.title);
    if (step == kTourSteps) return {tr("Tour: %1").arg(title), tr(words.text)};
    return {tr("Tour, %1 of %2: %3").arg(step + 1).arg(kTourSteps).arg(title), tr(words.text)};
}

}  // namespace ariadne::studio
