#include "studio/models/event_mark.h"

#include "studio/models/text.h"

#include <QCoreApplication>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace ariadne::studio {

EventMark markOf(EventKind kind) {
    switch (kind) {
        case EventKind::kSpawn: return {MarkShape::kPlus, Tone::kBorn};
        case EventKind::kInput: return {MarkShape::kIn, Tone::kBorn};
        case EventKind::kSend:
        case EventKind::kAsk:
        case EventKind::kForward: return {MarkShape::kOut, Tone::kMessage};
        case EventKind::kReply: return {MarkShape::kBack, Tone::kMessage};
        case EventKind::kDeliver: return {MarkShape::kTurn, Tone::kChanged};
        case EventKind::kDrop:
        case EventKind::kUndelivered: return {MarkShape::kDrop, Tone::kWarning};
        case EventKind::kAskTimeout: return {MarkShape::kClock, Tone::kWarning};
        case EventKind::kStop: return {MarkShape::kStop, Tone::kQuiet};
        case EventKind::kFail: return {MarkShape::kCross, Tone::kFailure};
        case EventKind::kTimerSet:
        case EventKind::kTimerFire:
        case EventKind::kTimerCancel: return {MarkShape::kClock, Tone::kTime};
        case EventKind::kMonitor:
        case EventKind::kDemonitor:
        case EventKind::kDown: return {MarkShape::kRing, Tone::kQuiet};
        case EventKind::kDecision:
        case EventKind::kBecome: return {MarkShape::kDiamond, Tone::kTime};
        case EventKind::kEnd: return {MarkShape::kEnd, Tone::kQuiet};
        case EventKind::kRegion:
        case EventKind::kRegionClosed:
        case EventKind::kFinalizer:
        case EventKind::kFinalize: return {MarkShape::kRegion, Tone::kQuiet};
        case EventKind::kRestart: return {MarkShape::kLoop, Tone::kBorn};
        case EventKind::kCancel:
        case EventKind::kCancelRequest: return {MarkShape::kHand, Tone::kWarning};
        case EventKind::kMask: return {MarkShape::kHand, Tone::kQuiet};
        case EventKind::kLink:
        case EventKind::kUnlink: return {MarkShape::kLink, Tone::kQuiet};
        case EventKind::kLinkDown: return {MarkShape::kLink, Tone::kWarning};
        case EventKind::kRefuse: return {MarkShape::kDrop, Tone::kWarning};
        case EventKind::kReserve:
        case EventKind::kResolve:
        case EventKind::kTransfer:
        case EventKind::kGranted: return {MarkShape::kDiamond, Tone::kMessage};
        case EventKind::kPark: return {MarkShape::kPause, Tone::kWarning};
        case EventKind::kUnpark:
        case EventKind::kWait:
        case EventKind::kResume: return {MarkShape::kPause, Tone::kQuiet};
        case EventKind::kDeadlock: return {MarkShape::kKnot, Tone::kFailure};
        case EventKind::kEffect: return {MarkShape::kOut, Tone::kBorn};
        case EventKind::kEffectDone: return {MarkShape::kIn, Tone::kBorn};
        case EventKind::kEffectCancel: return {MarkShape::kHand, Tone::kQuiet};
        case EventKind::kClock: return {MarkShape::kClock, Tone::kQuiet};
        case EventKind::kFault: return {MarkShape::kCross, Tone::kWarning};
        default: return {MarkShape::kDot, Tone::kQuiet};
    }
}

EventMark markOf(const EventLine& line) {
    return line.leaked ? markOf(LaneMark::Kind::kLeak) : markOf(line.kind);
}

EventMark markOf(LaneMark::Kind kind) {
    switch (kind) {
        case LaneMark::Kind::kRestart: return markOf(EventKind::kRestart);
        case LaneMark::Kind::kCancel: return markOf(EventKind::kCancelRequest);
        case LaneMark::Kind::kLeak: return {MarkShape::kLeak, Tone::kFailure};
        case LaneMark::Kind::kDeadlock: return markOf(EventKind::kDeadlock);
    }
    return {};
}

QString labelOf(const EventLine& line) {
    const auto tr = [](const char* text) { return QCoreApplication::translate("EventKind", text); };
    if (line.missingTo.value == 0) return labelOf(line.kind);
    return line.wasRecorded ? tr("Missing") : tr("Not recorded");
}

