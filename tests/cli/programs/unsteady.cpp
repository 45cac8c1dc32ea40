// Programs that cannot be repeated, each for one reason, and one that can.
#include "engine/ariadne.h"

#include <atomic>
#include <unistd.h>

namespace tests::unsteady {
using namespace ariadne;

struct Tick {};
BOOST_DESCRIBE_STRUCT(Tick, (), ())

/// Counts its runs in a static.
struct Counter {
    std::uint64_t serial = 0;
    void on(Context& cx, const Start&) {
        static std::uint64_t runs = 0;
        serial = ++runs;
        cx.after(1ms, Tick{});
    }
    void on(Context& cx, const Tick&) { cx.stop(); }
};
BOOST_DESCRIBE_STRUCT(Counter, (), (serial))
ARIADNE_ACTOR(Counter, Start, Tick)
ARIADNE_PROGRAM("counter", "1.0", Counter)

struct Parcel {
    std::uint64_t weight = 0;
};
BOOST_DESCRIBE_STRUCT(Parcel, (), (weight))

struct Receiver {
    std::uint64_t weight = 0;
    void on(Context&, const Parcel& m) { weight = m.weight; }
};
BOOST_DESCRIBE_STRUCT(Receiver, (), (weight))
ARIADNE_ACTOR(Receiver, Parcel)

/// Sends where in memory it is.
struct Address {
    std::vector<std::uint8_t> load = std::vector<std::uint8_t>(100);
    void on(Context& cx, const Start&) {
        const Ref<Receiver> receiver = cx.spawn<Receiver>("receiver");
        cx.send(receiver, Parcel{reinterpret_cast<std::uintptr_t>(load.data())});
    }
};
BOOST_DESCRIBE_STRUCT(Address, (), (load))
ARIADNE_ACTOR(Address, Start)
ARIADNE_PROGRAM("address", "1.0", Address)

/// Knows which process it is in; equal for all runs inside one.
struct Process {
    std::int64_t number = 0;
    void on(Context&, const Start&) { number = ::getpid(); }
};
BOOST_DESCRIBE_STRUCT(Process, (), (number))
ARIADNE_ACTOR(Process, Start)
ARIADNE_PROGRAM("process", "1.0", Process)

struct DrifterArgs {
    std::uint32_t turns = 50'000;
    bool drifts = true;
    bool waits = false;  ///< for the end of standard input, in its last turn
};
BOOST_DESCRIBE_STRUCT(DrifterArgs, (), (turns, drifts, waits))

struct Drift {
    std::uint32_t left = 0;
};
BOOST_DESCRIBE_STRUCT(Drift, (), (left))

/// How many of these there were in this process.
std::atomic<std::uint64_t> boats = 0;

/// Knows which one it is after a thousand turns.
struct Boat {
    bool drifts = true;
    bool waits = false;
    std::uint64_t number = 0;
    std::uint64_t turns = 0;
    void on(Context& cx, const Drift& m);
};
BOOST_DESCRIBE_STRUCT(Boat, (), (drifts, waits, number, turns))
ARIADNE_ACTOR(Boat, Drift)

void Boat::on(Context& cx, const Drift& m) {
    if (++turns == 1000 && drifts) number = ++boats;
    if (m.left > 1) return cx.send(cx.self<Boat>(), Drift{m.left - 1});
    char ignored = 0;
    while (waits && ::read(0, &ignored, 1) > 0) {
    }
}

struct Drifter {
    void on(Context& cx, const DrifterArgs& m) {
        cx.send(cx.spawn<Boat>("boat", {.drifts = m.drifts, .waits = m.waits}), Drift{m.turns});
    }
};
BOOST_DESCRIBE_STRUCT(Drifter, (), ())
ARIADNE_ACTOR(Drifter, DrifterArgs)
ARIADNE_PROGRAM("drifter", "1.0", Drifter, DrifterArgs)

struct CrowdArgs {
    bool steady = true;
    std::uint32_t workers = 700;
    std::uint32_t rounds = 12;
};
BOOST_DESCRIBE_STRUCT(CrowdArgs, (), (steady, workers, rounds))

struct Work {
    std::uint32_t left = 0;
};
BOOST_DESCRIBE_STRUCT(Work, (), (left))

/// The turns this thread has taken: the same in every run with one thread, anything with more.
thread_local std::uint64_t turnsHere = 0;

struct Worker {
    bool steady = true;
    std::uint64_t serial = 0;
    std::uint64_t result = 0;
    void on(Context& cx, const Work& m);
};
BOOST_DESCRIBE_STRUCT(Worker, (), (steady, serial, result))
ARIADNE_ACTOR(Worker, Work)

void Worker::on(Context& cx, const Work& m) {
    for (std::uint64_t i = 0; i < 5000; ++i)
        result = (result ^ (result >> 29)) * 0x9e3779b97f4a7c15u + i;
    ++turnsHere;
    serial = steady ? serial + 1 : turnsHere;
    if (m.left > 1) cx.send(cx.self<Worker>(), Work{m.left - 1});
}

struct Crowd {
    void on(Context& cx, const CrowdArgs& m) {
        turnsHere = 0;
        for (std::uint32_t i = 0; i < m.workers; ++i)
            cx.send(cx.spawn<Worker>("worker", {.steady = m.steady}), Work{m.rounds});
    }
};
BOOST_DESCRIBE_STRUCT(Crowd, (), ())
ARIADNE_ACTOR(Crowd, CrowdArgs)
ARIADNE_PROGRAM("crowd", "1.0", Crowd, CrowdArgs)

}  // namespace tests::unsteady
