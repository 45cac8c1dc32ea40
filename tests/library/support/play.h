// Runs of small programs around one library actor, and what is left of them.
#pragma once

#include "tests/kernel/support/lab.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ariadne::tests {

/// A run of `root` with everything it tells. Thread-confined.
class Play {
public:
    template <class Root>
    Play(const kernel::WorldOptions& options, Root root, std::uint64_t rounds = 200'000)
        : world_(std::make_unique<kernel::World>(options, &sink)) {
        begin(*world_, std::move(root));
        world_->runUntil(kForever, rounds);
    }

    kernel::World& world() { return *world_; }
    std::string verdict() const { return verdictOf(*world_); }

    bool lives(const CellRef& who) { return cellOf(who) != nullptr; }
    /// The state of a cell that lives; a path below the root. Fails the test when there is none.
    template <class State>
    State stateOf(std::string_view path) {
        image_ = world_->image();
        for (const CellImage& cell : image_.cells)
            if (sink.pathOf(cell.rank) == path) return *value::decoded<State>(cell.state);
        qFatal("no cell at %s", std::string{path}.c_str());
    }
    /// All states of one type, in order of birth.
    template <class State>
    std::vector<State> statesOf() {
        std::vector<State> found;
        image_ = world_->image();
        for (const CellImage& cell : image_.cells) {
            const TypeIndex type = sink.births()[cell.rank.value].type;
            if (sink.types().at(type).hash == value::typeInfo<State>().hash)
                found.push_back(*value::decoded<State>(cell.state));
        }
        return found;
    }
    /// Lines of one kind that begin with `head`, without it.
    std::vector<std::string> linesAfter(EventKind kind, std::string_view head) const {
        std::vector<std::string> found;
        for (const RecordedRow& kept : sink.rows())
            if (kept.row.kind == kind && kept.line.starts_with(head))
                found.push_back(kept.line.substr(head.size()));
        return found;
    }

    RecordingSink sink;

private:
    const CellImage* cellOf(const CellRef& who) {
        image_ = world_->image();
        for (const CellImage& cell : image_.cells)
            if (sink.births()[cell.rank.value].key == who.key) return &cell;
        return nullptr;
    }

    std::unique_ptr<kernel::World> world_;
    WorldImage image_;
};

/// Both policies: lock-step in large and small batches, and messages in `seeds` random orders.
inline std::vector<kernel::WorldOptions> everyOrder(std::uint64_t seeds = 20) {
    std::vector<kernel::WorldOptions> all{inRounds(1, 16), inRounds(2, 1)};
    for (std::uint64_t seed = 0; seed < seeds; ++seed) all.push_back(inAnyOrder(seed));
    return all;
}

/// Names the order a check failed in.
inline std::string textOf(const kernel::WorldOptions& options) {
    return std::string{nameOf(options.policy)} + ", seed " + std::to_string(options.seed) +
           ", batch " + std::to_string(options.batch);
}

inline std::string joined(const std::vector<std::string>& parts) {
    std::string out;
    for (const std::string& part : parts) out += (out.empty() ? "" : "; ") + part;
    return out;
}
inline std::string joined(const Vector<std::string>& parts) {
    return joined(std::vector<std::string>(parts.begin(), parts.end()));
}

/// Every snapshot of a run of `root` goes on as the run did: the state says all, and the program
/// has all types. Returns what is wrong, or nothing.
template <class Root>
std::string whySnapshotsDiffer(const kernel::WorldOptions& options, const Root& root) {
    Play whole{options, root};
    const std::uint64_t expected = whole.sink.digest().events();
    RecordingSink sink;
    kernel::World world{options, &sink};
    begin(world, root);
    for (std::uint64_t stride = 1; world.outcome() == Outcome::kRunning; stride += 1 + stride / 3) {
        const WorldImage image = world.image();
        RecordingSink rest{sink.digest()};
        kernel::World restored{options, &rest};
        const absl::Status status =
            restored.restore(image, world.births(), world.types(), cellTypesHere());
        const std::string where = " at round " + std::to_string(image.round.value);
        if (!status.ok()) return status.ToString() + where;
        restored.runUntil(kForever, 200'000);
        if (rest.digest().events() != expected) return "another run" + where;
        for (std::uint64_t n = 0; n < stride && world.step(); ++n) {
        }
    }
    return {};
}

}  // namespace ariadne::tests
