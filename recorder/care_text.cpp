#include "recorder/care_text.h"

#include "recorder/region_words.h"

#include <algorithm>

namespace ariadne::recorder {
namespace {

constexpr std::size_t kListedMax = 4;
constexpr std::size_t kNameShownMax = 80;  ///< bytes of an obligation's name or a path

std::string counted(std::uint64_t count, const std::string& one, const std::string& many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

template <class Range, class TextOf>
std::string listed(const Range& range, TextOf&& textOf) {
    std::string out;
    for (std::size_t i = 0; i < std::min(range.size(), kListedMax); ++i)
        out += (i == 0 ? "" : ", ") + textOf(range[i]);
    if (range.size() > kListedMax)
        out += " and " + std::to_string(range.size() - kListedMax) + " more";
    return out;
}

std::string requestText(CancelReason reason, VirtualTime until) {
    return std::string{wordOf(reason)} + ", until " + value::showDuration(until.value);
}

std::string budgetText(const Budget& left) {
    std::string out;
    const auto add = [&](std::string part) { out += (out.empty() ? "" : ", ") + part; };
    if (left.turns != Budget::kUnbounded) add(counted(left.turns, "turn", "turns"));
    if (left.cost != Budget::kUnbounded) add("cost " + std::to_string(left.cost));
    if (left.deadline != Budget{}.deadline)
        add("until " + value::showDuration(left.deadline.value));
    return out;
}

/// "restarts a group: 2 have to end, 1 waits for them".
std::string groupText(const Region& region) {
    std::uint64_t left = 0, resting = 0;
    for (const GroupMember& member : region.restarting) {
        left += member.part < MemberPart::kRests ? 1 : 0;
        resting += member.part == MemberPart::kRests ? 1 : 0;
    }
    return "restarts a group: " + counted(left, "has", "have") + " to end, " +
           counted(resting, "waits", "wait") + " for it";
}

}  // namespace

namespace {

/// "obligation 'seat 3' (from bookings/desk since event 41)", of more than a few the first.
std::string heldTexts(const History& history, const CellMoment& cell) {
    std::string out;
    const std::size_t shown = std::min(cell.holds.size(), kListedMax);
    for (std::size_t i = 0; i < shown; ++i) {
        const HeldObligation& held = cell.holds[i];
        const std::string what = held.entry.holders.empty()
                                     ? "obligation " + std::to_string(held.ordinal)
                                     : obligationText(held.entry, history.cellNamer());
        // A permit is its maker's from the beginning.
        const std::string from =
            held.maker == cell.rank ? "" : "from " + escaped(history.pathOf(held.maker)) + " ";
        const std::string since = held.since.value != 0
                                      ? "since event " + std::to_string(held.since.value)
                                      : "since " + value::showDuration(held.entry.since.value);
        out += (i == 0 ? "" : ", ") + what + " (" + from + since + ")";
    }
    if (cell.holdsCount > shown) out += " and " + std::to_string(cell.holdsCount - shown) + " more";
    return out;
}

}  // namespace

std::vector<std::string> careTexts(const History& history, const CellMoment& cell) {
    const CellCare& care = cell.care;
    const auto path = [&](Rank rank) { return escaped(history.pathOf(rank)); };
    std::vector<std::string> out;
    if (care.restarts != 0) out.push_back("life " + std::to_string(care.restarts + 1ull));
    if (!cell.alive) return out;
    if (care.restsUntil)
        out.push_back("rests until " + value::showDuration(care.restsUntil->value));
    if (care.parkedAt != kOutside)
        out.push_back("parked until " + path(care.parkedAt) + " has room");
    if (care.cancel != CancelReason::kNone)
        out.push_back("asked to end: " + requestText(care.cancel, care.cancelUntil));
    if (care.maskedUntilTurn > cell.turns)
        out.push_back("masked for " + counted(care.maskedUntilTurn - cell.turns, "turn", "turns"));
    if (!care.links.empty()) out.push_back("linked with " + listed(care.links, path));
    if (cell.holdsCount != 0) out.push_back("holds " + heldTexts(history, cell));
    if (!care.owed.empty())
        out.push_back("owes an answer to " + listed(care.owed, [&](const OwedReply& owed) {
                          return path(owed.asker) + " (ask " + std::to_string(owed.ask) + ")";
                      }));
    return out;
}

std::vector<std::string> regionTexts(const Region& region) {
    std::vector<std::string> out{std::string{wordOf(region.phase)}};
    if (region.verdict != Verdict::kOk)
        out.push_back("verdict " + std::string{wordOf(region.verdict)});
    out.push_back(counted(region.children, "child", "children"));
    if (region.restarts != 0) out.push_back(counted(region.restarts, "restart", "restarts"));
    if (!region.restarting.empty()) out.push_back(groupText(region));
    if (region.gaveUp) out.push_back("gave up");
    if (region.cancel != CancelReason::kNone)
        out.push_back("cancelled: " + requestText(region.cancel, region.cleanupUntil));
    if (region.left.bounded()) out.push_back("left: " + budgetText(region.left));
    if (region.finalizers != 0)
        out.push_back(counted(region.finalizers, "finalizer", "finalizers"));
    if (!region.obligations.empty())
        out.push_back(counted(region.obligations.size(), "open obligation", "open obligations"));
    return out;
}

std::string escaped(std::string_view text) {
    const std::string out = value::quoted(text, kNameShownMax);
    return out.size() >= 2 && out.front() == '"' && out.back() == '"'
               ? out.substr(1, out.size() - 2)
               : out;
}

std::string obligationText(const LedgerEntry& entry, const value::CellNamer& cells) {
    std::string out{wordOf(entry.kind)};
    if (entry.kind == ObligationKind::kPermit)
        out += " for the mailbox of " + escaped(cells(entry.target.key));
    if (!entry.name.empty()) out += " '" + escaped(entry.name) + "'";
    return out;
}

}  // namespace ariadne::recorder
