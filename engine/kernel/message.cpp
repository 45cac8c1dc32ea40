#include "engine/kernel/message.h"

#include "engine/base/check.h"
#include "engine/kernel/message_pool.h"

#include <algorithm>
#include <cstring>

namespace ariadne::kernel {
namespace {

constexpr std::uint32_t kBatchesPerSlabMax = 256;  // 4 or 8 MiB

}  // namespace

void* Message::makeRoom(const value::TypeInfo& info) {
    ARIADNE_DCHECK(type == nullptr);
    if (fitsInto(size, info.size, info.alignment)) return inside();
    void* p = value::allocate(info);
    std::memcpy(inside(), &p, sizeof p);
    onHeap = true;
    return p;
}

void Message::freeRoom(const value::TypeInfo& info) {
    if (!onHeap) return;
    value::deallocate(info, heapPointer());
    onHeap = false;
}

Message* MessagePool::copyOf(const Message& original) {
    if (original.type == nullptr) return make(NodeSize::kSmall);
    Message* copy = makeFor(*original.type);
    original.type->copyInto(original.value(), copy->makeRoom(*original.type));
    copy->type = original.type;
    return copy;
}

void MessagePool::FreeNodes::refill() {
    first = spare != nullptr ? std::exchange(spare, nullptr) : depot->take();
    count = MessageDepot::kBatch;
}

void MessagePool::FreeNodes::setBatchAside() {
    if (spare != nullptr) depot->give(spare);
    spare = std::exchange(first, nullptr);
    count = 0;
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
        slabs_.push_back(allocateSlab(left_ * kBatch * nodeBytes(size_)));
        next_ = slabs_.back().get();
    }
    auto* const batch = reinterpret_cast<Message*>(next_);
    for (std::uint32_t i = 0; i < kBatch; ++i) {
        auto* message = new (next_) Message{size_};
        next_ += nodeBytes(size_);
        message->next = i + 1 < kBatch ? reinterpret_cast<Message*>(next_) : nullptr;
    }
    --left_;
    ++batchesMade_;
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
