#include "tests/bench/peers/floor.h"
#include "tests/bench/peers/floor_loop.h"

#include <vector>

namespace bench::floor {
namespace {

using peers::Arguments;
using peers::Clock;

enum Kind : std::uint64_t { kBegin, kPing, kPong, kAdd, kRetrieve, kTotal, kWork, kDone };

struct Ponger final : Actor {
    std::uint64_t hits = 0;
    void on(Loop& loop, const Message& m) override {
        ++hits;
        loop.send(m.from, this, kPong, m.a);
    }
};
struct Pinger final : Actor {
    Ponger* other = nullptr;
    std::uint64_t hits = 0;
    void on(Loop& loop, const Message& m) override {
        if (m.kind == kPong) ++hits;
        if (m.a != 0) loop.send(other, this, kPing, m.a - 1);
    }
};

struct Player final : Actor {
    Player* next = nullptr;
    std::uint64_t seen = 0;
    void on(Loop& loop, const Message& m) override {
        ++seen;
        if (m.a != 0) loop.send(next, this, kPing, m.a - 1);
    }
};

struct Counter final : Actor {
    std::uint64_t sum = 0;
    void on(Loop& loop, const Message& m) override {
        if (m.kind == kAdd)
            sum += m.a;
        else
            loop.send(m.from, this, kTotal, sum);
    }
};
struct Producer final : Actor {
    Counter* counter = nullptr;
    std::uint64_t total = 0;
    void on(Loop& loop, const Message& m) override {
        if (m.kind == kTotal) {
            total = m.a;
            return;
        }
        for (std::uint64_t i = 0; i < m.a; ++i) loop.send(counter, this, kAdd, i);
        loop.send(counter, this, kRetrieve);
    }
};

struct Child final : Actor {
    void on(Loop& loop, const Message& m) override { loop.send(m.from, this, kDone, m.a); }
};
/// Children come from a list of free ones, and go back there when they have answered.
class Parent final : public Actor {
public:
    std::uint64_t sum = 0;
    std::uint64_t done = 0;
    void on(Loop& loop, const Message& m) override {
        if (m.kind == kDone) {
            ++done;
            sum += m.a;
            auto* child = static_cast<Child*>(m.from);
            child->~Child();
            free_.push_back(child);
            return;
        }
        for (std::uint64_t i = 0; i < m.a; ++i) loop.send(spawn(), this, kWork, i);
    }

private:
    static constexpr std::size_t kSlab = 4096;
    struct alignas(Child) Room {
        std::byte bytes[sizeof(Child)];
    };
    Child* spawn() {
        if (free_.empty()) {
            rooms_.push_back(std::make_unique_for_overwrite<Room[]>(kSlab));
            for (std::size_t i = kSlab; i-- > 0;) free_.push_back(&rooms_.back()[i]);
        }
        void* room = free_.back();
        free_.pop_back();
        return new (room) Child;
    }
    std::vector<std::unique_ptr<Room[]>> rooms_;
    std::vector<void*> free_;
};

struct Worker final : Actor {
    std::uint64_t left = 0;
    std::uint64_t sum = 0;
    void on(Loop& loop, const Message& m) override {
        sum += m.a;
        if (--left == 0) loop.send(m.from, this, kDone, sum);
    }
};
struct Forker final : Actor {
    std::vector<Worker> workers;
    std::uint64_t messages = 0;
    std::uint64_t done = 0;
    std::uint64_t sum = 0;
    void on(Loop& loop, const Message& m) override {
        if (m.kind == kDone) {
            ++done;
            sum += m.a;
            return;
        }
        for (std::uint64_t i = 0; i < messages; ++i)
            for (Worker& worker : workers) loop.send(&worker, this, kAdd, i);
    }
};

}  // namespace

std::uint64_t pingPong(const Arguments& args, Clock&) {
    const std::uint64_t trips = args["trips"];
    Loop loop;
    Pinger pinger;
    Ponger ponger;
    pinger.other = &ponger;
    loop.send(&pinger, nullptr, kBegin, trips);
    loop.run();
    peers::expectCount(pinger.hits + ponger.hits, 2 * trips);
    return 2 * trips;
}

std::uint64_t ring(const Arguments& args, Clock& clock) {
    const std::uint64_t hops = args["hops"];
    Loop loop;
    std::vector<Player> players(args["actors"]);
    for (std::size_t i = 0; i < players.size(); ++i)
        players[i].next = &players[(i + 1) % players.size()];
    clock.begin();
    loop.send(&players[0], nullptr, kPing, hops - 1);
    loop.run();
    std::uint64_t seen = 0;
    for (const Player& player : players) seen += player.seen;
    peers::expectCount(seen, hops);
    return hops;
}

std::uint64_t counting(const Arguments& args, Clock&) {
    const std::uint64_t messages = args["messages"];
    Loop loop;
    Counter counter;
    Producer producer;
    producer.counter = &counter;
    loop.send(&producer, nullptr, kBegin, messages);
    loop.run();
    peers::expectCount(producer.total, messages * (messages - 1) / 2);
    return messages;
}

std::uint64_t forkJoinCreate(const Arguments& args, Clock&) {
    const std::uint64_t actors = args["actors"];
    Loop loop;
    Parent parent;
    loop.send(&parent, nullptr, kBegin, actors);
    loop.run();
    peers::expectCount(parent.done, actors);
    peers::expectCount(parent.sum, actors * (actors - 1) / 2);
    return actors;
}

std::uint64_t forkJoinThroughput(const Arguments& args, Clock&) {
    const std::uint64_t actors = args["actors"], messages = args["messages"];
    Loop loop;
    Forker forker;
    forker.messages = messages;
    forker.workers.resize(actors);
    for (Worker& worker : forker.workers) worker.left = messages;
    loop.send(&forker, nullptr, kBegin);
    loop.run();
    peers::expectCount(forker.done, actors);
    peers::expectCount(forker.sum, actors * (messages * (messages - 1) / 2));
    return actors * messages;
}

}  // namespace bench::floor
