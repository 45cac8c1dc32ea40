#include "recorder/effects/builtins.h"

#include "engine/base/status_macros.h"
#include "engine/effect/builtin.h"
#include "recorder/effects/clock.h"
#include "recorder/effects/command.h"
#include "recorder/effects/files.h"
#include "recorder/effects/http.h"

namespace ariadne::effects {
namespace {

template <class Ask, class Offered>
absl::Status add(HandlerTable& table) {
    return table.add(std::string{effect::EffectOf<Ask>::kName}, std::make_unique<Offered>());
}

}  // namespace

absl::Status addBuiltins(HandlerTable& table) {
    ARIADNE_RETURN_IF_ERROR((add<effect::ReadClock, ClockHandler>(table)));
    ARIADNE_RETURN_IF_ERROR((add<effect::ReadFile, ReadFileHandler>(table)));
    ARIADNE_RETURN_IF_ERROR((add<effect::WriteFile, WriteFileHandler>(table)));
    ARIADNE_RETURN_IF_ERROR((add<effect::HttpRequest, HttpHandler>(table)));
    return add<effect::RunCommand, CommandHandler>(table);
}

}  // namespace ariadne::effects
