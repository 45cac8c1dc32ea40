// Counts what waits for whom, while rows go by.
#pragma once

#include "recorder/mail_change.h"
#include "studio/session/queue_depths.h"

#include <cstddef>
#include <span>

namespace ariadne::studio {

/// Memory is bounded: of more changes than kChangesMax, those of the lanes that have most of them
/// are put together in ever larger bins. Thread-confined.
class DepthBuilder {
public:
    static constexpr std::size_t kChangesMax = 1'000'000;
    static constexpr std::size_t kUnknownMax = 10'000;

    explicit DepthBuilder(std::size_t changesMax = kChangesMax) : changesMax_(changesMax) {}

    /// How many wait at `at`, behind its event, by rank; from there on it is known. Not before what
    /// was added.
    void know(Position at, std::span<const std::uint32_t> waiting);
    /// Nothing is known from `at` on.
    void lose(Position at);
    bool isLost() const { return lost_; }
    /// The next event. Ranks from `cellCount` on are damage, and are left out.
    void add(Position at, const recorder::MailRow& row, std::size_t cellCount) {
        if (lost_) return;
        recorder::eachMailChange(row, [&](Rank rank, int by) {
            if (rank.value < cellCount) change(at, rank, by);
        });
    }
    /// All of it up to the event in front of `next`; what is not `added` of that is missing.
    QueueDepths depths(Position added, Position next) const&;
    /// The same, for the last time: nothing is copied.
    QueueDepths depths(Position added, Position next) &&;

private:
    QueueDepths depthsOf(QueueDepths out, Position added, Position next) const;
    QueueDepths::Lane& laneOf(Rank rank);
    void change(Position at, Rank rank, int by);
    void set(QueueDepths::Lane& lane, Position at, std::uint32_t count);
    void coarsen();
    static void coarsen(QueueDepths::Lane& lane, unsigned by);

    std::size_t changesMax_;
    std::size_t changes_ = 0;
    QueueDepths out_;
    bool lost_ = false;
    bool begun_ = false;
};

}  // namespace ariadne::studio
