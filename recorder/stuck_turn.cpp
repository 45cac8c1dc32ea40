#include "recorder/stuck_turn.h"

#include "engine/value/dynamic.h"
#include "engine/value/type_name.h"

namespace ariadne::recorder {
namespace {

std::string whoOf(const StuckTurn& turn) {
    return turn.path + " (" + std::string{value::shortName(turn.type)} + ")";
}

std::string readableOf(Position last, bool noted) {
    if (noted)
        return "the trace holds all events up to " + std::to_string(last.value) +
               " and a note of this turn, whatever becomes of the run";
    if (last.value == 0)
        return "no event of the trace can be read yet: events are written some thousand at a time";
    return "the trace can be read up to event " + std::to_string(last.value) + " meanwhile";
}

tracefmt::HostNoteKind kindOf(const StuckTurn& turn) {
    if (turn.cameBack) return tracefmt::HostNoteKind::kCameBack;
    return turn.tellings > 1 ? tracefmt::HostNoteKind::kStillStuck
                             : tracefmt::HostNoteKind::kStuckTurn;
}

}  // namespace

std::string roughly(std::chrono::nanoseconds time) {
    using std::chrono::milliseconds;
    const milliseconds exact = std::chrono::duration_cast<milliseconds>(time);
    const milliseconds rough = exact >= std::chrono::seconds{1} ? exact - exact % 100 : exact;
    return value::showDuration(std::chrono::nanoseconds{rough}.count());
}

tracefmt::HostNote noteOf(const StuckTurn& turn) {
    tracefmt::HostNote note;
    note.kind = kindOf(turn);
    note.round = turn.round;
    note.thread = turn.thread;
    note.cell = turn.cell;
    note.path = turn.path;
    note.state = turn.type;
    note.message = turn.message;
    note.enqueuedAt = turn.enqueuedAt;
    note.ranForNs = static_cast<std::uint64_t>(turn.ranFor.count());
    return note;
}

std::vector<std::string> linesOf(const StuckTurn& turn, std::int64_t processId) {
    const std::string message{value::shortName(turn.message)};
    if (turn.cameBack)
        return {"a turn came back after " + roughly(turn.ranFor) + ": " + whoOf(turn) +
                " has handled its " + message + " of event " +
                std::to_string(turn.enqueuedAt.value) + ", and the run goes on"};
    std::vector<std::string> lines{
        "a turn has not come back for " + roughly(turn.ranFor) + ": " + whoOf(turn) +
        " is handling " + message + ", put into its mailbox by event " +
        std::to_string(turn.enqueuedAt.value) + ", in round " + std::to_string(turn.round.value) +
        " on thread " + std::to_string(turn.thread)};
    if (turn.tellings > 1) return lines;
    if (turn.readableTo) lines.push_back(readableOf(*turn.readableTo, turn.noted));
    lines.push_back("to see where it is: gdb -p " + std::to_string(processId) +
                    " -batch -ex \"thread apply all bt\", and look for " + turn.type +
                    ". What waits for something outside the run belongs into an effect; a long "
                    "computation into several turns");
    return lines;
}

}  // namespace ariadne::recorder
