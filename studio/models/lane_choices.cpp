#include "studio/models/lane_choices.h"

#include "studio/models/text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace ariadne::studio {
namespace {

constexpr std::string_view kWatchPrefix = "watch:";
constexpr std::string_view kQueryPrefix = "query:";
constexpr std::array<std::string_view, 4> kGroupings{"none", "region", "type", "below"};

/// Between the parts of a key that has some; no name of an actor or a field has one.
constexpr char kBetween = '\n';

std::vector<std::string> partsOf(std::string_view text, char between) {
    std::vector<std::string> out;
    for (;;) {
        const std::size_t end = text.find(between);
        out.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return out;
        text.remove_prefix(end + 1);
    }
}

QString line(const char* what, const std::string& text) {
    return QString::fromUtf8(what) + QLatin1Char(' ') + textOf(text);
}

}  // namespace

LaneKey actorKey(const ActorEntry& actor) {
    return actor.rank == kOutside ? LaneKey{"outside:"} : "actor:" + actor.path;
}

LaneKey groupKey(LaneGrouping grouping, std::string_view name) {
    LaneKey out{kGroupings[static_cast<std::size_t>(grouping)]};
    out += ':';
    out += name;
    return out;
}

LaneKey watchKey(const Watch& watch) {
    LaneKey out{kWatchPrefix};
    out += watch.actor;
    for (const std::string& step : watch.field) {
        out += kBetween;
        out += step;
    }
    return out;
}

std::optional<Watch> watchOf(std::string_view key) {
    if (!key.starts_with(kWatchPrefix)) return std::nullopt;
    std::vector<std::string> parts = partsOf(key.substr(kWatchPrefix.size()), kBetween);
    Watch out;
    out.actor = std::move(parts.front());
    out.field.assign(std::make_move_iterator(parts.begin() + 1),
                     std::make_move_iterator(parts.end()));
    return out;
}

LaneKey queryKey(const KeptQuery& query) {
    LaneKey out{kQueryPrefix};
    out += query.name;
    out += kBetween;
    out += query.sql;
    return out;
}

std::optional<KeptQuery> queryOf(std::string_view key) {
    if (!key.starts_with(kQueryPrefix) || key.size() > kKeptQueryBytesMax) return std::nullopt;
    key.remove_prefix(kQueryPrefix.size());
    const std::size_t end = key.find(kBetween);
    if (end == 0 || end == std::string_view::npos || end + 1 == key.size()) return std::nullopt;
    return KeptQuery{std::string{key.substr(0, end)}, std::string{key.substr(end + 1)}};
}

bool LaneChoices::isPinned(const LaneKey& key) const {
    return std::find(pinned.begin(), pinned.end(), key) != pinned.end();
}

std::vector<Watch> LaneChoices::watches() const {
    std::vector<Watch> out;
    for (const LaneKey& key : pinned)
        if (auto watch = watchOf(key)) out.push_back(*std::move(watch));
    return out;
}

std::vector<KeptQuery> LaneChoices::queries() const {
    std::vector<KeptQuery> out;
    for (const LaneKey& key : pinned)
        if (auto query = queryOf(key)) out.push_back(*std::move(query));
    return out;
}

void togglePinned(LaneChoices& choices, const LaneKey& key) {
    if (std::erase(choices.pinned, key) == 0) choices.pinned.push_back(key);
}

void hideLane(LaneChoices& choices, const LaneKey& key) {
    std::erase(choices.pinned, key);
    if (!watchOf(key) && !queryOf(key)) choices.hidden.insert(key);
}

void hideOtherLanes(LaneChoices& choices, const LaneKey& key) {
    choices.hidden.clear();
    choices.only.clear();
    // Of who stands on top nothing else has to be kept; nobody is called like this.
    choices.only.insert(choices.isPinned(key) ? LaneKey{"nobody:"} : key);
}

void showAllLanes(LaneChoices& choices) {
    choices.hidden.clear();
    choices.only.clear();
    choices.filter.clear();
}

void toggleCollapsed(LaneChoices& choices, const LaneKey& group) {
    if (choices.otherwise.erase(group) == 0) choices.otherwise.insert(group);
}

void collapseAll(LaneChoices& choices, bool collapsed) {
    choices.collapsesAll = collapsed;
    choices.otherwise.clear();
}

void noteMove(LaneChoices& choices, LaneMove move) {
    // Nobody has moved relative to where it stood meanwhile.
    if (!choices.moves.empty() && choices.moves.back().what == move.what) choices.moves.pop_back();
    choices.moves.push_back(std::move(move));
    if (choices.moves.size() > LaneChoices::kMovesMax) choices.moves.erase(choices.moves.begin());
}

QStringList keptChoices(const LaneChoices& choices) {
    QStringList out;
    if (choices.grouping != LaneGrouping::kNone)
        out << line("group", std::string{kGroupings[static_cast<std::size_t>(choices.grouping)]});
    if (!choices.filter.empty()) out << line("filter", choices.filter);
    for (const LaneKey& key : choices.pinned) out << line("pin", key);
    for (const LaneKey& key : choices.hidden) out << line("hide", key);
    for (const LaneKey& key : choices.only) out << line("only", key);
    if (choices.collapsesAll) out << line("fold", "*");
    for (const LaneKey& key : choices.otherwise) out << line("otherwise", key);
    for (const LaneMove& move : choices.moves)
        out << line(move.before ? "before" : "behind", move.what + kBetween + move.anchor);
    return out;
}

LaneChoices choicesKept(const QStringList& kept) {
    LaneChoices out;
    for (const QString& entry : kept) {
        const std::string all = entry.toStdString();
        const std::size_t space = std::min(all.find(' '), all.size());
        const std::string what = all.substr(0, space);
        const std::string text = space < all.size() ? all.substr(space + 1) : std::string{};
        if (text.empty()) continue;
        if (what == "group") {
            const auto at = std::find(kGroupings.begin(), kGroupings.end(), text);
            if (at != kGroupings.end())
                out.grouping = static_cast<LaneGrouping>(at - kGroupings.begin());
        } else if (what == "filter") {
            out.filter = text;
        } else if (what == "pin") {
            if (!out.isPinned(text)) out.pinned.push_back(text);
        } else if (what == "hide") {
            out.hidden.insert(text);
        } else if (what == "only") {
            out.only.insert(text);
        } else if (what == "fold") {
            out.collapsesAll = text == "*";
        } else if (what == "otherwise") {
            out.otherwise.insert(text);
        } else if (what == "before" || what == "behind") {
            const std::size_t between = text.find(kBetween);
            if (between == std::string::npos) continue;
            out.moves.push_back(
                {text.substr(0, between), text.substr(between + 1), what == "before"});
        }
    }
    if (out.moves.size() > LaneChoices::kMovesMax)
        out.moves.erase(out.moves.begin(), out.moves.end() - LaneChoices::kMovesMax);
    return out;
}

}  // namespace ariadne::studio
