#include "recorder/effects/handler.h"

#include <absl/strings/str_cat.h>

namespace ariadne::effects {

std::string idempotencyKey(const effect::Request& request) {
    return absl::StrCat(absl::Hex(request.run, absl::kZeroPad16), "-",
                        absl::Hex(request.cellKey, absl::kZeroPad16), "-", request.ordinal);
}

absl::Status HandlerTable::add(std::string name, std::unique_ptr<Handler> handler) {
    if (name.empty())
        return absl::InvalidArgumentError(
            "an effect handler without a name; name it like \"file.read\"");
    if (handlers_.contains(name))
        return absl::AlreadyExistsError("effect " + name +
                                        " has a handler; add each name once, or choose another");
    handlers_.emplace(std::move(name), std::move(handler));
    return absl::OkStatus();
}

Handler* HandlerTable::find(const std::string& name) const {
    const auto at = handlers_.find(name);
    return at == handlers_.end() ? nullptr : at->second.get();
}

std::vector<std::string> HandlerTable::names() const {
    std::vector<std::string> names;
    for (const auto& [name, handler] : handlers_) names.push_back(name);
    return names;
}

}  // namespace ariadne::effects
