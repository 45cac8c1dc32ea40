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
#include <string_view>
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
    PostRoom(std::function<void()> wake, std::size_t messageBytesMax)
        : messageBytesMax_(messageBytesMax), wake_(std::move(wake)) {}

    /// Of the encoding of one message: a longer one would end the run's recording.
    std::size_t messageBytesMax() const { return messageBytesMax_; }
    /// What its sender is told.
    absl::Status tooLong(const Address& to, std::string_view type, std::size_t bytes) const;

    /// kResourceExhausted: `messagesMax` of that address wait; kFailedPrecondition: closed.
    absl::Status post(const std::shared_ptr<Address>& to, Maker make);
    /// All that waits, in the order in which it was posted.
    std::vector<Posted> take();
    /// From here on nothing is taken in; what waits is dropped. Again: nothing.
    void close();
    std::size_t waitingFor(const Address& to) const;

private:
    const std::size_t messageBytesMax_;
    mutable std::mutex mutex_;
    std::function<void()> wake_;  ///< null: closed
    std::vector<Posted> posted_;
};

}  // namespace ariadne::recorder
