// What the policies of one message at a time know of mailboxes without looking at every message.
#include "engine/kernel/message_pool.h"
#include "engine/kernel/one_message.h"
#include "engine/kernel/random_stream.h"

#include <QTest>

#include <algorithm>
#include <string>

using namespace ariadne;
using namespace ariadne::kernel;

namespace {

bool hasOneSender(const MessageQueue& mail) {
    for (const Message* m = mail.head(); m != nullptr; m = m->next)
        if (m->sender != mail.head()->sender) return false;
    return true;
}

std::vector<Rank> sendersIn(const MessageQueue& mail) {
    std::vector<Rank> out;
    for (const Message* m = mail.head(); m != nullptr; m = m->next)
        if (std::find(out.begin(), out.end(), m->sender) == out.end()) out.push_back(m->sender);
    return out;
}

/// A mailbox and a stash that live a random life.
class Mailbox {
public:
    explicit Mailbox(std::uint64_t seed) : random_(seed, CellKey{1}, draws_) {}
    ~Mailbox() {
        while (!mail.empty()) pool_.release(mail.popFront());
        while (!stash_.empty()) pool_.release(stash_.popFront());
    }

    void arrive() {
        Message* message = pool_.make(Start{});
        message->enqueuedAt = {++position_};
        // Mostly one sender, so that both answers are frequent.
        message->sender = {random_.oneIn(12) ? 2u : 1u};
        mail.pushBack(message);
    }
    /// As the policies do: the head of a lone channel, else any message.
    void take(OneSender& known) {
        if (mail.empty()) return;
        if (known.holdsFor(mail)) {
            dispose(mail.popFront());
            known.tookHead(mail);
        } else {
            dispose(takeAny());
        }
    }
    /// Taken out of the middle, as by a bounded mailbox.
    void displace() {
        if (!mail.empty()) pool_.release(takeAny());
    }
    void unstash() { mail.prepend(stash_); }

    std::uint64_t draw(std::uint64_t bound) { return random_.below(bound); }
    MessageQueue mail;

private:
    Message* takeAny() {
        std::uint64_t skip = random_.below(mail.size());
        return mail.takeFirst([&](const Message&) { return skip-- == 0; });
    }
    void dispose(Message* message) {
        if (random_.oneIn(3))
            stash_.pushBack(message);
        else
            pool_.release(message);
    }

    std::uint64_t draws_ = 0;
    RandomStream random_;
    MessageDepots depot_;
    MessagePool pool_{depot_};
    MessageQueue stash_;
    std::uint64_t position_ = 0;
};

}  // namespace

class TestOneMessage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whetherThereIsOneSenderIsKnownWhateverHappens() {
        std::uint64_t one = 0, several = 0;
        for (std::uint64_t seed = 0; seed < 300; ++seed) {
            Mailbox box{seed};
            OneSender known;
            for (int step = 0; step < 300; ++step) {
                switch (box.draw(12)) {
                    case 0: box.unstash(); break;
                    case 1: box.displace(); break;
                    case 2:
                    case 3:
                    case 4:
                    case 5: box.take(known); break;
                    default: box.arrive(); break;
                }
                if (box.mail.empty() || box.draw(3) == 0) continue;
                const bool expected = hasOneSender(box.mail);
                QVERIFY2(
                    known.holdsFor(box.mail) == expected,
                    ("seed " + std::to_string(seed) + ", step " + std::to_string(step)).c_str());
                ++(expected ? one : several);
            }
        }
        QVERIFY(one > 1000 && several > 1000);
    }

    void sendersComeInOrderOfTheirOldestMessage() {
        SenderWalk walk;
        for (std::uint64_t seed = 0; seed < 100; ++seed) {
            Mailbox box{seed};
            for (std::uint64_t n = box.draw(40); n > 0; --n) box.arrive();
            QVERIFY(walk.sendersOf(box.mail, 3) == sendersIn(box.mail));
        }
    }
};

QTEST_GUILESS_MAIN(TestOneMessage)
#include "tst_one_message.moc"
