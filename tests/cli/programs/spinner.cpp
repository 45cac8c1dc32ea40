// A program that never ends.
#include "engine/ariadne.h"

namespace tests::spinner {
using namespace ariadne;

struct Tick {};
BOOST_DESCRIBE_STRUCT(Tick, (), ())

struct Spinner {
    std::uint64_t turns = 0;
    void on(Context& cx, const Start&) { cx.every(1ms, Tick{}); }
    void on(Context&, const Tick&) { ++turns; }
};
BOOST_DESCRIBE_STRUCT(Spinner, (), (turns))
ARIADNE_ACTOR(Spinner, Start, Tick)

ARIADNE_PROGRAM("spinner", "1.0", Spinner)

}  // namespace tests::spinner
