// What the CAF workloads share. Empty where CAF is not installed, for every header compiles alone.
#pragma once

#if __has_include(<caf/all.hpp>)

#include "tests/bench/peers/peer_run.h"

#include <caf/all.hpp>
#include <cstdint>
#include <vector>

namespace bench::caf_peers {

using Begin = caf::atom_constant<caf::atom("begin")>;
using Done = caf::atom_constant<caf::atom("done")>;
using Report = caf::atom_constant<caf::atom("report")>;

using Actors = std::vector<caf::actor>;

/// Whoever sent the message in hand; a handle that can be sent to.
inline caf::actor senderOf(caf::event_based_actor& self) {
    return caf::actor_cast<caf::actor>(self.current_sender());
}

/// Blocks until someone sends (Done, number).
inline std::uint64_t awaitDone(caf::scoped_actor& self) {
    std::uint64_t number = 0;
    self->receive([&](Done, std::uint64_t n) { number = n; });
    return number;
}

/// What `actor` answers to Report.
inline std::uint64_t reportOf(caf::scoped_actor& self, const caf::actor& actor) {
    std::uint64_t number = 0;
    self->request(actor, caf::infinite, Report::value)
        .receive([&](std::uint64_t n) { number = n; }, [](caf::error&) {});
    return number;
}

/// Ends all of `actors` and waits until every actor has gone but the caller's scoped one, which
/// counts as running.
inline void endAll(caf::actor_system& system, Actors& actors) {
    for (const caf::actor& actor : actors)
        caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
    actors.clear();
    system.registry().await_running_count_equal(1);
}

// Each is the workload of that name in tests/bench/workloads.
std::uint64_t pingPong(caf::actor_system&, const peers::Arguments&, peers::Clock&);
std::uint64_t ring(caf::actor_system&, const peers::Arguments&, peers::Clock&);
std::uint64_t counting(caf::actor_system&, const peers::Arguments&, peers::Clock&);
std::uint64_t forkJoinCreate(caf::actor_system&, const peers::Arguments&, peers::Clock&);
std::uint64_t forkJoinThroughput(caf::actor_system&, const peers::Arguments&, peers::Clock&);
std::uint64_t big(caf::actor_system&, const peers::Arguments&, peers::Clock&);
std::uint64_t chameneos(caf::actor_system&, const peers::Arguments&, peers::Clock&);
std::uint64_t bank(caf::actor_system&, const peers::Arguments&, peers::Clock&);
std::uint64_t shop(caf::actor_system&, const peers::Arguments&, peers::Clock&);
std::uint64_t randomTarget(caf::actor_system&, const peers::Arguments&, peers::Clock&);
std::uint64_t idle(caf::actor_system&, const peers::Arguments&, peers::Clock&);
std::uint64_t askChain(caf::actor_system&, const peers::Arguments&, peers::Clock&);

}  // namespace bench::caf_peers

#endif
