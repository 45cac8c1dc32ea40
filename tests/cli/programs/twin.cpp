// Two programs from one text: their actors have equal names and are different.
#include "engine/ariadne.h"

namespace tests::twin {
using namespace ariadne;

struct Ask {};
BOOST_DESCRIBE_STRUCT(Ask, (), ())
struct Told {
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Told, (), (text))

struct Speaker {
#ifdef TWIN_IS_LARGE
    std::array<std::uint64_t, 64> memory{};
#endif
    std::uint32_t asked = 0;
    void on(Context& cx, const Ask&) {
        ++asked;
#ifdef TWIN_IS_LARGE
        memory.back() = 7;
#endif
        cx.reply(Told{std::string{TWIN_ID} + " speaks"});
    }
};
#ifdef TWIN_IS_LARGE
BOOST_DESCRIBE_STRUCT(Speaker, (), (memory, asked))
#else
BOOST_DESCRIBE_STRUCT(Speaker, (), (asked))
#endif
ARIADNE_ACTOR(Speaker, Ask)

struct Twin {
    void on(Context& cx, const Start&) { cx.ask(cx.spawn<Speaker>("speaker"), Ask{}, within(1s)); }
    void on(Context& cx, const Told& m) { cx.stop(m.text); }
};
BOOST_DESCRIBE_STRUCT(Twin, (), ())
ARIADNE_ACTOR(Twin, Start, Told)

ARIADNE_PROGRAM(TWIN_ID, "1.0", Twin)

}  // namespace tests::twin
