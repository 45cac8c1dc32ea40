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

inline constexpr std::uint16_t kLookUpHandler = 0xFFFF;  ///< find the handler by type at delivery

/// What a cell asked for itself: it always fits into a bounded mailbox and is never displaced, or
/// an ask could end with neither its answer nor its timeout.
constexpr bool isSolicited(EventKind kind) {
    return kind == EventKind::kReply || kind == EventKind::kAskTimeout ||
           kind == EventKind::kTimerFire || kind == EventKind::kGranted ||
           kind == EventKind::kFinalize || kind == EventKind::kEffectDone;
}

/// One message. Owned by exactly one of: an out-log, a mailbox lane, a stash, a timer, a turn.
/// Invariant: `type` is null, or a live value of that type is at value().
struct Message {
    static constexpr std::size_t kInlineBytes = 40;

    Message* next = nullptr;
    const value::TypeInfo* type = nullptr;
    Position enqueuedAt;        ///< its enqueue event; set at commit
    std::uint64_t askId = 0;    ///< nonzero: an answer is wanted under this id
    std::uint64_t answers = 0;  ///< kReply, kAskTimeout: the ask it belongs to
    Rank sender;
    Rank asker;  ///< who wants that answer
    std::uint16_t handler = kLookUpHandler;
    EventKind kind = EventKind::kUnknown;
    bool onHeap = false;
    alignas(8) std::byte inlineBytes[kInlineBytes];

    static constexpr bool fitsInside(std::size_t size, std::size_t alignment) {
        return size <= kInlineBytes && alignment <= alignof(std::uint64_t);
    }

    void* value() { return onHeap ? heapPointer() : static_cast<void*>(inlineBytes); }
    const void* value() const { return const_cast<Message*>(this)->value(); }

    /// Storage for a value of `info`; the caller constructs there at once. `type` must be null.
    void* makeRoom(const value::TypeInfo& info);
    /// Gives the room back when no value was constructed in it.
    void freeRoom(const value::TypeInfo& info);
    void destroyValue() {
        if (type == nullptr) return;
        if (type->destroy != nullptr) type->destroy(value());
        if (onHeap) freeRoom(*type);
        type = nullptr;
    }

private:
    void* heapPointer() const {
        void* p = nullptr;
        std::memcpy(&p, inlineBytes, sizeof p);
        return p;
    }
};

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
        (tail_ != nullptr ? tail_->next : head_) = message;
        tail_ = message;
        ++size_;
    }
    Message* popFront() {
        Message* message = head_;
        head_ = message->next;
        if (head_ == nullptr) tail_ = nullptr;
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
