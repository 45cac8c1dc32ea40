// When a recording takes a snapshot, and whether of the whole world or of what changed.
#pragma once

#include "engine/base/world_image.h"
#include "engine/kernel/event_sink.h"

#include <cstdint>

namespace ariadne::recorder {

/// Incremental snapshots in a row: what reading one may cost, and what damage to one may take.
inline constexpr std::uint32_t kIncrementsInARow = 7;

/// Keeps snapshots a small share of the file, by what was really written of each. One comes after
/// so many events, and one behind every failure: the first whatever it takes (unless thrifty), the
/// others as far as all snapshots so far leave it room. Asks for whole ones when there is none to
/// build on, after kIncrementsInARow others, and for as many after one
/// of changes that had more than a quarter of the cells. Thread-confined; depends on the run alone.
class SnapshotPace {
public:
    /// Without `increments` every snapshot is to be whole. `thrifty`: the file holds little else.
    explicit SnapshotPace(bool increments, bool thrifty = false);

    /// `events`: how many there were so far, here and below.
    bool due(std::uint64_t events) const { return failed_ || events - madeAt_ >= interval_; }
    /// A cell failed since the last one.
    void failed() { failed_ = true; }
    /// The one that was due is not made, and the failure it may have been for gets none.
    void declined() { forgetFailure(); }
    /// Before it is made, as made() will find it, about.
    bool affords(std::uint64_t events, const kernel::ImageSize& size) const;
    /// The same for one that was made.
    bool affordsMade(std::uint64_t events, const WorldImage& image) const;
    /// That one is not kept: none is due before as much is saved up as it, or the whole one that
    /// has to come next, takes.
    void refused(const WorldImage& image);
    /// Of the next one. Whoever never asks makes whole ones.
    bool wantsWhole() {
        asked_ = true;
        return nextIsWhole();
    }
    void made(std::uint64_t events, const WorldImage& image);

private:
    void forgetFailure() {
        if (failed_) firstFailure_ = false;
        failed_ = false;
    }
    bool nextIsWhole() const {
        return !increments_ || !asked_ || position_.value == 0 || inARow_ == kIncrementsInARow ||
               wholeOnesAhead_ != 0;
    }
    /// Of the next incremental one, about.
    std::uint64_t incrementBytes() const;
    /// What `events` save up.
    std::uint64_t bytesFor(std::uint64_t events) const { return events * sixteenths_ / 16; }
    std::uint64_t eventsFor(std::uint64_t bytes) const { return bytes * 16 / sixteenths_; }

    bool increments_;
    bool thrifty_;
    std::uint64_t sixteenths_;  ///< of a byte, per event
    bool asked_ = false;
    bool failed_ = false;       ///< a cell, since the last one
    bool firstFailure_ = true;  ///< the next one is
    std::uint64_t failuresServed_ = 0;
    std::uint64_t spent_ = 0;  ///< bytes of all so far
    Position position_;        ///< of the last one; 0 = none, or nothing can build on it
    std::uint64_t madeAt_ = 0;
    std::uint64_t interval_;
    std::uint32_t inARow_ = 0;          ///< incremental ones since the last whole one
    std::uint32_t wholeOnesAhead_ = 0;  ///< before changes are tried again
    std::uint64_t cells_ = 0;           ///< alive when the last one was made
    std::uint32_t births_ = 0;          ///< so far then
    std::uint64_t wholeBytes_ = 0;      ///< of the last whole one
    std::uint64_t incrementBytes_ = 0;  ///< of the last incremental one; 0 = none yet
};

}  // namespace ariadne::recorder
