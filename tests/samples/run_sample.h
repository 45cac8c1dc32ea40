// Runs a sample in this process, from start to end, and says what became of it.
#pragma once

#include "engine/actor/program.h"
#include "engine/base/event_digest.h"
#include "engine/kernel/event_sink.h"
#include "engine/kernel/replay_decisions.h"
#include "engine/kernel/world.h"
#include "tests/support/shown_text.h"

#include <QTest>

#include <array>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ariadne::tests {

/// Later than any sample ends.
inline constexpr VirtualTime kNever{24 * 3'600'000'000'000};
inline constexpr std::uint64_t kRoundsMax = 100'000'000;

/// Folds all events into a digest, counts them by kind, and keeps the choices.
class DigestSink final : public kernel::EventSink {
public:
    /// `from` is the digest of the events before the first that this sink sees.
    explicit DigestSink(EventDigest from = {}) : digest_(from) {}

    void onTypes(std::span<const TypeDesc> types) override {
        for (const TypeDesc& type : types) typeHashes_.push_back(type.hash);
    }
    void onBirth(const CellBirth& birth) override { paths_.push_back(birth.path); }
    void onEvent(const EventRow& row) override {
        digest_.add(row, typeHashes_.at(row.type.value));
        ++counts_.at(static_cast<std::size_t>(row.kind));
        ++events_;
        if (row.kind == EventKind::kDecision)
            decisions_.push_back(
                {static_cast<std::uint32_t>(row.arg), static_cast<std::uint32_t>(row.extra)});
    }

    const EventDigest& digest() const { return digest_; }
    std::uint64_t events() const { return events_; }
    std::uint64_t count(EventKind kind) const { return counts_.at(static_cast<std::size_t>(kind)); }
    const std::vector<kernel::Decision>& decisions() const { return decisions_; }
    /// Of all actors, in order of birth.
    const std::vector<std::string>& paths() const { return paths_; }

private:
    std::vector<std::uint64_t> typeHashes_{0};  ///< by TypeIndex; 0 is the opaque type
    std::vector<std::string> paths_;
    std::vector<kernel::Decision> decisions_;
    EventDigest digest_;
    std::array<std::uint64_t, kEventKindCount> counts_{};
    std::uint64_t events_ = 0;
};

struct SampleRun {
    std::string verdict;  ///< "completed: total is 100"
    DigestSink seen;

    bool failed() const { return verdict.starts_with("failed: "); }
    bool completed() const { return verdict.starts_with("completed: "); }
    /// By its own doing: not at a limit, nor because nothing was left to happen.
    bool ended() const {
        return completed() || failed() || verdict.starts_with("deadlock: ") ||
               verdict.starts_with("leaked: ");
    }
};

inline std::string verdictOf(const kernel::World& world) {
    return std::string{nameOf(world.outcome())} + ": " + world.outcomeText();
}

inline SampleRun runSample(std::string_view id, const kernel::WorldOptions& options,
                           const ArgumentTexts& args = {}) {
    SampleRun run;
    const Program* program = ProgramRegistry::find(id);
    if (program == nullptr) {
        run.verdict = "there is no such program";
        return run;
    }
    kernel::World world{options, &run.seen};
    if (const absl::Status status = program->start(world, *program, args); !status.ok()) {
        run.verdict = std::string{status.message()};
        return run;
    }
    world.runUntil(kNever, kRoundsMax);
    run.verdict = verdictOf(world);
    return run;
}

inline kernel::WorldOptions inRounds(std::uint64_t seed) {
    return {.seed = seed, .limits = {}};
}

inline kernel::WorldOptions inAnyOrder(std::uint64_t seed) {
    return {.seed = seed, .policy = kernel::Policy::kRandom, .limits = {}};
}

/// The seeds of 1..last whose runs fail, as a README lists them: "1, 4, 7".
inline std::string failingSeeds(std::string_view id, std::uint64_t last,
                                const ArgumentTexts& args = {}) {
    std::string out;
    for (std::uint64_t seed = 1; seed <= last; ++seed)
        if (runSample(id, inRounds(seed), args).failed())
            out += (out.empty() ? "" : ", ") + std::to_string(seed);
    return out;
}

/// The text of a file below samples/, lines joined by blanks so that one can look for sentences.
inline std::string sentencesOf(std::string_view file) {
    std::ifstream in{std::string{SAMPLES_FOLDER "/"} + std::string{file}};
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    for (char& c : text)
        if (c == '\n') c = ' ';
    return text;
}

}  // namespace ariadne::tests
