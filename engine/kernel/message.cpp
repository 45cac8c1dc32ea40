#include "engine/kernel/message.h"

#include "engine/base/check.h"
#include "engine/kernel/message_pool.h"

#include <algorithm>
#include <cstring>

namespace ariadne::kernel {
namespace {

constexpr std::uint32_t kBatchesPerSlabMax = 256;  // 6 MiB

}  // namespace

void* Message::makeRoom(const value::TypeInfo& info) {
    ARIADNE_DCHECK(type == nullptr);
    if (fitsInside(info.size, info.alignment)) return inlineBytes;
    void* p = value::allocate(info);
    std::memcpy(inlineBytes, &p, sizeof p);
    onHeap = true;
    return p;
}

void Message::freeRoom(const value::TypeInfo& info) {
    if (!onHeap) return;
    value::deallocate(info, heapPointer());
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
    if (left_ == 0) {
        // Twice as many as before, up to a few large pages.
        left_ = std::min(kBatchesPerSlabMax,
                         std::uint32_t{1} << std::min<std::size_t>(slabs_.size(), 31));
        slabs_.push_back(allocateSlab(left_ * kBatch * sizeof(Message)));
        next_ = slabs_.back().get();
    }
    auto* const batch = reinterpret_cast<Message*>(next_);
    for (std::uint32_t i = 0; i < kBatch; ++i) {
        auto* message = new (next_) Message;
        next_ += sizeof(Message);
        message->next = i + 1 < kBatch ? reinterpret_cast<Message*>(next_) : nullptr;
    }
    --left_;
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
