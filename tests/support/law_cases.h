// Programs made at random as cases of the laws of runs (laws.h), on every policy, with faults and
// without.
#pragma once

#include "tests/support/laws.h"
#include "tests/support/root.h"

#include <QTest>

#include <array>
#include <initializer_list>
#include <string>

namespace ariadne::tests {

/// Rows of the columns "policy" and "faulty".
inline void everyPolicyWithAndWithoutFaults() {
    using kernel::Policy;
    QTest::addColumn<int>("policy");
    QTest::addColumn<bool>("faulty");
    for (const Policy policy : {Policy::kRounds, Policy::kRandom, Policy::kPct, Policy::kReplay})
        for (const bool faulty : {false, true})
            QTest::addRow("%s%s", std::string{nameOf(policy)}.c_str(), faulty ? " with faults" : "")
                << static_cast<int>(policy) << faulty;
}

/// A replay is one of a run whose choices somebody made: its policy. All others are their own.
inline kernel::Policy originalOf(kernel::Policy policy, std::uint64_t seed) {
    if (policy != kernel::Policy::kReplay) return policy;
    return seed % 2 == 0 ? kernel::Policy::kRandom : kernel::Policy::kPct;
}

/// For a short run.
inline kernel::WorldOptions smallOptions(std::uint64_t seed, kernel::Policy policy) {
    kernel::WorldOptions options{.seed = seed, .policy = policy, .limits = {}};
    options.batch = static_cast<std::uint32_t>(1 + seed % 5);
    options.pctDepth = static_cast<std::uint32_t>(1 + seed % 6);
    options.pctSteps = 60;
    return options;
}

/// `name` is the root's.
template <class Program>
Subject subjectOf(const Program& program, const std::string& name) {
    return {program.options,
            [program, name](kernel::World& world) { begin(world, program.root(), name); },
            cellTypesHere(), program.rounds};
}

/// What was in the runs of a law, so that a test can tell that they were worth it.
class LawRuns {
public:
    /// run = replay when `policy` says so, else run = restore and run.
    Wrong check(const Subject& subject, kernel::Policy policy) {
        FoldingSink seen;
        const Wrong wrong = policy == kernel::Policy::kReplay ? runIsReplay(subject, &seen)
                                                              : runIsRestoreAndRun(subject, &seen);
        for (std::size_t kind = 0; kind < events_.size(); ++kind)
            events_[kind] += seen.count(static_cast<EventKind>(kind));
        for (std::size_t kind = 0; kind < faults_.size(); ++kind)
            faults_[kind] += seen.count(static_cast<FaultKind>(kind));
        return wrong;
    }

    std::uint64_t count(EventKind kind) const { return events_.at(static_cast<std::size_t>(kind)); }
    /// The first of `kinds` that came where none may, or did not where all must; empty: none.
    std::string oddFault(std::initializer_list<FaultKind> kinds, bool faulty) const {
        for (const FaultKind kind : kinds)
            if ((faults_.at(static_cast<std::size_t>(kind)) > 0) != faulty)
                return std::string{nameOf(kind)};
        return {};
    }

private:
    std::array<std::uint64_t, kEventKindCount> events_{};
    std::array<std::uint64_t, 8> faults_{};  ///< as many as a FoldingSink counts
};

}  // namespace ariadne::tests
