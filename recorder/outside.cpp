#include "recorder/outside.h"

#include "engine/base/check.h"
#include "recorder/effects/builtins.h"

#include <algorithm>

namespace ariadne::recorder {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

/// How long one exchange waits at most: a person who stops the run does not wait longer.
constexpr std::chrono::nanoseconds kPatience = 5ms;

effects::HandlerTable builtinHandlers() {
    effects::HandlerTable table;
    const absl::Status added = effects::addBuiltins(table);
    ARIADNE_CHECK(added.ok());
    return table;
}

}  // namespace

Outside::Outside(bool live)
    : live_(live), began_(std::chrono::steady_clock::now()), pool_(builtinHandlers()) {}

VirtualTime Outside::elapsed() const {
    return {
        std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - began_).count()};
}

void Outside::post(std::string path, MessageMaker make) {
    const std::scoped_lock lock{mutex_};
    posted_.push_back({std::move(path), std::move(make)});
}

void Outside::takePosted(kernel::World& world) {
    std::vector<Posted> posted;
    {
        const std::scoped_lock lock{mutex_};
        posted.swap(posted_);
    }
    for (Posted& one : posted) {
        const auto& births = world.births();
        const auto at = std::find_if(births.begin(), births.end(), [&](const CellBirth& birth) {
            return birth.path == one.path;
        });
        // Nobody of that name: a dead letter, as for any other address that was never born.
        world.tell(at == births.end() ? CellKey{} : at->key, one.make(world.pool()));
    }
}

bool Outside::exchange(kernel::World& world) {
    for (effect::Request& request : world.takeRequests()) pool_.submit(std::move(request));
    for (const auto& [key, ordinal] : world.takeCancelledRequests()) pool_.cancel(key, ordinal);
    const auto takeAll = [&] {
        for (effect::Completion& completion : pool_.take()) world.complete(std::move(completion));
        takePosted(world);
    };
    takeAll();
    const auto timerIsDue = [&] {
        const auto deadline = world.nextDeadline();
        return live_ && deadline && *deadline <= elapsed();
    };
    if (world.waitsForOutside() && !timerIsDue()) {
        std::chrono::nanoseconds wait = kPatience;
        if (const auto deadline = world.nextDeadline(); live_ && deadline)
            wait = std::min(wait, std::max<std::chrono::nanoseconds>(*deadline - elapsed(), 0ns));
        pool_.waitFor(wait);
        takeAll();
        if (world.waitsForOutside() && !timerIsDue()) return false;
    }
    if (live_) world.setClock(elapsed());
    return true;
}

}  // namespace ariadne::recorder
