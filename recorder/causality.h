// What led to an event and what it led to, by the causes that rows name.
#pragma once

#include "engine/base/event.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace ariadne::recorder {

/// The event that led to the one at `position`, whose row names `cause`; 0: none of the run. A
/// cause stands before what it led to; a file that says otherwise could lead in circles.
constexpr Position causeOf(Position position, Position cause) {
    return cause < position ? cause : Position{};
}

/// Everything that one event led to, found while rows go by. Thread-confined.
class Consequences {
public:
    /// More are not followed.
    static constexpr std::size_t kReachedMax = 8'000'000;

    /// What is further than `depthMax` steps away is none of them.
    explicit Consequences(Position event, std::uint32_t depthMax = UINT32_MAX)
        : depthMax_(depthMax), positions_{event}, depths_{0} {}

    /// Steps from the event to the row at `position`, which names `cause`; 0: itself, nullopt: it
    /// is none of them. To be asked of the rows from the event on, ascending, each once; of those
    /// that are left out it is not known what they led to. The event itself may be missing.
    std::optional<std::uint32_t> depthOf(Position position, Position cause);

    /// There were more than kReachedMax: from then on some are missing.
    bool overflowed() const { return overflowed_; }

private:
    std::optional<std::uint32_t> find(Position position) const;

    std::uint32_t depthMax_;
    bool overflowed_ = false;
    // Of those that may lead on, ascending.
    std::vector<Position> positions_;
    std::vector<std::uint32_t> depths_;
};

}  // namespace ariadne::recorder
