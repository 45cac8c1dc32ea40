// Figures of a run: what happened how often, and how long mailboxes and waits were.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/event.h"

#include <absl/status/status.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ariadne::kernel {

/// Which figure. Numbers are for ever: they stand in trace files. kDropped and what follows are one
/// for each DropReason.
enum class Metric : std::uint8_t {
    kUnknown = 0,
    kTurns = 1,
    kSends = 2,  ///< messages that turns sent; only with metricsEvery
    kFailures = 3,
    kRestarts = 4,
    kLeaks = 5,
    kCellsBorn = 6,
    kCellsAlive = 7,
    kCellsEnded = 8,
    kRegions = 9,
    kTimersFired = 10,
    kEffects = 11,
    kMailboxSize = 12,  ///< histogram
    kWait = 13,         ///< histogram
    kRecovery = 14,     ///< histogram
    kDropped = 64,
};

/// The metric of a dead letter with that reason.
constexpr Metric droppedFor(std::uint8_t reason) {
    return static_cast<Metric>(static_cast<std::uint8_t>(Metric::kDropped) + reason);
}

/// "turns", "dropped_mailbox_full"; "unknown" for a number of a newer engine.
std::string nameOf(Metric metric);

/// How often values of each size came. Bucket 0 holds the zeros, bucket b the values from 2^(b-1)
/// to 2^b - 1. Value type.
struct Histogram {
    static constexpr std::size_t kBuckets = 65;

    std::array<std::uint64_t, kBuckets> counts{};
    std::uint64_t sum = 0;  ///< of all values, modulo 2^64

    void add(std::uint64_t value) {
        ++counts[static_cast<std::size_t>(std::bit_width(value))];
        sum += value;
    }
    /// How many values there were.
    std::uint64_t count() const;
    static std::uint64_t lowestOf(std::size_t bucket);
    static std::uint64_t highestOf(std::size_t bucket);

    /// The payload of a metric row: `sum`, then the counts up to the last that is not 0, as
    /// varints.
    void encode(ByteWriter& out) const;
    /// nullopt: `payload` is no histogram.
    static std::optional<Histogram> decoded(ByteView payload);
    bool operator==(const Histogram&) const = default;
};

/// "3 values, mean 1.3: 0 x1, 2-3 x2".
std::string textOf(const Histogram& histogram);

/// The figures of a run up to a point between two rounds. Value type.
struct Metrics {
    std::uint64_t turns = 0;
    std::uint64_t sends = 0;  ///< by turns that did not fail; counted with metricsEvery only
    std::uint64_t failures = 0;
    std::uint64_t restarts = 0;
    std::uint64_t leaks = 0;  ///< obligations whose holder ended with them
    std::uint64_t cellsBorn = 0;
    std::uint64_t cellsAlive = 0;
    std::uint64_t cellsEnded = 0;
    std::uint64_t regions = 0;      ///< opened, with the one of the whole run
    std::uint64_t timersFired = 0;  ///< of those that actors set
    std::uint64_t effects = 0;      ///< asked for
    std::array<std::uint64_t, kDropReasonCount> dropped{};  ///< by DropReason
    // With metricsEvery only
    Histogram mailboxSize;  ///< messages in both lanes of a cell when its turns of a round began
    Histogram wait;         ///< of each turn: events from the enqueue of its message to the turn
    Histogram recovery;     ///< of each restart: rounds from the failure to the first turn after it

    bool operator==(const Metrics&) const = default;
};

/// Calls `counter(Metric, value)` or `histogram(Metric, Histogram&)` for each figure, by ascending
/// number. `metrics` is a Metrics, const or not.
template <class M, class Counter, class OfHistogram>
void forEachMetric(M& metrics, Counter&& counter, OfHistogram&& histogram) {
    counter(Metric::kTurns, metrics.turns);
    counter(Metric::kSends, metrics.sends);
    counter(Metric::kFailures, metrics.failures);
    counter(Metric::kRestarts, metrics.restarts);
    counter(Metric::kLeaks, metrics.leaks);
    counter(Metric::kCellsBorn, metrics.cellsBorn);
    counter(Metric::kCellsAlive, metrics.cellsAlive);
    counter(Metric::kCellsEnded, metrics.cellsEnded);
    counter(Metric::kRegions, metrics.regions);
    counter(Metric::kTimersFired, metrics.timersFired);
    counter(Metric::kEffects, metrics.effects);
    histogram(Metric::kMailboxSize, metrics.mailboxSize);
    histogram(Metric::kWait, metrics.wait);
    histogram(Metric::kRecovery, metrics.recovery);
    for (std::uint8_t reason = 0; reason < kDropReasonCount; ++reason)
        counter(droppedFor(reason), metrics.dropped[reason]);
}

/// For a snapshot: those figures that nothing else in it tells, as pairs (name, value) of what is
/// not 0. The name is number * 256; in a histogram that is the sum, and + 1 + b its bucket b.
std::vector<std::uint64_t> wordsOf(const Metrics& metrics);
/// kDataLoss: names a figure that this engine does not have, or has no value for one.
absl::Status restoreMetrics(std::span<const std::uint64_t> words, Metrics& out);

}  // namespace ariadne::kernel
