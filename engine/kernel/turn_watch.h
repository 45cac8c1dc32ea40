// What each thread of a run is at, for somebody who looks on: the watchdog. Decides nothing.
#pragma once

#include "engine/base/ids.h"
#include "engine/base/world_image.h"
#include "engine/kernel/message.h"
#include "engine/value/type_info.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace ariadne::kernel {

/// A turn that was running when somebody looked. The types live as long as the program's library.
struct RunningTurn {
    std::uint64_t number = 0;  ///< among the turns of its slot
    Rank cell;
    Round round;
    Position enqueuedAt;                     ///< of the message it takes
    const value::TypeInfo* state = nullptr;  ///< of the cell
    const value::TypeInfo* message = nullptr;
    bool operator==(const RunningTurn&) const = default;
};

/// The present turn of one thread, in a cache line of its own.
///
/// Threading: begin() and end() belong to that thread and wait for nobody; running() is for any.
class alignas(64) TurnSlot {
public:
    void begin(Rank cell, const value::TypeInfo& state, const Message& delivery, Round round) {
        // Release, each of them: who reads one of these sees that the turn before has ended.
        cell_.store(cell.value, std::memory_order_release);
        round_.store(round.value, std::memory_order_release);
        enqueuedAt_.store(delivery.enqueuedAt.value, std::memory_order_release);
        state_.store(&state, std::memory_order_release);
        message_.store(delivery.type, std::memory_order_release);
        step();
    }
    void end() { step(); }

    /// Nothing when there is none, or when it ended while somebody looked.
    std::optional<RunningTurn> running() const;

private:
    void step() {
        number_.store(number_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    }

    std::atomic<std::uint64_t> number_{0};  ///< odd while a turn runs; the rest is then its own
    std::atomic<std::uint64_t> round_{0};
    std::atomic<std::uint64_t> enqueuedAt_{0};
    std::atomic<const value::TypeInfo*> state_{nullptr};
    std::atomic<const value::TypeInfo*> message_{nullptr};
    std::atomic<std::uint32_t> cell_{0};
};
static_assert(sizeof(TurnSlot) == 64);

/// The slots of a World's threads, and the names of its cells. Outlives the World that it was
/// given to (World::watchTurns). Thread-safe, but for what is said to be the World's.
class TurnWatch {
public:
    static constexpr std::uint32_t kThreadsMax = 64;  ///< as World::Threads has it

    /// `thread` 0 is the one that steps the World.
    const TurnSlot& slot(std::uint32_t thread) const { return slots_[thread]; }
    TurnSlot& slot(std::uint32_t thread) { return slots_[thread]; }

    /// Empty when no such cell was born, or the World is gone.
    std::string pathOf(Rank cell) const;

    /// The World's: where pathOf() looks from now on; null when that list is about to go.
    void nameFrom(const std::vector<CellBirth>* births);
    /// The World's: held while that list changes. It does so in no turn, so nobody waits long.
    [[nodiscard]] std::unique_lock<std::mutex> holdNames() const {
        return std::unique_lock{mutex_};
    }

private:
    std::array<TurnSlot, kThreadsMax> slots_;
    mutable std::mutex mutex_;
    const std::vector<CellBirth>* births_ = nullptr;
};

}  // namespace ariadne::kernel
