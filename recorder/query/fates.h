// What became of messages and effects, found by reading on from where they were sent.
#pragma once

#include "engine/base/event.h"
#include "recorder/query/event_scan.h"

#include <absl/status/statusor.h>

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>

namespace ariadne::query {

class Source;

/// The event that ended a wait.
struct Fate {
    Position position;
    VirtualTime time;
    EventKind kind = EventKind::kUnknown;
    std::uint64_t arg = 0;    ///< of a drop its reason
    std::uint64_t extra = 0;  ///< of an answered effect its status
    std::uint8_t flags = 0;
};

/// Reads ahead of who asks, only as far as needed, and remembers what lies between. Asked in order
/// of positions it reads the trace once.
///
/// Thread-confined. kResourceExhausted when more than kFatesMax lie between.
class Fates {
public:
    static constexpr std::size_t kFatesMax = 4'000'000;

    explicit Fates(Source& source) : source_(source) {}

    /// The kDeliver, kDrop or kEffectDone whose cause is that event; nullopt: none in the trace.
    absl::StatusOr<std::optional<Fate>> of(Position event);
    /// The kReply or kAskTimeout that answers ask `id` of `asker`, sent at `asked`.
    absl::StatusOr<std::optional<Fate>> answerTo(Position asked, Rank asker, std::uint64_t id);

private:
    absl::Status startAt(Position position);
    /// Takes in one more row; false at the end of the trace.
    absl::StatusOr<bool> readOn(Position asked);
    absl::Status makeRoom(Position asked);

    struct AnswerKey {
        std::uint32_t asker;
        std::uint64_t id;
        auto operator<=>(const AnswerKey&) const = default;
    };

    Source& source_;
    std::optional<EventScan> scan_;
    bool torn_ = false;  ///< a read failed half way: what was found has a hole, begin anew
    Position from_;      ///< everything behind it was read...
    Position until_;     ///< ...up to here
    bool atEnd_ = false;
    std::unordered_map<std::uint64_t, Fate> fates_;  ///< by the position that waited
    std::map<AnswerKey, Fate> answers_;
};

}  // namespace ariadne::query
