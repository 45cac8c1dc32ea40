#include "engine/base/world_image.h"

#include "engine/base/check.h"
#include "engine/base/digest.h"

#include <algorithm>
#include <utility>

namespace ariadne {

namespace {

/// Takes the place that the key of a cell has in the other terms.
constexpr std::uint64_t kDecisionTerm = 0x6465636973696F6Eull;

std::uint64_t messageDigestOf(const MessageImage& message) {
    std::uint64_t digest = hashBytes(message.payload, static_cast<std::uint64_t>(message.kind));
    for (const std::uint64_t word :
         {message.enqueuedAt.value, std::uint64_t{message.sender.value},
          std::uint64_t{message.asker.value}, message.askId, message.answers})
        digest = mixWord(digest, word);
    return digest;
}

std::uint64_t careDigestOf(const CareImage& care) {
    std::uint64_t digest = hashBytes(care.firstState);
    for (const std::uint64_t word :
         {std::uint64_t{care.restart}, static_cast<std::uint64_t>(care.shutdown.count()),
          std::uint64_t{care.incarnation}, std::uint64_t{care.restartsInARow},
          static_cast<std::uint64_t>(care.livesSince.value), care.childOrdinal,
          std::uint64_t{care.maskedTurns}, std::uint64_t{care.cancelled},
          static_cast<std::uint64_t>(care.cancelUntil.value), std::uint64_t{care.cancelTold},
          care.kernelTimers, care.regionsOpened, care.obligationsMade, care.effectsMade})
        digest = mixWord(digest, word);
    for (const EffectImage& effect : care.effects) {
        digest = hashText(effect.name, hashText(effect.scope, hashBytes(effect.payload, digest)));
        for (const std::uint64_t word :
             {effect.ordinal, static_cast<std::uint64_t>(effect.timeout.count()),
              effect.askedAt.value, effect.answerHash})
            digest = mixWord(digest, word);
    }
    for (const auto* ranks : {&care.links, &care.parkedHere}) {
        digest = mixWord(digest, ranks->size());
        for (const Rank rank : *ranks) digest = mixWord(digest, rank.value);
    }
    for (const auto* pairs : {&care.owed, &care.permitQueue}) {
        digest = mixWord(digest, pairs->size());
        for (const auto& [rank, ordinal] : *pairs)
            digest = mixWord(mixWord(digest, rank.value), ordinal);
    }
    // Pinned digests are of cells without a limit.
    if (care.memoryBytesMax != 0) digest = mixWord(digest, care.memoryBytesMax);
    return digest;
}

}  // namespace

std::uint64_t cellDigestOf(const CellImage& cell) {
    std::uint64_t digest = hashBytes(cell.state);
    digest = mixWord(digest, cell.behaviour);
    for (const std::uint64_t ordinal :
         {cell.turns, cell.sends, cell.timers, cell.children, cell.draws,
          std::uint64_t{cell.mailboxCapacity}, static_cast<std::uint64_t>(cell.onFull)})
        digest = mixWord(digest, ordinal);
    for (const auto* lane : {&cell.control, &cell.mailbox, &cell.stash}) {
        digest = mixWord(digest, lane->size());
        for (const MessageImage& message : *lane)
            digest = mixWord(digest, messageDigestOf(message));
    }
    digest = mixWord(digest, cell.watchers.size());
    for (const Rank watcher : cell.watchers) digest = mixWord(digest, watcher.value);
    digest = mixWord(digest, cell.pendingAsks.size());
    for (const AskImage& ask : cell.pendingAsks)
        digest = mixWord(mixWord(digest, ask.id), ask.askedAt.value);
    for (const auto& [name, uses] : cell.childNames) digest = mixWord(hashText(name, digest), uses);
    if (!cell.care.untouched() && cell.care.get() != CareImage{})
        digest = mixWord(digest, careDigestOf(cell.care.get()));
    return digest;
}

absl::Status bringUpToDate(WorldImage& base, WorldImage changes) {
    const auto broken = [&](const std::string& what) {
        return absl::DataLossError("the snapshot of position " +
                                   std::to_string(changes.position.value) + " " + what);
    };
    if (changes.isWhole() || !base.isWhole() || changes.since != base.position)
        return broken("holds what changed since position " + std::to_string(changes.since.value) +
                      ", which is not that of its base, " + std::to_string(base.position.value));
    const auto earlier = [](const CellImage& cell, Rank rank) { return cell.rank < rank; };
    const auto inOrder = [](Rank a, Rank b) { return a < b; };
    if (std::adjacent_find(changes.gone.begin(), changes.gone.end(),
                           [](Rank a, Rank b) { return !(a < b); }) != changes.gone.end())
        return broken("lists the ended out of order");
    std::size_t dead = 0;
    if (!changes.gone.empty()) {
        const auto end = std::remove_if(base.cells.begin(), base.cells.end(), [&](auto& cell) {
            return std::binary_search(changes.gone.begin(), changes.gone.end(), cell.rank, inOrder);
        });
        dead = static_cast<std::size_t>(base.cells.end() - end);
        base.cells.erase(end, base.cells.end());
    }
    // Who was born and ended in between was never in the base.
    for (const Rank rank : changes.gone)
        if (rank.value > base.births) ++dead;
    if (dead != changes.gone.size()) return broken("lists an ended cell that did not live");
    for (CellImage& cell : changes.cells) {
        if (cell.rank.value > base.births) {
            if (!base.cells.empty() && !(base.cells.back().rank < cell.rank))
                return broken("holds its cells out of order");
            base.cells.push_back(std::move(cell));
            continue;
        }
        const auto at = std::lower_bound(base.cells.begin(), base.cells.end(), cell.rank, earlier);
        if (at == base.cells.end() || at->rank != cell.rank)
            return broken("changes cell " + std::to_string(cell.rank.value) + ", which had ended");
        *at = std::move(cell);
    }
    changes.cells = std::move(base.cells);
    changes.since = {};
    changes.gone.clear();
    base = std::move(changes);
    return absl::OkStatus();
}

std::uint64_t stateTermOf(const CellImage& cell, CellKey key) {
    return mixWord(key.value, cellDigestOf(cell));
}

std::uint64_t stateTermOfRest(const WorldImage& image, const std::vector<CellBirth>& births) {
    std::uint64_t digest = 0;
    for (const TimerImage& timer : image.timers) {
        ARIADNE_CHECK_OP(timer.owner.value, <, births.size());
        std::uint64_t term = mixWord(messageDigestOf(timer.message), timer.ordinal);
        term = mixWord(term, static_cast<std::uint64_t>(timer.deadline.value));
        term = mixWord(term, static_cast<std::uint64_t>(timer.periodNs));
        term = mixWord(mixWord(term, timer.setAt.value), timer.askId);
        if (timer.use != TimerUse::kMessage)
            term = mixWord(mixWord(term, static_cast<std::uint64_t>(timer.use)), timer.maker.value);
        digest += mixWord(births[timer.owner.value].key.value, term);
    }
    if (!image.decisionState.empty()) {
        std::uint64_t term = image.decisionState.size();
        for (const std::uint64_t word : image.decisionState) term = mixWord(term, word);
        digest += mixWord(kDecisionTerm, term);
    }
    return digest;
}

std::uint64_t stateDigestOf(const WorldImage& image, const std::vector<CellBirth>& births) {
    // A sum of keyed terms: independent of the order of the cells, and one differing cell differs.
    std::uint64_t digest = stateTermOfRest(image, births);
    for (const CellImage& cell : image.cells) {
        ARIADNE_CHECK_OP(cell.rank.value, <, births.size());
        digest += stateTermOf(cell, births[cell.rank.value].key);
    }
    return digest;
}

}  // namespace ariadne
