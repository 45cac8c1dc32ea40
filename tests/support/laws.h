// Laws of runs, for any program and options: it goes on from any round, and its choices repeat it.
#pragma once

#include "engine/base/event_digest.h"
#include "engine/kernel/event_sink.h"
#include "engine/kernel/replay_decisions.h"
#include "engine/kernel/world.h"
#include "tests/support/refute.h"

#include <array>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace ariadne::tests {

/// Folds what it is told, and keeps the choices.
class FoldingSink final : public kernel::EventSink {
public:
    /// `from` folds the events before the first that this sink sees.
    explicit FoldingSink(EventDigest from = {}) : digest_(from) {}

    void onTypes(std::span<const TypeDesc> types) override {
        for (const TypeDesc& type : types) typeHashes_.push_back(type.hash);
    }
    void onBirth(const CellBirth&) override {}
    void onEvent(const EventRow& row) override {
        digest_.add(row, typeHashes_.at(row.type.value));
        ++counts_.at(static_cast<std::size_t>(row.kind));
        if (row.kind == EventKind::kFault) ++faults_.at(row.arg);
        if (row.kind == EventKind::kDecision)
            decisions_.push_back(
                {static_cast<std::uint32_t>(row.arg), static_cast<std::uint32_t>(row.extra)});
    }

    const EventDigest& digest() const { return digest_; }
    const std::vector<kernel::Decision>& decisions() const { return decisions_; }
    std::uint64_t count(EventKind kind) const { return counts_.at(static_cast<std::size_t>(kind)); }
    std::uint64_t count(FaultKind kind) const { return faults_.at(static_cast<std::size_t>(kind)); }

private:
    std::vector<std::uint64_t> typeHashes_{0};  ///< by TypeIndex; 0 is the opaque type
    std::vector<kernel::Decision> decisions_;
    EventDigest digest_;
    std::array<std::uint64_t, kEventKindCount> counts_{};
    std::array<std::uint64_t, 8> faults_{};
};

/// What is run: options, a root, and how long.
struct Subject {
    kernel::WorldOptions options;
    std::function<void(kernel::World&)> begin;
    kernel::CellTypeFinder cellTypes;
    std::uint64_t rounds = 0;
    std::vector<kernel::Decision> decisions = {};  ///< policy replay
};

/// How a run ended. What a run was is in its digests.
struct RunEnd {
    Outcome outcome = Outcome::kRunning;
    std::string text;
    EventDigest digest;
    std::uint64_t state = 0;
    Position position;
    VirtualTime time;
    Round round;
    std::uint64_t failures = 0;
    bool operator==(const RunEnd&) const = default;
};

/// The first of what differs, in words.
inline std::string differing(const RunEnd& a, const RunEnd& b) {
    const auto numbers = [](const char* what, std::uint64_t x, std::uint64_t y) {
        return std::string{what} + " " + std::to_string(x) + " | " + std::to_string(y);
    };
    if (a.position != b.position) return numbers("position", a.position.value, b.position.value);
    if (a.digest.events() != b.digest.events()) return "events differ";
    if (a.digest.changes() != b.digest.changes()) return "changes differ";
    if (a.state != b.state) return "states differ";
    if (a.round != b.round) return numbers("round", a.round.value, b.round.value);
    if (a.failures != b.failures) return numbers("failures", a.failures, b.failures);
    return "ends differ: " + std::string{nameOf(a.outcome)} + " " + a.text + " | " +
           std::string{nameOf(b.outcome)} + " " + b.text;
}

/// A world with its sink and its choices, at its first round or at that of an image.
class SubjectRun {
public:
    explicit SubjectRun(const Subject& subject, EventDigest from = {})
        : subject_(subject),
          sink_(from),
          replayed_(subject.decisions),
          world_(subject.options, &sink_,
                 subject.options.policy == kernel::Policy::kReplay ? &replayed_ : nullptr) {}

    kernel::World& world() { return world_; }
    const FoldingSink& sink() const { return sink_; }
    bool goesOn() const {
        return world_.outcome() == Outcome::kRunning && world_.round().value < subject_.rounds;
    }

    /// To the end, or as far as the subject goes. What is left then is part of the result.
    RunEnd finish() {
        // In steps, for a round may be spent on nothing but the quiescent end.
        while (goesOn() && world_.step()) {
        }
        world_.end(Outcome::kUntil, "long enough");
        return {world_.outcome(),  world_.outcomeText(), sink_.digest(), world_.image().stateDigest,
                world_.position(), world_.now(),         world_.round(), world_.failures()};
    }

private:
    const Subject& subject_;
    FoldingSink sink_;
    kernel::ReplayDecisions replayed_;
    kernel::World world_;
};

/// What a run was, for checks that it was one worth looking at.
struct Whole {
    RunEnd end;
    FoldingSink seen;
};
inline Whole runWhole(const Subject& subject) {
    SubjectRun run{subject};
    subject.begin(run.world());
    const RunEnd end = run.finish();
    return {end, run.sink()};
}

/// Before every round: an image, another world made of it, that world's run to the end.
inline Wrong goesOnFromEveryRound(const Subject& subject, const RunEnd& expected) {
    SubjectRun run{subject};
    subject.begin(run.world());
    while (run.goesOn()) {
        const WorldImage image = run.world().image();
        const std::string where = "from round " + std::to_string(image.round.value) + ": ";
        SubjectRun rest{subject, run.sink().digest()};
        const absl::Status status = rest.world().restore(image, run.world().births(),
                                                         run.world().types(), subject.cellTypes);
        if (!status.ok()) return where + std::string{status.message()};
        if (rest.world().image().stateDigest != image.stateDigest) return where + "another state";
        const RunEnd end = rest.finish();
        if (!(end == expected)) return where + differing(end, expected);
        if (!run.world().step()) break;
    }
    const RunEnd end = run.finish();
    if (!(end == expected)) return "looked at every round: " + differing(end, expected);
    return std::nullopt;
}

/// run = run again = restore at every round and run. `seen` gets what the run was.
inline Wrong runIsRestoreAndRun(const Subject& subject, FoldingSink* seen = nullptr) {
    const Whole original = runWhole(subject);
    if (seen != nullptr) *seen = original.seen;
    if (const RunEnd again = runWhole(subject).end; !(again == original.end))
        return "run again: " + differing(again, original.end);
    return goesOnFromEveryRound(subject, original.end);
}

/// run = replay of its choices = restore the replay at every round and run. For policies that
/// choose.
inline Wrong runIsReplay(const Subject& subject, FoldingSink* seen = nullptr) {
    const Whole original = runWhole(subject);
    if (seen != nullptr) *seen = original.seen;
    Subject replayed = subject;
    replayed.options.policy = kernel::Policy::kReplay;
    replayed.decisions = original.seen.decisions();
    const RunEnd end = runWhole(replayed).end;
    RunEnd expected = original.end;
    expected.state = end.state;  // it covers what the policy remembers, which a replay need not
    if (!(end == expected)) return "replayed: " + differing(end, expected);
    if (Wrong wrong = goesOnFromEveryRound(replayed, end)) return "replayed " + *wrong;
    return std::nullopt;
}

}  // namespace ariadne::tests
