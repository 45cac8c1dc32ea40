// The cells a test plays itself.
#pragma once

#include "engine/actor/context.h"
#include "engine/kernel/cell_type.h"
#include "engine/kernel/turn.h"

#include <functional>

namespace ariadne::testkit {

/// State of a cell that takes every message and does nothing of its own; what it does, the test
/// does through a Cue.
struct StandIn {
    ReplyTo last;  ///< where an answer to the message it took last goes
};
BOOST_DESCRIBE_STRUCT(StandIn, (), (last))

/// One turn of a stand-in, as the test wants it. `what` is code, not data: it is no part of the
/// encoding, and lives until the turn is over. Null: the turn does nothing.
struct Cue {
    const std::function<void(kernel::Turn&)>* what = nullptr;
};
BOOST_DESCRIBE_STRUCT(Cue, (), ())

/// The kind of cell all stand-ins are. Immutable.
const kernel::CellType& standInType();
/// Storage with the state of a new one; owned by whoever gives birth to it.
void* makeStandIn();

}  // namespace ariadne::testkit
