#include "studio/session/effect_scan.h"

#include <algorithm>
#include <utility>

namespace ariadne::studio {

using tracefmt::ColumnSet;

EffectScan::EffectScan(Position event) : near_(event, 2), next_{event.value + 1} {
    found_.of = event;
}

void EffectScan::begin(OpenTrace& trace) {
    found_.event = lineOf(trace, found_.of);
    if (trace.inputs)
        found_.error =
            "found a trace of level inputs, expected one with events to tell what came of one; "
            "run its program again";
}

WalkEnd EffectScan::advance(OpenTrace& trace, Clock::time_point until,
                            const CancelFlag& cancelled) {
    if (!std::exchange(begun_, true)) begin(trace);
    if (unborn_.areOld(*trace.reader)) nameAgain(trace);
    if (next_ > trace.last()) return WalkEnd::kReachedEnd;
    const auto visit = [&](const tracefmt::EventChunk& chunk, std::uint32_t begin,
                           std::uint32_t end) {
        const tracefmt::EventColumns& rows = chunk.columns();
        for (std::uint32_t i = begin; i < end; ++i)
            // Most were caused by something before the event.
            if (rows.cause[i] >= found_.of)
                lookAt(trace, {chunk.first().value + i}, rows.cause[i], rows.kind[i]);
    };
    return walkColumns(*trace.reader, ColumnSet::kKind | ColumnSet::kCause, next_, trace.last(),
                       until, cancelled, found_.error, room_, visit);
}

EventLine EffectScan::lineOf(OpenTrace& trace, Position position) {
    EventLine line = lineAt(trace, position, showOptionsOf(*trace.history));
    unborn_.take(line.namesUnborn, *trace.reader);
    return line;
}

void EffectScan::nameAgain(OpenTrace& trace) {
    unborn_.clear();
    if (found_.event.namesUnborn) found_.event = lineOf(trace, found_.of);
    for (EffectList::Effect& effect : found_.effects)
        if (effect.line.namesUnborn) effect.line = lineOf(trace, effect.line.seq);
}

void EffectScan::lookAt(OpenTrace& trace, Position position, Position cause, EventKind kind) {
    const auto depth = near_.depthOf(position, cause);
    auto& effects = found_.effects;
    if (depth == 2) {
        const auto at = std::partition_point(effects.begin(), effects.end(),
                                             [&](const auto& e) { return e.line.seq < cause; });
        if (at != effects.end() && at->line.seq == cause) ++at->effects;
    }
    if (depth != 1) return;
    ++found_.total;
    if (effects.size() < EffectList::kShownMax)
        effects.push_back({lineOf(trace, position), 0});
    else
        ++leftOut_[kind];
}

EffectList EffectScan::list(const OpenTrace& trace) const {
    EffectList out = found_;
    out.leftOut.assign(leftOut_.begin(), leftOut_.end());
    std::stable_sort(out.leftOut.begin(), out.leftOut.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    out.last = trace.last();
    out.lookedTo = std::min(out.last, Position{next_.value - 1});
    out.complete = isAtEnd(trace);
    return out;
}

}  // namespace ariadne::studio
