// ariadne-bench-actors: what an actor costs that waits, what a snapshot costs of many, how long a
// question takes through ten, and what a second thread brings.
#include "engine/actor/program.h"
#include "tests/bench/peers/peer_run.h"
#include "tests/bench/stopwatch.h"
#include "tests/bench/workloads/conclude.h"

#include <cstdio>
#include <cstdlib>
#include <limits>

namespace ariadne::bench {
namespace {

using ::bench::peers::Arguments;
using ::bench::peers::Clock;

constexpr std::uint64_t kForever = std::numeric_limits<std::uint64_t>::max();
constexpr VirtualTime kEndOfTime{std::numeric_limits<std::int64_t>::max()};

[[noreturn]] void quit(const std::string& why) {
    std::fprintf(stderr, "ariadne-bench-actors: %s\n", why.c_str());
    std::exit(1);
}

kernel::WorldOptions options() {
    kernel::WorldOptions out;
    out.seed = 1;
    out.limits.roundsPerInstantMax = kForever;
    return out;
}

void start(kernel::World& world, const Program& program, const ArgumentTexts& args) {
    const absl::Status status = program.start(world, program, args);
    if (!status.ok()) quit(std::string{status.message()});
}

void finish(kernel::World& world) {
    world.runUntil(kEndOfTime, kForever);
    if (world.outcome() != Outcome::kCompleted)
        quit("the run did not complete: " + world.outcomeText());
}

const Program& programOf(const char* id) {
    const Program* found = ProgramRegistry::find(id);
    if (found == nullptr) quit(std::string{"there is no program "} + id);
    return *found;
}

std::uint64_t idle(const Arguments& args, Clock& clock) {
    const std::uint64_t actors = args["actors"];
    const double before = ::bench::peers::residentBytes();
    kernel::World world{options()};
    clock.begin();
    start(world, programOf("bench_idle"), {{"actors", std::to_string(actors)}});
    world.runUntil({::bench::kPart.count() - 1}, kForever);
    clock.end();
    clock.note("bytes_per_actor",
               (::bench::peers::residentBytes() - before) / static_cast<double>(actors));
    finish(world);
    return actors;
}

/// Time is that of the image, per actor; the note is that of its restoration, in all.
std::uint64_t snapshot(const Arguments& args, Clock& clock) {
    const std::uint64_t actors = args["actors"];
    const Program& program = programOf("bench_idle");
    kernel::World world{options()};
    world.keepBirths();
    start(world, program, {{"actors", std::to_string(actors)}});
    world.runUntil({::bench::kPart.count() - 1}, kForever);
    clock.begin();
    const WorldImage image = world.baseImage();
    clock.end();
    kernel::World again{options()};
    const Stopwatch watch;
    const absl::Status status =
        again.restore(image, world.births(), world.types(), program.cellTypes());
    clock.note("restore_ms", watch.cpuNs() * 1e-6);
    if (!status.ok()) quit(std::string{status.message()});
    // One actor in a hundred takes a turn, and the one that told them to.
    world.runUntil({2 * ::bench::kPart.count() - 1}, kForever);
    const Stopwatch changesWatch;
    const WorldImage changes = world.imageOfChanges();
    clock.note("changes_us", changesWatch.cpuNs() * 1e-3);
    if (changes.cells.size() != actors / 100 + 1)
        quit(std::to_string(changes.cells.size()) + " cells changed, expected " +
             std::to_string(actors / 100 + 1));
    finish(world);
    finish(again);
    if (again.position() != world.position())
        quit("the restored world ended at another position than the first");
    return actors;
}

/// A chain is as many rounds as there are messages in it, so that each can be timed from outside.
std::uint64_t askChain(const Arguments& args, Clock& clock) {
    const std::uint64_t hops = args["hops"], chains = args["chains"];
    kernel::World world{options()};
    clock.begin();
    start(world, programOf("bench_ask_chain"),
          {{"hops", std::to_string(hops)}, {"chains", std::to_string(chains)}});
    std::vector<double> samplesNs;
    samplesNs.reserve(chains + 1);
    while (world.outcome() == Outcome::kRunning) {
        const Stopwatch watch;
        world.runUntil(kEndOfTime, 2 * hops);
        samplesNs.push_back(watch.wallNs());
    }
    finish(world);
    clock.end();
    const std::uint64_t rounds = world.round().value;
    if (rounds < 2 * hops * chains || rounds > 2 * hops * (chains + 1))
        quit(std::to_string(chains) + " chains took " + std::to_string(rounds) +
             " rounds, expected " + std::to_string(2 * hops) + " each");
    ::bench::peers::notePercentiles(clock, samplesNs);
    return chains;
}

/// Time of the wall counts: `threads` share the rounds of `program`.
std::uint64_t onThreads(const char* program, const ArgumentTexts& programArgs,
                        const Arguments& args, Clock& clock, std::uint64_t messages) {
    kernel::World world{options()};
    world.useThreads({.count = static_cast<std::uint32_t>(args["threads"])});
    clock.begin();
    start(world, programOf(program), programArgs);
    finish(world);
    clock.end();
    return messages;
}

std::uint64_t busy(const Arguments& args, Clock& clock) {
    return onThreads(
        "bench_busy",
        {{"actors", std::to_string(args["actors"])}, {"ticks", std::to_string(args["ticks"])}},
        args, clock, args["actors"] * args["ticks"]);
}

/// One message a round: nothing to share.
std::uint64_t tinyRounds(const Arguments& args, Clock& clock) {
    return onThreads("bench_ping_pong", {{"trips", std::to_string(args["trips"])}}, args, clock,
                     2 * args["trips"]);
}

}  // namespace
}  // namespace ariadne::bench

int main(int argc, char** argv) {
    using namespace ariadne::bench;
    return ::bench::peers::runPeer(argc, argv,
                                   {{"idle", idle},
                                    {"snapshot", snapshot},
                                    {"ask_chain", askChain},
                                    {"busy", busy},
                                    {"tiny_rounds", tinyRounds}});
}
