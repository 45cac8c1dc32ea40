#include "engine/effect/builtin.h"
#include "engine/effect/effect.h"
#include "engine/effect/scope.h"

namespace ariadne::effect {
namespace {

bool pathCovers(std::string_view outer, std::string_view inner) {
    const auto plainOuter = plainPath(outer);
    const auto plainInner = plainPath(inner);
    return plainOuter && plainInner && isWithin(*plainOuter, *plainInner);
}

bool urlCovers(std::string_view outer, std::string_view inner) {
    const auto outerUrl = parseHttpUrl(outer);
    const auto innerUrl = parseHttpUrl(inner);
    return outerUrl.ok() && innerUrl.ok() && isWithin(*outerUrl, *innerUrl);
}

bool programCovers(std::string_view outer, std::string_view inner) {
    return outer == inner && plainPath(outer) == outer;
}

}  // namespace

bool covers(const Grant& outer, const Grant& inner) {
    if (outer.name != inner.name) return false;
    if (outer.name == EffectOf<ReadFile>::kName || outer.name == EffectOf<WriteFile>::kName)
        return pathCovers(outer.scope, inner.scope);
    if (outer.name == EffectOf<HttpRequest>::kName) return urlCovers(outer.scope, inner.scope);
    if (outer.name == EffectOf<RunCommand>::kName) return programCovers(outer.scope, inner.scope);
    return outer.scope == inner.scope;
}

}  // namespace ariadne::effect
