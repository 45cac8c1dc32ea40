// What a World counts for its metrics, and when it tells them.
#include "engine/kernel/world.h"

namespace ariadne::kernel {
namespace {

bool isSent(const Output& output) {
    switch (output.kind) {
        case EventKind::kSend:
        case EventKind::kAsk:
        case EventKind::kReply:
        case EventKind::kForward:
        case kExpiringSend: return true;
        case EventKind::kResolve: return output.message != nullptr;
        default: return false;
    }
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
        for (const Output& output : log.outputs) counted_.sends += isSent(output) ? 1u : 0u;
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
