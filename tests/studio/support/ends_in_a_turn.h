// A recording that somebody looks at while its file ends in the middle of a turn.
#pragma once

#include "engine/actor/program.h"
#include "engine/kernel/world.h"
#include "recorder/recorder.h"
#include "tests/support/must.h"

#include <functional>
#include <string>
#include <utility>

namespace ariadne::tests {

/// Hands all to a recorder, and has the file end once behind the first turn that changes something:
/// in front of the births of that turn, as where a block is full. `look` gets the turn.
class EndsInATurn final : public kernel::EventSink {
public:
    EndsInATurn(recorder::Recorder& recorder, std::function<void(Position)> look)
        : recorder_(recorder), look_(std::move(look)) {}

    void onTypes(std::span<const TypeDesc> types) override { recorder_.onTypes(types); }
    void onBirth(const CellBirth& birth) override { recorder_.onBirth(birth); }
    void onEvent(const EventRow& row) override {
        recorder_.onEvent(row);
        if (row.kind != EventKind::kDeliver || row.change.empty() || !look_) return;
        test::must(recorder_.flush());
        std::exchange(look_, nullptr)(row.seq);
    }

private:
    recorder::Recorder& recorder_;
    std::function<void(Position)> look_;
};

/// All of it, into `file`. An error aborts the test with its text.
inline void recordWithALook(const std::string& programId, const std::string& file,
                            const std::function<void(Position)>& look) {
    tracefmt::TraceMeta meta;
    meta.programId = programId;
    meta.batch = 16;
    const auto recorder = test::must(recorder::Recorder::create(file, meta));
    EndsInATurn sink{*recorder, look};
    kernel::World world{{}, &sink};
    test::must(
        ProgramRegistry::find(programId)->start(world, *ProgramRegistry::find(programId), {}));
    while (world.step()) {
    }
    test::must(recorder->finish());
}

}  // namespace ariadne::tests
