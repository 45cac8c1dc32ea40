// How long the engine's thread stands still when it hands a block to the recorder.
#pragma once

#include "engine/kernel/event_sink.h"
#include "tests/bench/stopwatch.h"

#include <utility>
#include <vector>

namespace ariadne::bench {

/// Passes everything on to `sink`, which it looks at while blocks change hands. Such a stall is the
/// only wait of a recorded run that a disk or a slow encoder can lengthen. Thread: the World's.
class HandoverWatch final : public kernel::EventSink {
public:
    explicit HandoverWatch(kernel::EventSink& sink) : sink_(sink) {}

    bool wantsChanges() const override { return sink_.wantsChanges(); }
    void onTypes(std::span<const TypeDesc> types) override { sink_.onTypes(types); }
    void onBirth(const CellBirth& birth) override { sink_.onBirth(birth); }
    void onEvent(const EventRow& row) override { sink_.onEvent(row); }
    EventBatch* const* batch() override { return sink_.batch(); }
    void onBatchFull() override {
        const Stopwatch watch;
        sink_.onBatchFull();
        tookNs_.push_back(watch.wallNs());
    }
    bool affordsSnapshot(const kernel::ImageSize& size) override {
        return sink_.affordsSnapshot(size);
    }
    bool wantsSnapshot(Position position) override { return sink_.wantsSnapshot(position); }
    bool wantsWholeSnapshot() override { return sink_.wantsWholeSnapshot(); }
    void onSnapshot(WorldImage image) override { sink_.onSnapshot(std::move(image)); }

    const std::vector<double>& tookNs() const { return tookNs_; }

private:
    kernel::EventSink& sink_;
    std::vector<double> tookNs_;
};

}  // namespace ariadne::bench