QString missingText(const EventLine& line) {
    const auto tr = [](const char* text) { return QCoreApplication::translate("EventKind", text); };
    const std::uint64_t count = line.missingTo.value - line.seq.value + 1;
    QStringList parts;
    if (count > 1)
        parts
            << tr("%1 events, up to %2").arg(groupedText(count), groupedText(line.missingTo.value));
    if (!line.text.empty()) parts << textOf(line.text);
    return parts.join(QStringLiteral(": "));
}

QString labelOf(EventKind kind) {
    const auto tr = [](const char* text) { return QCoreApplication::translate("EventKind", text); };
    switch (kind) {
        case EventKind::kUnknown: return tr("Unknown");
        case EventKind::kSpawn: return tr("Spawn");
        case EventKind::kInput: return tr("Input");
        case EventKind::kSend: return tr("Send");
        case EventKind::kAsk: return tr("Ask");
        case EventKind::kReply: return tr("Reply");
        case EventKind::kForward: return tr("Forward");
        case EventKind::kDeliver: return tr("Deliver");
        case EventKind::kDrop: return tr("Drop");
        case EventKind::kStop: return tr("Stop");
        case EventKind::kFail: return tr("Fail");
        case EventKind::kTimerSet: return tr("Timer set");
        case EventKind::kTimerFire: return tr("Timer fire");
        case EventKind::kTimerCancel: return tr("Timer cancel");
        case EventKind::kMonitor: return tr("Monitor");
        case EventKind::kDemonitor: return tr("Demonitor");
        case EventKind::kDown: return tr("Down");
        case EventKind::kAskTimeout: return tr("Ask timeout");
        case EventKind::kUndelivered: return tr("Undelivered");
        case EventKind::kBecome: return tr("Become");
        case EventKind::kStash: return tr("Stash");
        case EventKind::kUnstash: return tr("Unstash");
        case EventKind::kNote: return tr("Note");
        case EventKind::kLog: return tr("Log");
        case EventKind::kDecision: return tr("Decision");
        case EventKind::kEnd: return tr("End");
        case EventKind::kRegion: return tr("Region");
        case EventKind::kRestart: return tr("Restart");
        case EventKind::kResume: return tr("Resume");
        case EventKind::kCancel: return tr("Cancel");
        case EventKind::kCancelRequest: return tr("Cancel request");
        case EventKind::kLink: return tr("Link");
        case EventKind::kUnlink: return tr("Unlink");
        case EventKind::kLinkDown: return tr("Link down");
        case EventKind::kRefuse: return tr("Refuse");
        case EventKind::kReserve: return tr("Reserve");
        case EventKind::kResolve: return tr("Resolve");
        case EventKind::kTransfer: return tr("Transfer");
        case EventKind::kGranted: return tr("Granted");
        case EventKind::kFinalizer: return tr("Finalizer");
        case EventKind::kFinalize: return tr("Finalize");
        case EventKind::kRegionClosed: return tr("Region closed");
        case EventKind::kPark: return tr("Park");
        case EventKind::kUnpark: return tr("Unpark");
        case EventKind::kMask: return tr("Mask");
        case EventKind::kDeadlock: return tr("Deadlock");
        case EventKind::kSpend: return tr("Spend");
        case EventKind::kEffect: return tr("Effect");
        case EventKind::kEffectDone: return tr("Effect done");
        case EventKind::kEffectCancel: return tr("Effect cancel");
        case EventKind::kClock: return tr("Clock");
        case EventKind::kFault: return tr("Fault");
        case EventKind::kMetric: return tr("Metric");
        case EventKind::kWait: return tr("Wait");
    }
    return tr("Unknown");
}

QString labelOf(SliceKind kind) {
    const auto tr = [](const char* text) { return QCoreApplication::translate("SliceKind", text); };
    switch (kind) {
        case SliceKind::kTurn: return tr("turn");
        case SliceKind::kChanged: return tr("turn, state changed");
        case SliceKind::kStopped: return tr("stopped");
        case SliceKind::kFailed: return tr("failed");
        case SliceKind::kDropped: return tr("message dropped");
        case SliceKind::kBorn: return tr("born");
    }
    return {};
}

