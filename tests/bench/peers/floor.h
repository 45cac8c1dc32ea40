// The workloads on the bare loop; arguments and meaning are those of tests/bench/workloads.
#pragma once

#include "tests/bench/peers/peer_run.h"

namespace bench::floor {

// One message at a time, or one mailbox at a time: floor_lines.cpp
std::uint64_t pingPong(const peers::Arguments& args, peers::Clock& clock);
std::uint64_t ring(const peers::Arguments& args, peers::Clock& clock);
std::uint64_t counting(const peers::Arguments& args, peers::Clock& clock);
std::uint64_t forkJoinCreate(const peers::Arguments& args, peers::Clock& clock);
std::uint64_t forkJoinThroughput(const peers::Arguments& args, peers::Clock& clock);

// Many at once: floor_crowds.cpp
std::uint64_t big(const peers::Arguments& args, peers::Clock& clock);
std::uint64_t chameneos(const peers::Arguments& args, peers::Clock& clock);
std::uint64_t bank(const peers::Arguments& args, peers::Clock& clock);
std::uint64_t randomTarget(const peers::Arguments& args, peers::Clock& clock);

// floor_shop.cpp
std::uint64_t shop(const peers::Arguments& args, peers::Clock& clock);

}  // namespace bench::floor
