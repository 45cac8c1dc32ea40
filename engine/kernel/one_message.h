// What the policies that deliver one message at a time keep between their steps: no state of the
// run, only what spares them looking at everything each time.
#pragma once

#include "engine/base/ids.h"
#include "engine/kernel/bump_list.h"
#include "engine/kernel/message.h"

#include <cstdint>
#include <vector>

namespace ariadne::kernel {

/// Knows of one mailbox that its first `count_` messages have one sender, so that a long queue of a
/// single channel is walked once and not at every choice. Thread-confined.
///
/// Holds a pointer into the queue without hooks in it: whoever put messages in front or took some
/// out is noticed by the head, the count, or the number of the enqueue event, which no two messages
/// share. That holds because whom others take out of the middle they release (a displaced message),
/// and because a pool keeps the memory of its nodes.
class OneSender {
public:
    /// True when everything in `mail`, which is not empty, has one sender.
    bool holdsFor(const MessageQueue& mail) {
        const Message* head = mail.head();
        if (!isKnown(*head)) startAt(head);
        for (const Message* m = last_->next; m != nullptr; m = m->next) {
            if (m->sender != head->sender) {
                count_ = 0;
                return false;
            }
            last_ = m;
            lastAt_ = m->enqueuedAt;
            ++count_;
        }
        if (count_ == mail.size()) return true;
        // Some are gone from the middle. Starting over counts all there are.
        count_ = 0;
        return holdsFor(mail);
    }
    /// The head has been taken out; `mail` is what is left.
    void tookHead(const MessageQueue& mail) {
        --count_;
        if (count_ != 0) headAt_ = mail.head()->enqueuedAt;
    }

private:
    bool isKnown(const Message& head) const {
        return count_ != 0 && head.enqueuedAt == headAt_ && last_->type != nullptr &&
               last_->enqueuedAt == lastAt_;
    }
    void startAt(const Message* head) {
        last_ = head;
        headAt_ = lastAt_ = head->enqueuedAt;
        count_ = 1;
    }

    const Message* last_ = nullptr;
    Position headAt_;
    Position lastAt_;
    std::uint32_t count_ = 0;  ///< 0: nothing is known
};

/// Finds the senders of a mailbox, each once, in order of its oldest message. Thread-confined.
class SenderWalk {
public:
    /// Valid until the next call. `cells` is more than any rank.
    const std::vector<Rank>& sendersOf(const MessageQueue& mail, std::size_t cells) {
        senders_.clear();
        if (seenAt_.size() < cells) seenAt_.resize(cells);
        ++walk_;
        for (const Message* m = mail.head(); m != nullptr; m = m->next) {
            std::uint64_t& seenAt = seenAt_[m->sender.value];
            if (seenAt == walk_) continue;
            seenAt = walk_;
            senders_.push_back(m->sender);
        }
        return senders_;
    }

private:
    std::vector<std::uint64_t> seenAt_;  ///< by rank: the last walk that met it
    std::uint64_t walk_ = 0;
    std::vector<Rank> senders_;
};

/// Threading and lifetime: its World's.
struct OneMessage {
    std::vector<OneSender> oneSender;  ///< by rank
    SenderWalk walk;
    BumpList<Rank> cells;      ///< to choose from
    std::vector<CellKey> who;  ///< of the choice at hand
};

}  // namespace ariadne::kernel
