// A message on its way: a node (message_pool.h) with its value inside or beside it.
#pragma once

#include "engine/base/event.h"
#include "engine/base/ids.h"
#include "engine/kernel/system_messages.h"
#include "engine/value/type_info.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <utility>

namespace ariadne::kernel {

/// What a cell asked for itself: it always fits into a bounded mailbox and is never displaced, or
/// an ask could end with neither its answer nor its timeout.
constexpr bool isSolicited(EventKind kind) {
    return kind == EventKind::kReply || kind == EventKind::kAskTimeout ||
           kind == EventKind::kTimerFire || kind == EventKind::kGranted ||
           kind == EventKind::kFinalize || kind == EventKind::kEffectDone;
}

struct Cell;

/// The two sizes of nodes. Most messages are a few numbers; what does not fit into the large one
/// stands beside its node.
enum class NodeSize : std::uint8_t { kSmall, kLarge };
constexpr std::size_t nodeBytes(NodeSize size) {
    return size == NodeSize::kSmall ? 64 : 128;  // one cache line, or two
}

/// One message, the head of a node. Owned by exactly one of: an out-log, a mailbox lane, a stash, a
/// timer, a turn.
/// Invariant: `type` is null, or a live value of that type is at value().
struct alignas(64) Message {
    static constexpr std::size_t kHeadBytes = 48;

    union {
        Message* next = nullptr;  ///< in a queue or a pool
        Cell* receiver;           ///< in an out-log, when `isAimed`
        std::uint64_t target;     ///< there, when not: the key of who is not born yet, or never was
    };
    const value::TypeInfo* type = nullptr;
    union {
        Position enqueuedAt{};  ///< its enqueue event; set at commit
        std::uint64_t ordinal;  ///< in an out-log: the number of the send, by its cell
    };
    /// Of what answers (isAnswer()): the ask or effect that it belongs to. Else, when it is not 0,
    /// an answer is wanted under this id.
    std::uint64_t ask = 0;
    Rank sender;
    Rank asker;  ///< who wants that answer
    EventKind kind = EventKind::kUnknown;
    NodeSize size;
    bool onHeap = false;   ///< the value stands beside the node
    bool isAimed = false;  ///< see `receiver`

    explicit Message(NodeSize nodeSize) : size(nodeSize) {}

    static constexpr bool fitsInto(NodeSize node, std::size_t size, std::size_t alignment) {
        return size <= nodeBytes(node) - kHeadBytes && alignment <= alignof(std::uint64_t);
    }
    /// The smallest node that has room for such a value, or else for a pointer to it.
    static constexpr NodeSize nodeFor(std::size_t size, std::size_t alignment) {
        return !fitsInto(NodeSize::kSmall, size, alignment) &&
                       fitsInto(NodeSize::kLarge, size, alignment)
                   ? NodeSize::kLarge
                   : NodeSize::kSmall;
    }

    std::byte* inside() { return reinterpret_cast<std::byte*>(this) + kHeadBytes; }
    void* value() { return onHeap ? heapPointer() : inside(); }
    const void* value() const { return const_cast<Message*>(this)->value(); }

    bool isAnswer() const {
        return kind == EventKind::kReply || kind == EventKind::kAskTimeout ||
               kind == EventKind::kEffectDone;
    }
    /// Nonzero: an answer is wanted under this id.
    std::uint64_t askId() const { return isAnswer() ? 0 : ask; }
    /// The ask or effect that it answers, or 0.
    std::uint64_t answers() const { return isAnswer() ? ask : 0; }

    /// Storage for a value of `info`; the caller constructs there at once. `type` must be null.
    void* makeRoom(const value::TypeInfo& info);
    /// Gives the room back when no value was constructed in it.
    void freeRoom(const value::TypeInfo& info);
    void destroyValue() {
        if (type == nullptr) return;
        if (type->destroy != nullptr) type->destroy(value());
        if (onHeap) [[unlikely]]
            freeRoom(*type);
        type = nullptr;
    }

private:
    void* heapPointer() const {
        void* p = nullptr;
        std::memcpy(&p, const_cast<Message*>(this)->inside(), sizeof p);
        return p;
    }
};
static_assert(sizeof(Message) == nodeBytes(NodeSize::kSmall));

/// The message that a cell was born with.
inline bool isStart(const Message& message) {
    return message.kind == EventKind::kSend && message.type->hash == value::typeInfo<Start>().hash;
}

/// FIFO of messages linked through `next`. Does not own a pool: whoever drops it releases the
/// nodes.
class MessageQueue {
public:
    bool empty() const { return head_ == nullptr; }
    std::uint32_t size() const { return size_; }
    Message* head() const { return head_; }

    void pushBack(Message* message) {
        message->next = nullptr;
        // Chosen, not branched to: whether somebody waits already, nobody can foretell.
        Message** const link = tail_ != nullptr ? &tail_->next : &head_;
        *link = message;
        tail_ = message;
        ++size_;
    }
    Message* popFront() {
        Message* message = head_;
        head_ = message->next;
        tail_ = head_ != nullptr ? tail_ : nullptr;
        --size_;
        return message;
    }
    /// Takes out the first message that `wanted(message)` says; null when there is none.
    template <class F>
    Message* takeFirst(F&& wanted) {
        Message* before = nullptr;
        for (Message* m = head_; m != nullptr; before = m, m = m->next) {
            if (!wanted(std::as_const(*m))) continue;
            (before != nullptr ? before->next : head_) = m->next;
            if (tail_ == m) tail_ = before;
            --size_;
            return m;
        }
        return nullptr;
    }
    void pushFront(Message* message) {
        message->next = head_;
        head_ = message;
        if (tail_ == nullptr) tail_ = message;
        ++size_;
    }
    /// Puts all of `other` before the present head; `other` is empty afterwards.
    void prepend(MessageQueue& other);

private:
    Message* head_ = nullptr;
    Message* tail_ = nullptr;
    std::uint32_t size_ = 0;
};

}  // namespace ariadne::kernel
