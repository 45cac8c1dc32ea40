#include "studio/cli/state_view.h"

#include "engine/base/status_macros.h"
#include "engine/value/type_name.h"
#include "recorder/care_text.h"
#include "recorder/region_view.h"
#include "recorder/region_words.h"
#include "recorder/value_json.h"
#include "studio/cli/plain_text.h"

#include <algorithm>

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
        out.push_back(
            {{"seq", m.enqueuedAt.value},
             {"kind", nameOf(m.kind)},
             {"sender", std::move(sender)},
             {"since_ns", m.since.value < 0 ? Json(nullptr) : Json(m.since.value)},
             {"type", history.reader().types().at(m.type).name},
             {"message", recorder::valueJson(history.reader().types(), m.type, m.payload, cells)}});
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

/// What a living or ended actor is, part by part.
std::vector<std::string> lifeOf(History& history, const CellMoment& actor) {
    const auto region =
        recorder::regionFrom(history.reader().types(), actor.stateType, actor.state);
    std::string ended = joined("ended at ", actor.endedAt.value);
    if (!actor.endText.empty()) ended += joined(": ", value::quoted(actor.endText, 160));
    std::vector<std::string> out;
    if (!actor.alive) out.push_back(std::move(ended));
    if (region) {
        for (std::string& text : recorder::regionTexts(*region)) out.push_back(std::move(text));
        return out;
    }
    if (actor.alive) out.emplace_back("alive");
    out.push_back(joined("turn ", grouped(actor.turns)));
    if (!actor.behaviour.empty()) out.push_back(actor.behaviour);
    for (std::string& text : recorder::careTexts(history, actor)) out.push_back(std::move(text));
    return out;
}

std::string heading(History& history, const CellMoment& actor) {
    const TypeTable& types = history.reader().types();
    std::string out =
        joined(history.pathOf(actor.rank), " : ", value::shortName(types.at(actor.stateType).name));
    std::string_view separator = " (";
    for (const std::string& part : lifeOf(history, actor)) {
        out += joined(separator, part);
        separator = ", ";
    }
    if (const auto bytes = actor.state.footprint(types))
        out += joined(", ", counted(*bytes, "byte"));
    separator = ", changed: ";
    for (const std::string& field : changedFields(types, actor)) {
        out += joined(separator, field);
        separator = ", ";
    }
    if (actor.waitingCount != 0) out += joined(", ", grouped(actor.waitingCount), " waiting");
    return out + ")";
}

Json ranksJson(History& history, const std::vector<Rank>& ranks) {
    Json out = Json::array();
    for (const Rank rank : ranks) out.push_back(history.pathOf(rank));
    return out;
}

Json careJson(History& history, const CellMoment& actor) {
    const recorder::CellCare& care = actor.care;
    Json owed = Json::array();
    for (const recorder::OwedReply& reply : care.owed)
        owed.push_back({{"to", history.pathOf(reply.asker)}, {"ask", reply.ask}});
    Json holds = Json::array();
    for (const recorder::HeldObligation& held : actor.holds) {
        Json& one = holds.emplace_back(Json{{"kind", recorder::wordOf(held.entry.kind)},
                                            {"name", held.entry.name},
                                            {"maker", history.pathOf(held.maker)},
                                            {"ordinal", held.ordinal},
                                            {"region", history.pathOf(held.region)},
                                            {"since_event", nullptr}});
        if (held.since.value != 0) one["since_event"] = held.since.value;
    }
    Json out{{"restarts", care.restarts},
             {"holds", std::move(holds)},
             {"holds_count", actor.holdsCount},
             {"links", ranksJson(history, care.links)},
             {"owed_replies", std::move(owed)},
             {"parked_at", nullptr},
             {"rests_until_ns", nullptr},
             {"masked_turns", care.maskedUntilTurn - std::min(actor.turns, care.maskedUntilTurn)},
             {"cancel", nullptr}};
    if (care.parkedAt != kOutside) out["parked_at"] = history.pathOf(care.parkedAt);
    if (care.restsUntil) out["rests_until_ns"] = care.restsUntil->value;
    if (care.cancel != CancelReason::kNone)
        out["cancel"] = {{"reason", recorder::wordOf(care.cancel)},
                         {"until_ns", care.cancelUntil.value}};
    return out;
}

Json obligationsJson(History& history, const Region& region) {
    const value::CellNamer cells = history.cellNamer();
    Json out = Json::array();
    for (const auto& [id, entry] : region.obligations) {
        Json holders = Json::array();
        for (const value::CellRef& holder : entry.holders) holders.push_back(cells(holder.key));
        Json& made = out.emplace_back(Json{{"kind", recorder::wordOf(entry.kind)},
                                           {"name", entry.name},
                                           {"maker", cells(id.maker.key)},
                                           {"ordinal", id.ordinal},
                                           {"holders", std::move(holders)},
                                           {"since_ns", entry.since.value}});
        if (entry.kind == ObligationKind::kPermit) {
            made["target"] = cells(entry.target.key);
            made["granted"] = entry.granted;
        }
        if (entry.kind == ObligationKind::kLease) made["expires_ns"] = entry.expires.value;
    }
    return out;
}

/// Budgets without a bound are null.
Json regionJson(History& history, const Region& region) {
    const auto bounded = [](std::uint64_t left) {
        return left == Budget::kUnbounded ? Json{} : Json(left);
    };
    Json out{{"phase", recorder::wordOf(region.phase)},
             {"verdict", recorder::wordOf(region.verdict)},
             {"cancel", nullptr},
             {"strategy", recorder::wordOf(region.strategy)},
             {"children", region.children},
             {"restarts", region.restarts},
             {"gave_up", region.gaveUp},
             {"finalizers", region.finalizers},
             {"turns_left", bounded(region.left.turns)},
             {"cost_left", bounded(region.left.cost)},
             {"deadline_ns", nullptr},
             {"obligations", obligationsJson(history, region)}};
    if (region.cancel != CancelReason::kNone)
        out["cancel"] = {{"reason", recorder::wordOf(region.cancel)},
                         {"until_ns", region.cleanupUntil.value}};
    if (region.left.deadline != Budget{}.deadline) out["deadline_ns"] = region.left.deadline.value;
    return out;
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
    // Of who ended before the trace begins nothing is known.
    const auto visitKnown = [&](const CellMoment& cell) { return !cell.born || visit(cell); };
    if (matched) return history.cellsAt(query.at, wanted, visitKnown);
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
             {"state", recorder::stateJson(types, actor.state, history.cellNamer())},
             {"waiting", actor.waitingCount}};
    if (!actor.alive) {
        out["ended_at"] = actor.endedAt.value;
        out["end_text"] = actor.endText;
    }
    const auto region = recorder::regionFrom(types, actor.stateType, actor.state);
    out["bytes"] = nullptr;
    if (const auto bytes = actor.state.footprint(types)) out["bytes"] = *bytes;
    if (region)
        out["region"] = regionJson(history, *region);
    else
        out["care"] = careJson(history, actor);
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
