#include "studio/session/actor_matches.h"

#include <algorithm>
#include <utility>

namespace ariadne::studio {

bool containsLowered(std::string_view text, std::string_view lower) {
    const auto lowered = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    const auto found = std::search(text.begin(), text.end(), lower.begin(), lower.end(),
                                   [&](char a, char b) { return lowered(a) == b; });
    return found != text.end() || lower.empty();
}

ActorMatches actorsMatching(std::shared_ptr<const std::vector<ActorEntry>> actors,
                            std::string lower) {
    ActorMatches out;
    out.text = std::move(lower);
    out.matches.resize(actors->size());
    for (std::size_t rank = 1; rank < actors->size(); ++rank) {
        const bool matches = containsLowered((*actors)[rank].path, out.text);
        out.matches[rank] = matches ? 1 : 0;
        out.count += matches ? 1 : 0;
    }
    out.of = std::move(actors);
    return out;
}

}  // namespace ariadne::studio
