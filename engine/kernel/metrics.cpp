#include "engine/kernel/metrics.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace ariadne::kernel {
namespace {

constexpr std::uint64_t kPartsOfOne = 256;

std::uint64_t wordNameOf(Metric metric, std::uint64_t part = 0) {
    return static_cast<std::uint64_t>(metric) * kPartsOfOne + part;
}

/// Whether a snapshot tells it elsewhere.
bool isToldElsewhere(Metric metric) {
    switch (metric) {
        case Metric::kFailures:
        case Metric::kLeaks:
        case Metric::kCellsBorn:
        case Metric::kCellsAlive:
        case Metric::kCellsEnded: return true;
        default: return false;
    }
}

/// `sum` / `count` with one digit behind the point.
std::string meanOf(std::uint64_t sum, std::uint64_t count) {
    // No wider than 64 bits: the rest of a division by `count`, times ten, may be too much for it.
    const std::uint64_t rest = sum % count;
    const std::uint64_t tenth = count > std::numeric_limits<std::uint64_t>::max() / 10
                                    ? rest / (count / 10)
                                    : rest * 10 / count;
    return std::to_string(sum / count) + "." + std::to_string(std::min<std::uint64_t>(tenth, 9));
}

}  // namespace

std::string nameOf(Metric metric) {
    switch (metric) {
        case Metric::kTurns: return "turns";
        case Metric::kSends: return "sends";
        case Metric::kFailures: return "failures";
        case Metric::kRestarts: return "restarts";
        case Metric::kLeaks: return "leaks";
        case Metric::kCellsBorn: return "cells_born";
        case Metric::kCellsAlive: return "cells_alive";
        case Metric::kCellsEnded: return "cells_ended";
        case Metric::kRegions: return "regions";
        case Metric::kTimersFired: return "timers_fired";
        case Metric::kEffects: return "effects";
        case Metric::kMailboxSize: return "mailbox_size";
        case Metric::kWait: return "wait_events";
        case Metric::kRecovery: return "recovery_rounds";
        default: break;
    }
    if (metric < Metric::kDropped || metric >= droppedFor(kDropReasonCount)) return "unknown";
    const auto reason =
        static_cast<std::uint8_t>(metric) - static_cast<std::uint8_t>(Metric::kDropped);
    return "dropped_" + std::string{nameOf(static_cast<DropReason>(reason))};
}

std::uint64_t Histogram::count() const {
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

std::uint64_t Histogram::lowestOf(std::size_t bucket) {
    return bucket == 0 ? 0 : std::uint64_t{1} << (bucket - 1);
}

std::uint64_t Histogram::highestOf(std::size_t bucket) {
    return bucket == 0 ? 0 : std::numeric_limits<std::uint64_t>::max() >> (kBuckets - 1 - bucket);
}

void Histogram::encode(ByteWriter& out) const {
    std::size_t used = kBuckets;
    while (used > 0 && counts[used - 1] == 0) --used;
    out.varint(sum);
    for (std::size_t bucket = 0; bucket < used; ++bucket) out.varint(counts[bucket]);
}

std::optional<Histogram> Histogram::decoded(ByteView payload) {
    ByteReader in{payload};
    Histogram out;
    out.sum = in.varint();
    for (std::size_t bucket = 0; bucket < kBuckets && in.ok() && !in.atEnd(); ++bucket)
        out.counts[bucket] = in.varint();
    if (!in.ok() || !in.atEnd()) return std::nullopt;
    return out;
}

std::string textOf(const Histogram& histogram) {
    const std::uint64_t count = histogram.count();
    std::string out = std::to_string(count) + (count == 1 ? " value" : " values");
    if (count == 0) return out;
    out += ", mean " + meanOf(histogram.sum, count) + ":";
    for (std::size_t bucket = 0; bucket < Histogram::kBuckets; ++bucket) {
        if (histogram.counts[bucket] == 0) continue;
        const std::uint64_t low = Histogram::lowestOf(bucket);
        const std::uint64_t high = Histogram::highestOf(bucket);
        if (out.back() != ':') out += ",";
        out += " " + std::to_string(low) + (low == high ? "" : "-" + std::to_string(high)) + " x" +
               std::to_string(histogram.counts[bucket]);
    }
    return out;
}

std::vector<std::uint64_t> wordsOf(const Metrics& metrics) {
    std::vector<std::uint64_t> out;
    const auto add = [&](std::uint64_t name, std::uint64_t value) {
        if (value == 0) return;
        out.push_back(name);
        out.push_back(value);
    };
    forEachMetric(
        metrics,
        [&](Metric metric, std::uint64_t value) {
            if (!isToldElsewhere(metric)) add(wordNameOf(metric), value);
        },
        [&](Metric metric, const Histogram& histogram) {
            add(wordNameOf(metric), histogram.sum);
            for (std::size_t bucket = 0; bucket < Histogram::kBuckets; ++bucket)
                add(wordNameOf(metric, 1 + bucket), histogram.counts[bucket]);
        });
    return out;
}

absl::Status restoreMetrics(std::span<const std::uint64_t> words, Metrics& out) {
    if (words.size() % 2 != 0) return absl::DataLossError("snapshot: a metric without its value");
    for (std::size_t i = 0; i < words.size(); i += 2) {
        std::uint64_t* found = nullptr;
        forEachMetric(
            out,
            [&](Metric metric, std::uint64_t& value) {
                if (wordNameOf(metric) == words[i] && !isToldElsewhere(metric)) found = &value;
            },
            [&](Metric metric, Histogram& histogram) {
                const std::uint64_t part = words[i] - wordNameOf(metric);
                if (part == 0) found = &histogram.sum;
                if (part >= 1 && part <= Histogram::kBuckets) found = &histogram.counts[part - 1];
            });
        if (found == nullptr)
            return absl::DataLossError("snapshot: found metric " + std::to_string(words[i]) +
                                       ", which this engine does not have");
        *found = words[i + 1];
    }
    return absl::OkStatus();
}

}  // namespace ariadne::kernel
