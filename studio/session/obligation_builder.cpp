#include "studio/session/obligation_builder.h"

#include "recorder/care_text.h"
#include "recorder/region_view.h"
#include "recorder/region_words.h"

#include <algorithm>
#include <utility>

namespace ariadne::studio {
namespace {

bool isClosed(const EventRow& row) {
    return row.arg == static_cast<std::uint64_t>(RegionPhase::kClosed);
}

}  // namespace

const ObligationStory* ObligationList::find(const ObligationName& name) const {
    const auto at =
        std::lower_bound(all.begin(), all.end(), name,
                         [](const ObligationStory& story, const ObligationName& wanted) {
                             return story.name < wanted;
                         });
    return at != all.end() && at->name == name ? &*at : nullptr;
}

Rank ObligationBuilder::rankOf(recorder::History& history, CellKey key) {
    const auto& births = history.reader().births();
    for (std::size_t i = ranks_.size() + 1; i < births.size(); ++i)
        ranks_.emplace(births[i].key.value, births[i].rank);
    const auto at = ranks_.find(key.value);
    return at == ranks_.end() ? kOutside : at->second;
}

ObligationStory* ObligationBuilder::story(const ObligationName& name) {
    list_.reset();
    if (const auto known = stories_.find(name); known != stories_.end()) return &known->second;
    while (stories_.size() >= ObligationList::kKeptMax && !endedWell_.empty()) {
        const auto oldest = stories_.find(endedWell_.front());
        endedWell_.pop_front();
        if (oldest == stories_.end() || oldest->second.resolvedAt.value == 0 ||
            oldest->second.leaked())
            continue;
        forgetHands(oldest->second);
        stories_.erase(oldest);
        ++leftOut_;
    }
    if (stories_.size() >= ObligationList::kKeptMax) {
        ++leftOut_;
        return nullptr;
    }
    ObligationStory& made = stories_[name];
    made.name = name;
    return &made;
}

void ObligationBuilder::pass(ObligationStory& story, ObligationStory::Hand next) {
    const std::size_t before = story.hands.size();
    story.passTo(next, hands_ < kHandsMax ? ObligationStory::kHandsMax : 2);
    hands_ += story.hands.size() - before;
}

void ObligationBuilder::forgetHands(ObligationStory& story) {
    hands_ -= story.hands.size();
    story.hands.clear();
    story.handsLeftOut = 0;
    story.leftOutFrom = {};
}

void ObligationBuilder::describe(recorder::History& history, const LedgerEntry& entry,
                                 ObligationStory& story) {
    story.what = recorder::obligationText(entry, history.cellNamer());
    forgetHands(story);
    // Only the last hand is dated by the row; a snapshot dates none.
    for (const value::CellRef& holder : entry.holders)
        pass(story, {rankOf(history, holder.key), {}});
}

void ObligationBuilder::begin(recorder::History& history, const WorldImage& world) {
    const TypeTable& types = history.reader().types();
    const auto& births = history.reader().births();
    for (const CellImage& cell : world.cells) {
        if (cell.rank.value >= births.size()) continue;
        const auto region = recorder::regionFrom(types, births[cell.rank.value].type, cell.state);
        if (!region) continue;
        for (const auto& [id, entry] : region->obligations) {
            ObligationStory* const kept = story({rankOf(history, id.maker.key), id.ordinal, false});
            if (kept == nullptr) continue;
            kept->region = cell.rank;
            kept->madeTime = entry.since;
            describe(history, entry, *kept);
            closedAt_.try_emplace(cell.rank);
        }
    }
}

void ObligationBuilder::reserve(recorder::History& history, const EventRow& row) {
    const ObligationName name{row.peer, row.arg, false};
    ObligationStory* const made = story(name);
    if (made == nullptr) return;
    forgetHands(*made);
    *made = {};
    made->name = name;
    made->region = row.cell;
    made->madeAt = row.seq;
    made->madeTime = row.time;
    made->what = std::string{recorder::wordOf(
                     static_cast<ObligationKind>(std::min<std::uint64_t>(row.extra, 0xFF)))} +
                 " " + std::to_string(row.arg);
    closedAt_.try_emplace(row.cell);
    const auto& births = history.reader().births();
    if (row.cell.value >= births.size() || row.peer.value >= births.size()) return;
    const Obligation id{{births[row.peer.value].key}, row.arg};
    for (const auto& [changed, entry] : recorder::ledgerChangesIn(
             history.reader().types(), births[row.cell.value].type, row.change)) {
        if (changed != id || !entry) continue;
        describe(history, *entry, *made);
        for (ObligationStory::Hand& hand : made->hands) hand.since = row.seq;
    }
}

void ObligationBuilder::transfer(recorder::History& history, const EventRow& row) {
    const auto& births = history.reader().births();
    if (row.cell.value >= births.size()) return;
    for (const auto& [id, entry] : recorder::ledgerChangesIn(
             history.reader().types(), births[row.cell.value].type, row.change)) {
        const auto known = stories_.find({rankOf(history, id.maker.key), id.ordinal, false});
        if (known == stories_.end() || !entry) continue;
        list_.reset();
        pass(known->second, {row.peer, row.seq});
    }
}

void ObligationBuilder::resolve(const EventRow& row) {
    const bool isAnswer = row.cell == kOutside;
    ObligationStory* const ended = story({row.peer, row.arg, isAnswer});
    if (ended == nullptr) return;
    if (isAnswer) {
        forgetHands(*ended);
        *ended = {};
        ended->name = {row.peer, row.arg, true};
        ended->what = "answer to ask " + std::to_string(row.arg);
        pass(*ended, {row.peer, {}});
    } else if (ended->what.empty()) {
        // Made among events that are missing.
        ended->what = "obligation " + std::to_string(row.arg);
        ended->region = row.cell;
        closedAt_.try_emplace(row.cell);
    }
    ended->resolvedAt = row.seq;
    ended->resolution = static_cast<Resolution>(std::min<std::uint64_t>(row.extra, 0xFF));
    ended->resolveCause = row.cause;
    if (!ended->leaked()) {
        endedWell_.push_back(ended->name);
        return;
    }
    const Rank holder = ended->hands.empty() ? kOutside : ended->hands.back().holder;
    ended->holderEnded = row.cause.value != 0 && holder.value < endedAt_.size() &&
                         endedAt_[holder.value] == row.cause;
}

void ObligationBuilder::changeRegion(const EventRow& row) {
    if (!isClosed(row)) return;
    const auto at = closedAt_.find(row.cell);
    if (at == closedAt_.end()) return;
    at->second = row.seq;
    list_.reset();
}

void ObligationBuilder::endCell(recorder::History& history, const EventRow& row) {
    if (row.cell.value >= history.reader().births().size()) return;  // damage
    if (endedAt_.size() <= row.cell.value) endedAt_.resize(row.cell.value + 1);
    endedAt_[row.cell.value] = row.seq;
}

std::shared_ptr<const ObligationList> ObligationBuilder::list() & {
    if (list_) return list_;
    std::vector<ObligationStory> all;
    all.reserve(stories_.size());
    for (const auto& [name, story] : stories_) all.push_back(story);
    return list_ = listOf(std::move(all));
}

std::shared_ptr<const ObligationList> ObligationBuilder::list() && {
    ObligationBuilder last = std::exchange(*this, {});
    if (last.list_) return last.list_;
    std::vector<ObligationStory> all;
    all.reserve(last.stories_.size());
    while (!last.stories_.empty())
        all.push_back(std::move(last.stories_.extract(last.stories_.begin()).mapped()));
    return last.listOf(std::move(all));
}

std::shared_ptr<const ObligationList> ObligationBuilder::listOf(
    std::vector<ObligationStory> all) const {
    auto out = std::make_shared<ObligationList>();
    out->all = std::move(all);
    for (std::size_t i = 0; i < out->all.size(); ++i) {
        ObligationStory& story = out->all[i];
        if (story.leaked()) out->leaks.push_back(static_cast<std::uint32_t>(i));
        const auto closed = closedAt_.find(story.region);
        if (closed != closedAt_.end()) story.regionClosedAt = closed->second;
    }
    std::sort(out->leaks.begin(), out->leaks.end(), [&](std::uint32_t a, std::uint32_t b) {
        return out->all[a].resolvedAt < out->all[b].resolvedAt;
    });
    out->leftOut = leftOut_;
    return out;
}

}  // namespace ariadne::studio
