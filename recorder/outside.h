// A run's outside: carries out its effects, reads the clock, lets other threads send messages.
#pragma once

#include "engine/kernel/world.h"
#include "recorder/effects/effect_pool.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace ariadne::recorder {

/// Belongs to the thread that steps the World; post() may be called from any thread.
class Outside {
public:
    using MessageMaker = std::function<kernel::Message*(kernel::MessagePool&)>;

    /// `live`: virtual time follows the clock, from now on.
    explicit Outside(bool live);

    /// Between two rounds: hands requests out and what came back in. When the World can do nothing
    /// before the outside answers, waits for that, a few milliseconds at most; false then says that
    /// a step would be in vain.
    bool exchange(kernel::World& world);

    void post(std::string path, MessageMaker make);

private:
    struct Posted {
        std::string path;
        MessageMaker make;
    };
    void takePosted(kernel::World& world);
    VirtualTime elapsed() const;

    bool live_;
    std::chrono::steady_clock::time_point began_;
    effects::EffectPool pool_;
    std::mutex mutex_;
    std::vector<Posted> posted_;
};

}  // namespace ariadne::recorder
