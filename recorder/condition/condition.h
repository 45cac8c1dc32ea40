// A condition over events: what a breakpoint stops at, what a filter lets through.
#pragma once

#include "engine/base/event.h"
#include "recorder/condition/expression.h"
#include "tracefmt/chunk_names.h"

#include <absl/status/statusor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace ariadne::condition {

/// Events in which a state begins, and in which it may change.
inline constexpr std::uint64_t kBirthKinds =
    tracefmt::kindBit(EventKind::kSpawn) | tracefmt::kindBit(EventKind::kRestart);
inline constexpr std::uint64_t kTurnKinds =
    tracefmt::kindBit(EventKind::kDeliver) | tracefmt::kindBit(EventKind::kRegion) |
    tracefmt::kindBit(EventKind::kReserve) | tracefmt::kindBit(EventKind::kResolve) |
    tracefmt::kindBit(EventKind::kTransfer) | tracefmt::kindBit(EventKind::kFinalizer);

/// In the language of README.md. Immutable, cheap to copy.
class Condition {
public:
    /// kInvalidArgument as parseCondition(); also for a kind of event that there is not.
    static absl::StatusOr<Condition> parse(std::string_view text);

    const std::string& text() const { return parsed_->text; }
    /// It asks for states of actors, which are in a trace of level full alone.
    bool needsStates() const { return parsed_->needsStates; }
    /// Somewhere in it stands that subject.
    bool asksFor(Subject subject) const;
    /// kindBit() of the events that it can hold for; what it says of others is no.
    std::uint64_t kinds() const { return parsed_->kinds; }
    /// Cheap comparisons stand in front of dear ones.
    const Expression& expression() const { return parsed_->expression; }

private:
    struct Parsed {
        std::string text;
        Expression expression;
        bool needsStates = false;
        std::uint64_t kinds = 0;
    };
    explicit Condition(std::shared_ptr<const Parsed> parsed) : parsed_(std::move(parsed)) {}
    std::shared_ptr<const Parsed> parsed_;
};

}  // namespace ariadne::condition
