// Message nodes: taken and given back in no time, shared between threads by the batch.
#pragma once

#include "engine/base/slab.h"
#include "engine/kernel/message.h"

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace ariadne::kernel {

/// Where the pools of one world get nodes of one size from and give surplus back to. Thread-safe.
class MessageDepot {
public:
    /// Nodes handed over at a time, linked through `next`.
    static constexpr std::uint32_t kBatch = 256;

    explicit MessageDepot(NodeSize size) : size_(size) {}
    MessageDepot(const MessageDepot&) = delete;
    MessageDepot& operator=(const MessageDepot&) = delete;

    Message* take();
    void give(Message* batch);
    /// Handed out and not given back, used or not.
    std::uint64_t nodesOut() const {
        const std::scoped_lock lock{mutex_};
        return (batchesMade_ - batches_.size()) * kBatch;
    }

private:
    const NodeSize size_;
    mutable std::mutex mutex_;
    std::uint64_t batchesMade_ = 0;
    std::vector<Message*> batches_;
    std::vector<Slab> slabs_;
    std::byte* next_ = nullptr;  ///< of the youngest slab, where the next batch is cut off
    std::uint32_t left_ = 0;     ///< batches there
};

/// The depots of one world.
struct MessageDepots {
    MessageDepot small{NodeSize::kSmall};
    MessageDepot large{NodeSize::kLarge};
};

/// Hands out message nodes and takes them back. Thread-confined; the depots outlive it.
class MessagePool {
public:
    explicit MessagePool(MessageDepots& depots)
        : nodes_{{.depot = &depots.small}, {.depot = &depots.large}} {}
    MessagePool(const MessagePool&) = delete;
    MessagePool& operator=(const MessagePool&) = delete;

    /// A node without a value, with room for one of `info` inside, if any node has that.
    Message* makeFor(const value::TypeInfo& info) {
        return make(Message::nodeFor(info.size, info.alignment));
    }
    /// A message holding `v`.
    template <class T>
    Message* make(T&& v) {
        using Value = std::remove_cvref_t<T>;
        (void)value::MessageTypeRegistered<Value>::kDone;
        const value::TypeInfo& info = value::MessageTypeRegistered<Value>::kInfo;
        constexpr NodeSize kNode = Message::nodeFor(sizeof(Value), alignof(Value));
        Message* message = make(kNode);
        if constexpr (Message::fitsInto(kNode, sizeof(Value), alignof(Value)))
            new (message->inside()) Value(std::forward<T>(v));
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
        keep(message);
    }
    /// The same for a message that has a value.
    void releaseTaken(Message* message) {
        if (message->type->destroy != nullptr || message->onHeap) [[unlikely]]
            message->destroyValue();
        keep(message);
    }

    /// Nodes it could hand out without asking a depot.
    std::uint64_t inStock() const {
        std::uint64_t nodes = 0;
        for (const FreeNodes& some : nodes_)
            nodes += some.count + (some.spare != nullptr ? MessageDepot::kBatch : 0);
        return nodes;
    }

private:
    struct FreeNodes {
        MessageDepot* depot;
        Message* first = nullptr;
        Message* spare = nullptr;  ///< a whole batch, so that a pool at the edge does not swing
        std::uint32_t count = 0;   ///< nodes from `first` on

        void refill();
        void setBatchAside();
    };
    void keep(Message* message) {
        FreeNodes& nodes = of(message->size);
        message->next = nodes.first;
        nodes.first = message;
        if (++nodes.count == MessageDepot::kBatch) [[unlikely]]
            nodes.setBatchAside();
    }
    FreeNodes& of(NodeSize size) { return nodes_[static_cast<std::size_t>(size)]; }
    [[gnu::always_inline]] Message* make(NodeSize size) {
        FreeNodes& nodes = of(size);
        if (nodes.first == nullptr) [[unlikely]]
            nodes.refill();
        Message* message = nodes.first;
        nodes.first = message->next;
        --nodes.count;
        return new (message) Message{size};
    }

    FreeNodes nodes_[2];
};

}  // namespace ariadne::kernel
