#include "recorder/post_room.h"

#include <utility>

namespace ariadne::recorder {
namespace {

std::string nameOf(const PostRoom::Address& address) {
    return address.path.empty() ? "cell " + std::to_string(address.key.value)
                                : "'" + address.path + "'";
}

}  // namespace

absl::Status PostRoom::tooLong(const Address& to, std::string_view type, std::size_t bytes) const {
    return absl::InvalidArgumentError(
        "limit messageBytesMax (" + std::to_string(messageBytesMax_) + ") reached: the message " +
        std::string{type} + " for " + nameOf(to) + " has " + std::to_string(bytes) +
        " bytes; post it in parts, or start the run with a higher limit");
}

absl::Status PostRoom::post(const std::shared_ptr<Address>& to, Maker make) {
    bool isOpen = false;
    {
        const std::lock_guard lock{mutex_};
        isOpen = wake_ != nullptr;
        if (isOpen && to->waiting < to->messagesMax) {
            ++to->waiting;
            posted_.push_back({to, std::move(make)});
            wake_();
            return absl::OkStatus();
        }
    }
    // Without the lock: who posts again and again must not keep the run from it.
    if (!isOpen)
        return absl::FailedPreconditionError("a message for " + nameOf(*to) +
                                             ": the run has ended, nobody takes it any more");
    return absl::ResourceExhaustedError(
        "limit messagesMax (" + std::to_string(to->messagesMax) +
        ") reached: that many messages for " + nameOf(*to) +
        " wait until the run takes them; post again later, or open a port for more");
}

std::vector<PostRoom::Posted> PostRoom::take() {
    const std::lock_guard lock{mutex_};
    for (const Posted& one : posted_) --one.to->waiting;
    return std::exchange(posted_, {});
}

void PostRoom::close() {
    std::vector<Posted> dropped;  // their values are destroyed without the lock
    const std::lock_guard lock{mutex_};
    wake_ = nullptr;
    for (const Posted& one : posted_) --one.to->waiting;
    dropped.swap(posted_);
}

std::size_t PostRoom::waitingFor(const Address& to) const {
    const std::lock_guard lock{mutex_};
    return to.waiting;
}

}  // namespace ariadne::recorder
