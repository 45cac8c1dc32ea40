#include "studio/models/omnibox.h"

#include "studio/models/text.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace ariadne::studio {
namespace {

/// Of each kind when all of them are meant.
constexpr std::size_t kActorsAmongAll = 6;
constexpr std::size_t kCommandsAmongAll = 4;
constexpr std::size_t kBookmarksAmongAll = 2;

QString tr(const char* text) {
    return QCoreApplication::translate("Omnibox", text);
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
bool startsWith(std::string_view text, std::string_view needle) {
    return text.size() >= needle.size() && std::equal(needle.begin(), needle.end(), text.begin(),
                                                      [](char a, char b) { return a == lower(b); });
}
bool contains(std::string_view text, std::string_view needle) {
    return std::search(text.begin(), text.end(), needle.begin(), needle.end(),
                       [](char a, char b) { return lower(a) == b; }) != text.end();
}

/// How well `path` is what was typed, 0 the best; none when it is not.
constexpr std::size_t kTiers = 4;
std::size_t tierOf(std::string_view path, std::string_view needle) {
    const std::size_t slash = path.rfind('/');
    const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
    if (startsWith(name, needle)) return name.size() == needle.size() ? 0 : 1;
    if (startsWith(path, needle)) return 2;
    return contains(path, needle) ? 3 : kTiers;
}

std::vector<OmniMatch> actorsNamed(const QString& typed, const OmniContext& context,
                                   std::size_t max) {
    std::vector<OmniMatch> out;
    if (context.actors == nullptr || typed.isEmpty()) return out;
    const std::string needle = typed.toLower().toStdString();
    std::array<std::vector<const ActorEntry*>, kTiers> tiers;
    for (const ActorEntry& actor : *context.actors) {
        if (actor.rank == kOutside) continue;
        const std::size_t tier = tierOf(actor.path, needle);
        if (tier < kTiers && tiers[tier].size() < max) tiers[tier].push_back(&actor);
    }
    for (const auto& tier : tiers)
        for (const ActorEntry* actor : tier)
            if (out.size() < max)
                out.push_back({OmniMatch::Kind::kActor,
                               textOf(actor->path),
                               textOf(actor->typeName),
                               actor->rank.value,
                               {}});
    return out;
}

/// How well `name` is what was typed, 0 the best; none when it lacks one of the words.
constexpr std::size_t kNameTiers = 3;
std::size_t nameTierOf(const QString& name, const QStringList& words) {
    const bool all = std::all_of(words.begin(), words.end(), [&](const QString& word) {
        return name.contains(word, Qt::CaseInsensitive);
    });
    if (!all) return kNameTiers;
    if (name.startsWith(words.join(QLatin1Char(' ')), Qt::CaseInsensitive)) return 0;
    const QString first = QLatin1Char(' ') + words.value(0);
    return (QLatin1Char(' ') + name).contains(first, Qt::CaseInsensitive) ? 1 : 2;
}

std::vector<OmniMatch> commandsNamed(const QString& typed, const OmniContext& context,
                                     std::size_t max) {
    const QStringList words = typed.simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    std::array<std::vector<OmniMatch>, kNameTiers> tiers;
    for (std::size_t i = 0; i < context.commands.size(); ++i) {
        const OmniCommand& command = context.commands[i];
        if (!command.enabled) continue;
        std::size_t tier = nameTierOf(command.text, words);
        if (!command.otherName.isEmpty())
            tier = std::min(tier, nameTierOf(command.otherName, words));
        if (tier < kNameTiers)
            tiers[tier].push_back({OmniMatch::Kind::kCommand, command.text, command.keys, i, {}});
    }
    std::vector<OmniMatch> out;
    for (auto& tier : tiers)
        for (OmniMatch& match : tier)
            if (out.size() < max) out.push_back(std::move(match));
    return out;
}

OmniMatch nothing(const QString& why) {
    return {OmniMatch::Kind::kNothing, why, {}, 0, {}};
}

/// Digits, with or without separators.
bool isNumber(const QString& text) {
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), [](QChar c) {
        return c.isDigit() || c == QLatin1Char(',') || c == QLatin1Char(' ');
    });
}

