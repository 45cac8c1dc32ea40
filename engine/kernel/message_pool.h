// Message nodes: taken and given back in no time, shared between threads by the batch.
#pragma once

#include "engine/kernel/message.h"
#include "engine/kernel/slab.h"

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace ariadne::kernel {

/// Where the pools of one world get nodes from and give surplus back to. Thread-safe.
class MessageDepot {
public:
    /// Nodes handed over at a time, linked through `next`.
    static constexpr std::uint32_t kBatch = 256;

    MessageDepot() = default;
    MessageDepot(const MessageDepot&) = delete;
    MessageDepot& operator=(const MessageDepot&) = delete;

    Message* take();
    void give(Message* batch);

private:
    std::mutex mutex_;
    std::vector<Message*> batches_;
    std::vector<Slab> slabs_;
    std::byte* next_ = nullptr;  ///< of the youngest slab, where the next batch is cut off
    std::uint32_t left_ = 0;     ///< batches there
};

/// Hands out message nodes and takes them back. Thread-confined; the depot outlives it.
class MessagePool {
public:
    explicit MessagePool(MessageDepot& depot) : depot_(depot) {}
    MessagePool(const MessagePool&) = delete;
    MessagePool& operator=(const MessagePool&) = delete;

    Message* make() {
        if (free_ == nullptr) refill();
        Message* message = free_;
        free_ = message->next;
        --count_;
        return new (message) Message;
    }
    /// A message holding `v`.
    template <class T>
    Message* make(T&& v) {
        using Value = std::remove_cvref_t<T>;
        (void)value::MessageTypeRegistered<Value>::kDone;
        const value::TypeInfo& info = value::MessageTypeRegistered<Value>::kInfo;
        Message* message = make();
        if constexpr (Message::fitsInside(sizeof(Value), alignof(Value)))
            new (message->inlineBytes) Value(std::forward<T>(v));
        else
            new (message->makeRoom(info)) Value(std::forward<T>(v));
        message->type = &info;
        return message;
    }
    /// A copy of the value, and of nothing else, of `original`.
    Message* copyOf(const Message& original);
    /// Destroys the value and keeps the node. Null is ignored.
    void release(Message* message) {
        if (message == nullptr) return;
        message->destroyValue();
        message->next = free_;
        free_ = message;
        if (++count_ == MessageDepot::kBatch) [[unlikely]]
            setBatchAside();
    }

private:
    void refill();
    void setBatchAside();

    MessageDepot& depot_;
    Message* free_ = nullptr;
    Message* spare_ = nullptr;  ///< a whole batch, so that a pool at the edge does not swing
    std::uint32_t count_ = 0;   ///< nodes in free_
};

}  // namespace ariadne::kernel
