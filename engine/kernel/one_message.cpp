// The policies that deliver one message at a time: any head of any (sender, receiver) channel.
#include "engine/kernel/one_message.h"

#include "engine/base/check.h"
#include "engine/kernel/world.h"

#include <utility>

namespace ariadne::kernel {

std::optional<std::uint32_t> World::choose(ChoiceKind kind, CellKey receiver,
                                           std::span<const Rank> alternatives) {
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

Message* World::takeMessage(Cell& cell) {
    if (cell.controlIsNext()) return cell.takeControl();
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
    BumpList<Rank>& cells = one_.cells;
    cells.clear();
    runnable_.copyTo(cells);
    // What was due may have given nobody a turn: a lease that ran out, a cell that was ended.
    if (cells.size() == 0) return true;
    const std::optional<std::uint32_t> chosen = choose(ChoiceKind::kCell, {}, cells.all());
    if (!chosen) return false;
    Cell& cell = cellOf(cells[*chosen]);
    Message* delivery = takeMessage(cell);
    if (delivery == nullptr) return false;
    runnable_.erase(cell.rank);
    cell.scheduled = false;
    runOne(cell, delivery);
    return true;
}

}  // namespace ariadne::kernel
