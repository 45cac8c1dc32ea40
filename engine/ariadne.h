// Everything a program needs: include this, describe your messages and state, write on().
#pragma once

#include "engine/actor/actor.h"
#include "engine/actor/context.h"
#include "engine/actor/program.h"
#include "engine/actor/ref.h"
#include "engine/effect/builtin.h"
#include "engine/effect/effect.h"
#include "engine/library/broker.h"
#include "engine/library/circuit_breaker.h"
#include "engine/library/health.h"
#include "engine/library/pool.h"
#include "engine/library/rate_limiter.h"
#include "engine/library/registry.h"
#include "engine/task/combinators.h"
#include "engine/task/context.h"
#include "engine/value/collections.h"

#include <boost/describe.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace ariadne {
using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace): 1s, 20ms in programs
}  // namespace ariadne
