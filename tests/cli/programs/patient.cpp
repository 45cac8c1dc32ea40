// A program whose turn waits for standard input, as none should: that is what effects are for.
#include "engine/ariadne.h"

#include <unistd.h>

namespace tests::patient {
using namespace ariadne;

struct Read {};
BOOST_DESCRIBE_STRUCT(Read, (), ())

struct Reader {
    std::uint64_t turns = 0;
    void on(Context& cx, const Read&) {
        ++turns;
        char ignored = 0;
        while (::read(0, &ignored, 1) > 0) {
        }
        cx.stop();
    }
};
BOOST_DESCRIBE_STRUCT(Reader, (), (turns))
ARIADNE_ACTOR(Reader, Read)

struct Desk {
    void on(Context& cx, const Start&) {
        cx.send(cx.spawn<Reader>("reader", {}), Read{});
        cx.send(cx.spawn<Reader>("reader", {}), Read{});
    }
};
BOOST_DESCRIBE_STRUCT(Desk, (), ())
ARIADNE_ACTOR(Desk, Start)
ARIADNE_PROGRAM("patient", "1.0", Desk)

}  // namespace tests::patient
