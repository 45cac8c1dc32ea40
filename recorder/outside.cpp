#include "recorder/outside.h"

#include "engine/base/check.h"
#include "engine/effect/builtin.h"
#include "recorder/effects/builtins.h"

#include <algorithm>
#include <utility>

namespace ariadne::recorder {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using Key = std::pair<std::uint64_t, std::uint64_t>;

effects::HandlerTable builtinHandlers() {
    effects::HandlerTable table;
    const absl::Status added = effects::addBuiltins(table);
    ARIADNE_CHECK(added.ok());
    return table;
}

/// Others may see that it was carried out.
bool reachesOutside(const effect::Request& request) {
    return request.name != effect::EffectOf<effect::ReadClock>::kName;
}

/// The key of the cell an address means; 0 when none of that path was born.
CellKey keyOf(PostRoom::Address& address, const kernel::World& world) {
    if (address.path.empty() || address.key != CellKey{}) return address.key;
    const auto& births = world.births();
    for (; address.searchedTo < births.size(); ++address.searchedTo)
        if (births[address.searchedTo].path == address.path)
            return address.key = births[address.searchedTo].key;
    return {};
}

}  // namespace

Outside::Outside(OutsideOptions options) : Outside(std::move(options), builtinHandlers()) {}

Outside::Outside(OutsideOptions options, effects::HandlerTable handlers)
    : options_(std::move(options)),
      began_(std::chrono::steady_clock::now()),
      pool_(std::move(handlers)),
      room_(std::make_shared<PostRoom>([this] { pool_.wake(); }, options_.messageBytesMax)) {}

Outside::~Outside() {
    close();
}

VirtualTime Outside::elapsed() const {
    return {
        std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - began_).count()};
}

Port Outside::openPort(std::string path, CellKey key, const PortOptions& options) {
    auto address = std::make_shared<PostRoom::Address>();
    address->path = std::move(path);
    address->key = key;
    address->messagesMax = options.messagesMax;
    return {room_, std::move(address)};
}

void Outside::takePosted(kernel::World& world) {
    // Nobody of that name: a dead letter, as for any other address that was never born.
    for (PostRoom::Posted& one : room_->take())
        world.tell(keyOf(*one.to, world), one.make(world.pool()));
}

void Outside::takeAnswers(kernel::World& world) {
    for (effect::Completion& completion : pool_.take()) world.complete(std::move(completion));
}

void Outside::callOff(kernel::World& world) {
    std::vector<Key> unwanted = world.takeCancelledRequests();
    if (unwanted.empty()) return;
    for (const auto& [cell, ordinal] : unwanted) pool_.cancel(cell, ordinal);
    std::sort(unwanted.begin(), unwanted.end());
    for (effect::Completion& completion : pool_.take()) {
        const Key key{completion.cellKey, completion.ordinal};
        if (!std::binary_search(unwanted.begin(), unwanted.end(), key))
            world.complete(std::move(completion));
    }
}

void Outside::handOut(kernel::World& world) {
    std::vector<effect::Request> requests = world.takeRequests();
    absl::Status logged;
    if (options_.log && std::any_of(requests.begin(), requests.end(), reachesOutside))
        logged = options_.log();
    for (effect::Request& request : requests) {
        if (logged.ok() || !reachesOutside(request)) {
            request.run = options_.run;
            pool_.submit(std::move(request));
            continue;
        }
        world.complete(
            {request.cellKey,
             request.ordinal,
             effect::EffectStatus::kFailed,
             {},
             "not begun, as its trace would not know of it: " + std::string{logged.message()}});
    }
}

bool Outside::exchange(kernel::World& world) {
    callOff(world);
    handOut(world);
    takeAnswers(world);
    takePosted(world);
    const auto timerIsDue = [&] {
        const auto deadline = world.nextDeadline();
        return options_.live && deadline && *deadline <= elapsed();
    };
    if (world.waitsForOutside() && !timerIsDue()) {
        std::chrono::nanoseconds wait = options_.patience;
        if (const auto deadline = world.nextDeadline(); options_.live && deadline)
            wait = std::min(wait, std::max<std::chrono::nanoseconds>(*deadline - elapsed(), 0ns));
        pool_.waitFor(wait);
        takeAnswers(world);
        takePosted(world);
        if (world.waitsForOutside() && !timerIsDue()) return false;
    }
    if (options_.live) world.setClock(elapsed());
    return true;
}

}  // namespace ariadne::recorder
