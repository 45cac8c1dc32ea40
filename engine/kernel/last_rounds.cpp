#include "engine/kernel/last_rounds.h"

#include "engine/kernel/world.h"

#include <algorithm>

namespace ariadne::kernel {
namespace {

/// Of longer circles the first steps are named.
constexpr std::size_t kStepsNamed = 8;
/// Turns of the last round from which a circle is looked for.
constexpr std::size_t kBeginnings = 64;

}  // namespace

void LastRounds::beginRound() {
    rounds_.emplace_back();
    if (rounds_.size() > kRoundsNoted) rounds_.pop_front();
}

bool LastRounds::addTurn(const Step& taken, bool isOnTheWay) {
    RoundNote& round = rounds_.back();
    if (round.turns.size() == kTurnsNoted) return false;
    const auto sent = static_cast<std::uint32_t>(round.sent.size());
    round.turns.push_back({taken, isOnTheWay, sent, sent});
    return true;
}

void LastRounds::addMessage(Rank to, const value::TypeInfo& type) {
    RoundNote& round = rounds_.back();
    if (round.sent.size() == kMessagesNoted) return;
    round.sent.push_back({to, &type});
    ++round.turns.back().sentEnd;
}

LastRounds::Place LastRounds::sourceOf(const Place& place) const {
    const TurnNote& turn = *place.turn;
    for (std::size_t i = place.round; i-- > 0;) {
        const RoundNote& round = rounds_[i];
        const auto behind =
            std::upper_bound(round.turns.begin(), round.turns.end(), turn.taken.from,
                             [](Rank rank, const TurnNote& at) { return rank < at.taken.to; });
        for (auto at = behind; at != round.turns.begin();) {
            --at;
            if (at->taken.to != turn.taken.from) break;
            const auto sentIt = [&](const Sent& sent) {
                return sent.to == turn.taken.to && sent.type == turn.taken.type;
            };
            if (!turn.isOnTheWay || std::any_of(round.sent.begin() + at->sentBegin,
                                                round.sent.begin() + at->sentEnd, sentIt))
                return {i, &*at};
        }
    }
    return {0, nullptr};
}

std::vector<LastRounds::Step> LastRounds::circleFrom(Place place) const {
    std::vector<Step> back;
    for (; place.turn != nullptr; place = sourceOf(place)) {
        const Rank here = place.turn->taken.to;
        const auto met =
            std::find_if(back.begin(), back.end(), [&](const Step& s) { return s.to == here; });
        if (met == back.end()) {
            back.push_back(place.turn->taken);
            continue;
        }
        back.erase(back.begin(), met);
        std::reverse(back.begin(), back.end());
        const auto lowest = std::min_element(
            back.begin(), back.end(), [](const Step& a, const Step& b) { return a.from < b.from; });
        std::rotate(back.begin(), lowest, back.end());
        return back;
    }
    return {};
}

std::vector<LastRounds::Step> LastRounds::circle() const {
    if (rounds_.empty()) return {};
    const std::vector<TurnNote>& last = rounds_.back().turns;
    for (std::size_t i = 0; i < std::min(last.size(), kBeginnings); ++i)
        if (std::vector<Step> found = circleFrom({rounds_.size() - 1, &last[i]}); !found.empty())
            return found;
    return {};
}

void World::noteRound() {
    const std::uint64_t windowBegins =
        options_.limits.roundsPerInstantMax + 1 -
        std::min(options_.limits.roundsPerInstantMax, LastRounds::kRoundsNoted);
    if (lastRounds_ == nullptr) lastRounds_ = std::make_unique<LastRounds>();
    if (roundsAtThisTime_ == windowBegins) lastRounds_->forget();
    lastRounds_->beginRound();
    for (std::uint32_t i = 0; i < logsUsed_; ++i) {
        OutLog& log = *logs_[i];
        for (const TurnRecord& turn : log.turns) {
            if (turn.end == TurnEnd::kUnhandled) continue;
            const Message& took = *turn.delivery;
            const bool isOwn =
                took.kind == EventKind::kTimerFire || took.kind == EventKind::kAskTimeout;
            const bool isOnTheWay = took.kind == EventKind::kSend || took.kind == EventKind::kAsk ||
                                    took.kind == EventKind::kReply ||
                                    took.kind == EventKind::kForward;
            if (!lastRounds_->addTurn(
                    {isOwn ? turn.cell->rank : took.sender, turn.cell->rank, took.type},
                    isOnTheWay))
                return;
            for (std::uint32_t line = turn.linesBegin; line < turn.linesEnd; ++line) {
                if (!log.lines[line].isMessage()) continue;
                const Message& sent = *log.lines[line].message();
                if (sent.isAimed) lastRounds_->addMessage(sent.receiver->rank, *sent.type);
            }
        }
    }
}

std::string World::whoGoesOn() {
    // Not their paths: the text is the same whether somebody watches.
    const auto name = [this](Rank rank) {
        return cellOf(rank).type->state->name + " (cell " + std::to_string(rank.value) + ")";
    };
    const std::vector<LastRounds::Step> circle =
        lastRounds_ == nullptr ? std::vector<LastRounds::Step>{} : lastRounds_->circle();
    if (circle.empty()) {
        std::string who = "these go on: ";
        BumpList<Rank> ranks;
        runnable_.copyTo(ranks);
        for (std::size_t i = 0; i < std::min<std::size_t>(ranks.size(), 4); ++i)
            who += (i == 0 ? "" : ", ") + name(ranks[i]);
        return who;
    }
    std::string way = name(circle.front().from);
    std::string types;
    for (std::size_t i = 0; i < std::min(circle.size(), kStepsNamed); ++i) {
        way += " -> " + name(circle[i].to);
        types += (i == 0 ? "" : " then ") + circle[i].type->name;
    }
    if (circle.size() > kStepsNamed) {
        const std::string more = std::to_string(circle.size() - kStepsNamed) + " more";
        way += " -> " + more + " -> " + name(circle.front().from);
        types += " then " + more;
    }
    return "this goes round: " + way + ", " + types;
}

}  // namespace ariadne::kernel
