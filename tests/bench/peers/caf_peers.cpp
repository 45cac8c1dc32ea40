// ariadne-bench-caf: the workloads on the C++ Actor Framework, one scheduler thread.
#include "tests/bench/peers/caf_run.h"

int main(int argc, char** argv) {
    using namespace bench::caf_peers;
    caf::actor_system_config config;
    config.set("scheduler.max-threads", std::size_t{1});
    caf::actor_system system{config};
    std::map<std::string, bench::peers::Workload> workloads;
    const auto add = [&](const char* name, auto run) {
        workloads[name] = [&system, run](const bench::peers::Arguments& args,
                                         bench::peers::Clock& clock) {
            return run(system, args, clock);
        };
    };
    add("ping_pong", pingPong);
    add("ring", ring);
    add("counting", counting);
    add("fork_join_create", forkJoinCreate);
    add("fork_join_throughput", forkJoinThroughput);
    add("big", big);
    add("chameneos", chameneos);
    add("bank", bank);
    add("shop", shop);
    add("random_target", randomTarget);
    add("idle", idle);
    add("ask_chain", askChain);
    return bench::peers::runPeer(argc, argv, workloads);
}
