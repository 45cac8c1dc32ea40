// Who carries out effects: one handler per name.
#pragma once

#include "engine/base/bytes.h"
#include "engine/effect/effect.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace ariadne::effects {

/// The idempotency key of a wish as text, "5d3a...-91f0...-7": which run, which cell, which of its
/// effects. The same whenever that wish is asked for again.
std::string idempotencyKey(const effect::Request& request);

/// Carries out one kind of effect. Thread-safe: perform() runs on several threads at a time.
class Handler {
public:
    Handler() = default;
    virtual ~Handler() = default;
    Handler(const Handler&) = delete;
    Handler& operator=(const Handler&) = delete;

    /// The canonical encoding of the answer, or why there is none; the text reaches the program and
    /// the trace. Whoever can tell its outside under which key it acts (idempotencyKey()) should:
    /// a wish may be asked for again after a call whose answer was lost. kPermissionDenied: outside
    /// `request.scope`, which the handler enforces; whether the cell holds a grant of that scope
    /// was settled before.
    ///
    /// Must return soon after `stop` is requested, with kCancelled: that is how a timeout, a
    /// cancellation and the end of the pool arrive, and the pool waits for it in the end. An
    /// exception is taken as a failure with its text.
    virtual absl::StatusOr<Bytes> perform(const effect::Request& request, std::stop_token stop) = 0;
};

/// The handlers of a host by name of effect. Thread-confined while filled; find() and names() may
/// be called from any thread once nobody adds.
class HandlerTable {
public:
    /// kAlreadyExists: the name has a handler. kInvalidArgument: the name is empty.
    absl::Status add(std::string name, std::unique_ptr<Handler> handler);

    /// Owned by the table; nullptr when nobody offers `name`.
    Handler* find(const std::string& name) const;
    /// In order.
    std::vector<std::string> names() const;

private:
    std::map<std::string, std::unique_ptr<Handler>> handlers_;
};

}  // namespace ariadne::effects
