// The least that actors can cost: run to completion, one core, no keys, rounds, types or recording.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace bench::floor {

class Loop;
class Actor;

/// One cache line. `kind` is the receiver's business.
struct alignas(64) Message {
    Message* next = nullptr;
    Actor* from = nullptr;
    std::uint64_t kind = 0;
    std::uint64_t a = 0, b = 0, c = 0;
};
static_assert(sizeof(Message) == 64);

/// A mailbox that is a list through the messages, in a run queue that is a list through the actors.
class Actor {
public:
    virtual ~Actor() = default;
    virtual void on(Loop& loop, const Message& m) = 0;

private:
    friend class Loop;
    Message* head_ = nullptr;
    Message* tail_ = nullptr;
    Actor* nextReady_ = nullptr;
    bool ready_ = false;
};

/// Thread-confined. Actors outlive run(), or at least have no mail when they go.
class Loop {
public:
    void send(Actor* to, Actor* from, std::uint64_t kind, std::uint64_t a = 0, std::uint64_t b = 0,
              std::uint64_t c = 0) {
        if (free_ == nullptr) grow();
        Message* m = free_;
        free_ = m->next;
        m->next = nullptr;
        m->from = from;
        m->kind = kind;
        m->a = a;
        m->b = b;
        m->c = c;
        if (to->tail_ != nullptr)
            to->tail_->next = m;
        else
            to->head_ = m;
        to->tail_ = m;
        if (!to->ready_) enqueue(to);
    }

    /// Until no mail is left.
    void run() {
        while (Actor* actor = first_) {
            first_ = actor->nextReady_;
            if (first_ == nullptr) last_ = nullptr;
            // The engine's batch.
            for (int i = 0; i < 16 && actor->head_ != nullptr; ++i) {
                Message* m = actor->head_;
                actor->head_ = m->next;
                if (actor->head_ == nullptr) actor->tail_ = nullptr;
                actor->on(*this, *m);
                m->next = free_;
                free_ = m;
            }
            actor->ready_ = false;
            if (actor->head_ != nullptr) enqueue(actor);
        }
    }

private:
    static constexpr std::size_t kSlab = 4096;

    void enqueue(Actor* actor) {
        actor->ready_ = true;
        actor->nextReady_ = nullptr;
        if (last_ != nullptr)
            last_->nextReady_ = actor;
        else
            first_ = actor;
        last_ = actor;
    }
    void grow() {
        slabs_.push_back(std::make_unique_for_overwrite<Message[]>(kSlab));
        for (std::size_t i = kSlab; i-- > 0;) {
            slabs_.back()[i].next = free_;
            free_ = &slabs_.back()[i];
        }
    }

    Message* free_ = nullptr;
    Actor* first_ = nullptr;
    Actor* last_ = nullptr;
    std::vector<std::unique_ptr<Message[]>> slabs_;
};

}  // namespace bench::floor
