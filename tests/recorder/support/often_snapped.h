// A recording with far more snapshots than anybody would pay for.
#pragma once

#include "engine/kernel/event_sink.h"
#include "recorder/recorder.h"

#include <cstdint>
#include <span>
#include <utility>

namespace ariadne::test {

/// Tells `to` everything, and has a snapshot taken after every `step` rounds.
class OftenSnapped final : public kernel::EventSink {
public:
    OftenSnapped(recorder::Recorder& to, std::uint64_t step) : to_(to), step_(step) {}
    bool wantsChanges() const override { return to_.wantsChanges(); }
    void onTypes(std::span<const TypeDesc> types) override { to_.onTypes(types); }
    void onBirth(const CellBirth& birth) override { to_.onBirth(birth); }
    void onEvent(const EventRow& row) override { to_.onEvent(row); }
    EventBatch* const* batch() override { return to_.batch(); }
    void onBatchFull() override { to_.onBatchFull(); }
    bool wantsSnapshot(Position) override { return ++rounds_ % step_ == 0; }
    bool wantsWholeSnapshot() override { return to_.wantsWholeSnapshot(); }
    void onSnapshot(WorldImage image) override { to_.onSnapshot(std::move(image)); }

private:
    recorder::Recorder& to_;
    std::uint64_t step_;
    std::uint64_t rounds_ = 0;
};

}  // namespace ariadne::test
