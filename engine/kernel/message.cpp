#include "engine/kernel/message.h"

#include "engine/base/check.h"
#include "engine/kernel/message_pool.h"

#include <cstring>

namespace ariadne::kernel {

void* Message::makeRoom(const value::TypeInfo& info) {
    ARIADNE_DCHECK(type == nullptr);
    if (fitsInside(info.size, info.alignment)) return inlineBytes;
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

Message* MessagePool::copyOf(const Message& original) {
    Message* copy = make();
    if (original.type != nullptr) {
        original.type->copyInto(original.value(), copy->makeRoom(*original.type));
        copy->type = original.type;
    }
    return copy;
}

void MessagePool::refill() {
    free_ = spare_ != nullptr ? std::exchange(spare_, nullptr) : depot_.take();
    count_ = MessageDepot::kBatch;
}

void MessagePool::setBatchAside() {
    if (spare_ != nullptr) depot_.give(spare_);
    spare_ = std::exchange(free_, nullptr);
    count_ = 0;
}

Message* MessageDepot::take() {
    const std::scoped_lock lock{mutex_};
    if (!batches_.empty()) {
        Message* batch = batches_.back();
        batches_.pop_back();
        return batch;
    }
    slabs_.push_back(std::make_unique<Message[]>(kBatch));
    Message* batch = nullptr;
    for (std::uint32_t i = kBatch; i-- > 0;) {
        slabs_.back()[i].next = batch;
        batch = &slabs_.back()[i];
    }
    return batch;
}

void MessageDepot::give(Message* batch) {
    const std::scoped_lock lock{mutex_};
    batches_.push_back(batch);
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
