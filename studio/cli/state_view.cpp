#include "studio/cli/state_view.h"

#include "engine/base/status_macros.h"
#include "engine/value/type_name.h"
#include "studio/cli/plain_text.h"
#include "studio/cli/value_json.h"

namespace ariadne::cli {
namespace {

using recorder::CellMoment;
using recorder::History;
using recorder::WaitingMessage;

void indent(std::string& out, std::size_t depth, std::string_view line) {
    out.append(2 * depth, ' ').append(plain(line)).append("\n");
}

/// Scalars and empty containers on one line, the others with their parts below.
void renderNode(std::string& out, std::size_t depth, const value::ValueNode& node) {
    const std::string name = node.name.empty() ? "" : node.name + ": ";
    if (node.children.empty()) return indent(out, depth, name + node.text);
    indent(out, depth, joined(name, node.typeName));
    for (const value::ValueNode& child : node.children) renderNode(out, depth + 1, child);
    if (node.childCount > node.children.size())
        indent(out, depth + 1, grouped(node.childCount - node.children.size()) + " more");
}

void renderMessages(std::string& out, std::string_view title, History& history,
                    const std::vector<WaitingMessage>& messages, std::uint64_t count) {
    if (count == 0) return;
    value::ShowOptions show;
    show.cellName = history.cellNamer();
    indent(out, 1, joined(title, ": ", counted(count, "message")));
    for (const WaitingMessage& m : messages) {
        const std::string from = m.sender == kOutside ? "" : " from " + history.pathOf(m.sender);
        indent(out, 2,
               joined(m.enqueuedAt.value, " ", nameOf(m.kind), from, ": ",
                      value::showLine(history.reader().types(), m.type, m.payload, show)));
    }
    if (count > messages.size()) indent(out, 2, grouped(count - messages.size()) + " more");
}

Json messagesJson(History& history, const std::vector<WaitingMessage>& messages) {
    const value::CellNamer cells = history.cellNamer();
    Json out = Json::array();
    for (const WaitingMessage& m : messages) {
        Json sender = nullptr;
        if (m.sender != kOutside) sender = history.pathOf(m.sender);
        out.push_back({{"seq", m.enqueuedAt.value},
                       {"kind", nameOf(m.kind)},
                       {"sender", std::move(sender)},
                       {"since_ns", m.since.value},
                       {"type", history.reader().types().at(m.type).name},
                       {"message", valueJson(history.reader().types(), m.type, m.payload, cells)}});
    }
    return out;
}

std::vector<std::string> changedFields(const TypeTable& types, const CellMoment& actor) {
    std::vector<std::string> out;
    if (actor.changed.empty()) return out;
    const std::vector<value::LeafDesc> leaves = value::leavesOf(types, actor.stateType);
    for (const std::uint32_t leaf : actor.changed)
        if (leaf < leaves.size()) out.push_back(leaves[leaf].path);
    return out;
}

std::string heading(History& history, const CellMoment& actor) {
    const TypeTable& types = history.reader().types();
    std::string out =
        joined(history.pathOf(actor.rank), " : ", value::shortName(types.at(actor.stateType).name),
               " (", actor.alive ? "alive" : joined("ended at ", actor.endedAt.value));
    if (!actor.alive && !actor.endText.empty())
        out += joined(": ", value::quoted(actor.endText, 160));
    out += joined(", turn ", grouped(actor.turns));
    if (!actor.behaviour.empty()) out += joined(", ", actor.behaviour);
    std::string_view separator = ", changed: ";
    for (const std::string& field : changedFields(types, actor)) {
        out += joined(separator, field);
        separator = ", ";
    }
    if (actor.waitingCount != 0) out += joined(", ", grouped(actor.waitingCount), " waiting");
    return out + ")";
}

}  // namespace

absl::Status eachActor(History& history, const StateQuery& query,
                       const std::function<bool(const CellMoment&)>& visit) {
    const tracefmt::TraceReader& trace = history.reader();
    if (query.at > trace.lastPosition())
        return absl::OutOfRangeError(joined("position ", query.at.value,
                                            " is beyond the trace, which has positions 0 to ",
                                            trace.lastPosition().value));
    ARIADNE_ASSIGN_OR_RETURN(const recorder::WorldMoment world, history.worldAt(query.at));
    bool matched = query.actorGlob.empty();
    std::vector<Rank> wanted;
    for (const CellBirth& birth : trace.births()) {
        if (birth.rank == kOutside) continue;
        if (!query.actorGlob.empty() && !recorder::globMatches(query.actorGlob, birth.path))
            continue;
        matched = true;
        if (birth.bornAt > query.at) continue;
        const bool alive =
            birth.rank.value < world.alive.size() && world.alive[birth.rank.value] != 0;
        if (!alive && query.actorGlob.empty()) continue;
        wanted.push_back(birth.rank);
    }
    if (matched) return history.cellsAt(query.at, wanted, visit);
    return absl::NotFoundError(joined("no actor of this trace matches '", query.actorGlob,
                                      "'; \"ariadne dump --kind spawn\" lists them"));
}

std::string renderActor(History& history, const CellMoment& actor, bool mailboxes) {
    value::ShowOptions show;
    show.cellName = history.cellNamer();
    std::string out;
    indent(out, 0, heading(history, actor));
    for (const value::ValueNode& field : actor.state.show(history.reader().types(), show).children)
        renderNode(out, 1, field);
    if (mailboxes) {
        renderMessages(out, "mailbox", history, actor.mailbox, actor.waitingCount);
        renderMessages(out, "stash", history, actor.stash, actor.stash.size());
    }
    return out;
}

Json actorJson(History& history, const CellMoment& actor, bool mailboxes) {
    const TypeTable& types = history.reader().types();
    Json out{{"path", history.pathOf(actor.rank)},
             {"type", types.at(actor.stateType).name},
             {"alive", actor.alive},
             {"behaviour", actor.behaviour},
             {"turns", actor.turns},
             {"last_turn", actor.lastTurn.value},
             {"changed", changedFields(types, actor)},
             {"state", stateJson(types, actor.state, history.cellNamer())},
             {"waiting", actor.waitingCount}};
    if (!actor.alive) {
        out["ended_at"] = actor.endedAt.value;
        out["end_text"] = actor.endText;
    }
    if (mailboxes) {
        out["mailbox"] = messagesJson(history, actor.mailbox);
        out["stash"] = messagesJson(history, actor.stash);
    }
    return out;
}

absl::StatusOr<std::string> renderState(History& history, const StateQuery& query) {
    std::string out;
    ARIADNE_RETURN_IF_ERROR(eachActor(history, query, [&](const CellMoment& actor) {
        out += renderActor(history, actor, query.mailboxes);
        return true;
    }));
    return out;
}

}  // namespace ariadne::cli
