// A run's outside: carries out its effects, reads the clock, lets other threads send messages.
#pragma once

#include "engine/base/limits.h"
#include "engine/kernel/world.h"
#include "recorder/effects/effect_pool.h"
#include "recorder/port.h"

#include <absl/status/status.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ariadne::recorder {

struct OutsideOptions {
    bool live = false;  ///< virtual time follows the clock, from construction on
    /// Puts all that was committed so far where it survives what the effects of this run are to
    /// survive (Recorder::flush). Not OK: nothing reaches outside any more. Null: nothing is
    /// recorded.
    std::function<absl::Status()> log = {};
    std::uint64_t run = 0;                                   ///< Request::run
    std::size_t messageBytesMax = Limits{}.messageBytesMax;  ///< longer ones its ports refuse
    /// How long one exchange waits at most: a person who stops the run does not wait longer.
    std::chrono::nanoseconds patience = std::chrono::milliseconds{5};
};

/// Belongs to the thread that steps the World; its ports may be used from any thread.
///
/// Log, then act: no effect that reaches outside (all but `clock.read`) is begun before `log` has
/// been called behind the round that asked for it, once for all effects of that round. Calling one
/// off needs no log.
class Outside {
public:
    /// With the effects every host offers.
    explicit Outside(OutsideOptions options);
    Outside(OutsideOptions options, effects::HandlerTable handlers);
    ~Outside();  ///< close()
    Outside(const Outside&) = delete;
    Outside& operator=(const Outside&) = delete;

    /// Between two rounds: hands requests out and what came back in. When the World can do nothing
    /// before the outside answers, waits for that, as long as `patience` at most; false then says
    /// that a step would be in vain.
    bool exchange(kernel::World& world);

    /// For the cell of that path, or that key when the path is empty.
    Port openPort(std::string path, CellKey key, const PortOptions& options);
    /// The run has ended: ports refuse from here on.
    void close() { room_->close(); }

private:
    void takePosted(kernel::World& world);
    void takeAnswers(kernel::World& world);
    /// Calls off what is not wanted any more and drops what was answered of it; the same key may
    /// be asked for again in this very exchange.
    void callOff(kernel::World& world);
    void handOut(kernel::World& world);
    VirtualTime elapsed() const;

    const OutsideOptions options_;
    const std::chrono::steady_clock::time_point began_;
    effects::EffectPool pool_;
    const std::shared_ptr<PostRoom> room_;
};

}  // namespace ariadne::recorder
