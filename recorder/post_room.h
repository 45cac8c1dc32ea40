// Where messages from other threads wait until the run takes them.
#pragma once

#include "engine/base/ids.h"
#include "engine/kernel/message_pool.h"

#include <absl/status/status.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace ariadne::recorder {

/// One queue for all ports of a run, so that what one thread posts to several cells arrives in that
/// order. Thread-safe; shared by the run and its ports, which may outlive it.
class PostRoom {
public:
    using Maker = std::function<kernel::Message*(kernel::MessagePool&)>;

    /// For whom, and how much of it may wait.
    struct Address {
        std::string path;  ///< empty: `key` says it
        std::size_t messagesMax = 0;
        std::size_t waiting = 0;  ///< guarded by the room
        // Of the run's thread alone
        CellKey key;
        std::uint32_t searchedTo = 1;  ///< births of lower rank are not that path
    };
    struct Posted {
        std::shared_ptr<Address> to;
        Maker make;
    };

    /// `wake` is called for each message, with the room locked, until close().
    explicit PostRoom(std::function<void()> wake) : wake_(std::move(wake)) {}

    /// kResourceExhausted: `messagesMax` of that address wait; kFailedPrecondition: closed.
    absl::Status post(const std::shared_ptr<Address>& to, Maker make);
    /// All that waits, in the order in which it was posted.
    std::vector<Posted> take();
    /// From here on nothing is taken in; what waits is dropped. Again: nothing.
    void close();
    std::size_t waitingFor(const Address& to) const;

private:
    mutable std::mutex mutex_;
    std::function<void()> wake_;  ///< null: closed
    std::vector<Posted> posted_;
};

}  // namespace ariadne::recorder
