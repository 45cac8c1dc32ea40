#include "engine/kernel/message.h"

#include "engine/base/check.h"

#include <cstring>

namespace ariadne::kernel {

void* Message::makeRoom(const value::TypeInfo& info) {
    ARIADNE_DCHECK(type == nullptr);
    if (info.size <= kInlineBytes && info.alignment <= alignof(std::uint64_t)) return inlineBytes;
    void* p = ::operator new (info.size, std::align_val_t{info.alignment});
    std::memcpy(inlineBytes, &p, sizeof p);
    onHeap = true;
    return p;
}

void Message::freeRoom(const value::TypeInfo& info) {
    if (!onHeap) return;
    ::operator delete (heapPointer(), std::align_val_t{info.alignment});
    onHeap = false;
}

void Message::destroyValue() {
    if (type == nullptr) return;
    type->destroy(value());
    freeRoom(*type);
    type = nullptr;
}

Message* MessagePool::copyOf(const Message& original) {
    Message* copy = make();
    if (original.type != nullptr) {
        original.type->copyInto(original.value(), copy->makeRoom(*original.type));
        copy->type = original.type;
    }
    return copy;
}

void MessagePool::grow() {
    auto slab = std::make_unique<Message[]>(kSlabCount);
    for (std::size_t i = kSlabCount; i-- > 0;) {
        slab[i].next = free_;
        free_ = &slab[i];
    }
    slabs_.push_back(std::move(slab));
}

void MessageQueue::prepend(MessageQueue& other) {
    if (other.empty()) return;
    other.tail_->next = head_;
    if (tail_ == nullptr) tail_ = other.tail_;
    head_ = other.head_;
    size_ += other.size_;
    other = MessageQueue{};
}

}  // namespace ariadne::kernel
