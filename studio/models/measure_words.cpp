#include "studio/models/measure_words.h"

#include "studio/models/text.h"

#include <QCoreApplication>

namespace ariadne::studio {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("MeasureWords", text);
}

struct Word {
    MainKind kind;
    const char* one;
    const char* many;
};

constexpr Word kWords[] = {
    {MainKind::kTurn, QT_TRANSLATE_NOOP("MeasureWords", "1 turn"),
     QT_TRANSLATE_NOOP("MeasureWords", "%1 turns")},
    {MainKind::kMessage, QT_TRANSLATE_NOOP("MeasureWords", "1 message"),
     QT_TRANSLATE_NOOP("MeasureWords", "%1 messages")},
    {MainKind::kDropped, QT_TRANSLATE_NOOP("MeasureWords", "1 dropped"),
     QT_TRANSLATE_NOOP("MeasureWords", "%1 dropped")},
    {MainKind::kBorn, QT_TRANSLATE_NOOP("MeasureWords", "1 born"),
     QT_TRANSLATE_NOOP("MeasureWords", "%1 born")},
    {MainKind::kEnded, QT_TRANSLATE_NOOP("MeasureWords", "1 stopped"),
     QT_TRANSLATE_NOOP("MeasureWords", "%1 stopped")},
    {MainKind::kFailed, QT_TRANSLATE_NOOP("MeasureWords", "1 failed"),
     QT_TRANSLATE_NOOP("MeasureWords", "%1 failed")},
    {MainKind::kOther, QT_TRANSLATE_NOOP("MeasureWords", "1 other"),
     QT_TRANSLATE_NOOP("MeasureWords", "%1 others")},
};

}  // namespace

QStringList measureLines(const Measured& measured) {
    QStringList out;
    const std::uint64_t events = measured.counts.sum();
    const PositionRange at = measured.positions;
    const auto about = [&](const QString& text) {
        return measured.counts.exact ? text : tr("about %1").arg(text);
    };
    const QString count = events == 1 ? tr("1 event") : tr("%1 events").arg(groupedText(events));
    if (!measured.isRead && events == 0) {
        out << tr("Not read yet");
    } else if (!measured.isRead) {
        out << tr("%1 read so far, from %2 on").arg(about(count), groupedText(at.begin));
    } else if (at.length() == 0) {
        out << tr("No event");
    } else {
        const QString where =
            at.length() == 1 ? groupedText(at.begin)
                             : tr("%1 to %2").arg(groupedText(at.begin), groupedText(at.end - 1));
        out << tr("%1, %2").arg(about(count), where);
    }
    if (measured.time)
        out << (measured.time->count() > 0
                    ? tr("%1 of virtual time").arg(durationText(*measured.time))
                    : tr("no virtual time"));
    QStringList kinds;
    for (const Word& word : kWords) {
        const std::uint64_t times = measured.counts[word.kind];
        if (times != 0)
            kinds << (times == 1 ? tr(word.one) : tr(word.many).arg(groupedText(times)));
    }
    if (!kinds.isEmpty()) {
        const QString all = kinds.join(QStringLiteral(", "));
        out << about(all);
    }
    return out;
}

}  // namespace ariadne::studio
