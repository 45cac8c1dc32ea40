// The policies that deliver one message at a time: any head of any (sender, receiver) channel.
#include "engine/kernel/one_message.h"

#include "engine/base/check.h"
#include "engine/kernel/world.h"

#include <algorithm>
#include <utility>

namespace ariadne::kernel {

std::optional<std::uint32_t> World::choose(ChoiceKind kind, CellKey receiver,
                                           const std::vector<Rank>& alternatives) {
    if (alternatives.size() < 2) return 0;
    Choice choice;
    choice.index = decisionsMade_;
    choice.kind = kind;
    choice.receiver = receiver;
    choice.count = static_cast<std::uint32_t>(alternatives.size());
    if (wantsWho_) {
        one_.who.clear();
        for (const Rank rank : alternatives) one_.who.push_back(keyOf(rank));
        choice.who = one_.who;
    }
    const absl::StatusOr<std::uint32_t> chosen = decisions_.choose(choice);
    if (!chosen.ok()) {
        end(Outcome::kUndecided,
            {chosen.status().message().data(), chosen.status().message().size()});
        return std::nullopt;
    }
    ARIADNE_CHECK_OP(*chosen, <, choice.count);
    ++decisionsMade_;
    EventRow row;
    row.kind = EventKind::kDecision;
    row.arg = *chosen;
    row.extra = choice.count;
    emit(row);
    return *chosen;
}

void World::orderRunnable() {
    // Who ended has left the list, perhaps from where it was in order.
    const std::size_t endedSoFar = cells_.size() - alive_;
    const bool same = std::exchange(one_.endedSoFar, endedSoFar) == endedSoFar;
    if (std::exchange(runnableSorted_, true)) return;
    const auto added = same ? runnable_.begin() + static_cast<std::ptrdiff_t>(one_.ordered)
                            : std::is_sorted_until(runnable_.begin(), runnable_.end());
    if (added == runnable_.end()) return;
    std::sort(added, runnable_.end());
    // What stands before the first new one is in place; often that is nearly all.
    std::inplace_merge(std::upper_bound(runnable_.begin(), added, *added), added, runnable_.end());
}

Message* World::takeMessage(Cell& cell) {
    if (!cell.control.empty()) return cell.control.popFront();
    MessageQueue& mail = cell.mailbox;
    // Start was put there at birth, before anybody else knew the cell, and is not overtaken.
    if (isStart(*mail.head())) return mail.popFront();
    if (one_.oneSender.size() <= cell.rank.value) one_.oneSender.resize(cells_.size());
    OneSender& oneSender = one_.oneSender[cell.rank.value];
    if (oneSender.holdsFor(mail)) {
        Message* message = mail.popFront();
        oneSender.tookHead(mail);
        return message;
    }
    const std::vector<Rank>& senders = one_.walk.sendersOf(mail, cells_.size());
    const std::optional<std::uint32_t> chosen = choose(ChoiceKind::kChannel, cell.key, senders);
    if (!chosen) return nullptr;
    const Rank sender = senders[*chosen];
    return mail.takeFirst([&](const Message& m) { return m.sender == sender; });
}

bool World::runOneMessage() {
    orderRunnable();
    const std::optional<std::uint32_t> chosen = choose(ChoiceKind::kCell, {}, runnable_);
    if (!chosen) return false;
    Cell& cell = cellOf(runnable_[*chosen]);
    Message* delivery = takeMessage(cell);
    if (delivery == nullptr) return false;
    runnable_.erase(runnable_.begin() + static_cast<std::ptrdiff_t>(*chosen));
    one_.ordered = runnable_.size();
    cell.scheduled = false;
    logsUsed_ = 1;
    OutLog& log = *logs_.front();
    runTurn(*lanes_.front(), log, cell, delivery);
    if (cell.waiting() != 0) log.stillWaiting.push_back(&cell);
    return true;
}

}  // namespace ariadne::kernel
