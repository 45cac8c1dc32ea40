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
    if (at.length() == 0) {
        out << tr("No event");
    } else {
        const QString count =
            events == 1 ? tr("1 event") : tr("%1 events").arg(groupedText(events));
        const QString where =
            at.length() == 1 ? groupedText(at.begin)
                             : tr("%1 to %2").arg(groupedText(at.begin), groupedText(at.end - 1));
        out << (measured.counts.exact ? tr("%1, %2") : tr("about %1, %2")).arg(count, where);
    }
    out << (measured.time.count() > 0 ? tr("%1 of virtual time").arg(durationText(measured.time))
                                      : tr("no virtual time"));
    QStringList kinds;
    for (const Word& word : kWords) {
        const std::uint64_t count = measured.counts[word.kind];
        if (count != 0)
            kinds << (count == 1 ? tr(word.one) : tr(word.many).arg(groupedText(count)));
    }
    if (!kinds.isEmpty()) {
        const QString all = kinds.join(QStringLiteral(", "));
        out << (measured.counts.exact ? all : tr("about %1").arg(all));
    }
    return out;
}

}  // namespace ariadne::studio
