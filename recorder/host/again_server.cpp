#include "recorder/host/again_server.h"

#include "recorder/host/again.h"
#include "recorder/host/again_wire.h"

#include <kj/debug.h>

#include <chrono>
#include <memory>
#include <string>
#include <unistd.h>
#include <utility>

namespace ariadne::host {
namespace {

constexpr std::chrono::milliseconds kProgressEvery{50};

std::string textOf(capnp::Text::Reader text) {
    return {text.begin(), text.size()};
}

absl::StatusOr<recorder::ReplayResult> carryOut(const std::string& trace, recorder::Stretch stretch,
                                                const std::string& file, const AgainWatch& watch) {
    AgainHere here;
    if (file.empty()) return here.replay(trace, stretch.from, watch);
    auto made = here.materialise(trace, file, stretch, watch);
    if (!made.ok()) return made.status();
    recorder::ReplayResult out;
    out.eventsCompared = made->recorded.events;
    out.digestsCompared = made->digestsCompared;
    out.divergence = std::move(made->divergence);
    return out;
}

}  // namespace

AgainServer::~AgainServer() {
    // Its program may never come back, and nobody waits for what it finds.
    if (thread_.joinable()) ::_exit(0);
}

kj::Promise<void> AgainServer::run(Context context) {
    KJ_REQUIRE(!thread_.joinable(), "one at a time");
    auto asked = context.getParams();
    const auto onlooker = std::make_shared<wire::AgainOnlooker::Client>(asked.getOnlooker());
    auto done = kj::newPromiseAndFulfiller<void>();
    const auto fulfiller =
        std::make_shared<kj::Own<kj::PromiseFulfiller<void>>>(kj::mv(done.fulfiller));
    const auto told = std::make_shared<std::chrono::steady_clock::time_point>();
    AgainWatch watch;
    watch.progress = [this, onlooker, told](Position from, Position to, Position reached) {
        if (std::chrono::steady_clock::now() - *told < kProgressEvery) return;
        *told = std::chrono::steady_clock::now();
        queue_.post([=] {
            auto call = onlooker->reachedRequest();
            call.setFrom(from.value);
            call.setTo(to.value);
            call.setReached(reached.value);
            call.send().detach([](const kj::Exception&) {});
        });
    };
    const auto answer = std::make_shared<Context>(context);
    // What belongs to the loop dies there: behind the join, with what is posted last.
    thread_ =
        std::thread([this, onlooker, answer, fulfiller, watch, trace = textOf(asked.getTrace()),
                     stretch = recorder::Stretch{{asked.getPosition()}, {asked.getTo()}},
                     file = textOf(asked.getFile())] {
            const auto found = std::make_shared<const absl::StatusOr<recorder::ReplayResult>>(
                carryOut(trace, stretch, file, watch));
            queue_.post([this, onlooker, answer, fulfiller, found] {
                thread_.join();
                auto out = answer->getResults().initResult();
                if (found->ok())
                    write(**found, out);
                else
                    write(found->status(), out);
                (*fulfiller)->fulfill();
            });
        });
    return kj::mv(done.promise);
}

}  // namespace ariadne::host
