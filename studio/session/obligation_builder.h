// Turns rows, seen once in order, into the stories of all obligations.
#pragma once

#include "engine/base/event.h"
#include "engine/base/world_image.h"
#include "recorder/history.h"
#include "studio/session/obligation_list.h"

#include <deque>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

namespace ariadne::studio {

/// Thread-confined. `history` is that of the trace whose rows are added.
class ObligationBuilder {
public:
    /// What is open in the world that a trace begins with, before any row.
    void begin(recorder::History& history, const WorldImage& world);
    void add(recorder::History& history, const EventRow& row) {
        switch (row.kind) {
            case EventKind::kReserve: return reserve(history, row);
            case EventKind::kTransfer: return transfer(history, row);
            case EventKind::kResolve: return resolve(row);
            case EventKind::kRegion: return changeRegion(row);
            case EventKind::kStop:
            case EventKind::kFail: return endCell(history, row);
            default: return;
        }
    }
    /// Everything added so far; the same list as before when nothing changed.
    std::shared_ptr<const ObligationList> list() &;
    /// The same, for the last time: nothing is copied, and nothing stays here.
    std::shared_ptr<const ObligationList> list() &&;

private:
    /// `all` are the stories by name.
    std::shared_ptr<const ObligationList> listOf(std::vector<ObligationStory> all) const;
    void reserve(recorder::History& history, const EventRow& row);
    void transfer(recorder::History& history, const EventRow& row);
    void resolve(const EventRow& row);
    void changeRegion(const EventRow& row);
    void endCell(recorder::History& history, const EventRow& row);
    /// Null: there is no room for one more.
    ObligationStory* story(const ObligationName& name);
    void describe(recorder::History& history, const LedgerEntry& entry, ObligationStory& story);
    Rank rankOf(recorder::History& history, CellKey key);

    void pass(ObligationStory& story, ObligationStory::Hand next);
    void forgetHands(ObligationStory& story);

    /// Of all stories together; where there are more, each has two.
    static constexpr std::size_t kHandsMax = 1'000'000;

    std::map<ObligationName, ObligationStory> stories_;
    std::size_t hands_ = 0;                 ///< of all of them
    std::deque<ObligationName> endedWell_;  ///< by when they did; names may have begun anew
    std::map<Rank, Position> closedAt_;     ///< of regions with a ledger; 0: is open
    std::vector<Position> endedAt_;         ///< by rank
    std::unordered_map<std::uint64_t, Rank> ranks_;  ///< by key
    std::uint64_t leftOut_ = 0;
    std::shared_ptr<const ObligationList> list_;  ///< null: it is out of date
};

}  // namespace ariadne::studio
