// Programs that cannot be repeated, each for one reason, and one that can.
#include "engine/ariadne.h"

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
