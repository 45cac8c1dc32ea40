// What a World counts for its metrics, and when it tells them.
#include "engine/kernel/world.h"

namespace ariadne::kernel {
namespace {

bool isSent(const Output& output) {
    return output.kind == kExpiringSend || output.kind == kSureSend ||
           (output.kind == EventKind::kResolve && output.message != nullptr);
}

}  // namespace

Metrics World::metrics() const {
    Metrics out = counted_;
    out.turns = delivered_;
    out.failures = failures_;
    out.leaks = leaks_;
    out.cellsBorn = cells_.size() - 1 - counted_.regions;
    out.cellsAlive = alive_;
    out.cellsEnded = out.cellsBorn - out.cellsAlive;
    return out;
}

void World::measureRound() {
    for (std::uint32_t i = 0; i < logsUsed_; ++i) {
        OutLog& log = *logs_[i];
        for (std::size_t begin = 0, end = 0; begin < log.turns.size(); begin = end) {
            const Cell* cell = log.turns[begin].cell;
            while (end < log.turns.size() && log.turns[end].cell == cell) ++end;
            counted_.mailboxSize.add(end - begin + cell->waiting());
        }
        for (const LogLine line : log.lines)
            if (line.isMessage() || (!line.isBirth() && isSent(log.outputs[line.place()])))
                ++counted_.sends;
    }
}

void World::tellMetrics() {
    reportAt_ = nextReport();
    const auto tell = [&](Metric metric, std::uint64_t value, ByteView payload) {
        if (value == 0) return;
        EventRow row;
        row.kind = EventKind::kMetric;
        row.arg = static_cast<std::uint64_t>(metric);
        row.extra = value;
        row.payload = payload;
        emit(row);
    };
    const Metrics now = metrics();
    forEachMetric(
        now, [&](Metric metric, std::uint64_t value) { tell(metric, value, {}); },
        [&](Metric metric, const Histogram& histogram) {
            payload_.clear();
            histogram.encode(payload_);
            tell(metric, histogram.count(), payload_.view());
        });
}

}  // namespace ariadne::kernel
