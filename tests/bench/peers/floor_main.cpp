// ariadne-bench-floor: what the engine is held against.
#include "tests/bench/peers/floor.h"

int main(int argc, char** argv) {
    using namespace bench::floor;
    return bench::peers::runPeer(argc, argv,
                                 {{"ping_pong", pingPong},
                                  {"ring", ring},
                                  {"counting", counting},
                                  {"fork_join_create", forkJoinCreate},
                                  {"fork_join_throughput", forkJoinThroughput},
                                  {"big", big},
                                  {"chameneos", chameneos},
                                  {"bank", bank},
                                  {"shop", shop},
                                  {"random_target", randomTarget}});
}
