// A way into a live run for other threads.
#pragma once

#include "engine/value/encoding.h"
#include "engine/value/type_info.h"
#include "engine/value/type_name.h"
#include "recorder/post_room.h"

#include <absl/status/status.h>

#include <cstddef>
#include <memory>
#include <utility>

namespace ariadne::recorder {

struct PortOptions {
    std::size_t messagesMax = 1024;  ///< that wait until the run takes them, from 1
};

/// Brings messages to one cell of a live run; see ProgramRun::openPort. What one thread posts
/// arrives in its order, over all ports of the run. Each message is recorded as an input, so that a
/// replay has them without anybody posting. One for a cell that was not born by the round that
/// takes it, has ended, or accepts no such message is a dead letter with that reason.
///
/// Thread-safe; copies are the same port. May outlive the run.
class Port {
public:
    Port(std::shared_ptr<PostRoom> room, std::shared_ptr<PostRoom::Address> to)
        : room_(std::move(room)), to_(std::move(to)) {}

    /// Never waits; a run that waits is woken. Taken by the run's next round, unless it ends before
    /// that. kResourceExhausted: `messagesMax` messages wait (names the limit); kInvalidArgument:
    /// its encoding is longer than the run's `messageBytesMax` (names it too), and stays so, while
    /// the run goes on without it; kFailedPrecondition: the run has ended.
    template <class M>
    absl::Status post(M message) const {
        (void)value::MessageTypeRegistered<M>::kDone;
        // Encoded once more than recording needs: here its sender can still be told.
        const std::size_t bytes = value::encoded(message).size();
        if (bytes > room_->messageBytesMax())
            return room_->tooLong(*to_, value::shortName(value::typeName<M>()), bytes);
        return room_->post(to_, [m = std::move(message)](kernel::MessagePool& pool) mutable {
            return pool.make(std::move(m));
        });
    }
    /// Messages that the run has not taken yet.
    std::size_t waiting() const { return room_->waitingFor(*to_); }

private:
    std::shared_ptr<PostRoom> room_;
    std::shared_ptr<PostRoom::Address> to_;
};

}  // namespace ariadne::recorder