OmniMatch position(const QString& typed, const OmniContext& context) {
    const std::uint64_t wanted = positionIn(typed);
    if (context.actors == nullptr) return nothing(tr("No trace is open"));
    if (wanted == 0 || wanted > context.last.value)
        return nothing(tr("There is no event %1: the last one is %2")
                           .arg(typed.simplified(), groupedText(context.last.value)));
    return {
        OmniMatch::Kind::kPosition, tr("Go to event %1").arg(groupedText(wanted)), {}, wanted, {}};
}

std::vector<OmniMatch> bookmarksNamed(const QString& typed, const OmniContext& context,
                                      std::size_t max) {
    std::vector<OmniMatch> out;
    if (context.bookmarks == nullptr) return out;
    for (const Bookmark& bookmark : context.bookmarks->all) {
        const QString name = textOf(bookmark.name).simplified();
        if (out.size() < max && name.contains(typed, Qt::CaseInsensitive))
            out.push_back({OmniMatch::Kind::kBookmark,
                           name,
                           tr("event %1").arg(groupedText(bookmark.position.value)),
                           bookmark.position.value,
                           {}});
    }
    return out;
}

void append(std::vector<OmniMatch>& to, std::vector<OmniMatch> more) {
    std::move(more.begin(), more.end(), std::back_inserter(to));
}

std::vector<OmniMatch> places(const QString& typed, const OmniContext& context) {
    std::vector<OmniMatch> out;
    if (isNumber(typed)) out.push_back(position(typed, context));
    append(out, actorsNamed(typed, context, kOmniMatchesMax - out.size()));
    if (!out.empty()) return out;
    if (context.actors == nullptr) return {nothing(tr("No trace is open"))};
    return {nothing(typed.isEmpty() ? tr("A position, or part of an actor's path")
                                    : tr("No actor is called like %1").arg(typed))};
}

}  // namespace

std::vector<OmniMatch> omniboxMatches(const QString& typed, const OmniContext& context) {
    const QString text = typed.trimmed();
    if (text.isEmpty()) return {};
    const QString rest = text.mid(1).trimmed();
    if (text.front() == QLatin1Char('>')) {
        std::vector<OmniMatch> out = commandsNamed(rest, context, SIZE_MAX);
        if (out.empty()) out.push_back(nothing(tr("No command is called like %1").arg(rest)));
        return out;
    }
    if (text.front() == QLatin1Char('=')) {
        if (context.actors == nullptr) return {nothing(tr("No trace is open"))};
        if (rest.isEmpty()) return {nothing(tr("A question in SQL: = SELECT …"))};
        return {{OmniMatch::Kind::kQuestion, tr("Ask: %1").arg(rest), {}, 0, rest}};
    }
    if (text.front() == QLatin1Char('@')) return places(rest, context);
    if (text.front() == QLatin1Char('#')) {
        std::vector<OmniMatch> out = bookmarksNamed(rest, context, kOmniMatchesMax);
        if (out.empty())
            out.push_back(nothing(context.bookmarks && !context.bookmarks->all.empty()
                                      ? tr("No bookmark is called like %1").arg(rest)
                                      : tr("There are no bookmarks: M marks the present event")));
        return out;
    }

    std::vector<OmniMatch> out;
    if (isNumber(text) && context.actors != nullptr) out.push_back(position(text, context));
    append(out, actorsNamed(text, context, kActorsAmongAll));
    append(out, bookmarksNamed(text, context, kBookmarksAmongAll));
    append(out, commandsNamed(text, context, kCommandsAmongAll));
    if (context.actors != nullptr)
        out.push_back(
            {OmniMatch::Kind::kFilter, tr("Events that contain “%1”").arg(text), {}, 0, text});
    if (out.empty()) out.push_back(nothing(tr("Nothing is called like %1").arg(text)));
    return out;
}

void OmniboxModel::setMatches(std::vector<OmniMatch> matches) {
    beginResetModel();
    matches_ = std::move(matches);
    endResetModel();
}

int OmniboxModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(matches_.size());
}

QVariant OmniboxModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const OmniMatch& match = at(index.row());
    switch (role) {
        case Qt::DisplayRole: return match.title;
        case Qt::AccessibleDescriptionRole:
        case kDetailRole: return match.detail;
        default: return {};
    }
}

Qt::ItemFlags OmniboxModel::flags(const QModelIndex& index) const {
    if (!index.isValid()) return Qt::NoItemFlags;
    return at(index.row()).kind == OmniMatch::Kind::kNothing
               ? Qt::NoItemFlags
               : Qt::ItemIsEnabled | Qt::ItemIsSelectable;
}

}  // namespace ariadne::studio
