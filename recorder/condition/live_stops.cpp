#include "recorder/condition/live_stops.h"

#include "recorder/plain_text.h"

#include <algorithm>
#include <utility>

namespace ariadne::condition {
namespace {

std::string wordsOf(const absl::Status& status) {
    return recorder::plain({status.message().data(), status.message().size()});
}

}  // namespace

void LiveStops::set(const std::vector<std::string>& conditions) {
    asked_.clear();
    troubles_.clear();
    hit_.reset();
    asked_.reserve(std::min(conditions.size(), kStopsMax));
    for (const std::string& text : conditions) {
        if (asked_.size() == kStopsMax) {
            troubles_.push_back({text, "more than " + std::to_string(kStopsMax) +
                                           " breakpoints: switch some of them off"});
            continue;
        }
        auto condition = Condition::parse(text);
        const absl::Status status = condition.ok() ? ground_.check(*condition) : condition.status();
        if (status.ok())
            asked_.push_back({text, Matcher{*std::move(condition), ground_}});
        else
            troubles_.push_back({text, wordsOf(status)});
    }
    seek();
    LiveGround::Keeps keeps;
    const auto any = [this](auto&& holds) {
        return std::any_of(asked_.begin(), asked_.end(),
                           [&](const Asked& asked) { return holds(asked.matcher.condition()); });
    };
    keeps.ledgers = any([](const Condition& c) { return c.asksFor(Subject::kText); });
    keeps.messages = keeps.ledgers || any([](const Condition& c) {
                         return c.asksFor(Subject::kMessage) || c.asksFor(Subject::kType);
                     });
    if (any([](const Condition& c) { return c.needsStates(); }))
        keeps.states = [this](Rank rank) {
            EventRow turn;
            turn.kind = EventKind::kDeliver;
            turn.cell = rank;
            return follows(turn);
        };
    ground_.keep(std::move(keeps));
}

void LiveStops::seek() {
    for (Asked& asked : asked_) (void)asked.matcher.sought();
}

bool LiveStops::follows(const EventRow& row) const {
    return std::any_of(asked_.begin(), asked_.end(), [&](const Asked& asked) {
        return !asked.gaveUp && asked.matcher.follows(row);
    });
}

void LiveStops::look(const EventRow& row) {
    if (row.kind == EventKind::kSpawn) seek();
    ground_.take(row, follows(row));
    bool stops = false;
    for (Asked& asked : asked_) {
        if (asked.gaveUp) continue;
        const absl::StatusOr<bool> holds = asked.matcher.matches(row, nullptr);
        if (!holds.ok()) {
            asked.gaveUp = true;
            troubles_.push_back({asked.text, "looked for up to event " +
                                                 std::to_string(row.seq.value) + ": " +
                                                 wordsOf(holds.status())});
            continue;
        }
        if (!*holds) continue;
        if (!hit_) hit_ = StopHit{row.seq, {}, 0};
        if (hit_->event == row.seq)
            hit_->conditions.push_back(asked.text);
        else if (!std::exchange(stops, true))
            ++hit_->others;
    }
}

std::optional<StopHit> LiveStops::endRound() {
    if (!asked_.empty()) ground_.endRound();
    return std::exchange(hit_, std::nullopt);
}

}  // namespace ariadne::condition
