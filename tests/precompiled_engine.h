// The same for the tests of the engine and of what stands on it.
#pragma once

#include "engine/actor/actor.h"
#include "engine/actor/context.h"
#include "engine/actor/program.h"
#include "engine/actor/ref.h"
#include "engine/kernel/world.h"
#include "tests/precompiled.h"
