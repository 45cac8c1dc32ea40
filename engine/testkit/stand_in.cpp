#include "engine/testkit/stand_in.h"

#include <new>

namespace ariadne::testkit {
namespace {

void takeCue(void* /*state*/, kernel::Turn& turn, const void* message) {
    if (const auto* what = static_cast<const Cue*>(message)->what) (*what)(turn);
}

void takeAnything(void* state, kernel::Turn& turn, const void* /*message*/) {
    static_cast<StandIn*>(state)->last = Context{turn}.replyTo();
}

}  // namespace

const kernel::CellType& standInType() {
    static const kernel::CellType kType = [] {
        kernel::CellType type;
        type.state = &value::typeInfo<StandIn>();
        type.accepts = {&value::typeInfo<Cue>()};
        type.addBehaviour({}, {&takeCue});
        type.any = &takeAnything;
        return type;
    }();
    return kType;
}

void* makeStandIn() {
    return new (kernel::allocateState(*standInType().state)) StandIn;
}

}  // namespace ariadne::testkit
