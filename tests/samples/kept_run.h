// A sample's run with all its events kept, for tests that look at single ones.
#pragma once

#include "tests/samples/run_sample.h"

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ariadne::tests {

/// An event that outlives its call.
struct KeptRow {
    EventRow row;      ///< its views are empty
    std::string text;  ///< its payload, as text
};

/// Keeps every event, in order: that of position p is rows()[p - 1].
class KeepingSink final : public kernel::EventSink {
public:
    void onTypes(std::span<const TypeDesc>) override {}
    void onBirth(const CellBirth& birth) override {
        paths_.resize(birth.rank.value + 1);
        paths_[birth.rank.value] = birth.path;
    }
    void onEvent(const EventRow& row) override {
        std::string text;
        for (const auto byte : row.payload) text.push_back(static_cast<char>(byte));
        rows_.push_back({row, std::move(text)});
        rows_.back().row.payload = {};
        rows_.back().row.change = {};
    }

    const std::vector<KeptRow>& rows() const { return rows_; }
    /// Event 0 is none: ask only for the causes of events that have one.
    const EventRow& at(Position position) const { return rows_.at(position.value - 1).row; }
    const std::string& pathOf(Rank rank) const { return paths_.at(rank.value); }

    using Condition = std::function<bool(const EventRow&)>;
    std::vector<EventRow> all(EventKind kind, const Condition& condition = {}) const {
        std::vector<EventRow> out;
        for (const KeptRow& kept : rows_)
            if (kept.row.kind == kind && (!condition || condition(kept.row)))
                out.push_back(kept.row);
        return out;
    }
    std::size_t count(EventKind kind, const Condition& condition = {}) const {
        return all(kind, condition).size();
    }
    /// The first event of `kind` after `position` that meets `condition`; null when there is none.
    const EventRow* next(Position position, EventKind kind, const Condition& condition) const {
        for (std::size_t i = position.value; i < rows_.size(); ++i)
            if (rows_[i].row.kind == kind && condition(rows_[i].row)) return &rows_[i].row;
        return nullptr;
    }

private:
    std::vector<KeptRow> rows_;
    std::vector<std::string> paths_;
};

struct KeptRun {
    std::string verdict;
    std::uint64_t leaks = 0;
    KeepingSink seen;
};

/// Into `run`, which is empty.
inline void keepSample(KeptRun& run, std::string_view id, const kernel::WorldOptions& options,
                       const ArgumentTexts& args = {}) {
    const Program* program = ProgramRegistry::find(id);
    if (program == nullptr) {
        run.verdict = "there is no such program";
        return;
    }
    kernel::World world{options, &run.seen};
    if (const absl::Status status = program->start(world, *program, args); !status.ok()) {
        run.verdict = std::string{status.message()};
        return;
    }
    world.runUntil(kNever, kRoundsMax);
    run.verdict = verdictOf(world);
    run.leaks = world.leaks();
}

}  // namespace ariadne::tests
