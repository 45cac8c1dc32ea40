// Shows what a run commits to somebody who is not its recorder.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/event.h"
#include "engine/base/event_batch.h"
#include "engine/kernel/event_sink.h"

#include <functional>
#include <vector>

namespace ariadne::recorder {

/// Stands in front of another sink, which is told the same whoever looks. While nobody does, a
/// World writes its usual rows where it would without this.
/// A run has its first rows before anybody can ask for them, so those are kept for the first look.
/// Thread-confined as any sink; `next` outlives it.
class RowTap final : public kernel::EventSink {
public:
    using Look = std::function<void(const EventRow&)>;

    explicit RowTap(kernel::EventSink& next) : next_(next) {}
    /// From now on each row, in order, once the sink has it; null: no more. The first time also
    /// those of before. Between two rounds.
    void show(Look look);
    /// The sink was asked by somebody else to pass on what it has. Between two rounds.
    void flushed() { offer(); }

    bool wantsChanges() const override { return next_.wantsChanges(); }
    void onTypes(std::span<const TypeDesc> types) override;
    void onBirth(const CellBirth& birth) override;
    void onEvent(const EventRow& row) override;
    EventBatch* const* batch() override;
    void onBatchFull() override;
    bool affordsSnapshot(const kernel::ImageSize& size) override;
    bool wantsSnapshot(Position position) override;
    bool wantsWholeSnapshot() override { return next_.wantsWholeSnapshot(); }
    void onSnapshot(WorldImage image) override;

private:
    /// A row whose bytes are its own.
    struct KeptRow {
        EventRow row;
        Bytes payload;
        Bytes change;
    };
    /// The sink may have another batch by now.
    void offer() {
        if (offered_ != nullptr) shown_ = look_ || keeps_ ? &closed_ : *offered_;
    }

    kernel::EventSink& next_;
    Look look_;
    bool keeps_ = true;  ///< nobody could look yet
    std::vector<KeptRow> kept_;
    EventBatch* const* offered_ = nullptr;  ///< by the sink; null: it wants each row itself
    EventBatch closed_;                     ///< takes no row in place
    EventBatch* shown_ = nullptr;           ///< to the World
};

}  // namespace ariadne::recorder