namespace {

/// Strokes of each shape in a box from -1 to 1.
QPainterPath strokesOf(MarkShape shape) {
    QPainterPath p;
    const auto line = [&p](double x0, double y0, double x1, double y1) {
        p.moveTo(x0, y0);
        p.lineTo(x1, y1);
    };
    switch (shape) {
        case MarkShape::kOut:
            line(-0.9, 0, 0.9, 0), line(0.2, -0.65, 0.9, 0), line(0.2, 0.65, 0.9, 0);
            break;
        case MarkShape::kBack:
            line(-0.9, 0, 0.9, 0), line(-0.2, -0.65, -0.9, 0), line(-0.2, 0.65, -0.9, 0);
            break;
        case MarkShape::kIn:
            line(0, -0.9, 0, 0.9), line(-0.65, 0.2, 0, 0.9), line(0.65, 0.2, 0, 0.9);
            break;
        case MarkShape::kClock:
            p.addEllipse(-0.9, -0.9, 1.8, 1.8), line(0, -0.45, 0, 0), line(0, 0, 0.4, 0.2);
            break;
        case MarkShape::kPlus: line(-0.85, 0, 0.85, 0), line(0, -0.85, 0, 0.85); break;
        case MarkShape::kStop: p.addRect(-0.75, -0.75, 1.5, 1.5); break;
        case MarkShape::kCross: line(-0.8, -0.8, 0.8, 0.8), line(-0.8, 0.8, 0.8, -0.8); break;
        case MarkShape::kDrop:
            p.addEllipse(-0.85, -0.85, 1.7, 1.7), line(-0.6, 0.6, 0.6, -0.6);
            break;
        case MarkShape::kRing: p.addEllipse(-0.65, -0.65, 1.3, 1.3); break;
        case MarkShape::kDiamond:
            p.moveTo(0, -0.9), p.lineTo(0.9, 0), p.lineTo(0, 0.9), p.lineTo(-0.9, 0),
                p.closeSubpath();
            break;
        case MarkShape::kLoop:
            p.arcMoveTo(-0.8, -0.8, 1.6, 1.6, 60), p.arcTo(-0.8, -0.8, 1.6, 1.6, 60, -300);
            line(-0.95, -0.55, -0.4, -0.7), line(-0.4, -0.7, -0.25, -0.1);
            break;
        case MarkShape::kRegion: p.addRoundedRect(-0.9, -0.7, 1.8, 1.4, 0.4, 0.4); break;
        case MarkShape::kHand: p.addEllipse(-0.85, -0.85, 1.7, 1.7), line(-0.45, 0, 0.45, 0); break;
        case MarkShape::kLeak:
            p.moveTo(0, 0.9), p.lineTo(-0.9, -0.7), p.lineTo(0.9, -0.7), p.closeSubpath();
            break;
        case MarkShape::kKnot:
            p.addEllipse(-0.95, -0.55, 1.1, 1.1), p.addEllipse(-0.15, -0.55, 1.1, 1.1);
            break;
        case MarkShape::kLink:
            p.addEllipse(-0.95, -0.3, 0.6, 0.6), p.addEllipse(0.35, -0.3, 0.6, 0.6);
            line(-0.35, 0, 0.35, 0);
            break;
        case MarkShape::kPause: line(-0.35, -0.7, -0.35, 0.7), line(0.35, -0.7, 0.35, 0.7); break;
        case MarkShape::kFlag: line(-0.5, -0.9, -0.5, 0.9), p.addRect(-0.5, -0.9, 1.2, 0.8); break;
        case MarkShape::kEnd: line(-0.4, -0.85, -0.4, 0.85), line(0.4, -0.85, 0.4, 0.85); break;
        case MarkShape::kTurn:
        case MarkShape::kDot: break;
    }
    return p;
}

}  // namespace

void paintMark(QPainter& painter, const QRectF& box, EventMark mark, const QColor& color) {
    const double radius = std::min(box.width(), box.height()) / 2;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(box.center());
    painter.scale(radius, radius);
    const double weight = mark.shape == MarkShape::kCross ? 2.2 : 1.4;
    painter.setPen(QPen(color, weight / radius, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    if (mark.shape == MarkShape::kTurn)
        painter.fillRect(QRectF(-0.75, -0.75, 1.5, 1.5), color);
    else if (mark.shape == MarkShape::kDot)
        painter.setBrush(color), painter.drawEllipse(QRectF(-0.3, -0.3, 0.6, 0.6));
    else
        painter.drawPath(strokesOf(mark.shape));
    painter.restore();
}

}  // namespace ariadne::studio
